"""The settings: what is refused at start, and what is named when it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from jpo_mcp.errors import BadSetting
from jpo_mcp.settings import Credentials, Settings, forget_secrets, variable_of


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [
        ("JPO_MCP_BASE_URL", "http://ip-data.example", "https"),
        ("JPO_MCP_BASE_URL", "https://user:pw@ip-data.example", "scheme"),
        ("JPO_MCP_BASE_URL", "https://ip-data.example/api", "scheme"),
        ("JPO_MCP_LIMITS", '{"1-11x": 5}', "1-11"),
        ("JPO_MCP_LIMITS", '{"1-11": -1}', "between"),
        ("JPO_MCP_RESERVE", "2", "0.9"),
        ("JPO_MCP_LANG", "fr", "ja"),
        ("JPO_MCP_TOKEN_PATH", "//evil.example/token?x", "pattern"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    variable: str, value: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design, section 8: plain http on loopback only; a limit for no endpoint would be a limit nobody keeps."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting) as refused:
        Settings.from_environment()
    assert refused.value.field == variable
    assert word in refused.value.text("en")


def test_limits_are_named_by_api_number_or_by_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """README, Settings."""
    monkeypatch.setenv("JPO_MCP_LIMITS", '{"1-11": 200, "design/app_progress": 1600}')
    assert Settings.from_environment().limits == {"1-11": 200, "design/app_progress": 1600}


def test_variables_of_other_programs_are_not_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """LANG and USERNAME are set on most machines."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("USERNAME", "somebody")
    settings = Settings.from_environment()
    assert (settings.lang, settings.username) == ("both", None)


def test_a_changed_secret_file_counts_at_once(tmp_path: Path) -> None:
    """Reliability E5: rotation without a restart."""
    (tmp_path / "id").write_text("made-up-id\n")
    secret = tmp_path / "password"
    secret.write_text("first\n")
    for path in tmp_path.iterdir():
        path.chmod(0o600)
    settings = Settings(username_file=tmp_path / "id", password_file=secret)
    assert settings.credentials() == Credentials("made-up-id", "first")
    secret.write_text("second")
    assert settings.credentials() == Credentials("made-up-id", "second")


def test_a_secret_file_that_others_can_read_is_refused_without_its_content(tmp_path: Path) -> None:
    """Reliability E4."""
    secret = tmp_path / "password"
    secret.write_text("made-up-secret")
    secret.chmod(0o644)
    with pytest.raises(BadSetting) as refused:
        Settings(username_file=secret, password_file=secret).credentials()
    assert "made-up-secret" not in str(refused.value)
    assert "chmod 600" in str(refused.value)


def test_credentials_do_not_show_themselves() -> None:
    """Reliability E1: neither in a log nor in a traceback."""
    settings = Settings(username=SecretStr("made-up-id"), password=SecretStr("made-up-secret"))
    for shown in (repr(settings), str(settings), repr(settings.credentials()), f"{settings.credentials()}"):
        assert "made-up" not in shown


def test_the_credentials_leave_the_environment_once_read() -> None:
    """Reliability E4: no child process inherits them."""
    environ = {"JPO_API_USERNAME": "x", "JPO_API_PASSWORD": "y", "PATH": "/bin"}
    environ["JPO_MCP_REDIS_URL"] = "redis://:made-up@127.0.0.1"
    forget_secrets(environ)
    assert environ == {"PATH": "/bin"}


def test_every_setting_has_its_variable() -> None:
    """The README's table and the errors name settings by it."""
    assert variable_of("lang") == "JPO_MCP_LANG"
    assert variable_of("password_file") == "JPO_API_PASSWORD_FILE"


@pytest.mark.parametrize(
    "url",
    [
        "rediss://user:made-up-secret@redis.example:6380/1",
        "redis://127.0.0.1",
        "redis://:made-up-secret@[::1]:6379/",
        "unix:///run/valkey/valkey.sock",
    ],
)
def test_a_redis_is_named_by_its_url_which_is_not_shown(url: str) -> None:
    """It may hold the password."""
    settings = Settings(redis_url=SecretStr(url))
    assert settings.redis_url == SecretStr(url)
    assert "made-up" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    "url",
    [
        "http://made-up-secret@redis.example",
        "made-up-secret",
        "redis://",
        "redis://:made-up-secret@/0",
        "redis://redis.example:made-up-secret",
        "redis://redis.example:0",
        "redis://redis.example:99999",
        "redis://redis.example/made-up-secret",
        "rediss://redis.example?ssl_cert_reqs=none",
        "redis://redis.example#made-up-secret",
        "unix://made-up-secret/run/redis.sock",
        "unix://",
        "redis://[made-up-secret",
    ],
)
def test_a_url_that_names_no_redis_is_refused_without_being_repeated(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options in it could switch the certificate's check off, so none are taken."""
    monkeypatch.setenv("JPO_MCP_REDIS_URL", url)
    with pytest.raises(BadSetting, match="JPO_MCP_REDIS_URL") as refused:
        Settings.from_environment()
    assert "made-up" not in str(refused.value)
    assert "rediss://" in str(refused.value)


def test_the_redis_password_comes_from_a_file_that_nobody_else_reads(tmp_path: Path) -> None:
    """Read at every connection, so that a rotated password needs no restart."""
    secret = tmp_path / "redis"
    secret.write_text("first\n")
    secret.chmod(0o600)
    settings = Settings(redis_password_file=secret)
    assert (settings.redis_password(), Settings().redis_password()) == ("first", "")
    secret.write_text("second")
    assert settings.redis_password() == "second"
    secret.chmod(0o644)
    with pytest.raises(BadSetting):
        settings.redis_password()
