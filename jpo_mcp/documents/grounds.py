"""The articles on which an application is refused: how they are printed, coded and named in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from jpo_mcp.errors import Words
from jpo_mcp.numbers import Law

_ACTS = {"patent": Words("Patent Act", "特許法"), "design": Words("Design Act", "意匠法")}
_ACTS["trademark"] = Words("Trademark Act", "商標法")

_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


@dataclass(frozen=True, slots=True)
class Provision:
    """An article, as far down as it is printed: 第29条第1項第3号, 第29条の2, 第29条第1項柱書."""

    law: Law
    article: int
    branch: int | None = None
    paragraph: int | None = None
    item: int | None = None
    main_clause: bool = False

    @property
    def code(self) -> str:
        """`29-1-3`, `29-1-hashira`, `29-2bis` for 第29条の2; but 第17条の2第3項 is `17-2-3`."""
        head = str(self.article)
        if self.branch is not None:
            head += f"-{self.branch}" + ("" if (self.law, self.article) == ("patent", 17) else "bis")
        paragraph = self.paragraph or (1 if self.main_clause else None)
        tail = [str(n) for n in (paragraph, self.item) if n is not None]
        return "-".join([head, *tail, *(["hashira"] if self.main_clause else [])])

    @property
    def ja(self) -> str:
        """`第29条第1項第3号`"""
        branch = f"の{self.branch}" if self.branch is not None else ""
        paragraph = f"第{self.paragraph}項" if self.paragraph is not None else ""
        item = f"第{self.item}号" if self.item is not None else ""
        return f"第{self.article}条{branch}{paragraph}{item}{'柱書' if self.main_clause else ''}"

    @property
    def en(self) -> str:
        """`Article 29(1)(iii) of the Patent Act (novelty)`: cited as in the official translation of the act."""
        branch = f"-{self.branch}" if self.branch is not None else ""
        paragraph = f"({self.paragraph})" if self.paragraph is not None else ""
        item = f"({roman(self.item)})" if self.item is not None else ""
        place = f"Article {self.article}{branch}{paragraph}{item} of the {_ACTS[self.law].en}"
        where = f"main clause of {place}" if self.main_clause else place
        return f"{where} ({self.name.en})" if self.name else where

    @property
    def name(self) -> Words | None:
        """What the ground is called; None for an article without an entry."""
        return _NAMES[self.law].get(self.code)


def roman(number: int) -> str:
    """Items of an article are cited in small Roman numerals."""
    tens, ones = divmod(number, 10)
    return "x" * tens + _ROMAN[ones]


_PATENT = {
    "17-2-3": Words("addition of new matter", "新規事項"),
    "17-2-4": Words("shift amendment", "シフト補正"),
    "17-2-5": Words("purpose of an amendment", "目的外補正"),
    "17-2-6": Words("independent patentability", "独立特許要件"),
    "25": Words("enjoyment of rights by foreign nationals", "外国人の権利の享有"),
    "29-1-hashira": Words("industrial applicability and eligibility as an invention", "産業上の利用可能性・発明該当性"),
    "29-1": Words("novelty", "新規性"),
    "29-1-1": Words("novelty: publicly known", "公然知られた発明"),
    "29-1-2": Words("novelty: publicly worked", "公然実施をされた発明"),
    "29-1-3": Words("novelty", "新規性"),
    "29-2": Words("inventive step", "進歩性"),
    "29-2bis": Words("secret prior art", "拡大先願"),
    "32": Words("public order, morality or public health", "公序良俗"),
    "36-4": Words("description requirements", "発明の詳細な説明の記載要件"),
    "36-4-1": Words("enablement requirement", "実施可能要件"),
    "36-4-2": Words("disclosure of prior art documents", "先行技術文献情報開示要件"),
    "36-6": Words("requirements of the claims", "特許請求の範囲の記載要件"),
    "36-6-1": Words("support requirement", "サポート要件"),
    "36-6-2": Words("clarity requirement", "明確性"),
    "36-6-3": Words("conciseness requirement", "簡潔性"),
    "36-6-4": Words("form of the claims", "特許請求の範囲の記載要領"),
    "37": Words("unity of invention", "発明の単一性"),
    "38": Words("joint applications", "共同出願"),
    "39-1": Words("earlier application", "先願"),
    "39-2": Words("applications of the same date", "同日出願"),
    "39-3": Words("earlier utility model application", "先願(実用新案)"),
    "39-4": Words("utility model application of the same date", "同日出願(実用新案)"),
    "49-5": Words("disclosure of prior art documents after notice", "先行技術文献情報の通知"),
    "49-6": Words("new matter beyond the foreign language document", "原文新規事項"),
    "49-7": Words("misappropriated application", "冒認出願"),
}
_DESIGN = {
    "3-1-hashira": Words("industrial applicability and eligibility as a design", "工業上の利用可能性・意匠該当性"),
    "3-1": Words("novelty", "新規性"),
    "3-1-1": Words("novelty: publicly known", "公然知られた意匠"),
    "3-1-2": Words("novelty: described in a publication", "刊行物に記載された意匠"),
    "3-1-3": Words("novelty: similar design", "新規性(類似する意匠)"),
    "3-2": Words("creative difficulty", "創作非容易性"),
    "3-2bis": Words("identical or similar to part of an earlier design", "先願意匠の一部と同一又は類似"),
    "5": Words("unregistrable designs", "不登録事由"),
    "5-1": Words("public order or morality", "公序良俗"),
    "5-2": Words("confusion with another's business", "他人の業務との混同"),
    "5-3": Words("shape necessary for a function", "機能確保に不可欠な形状"),
    "7": Words("one application per design", "一意匠一出願"),
    "8": Words("design for a set of articles", "組物の意匠"),
    "8-2bis": Words("interior design", "内装の意匠"),
    "9-1": Words("earlier application", "先願"),
    "9-2": Words("applications of the same date", "同日出願"),
    "10-1": Words("related designs", "関連意匠"),
}
_TRADEMARK = {
    "3-1-hashira": Words("intention to use", "使用意思"),
    "3-1-1": Words("common name of the goods or services", "普通名称"),
    "3-1-2": Words("customary mark", "慣用商標"),
    "3-1-3": Words("descriptive mark", "品質等表示"),
    "3-1-4": Words("common surname or name", "ありふれた氏又は名称"),
    "3-1-5": Words("very simple and common mark", "極めて簡単かつありふれた標章"),
    "3-1-6": Words("no distinctiveness", "識別力のないもの"),
    "4-1-6": Words("famous mark of a public body or undertaking", "公益に関する団体・事業の著名な標章"),
    "4-1-7": Words("public order or morality", "公序良俗"),
    "4-1-8": Words("another person's name or portrait", "他人の氏名・肖像等"),
    "4-1-10": Words("another person's well-known mark", "他人の周知商標"),
    "4-1-11": Words("earlier registered mark", "先に登録された他人の商標"),
    "4-1-14": Words("name of a plant variety", "品種の名称"),
    "4-1-15": Words("confusion with another's goods or services", "出所の混同"),
    "4-1-16": Words("misleading as to quality", "品質等誤認"),
    "4-1-17": Words("indication of origin of wines or spirits", "ぶどう酒等の産地"),
    "4-1-18": Words("feature necessary for a function", "機能確保に不可欠な特徴"),
    "4-1-19": Words("well-known mark used for an unfair purpose", "不正目的の周知商標"),
    "5": Words("form of the application", "願書の記載"),
    "6-1": Words("one application per mark; unclear goods or services", "指定商品・役務の明確性"),
    "6-2": Words("classification of goods and services", "区分"),
    "7-2bis-1": Words("regional collective mark", "地域団体商標"),
    "8-1": Words("earlier application", "先願"),
    "8-2": Words("applications of the same date", "同日出願"),
    "8-5": Words("applications of the same date", "同日出願"),
}
_NAMES: dict[Law, dict[str, Words]] = {"patent": _PATENT, "design": _DESIGN, "trademark": _TRADEMARK}

# Other articles are cited in notices, but nothing is refused for them: 第15条の2 is procedure, 第30条 an exception.
_GROUND_ARTICLES: dict[Law, frozenset[tuple[int, int | None]]] = {
    "patent": frozenset(
        {
            (17, 2),
            (25, None),
            (29, None),
            (29, 2),
            (32, None),
            (36, None),
            (37, None),
            (38, None),
            (39, None),
            (49, None),
        }
    ),
    "design": frozenset(
        {
            (3, None),
            (3, 2),
            (5, None),
            (6, None),
            (7, None),
            (8, None),
            (8, 2),
            (9, None),
            (10, None),
            (15, None),
            (25, None),
        }
    ),
    "trademark": frozenset({(3, None), (4, None), (5, None), (6, None), (7, 2), (8, None), (25, None)}),
}

# One label, one article: the examiners' house style prints these and no other article goes by them.
_LABELS: dict[str, Provision] = {
    "進歩性": Provision("patent", 29, paragraph=2),
    "拡大先願": Provision("patent", 29, branch=2),
    "実施可能要件": Provision("patent", 36, paragraph=4, item=1),
    "サポート要件": Provision("patent", 36, paragraph=6, item=1),
    "明確性": Provision("patent", 36, paragraph=6, item=2),
    "明確性要件": Provision("patent", 36, paragraph=6, item=2),
    "単一性": Provision("patent", 37),
    "発明の単一性": Provision("patent", 37),
    "新規事項": Provision("patent", 17, branch=2, paragraph=3),
    "シフト補正": Provision("patent", 17, branch=2, paragraph=4),
}

_S = " {0,40}"
_N = r"([0-9]{1,3})"
_HEAD = (
    rf"((?:[一-龥]{{0,12}}(?:法|規則|施行令|条約))?){_S}(?:第{_S}{_N}{_S}条|(同条))(?:の{_S}{_N})?"
    rf"(?:{_S}第{_S}{_N}{_S}項)?(?:{_S}第{_S}{_N}{_S}号)?(?:{_S}(柱書))?"
)
_ALSO = (
    rf"{_S}(?:及び|並びに|又は|若しくは|および|または|、|,){_S}(同項|同)?(?:第{_S}{_N}{_S}項)?(?:{_S}第{_S}{_N}{_S}号)?"
)
_PRINTED = re.compile(_HEAD)
_FURTHER = re.compile(_ALSO)
_OPERATIVE = re.compile(
    rf"{_S}(?:各号)?(?:前段|後段)?(?:の(?:いずれか|何れか)(?:一つ)?)?(?:\([^()]{{1,30}}\))?{_S}"
    r"(?:の各?規定|にも?(?:規定|該当|違反|掲げる|適合|定める)|の(?:発明|意匠|商標)にも?該当|でいう|にいう|の要件|を満た|を具備)"
)

_JOINED = re.compile(rf"{_S}(?:及び|並びに|又は|若しくは|および|または|、|,){_S}")


class Printed(NamedTuple):
    """An article as it stands in a text."""

    provision: Provision
    start: int
    end: int
    operative: bool
    """What follows says that it is applied: に該当, の規定により, に規定する要件."""


def printed(text: str, law: Law) -> Iterator[Printed]:
    """Every article of that act printed in a folded text, each with its place; articles of other acts are left out."""
    last: Provision | None = None
    for head in _PRINTED.finditer(text):
        act, article, same, branch, paragraph, item, main = head.groups()
        if act and not act.endswith((_ACTS[law].ja, "同法")):
            last = None
            continue
        if same and last is None:
            continue
        base = last if same and last else Provision(law, int(article), _int(branch))
        first = replace(base, paragraph=_int(paragraph), item=_int(item), main_clause=bool(main))
        found, end = _with_further(text, first, head.end())
        operative = _OPERATIVE.match(text, end) is not None
        yield from (Printed(provision, head.start(), end, operative) for provision in found)
        last = found[-1]


def _with_further(text: str, first: Provision, at: int) -> tuple[list[Provision], int]:
    """第36条第6項第1号及び第2号: a paragraph or item alone belongs to the article before it."""
    found = [first]
    while (more := _FURTHER.match(text, at)) and (more[2] or more[3]):
        paragraph = _int(more[2]) if more[2] else found[-1].paragraph
        found.append(replace(found[-1], paragraph=paragraph, item=_int(more[3]), main_clause=False))
        at = more.end()
    return found, at


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def is_ground(provision: Provision) -> bool:
    """Whether an application can be refused for it at all: 商標法第3条第2項 is the way out of its first paragraph."""
    if provision.law == "trademark" and provision.article in (3, 4) and provision.paragraph not in (None, 1):
        return False
    return (provision.article, provision.branch) in _GROUND_ARTICLES[provision.law]


def applied(text: str, law: Law) -> tuple[Provision, ...]:
    """The grounds that a text applies, each once; an article merely mentioned is none."""
    found = list(printed(text, law))
    used = [place.operative for place in found]
    for at in range(len(found) - 2, -1, -1):
        # 第29条第1項第3号及び特許法第29条第2項の規定により: what follows the last belongs to all.
        joined = found[at].start == found[at + 1].start or _JOINED.fullmatch(text, found[at].end, found[at + 1].start)
        used[at] = used[at] or (used[at + 1] and bool(joined))
    return _once(place.provision for place, on in zip(found, used, strict=True) if on and is_ground(place.provision))


def named(text: str, law: Law) -> tuple[Provision, ...]:
    """The grounds that a heading or a list of articles names."""
    return _once(found.provision for found in printed(text, law) if is_ground(found.provision))


def labelled(label: str) -> Provision | None:
    """The article that a label stands for; None where it could be several (新規性 does not tell the item)."""
    return _LABELS.get(label)


def called(label: str) -> frozenset[str]:
    """The codes of the grounds against a patent that go by a name: 新規性 is that of several items."""
    codes = {code for code, name in _PATENT.items() if name.ja == label}
    return frozenset(codes | ({_LABELS[label].code} if label in _LABELS else set[str]()))


def _once(provisions: Iterator[Provision]) -> tuple[Provision, ...]:
    return tuple(dict.fromkeys(provisions))
