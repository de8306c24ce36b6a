"""How a command ends: the exit codes, and a failure in words."""

from __future__ import annotations

from jpo_mcp.errors import AuthRefused, BadSetting, InputError, JpoError, Lang, SetupError

OK, SAYS_NO, BAD, INTERRUPTED = 0, 1, 2, 130


def explained(failure: JpoError) -> int:
    """The exit code of a failure, after it was shown."""
    from jpo_mcp.screen import Screen

    Screen(lang_set()).error(failure)
    return code_of(failure)


def code_of(failure: JpoError) -> int:
    """The exit code of a failure."""
    return BAD if isinstance(failure, InputError | SetupError | AuthRefused) else SAYS_NO


def lang_set() -> Lang:
    """The language that is set; both where the settings cannot be read."""
    from jpo_mcp.settings import Settings

    try:
        return Settings.from_environment().lang
    except BadSetting:
        return "both"
