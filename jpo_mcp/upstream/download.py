"""The link the JPO gives instead of a bundle over 10 MB, followed without trusting it.

The link is a signed address that lives five minutes. It is followed at once, to one exact
host, over https, to a public address, with no token and no redirect, and it is never kept,
logged or shown. A link of any other kind is refused: an odd upstream must not be able to
make this machine talk to its own network.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from jpo_mcp.errors import UnsafeLink, Words

MAX_DOWNLOAD = 64 * 1024 * 1024
SECONDS = 120.0

_WRAPPING = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))


@dataclass(frozen=True, slots=True)
class Target:
    """A link that may be followed: where to connect, and the host name to ask and verify for."""

    url: str
    host: str
    port: int
    secure: bool

    def __repr__(self) -> str:
        return f"Target({self.host}:{self.port}, ***)"

    def pinned(self, address: str) -> str:
        """The same link with the checked address in place of the name, so that DNS cannot change its mind."""
        parts = urlsplit(self.url)
        literal = f"[{address}]" if ":" in address else address
        return parts._replace(netloc=f"{literal}:{self.port}").geturl()


def target(url: str, allowed_host: str, loopback: str | None = None) -> Target:
    """The link, if it is https on port 443 of the allowed host; or on `loopback` (`host:port`) in a sandbox.

    Raises `UnsafeLink`, naming only the host.
    """
    if not url.isascii() or any(c in url for c in "\\ \t\r\n"):
        raise _unsafe("?")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _unsafe("?") from None
    host = parts.hostname or "?"
    plain = f"{parts.scheme}://{parts.netloc}"
    if loopback is not None and plain == f"http://{loopback}":
        return Target(url, host, port or 80, secure=False)
    if plain not in {f"https://{allowed_host}", f"https://{allowed_host}:443"} or parts.fragment:
        raise _unsafe(host)
    return Target(url, host, 443, secure=True)


def public_address(host: str, port: int) -> str:
    """One address of the host. Raises `UnsafeLink` if any of its addresses is not on the public internet."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise _unsafe(host) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all_public(addresses):
        raise _unsafe(host)
    return addresses[0]


def all_public(addresses: Iterable[str]) -> bool:
    """Whether every address is global, seen through the ways IPv6 has of wrapping an IPv4 address."""
    return all(_is_public(ipaddress.ip_address(address.partition("%")[0])) for address in addresses)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        teredo = address.teredo
        inner = address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or _last_four(address)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast


def _last_four(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address behind a NAT64 gateway, or in the old form `::a.b.c.d`, which Python does not unwrap."""
    wrapped = any(address in network for network in _WRAPPING)
    return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF) if wrapped else None


def _unsafe(host: str) -> UnsafeLink:
    shown = host if len(host) <= 80 and host.isascii() and host.isprintable() else "?"
    return UnsafeLink(
        Words(
            f"the JPO answered with a download link to {shown}, which is not followed",
            f"許可されていないホスト（{shown}）へのリンクのため、取得していません。",
        ),
        Words(
            "read the papers on J-PlatPat; if this is the JPO's new host, set JPO_MCP_DOWNLOAD_HOST to it",
            "J-PlatPat で確認してください。特許庁の新しいホストであれば JPO_MCP_DOWNLOAD_HOST に設定します。",
        ),
        spent=1,
    )
