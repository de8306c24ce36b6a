"""What `serve --http` refuses to start with: each with one line that says why and how to mend it."""

from __future__ import annotations

import asyncio
import http.client
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jpo_mcp.cli import parser, serve_http
from jpo_mcp.errors import SetupError
from jpo_mcp.server import receipt
from jpo_mcp.server.http_settings import check, file_system
from jpo_mcp.settings import Settings
from tests.server.pipe import ROOT
from tests.server.web import Web, add_person, people, raw

PUBLIC = ("--host", "0.0.0.0")  # noqa: S104 - what is refused here
PROXIED = (*PUBLIC, "--behind-tls-proxy", "--allow-host", "jpo.example.com")
ALONE = ("--no-auth",)
TEAM = "team"  # people are configured

UNSAFE: dict[str, tuple[str, tuple[str, ...], str]] = {
    "nobody may ask": ("", (), "token"),
    "open to the network": ("", PUBLIC, "--allow-host"),
    "open to the network, IPv6": ("", ("--host", "::"), "--allow-host"),
    "named, but nobody may ask": ("", PROXIED, "jpo-mcp token add"),
    "no auth on the network": ("", (*PROXIED, *ALONE), "--no-auth"),
    "no auth on this machine's address": (
        "",
        ("--host", "10.0.0.5", "--allow-host", "10.0.0.5:8765", "--behind-tls-proxy", *ALONE),
        "--no-auth",
    ),
    "no auth behind a proxy": ("", ("--behind-tls-proxy", "--allow-host", "jpo.example.com", *ALONE), "--no-auth"),
    "no auth behind a trusted proxy": ("", ("--trusted-proxy", "127.0.0.1", *ALONE), "--no-auth"),
    "no auth under a public name": ("", ("--allow-host", "jpo.example.com", *ALONE), "--no-auth"),
    "no auth although there are people": (TEAM, ALONE, "--no-auth"),
    "no list of hosts": (TEAM, (*PUBLIC, "--behind-tls-proxy"), "--allow-host"),
    "no list of hosts behind a proxy": (TEAM, ("--behind-tls-proxy",), "--allow-host"),
    "any host": (TEAM, ("--allow-host", "*"), "exact name"),
    "any host of a domain": (TEAM, ("--allow-host", "*.example.com"), "exact name"),
    "any port of a host": (TEAM, ("--allow-host", "jpo.example.com:*"), "exact name"),
    "a URL for a host": (TEAM, ("--allow-host", "https://jpo.example.com"), "exact name"),
    "a host with a path": (TEAM, ("--allow-host", "jpo.example.com/mcp"), "exact name"),
    "a host with a trailing dot": (TEAM, ("--allow-host", "jpo.example.com."), "exact name"),
    "two hosts in one": (TEAM, ("--allow-host", "a.example evil.example"), "exact name"),
    "a host of nothing": (TEAM, ("--allow-host", ""), "exact name"),
    "any origin": (TEAM, ("--allow-origin", "*"), "origin"),
    "the null origin": (TEAM, ("--allow-origin", "null"), "origin"),
    "any origin of a domain": (TEAM, ("--allow-origin", "https://*.example.com"), "origin"),
    "an origin without a scheme": (TEAM, ("--allow-origin", "chat.example.com"), "origin"),
    "an origin in plain http": (TEAM, ("--allow-origin", "http://chat.example.com"), "origin"),
    "an origin with a path": (TEAM, ("--allow-origin", "https://chat.example.com/"), "origin"),
    "an origin that only begins like loopback": (TEAM, ("--allow-origin", "http://localhost.evil.example"), "origin"),
    "tokens in plain http": (TEAM, (*PUBLIC, "--allow-host", "10.0.0.5:8765"), "--tls-cert"),
    "every proxy": (TEAM, ("--trusted-proxy", "0.0.0.0/0"), "X-Forwarded"),
    "every proxy, IPv6": (TEAM, ("--trusted-proxy", "::/0"), "X-Forwarded"),
    "half of all proxies": (TEAM, ("--trusted-proxy", "128.0.0.0/1"), "X-Forwarded"),
    "the proxy at no address": (TEAM, ("--trusted-proxy", "0.0.0.0"), "X-Forwarded"),  # noqa: S104
    "any proxy": (TEAM, ("--trusted-proxy", "*"), "X-Forwarded"),
    "a proxy by name": (TEAM, ("--trusted-proxy", "proxy.internal"), "X-Forwarded"),
    "a name to listen at": (TEAM, ("--host", "jpo.example.com"), "a name"),
    "a port out of range": (TEAM, ("--port", "70000"), "--port"),
    "a port that is no number": (TEAM, ("--port", "http"), "--port"),
    "a certificate without its key": (TEAM, ("--tls-cert", "cert.pem"), "--tls-key"),
    "a key without its certificate": (TEAM, ("--tls-key", "key.pem"), "--tls-cert"),
    "a certificate that is not there": (TEAM, ("--tls-cert", "no.pem", "--tls-key", "key.pem"), "PEM"),
    "a key that others may read": (TEAM, ("--tls-cert", "cert.pem", "--tls-key", "open.pem"), "chmod 600"),
    "somebody else's key": (TEAM, ("--tls-cert", "cert.pem", "--tls-key", "other.pem"), "belong together"),
    "a key behind a pass phrase": (TEAM, ("--tls-cert", "cert.pem", "--tls-key", "locked.pem"), "PEM"),
    "a socket and an address": (TEAM, ("--socket", "own/s", "--port", "8765"), "--socket"),
    "a socket where others may write": (TEAM, ("--socket", "common/s"), "mkdir -m 700"),
    "a socket in no folder": (TEAM, ("--socket", "nowhere/s"), "mkdir -m 700"),
    "a file where the socket should be": (TEAM, ("--socket", "own/file"), "no socket"),
}
"""Who is configured, what is typed in the folder below, and a word of the mending."""

