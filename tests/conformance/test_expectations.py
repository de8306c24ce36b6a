"""What the conformance suite may fail at is a list with reasons, and a run that could not happen says so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.suite import ERAS, HERE, STACKS

BASH = shutil.which("bash")


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("era", ERAS)
def test_every_expected_failure_has_its_reason_beside_it(stack: str, era: str) -> None:
    """Our own rule: a list of failures without reasons only grows."""
    lines = (HERE / f"{stack}-{era}.yml").read_text(encoding="utf-8").splitlines()
    entries = lines[lines.index("server:") + 1 :] if "server:" in lines else []
    assert entries or "server: []" in lines
    assert not entries or entries[0].startswith("  # ")
    assert all(re.fullmatch(r"  (# .{20,}|- [a-z0-9-]+)", line) for line in entries)


@pytest.mark.skipif(BASH is None or os.name != "posix", reason="the script is for bash")
@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)], ids=["at a desk", "in CI"])
def test_a_suite_that_cannot_be_installed_is_said_and_fails_in_ci(tmp_path: Path, ci: str, code: int) -> None:
    """A gate that did not run must not look green where it is relied on."""
    checkout = tmp_path / "checkout"
    shutil.copytree(HERE, checkout / "tests" / "conformance", ignore=shutil.ignore_patterns("node_modules"))
    (checkout / "tests" / "__init__.py").touch()
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\nexit 1\n")
    npm.chmod(0o755)
    environ = {
        "PATH": f"{npm.parent}:{os.environ['PATH']}",
        "PYTHON": sys.executable,
        "PYTHONPATH": str(HERE.parents[1]),
        "CI": ci,
    }
    assert BASH is not None
    ran = subprocess.run(  # noqa: S603 - our own script
        [BASH, str(checkout / "tests" / "conformance" / "run")], env=environ, capture_output=True, check=False
    )
    assert ran.stderr.decode() == "NOT RUN: npm could not install the suite; is its registry within reach?\n"
    assert ran.returncode == code
