"""A refusal read: reasons x articles x claims x cited documents, with the passages they were read from.

Nothing is guessed: what the paper does not plainly say is None, or stands in `unread`, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from jpo_mcp.documents import marks, patents, sections
from jpo_mcp.documents.paper import Paper
from jpo_mcp.documents.printed import Line, lines
from jpo_mcp.documents.refusal import Period, Referral, Refusal
from jpo_mcp.numbers import Law

_REFUSALS = {"refusal_notice", "refusal_decision"}


def reasons_of(paper: Paper) -> Refusal:
    """The refusal that a paper states, places counted in `paper.text`; empty for papers that refuse nothing."""
    if paper.kind not in _REFUSALS:
        return Refusal()
    read = read_reasons(
        paper.body, law=paper.law, articles=paper.articles, conclusion=paper.conclusion, title=paper.title
    )
    return marks.moved(read, max(paper.text.find(paper.body), 0))


def read_reasons(body: str, *, law: Law, articles: tuple[str, ...], conclusion: str = "", title: str = "") -> Refusal:
    """The refusal in a body. `articles` (適用条文 as printed) only fills in where the body names no article."""
    if "却下" in title:
        return Refusal()
    rows = lines(body)
    heads = lines(conclusion)
    decision = "査定" in title
    read = patents.read(body, rows, articles) if law == "patent" else marks.read(body, rows, law, articles)
    final = _is_final(heads, rows) if law == "patent" and not decision else None
    period = None if decision else _period(conclusion, heads, placed=False) or _period(body, rows, placed=True)
    return replace(read, final=final, period=period, refers_to=_referrals(conclusion, body) if decision else ())


# ── what the whole paper says ─────────────────────────────────────────────────────────────────

_PERIOD = re.compile(
    r"発送(?:の|した|された)?日(?:から|より)(?:起算して)? {0,9}([0-9]{1,3}) {0,9}"
    r"(日|か月|ヶ月|カ月|ケ月|箇月|ヵ月|月)以内"
)


def _period(text: str, rows: Sequence[Line], *, placed: bool) -> Period | None:
    for row in rows:
        match = _PERIOD.search(row.text)
        if match:
            start = match.start(1)
            raw = row.verbatim(text, start, match.end())
            return Period(
                int(match[1]), "days" if match[2] == "日" else "months", raw, row.place(start) if placed else None
            )
    return None


_BANNER = re.compile(r"<{2,9} {0,9}最 {0,9}後(?:の拒絶理由通知書?)? {0,9}>{2,9}|[《【〈] {0,9}最 {0,9}後 {0,9}[》】〉]")
_FINAL_SENTENCE = re.compile(r"最後の拒絶理由(?:通知)?(?:を通知する|とする。|である。|を通知します)")
_FINAL_TERM = "最後の拒絶理由"


def _is_final(heads: Sequence[Line], rows: Sequence[Line]) -> bool | None:
    """By the banner or the section that says why; None where the term stands in some other sentence."""
    texts = [row.text for row in (*heads, *rows)]
    if any(_BANNER.search(text) or sections.section(text) == "final" or _FINAL_SENTENCE.search(text) for text in texts):
        return True
    return None if any(_FINAL_TERM in text for text in texts) else False


_DAY = r"(?:(?:令和|平成)? {0,9}(?:[0-9]{1,4}|元) {0,9}年|同年) {0,9}[0-9]{1,2} {0,9}月 {0,9}[0-9]{1,2} {0,9}日"
_AND = r"(?:付け?)?(?:の|で)? {0,9}(?:[、,]|[、,]?(?:及び|並びに)) {0,9}"
_REFERRAL = re.compile(
    rf"(?P<days>{_DAY}(?:{_AND}{_DAY}){{0,9}})付け?(?:の|で)?"
    r"(?:最[初後]の)?(?:拒絶理由通知書?(?:\([^()]{1,20}\))?|通知した(?:拒絶の?)?(?:理由(?! {0,3}[0-9A-Z]))?)"
    r"(?:(?:に記載した|の)?(?P<reasons>理由 {0,3}[0-9A-Zア-ンⅠ-Ⅻ①-⑳][0-9A-Z、,~\-及びないし理由 ]*))?"
)
_EACH_DAY = re.compile(
    r"(?:(?P<era>令和|平成)? {0,9}(?P<y>[0-9]{1,4}|元) {0,9}年|同年)"
    r" {0,9}(?P<m>[0-9]{1,2}) {0,9}月 {0,9}(?P<d>[0-9]{1,2})"
)
_ERA = {"令和": 2018, "平成": 1988}


def _referrals(*texts: str) -> tuple[Referral, ...]:
    """The notices that the first sentence to name any rests on, each with the reasons taken over from it."""
    for text, row in ((printed, row) for printed in texts for row in lines(printed)):
        found = list(_REFERRAL.finditer(row.text)) if "通知" in row.text else []
        if found:
            end = row.text.find("。", found[0].end())
            return tuple(r for match in found if end < 0 or match.start() < end for r in _notices(text, row, match))
    return ()


def _notices(text: str, row: Line, match: re.Match[str]) -> Iterator[Referral]:
    """One for each day; reasons listed behind several days are not told apart."""
    listed = (match["reasons"] or "").rstrip("、, 及び")
    otherwise = None if listed else _SAID_OTHERWISE.match(row.text, match.end())
    end = match.start("reasons") + len(listed) if listed else (otherwise or match).end()
    raw = row.verbatim(text, match.start(), end)
    days = list(_days(match["days"]))
    head = sections.heading(sections.numbered(listed))
    numbers = tuple(no for no in head.numbers if no) if head else ()
    reasons = () if not (listed or otherwise) else numbers if numbers and len(days) == 1 else None
    for day in days:
        yield Referral(raw.rstrip("　 、，"), day, reasons)


_SAID_OTHERWISE = re.compile(
    r"(?:(?<=理由)|(?:に記載した|の)?(?:拒絶の?)?理由) {0,3}(?=[^にでがはを、。及又並 ])[^。]{1,40}?(?=によ|で|に|。|$)"
)
"""理由（特許法第２９条第２項）: some of the reasons, named in another way."""


def _days(printed: str) -> Iterator[date | None]:
    year = 0
    for match in _EACH_DAY.finditer(printed):
        if match["y"]:
            year = (1 if match["y"] == "元" else int(match["y"])) + _ERA.get(match["era"], 0)
        try:
            yield date(year, int(match["m"]), int(match["d"])) if year >= _OLDEST else None
        except ValueError:
            yield None


_OLDEST = 1989
"""A smaller number of a year has lost its era."""