SAFE: dict[str, tuple[str, tuple[str, ...]]] = {
    "alone on this machine": ("", ALONE),
    "alone, IPv6": ("", ("--host", "::1", *ALONE)),
    "alone at a socket": ("", ("--socket", "own/s", *ALONE)),
    "a team on this machine": (TEAM, ()),
    "a team behind a proxy": (TEAM, (*PROXIED, "--trusted-proxy", "172.18.0.0/16")),
    "a team with TLS": (
        TEAM,
        (*PUBLIC, "--allow-host", "jpo.example.com:8765", "--tls-cert", "cert.pem", "--tls-key", "key.pem"),
    ),
    "a team with IPv6 and pages": (
        TEAM,
        ("--allow-host", "[2001:db8::1]:8765", "--allow-origin", "https://chat.example.com"),
    ),
    "a page of this machine": (TEAM, ("--allow-origin", "http://localhost:6274")),
}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys, certificates and sockets' folders, good and bad."""
    folder = tmp_path_factory.mktemp("start")
    key = _certified(folder, "cert.pem", "key.pem")
    (folder / "open.pem").write_bytes((folder / "key.pem").read_bytes())
    (folder / "open.pem").chmod(0o644)
    _certified(folder, "other-cert.pem", "other.pem")
    _write_key(folder / "locked.pem", key, serialization.BestAvailableEncryption(b"phrase"))
    (folder / "own").mkdir(mode=0o700)
    (folder / "own/file").write_text("precious")
    (folder / "common").mkdir()
    (folder / "common").chmod(0o777)
    add_person(folder, "hanako")
    return folder


def _certified(folder: Path, certificate: str, name: str) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / certificate).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    _write_key(folder / name, key, serialization.NoEncryption())
    return key


def _write_key(
    path: Path, key: ec.EllipticCurvePrivateKey, encryption: serialization.KeySerializationEncryption
) -> None:
    path.touch(mode=0o600)
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, encryption))


Start = Callable[[str, tuple[str, ...]], None]


