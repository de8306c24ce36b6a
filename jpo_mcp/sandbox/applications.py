"""Applications as filed: the request, and the body with description, claims, abstract and drawings.

Only the OPD hands these out. The request has the `jp:` elements of the other papers, the body plain ones. Image files
lie beside them, named by what they show: `JPOXMLDOC01-appb-D000001.tif`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

from jpo_mcp.sandbox.life import Application, Case, Drawn, Paper, Party

REQUEST, DESCRIPTION, CLAIMS, DRAWINGS, ABSTRACT = "S", "M", "L", "Z", "Y"
"""The parts, as the domestic list of papers marks them."""

_LETTERS = {"figure": "D", "table": "T", "formula": "M"}
_SUMMARY = frozenset({"tech-problem", "tech-solution", "advantageous-effects"})
_CITATIONS = frozenset({"patent-literature", "non-patent-literature"})
_HEADINGS = {
    "technical-field": "【技術分野】",
    "background-art": "【背景技術】",
    "patent-literature": "【特許文献】",
    "non-patent-literature": "【非特許文献】",
    "tech-problem": "【発明が解決しようとする課題】",
    "tech-solution": "【課題を解決するための手段】",
    "advantageous-effects": "【発明の効果】",
    "description-of-drawings": "【図面の簡単な説明】",
    "description-of-embodiments": "【発明を実施するための形態】",
    "industrial-applicability": "【産業上の利用可能性】",
    "reference-signs-list": "【符号の説明】",
}
_PLACE = re.compile(r"\{([0-9]+)\}")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


class Image(NamedTuple):
    """An image as it lies in the ZIP; `place` counts all of the application's, `number` those of its kind."""

    file: str
    drawn: Drawn
    place: int
    number: int


def images(application: Application) -> list[Image]:
    """The images in their order."""
    counted = dict.fromkeys(_LETTERS, 0)
    found: list[Image] = []
    for place, drawn in enumerate(application.images, start=1):
        counted[drawn.kind] += 1
        number = counted[drawn.kind]
        found.append(Image(f"JPOXMLDOC01-appb-{_LETTERS[drawn.kind]}{number:06d}.tif", drawn, place, number))
    return found


def holds(image: Image) -> str:
    """The part in which the image stands: a table and a formula stand in the text."""
    return DRAWINGS if image.drawn.kind == "figure" else DESCRIPTION


def figures(application: Application) -> list[Image]:
    """The images that are drawings."""
    return [image for image in images(application) if holds(image) == DRAWINGS]


# ── the request ───────────────────────────────────────────────────────────────────────────────


def request_xml(case: Case, paper: Paper, application: Application) -> Iterator[str]:
    """The request (特許願)."""
    yield '<?xml version="1.0" encoding="Shift_JIS"?>'
    yield '<!DOCTYPE jp:pat-app-doc PUBLIC "-//JPO//DTD PATENT APPLICATION DOCUMENT 1.0//EN" "pat-app.dtd" []>'
    yield '<jp:pat-app-doc lang="ja" dtd-version="1.0" xmlns:jp="http://www.jpo.go.jp">'
    yield '<jp:application-a63 jp:kind-of-law="patent">'
    yield "<jp:document-code>A163</jp:document-code>"
    yield f"<jp:submission-date><jp:date>{paper.date}</jp:date></jp:submission-date>"
    yield "<jp:addressed-to-person>特許庁長官殿</jp:addressed-to-person>"
    yield from _people(case, application)
    yield "<jp:submission-object-list-article>"
    for name in _enclosed(application):
        yield f"<jp:list-group><jp:document-name>{name}</jp:document-name>"
        yield "<jp:number-of-object>1</jp:number-of-object></jp:list-group>"
    yield from ("</jp:submission-object-list-article>", "</jp:application-a63>", "</jp:pat-app-doc>")


def _enclosed(application: Application) -> tuple[str, ...]:
    drawings = ("図面",) if figures(application) else ()
    return ("明細書", "特許請求の範囲", *drawings, "要約書")


def _people(case: Case, application: Application) -> Iterator[str]:
    yield "<jp:inventors>"
    for name in application.inventors:
        yield f"<jp:inventor><jp:addressbook><jp:name>{name}</jp:name></jp:addressbook></jp:inventor>"
    yield "</jp:inventors>"
    yield "<jp:applicants>"
    yield from (f"<jp:applicant>{_addressbook(party)}</jp:applicant>" for party in case.applicants)
    yield "</jp:applicants>"
    if case.agents:
        agent = f'<jp:agent jp:kind-of-agent="representative">{_addressbook(case.agents[0])}</jp:agent>'
        yield f"<jp:agents>{agent}</jp:agents>"


