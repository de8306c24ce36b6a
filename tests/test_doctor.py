"""The doctor: each check says what it found and what to do, and never what a secret is."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Mapping
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import SecretStr
from rich.console import Console

from jpo_mcp import cli, doctor
from jpo_mcp.doctor import Check
from jpo_mcp.errors import BadSetting, Words
from jpo_mcp.sandbox import PASSWORD, USERNAME, Sandbox
from jpo_mcp.sandbox.loopback import Loopback
from jpo_mcp.screen import Screen
from jpo_mcp.settings import Settings
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.entitlement import Entitlement

SENTINEL = "hunter2-sentinel"
NAME = Words("folder", "場所")


class FakeKeyring(ModuleType):
    """A keyring that keeps what it is given in memory."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, value: str) -> None:
        self.kept[service, name] = value


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    """No test may look into this machine's own keyring or environment."""
    for name in [name for name in os.environ if name.startswith("JPO_")]:
        monkeypatch.delenv(name)
    fake = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", fake)
    return fake


async def report(settings: Settings) -> dict[str, doctor.Check]:
    folder = str(settings.cache_dir)
    environ = {**os.environ, "HOME": folder, "JPO_MCP_CACHE_DIR": folder, "JPO_MCP_SANDBOX": str(settings.sandbox)}
    return {check.name.en: check async for check in doctor.examine(settings, environ)}


async def test_in_the_sandbox_everything_is_well(tmp_path: Path) -> None:
    """`JPO_MCP_SANDBOX=1` needs nothing else: no check fails, and our own server lists its tools."""
    checks = await report(Settings(sandbox=True, cache_dir=tmp_path / "cache"))
    assert {name: check.state for name, check in checks.items()} == {
        "versions": "ok",
        "mode": "ok",
        "credentials": "ok",
        "token": "ok",
        "clock": "ok",
        "kept answers": "ok",
        "ledger folder": "ok",
        "ledger": "ok",
        "dossiers (OPD)": "ok",
        "limits set": "ok",
        "server": "ok",
    }
    assert "11 tools" in checks["server"].found.en


async def test_an_id_without_the_five_office_dossiers_is_said_to_lack_them(tmp_path: Path) -> None:
    """The verdict was found out by a question; the doctor asks nothing for it, and the rest is well."""
    settings = Settings(sandbox=True, cache_dir=tmp_path / "cache")
    async with JpoClient(settings) as client:
        found = Entitlement(refused_until=client.clock.now() + 3_600.0, because="212")
        await client.ledger.put_state("opd-entitlement", found.dump())
        check = await doctor.dossiers(client)
        assert (check.state, "212" in check.found.en, check.do is not None) == ("warning", True, True)
        await client.ledger.put_state("opd-entitlement", Entitlement(granted_at=1.0).dump())
        assert (await doctor.dossiers(client)).found.en == "the OPD has answered this ID"
    for setting in ("on", "off"):
        async with JpoClient(settings.model_copy(update={"opd": setting})) as client:
            assert f"JPO_MCP_OPD={setting}" in (await doctor.dossiers(client)).found.en


async def test_without_an_id_the_set_up_is_explained_once_and_nothing_is_sent(tmp_path: Path) -> None:
    """The one failure is the missing ID; the token is not tried."""
    checks = await report(Settings(cache_dir=tmp_path / "cache"))
    assert [name for name, check in checks.items() if check.state == "failed"] == ["credentials"]
    assert checks["token"].state == "warning"
    do = checks["credentials"].do
    assert do is not None
    assert "JPO_API_USERNAME" in do.en
    assert "JPO_API_USERNAME" in do.ja


async def test_a_refused_password_fails_the_token_and_costs_no_access(tmp_path: Path) -> None:
    """A token costs no access; the report names neither the ID nor the password."""
    with Loopback(Sandbox()) as served:
        settings = Settings(
            base_url=served.base_url,
            username=SecretStr(USERNAME),
            password=SecretStr(SENTINEL),
            cache_dir=tmp_path / "cache",
        )
        checks = await report(settings)
        assert served.sandbox.count() == 0
    assert checks["token"].state == "failed"
    assert checks["mode"].state == "warning"
    assert SENTINEL not in repr(checks)


async def test_a_good_login_costs_no_access(tmp_path: Path) -> None:
    """The token endpoint is not one of those that are counted."""
    with Loopback(Sandbox()) as served:
        settings = Settings(
            base_url=served.base_url,
            username=SecretStr(USERNAME),
            password=SecretStr(PASSWORD),
            cache_dir=tmp_path / "cache",
        )
        async with JpoClient(settings) as client:
            token, _ = await doctor.login(client)
        assert served.sandbox.count() == 0
    assert token.state == "ok"


def test_it_says_where_each_credential_comes_from_and_never_what_it_is(tmp_path: Path, keyring: FakeKeyring) -> None:
    """Secret files come before the environment, and the environment before the keyring."""
    secret = tmp_path / "jpo-id"
    secret.write_text(SENTINEL)
    secret.chmod(0o600)
    keyring.kept["jpo-mcp", "password"] = SENTINEL
    from_file = doctor.credentials(
        Settings(username_file=secret, username=SecretStr("other"), password=SecretStr(SENTINEL))
    )
    from_keyring = doctor.credentials(Settings(username=SecretStr(SENTINEL)))
    half = doctor.credentials(Settings(password=SecretStr(SENTINEL)))
    assert (from_file.state, from_file.found.en) == ("ok", "ID: secret file jpo-id; password: environment")
    assert (from_keyring.state, from_keyring.found.en) == ("ok", "ID: environment; password: the system's keyring")
    assert (half.state, half.found.en) == ("failed", "ID: not found; password: environment")
    assert SENTINEL not in repr((from_file, from_keyring, half))


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_a_secret_file_that_others_may_read_fails(tmp_path: Path) -> None:
    """A world-readable secret is no secret."""
    secret = tmp_path / "password"
    secret.write_text(SENTINEL)
    secret.chmod(0o644)
    check = doctor.credentials(Settings(username=SecretStr("me"), password_file=secret))
    assert check.state == "failed"
    assert check.do is not None
    assert "chmod 600" in check.do.en
    assert SENTINEL not in repr(check)


