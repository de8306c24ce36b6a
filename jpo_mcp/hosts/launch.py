"""The command that a host can run. Hosts start with a bare PATH and anywhere, so it is an absolute one."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from jpo_mcp.errors import HostUnchanged, Words

PACKAGE = "jpo-mcp"
_UV_FOLDER = re.compile(r"(?:archive|environments|builds)-v[0-9]+")


@dataclass(frozen=True, slots=True)
class Launch:
    """A command, and what may go wrong with it later."""

    argv: tuple[str, ...]
    doubt: Words | None = None


def launch(environ: Mapping[str, str], prefix: str = sys.prefix, executable: str = sys.executable) -> Launch:
    """The command that starts what runs now. `uvx` where it came from uv's cache, which is emptied at times.

    Raises `HostUnchanged` where nothing is installed that a host could start.
    """
    try:
        installed = distribution(PACKAGE)
    except PackageNotFoundError:
        raise _not_installed() from None
    uvx = shutil.which("uvx", path=environ.get("PATH"))
    if uvx and _in_uv_cache(Path(prefix)):
        argv = (str(Path(uvx).absolute()), "--from", _requirement(installed), PACKAGE, "serve")
        return Launch(argv, _BY_UVX)
    doubt = _PASSING if is_passing(prefix, environ) else None
    return Launch((executable, "-P", "-m", "jpo_mcp", "serve"), doubt)


def is_passing(path: str, environ: Mapping[str, str]) -> bool:
    """Whether that is inside an environment that is thrown away: a tool's cache or a folder for temporary files."""
    place = Path(path)
    temporary = {Path(environ[name]) for name in ("TMPDIR", "TEMP", "TMP") if environ.get(name)}
    roots = {*temporary, Path(tempfile.gettempdir())}
    in_pipx = {"pipx", ".cache"} <= set(place.parts)
    return in_pipx or _in_uv_cache(place) or any(place.is_relative_to(root) for root in roots)


def _in_uv_cache(place: Path) -> bool:
    return any(map(_UV_FOLDER.fullmatch, place.parts))


def _requirement(installed: Distribution) -> str:
    """The very same version from the very same place, with the keyring where it is there."""
    wanted = f"{PACKAGE}[keyring]" if find_spec("keyring") else PACKAGE
    told = cast("dict[str, Any]", json.loads(installed.read_text("direct_url.json") or "{}"))
    if "url" not in told:
        return f"{wanted}=={installed.version}"
    version = cast("dict[str, str]", told.get("vcs_info", {}))
    return f"{wanted} @ " + (f"{version['vcs']}+{told['url']}@{version['commit_id']}" if version else told["url"])


_BY_UVX = Words(
    "the host starts it through uvx, which may need the network each time; for a start without: "
    "`uv tool install jpo-mcp`, then `jpo-mcp install` again",
    "ホストは uvx 経由で起動し、毎回通信が必要なことがあります。不要にするには `uv tool install jpo-mcp` の後、"
    "再度 `jpo-mcp install` を実行してください。",
)
_PASSING = Words(
    "it runs from a temporary environment, which may vanish: better `uv tool install jpo-mcp` or "
    "`pipx install jpo-mcp`, and this command again",
    "一時的な環境から実行しており、消える可能性があります。`uv tool install jpo-mcp` か `pipx install jpo-mcp` の後、"
    "もう一度実行してください。",
)


def _not_installed() -> HostUnchanged:
    return HostUnchanged(
        Words(
            "jpo-mcp is not installed in this Python, only run from a folder", "この Python に jpo-mcp がありません。"
        ),
        Words("install it, and run this again", "インストールしてから再度実行してください。"),
        rule=Words("a host starts it from anywhere", "ホストはどこからでも起動できる必要があります。"),
        example="pip install .",
    )