def _addressbook(party: Party) -> str:
    number = f"<jp:registered-number>{party.code}</jp:registered-number>"
    return f"<jp:addressbook>{number}<jp:name>{escape(party.name)}</jp:name></jp:addressbook>"


# ── the body ──────────────────────────────────────────────────────────────────────────────────


def body_xml(case: Case, application: Application, parts: Collection[str]) -> Iterator[str]:
    """The body with these parts of it."""
    yield '<?xml version="1.0" encoding="Shift_JIS"?>'
    yield '<!DOCTYPE application-body PUBLIC "-//JPO//DTD APPLICATION BODY 1.0//EN" "app-body.dtd" []>'
    yield '<application-body lang="ja" dtd-version="1.0">'
    if DESCRIPTION in parts:
        yield from _description(case, application)
    if CLAIMS in parts:
        yield "<claims>"
        for number, claim in enumerate(application.claims, start=1):
            yield f'<claim num="{number}"><claim-text>{escape(claim)}</claim-text></claim>'
        yield "</claims>"
    if ABSTRACT in parts:
        yield f'<abstract><p num="">{_breaks(application.abstract)}</p></abstract>'
    if DRAWINGS in parts and figures(application):
        yield "<drawings>"
        yield from (f'<figure num="{image.number}">{_img(image)}</figure>' for image in figures(application))
        yield "</drawings>"
    yield "</application-body>"


def _description(case: Case, application: Application) -> Iterator[str]:
    yield f"<description><invention-title>{escape(case.title)}</invention-title>"
    number, around = 0, ""
    for name, paragraphs in application.description:
        wrapper = _around(name)
        if wrapper != around:
            yield from (tag for tag in (f"</{around}>" if around else "", f"<{wrapper}>" if wrapper else "") if tag)
            around = wrapper
        yield f"<{name}>"
        for text in paragraphs:
            number += 1
            yield f'<p num="{number:04d}">{_with_images(text, application)}</p>'
        yield f"</{name}>"
    if around:
        yield f"</{around}>"
    yield "</description>"


def _around(name: str) -> str:
    """Some sections stand inside another element."""
    return "summary-of-invention" if name in _SUMMARY else "citation-list" if name in _CITATIONS else ""


def _with_images(text: str, application: Application) -> str:
    every = images(application)
    return _PLACE.sub(lambda match: _inside(every[int(match[1]) - 1]), _breaks(text))


def _inside(image: Image) -> str:
    element = "maths" if image.drawn.kind == "formula" else "tables"
    return f'<{element} num="{image.number}">{_img(image)}</{element}>'


def _img(image: Image) -> str:
    high, wide = image.drawn.mm
    size = f'he="{high}" wi="{wide}" img-format="tif"'
    return f'<img id="{image.place:06d}" file="{image.file}" {size} img-content="{_CONTENTS[image.drawn.kind]}"/>'


_CONTENTS = {"figure": "drawing", "table": "table", "formula": "math"}


def _breaks(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


# ── as printed ────────────────────────────────────────────────────────────────────────────────


def printed(case: Case, paper: Paper, application: Application, part: str) -> str:
    """The text of a part as it stands on paper; that of drawings is empty."""
    match part:
        case "S":
            return "\n".join(_request_lines(case, paper, application))
        case "M":
            return "\n".join(_description_lines(case, application))
        case "L":
            claims = (f"【請求項{_wide(n)}】\n　{text}" for n, text in enumerate(application.claims, start=1))
            return "\n".join(["【書類名】特許請求の範囲", *claims])
        case "Y":
            return f"【書類名】要約書\n{application.abstract}"
        case _:
            return ""


def _request_lines(case: Case, paper: Paper, application: Application) -> Iterator[str]:
    yield "【書類名】　　　　　　特許願"
    yield f"【提出日】　　　　　　{paper.date[:4]}年{paper.date[4:6]}月{paper.date[6:]}日".translate(_FULL_WIDTH)
    yield "【あて先】　　　　　　特許庁長官殿"
    yield from (f"【発明者】　　　　　　{name}" for name in application.inventors)
    yield from (f"【特許出願人】　　　　{party.name}" for party in case.applicants)
    yield from (f"【代理人】　　　　　　{party.name}" for party in case.agents[:1])
    yield from (f"【物件名】　　　　　　{name}　１" for name in _enclosed(application))


def _description_lines(case: Case, application: Application) -> Iterator[str]:
    yield from ("【書類名】明細書", f"【発明の名称】{case.title}")
    number = 0
    for name, paragraphs in application.description:
        yield _HEADINGS[name]
        for text in paragraphs:
            number += 1
            yield f"　【{_wide(f'{number:04d}')}】"
            yield f"　{_PLACE.sub('', text)}"


def _wide(number: int | str) -> str:
    return str(number).translate(_FULL_WIDTH)
