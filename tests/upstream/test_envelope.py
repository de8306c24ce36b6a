"""Bytes -> what the JPO said: by the first bytes, then the status code, and only then the HTTP status."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpo_mcp.endpoints import Reply as Form
from jpo_mcp.sandbox.pdf import Page, pdf
from jpo_mcp.upstream.envelope import MAX_TEXT, Reply, Said, form, read
from tests.documents.fictional import zipped


def envelope(code: object, data: object = None, remaining: object = "785") -> bytes:
    result: dict[str, object] = {"statusCode": code, "errorMessage": "", "remainAccessCount": remaining}
    return json.dumps({"result": result | ({} if data is None else {"data": data})}).encode()


CODES = {
    "107": Said.NOTHING, "108": Said.NOTHING, "111": Said.NOTHING, "203": Said.SPENT, "204": Said.REFUSED,
    "208": Said.REFUSED, "210": Said.TOKEN, "212": Said.CREDENTIALS, "301": Said.REFUSED, "302": Said.UNAVAILABLE,
    "303": Said.BUSY, "400": Said.REFUSED, "999": Said.UNAVAILABLE,
}  # fmt: skip


@pytest.mark.parametrize(("code", "said"), CODES.items())
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 503, 504])
def test_the_status_code_in_the_body_goes_before_the_http_status(code: str, said: Said, status: int) -> None:
    """An error arrives with HTTP 200, and an answer may arrive with any."""
    body = envelope(code, {})
    assert read(body, status) == Reply(said, code, 785, body=body)
    assert read(body, status, expects="zip") == Reply(said, code, 785, body=body)


def test_a_good_answer_carries_its_data_and_counter() -> None:
    """Code 100."""
    body = envelope("100", {"applicationNumber": "2020490001"})
    assert read(body, 200) == Reply(Said.FOUND, "100", 785, {"applicationNumber": "2020490001"}, body)


@pytest.mark.parametrize("odd", [b"\xef\xbb\xbf%s", b"\r\n %s\n"])
def test_a_byte_order_mark_and_blanks_around_it_do_no_harm(odd: bytes) -> None:
    """Seen in front of JSON of other offices."""
    assert read(odd % envelope("100", {"a": "b"}), 200).data == {"a": "b"}


def test_a_status_code_may_be_a_number_and_may_stand_at_the_top() -> None:
    """Some gateways send the result without its wrapper."""
    assert read(envelope(100, {"a": "b"}), 200).said is Said.FOUND
    assert read(b'{"statusCode":"303"}', 429) == Reply(Said.BUSY, "303", body=b'{"statusCode":"303"}')


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, Said.MALFORMED), (204, Said.MALFORMED), (302, Said.MALFORMED), (400, Said.REFUSED), (401, Said.TOKEN),
        (403, Said.TOKEN), (404, Said.REFUSED), (429, Said.BUSY), (500, Said.UNAVAILABLE), (504, Said.UNAVAILABLE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b'{"message":"Forbidden"}', b'{"result":null}'])
def test_without_an_envelope_the_http_status_decides(status: int, said: Said, body: bytes) -> None:
    """CloudFront's and the gateway's own pages."""
    assert read(body, status) == Reply(said, body=body)


def in_xml(code: str, inside: str = "", remaining: str = "99") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<api-data xmlns="https://www.jpo.go.jp"><statusCode>{code}</statusCode>'
        f"<errorMessage/><remainAccessCount>{remaining}</remainAccessCount>{inside}</api-data>"
    ).encode()


@pytest.mark.parametrize(("code", "said"), CODES.items())
@pytest.mark.parametrize("status", [200, 401, 429, 500])
@pytest.mark.parametrize("expects", get_args(Form))
def test_an_error_is_read_in_either_form_whatever_was_asked_for(
    code: str, said: Said, status: int, expects: Form
) -> None:
    """Which OPD errors come as JSON and which as XML is unknown; a 203 comes with HTTP 200."""
    assert read(in_xml(code), status, expects=expects) == Reply(said, code, 99, body=in_xml(code))
    assert read(envelope(code, {}), status, expects=expects) == Reply(said, code, 785, body=envelope(code, {}))


def test_an_answer_in_xml_carries_its_data_and_counter() -> None:
    """The data is what stands beside the three header elements; an empty element is an empty answer."""
    reply = read(b"\xef\xbb\xbf" + in_xml("100", "<family-data><families/></family-data>"), 200, expects="xml")
    assert (reply.said, reply.status_code, reply.remaining) == (Said.FOUND, "100", 99)
    assert reply.data == {"family-data": {"families": ""}}
    assert read(in_xml("100", "<family-data/>"), 200, expects="xml").data == {"family-data": ""}


@pytest.mark.parametrize(
    ("body", "expects"),
    [
        (in_xml("100", "<family-data/>"), "json"),
        (in_xml("100", "<family-data/>"), "pdf"),
        (in_xml("100"), "xml"),
        (in_xml("100", "<family-data/>")[:-12], "xml"),
        (in_xml("100", "<family-data>")[:-11] + b"</api-data>", "xml"),
        (in_xml("", "<family-data/>"), "xml"),
        (b"<api-data><family-data/></api-data>", "xml"),
        (b'<!DOCTYPE x [<!ENTITY e "100">]><api-data><statusCode>&e;</statusCode><x/></api-data>', "xml"),
        (b"<api-data/>", "xml"),
        (b"<!DOCTYPE html><html><body>maintenance</body></html>", "xml"),
        (envelope("100", {"a": "b"}), "xml"),
        (b"%PDF-1.4 ...", "xml"),
        (b"%PDF-1.4 ...", "zip"),
        (b"PK\x03\x04...", "pdf"),
        (b"PK\x03\x04...", "xml"),
        (b" %PDF-1.4", "pdf"),
    ],
)
def test_an_answer_in_another_form_than_was_asked_for_is_malformed(body: bytes, expects: Form) -> None:
    """Truncated XML, XML without a code or data, a file in place of text and text in place of a file."""
    assert read(body, 200, expects=expects).said is Said.MALFORMED


def test_a_pdf_is_a_file_where_one_was_asked_for() -> None:
    """It carries no counter. Over 10 MB a link may come instead, as for the domestic bundles."""
    file = b"%PDF-1.4 ... startxref\n9\n%%EOF\n"
    assert read(file, 200, expects="pdf") == Reply(Said.FILE, body=file)
    link = envelope("100", {"URL": "https://bucket.example/x.pdf?Signature=s"})
    assert read(link, 200, expects="pdf").url == "https://bucket.example/x.pdf?Signature=s"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "nothing"), (b"  ", "nothing"), (b"%PDF-1.7", "a PDF file cut short"),
        (b"PK\x03\x04", "a ZIP file cut short"),
        (b"%PDF-1.7 %%EOF", "a PDF file"), (b"PK\x03\x04 PK\x05\x06", "a ZIP file"),
        (b"<api-data/>", "XML"), (b"<api-data>", "XML cut short or damaged"),
        (b'{"a": 1}', "JSON"), (b'{"a"', "JSON cut short or damaged"),
        (b"\xef\xbb\xbf<HTML>", "a web page"), (b"<!doctype html>", "a web page"),
        (b"[]", "JSON"), (b"\x00\x01", "unknown bytes"),
    ],
)  # fmt: skip
def test_what_came_is_said_in_words(body: bytes, words: str) -> None:
    """For the message of a malformed reply."""
    assert form(body).en == words


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"])
def test_a_zip_is_a_bundle_only_where_one_was_asked_for(start: bytes) -> None:
    """It carries no counter."""
    file = start + b"...PK\x05\x06..."
    assert read(file, 200, expects="zip") == Reply(Said.FILE, body=file)
    assert read(file, 200).said is Said.MALFORMED


@pytest.mark.parametrize(
    ("file", "expects", "said"),
    [
        (pdf([Page(("text",))]), "pdf", Said.FILE),
        (pdf([Page(("text",))]) + b"\0" * 4_000, "pdf", Said.FILE),
        (pdf([Page(("text",))])[:-60], "pdf", Said.MALFORMED),
        (b"%PDF-1.5 %%EOF" + b"1 0 obj" * 200, "pdf", Said.MALFORMED),
        (zipped(("a.xml", b"a" * 900)), "zip", Said.FILE),
        (zipped(("a.xml", b"a" * 900)) + b"comment" * 9_000, "zip", Said.FILE),
        (zipped(("a.xml", b"a" * 900))[:-30], "zip", Said.MALFORMED),
    ],
    ids=["PDF", "padded PDF", "half a PDF", "PDF with an early end", "ZIP", "ZIP with a comment", "half a ZIP"],
)
def test_a_file_without_its_end_is_no_answer(file: bytes, expects: Form, said: Said) -> None:
    """A download cut short begins like a whole one. Padding and a comment may stand behind the end."""
    assert read(file, 200, expects=expects).said is said


def test_a_link_instead_of_a_bundle_is_a_link_only_where_a_bundle_was_asked_for() -> None:
    """Over 10 MB; a record with a field URL is a record. The link is not kept in the body."""
    body = envelope("100", {"URL": "https://bucket.example/x?Signature=s"})
    assert read(body, 200, expects="zip") == Reply(Said.LINK, "100", 785, url="https://bucket.example/x?Signature=s")
    assert read(body, 200).said is Said.FOUND


@pytest.mark.parametrize("data", [None, {}, [], "x", 1, {"URL": ""}, {"URL": 5}, {"other": "x"}])
def test_a_100_without_a_bundle_or_a_link_is_malformed_for_a_bundle(data: Any) -> None:
    """Nothing that could be read as papers."""
    assert read(envelope("100", data), 200, expects="zip").said is Said.MALFORMED


@pytest.mark.parametrize("code", ["echo <this>", "x" * 5_000, "10000", "１００", "-1", "1.5"])
def test_text_that_is_no_code_is_not_passed_on_as_one(code: str) -> None:
    """It would be shown in a message as if it were the JPO's code."""
    assert read(envelope(code), 500) == Reply(Said.UNAVAILABLE, "", 785, body=envelope(code))


