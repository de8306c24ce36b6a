"""The papers of a case to read: the list of all, or the text of one kind or one paper, a page at a time."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from jpo_mcp import codes
from jpo_mcp.documents.paper import Person
from jpo_mcp.dossier.inquiry import counting
from jpo_mcp.dossier.pages import Cursor, bad_cursor, page_end, read_cursor, seal
from jpo_mcp.dossier.papers.bundles import (
    KINDS,
    ON_J_PLATPAT,
    CaseFile,
    Filed,
    Listed,
    Opened,
    bundles,
    codes_of,
    document_number,
    kind_served,
    none_served,
    open_case,
)
from jpo_mcp.dossier.papers.views import Body, DocumentsAnswer, PaperKind, PaperLine, PaperView
from jpo_mcp.dossier.view import iso, said
from jpo_mcp.errors import BadArgument, Words
from jpo_mcp.numbers import Law
from jpo_mcp.upstream.client import JpoClient

MOST_LINES = 60
"""Papers in one list: all that can be read here, and the latest of the rest."""


async def read_documents(
    client: JpoClient,
    text: str,
    *,
    law: Law | None = None,
    kind: PaperKind | None = None,
    document: str | None = None,
    cursor: str | None = None,
    max_age: float | None = None,
    this_year: int,
) -> DocumentsAnswer:
    """The list of a case's papers; with `kind`, `document` or `cursor`, one page of their text.

    The list costs one access, the text one for its bundle; both nothing when kept. A kind is read paper by paper,
    the latest first. Raises an `InputError` before anything is spent, `NotOnFile` where there is no such paper.
    """
    at = read_cursor(cursor) if cursor is not None else None
    selection = _selection(kind, document, at)
    max_age = None if at else max_age  # the pages of one reading are of one bundle
    case = await open_case(client, text, law=law, max_age=max_age, this_year=this_year)
    with counting(case.inquiry):
        if selection is None:
            return await _list(case)
        opened, chosen = await _chosen(case, selection)
        return _page(case, opened, chosen, selection, at)


def _selection(kind: PaperKind | None, document: str | None, at: Cursor | None) -> str | None:
    """What is to be read: a kind, or the number of a paper; None for the list."""
    if kind and document is not None:
        raise BadArgument(
            Words("kind and document are both given", "kind と document の両方が指定されています。"),
            Words("leave one of them out", "どちらか一方だけを指定してください。"),
            rule=Words("a kind of paper, or one paper by its number", "書類の種類、または1件の書類番号"),
            example="06124990101",
            field="document",
        )
    selection = kind or (document_number(document) if document is not None else None)
    if at is None:
        return selection
    if selection not in {None, at.selection} or not (at.selection.isdigit() or at.selection in KINDS):
        raise bad_cursor(Words("the cursor belongs to another reading", "別の書類を読んでいたカーソルです。"))
    return at.selection


async def _chosen(case: CaseFile, selection: str) -> tuple[Opened, tuple[Filed, ...]]:
    if selection.isdigit():
        opened, filed = await case.named(selection)
        return opened, (filed,)
    kind: PaperKind = next(kind for kind in KINDS if kind == selection)
    opened = await case.open(codes_of(case.law, (kind,)))
    chosen = opened.of(lambda paper: paper.kind == kind)
    if not chosen:
        raise none_served(case)
    return opened, chosen


# ── the list ──────────────────────────────────────────────────────────────────────────────────


async def _list(case: CaseFile) -> DocumentsAnswer:
    """Every paper that the case's list shows; what is kept of their text is at hand for nothing."""
    answer = await case.ask_list()
    kept = await _kept_sizes(case)
    lines = [_line(case.law, listed, kept) for listed in case.listed or ()]
    shown = _shown(lines)
    return DocumentsAnswer(
        papers=shown,
        papers_left_out=len(lines) - len(shown) or None,
        notes=said([ON_J_PLATPAT] if any(line.body == "elsewhere" for line in shown) else [], case.inquiry.lang),
        **case.told(answer, _HOW_TO_READ if any(line.kind for line in shown) else None),
    )


_Sizes = dict[str, dict[str, int]]
"""For each code whose bundle is kept and current: the characters of its papers, by document number."""


async def _kept_sizes(case: CaseFile) -> _Sizes:
    sizes: _Sizes = {}
    for row in bundles(case.law):
        opened = await case.kept_papers(row)
        if opened is not None and opened.answer.source == "kept":
            found = {filed.paper.document_number or "": len(filed.paper.text) for filed in opened.filed}
            sizes = dict.fromkeys(row.papers, found) | sizes
    return sizes


def _line(law: Law, listed: Listed, kept: _Sizes) -> PaperLine:
    event, number = listed.event, listed.number
    kind = kind_served(law, event.code) if event.has_body and number else None
    return PaperLine(
        date=iso(event.date) or event.raw_date,
        code=event.code,
        ja=event.ja,
        en=event.en,
        document=number,
        kind=kind,
        body=_body(listed, kind, kept),
        characters=kept.get(event.code, {}).get(number or ""),
    )


