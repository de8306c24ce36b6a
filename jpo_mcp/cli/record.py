"""`jpo-mcp record`: any other command, with the JPO's replies saved beside it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from jpo_mcp.cli.command import Command
from jpo_mcp.cli.outcome import explained, lang_set
from jpo_mcp.errors import BadArgument, JpoError, Words


def takes(parser: argparse.ArgumentParser) -> None:
    """What `record` takes."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or one recorded before 保存先")
    parser.add_argument(
        "recorded", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="any other command 記録するコマンド"
    )


def run(command: Command) -> int:
    """Runs the command in this process, then says on standard error what was recorded: the rest is the command's."""
    from jpo_mcp.cli.parser import read  # which knows all commands, this one too
    from jpo_mcp.settings import variable_of
    from jpo_mcp.upstream.recorder import recorder_of

    recorded = [*command.recorded][command.recorded[:1] == ["--"] :]
    if not recorded or recorded[0] == "record":
        raise _nothing_to_record()
    folder = command.folder.absolute()
    recorder, lang = recorder_of(folder), lang_set()
    os.environ[variable_of("record_dir")] = str(folder)
    try:
        return read(recorded).finish()
    except JpoError as failure:
        return explained(failure)
    finally:
        sys.stdout.flush()
        # Not drawn: `serve` keeps out what draws.
        sys.stderr.writelines(f"{words.say(lang)}\n" for words in recorder.summary())


def _nothing_to_record() -> BadArgument:
    return BadArgument(
        Words("no command to record", "記録するコマンドがありません。"),
        Words("write one after the folder", "フォルダの後にコマンドを書いてください。"),
        example="jpo-mcp record replies -- case 特願2020-123456",
        field="command",
    )
