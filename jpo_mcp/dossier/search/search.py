"""A search of what is kept on this machine: words, applicants, articles, citations, at no access.

It is no search of the JPO, which has none: what nobody here has asked for cannot be found.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

from jpo_mcp import codes, numbers
from jpo_mcp.clock import jst_text
from jpo_mcp.dossier.inquiry import cross_reference
from jpo_mcp.dossier.pages import bad_cursor, seal
from jpo_mcp.dossier.search.searchable import NOT_TEXT, UNREADABLE, About, case_of, days_of, read_kept
from jpo_mcp.dossier.search.snippets import snippet
from jpo_mcp.dossier.search.views import KeptHit, SearchAnswer
from jpo_mcp.dossier.view import iso, said
from jpo_mcp.endpoints import Endpoint, endpoint
from jpo_mcp.errors import BadArgument, InputError, NotOnFile, Words
from jpo_mcp.models import common
from jpo_mcp.numbers import ApplicationNumber, CaseNumber
from jpo_mcp.upstream.client import JpoClient
from jpo_mcp.upstream.grams import key_of
from jpo_mcp.upstream.index import NO_ROOM, Found, Hit

SECONDS = 8.0
"""How long one call may read what has been kept since the last."""

_MOST_HITS, _MOST_WORDS = 10, 10
_MOST_BYTES = 2_200
"""UTF-8 bytes of the hits of one page: with what stands around them it stays under 3,000."""


async def search_kept(
    client: JpoClient,
    query: str,
    *,
    number: str | None = None,
    cursor: str | None = None,
    seconds: float = SECONDS,
    this_year: int,
) -> SearchAnswer:
    """One page of the papers and records that are kept here and hold all words of `query`; `"…"` is one word.

    Costs nothing and asks nobody. What was kept since the last search is read first, for at most `seconds`. Raises an
    `InputError` for a query without words, `NotOnFile` for a number of which nothing is kept, `NotSearchable`.
    """
    words = _words(query, this_year)
    asked = numbers.case_number(number, this_year=this_year) if number is not None else None
    before = _place(cursor, query, number) if cursor is not None else None
    missing = await client.index.catch_up(read_kept, seconds=seconds)
    labels = [await _label(client, asked)] if asked else []
    found = await client.index.find(words, labels, before=before, most=_MOST_HITS + 1)
    shown, hits = await _page(client, found.hits, words), found.hits
    last = hits[len(shown) - 1].place if len(shown) < len(hits) else None
    lang = client.settings.lang
    return SearchAnswer(
        found=found.total,
        hits=shown,
        cursor=None if last is None else _cursor(last, query, number),
        searched=_searched(found),
        not_searched=_not_searched(found, missing),
        interpreted_as=asked.interpreted_as.say(lang) if asked and asked.interpreted_as else None,
        notes=said(_notes(missing), lang),
        cost=0,
        next=following.say(lang) if (following := _next(shown)) else None,
    )


# ── what was asked ────────────────────────────────────────────────────────────────────────────

_WORD = re.compile(r'"([^"]*)"?|(\S+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„＂«»", '"'))


def _words(query: str, this_year: int) -> list[tuple[str, ...]]:
    """The keys of each word, in each of its spellings."""
    texts = [quoted or bare for quoted, bare in _WORD.findall(query.translate(_QUOTES))]
    words = [found for found in (_spellings(text, this_year) for text in texts) if found]
    if not words or len(words) > _MOST_WORDS:
        raise _no_words(len(words))
    return words


_PADDED, _TWO_DIGITS = re.compile(r"(?<=-)0+(?=[0-9])"), re.compile(r"(?<=[昭平令])(?=[0-9]-)")


def _spellings(text: str, this_year: int) -> tuple[str, ...]:
    """A word as it was typed and, of a number, as papers and records write it."""
    found: list[str] = [text]
    with suppress(InputError):
        number = numbers.read(text, this_year=this_year).number
        human = number.human if number is not None else text
        found += [human, _PADDED.sub("", human), _TWO_DIGITS.sub("0", human)]
    with suppress(InputError):
        exchanged = numbers.docdb(text, this_year=this_year)
        # In the form of a Japanese one, an application and another's publication can be the same.
        found += [exchanged.human, *([] if exchanged.office == "JP" else [str(exchanged)])]
    return tuple(dict.fromkeys(key for key in map(key_of, found) if any(c.isalnum() for c in key)))


def _no_words(count: int) -> BadArgument:
    return BadArgument(
        Words("no word to search for", "検索する語がありません。")
        if not count
        else Words(f"{count} words are too many", f"{count}語は多すぎます。"),
        Words("send the words themselves", "検索する語を送ってください。"),
        rule=Words(
            f'1 to {_MOST_WORDS} words with spaces between, all of which must occur; "…" keeps a phrase together',
            f'空白区切りで1〜{_MOST_WORDS}語（すべてを含むものを検索）。語句は "…" で囲む',
        ),
        example="引用文献1 容易 第29条第2項",
        field="query",
    )


async def _label(client: JpoClient, asked: CaseNumber) -> str:
    """The case of a number, from what is kept only."""
    number = asked.number
    if isinstance(number, ApplicationNumber):
        return case_of(number.law, number.api)
    row, arguments = cross_reference(number)
    kept = await client.kept(row, *arguments)
    digits = getattr(kept.data, "application_number", None) if kept else None
    if digits:
        return case_of(number.law, digits)
    headers = await client.index.find([(key_of(number.human), key_of(number.api))], ["case"], most=1)
    if not headers.hits:
        raise _nothing_kept(asked)
    return About.load(headers.hits[0].about).case


def _nothing_kept(asked: CaseNumber) -> NotOnFile:
    human = asked.number.human
    return NotOnFile(
        Words(
            f"nothing that is kept here says which case {human} is",
            f"保存済みの回答の中に {human} の案件は見つかりません。",
        ),
        Words(
            "jpo_get_case fetches the case (1-2 accesses); or search in all that is kept",
            "jpo_get_case で取得（1〜2アクセス）するか、保存済みの全件を検索してください。",
        ),
        field="number",
    )


# ── what was found ────────────────────────────────────────────────────────────────────────────


async def _page(client: JpoClient, hits: Sequence[Hit], words: Sequence[Sequence[str]]) -> list[KeptHit]:
    """As many as a page may hold, at least one; each is cut off the event loop, since a paper can be long."""
    shown, room = list[KeptHit](), _MOST_BYTES
    days: dict[str, dict[str, date]] = {}
    for hit in hits[:_MOST_HITS]:
        about = About.load(hit.about)
        if about.found_in == "paper" and about.case not in days:
            days[about.case] = await _days(client, about)
        view = await asyncio.to_thread(_view, about, hit.text, words, days.get(about.case, {}))
        room -= len(view.model_dump_json().encode())
        if shown and room < 0:
            break
        shown.append(view)
    return shown


def _view(about: About, text: str, words: Sequence[Sequence[str]], days: Mapping[str, date]) -> KeptHit:
    cut = snippet(text, words)
    is_paper = about.found_in == "paper"
    name = codes.document(about.law, about.code) if about.code else None
    day = days.get(about.document)
    return KeptHit(
        number=about.human,
        law=about.law,
        found_in=about.found_in,
        ja=name and name.ja,
        en=name and name.en,
        document=about.document or None,
        date=iso(day) or about.date,
        drafted=None if day else about.drafted,
        submitted=None if day else about.submitted,
        section=cut and cut.section if is_paper else None,
        snippet=cut.text if cut else "",
        offset=cut.offset if cut and is_paper else None,
        uri=about.uri or None,
        as_of=jst_text(about.as_of),
    )


async def _days(client: JpoClient, about: About) -> dict[str, date]:
    """When the papers of a case were dispatched or received, where its list is kept."""
    row: Endpoint[common.Progress] = endpoint(about.law, "app_progress", common.Progress)
    kept = await client.kept(row, about.application)
    return days_of(kept.data) if kept and kept.data else {}


def _searched(found: Found) -> dict[str, int]:
    papers = sum(found.held.get(kind, 0) for kind in ("paper", "dossier_paper"))
    return {"cases": found.cases, "papers": papers}


_LEFT_OUT = {NOT_TEXT: "pdf", UNREADABLE: "unreadable", NO_ROOM: "no_room"}


def _not_searched(found: Found, missing: int) -> dict[str, int]:
    counts = {name: found.left_out.get(reason, 0) for reason, name in _LEFT_OUT.items()}
    return {name: count for name, count in {"not_yet": missing, **counts}.items() if count}


_ONLY_KEPT = Words(
    "only what this machine has kept was searched: no search of the JPO, and no proof of anything's absence",
    "この端末に保存済みの回答のみの検索です（特許庁の検索ではなく、不存在の証明になりません）。",
)
_READ = Words(
    "the uri, or jpo_read_documents with number and document, reads the paper (0 accesses while kept)",
    "書類の全文は uri、または number と document を付けた jpo_read_documents（保存中は0アクセス）",
)
_READ_DOSSIER = Words(
    "jpo_read_dossier_document with number and document reads the paper (0 accesses while kept)",
    "書類の全文は number と document を付けた jpo_read_dossier_document（保存中は0アクセス）",
)


def _next(shown: Sequence[KeptHit]) -> Words | None:
    """How the first paper is read."""
    kinds = [hit.found_in for hit in shown if hit.document]
    return None if not kinds else _READ if kinds[0] == "paper" else _READ_DOSSIER


def _notes(missing: int) -> Iterator[Words]:
    yield _ONLY_KEPT
    if missing:
        yield Words(
            f"{missing} kept answers are not read yet: the same call again goes on with them",
            f"保存済みの回答 {missing} 件が未処理です。もう一度呼び出すと続きを処理します。",
        )


# ── the next page ─────────────────────────────────────────────────────────────────────────────


def _cursor(place: int, query: str, number: str | None) -> str:
    plain = f"{place:x}:{seal(query, number or '')}".encode()
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


_CURSOR = re.compile(r"([0-9a-f]{1,14}):([0-9a-f]{16})")


def _place(cursor: str, query: str, number: str | None) -> int:
    """Where the page before ended."""
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise _bad_cursor() from None
    match = _CURSOR.fullmatch(plain)
    if match is None or _cursor(place := int(match[1], 16), query, number) != cursor:
        raise _bad_cursor()
    return place


def _bad_cursor() -> BadArgument:
    wrong = bad_cursor()
    return BadArgument(
        wrong.what,
        wrong.next_step,
        rule=Words(
            "the `cursor` of the last page, unchanged, with the same query and number",
            "直前のページの cursor を、同じ query・number とともにそのまま指定",
        ),
        example=_cursor(1, "進歩性", None),
        field="cursor",
    )