@pytest.mark.parametrize(
    ("server_time", "state"),
    [(1000.0, "ok"), (1060.0, "ok"), (939.0, "warning"), (1600.0, "warning"), (1601.0, "failed"), (None, "ok")],
)
def test_the_clock_is_compared_with_the_jpos(server_time: float | None, state: str) -> None:
    """Warned of over 60 seconds, failed over 10 minutes: the JPO's clock renews the day's accesses."""
    assert doctor.clock(server_time, now=1000.0).state == state


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_a_folder_is_made_private_or_said_to_have_been_open(tmp_path: Path) -> None:
    """Folders are 0700: made so, and closed where they were not."""
    new, loose = tmp_path / "new", tmp_path / "loose"
    loose.mkdir()
    loose.chmod(0o755)
    assert doctor.folder(NAME, new).state == "ok"
    assert doctor.folder(NAME, loose).state == "warning"
    assert doctor.folder(NAME, loose).state == "ok"
    assert (new.stat().st_mode & 0o777, loose.stat().st_mode & 0o777) == (0o700, 0o700)


def test_a_file_in_a_folders_place_fails_with_what_to_do(tmp_path: Path) -> None:
    """Nothing is written where the folder is not ours."""
    taken, under = tmp_path / "taken", tmp_path / "taken" / "under"
    taken.write_text("")
    for path in (taken, under):
        check = doctor.folder(NAME, path)
        assert check.state == "failed"
        assert check.do is not None
        assert "JPO_MCP_STATE_DIR" in check.do.en


def test_a_limit_for_no_endpoint_fails() -> None:
    """A typing error in JPO_MCP_LIMITS would silently change nothing."""
    assert doctor.limits_known({"1-1": 800, "3-11": 50}).state == "ok"
    wrong = doctor.limits_known({"1-1": 800, "1-99": 5})
    assert wrong.state == "failed"
    assert "1-99" in wrong.found.en
    assert "1-1" not in wrong.found.en


async def test_a_server_that_does_not_start_is_a_failed_check(tmp_path: Path) -> None:
    """The report goes on and says how to see why."""
    check = await doctor.server({**os.environ, "JPO_MCP_CACHE_DIR": str(tmp_path), "JPO_MCP_RESERVE": "7"})
    assert check.state == "failed"
    assert check.do is not None
    assert "jpo-mcp serve" in check.do.en


# ── --login ───────────────────────────────────────────────────────────────────────────────────


def test_login_puts_both_answers_in_the_keyring_where_settings_find_them(keyring: FakeKeyring) -> None:
    """What `doctor --login` stores is what `Settings.credentials` reads."""
    answers = {"JPO ID: ": " me ", "JPO password パスワード: ": SENTINEL}
    doctor.store_login(answers.__getitem__)
    assert keyring.kept == {("jpo-mcp", "username"): "me", ("jpo-mcp", "password"): SENTINEL}
    assert Settings().credentials() == ("me", SENTINEL)


def test_an_empty_answer_stores_nothing(keyring: FakeKeyring) -> None:
    """Half a login is none."""
    with pytest.raises(BadSetting):
        doctor.store_login(lambda question: "" if "password" in question else "me")
    assert keyring.kept == {}


def test_without_the_extra_login_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring is an extra."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(BadSetting) as refused:
        doctor.store_login(lambda _: SENTINEL)
    assert 'pip install "jpo-mcp[keyring]"' in str(refused.value)
    assert SENTINEL not in str(refused.value)


def test_the_server_it_tries_inherits_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Child processes get the settings, not the credentials."""
    seen: dict[str, str] = {}

    async def examine(_: Settings, environ: Mapping[str, str]) -> AsyncIterator[doctor.Check]:
        seen.update(environ)
        yield doctor.Check(NAME, "ok", NAME)

    monkeypatch.setattr(doctor, "examine", examine)
    monkeypatch.setenv("JPO_API_USERNAME", "me")
    monkeypatch.setenv("JPO_API_PASSWORD", SENTINEL)
    monkeypatch.setenv("JPO_MCP_CACHE_DIR", str(tmp_path))
    before = os.umask(0o022)
    try:
        assert cli.main(["doctor"]) == 0
    finally:
        os.umask(before)
    assert seen["JPO_MCP_CACHE_DIR"] == str(tmp_path)
    assert SENTINEL not in seen.values()


@pytest.mark.parametrize(
    "name", [Words("dossiers (OPD)", "五庁書類（OPD）"), Words("shared count (Redis)", "共有（Redis）")]
)
def test_the_name_of_a_check_is_shown_whole(name: Words) -> None:
    """An ellipsis in a report of what is wrong hides what it is about."""
    out = StringIO()
    Screen("both", out=Console(file=out, width=80)).check(Check(name, "ok", Words("yes", "はい")))
    assert "…" not in out.getvalue()
    assert name.ja in out.getvalue()