def test_an_unknown_code_is_kept_and_goes_by_the_http_status() -> None:
    """A code of a later version."""
    assert [read(envelope("998"), status).said for status in (200, 404, 500)] == [
        Said.MALFORMED, Said.REFUSED, Said.UNAVAILABLE,
    ]  # fmt: skip
    assert read(envelope("998"), 500).status_code == "998"


def test_a_body_beyond_the_cap_or_too_deep_is_malformed() -> None:
    """8 MB of JSON, 3,000 levels, a number of 5,000 digits."""
    padded = envelope("100", {"a": "b"})[:-1] + b" " * MAX_TEXT + b"}"
    deep = b'{"result":{"statusCode":"100","data":' + b"[" * 3_000 + b"]" * 3_000 + b"}}"
    long = b'{"result":{"statusCode":"100","data":{"a":' + b"9" * 5_000 + b"}}}"
    assert [read(body, 200).said for body in (padded, long)] == [Said.MALFORMED] * 2
    assert read(deep, 200).said is Said.MALFORMED


COUNTERS: list[tuple[object, int | None]] = [
    ("785", 785), (785, 785), ("0", 0), ("", None), (None, None), ("-1", None), (-1, None), (True, None),
    ("たくさん", None),
    ("1" * 30, None), (10**30, None), ("1.5", None), (1.5, None), ("７８５", None), ("٧", None),
    ([], None), ("1000000", 1_000_000),
    ("1000001", None), (" 5 ", 5),
]  # fmt: skip


@pytest.mark.parametrize(("shown", "expected"), COUNTERS)
def test_a_counter_is_a_plain_number_or_nothing(shown: object, expected: int | None) -> None:
    """`""` is not 0: six of the JPO's errors carry no counter."""
    assert read(envelope("107", {}, shown), 200).remaining == expected


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["result", "statusCode", "remainAccessCount", "data", "URL", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


xml_like = st.builds(
    in_xml,
    st.sampled_from([*CODES, "100", ""]),
    st.sampled_from(["", "<a/>", "<a>", "<URL>x</URL>", "text"]),
    st.just(""),
)
forms = st.sampled_from(get_args(Form))


@given(json_like.map(json.dumps).map(str.encode) | st.binary(max_size=200) | xml_like, st.integers(100, 599), forms)
def test_no_body_is_fatal(body: bytes, status: int, expects: Form) -> None:
    """Reliability B2. Only a good answer has data, only a link has an address."""
    reply = read(body, status, expects=expects)
    assert (reply.data is not None) == (reply.said is Said.FOUND)
    assert bool(reply.url) == (reply.said is Said.LINK)
    assert len(reply.status_code) <= 4
