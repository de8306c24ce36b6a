"""Builds what is shipped: wheel, sdist, desktop extension and the list of what they stand on."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mcp import Client
from mcp.types import Tool

from jpo_mcp.server.app import build as build_server
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from release.manifests import ROOT, bundle_manifest, pinned_project, project

PACKER = "@anthropic-ai/mcpb@2.1.2"
"""The official packer of desktop extensions. It comes from npm, into a folder of its own."""

_EPOCH = "1577836800"
"""2020-01-01: the time of every file in the archives, so that two builds are the same bytes."""


class ReleaseProblem(Exception):
    """Something that must be mended before this is released."""


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None, seconds: float = 300) -> str:
    """What a command printed; `ReleaseProblem` with its last lines where it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    if done.returncode:
        raise ReleaseProblem(f"{Path(command[0]).name} {command[1]}: {(done.stdout + done.stderr).strip()[-2_000:]}")
    return done.stdout


def build_distributions(out: Path) -> tuple[Path, Path]:
    """The wheel and the sdist; built twice, and refused where the bytes differ."""
    with TemporaryDirectory() as scratch:
        again = Path(scratch)
        for folder in (out, again):
            run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
        for first in distributions(out):
            if first.read_bytes() != (again / first.name).read_bytes():
                raise ReleaseProblem(f"{first.name} is not reproducible")
    return distributions(out)


def distributions(out: Path) -> tuple[Path, Path]:
    """The wheel and the sdist of this version in `out`."""
    stem = f"{project()['name'].replace('-', '_')}-{project()['version']}"
    return out / f"{stem}-py3-none-any.whl", out / f"{stem}.tar.gz"


def build_bundle(out: Path, packer: Path) -> Path:
    """The desktop extension, validated and packed by the official tool."""
    bundle = out / f"{project()['name']}-{project()['version']}.mcpb"
    with TemporaryDirectory() as scratch:
        content = Path(scratch) / "bundle"
        lay_out(content)
        mcpb = install_packer(packer)
        run(mcpb, "validate", content / "manifest.json")
        run(mcpb, "pack", content, bundle)
    return bundle


def lay_out(content: Path) -> None:
    """The files of the desktop extension: the package, its manifest, and the versions it was tested with."""
    shutil.copytree(ROOT / "jpo_mcp", content / "jpo_mcp", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, content / name)
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    (content / "pyproject.toml").write_text(pinned_project(pins), encoding="utf-8")
    (content / "manifest.json").write_text(bundle_manifest(asyncio.run(_tools())), encoding="utf-8")


async def _tools() -> list[Tool]:
    with TemporaryDirectory() as scratch:
        async with Client(build_server(JpoClient(Settings(sandbox=True, cache_dir=Path(scratch))))) as client:
            return list((await client.list_tools()).tools)


def install_packer(folder: Path) -> Path:
    """The packer's command, installed from npm into `folder` where it is not there yet."""
    command = folder / "node_modules" / ".bin" / "mcpb"
    if not command.exists():
        folder.mkdir(parents=True, exist_ok=True)
        run("npm", "install", "--no-audit", "--no-fund", "--prefix", folder, PACKER)
    return command


def list_components(out: Path, python: Path) -> Path:
    """The bill of materials (CycloneDX) of an environment that holds the wheel and what it brings."""
    bom = out / "sbom.cdx.json"
    made = run(sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON", python)
    bom.write_text(json.dumps(_without_local_files(json.loads(made)), ensure_ascii=False, indent=2), encoding="utf-8")
    return bom


def _without_local_files(bom: dict[str, Any]) -> dict[str, Any]:
    """The list without where our own wheel lay, which says nothing to anybody else."""
    for component in bom["components"]:
        links = component.get("externalReferences", [])
        component["externalReferences"] = [link for link in links if not link["url"].startswith("file:")]
    return bom
