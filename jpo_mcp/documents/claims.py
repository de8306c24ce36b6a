"""Ranges of claims and lists of citations as examiners print them. What is not wholly understood is None."""

from __future__ import annotations

import re
from typing import Literal

from jpo_mcp.documents.printed import fold

Claims = tuple[int, ...] | Literal["all"] | None
"""The claims in ascending order; None where the printed list is not wholly understood."""

Mode = Literal["none", "single", "list", "combination", "alternative", "mixed"]
"""What the citation line prints between the documents; not what the remarks argue."""

_MOST = 999
_RANGE = r"(?:[-~ー]|ないし|乃至|から)"
_BOTH = r"(?:及び|および|並びに|ならびに|と)"
_EITHER = r"(?:又は|または|若しくは|もしくは|或いは|或は|あるいは|或るいは)"
_WORD = rf"(?:{_BOTH}|{_EITHER}) {{0,3}}[、,]?"
_BETWEEN = rf"(?:[、,・] {{0,3}}(?:{_WORD})?|{_WORD})"
_NUMBER = r"[0-9]{1,3}(?![0-9])"
_ITEM = rf"{_NUMBER}(?: {{0,3}}{_RANGE} {{0,3}}(?:請求項 {{0,3}})?{_NUMBER}(?:まで)?)?"
_LIST = rf"{_ITEM}(?: {{0,3}}{_BETWEEN} {{0,3}}(?:請求項 {{0,3}})?{_ITEM})*"
_LISTED = re.compile(_LIST)
_ITEMS = re.compile(rf"({_NUMBER})(?: {{0,3}}{_RANGE} {{0,3}}(?:請求項 {{0,3}})?({_NUMBER}))?")
_ALL = re.compile(r"(?:全て|すべて|全部|全)(?:の?請求項)?|全請求項|すべての請求項")
_GROUP_WORD = r"(?:[、,]? {0,3}(?:及び|および|並びに|ならびに|と)|[、,])"
_CITED_BY = r"(?:[をに](?:それぞれ|(?:直接的?に?(?:又は|・|若しくは|及び|、)間接的?に))?(?:引用|従属)(?:する|した))"


def read_claims(text: str) -> Claims:
    """`１，２－４、７及び９ないし１１` -> (1, 2, 3, 4, 7, 9, 10, 11)."""
    said = re.sub(r"\s+", "", fold(text))
    plain = _EACH.sub("", _unwrapped(said.removeprefix("請求項").lstrip(":")).removeprefix("請求項"))
    if _ALL.fullmatch(plain):
        return "all"
    plain = _ALL_IN_BRACKETS.sub("", plain)
    return _expanded(plain) if _LISTED.fullmatch(plain) else _referring(plain)


_EACH = re.compile(r"の各請求項$")
_ALL_IN_BRACKETS = re.compile(r"\((?:全|全ての|すべての)請求項\)$")


def _referring(plain: str) -> Claims:
    """１、及び請求項１を引用する請求項２－４, where nothing else stands there; a claim only referred to is left out."""
    found = leading_claims(f"請求項{plain}")
    return found[0] if found and not plain[found[1] - len("請求項") :] else None


def leading_claims(text: str, at: int = 0) -> tuple[tuple[int, ...], int] | None:
    """The claims that a sentence opens with, and where its next word begins.

    Understands 請求項１及び請求項１を引用する請求項２－４, and their dependent claims; a claim that is only referred to
    (請求項１を引用する) is not among them.
    """
    claims: set[int] = set()
    first = True
    while True:
        step = _group(text, at, frozenset(claims), first=first)
        if step is None:
            return None if first else (tuple(sorted(claims)), at)
        found, at = step
        if found is None:
            return None
        claims.update(found)
        first = False


_PLAIN_LIST = _LIST.replace(r"(?:請求項 {0,3})?", "")
_PLAIN_LISTED = re.compile(_PLAIN_LIST)
_OPENING = re.compile(r"(?:本願の?|本件の?|各)?請求項 {0,3}")
_JOIN = re.compile(rf"(?:に係る発明)? {{0,3}}{_GROUP_WORD} {{0,3}}(?=請求項|本願|これ|それ|その従属|当該|前記)")
_REFERENCE = re.compile(
    rf"(?:(?:本願の?)?請求項 {{0,3}}(?P<of>{_PLAIN_LIST}) {{0,3}}|(?:これ|それ)ら?(?:の請求項)?|当該請求項)"
    rf"{_CITED_BY} {{0,3}}(?:各)?請求項 {{0,3}}"
)
_DEPENDENT = re.compile(r"(?:その|これらの|それらの)?従属(?:項|請求項)(?:である)?(?:請求項)? {0,3}")
_BRACKETED = re.compile(rf"[(] {{0,3}}({_PLAIN_LIST}) {{0,3}}[)]")
_ASIDE = re.compile(r" {0,3}[(] {0,3}(?:及び|並びに|および)? {0,3}(?=請求項|これ|それ|その従属|従属)")

_Group = tuple[tuple[int, ...] | None, int]
"""The claims of a group, None where they are not understood, and where the next word begins."""


