"""`docs/team.md` says what works: its commands are run here as they stand, or read where they need a machine's root."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.cli.parser import read
from jpo_mcp.server.http import MOST_AT_ONCE, MOST_BYTES
from jpo_mcp.server.http_settings import HttpSettings
from jpo_mcp.server.rate import PER_MINUTE, UNDER_WAY
from jpo_mcp.server.receipt import RECEIPT_SECONDS
from jpo_mcp.settings import Settings, variable_of
from jpo_mcp.upstream.redis_ledger import PAUSE
from tests.redis_server import free_port, installed
from tests.server.pipe import PATIENCE

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "team.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- (?:command|read): ([\w ]+) -->\n```sh\n(.*?)```", PAGE, flags=re.DOTALL))
POSIX = pytest.mark.skipif(os.name != "posix", reason="the page is for servers, which are not Windows here")


class Machine:
    """A home of its own, the command on its path, and ports that are free in place of the page's."""

    def __init__(self, home: Path) -> None:
        self.home = home
        bin_folder = home / "bin"
        bin_folder.mkdir()
        command = bin_folder / "jpo-mcp"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m jpo_mcp "$@"\n')
        command.chmod(0o755)
        self.environ = {
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "JPO_MCP_LANG": "en",
            "JPO_MCP_TOKENS_FILE": str(home / "jpo-team" / "tokens.json"),
            "JPO_MCP_AUDIT_DIR": str(home / "jpo-team" / "audit"),
        }
        self.ports = {port: free_port() for port in (8765, 8766, 8700, 6390)}
        self.environ["JPO_MCP_HTTP_PORT"] = str(self.ports[8765])

    def script(self, name: str) -> str:
        """A block of the page, with our ports."""
        text = BLOCKS[name]
        for written, ours in self.ports.items():
            text = text.replace(str(written), str(ours))
        return text

    def run(self, name: str, **environ: str) -> str:
        """What a block prints."""
        ran = subprocess.run(  # noqa: S603 - the page's own commands
            ["/bin/bash", "-euo", "pipefail", "-c", self.script(name)],
            env=self.environ | environ,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr.decode()
        return ran.stdout.decode()

    def run_in_a_terminal(self, name: str) -> str:
        """What a block shows to somebody who sits there."""
        import pty

        ours, theirs = pty.openpty()
        with subprocess.Popen(  # noqa: S603 - the page's own commands
            ["/bin/bash", "-euo", "pipefail", "-c", self.script(name)], env=self.environ, stdout=theirs
        ) as shell:
            os.close(theirs)
            shown = b"".join(_read_all(ours))
        assert shell.returncode == 0, shown.decode()
        return shown.decode()

    @contextmanager
    def started(self, name: str, *ports: int) -> Generator[None]:
        """What a block starts, until it answers at these ports, and ended afterwards."""
        log = (self.home / "log").open("wb")
        command = ["/bin/bash", "-uc", self.script(name) + "\nwait"]
        group = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
        try:
            for port in ports:
                assert _until(lambda port=port: self.health(port) is not None), (self.home / "log").read_text()
            yield
        finally:
            os.killpg(group.pid, signal.SIGTERM)
            assert _until(lambda: not _is_alive(group))
            log.close()

    def health(self, port: int) -> str | None:
        line = HTTPConnection("127.0.0.1", self.ports[port], timeout=PATIENCE)
        try:
            line.request("GET", "/health")
            return line.getresponse().read().decode()
        except ConnectionError:
            return None
        finally:
            line.close()


def _read_all(terminal: int) -> Iterator[bytes]:
    try:
        while data := os.read(terminal, 4096):
            yield data
    except OSError:  # how a terminal ends
        return


def _until(condition: Callable[[], bool]) -> bool:
    """Whether it came true in time; a server that starts says so on its own time."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _is_alive(group: subprocess.Popen[bytes]) -> bool:
    group.poll()
    try:
        os.killpg(group.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def _tokens(shown: str) -> list[str]:
    return re.findall(r"jpo_[\w-]{43}", shown)


def _answers(printed: str) -> list[dict[str, Any]]:
    """The answers of a server, one JSON-RPC reply after another."""
    decoder, rest = json.JSONDecoder(), printed[printed.index("{") :]
    found: list[dict[str, Any]] = []
    while rest:
        reply, end = decoder.raw_decode(rest)
        found.append(reply["result"])
        rest = rest[end:].lstrip()
    return found


@POSIX
@pytest.mark.skipif(shutil.which("curl") is None, reason="the page asks with curl: apt-get install curl")
def test_the_page_takes_two_people_from_nothing_to_answers(machine: Machine) -> None:
    """Each block in its order, as a reader types it: the second question is kept, whoever asked the first."""
    shown = machine.run_in_a_terminal("people")
    hanako, jiro = _tokens(shown)
    assert shown.count("hanako") >= 1
    with machine.started("serve", 8765):
        first = machine.run("ask", JPO_TOKEN=hanako)
        (renewed,) = _tokens(machine.run_in_a_terminal("rotate"))
        second = machine.run("ask", JPO_TOKEN=renewed)
        old = subprocess.run(  # noqa: S603 - the page's own command
            ["/bin/bash", "-c", machine.script("ask")],
            env=machine.environ | {"JPO_TOKEN": jiro},
            capture_output=True,
            check=True,
        )
    costs = [answer["structuredContent"]["cost"] for answer in (*_answers(first), *_answers(second))]
    assert first.startswith("ok")
    assert costs == [1, 0, 0, 0]
    assert b"invalid_token" in old.stdout
    audit = machine.run("audit")
    assert re.search(r"hanako +patent/app_progress +1 +FOUND 1", audit), audit
    assert "jiro" not in audit


@POSIX
def test_two_servers_with_a_new_valkey_wait_until_they_may_count(machine: Machine) -> None:
    """As the page says: for its first 67 seconds nothing is spent, and both servers answer why and until when."""
    valkey = machine.home / "bin" / "valkey-server"
    if shutil.which("valkey-server") is None:
        valkey.symlink_to(installed())
    (hanako, _) = _tokens(machine.run_in_a_terminal("people"))
    with machine.started("two servers", 8765, 8766):
        answers = _answers(machine.run("ask", JPO_TOKEN=hanako))
        assert [machine.health(port) for port in (8765, 8766)] == ["degraded"] * 2
    for answer in answers:
        assert answer["isError"] is True
        assert "the Redis lost its count of the day's accesses, or is new" in json.dumps(answer)
        assert "retry_at" in json.dumps(answer)


def test_every_block_of_commands_is_run_or_read_by_a_test() -> None:
    """A block without a mark would be wrong sooner or later; nothing is marked as run that is not."""
    run = {"people", "serve", "ask", "rotate", "audit", "two servers"}
    ours = [words[0] for block in BLOCKS.values() for words in _our_commands(block)]
    assert {"token", "serve", "audit", "sandbox"} == set(ours)
    assert len(ours) == 14
    assert PAGE.count("```sh\n") == len(BLOCKS)
    assert set(re.findall(r"<!-- command: ([\w ]+) -->", PAGE)) == run


@pytest.mark.parametrize("name", BLOCKS)
def test_every_command_of_ours_on_the_page_can_be_read(name: str) -> None:
    """Each goes through the real parser, whatever runs it: sudo, compose, a shell."""
    for words in _our_commands(BLOCKS[name]):
        assert read(words), words


def _our_commands(block: str) -> Iterator[list[str]]:
    started = re.compile(r"(?:^|bin/|exec one |=\S+ )jpo-mcp (.*)|run --rm --no-deps one (.*)")
    for line in block.replace("\\\n", " ").splitlines():
        for ours, in_container in started.findall(line):
            yield shlex.split((ours or in_container).partition(" > ")[0].rstrip("& "))


def test_every_variable_and_every_file_on_the_page_exists() -> None:
    """What a reader copies must be read by somebody."""
    ours = {variable_of(name, model) for model in (Settings, HttpSettings) for name in model.model_fields}
    assert set(re.findall(r"JPO_(?:MCP|API)_\w+", PAGE)) <= ours
    links = re.findall(r"\]\((\.\./[^)#]+|#[^)]+)", PAGE)
    headings = {_anchor(heading) for heading in re.findall(r"^#+ (.+)$", PAGE, flags=re.MULTILINE)}
    assert [link for link in links if link[0] == "#" and link[1:] not in headings] == []
    assert [link for link in links if link[0] == "." and not (ROOT / "docs" / link).exists()] == []


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_figures_on_the_page_are_those_of_the_code() -> None:
    """What a reader plans by must not be what was true once."""
    share: float = Settings.model_fields["share"].default
    for told in (
        f"for its first {PAUSE:g} seconds",
        f"(`JPO_MCP_SHARE`, {share:g}) | stops one person at {share:.0%}".replace("%", " %"),
        f"{1 - share:.0%} is there for others".replace("%", " %"),
        f"{PER_MINUTE} calls a minute a person, {MOST_AT_ONCE} at once, {UNDER_WAY} of them one person's",
        f"{RECEIPT_SECONDS:g} s to send a request, {MOST_BYTES // 1_048_576} MB",
    ):
        assert told in PAGE


def test_the_hosts_settings_on_the_page_are_json() -> None:
    """A host that cannot read its settings starts nothing."""
    (vscode,) = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
    servers = json.loads(vscode)["servers"]
    assert servers["jpo"]["url"] == f"http://127.0.0.1:{HttpSettings().port}/mcp"
