"""Configurations as people and hosts leave them: what installing makes of each, to the byte, and back again."""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.hosts.conftest import Run, everything_under

PLACES = {
    "claude-desktop": ".config/Claude/claude_desktop_config.json",
    "claude-code": ".claude.json",
    "vscode": ".config/Code/User/mcp.json",
    "cursor": ".cursor/mcp.json",
}
"""Where Linux keeps them: `docs/hosts.md`."""

# The entry as it must look: at the usual depth, with the transport named, on one line, in tabs, in four blanks.
JPO = """\
    "jpo": {
      "command": "PYTHON",
      "args": [
        "-P",
        "-m",
        "jpo_mcp",
        "serve"
      ],
      "env": {
        "JPO_MCP_SANDBOX": "1"
      }
    }"""
TYPED = JPO.replace('      "command"', '      "type": "stdio",\n      "command"')
TABS = JPO.replace("  ", "\t")
FOUR = JPO.replace("  ", "    ")
LINE = '"jpo": {"command": "PYTHON", "args": ["-P", "-m", "jpo_mcp", "serve"], "env": {"JPO_MCP_SANDBOX": "1"}}'
TIGHT = '"jpo":{"command":"PYTHON","args":["-P","-m","jpo_mcp","serve"],"env":{"JPO_MCP_SANDBOX":"1"}}'
NEW = '{\n  "mcpServers": {\n' + JPO + "\n  }\n}\n"


class Case(NamedTuple):
    """A configuration before and after `install HOST --sandbox`. `before` None is a file that is not there."""

    name: str
    host: str
    before: str | None
    after: str
    mark: bytes = b""
    codec: str = "utf-8"

    def bytes_of(self, text: str) -> bytes:
        return self.mark + text.replace("PYTHON", json.dumps(sys.executable)[1:-1]).encode(self.codec)


