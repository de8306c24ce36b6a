"""A case, from its header to its last paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType

from jpo_mcp.errors import Lang, Words
from jpo_mcp.screen.drawing import (
    CITATIONS,
    CODE,
    DATE,
    DATES,
    NOTES,
    PAPER,
    PEOPLE,
    Row,
    case_title,
    clean,
    number_text,
    row,
    stack,
)
from jpo_mcp.screen.standing import Standing
from jpo_mcp.screen.typed import typed

if TYPE_CHECKING:
    from jpo_mcp.dossier.view import CaseAnswer, Citation, EventView, Goods, Label, Person, Priority, Register, Relative

_DATE_NAMES = {
    "filing": Words("filed", "出願"),
    "publication": Words("published", "公開"),
    "international_publication": Words("published (PCT)", "国際公開"),
    "registration": Words("registered", "登録"),
    "expiry": Words("term ends", "満了"),
    "extinction": Words("extinguished", "消滅"),
}
_ACTORS = {
    "applicant": Words("applicant", "出願人"),
    "office": Words("JPO", "特許庁"),
    "third_party": Words("third party", "第三者"),
    "applicant_or_third_party": Words("applicant or third party", "出願人・第三者"),
    "ib": Words("WIPO", "国際事務局"),
}

_READ_AS, _OTHER_READINGS, _FOUND_BY = (
    Words("read as", "解釈"),
    Words("or else", "他の解釈"),
    Words("found by", "照会元"),
)
_NUMBERS, _UNREAD, _RIGHT = Words("numbers", "番号"), Words("unread fields", "未解釈項目"), Words("right", "権利")
_CLASS, _PRINCIPAL = Words("class", "意匠分類"), Words("principal design", "本意匠")
_SOUNDS, _VIENNA, _GOODS = Words("pronunciation", "称呼"), Words("Vienna", "ウィーン分類"), Words("goods", "商品・役務")
_SIMILAR, _GENERATION = Words("similar groups", "類似群"), Words("generation", "世代")
_REGISTER = Words("register", "登録")
_PRIORITY, _DIVISIONALS = Words("priority", "優先権"), Words("divisionals", "分割")
_COMPUTED_TERM = Words("term ends (computed)", "満了（計算値）")
_REQUEST_BY, _REQUESTED = Words("request by", "審査請求期限"), Words("requested", "審査請求")
_UNAVAILABLE, _NONE = Words("not available", "取得不可"), Words("none", "なし")
_ACTOR, _PAPER_JA, _PAPER_EN = Words("by", "主体"), Words("書類", "書類"), Words("paper", "paper")


class Cases(Standing):
    """Draws cases."""

    def case(self, answer: CaseAnswer) -> None:
        """One case, from its header to its cost."""
        self._record(case_title(answer), [*self._case_rows(answer), *self._section_rows(answer)])
        self._out.print()
        self._events(answer.events, answer.events_left_out)
        self._out.print()
        if answer.link:
            self.code(answer.link)
        self._footer(answer)

    def short_case(self, answer: CaseAnswer) -> None:
        """Only which case it is and what it cost."""
        self._indented(case_title(answer))
        self._footer(answer)

    def _case_rows(self, answer: CaseAnswer) -> list[Row]:
        rows = row(_READ_AS, [answer.interpreted_as] if answer.interpreted_as else [])
        if answer.other_readings and not answer.interpreted_as:  # whose words list them already
            rows.append((_OTHER_READINGS, self._readings(answer.other_readings)))
        rows += row(_FOUND_BY, [number_text(answer.resolved_from)] if answer.resolved_from else [])
        rows += row(PEOPLE, map(_person, answer.people))
        rows += row(_NUMBERS, map(number_text, answer.numbers))
        rows += row(DATES, self._dates(answer.dates))
        rows += row(_RIGHT, [self._label(answer.right)] if answer.right else [])
        rows += self._standing(answer)
        rows += row(_CLASS, [answer.design_class] if answer.design_class else [])
        rows += row(_PRINCIPAL, [answer.principal_design] if answer.principal_design else [])
        rows += row(_SOUNDS, ["、".join(answer.readings)] if answer.readings else [])
        rows += row(_VIENNA, [", ".join(answer.vienna_classes)] if answer.vienna_classes else [])
        rows += row(_GOODS, map(self._goods, answer.goods))
        return rows

    def _goods(self, goods: Goods) -> str:
        similar = f" [{self._name(_SIMILAR)} {' '.join(goods.similar_codes)}]" if goods.similar_codes else ""
        return f"{goods.nice_class or '?'}: {goods.goods or ''}{similar}"

    def _section_rows(self, answer: CaseAnswer) -> list[Row]:
        rows: list[Row] = []
        if answer.registration is not None:
            rows += row(_REGISTER, self._register(answer.registration))
        if answer.citations is not None:
            rows += row(CITATIONS, _by_role(answer.citations) or [self._name(_NONE)])
        if answer.priority is not None:
            rows += row(_PRIORITY, list(map(_claim, answer.priority)) or [self._name(_NONE)])
        if answer.divisionals is not None:
            rows += row(_DIVISIONALS, list(map(self._relative, answer.divisionals)) or [self._name(_NONE)])
        rows += row(_UNAVAILABLE, (f"{name}: {typed(why)}" for name, why in answer.unavailable.items()))
        rows += row(NOTES, map(typed, answer.notes))
        rows += row(_UNREAD, [", ".join(answer.unread_fields)] if answer.unread_fields else [])
        return rows

    def _dates(self, dates: Mapping[str, str]) -> list[str]:
        return self._flow(
            f"{self._name(_DATE_NAMES.get(name, Words(name, name)))} {value}" for name, value in dates.items()
        )

    def _label(self, label: Label) -> str:
        words = Words(label.en or label.ja or label.code, label.ja or label.en or label.code)
        return f"{words.say(self.lang)} ({label.code})"

    def _register(self, register: Register) -> list[str]:
        facts = (
            (Words("decision drafted", "査定起案"), register.decision_drafted),
            (Words("trial decision", "審決"), register.trial_decision_date),
            (Words("claims", "請求項"), register.claims),
            (Words("years paid", "納付年分"), register.paid_years),
            (Words("next payment", "次回納付期限"), register.next_payment_date),
            (_DATE_NAMES["expiry"], register.expiry_date),
            (_DATE_NAMES["extinction"], register.extinction_date),
            (_RIGHT, self._label(register.right) if register.right else None),
            (Words("register updated", "登録情報の更新"), register.update_date),
        )
        said = self._flow(f"{self._name(words)} {value}" for words, value in facts if value is not None)
        return [*map(_person, register.holders), *said, *map(self._goods, register.goods)]

    def _relative(self, relative: Relative) -> str:
        numbers = (relative.number, relative.publication, relative.registration, relative.international)
        known = (relative.relation, *numbers, relative.filing_date)
        days = (
            (_GENERATION, relative.generation),
            (_DATE_NAMES["expiry"], relative.expiry_date),
            (_DATE_NAMES["extinction"], relative.extinction_date),
            (_COMPUTED_TERM, relative.expiry_computed),
            (_REQUEST_BY, relative.request_by),
            (_REQUESTED, relative.requested),
        )
        named = (f"{self._name(words)} {day}" for words, day in days if day is not None)
        right = self._label(relative.right) if relative.right else None
        return "  ".join(fact for fact in (*known, *named, right, *relative.notes) if fact)

    def _events(self, events: Sequence[EventView], left_out: int | None) -> None:
        if left_out:
            self._note(Words(f"{left_out} older events left out", f"古い手続 {left_out} 件は省略").say(self.lang))
        if not events:
            return
        both = self.lang == "both"
        beside = both and self.wide
        names = (_PAPER_JA, _PAPER_EN) if beside else (PAPER,)
        table = self._table((DATE, CODE, *names, _ACTOR))
        for event in events:
            table.add_row(event.date, clean(event.code), *self._paper(event, beside), clean(_actor(event, self.lang)))
        self._indented(table)

    def _paper(self, event: EventView, beside: bool) -> list[RenderableType]:
        ja, en = event.ja or event.code, event.en or event.ja or event.code
        more = [line for line in (event.under, *event.notes) if line]
        answers = _answers(event)
        if beside:
            return [
                stack([ja], [*(words.ja for words in answers), *more]),
                stack([en], [words.en for words in answers]),
            ]
        shown = {"ja": [ja], "en": [en], "both": [ja, en]}[self.lang]
        return [stack(shown[:1], [*shown[1:], *(words.say(self.lang) for words in answers), *more])]


def _by_role(citations: Iterable[Citation]) -> list[str]:
    """One line a role or note with its documents: its words are much longer than a document's number."""
    roles: dict[str, list[str]] = {}
    for citation in citations:
        for role in (*citation.roles, *filter(None, [citation.note])):
            roles.setdefault(role, []).append(citation.document)
    return [f"{role}: {', '.join(documents)}" for role, documents in roles.items()]


def _person(person: Person) -> str:
    return f"{person.role}: {person.name}" + (f" ({person.code})" if person.code else "")


def _claim(claim: Priority) -> str:
    return "  ".join(fact for fact in (claim.basis, claim.country, claim.number, claim.date, claim.note) if fact)


def _actor(event: EventView, lang: Lang) -> str:
    return _ACTORS[event.actor].say(lang if lang != "both" else "en") if event.actor in _ACTORS else event.actor or ""


def _answers(event: EventView) -> list[Words]:
    """What the paper answers, and how many days after it."""
    if event.answers is None:
        return []
    if event.days_used is None:
        return [Words(f"answers {event.answers}", f"{event.answers} への応答")]
    used = event.days_used
    return [Words(f"answers {event.answers}, {used} days used", f"{event.answers} への応答（{used}日使用）")]