def _group(text: str, at: int, before: frozenset[int], *, first: bool) -> _Group | None:
    """The group of claims at a place; None where none begins there."""
    if first:
        return _one(text, at, before, first=True)
    aside = _ASIDE.match(text, at)
    if aside:
        inner = _one(text, aside.end(), before, first=False)
        closed = inner is not None and text[inner[1] : inner[1] + 1] == ")"
        return (inner[0], inner[1] + 1) if inner and closed else (None, at)
    join = _JOIN.match(text, at)
    return (_one(text, join.end(), before, first=False) or (None, join.end())) if join else None


def _one(text: str, at: int, before: frozenset[int], *, first: bool) -> _Group | None:
    reference = _REFERENCE.match(text, at)
    opening = reference or _DEPENDENT.match(text, at) or _OPENING.match(text, at)
    if opening is None:
        return None
    if reference and reference["of"] and not first and not before.issuperset(_expanded(reference["of"]) or (0,)):
        return None, at  # 請求項１及び請求項２を引用する請求項３: claim 1, or claims that refer to 1 and 2?
    bracketed = _BRACKETED.match(text, opening.end())
    if bracketed:
        return _expanded(bracketed[1]), bracketed.end()
    listed = _PLAIN_LISTED.match(text, opening.end())
    return (_expanded(listed[0]), listed.end()) if listed else None


_MENTION = re.compile(rf"請求項 {{0,3}}[(]? {{0,3}}({_LIST})(?! {{0,3}}{_CITED_BY})")
_OF_A_CITATION = re.compile(r"引用(?:文献|例|発明) {0,3}[0-9][^。]{0,12}$")


def mentioned_claims(said: str) -> tuple[int, ...]:
    """Every claim number in a sentence, those of a cited document's own claims left out where it says so."""
    claims: set[int] = set()
    for match in _MENTION.finditer(said):
        if not _OF_A_CITATION.search(said, max(match.start() - 24, 0), match.start()):
            claims.update(_expanded(match[1]) or ())
    return tuple(sorted(claims))


_NAMED = re.compile(r"(?:引用)?(?:文献|例|発明|刊行物)等?|[DＤ](?=[0-9])|^上記の?")
_NOTE = re.compile(r"\([^()0-9]*\)")
_SAID_OF_SOME = re.compile(r"\(([0-9、,及び又は~-]{1,40})は[^()0-9]{1,40}\)$")
_WELL_KNOWN = re.compile(r"(?:周知|公知|慣用)(?:の?(?:技術|事項|手段))?\((?:引用)?(?:文献|例|刊行物)等?([^()]{1,40})\)")
_AND_WELL_KNOWN = re.compile(r"(?<=[0-9])(?:、|,)?(?:及び|並びに|と)(?:周知|公知|慣用)の?(?:技術|事項|手段)(?:等)?$")
_ANY_OF = re.compile(r"の(?:いずれか|何れか|うちの?いずれか)(?:[1一]つ|一方|[1一])?$")
_TOGETHER = re.compile(r"(?:の|\()(?:組合せ|組み合わせ|組合わせ)\)?$")
_NONE = re.compile(r"(?:なし|無し|-)")
_EITHER_WORD = re.compile(_EITHER)
_BOTH_WORD = re.compile(_BOTH)


def read_citations(text: str) -> tuple[tuple[int, ...], Mode] | None:
    """`１、又は、２` -> ((1, 2), "alternative"); None where the line is not wholly understood."""
    plain, together = _TOGETHER.subn("", _unwrapped(re.sub(r"\s+", "", fold(text)).lstrip(":")))
    plain = _NOTE.sub("", _WELL_KNOWN.sub(r"\1", plain))
    if _NONE.fullmatch(plain):
        return (), "none"
    plain, well_known = _AND_WELL_KNOWN.subn("", _NAMED.sub("", plain))
    listed, any_of = _ANY_OF.subn("", plain)
    aside = _SAID_OF_SOME.search(listed)
    listed = listed[: aside.start()] if aside else listed
    if not _LISTED.fullmatch(listed):
        return None
    numbers = _expanded(listed)
    if numbers is None or (aside and not set(_expanded(aside[1]) or (0,)) <= set(numbers)):
        return None
    return numbers, _mode(listed, numbers, bool(any_of), bool(together or well_known))


def _mode(listed: str, numbers: tuple[int, ...], any_of: bool, together: bool) -> Mode:
    either = any_of or bool(_EITHER_WORD.search(listed))
    both = together or bool(_BOTH_WORD.search(listed))
    if either:
        return "mixed" if both else "alternative"
    if both:
        return "combination"
    return "single" if len(numbers) == 1 else "list"


def _expanded(listed: str) -> tuple[int, ...] | None:
    claims: set[int] = set()
    for match in _ITEMS.finditer(listed):
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        if not 0 < first <= last <= _MOST:
            return None
        claims.update(range(first, last + 1))
    return tuple(sorted(claims))


def _unwrapped(plain: str) -> str:
    return plain[1:-1] if plain[:1] == "(" and plain.find(")") == len(plain) - 1 else plain