OTHERS = '{\n  "globalShortcut": "Ctrl+Space",\n  "mcpServers": {\n    "files": {\n      "command": "npx"\n    }'
CASES = (
    # nothing there yet
    Case("no file, no folder", "claude-desktop", None, NEW),
    Case("no file for Claude Code", "claude-code", None, NEW.replace(JPO, TYPED)),
    Case("no file for VS Code", "vscode", None, NEW.replace(JPO, TYPED).replace("mcpServers", "servers")),
    Case("no file for Cursor", "cursor", None, NEW.replace(JPO, TYPED)),
    Case("an empty file", "claude-desktop", "", NEW),
    Case("nothing but blank lines", "claude-desktop", "\n \n", "\n \n" + NEW),
    Case("nothing but a byte order mark", "claude-desktop", "", NEW, BOM_UTF8),
    Case("nothing but a comment", "vscode", "// mine", "// mine\n" + NEW.replace(JPO, TYPED).replace("mcpS", "s")),
    Case("an empty object", "claude-desktop", "{}", NEW[:-1]),
    Case("an empty object on two lines", "claude-desktop", "{\n}\n", NEW),
    Case("an empty object with a blank", "claude-desktop", "{ }\n", NEW),
    # other settings, no list of servers
    Case(
        "settings and no servers",
        "claude-desktop",
        '{\n  "globalShortcut": ""\n}\n',
        '{\n  "globalShortcut": "",\n  "mcpServers": {\n' + JPO + "\n  }\n}\n",
    ),
    Case(
        "settings on one line",
        "claude-desktop",
        '{"scale": 0}',
        '{"scale": 0, "mcpServers": {' + LINE + "}}",
    ),
    Case(
        "settings without a blank",
        "claude-desktop",
        '{"scale":0,"preferences":{"a":[1,2]}}',
        '{"scale":0,"preferences":{"a":[1,2]},"mcpServers":{' + TIGHT + "}}",
    ),
    # a list of servers, empty
    Case(
        "an empty list of servers",
        "claude-desktop",
        '{\n  "mcpServers": {}\n}\n',
        NEW,
    ),
    Case(
        "an empty list before other settings",
        "claude-desktop",
        '{\n  "mcpServers": {},\n  "scale": 0\n}',
        '{\n  "mcpServers": {\n' + JPO + '\n  },\n  "scale": 0\n}',
    ),
    Case(
        "an empty list with a remark in it",
        "cursor",
        '{\n  "mcpServers": {\n    // none yet\n  }\n}\n',
        '{\n  "mcpServers": {\n    // none yet\n' + TYPED + "\n  }\n}\n",
    ),
    Case(
        "an empty list on one line",
        "claude-desktop",
        '{"mcpServers": {}}',
        '{"mcpServers": {' + LINE + "}}",
    ),
    # other servers
    Case(
        "another server",
        "claude-desktop",
        OTHERS + "\n  }\n}\n",
        OTHERS + ",\n" + JPO + "\n  }\n}\n",
    ),
    Case("no line end at the end", "claude-desktop", OTHERS + "\n  }\n}", OTHERS + ",\n" + JPO + "\n  }\n}"),
    Case("braces on one line at the end", "claude-desktop", OTHERS + "}}", OTHERS + ",\n" + JPO + "}}"),
    Case(
        "another server on one line",
        "claude-desktop",
        '{"mcpServers": {"a": {"command": "x"}}}\n',
        '{"mcpServers": {"a": {"command": "x"}, ' + LINE + "}}\n",
    ),
    Case(
        "another server without a blank",
        "claude-desktop",
        '{"mcpServers":{"a":{"command":"x"}},"b":1}',
        '{"mcpServers":{"a":{"command":"x"},' + TIGHT + '},"b":1}',
    ),
    Case(
        "tabs",
        "claude-desktop",
        '{\n\t"mcpServers": {\n\t\t"a": {}\n\t}\n}\n',
        '{\n\t"mcpServers": {\n\t\t"a": {},\n' + TABS + "\n\t}\n}\n",
    ),
    Case(
        "four blanks",
        "claude-desktop",
        '{\n    "mcpServers": {\n        "a": {}\n    }\n}\n',
        '{\n    "mcpServers": {\n        "a": {},\n' + FOUR + "\n    }\n}\n",
    ),
    Case(
        "lines as Windows ends them",
        "claude-desktop",
        (OTHERS + "\n  }\n}\n").replace("\n", "\r\n"),
        (OTHERS + ",\n" + JPO + "\n  }\n}\n").replace("\n", "\r\n"),
    ),
    Case(
        "lines as old Macs ended them",
        "claude-desktop",
        (OTHERS + "\n  }\n}\n").replace("\n", "\r"),
        (OTHERS + ",\n" + JPO + "\n  }\n}\n").replace("\n", "\r"),
    ),
    # comments and trailing commas
    Case(
        "a remark behind the last server",
        "vscode",
        '{\n  "servers": {\n    "a": {} // mine, "not" yours {\n  }\n}\n',
        '{\n  "servers": {\n    "a": {}, // mine, "not" yours {\n' + TYPED + "\n  }\n}\n",
    ),
    Case(
        "a server that is commented out",
        "vscode",
        '{\n  "servers": {\n    "a": {}\n    // "jpo": {"command": "old"},\n  }\n}\n',
        '{\n  "servers": {\n    "a": {},\n    // "jpo": {"command": "old"},\n' + TYPED + "\n  }\n}\n",
    ),
    Case(
        "a trailing comma",
        "vscode",
        '{\n  "servers": {\n    "a": {},\n  },\n  "inputs": [],\n}\n',
        '{\n  "servers": {\n    "a": {},\n' + TYPED + ',\n  },\n  "inputs": [],\n}\n',
    ),
    Case(
        "remarks in every place",
        "vscode",
        '/* a */ { /* b */ "servers" /* c */ : /* d */ { // e\n    "a": {} /* f */ , /* g */\n    /* h */ } } // i',
        '/* a */ { /* b */ "servers" /* c */ : /* d */ { // e\n    "a": {} /* f */ , /* g */\n    /* h */\n'
        + TYPED
        + ", } } // i",
    ),
    Case(
        "a text that looks like a remark",
        "cursor",
        '{\n  "mcpServers": {\n    "a": {"url": "http://x/*y*/,}"}\n  }\n}\n',
        '{\n  "mcpServers": {\n    "a": {"url": "http://x/*y*/,}"},\n' + TYPED + "\n  }\n}\n",
    ),
    Case(
        "inputs that ask for secrets",
        "vscode",
        '{\n  "inputs": [{"id": "k", "type": "promptString", "password": true}],\n  "servers": {}\n}',
        '{\n  "inputs": [{"id": "k", "type": "promptString", "password": true}],\n  "servers": {\n'
        + TYPED
        + "\n  }\n}",
    ),
    # encodings
    Case("UTF-8 with its mark", "claude-desktop", OTHERS + "}}\n", OTHERS + ",\n" + JPO + "}}\n", BOM_UTF8),
    Case(
        "UTF-16 as Windows writes it",
        "claude-desktop",
        (OTHERS + '}, "名": "特許"}\n').replace("\n", "\r\n"),
        (OTHERS + ",\n" + JPO + '}, "名": "特許"}\n').replace("\n", "\r\n"),
        BOM_UTF16_LE,
        "utf-16-le",
    ),
    Case(
        "UTF-16, the other way round",
        "claude-code",
        OTHERS + "}}",
        OTHERS + ",\n" + TYPED + "}}",
        BOM_UTF16_BE,
        "utf-16-be",
    ),
    Case(
        "words of every script, and escapes",
        "claude-code",
        '{\n  "mcpServers": {\n    "特許庁\\ud83d\\ude00": {"a": "\\\\\\"\\u0000é🗂"}\n  }\n}\n',
        '{\n  "mcpServers": {\n    "特許庁\\ud83d\\ude00": {"a": "\\\\\\"\\u0000é🗂"},\n' + TYPED + "\n  }\n}\n",
    ),
    # odd and large
    Case(
        "a name written with escapes",
        "claude-desktop",
        '{\n  "mcp\\u0053ervers": {}\n}\n',
        '{\n  "mcp\\u0053ervers": {\n' + JPO + "\n  }\n}\n",
    ),
    Case(
        "two lists of servers, of which the last counts",
        "claude-desktop",
        '{\n  "mcpServers": {\n    "a": {}\n  },\n  "mcpServers": {\n    "b": {}\n  }\n}\n',
        '{\n  "mcpServers": {\n    "a": {}\n  },\n  "mcpServers": {\n    "b": {},\n' + JPO + "\n  }\n}\n",
    ),
    Case(
        "two servers of one name",
        "claude-desktop",
        '{\n  "mcpServers": {\n    "a": 1,\n    "a": 2\n  }\n}\n',
        '{\n  "mcpServers": {\n    "a": 1,\n    "a": 2,\n' + JPO + "\n  }\n}\n",
    ),
    Case(
        "projects with servers of their own",
        "claude-code",
        '{\n  "projects": {"/w": {"mcpServers": {"jpo": {}}}},\n  "oauthAccount": {"id": 123456789012345678901}\n}',
        '{\n  "projects": {"/w": {"mcpServers": {"jpo": {}}}},\n  "oauthAccount": {"id": 123456789012345678901},\n'
        '  "mcpServers": {\n' + TYPED + "\n  }\n}",
    ),
    Case(
        "deep content",
        "claude-code",
        '{\n  "a": ' + "[" * 300 + "]" * 300 + "\n}\n",
        '{\n  "a": ' + "[" * 300 + "]" * 300 + ',\n  "mcpServers": {\n' + TYPED + "\n  }\n}\n",
    ),
    Case(
        "a number that no computer holds",
        "claude-code",
        '{\n  "a": ' + "9" * 5_000 + ",\n  " + '"b": 1.50e+400\n}\n',
        '{\n  "a": ' + "9" * 5_000 + ",\n  " + '"b": 1.50e+400,\n  "mcpServers": {\n' + TYPED + "\n  }\n}\n",
    ),
    Case(
        "a megabyte",
        "claude-code",
        '{"history":[' + ",".join(['{"display":"特許","pasted":{}}'] * 30_000) + "]}",
        '{"history":['
        + ",".join(['{"display":"特許","pasted":{}}'] * 30_000)
        + '],"mcpServers":{'
        + TIGHT.replace('{"command"', '{"type":"stdio","command"')
        + "}}",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_our_entry_comes_and_goes_and_nothing_else_changes(case: Case, home: Path, run: Run) -> None:
    """Issue 6: merged without losing anything, to the byte; uninstall gives back what was there."""
    place = home / PLACES[case.host]
    if case.before is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(case.bytes_of(case.before))
    before = everything_under(home)
    done = run("install", case.host, "--sandbox", "--yes")
    assert (done.code, done.err) == (0, "")
    assert place.read_bytes() == case.bytes_of(case.after)
    again = run("install", case.host, "--sandbox", "--yes")
    assert (again.code, place.read_bytes()) == (0, case.bytes_of(case.after))
    assert "nothing to change" in again.out
    assert run("uninstall", case.host, "--yes").code == 0
    assert everything_under(home) == before


# ── entries of that name ──────────────────────────────────────────────────────────────────────


class Older(NamedTuple):
    """What a second installation makes of an entry that is there."""

    name: str
    options: tuple[str, ...]
    before: str
    after: str


ARGS = '"command": "PYTHON", "args": ["-P", "-m", "jpo_mcp", "serve"]'
OLDER = (
    Older(
        "written by hand as the first README said",
        ("--sandbox",),
        '{"mcpServers": {"jpo": {"command": "jpo-mcp", "args": ["serve"], "env": {"JPO_MCP_LANG": "ja"}}}}',
        '{"mcpServers": {"jpo": {' + ARGS + ', "env": {"JPO_MCP_LANG": "ja", "JPO_MCP_SANDBOX": "1"}}}}',
    ),
    Older(
        "from the sandbox to the real JPO",
        (),
        '{"mcpServers": {"jpo": {' + ARGS + ', "env": {"JPO_MCP_SANDBOX": "1"}}}}',
        '{"mcpServers": {"jpo": {' + ARGS + "}}}",
    ),
    Older(
        "with settings of its owner",
        (),
        '{"mcpServers": {"jpo": {"command": "/gone/jpo-mcp", "args": ["serve"], "disabled": true, '
        '"env": {"JPO_MCP_SANDBOX": "1", "JPO_MCP_RESERVE": "0"}}, "a": {}}}',
        '{"mcpServers": {"jpo": {' + ARGS + ', "disabled": true, "env": { "JPO_MCP_RESERVE": "0"}}, "a": {}}}',
    ),
    Older(
        "started by uvx",
        (),
        '{"mcpServers": {"jpo": {"command": "/usr/bin/uvx", "args": ["jpo-mcp==0.0.9", "serve"]}}}',
        '{"mcpServers": {"jpo": {' + ARGS + "}}}",
    ),
    Older(
        "with the files that it names already",
        (),
        '{"mcpServers": {"jpo": {"command": "jpo-mcp", "env": {"JPO_API_PASSWORD_FILE": "/s/p"}}}}',
        '{"mcpServers": {"jpo": {"command": "PYTHON", "env": {"JPO_API_PASSWORD_FILE": "/s/p"}, '
        '"args": ["-P", "-m", "jpo_mcp", "serve"]}}}',
    ),
)


@pytest.mark.parametrize("case", OLDER, ids=lambda case: case.name)
def test_an_older_entry_of_ours_is_renewed_and_what_was_added_to_it_stays(case: Older, home: Path, run: Run) -> None:
    """An update is no reason to lose what somebody set."""
    place = home / PLACES["claude-desktop"]
    place.parent.mkdir(parents=True)
    place.write_text(case.before, "utf-8")
    assert run("install", "claude-desktop", "--yes", *case.options).code == 0
    assert place.read_text("utf-8") == case.after.replace("PYTHON", json.dumps(sys.executable)[1:-1])
    assert run("uninstall", "claude-desktop", "--yes").code == 0
    assert "jpo" not in json.loads(place.read_text("utf-8"))["mcpServers"]


FOREIGN = '{\n  "mcpServers": {\n    "jpo": {"command": "node", "args": ["jpo.js"]}, // theirs\n    "a": {}\n  }\n}\n'


def test_an_entry_that_is_not_ours_is_replaced_only_when_asked_and_comes_back(home: Path, run: Run) -> None:
    """The name may be somebody's own server: asked for with --replace, kept in the backup, restored by uninstall."""
    place = home / PLACES["cursor"]
    place.parent.mkdir()
    place.write_text(FOREIGN, "utf-8")
    refused = run("install", "cursor", "--sandbox", "--yes")
    assert refused.code == 1
    assert "--replace" in refused.err
    assert run("uninstall", "cursor", "--yes").code == 0
    assert place.read_text("utf-8") == FOREIGN
    assert run("install", "cursor", "--sandbox", "--yes", "--replace").code == 0
    assert json.loads(place.read_text("utf-8").replace("// theirs", ""))["mcpServers"]["jpo"]["type"] == "stdio"
    assert "// theirs" in place.read_text("utf-8")
    assert run("uninstall", "cursor", "--yes").code == 0
    assert place.read_text("utf-8") == FOREIGN


def test_from_the_sandbox_to_an_id_and_back_to_nothing(home: Path, run: Run) -> None:
    """However often it was installed in between, uninstall gives back the first state."""
    place = home / PLACES["claude-desktop"]
    place.parent.mkdir(parents=True)
    place.write_text('{ "scale": 0 }', "utf-8")
    for name in ("id", "password"):
        (home / name).write_text("made-up")
        (home / name).chmod(0o600)
    files = ("--username-file", str(home / "id"), "--password-file", str(home / "password"))
    for options in (("--sandbox",), files, (), ("--sandbox",), files):
        assert run("install", "claude-desktop", "--yes", *options).code == 0
    env = json.loads(place.read_text("utf-8"))["mcpServers"]["jpo"]["env"]
    assert env == {"JPO_API_USERNAME_FILE": str(home / "id"), "JPO_API_PASSWORD_FILE": str(home / "password")}
    assert run("uninstall", "claude-desktop", "--yes").code == 0
    assert place.read_text("utf-8") == '{ "scale": 0 }'


def test_what_others_wrote_meanwhile_stays_when_ours_goes(home: Path, run: Run) -> None:
    """An older backup comes back only where nothing else changed since."""
    place = home / PLACES["claude-desktop"]
    place.parent.mkdir(parents=True)
    place.write_text('{\n  "mcpServers": {\n    "a": {}\n  }\n}\n', "utf-8")
    assert run("install", "claude-desktop", "--sandbox", "--yes").code == 0
    text = place.read_text("utf-8")
    place.write_text(text.replace('"a": {},', '"a": {}, // seen\n    "b": {},')[:-2] + ', "c": 1}\n', "utf-8")
    assert run("uninstall", "claude-desktop", "--yes").code == 0
    assert place.read_text("utf-8") == ('{\n  "mcpServers": {\n    "a": {}, // seen\n    "b": {}\n  }\n, "c": 1}\n')
