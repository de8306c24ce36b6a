"""What registries and desktop hosts are told is what the code is."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, ValidationError

from jpo_mcp.settings import Settings, variable_of
from release.artifacts import lay_out
from release.manifests import ROOT, SERVER_JSON, pinned_project, project, registered_name, server_json
from tests.release.registry_schema import ENTRY
from tests.server.snapshots import served_tools

_VARIABLES = {variable_of(name) for name in Settings.model_fields}


def entry() -> dict[str, Any]:
    return json.loads(SERVER_JSON.read_text("utf-8"))


def test_the_registry_entry_is_the_one_made_from_the_project() -> None:
    """Mend with `python -m release --manifests`."""
    assert SERVER_JSON.read_text("utf-8") == server_json()


def test_the_registry_entry_keeps_the_registrys_rules() -> None:
    """The registry refuses anything else at publication."""
    Draft7Validator(ENTRY).validate(entry())  # pyright: ignore[reportUnknownMemberType]


def test_our_reading_of_the_registrys_rules_takes_an_entry_that_is_known_to_be_valid(shared: Path) -> None:
    """The sample beside the recordings was validated against the registry's own schema."""
    sample = json.loads((shared / "conformance" / "server.json").read_text("utf-8"))
    Draft7Validator(ENTRY).validate(sample)  # pyright: ignore[reportUnknownMemberType]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "jpo-mcp"),
        ("name", "a/b/c"),
        ("description", "x" * 101),
        ("version", "latest"),
        ("version", ">=0.1.0"),
        ("packages", []),
        ("author", "somebody"),
    ],
)
def test_an_entry_that_the_registry_would_refuse_is_refused_here(field: str, value: object) -> None:
    """The rules: reverse-DNS name with one slash, 100 characters, an exact version."""
    with pytest.raises(ValidationError):
        Draft7Validator(ENTRY).validate(entry() | {field: value})  # pyright: ignore[reportUnknownMemberType]


def test_the_registry_entry_hides_the_password_and_requires_nothing() -> None:
    """Without an ID the server starts all the same, and explains the set-up."""
    told = {variable["name"]: variable for variable in entry()["packages"][0]["environmentVariables"]}
    assert told.keys() <= _VARIABLES
    assert [name for name, variable in told.items() if variable.get("isSecret")] == ["JPO_API_PASSWORD"]
    assert not any(variable.get("isRequired") for variable in told.values())


def test_the_name_in_the_registry_is_the_one_the_readme_claims() -> None:
    """The registry looks for it in the README that the package index shows."""
    assert entry()["name"] == registered_name() == "io.github.jpo-mcp/jpo-mcp"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = tmp_path_factory.mktemp("bundle") / "content"
    lay_out(content)
    return content


def test_the_extension_lists_the_tools_that_are_served(bundle: Path, tmp_path: Path) -> None:
    """A host shows this list before anything has started."""
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    assert [tool["name"] for tool in manifest["tools"]] == [tool.name for tool in served_tools(tmp_path)]
    assert all(30 < len(tool["description"]) < 300 for tool in manifest["tools"])
    assert manifest["version"] == project()["version"]


def test_the_extension_asks_for_the_password_as_a_secret_and_can_do_without_an_id(bundle: Path) -> None:
    """The host keeps what is sensitive in the system's keychain; an empty ID with the sandbox on is a first try."""
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    asked = manifest["user_config"]
    assert [name for name, field in asked.items() if field.get("sensitive")] == ["password"]
    assert not any(field["required"] for field in asked.values())
    assert all("default" in field for field in asked.values())


def test_what_the_extension_asks_for_reaches_a_setting(bundle: Path) -> None:
    """Every variable exists, and is filled from the field of the same name."""
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    environ = manifest["server"]["mcp_config"]["env"]
    assert environ == {variable_of(name): f"${{user_config.{name}}}" for name in manifest["user_config"]}
    assert environ.keys() <= _VARIABLES


def test_the_extension_holds_the_package_and_nothing_of_the_workshop(bundle: Path) -> None:
    """Only what runs, its licence and its description."""
    assert sorted(path.name for path in bundle.iterdir()) == [
        "LICENSE",
        "README.md",
        "jpo_mcp",
        "manifest.json",
        "pyproject.toml",
    ]
    assert not list(bundle.rglob("__pycache__"))
    shipped = {path.relative_to(bundle) for path in (bundle / "jpo_mcp").rglob("*") if path.suffix}
    ours = {
        path.relative_to(ROOT)
        for path in (ROOT / "jpo_mcp").rglob("*")
        if path.suffix and "__pycache__" not in path.parts
    }
    assert shipped == ours


def test_the_extension_takes_the_versions_that_were_tested_and_names_no_host(bundle: Path) -> None:
    """A lock file would name where each package comes from, which differs from one company to the next."""
    pins = tomllib.loads((bundle / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]["constraint-dependencies"]
    tested = re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    assert pins == [f"{name}=={version}" for name, version in tested]
    assert {"mcp", "httpx", "pydantic", "diskcache", "lxml"} <= {pin.split("==")[0] for pin in pins}
    assert "://" not in (bundle / "pyproject.toml").read_text("utf-8")


def test_a_pin_is_read_without_its_hashes() -> None:
    """The form of constraints.txt: a pin, then its hashes on lines of their own."""
    made = pinned_project("# tested\nfictional-one==1.2.3 \\\n    --hash=sha256:00ff\nother==2026.1\n")
    assert tomllib.loads(made)["tool"]["uv"] == {"constraint-dependencies": ["fictional-one==1.2.3", "other==2026.1"]}