def _body(listed: Listed, kind: PaperKind | None, kept: _Sizes) -> Body | None:
    """Where its text is; None for a paper that the JPO holds no text of."""
    if kind is None:
        return "elsewhere" if listed.event.has_body else None
    if listed.event.code not in kept:
        return "1 access"
    return "kept" if listed.number in kept[listed.event.code] else "missing"


def _shown(lines: Sequence[PaperLine]) -> list[PaperLine]:
    """All papers that can be read here, and the latest of the others up to the limit, in their order."""
    room = MOST_LINES - sum(line.kind is not None for line in lines)
    others = [place for place, line in enumerate(lines) if line.kind is None]
    left_out = set(others[: max(0, len(others) - max(0, room))])
    return [line for place, line in enumerate(lines) if place not in left_out]


_HOW_TO_READ = Words(
    "kind or document reads the text: 1 access for all office papers, 1 for all of the applicant's; 0 when kept",
    "kind または document で本文（特許庁側・出願人側それぞれ1アクセス、保存済みは0）",
)


# ── the text ──────────────────────────────────────────────────────────────────────────────────


def _page(
    case: CaseFile, opened: Opened, chosen: Sequence[Filed], selection: str, at: Cursor | None
) -> DocumentsAnswer:
    """One page of one of the papers; what is known of a paper stands on its first page only."""
    seals = [_seal(case, filed, place) for place, filed in enumerate(chosen)]
    place = _place(seals, at)
    filed, start = chosen[place], at.offset if at else 0
    text = filed.paper.text
    if start > len(text):
        raise bad_cursor()
    end = page_end(text, start)
    following = Cursor(selection, end, seals[place]) if end < len(text) else None
    if following is None and place + 1 < len(chosen):
        following = Cursor(selection, 0, seals[place + 1])
    first = start == 0
    return DocumentsAnswer(
        papers=[case.line(one) for one in chosen] if first and place == 0 and len(chosen) > 1 else [],
        paper=paper_view(case, filed, opened.skipped) if first else PaperView(document=filed.paper.document_number),
        text=text[start:end],
        offset=start,
        characters=len(text),
        cursor=str(following) if following else None,
        notes=said(_remarks(filed), case.inquiry.lang) if first else [],
        **case.told(opened.answer, _next_page(following, len(text) - end)),
    )


def _seal(case: CaseFile, filed: Filed, place: int) -> str:
    paper = filed.paper
    return seal(case.law, case.application.api, paper.document_number or str(place), paper.text)


def _place(seals: Sequence[str], at: Cursor | None) -> int:
    """Which of the papers the cursor is in."""
    if at is None:
        return 0
    if at.seal not in seals:
        raise bad_cursor(
            Words(
                "the cursor is of another case, or the paper has changed since",
                "別の案件のカーソルか、その後に書類が変わっています。",
            )
        )
    return seals.index(at.seal)


def _next_page(following: Cursor | None, left: int) -> Words | None:
    if following is None:
        return None
    if not left:
        return Words("cursor reads the next paper (0 accesses)", "cursor で次の書類（0アクセス）")
    return Words(
        f"cursor reads on: {left:,} characters of this paper are left (0 accesses)",
        f"cursor で続き（この書類の残り {left:,}文字、0アクセス）",
    )


# ── what is known of a paper ──────────────────────────────────────────────────────────────────


def paper_view(case: CaseFile, filed: Filed, skipped: Sequence[str] = ()) -> PaperView:
    """A paper's own data, its dates each under what they mean."""
    paper, words = filed.paper, codes.document(case.law, filed.code)
    of_office = paper.dispatch_number is not None
    number = paper.document_number
    return PaperView(
        document=number,
        kind=paper.kind,
        code=filed.code,
        ja=words.ja,
        en=words.en,
        title=paper.title or None,
        dispatched=iso(filed.date) if of_office else None,
        received=None if of_office else iso(filed.date),
        drafted=iso(paper.drafting_date),
        submitted=iso(paper.submission_date),
        dispatch_number=paper.dispatch_number,
        answers_dispatch=answered(filed),
        before_appeal=paper.before_appeal or None,
        people=[person_line(person) for person in paper.people],
        images=list(paper.images),
        skipped=list(skipped),
        uri=f"jpo://{case.law}/{case.application.api}/documents/{number}" if number else None,
    )


def answered(filed: Filed) -> str | None:
    """The dispatch number of the notice that a paper answers; None where something else stands in its place."""
    digits = unicodedata.normalize("NFKC", filed.paper.answers_dispatch or "")
    return digits if digits.isascii() and digits.isdigit() and len(digits) == 6 else None


def person_line(person: Person) -> str:
    """Somebody named in a paper: role, name, code, and how many are meant beside them."""
    others = f" +{person.others}" if person.others else ""
    code = f" ({person.code})" if person.code else ""
    return f"{person.role.say('both')}: {person.name}{code}{others}"


def _remarks(filed: Filed) -> list[Words]:
    """What the reader said of the paper, and of its dates where the list is not at hand."""
    return [*filed.paper.notes, *([NO_DAY] if filed.date is None else [])]


NO_DAY = Words(
    "the day of dispatch or receipt stands in the case's list only: jpo_get_case (1 access)",
    "発送日・受付日は経過情報にのみあります（jpo_get_case、1アクセス）。",
)
