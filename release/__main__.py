"""`python -m release [--out DIR]`: wheel, sdist, desktop extension and SBOM, built and tried from clean environments.

`--manifests` only writes server.json anew. Exit code 1 when anything must be mended first.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from release import artifacts, manifests, trial


def main() -> int:
    """Runs the whole kit."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("--out", type=Path, default=manifests.ROOT / "dist", help="where the files go")
    parser.add_argument(
        "--tools", type=Path, default=manifests.ROOT / "build" / "npm", help="where npm's tools are kept"
    )
    parser.add_argument("--manifests", action="store_true", help="write server.json and stop")
    options = parser.parse_args()
    if options.manifests:
        manifests.SERVER_JSON.write_text(manifests.server_json(), encoding="utf-8")
        return 0
    try:
        release(options.out.resolve(), options.tools.resolve())
    except artifacts.ReleaseProblem as problem:
        print(f"NOT releasable: {problem}", file=sys.stderr)
        return 1
    return 0


def release(out: Path, tools: Path) -> None:
    """Every step, said as it is done."""
    started = time.perf_counter()

    def done(what: str) -> None:
        print(f"{time.perf_counter() - started:6.1f} s  {what}", flush=True)

    if manifests.SERVER_JSON.read_text(encoding="utf-8") != manifests.server_json():
        raise artifacts.ReleaseProblem("server.json is not what `python -m release --manifests` writes")
    out.mkdir(parents=True, exist_ok=True)
    wheel, sdist = artifacts.build_distributions(out)
    done("wheel and sdist built twice, the same bytes")
    bundle = artifacts.build_bundle(out, tools)
    done("desktop extension validated and packed")
    with TemporaryDirectory() as scratch:
        home = Path(scratch)
        python = trial.try_distribution(wheel, home / "wheel")
        done("wheel, highest versions: demo and a case over MCP")
        bom = artifacts.list_components(out, python)
        trial.try_distribution(wheel, home / "lowest", lowest=True)
        done("wheel, lowest versions allowed: the same")
        trial.try_distribution(sdist, home / "sdist")
        done("sdist: the same")
        trial.try_bundle(bundle, home / "bundle")
        done("desktop extension, started as its manifest says: the same")
    for file in (wheel, sdist, bundle, bom):
        print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}  {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
