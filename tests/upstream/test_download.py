"""Links to bundles over 10 MB: one exact host, https, a public address, and nothing else ever."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from jpo_mcp.errors import UnsafeLink
from jpo_mcp.upstream.download import Target, all_public, public_address, target

HOST = "bucket.s3.amazonaws.com"
SENTINEL = "sentinel-signature"
GOOD = f"https://{HOST}/docContOpinionAmendment_2020490001.zip?Signature={SENTINEL}&Expires=1"

BAD = [
    f"http://{HOST}/x.zip", f"HTTP://{HOST}/x", f"ftp://{HOST}/x", "file:///etc/passwd", "file://localhost/etc/passwd",
    "gopher://x/", "data:application/zip;base64,UEs=", "javascript:alert(1)", "", " ", "/x.zip", "//evil.example/x",
    "https://", "https:///x", "https:bucket.s3.amazonaws.com/x", f"{HOST}/x", "https://169.254.169.254/latest/meta-data",
    "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:a9fe:a9fe]/x", "https://2130706433/x", "https://0x7f000001/x", "https://0177.0.0.1/x", "https://0/x",
    "https://10.0.0.1/x", "https://192.168.0.1/x", f"https://{HOST}:8443/x", f"https://{HOST}:80/x", f"https://{HOST}:0/x",
    f"https://{HOST}:/x", f"https://{HOST}:443443/x", f"https://{HOST}:x/x", f"https://user@{HOST}/x",
    f"https://user:pw@{HOST}/x", f"https://{HOST}@evil.example/x", f"https://evil.example#@{HOST}/x",
    f"https://evil.example?@{HOST}/x", f"https://evil.example\\@{HOST}/x", f"https://{HOST}\\.evil.example/x",
    f"https://{HOST}.evil.example/x", f"https://evil-{HOST}/x", f"https://{HOST}-evil/x", "https://s3.amazonaws.com/bucket/x",
    "https://bucket.s3.ap-northeast-1.amazonaws.com/x", "https://bucket2.s3.amazonaws.com/x", f"https://{HOST}./x",
    f"https://{HOST.upper()}/x", "https://bücket.s3.amazonaws.com/x", "https://bucket。s3.amazonaws.com/x",
    "https://xn--bcket-kva.s3.amazonaws.com/x", f"https://{HOST}/x\r\nHost: evil.example", f"https://{HOST}/x y",
    f"https://{HOST}\t/x", f"\nhttps://{HOST}/x", f"https://{HOST}/x#part", f"https://{HOST}%2eevil.example/x",
    f"https://[{HOST}]/x", f"https://{HOST}%00.evil.example/x",
]  # fmt: skip


def test_sixty_bad_links_are_tried() -> None:
    """The number that the rule names."""
    assert len(set(BAD)) == len(BAD) == 60


@pytest.mark.parametrize("url", BAD)
def test_a_link_of_any_other_kind_is_refused_without_repeating_it(url: str) -> None:
    """Reliability C9: an exact host, not a pattern that anyone may register a match for."""
    with pytest.raises(UnsafeLink) as raised:
        target(f"{url}?Signature={SENTINEL}" if url else url, HOST)
    assert SENTINEL not in raised.value.text() + repr(raised.value)
    assert len(raised.value.text()) <= 600


@pytest.mark.parametrize("url", [GOOD, GOOD.replace(HOST, f"{HOST}:443")])
def test_the_one_host_is_followed(url: str) -> None:
    """And no representation shows the signature."""
    found = target(url, HOST)
    assert (found.url, found.host, found.port, found.secure) == (url, HOST, 443, True)
    assert SENTINEL not in repr(found)


def test_a_sandbox_on_this_machine_may_hand_out_links_to_itself_alone() -> None:
    """The exact host and port that the operator set as the API, over plain http."""
    assert target("http://127.0.0.1:8080/_download/x.zip", HOST, "127.0.0.1:8080").secure is False
    for url in (
        "http://127.0.0.1:8081/x",
        "http://127.0.0.1/x",
        "https://127.0.0.1:8080/x",
        "http://u@127.0.0.1:8080/x",
    ):
        with pytest.raises(UnsafeLink):
            target(url, HOST, "127.0.0.1:8080")


ADDRESSES = [("203.0.113.9", "203.0.113.9:443"), ("2001:db8::1", "[2001:db8::1]:443")]


@pytest.mark.parametrize(("address", "netloc"), ADDRESSES)
def test_the_checked_address_is_the_one_that_is_connected_to(address: str, netloc: str) -> None:
    """DNS cannot change its mind between the check and the connection."""
    assert Target(GOOD, HOST, 443, secure=True).pinned(address) == GOOD.replace(HOST, netloc)


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",  # noqa: S104 - an address to refuse
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "192.0.2.1",
    "2001:db8::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "::127.0.0.1", "::10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    """Through every way that IPv6 has of wrapping an IPv4 address; Teredo wraps it inverted."""
    assert not all_public([address])
    assert not all_public(["52.219.0.1", address])


def test_public_addresses_are_public() -> None:
    """An Amazon address of either family."""
    assert all_public(["52.219.0.1", "2600:1fa0::1"])


def resolves(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("52.219.0.1", "10.0.0.1"), ("52.219.0.1", "::1"), ()])
def test_a_name_that_leads_anywhere_private_is_refused(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding DNS answers with one of each."""
    resolves(monkeypatch, *addresses)
    with pytest.raises(UnsafeLink):
        public_address(HOST, 443)


def test_a_public_name_gives_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first."""
    resolves(monkeypatch, "52.219.0.1", "52.219.0.2")
    assert public_address(HOST, 443) == "52.219.0.1"