@pytest.fixture
def start(scene: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Looks at a start as the command does before it opens anything."""

    def started(who: str, options: tuple[str, ...]) -> None:
        monkeypatch.chdir(scene)
        monkeypatch.setenv("JPO_MCP_CACHE_DIR", str(tmp_path / "cache"))
        if who:
            monkeypatch.setenv(*next(iter(people(scene).items())))
        command = parser.read(["serve", "--http", *options])
        check(serve_http.settings_of(command), Settings.from_environment())

    return started


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_start_is_refused_with_why_and_how_to_mend_it(name: str, start: Start) -> None:
    """Section 4.2 of the reliability notes: nothing that is open by mistake is ever started."""
    who, options, mends = UNSAFE[name]
    with pytest.raises(SetupError) as refused:
        start(who, options)
    told = refused.value
    assert mends in f"{told.what.en} {told.next_step.en}"
    assert all((told.what.ja, told.next_step.ja))
    assert "\n" not in f"{told.what.en}{told.next_step.en}{told.what.ja}{told.next_step.ja}"


@pytest.mark.parametrize("name", SAFE)
def test_a_safe_start_is_not_refused(name: str, start: Start) -> None:
    """The other half of the matrix: a refusal that hits everybody would prove nothing."""
    start(*SAFE[name])


IN_THE_ENVIRONMENT = {
    "JPO_MCP_HTTP_ALLOW_HOSTS": "jpo.example.com, *",
    "JPO_MCP_HTTP_ALLOW_ORIGINS": "*",
    "JPO_MCP_HTTP_TRUSTED_PROXIES": "0.0.0.0/0",
    "JPO_MCP_HTTP_HOST": "0.0.0.0",  # noqa: S104
    "JPO_MCP_HTTP_PORT": "-1",
    "JPO_MCP_HTTP_BEHIND_TLS_PROXY": "perhaps",
}


@pytest.mark.parametrize("variable", IN_THE_ENVIRONMENT)
def test_the_environment_is_looked_at_like_arguments(
    variable: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own choice: containers set variables, and a bad one is no better there."""
    monkeypatch.setenv(variable, IN_THE_ENVIRONMENT[variable])
    with pytest.raises(SetupError):
        start(TEAM, ())


def test_no_variable_takes_the_tokens_away(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own choice: what opens the door is typed by whoever opens it, and inherited by nobody."""
    for variable in ("JPO_MCP_HTTP_NO_AUTH", "no_auth", "NO_AUTH"):
        monkeypatch.setenv(variable, "1")
    with pytest.raises(SetupError, match="token"):
        start("", ())


def test_an_argument_wins_over_the_environment(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere."""
    monkeypatch.setenv("JPO_MCP_HTTP_HOST", "0.0.0.0")  # noqa: S104
    start("", ("--host", "127.0.0.1", *ALONE))


@pytest.mark.skipif(os.name != "posix", reason="modes of this kind are of the other systems")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_a_folder_that_others_may_write_in_is_not_counted_in(mode: int, start: Start, tmp_path: Path) -> None:
    """Section 4.2: whoever can write there can put a ledger of their own there, before us."""
    state = tmp_path / "cache/state"
    state.mkdir(parents=True)
    state.chmod(mode)
    with pytest.raises(SetupError, match="chmod 700"):
        start("", ALONE)


def test_a_ledger_on_a_network_file_system_is_known_by_its_mount() -> None:
    """Section 4.2: file locks over NFS or SMB cannot be relied on. The list is in the form of proc(5), mounts."""
    mounts = "/dev/vda1 / ext4 rw 0 0\nfiler:/home /srv/home nfs4 rw 0 0\n//nas/x /srv/home/a\\040b cifs rw 0 0\n"
    assert file_system(Path("/var/lib/jpo-mcp"), mounts) == "ext4"
    assert file_system(Path("/srv/home/jpo"), mounts) == "nfs4"
    assert file_system(Path("/srv/home/a b/c"), mounts) == "cifs"
    assert file_system(Path("/srv/homely"), mounts) == "ext4"
    assert file_system(Path("/x"), "") == ""


# ── by the real command ───────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port that somebody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        yield there.getsockname()[1]


REAL = {
    "nobody may ask": ("", ()),
    "open to the network": ("", PUBLIC),
    "no auth on the network": ("", (*PROXIED, *ALONE)),
    "a port that is no number": (TEAM, ("--port", "http")),
    "a port that is taken": (TEAM, ("--port", "TAKEN")),
    "tokens that others may read": ("open.json", ()),
}


def _run(home: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-P", "-m", "jpo_mcp", "serve", *options],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(home), **environ},
        stdin=subprocess.DEVNULL,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("name", REAL)
def test_the_process_ends_with_2_and_one_line(name: str, scene: Path, taken: int) -> None:
    """Section 4.2, as an operator meets it: exit code 2, one line, nothing listening."""
    who, options = REAL[name]
    environ = people(scene) if who else {}
    if who == "open.json":
        (scene / who).write_bytes((scene / "tokens.json").read_bytes())
        (scene / who).chmod(0o644)
        environ = {"JPO_MCP_TOKENS_FILE": str(scene / who)}
    ran = _run(scene / "own", "--http", *(str(taken) if option == "TAKEN" else option for option in options), **environ)
    assert (ran.returncode, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    assert line.startswith("jpo-mcp: [")
    assert " -> " in line


def test_arguments_for_http_are_not_silently_ignored_on_a_pipe(scene: Path) -> None:
    """Our own choice: who typed --port expects somebody there."""
    ran = _run(scene / "own", "--port", "8765")
    assert ran.returncode == 2
    assert "add --http" in ran.stderr


def test_an_unsafe_redis_is_not_started_with(tmp_path: Path) -> None:
    """Section 4.2: without a log of its own it forgets what was counted when it is killed."""
    from tests.redis_server import RedisServer

    named = {"JPO_API_USERNAME": "somebody", "JPO_API_PASSWORD": "something"}
    with RedisServer(tmp_path / "redis", options={"appendonly": "no"}) as redis:
        ran = _run(tmp_path, "--http", "--no-auth", "--port", "0", JPO_MCP_REDIS_URL=redis.url, **named)
    assert ran.returncode == 2
    *logged, line = ran.stderr.splitlines()
    assert line.startswith("jpo-mcp: [unsafe_redis]")
    assert "appendonly" in line
    assert len(logged) <= 1  # the link's own warning, as in any log


def test_a_unix_socket_is_for_this_user_alone_and_a_dead_one_is_replaced(tmp_path: Path) -> None:
    """Section 4.1: 0600. The socket of a server that was killed must not keep the next from starting."""
    home = tmp_path / "h"
    home.mkdir(mode=0o700)
    at = home / "s"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(at))
    with Web(home, "--no-auth", "--socket", str(at), JPO_MCP_SANDBOX="1") as web:
        assert at.stat().st_mode & 0o777 == 0o600
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(at))
            line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert line.recv(4_096).startswith(b"HTTP/1.1 200")
        ran = _run(home, "--http", "--no-auth", "--socket", str(at))
        assert ran.returncode == 2
        assert "somebody listens there" in ran.stderr
        assert web.stop() == 0


def test_a_tls_handshake_that_never_comes_is_cut_off(scene: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row G7 before the first byte of HTTP: asyncio itself would wait a minute. Here the deadline is made short."""
    monkeypatch.setattr(receipt, "RECEIPT_SECONDS", 0.2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(scene / "cert.pem", scene / "key.pem")

    async def wait_for_the_end() -> bytes:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=context)
        async with server, asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            received = await reader.read()
            writer.close()
            return received

    with asyncio.Runner(loop_factory=receipt.PromptLoop) as runner:
        assert runner.run(wait_for_the_end()) == b""


def test_with_a_certificate_it_speaks_tls_and_nothing_else(scene: Path) -> None:
    """Section 4.1: off loopback without TLS a token can be read by anybody on the way."""
    options = ("--port", "0", "--tls-cert", "cert.pem", "--tls-key", "key.pem")
    trusting = ssl.create_default_context(cafile=scene / "cert.pem")
    home = scene / "own"
    cert = tuple(str(scene / o) if o.endswith(".pem") else o for o in options)
    with Web(home, *cert, JPO_MCP_SANDBOX="1", **people(scene)) as web:
        line = http.client.HTTPSConnection("localhost", web.port, context=trusting, timeout=10)
        line.request("GET", "/health")
        assert line.getresponse().read() == b"ok"
        line.close()
        assert b"200" not in raw(web.port, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert web.stop() == 0
