"""THE TABLE: twenty rows that expand to the 42 endpoints of the JPO's API, 36 domestic ones and six of the
five offices' dossiers (OPD).

One list of what exists, and everything else walks it: the URL, the argument check, the ledger,
the pace, the keep time, the decoding, the sandbox's routes, the README's table and a
parametrised test. Adding an endpoint is adding a row, and a model if its shape is new.

Sources: the JPO's API list (numbers 1-1 .. 3-11), its OpenAPI file (paths, patterns, examples),
handbook v1.4 (daily limits) and replies recorded in May 2026 (limits twice the handbook's). The six OPD
paths are in the handbook and in two clients that worked in 2023 and 2024; the forms of their arguments are
read from recorded calls, not from a published pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Literal, TypeVar, cast
from urllib.parse import quote

from jpo_mcp.errors import BadArgument, Words
from jpo_mcp.models import common, design, opd, patent, trademark
from jpo_mcp.numbers import Law

Pace = Literal["domestic", "opd"]
Reply = Literal["json", "xml", "zip", "pdf"]

LAWS: tuple[Law, ...] = ("patent", "design", "trademark")
PER_MINUTE: dict[Pace, int] = {"domestic": 10, "opd": 5}
"""Accesses a minute for one ID over all endpoints of the group (handbook v1.4, 3(3)2)."""

_BASES: dict[Pace, str] = {"domestic": "/api", "opd": "/opdapi"}

M = TypeVar("M")


class Keep(Enum):
    """How long an answer stays fresh. The JPO's data changes daily and shows the next day."""

    DAILY = "until the next 00:00 JST"
    RIGHT = "until the next 00:00 JST; 30 days once the right is erased or has expired"
    MONTH = "30 days"
    FINAL = "90 days"
    REFERENCE = "90 days from a publication, registration or PCT number; else until the next 00:00 JST"
    BUNDLE = "while the case's document list shows no newer paper of its kind; else until the next 00:00 JST"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One place in the path. `pattern` is the form the JPO accepts, ASCII only."""

    name: str
    pattern: re.Pattern[str]
    example: str
    rule: Words

    def check(self, value: str) -> str:
        """The value itself, or `BadArgument`: a value outside the form never leaves this machine."""
        if self.pattern.fullmatch(value):
            return value
        raise BadArgument(
            Words(f"the value for {self.name} is not in the form the JPO takes", f"{self.name} の形式が違います。"),
            Words("correct it and call again", "直してからもう一度お試しください。"),
            rule=self.rule,
            example=self.example,
            field=self.name,
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """Accesses a day, for planning until the JPO's own counter teaches the real one."""

    per_day: int
    handbook: int
    basis: Literal["recorded", "by analogy", "handbook"]


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[M]):
    """One endpoint of one law. `M` is what a good answer decodes to (`bytes` for a file)."""

    api_number: str
    law: Law
    name: str
    parameters: tuple[Parameter, ...]
    model: type[M]
    reply: Reply
    limit: Limit
    pace: Pace
    keep: Keep
    papers: frozenset[str]
    summary: Words
    empty_means: Words

    @property
    def key(self) -> str:
        """`patent/app_progress`: what the ledger counts by and people read."""
        return f"{self.law}/{self.name}"

    @property
    def path_template(self) -> str:
        """`/api/patent/v1/app_progress/{application_number}`."""
        places = "/".join(f"{{{parameter.name}}}" for parameter in self.parameters)
        return f"{self.path_prefix}{places}"

    @property
    def path_prefix(self) -> str:
        """What every URL of this endpoint starts with."""
        return f"{_BASES[self.pace]}/{self.law}/v1/{self.name}/"

    @property
    def example(self) -> tuple[str, ...]:
        """The arguments of the official specification's own example; of a recorded call for the OPD."""
        return tuple(parameter.example for parameter in self.parameters)

    def path(self, *arguments: str) -> str:
        """The path for these arguments, checked and percent-encoded; `BadArgument` if one is out of form."""
        if len(arguments) != len(self.parameters):
            raise TypeError(f"{self.key} takes {len(self.parameters)} arguments, got {len(arguments)}")
        checked = [p.check(value) for p, value in zip(self.parameters, arguments, strict=True)]
        return self.path_prefix + "/".join(quote(value, safe="") for value in checked)


# ── parameters ────────────────────────────────────────────────────────────────────────────────

_TEN = re.compile(r"[0-9]{10}")


def _application(example: str) -> Parameter:
    rule = Words("10 digits: the year, then the serial padded to 6", "西暦4桁＋6桁の番号（計10桁）")
    return Parameter("application_number", _TEN, example, rule)


def _applicant_code(example: str) -> Parameter:
    rule = Words("9 digits, with leading zeros", "先頭の0を含む9桁の数字")
    return Parameter("applicant_code", re.compile(r"[0-9]{9}"), example, rule)


def _applicant_name(example: str) -> Parameter:
    # tab , : and | are refused by the JPO (208); ; by its English text; / and dots would change the path.
    rule = Words(
        "the exact name on the register, without tab , : ; | / \\, at most 100 characters",
        "登録上の氏名・名称と完全に一致するもの（タブ , : ; | / \\ は不可、100文字まで）",
    )
    return Parameter("applicant_name", re.compile(r"(?!\.{1,2}\Z)[^\x00-\x1f\x7f,:;|/\\]{1,100}"), example, rule)


def _kind(*kinds: str, example: str) -> Parameter:
    rule = Words("one of " + ", ".join(kinds), "次のいずれか：" + "、".join(kinds))
    return Parameter("kind", re.compile("|".join(kinds)), example, rule)


def _any_number(pattern: str, example: str) -> Parameter:
    rule = Words("the normalised number of that kind, ASCII only", "その種別の番号（半角英数字）")
    return Parameter("number", re.compile(pattern), example, rule)


def _docdb(name: str, pattern: str, example: str) -> Parameter:
    rule = Words(
        "a DOCDB number: office, number and kind code with dots", "DOCDB形式：国コード.番号.種別コード（ドット区切り）"
    )
    return Parameter(name, re.compile(pattern), example, rule)


def _document_id(example: str) -> Parameter:
    # The ids of US, EP and CN are letters and digits; those of JP an English title, in which brackets may stand.
    rule = Words("an id from the dossier's list of papers", "書類一覧（global_doc_list）にある書類ID")
    return Parameter("document_id", re.compile(r"[A-Za-z0-9][A-Za-z0-9_.()'&-]{5,159}"), example, rule)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────

_RECORDED = frozenset(
    {
        f"patent/{name}"
        for name in (
            "app_progress",
            "app_progress_simple",
            "divisional_app_info",
            "priority_right_app_info",
            "applicant_attorney_cd",
            "applicant_attorney",
            "case_number_reference",
            "cite_doc_info",
            "registration_info",
            "jpp_fixed_address",
            "pct_national_phase_application_number",
        )
    }
    | {"design/app_progress", "design/jpp_fixed_address", "trademark/app_progress"}
)
"""Endpoints whose recorded counter shows twice the handbook's limit (2026-05-07)."""

_NO_DATA = Words(
    "no data under that number: unpublished, outside the coverage, another law or kind of number, or a typo",
    "該当データなし：未公開、収録範囲外、別の法域・番号種別、または誤記の可能性があります。",
)
_NO_ENTRY = Words(
    "no national phase under that number: not entered yet (PA 184-4: 30 months from the priority date), entered and "
    "not shown yet, or a typo",
    "国内移行の記録なし：移行前（優先日から30か月以内、特許法184条の4）、移行済みで未反映、または誤記の可能性があります。",
)
_NO_PAPER = Words(
    "no paper of this kind is served for that case",
    "この案件について提供される書類実体がありません。",
)
_NO_CODE = Words(
    "no applicant or agent has this code",
    "この申請人コードの登録はありません。",
)
_NO_NAME = Words(
    "no exact match: the name must be spelled as on the register, width and spaces included",
    "完全一致する申請人なし：全角・半角や空白も登録どおりである必要があります。",
)

_ACTIONS = frozenset({"A131"})
_DECISIONS = frozenset({"A131", "A01", "A02", "A191", "A192"})
_ANSWERS = frozenset({"A53", "A523", "A524"})


@dataclass(frozen=True, slots=True)
class _Row:
    """One family of endpoints: the same question asked of one, two or three laws."""

    name: str
    summary: Words
    handbook: int
    keep: Keep
    laws: dict[Law, tuple[type[Any], tuple[Parameter, ...]]]
    reply: Reply = "json"
    papers: frozenset[str] = frozenset()
    empty_means: Words = _NO_DATA
    pace: Pace = "domestic"


def _three(
    models: tuple[type[Any], ...], parameters: tuple[Parameter, Parameter, Parameter]
) -> dict[Law, tuple[type[Any], tuple[Parameter, ...]]]:
    return {law: (model, (parameter,)) for law, model, parameter in zip(LAWS, models, parameters, strict=True)}


_CASES = (_application("2020008423"), _application("2022012584"), _application("2018009480"))
_MAILED = (_application("2007035937"), _application("2020009549"), _application("2021010720"))
_FILED = (_application("2007035937"), _application("2020021161"), _application("2018039075"))

_ROWS: tuple[_Row, ...] = (
    _Row(
        "app_progress",
        Words(
            "Progress: bibliography, parties, numbers, dates, priority, parent and the list of papers",
            "経過情報：書誌、申請人、番号、日付、優先権、原出願、書類一覧",
        ),
        400,
        Keep.RIGHT,
        _three((patent.PatentProgress, design.DesignProgress, trademark.TrademarkProgress), _CASES),
    ),
    _Row(
        "app_progress_simple",
        Words("Progress without priority, parent and divisionals", "シンプル版経過情報（優先権・原出願・分割を除く）"),
        400,
        Keep.RIGHT,
        _three((patent.PatentProgress, design.DesignProgress, trademark.TrademarkProgress), _CASES),
    ),
    _Row(
        "divisional_app_info",
        Words("The parent and the whole divisional family, by generation", "分割出願情報：原出願と分割の全世代"),
        30,
        Keep.DAILY,
        {"patent": (patent.PatentDivisionals, (_application("2007035937"),))},
    ),
    _Row(
        "priority_right_app_info",
        Words("The priority claims and their basic applications", "優先基礎出願情報"),
        30,
        Keep.DAILY,
        _three(
            (common.PriorityClaims,) * 3,
            (_application("2020008423"), _application("2022012584"), _application("2020089151")),
        ),
    ),
    _Row(
        "applicant_attorney_cd",
        Words("The name behind a nine-digit applicant code", "申請人コード → 氏名・名称"),
        200,
        Keep.MONTH,
        _three(
            (common.ApplicantName,) * 3,
            (_applicant_code("718000266"), _applicant_code("591037096"), _applicant_code("718000266")),
        ),
        empty_means=_NO_CODE,
    ),
    _Row(
        "applicant_attorney",
        Words("The codes of an exact applicant or agent name", "氏名・名称（完全一致）→ 申請人コード"),
        200,
        Keep.MONTH,
        _three(
            (common.ApplicantCodes,) * 3,
            (
                _applicant_name("特許庁長官"),
                _applicant_name("アッコ　ブランズ　コーポレイション"),
                _applicant_name("特許庁長官"),
            ),
        ),
        empty_means=_NO_NAME,
    ),
    _Row(
        "case_number_reference",
        Words(
            "Application, publication and registration numbers of one case",
            "番号参照：出願・公開・登録番号の対応",
        ),
        50,
        Keep.REFERENCE,
        {
            "patent": (
                patent.PatentNumbers,
                (
                    _kind("application", "publication", "registration", example="application"),
                    _any_number(r"[0-9]{7}|[0-9]{10}", "2020008423"),
                ),
            ),
            "design": (
                design.DesignNumbers,
                (
                    _kind("application", "registration", example="application"),
                    _any_number(r"[0-9]{7}|[0-9]{10}", "2016500748"),
                ),
            ),
            "trademark": (
                trademark.TrademarkNumbers,
                (
                    _kind("application", "registration", example="application"),
                    _any_number(r"[0-9]{7}|[0-9]{10}", "2018009480"),
                ),
            ),
        },
    ),
    _Row(
        "app_doc_cont_opinion_amendment",
        Words("The applicant's opinions and amendments, as filed (ZIP)", "意見書・手続補正書の実体（ZIP）"),
        100,
        Keep.BUNDLE,
        _three((bytes,) * 3, _FILED),
        reply="zip",
        papers=_ANSWERS,
        empty_means=_NO_PAPER,
    ),
    _Row(
        "app_doc_cont_refusal_reason_decision",
        Words(
            "Notices of reasons for refusal, decisions and dismissals of amendment (ZIP)",
            "拒絶理由通知書・査定・補正の却下の決定の実体（ZIP）",
        ),
        100,
        Keep.BUNDLE,
        _three((bytes,) * 3, _MAILED),
        reply="zip",
        papers=_DECISIONS,
        empty_means=_NO_PAPER,
    ),
    _Row(
        "app_doc_cont_refusal_reason",
        Words("Notices of reasons for refusal only (ZIP)", "拒絶理由通知書の実体（ZIP）"),
        100,
        Keep.BUNDLE,
        _three((bytes,) * 3, _MAILED),
        reply="zip",
        papers=_ACTIONS,
        empty_means=_NO_PAPER,
    ),
    _Row(
        "cite_doc_info",
        Words("Documents cited by the examiner, patents and others", "引用文献情報"),
        50,
        Keep.DAILY,
        {"patent": (patent.Citations, (_application("2020008423"),))},
    ),
    _Row(
        "registration_info",
        Words("The register: right holders, term, fees, erasure", "登録情報：権利者、存続期間、年金、抹消"),
        200,
        Keep.RIGHT,
        _three((patent.PatentRegistration, design.DesignRegistration, trademark.TrademarkRegistration), _CASES),
    ),
    _Row(
        "jpp_fixed_address",
        Words("The case's permanent address on J-PlatPat", "J-PlatPat 固定アドレス"),
        200,
        Keep.FINAL,
        _three((common.FixedAddress,) * 3, _CASES),
    ),
    _Row(
        "pct_national_phase_application_number",
        Words("The Japanese application of a PCT application or publication", "PCT出願の国内移行後の出願番号"),
        200,
        Keep.FINAL,
        {
            "patent": (
                patent.NationalPhase,
                (
                    _kind(
                        "international_application", "international_publication", example="international_application"
                    ),
                    _any_number(r"[A-Z]{2}[0-9]{10}", "JP2019011858"),
                ),
            )
        },
        empty_means=_NO_ENTRY,
    ),
)


_MEMBER = (
    _kind("application", "publication", example="application"),
    _docdb("docdb_number", r"[A-Z]{2}\.[A-Z0-9]{1,15}\.[A-Z][0-9]?", "JP.2015500001.A"),
)
_OF_FIVE = _docdb("docdb_number", r"(?:JP|US|EP|CN|KR)\.[A-Z0-9]{1,15}\.[A-Z]", "JP.2007550210.A")
_OF_JAPAN = _docdb("docdb_number", r"JP\.[A-Z0-9]{1,15}\.[A-Z]", "JP.2015500001.A")
_PAPER = _document_id("Abstract_61539913647_JP")

_OPD_ROWS: tuple[_Row, ...] = (
    _Row(
        "family",
        Words(
            "The five-office family of an application, publication or patent, by country",
            "OPDファミリー情報：国別の出願・公開・登録番号",
        ),
        100,
        Keep.DAILY,
        {"patent": (opd.Family, _MEMBER)},
        reply="xml",
        pace="opd",
    ),
    _Row(
        "family_list",
        Words(
            "The same family as a list, with publication and registration dates",
            "OPDファミリー一覧：公開日・登録日付き",
        ),
        300,
        Keep.DAILY,
        {"patent": (opd.FamilyList, _MEMBER)},
        reply="xml",
        pace="opd",
    ),
    _Row(
        "global_doc_list",
        Words("The papers of one application at its office (JP, US, EP, CN, KR)", "OPD書類一覧：五庁の出願の書類一覧"),
        300,
        Keep.DAILY,
        {"patent": (opd.DocumentList, (_OF_FIVE,))},
        reply="xml",
        pace="opd",
    ),
    _Row(
        "global_cite_class",
        Words("Classes of one application and the documents cited against it", "OPD分類・引用情報"),
        100,
        Keep.DAILY,
        {"patent": (opd.CitationsAndClasses, (_OF_FIVE,))},
        reply="xml",
        pace="opd",
    ),
    _Row(
        "global_doc_cont",
        Words("One paper of a dossier (PDF)", "OPD書類実体（PDF）"),
        100,
        Keep.FINAL,
        {"patent": (bytes, (_OF_FIVE, _PAPER))},
        reply="pdf",
        empty_means=_NO_PAPER,
        pace="opd",
    ),
    _Row(
        "jp_doc_cont",
        Words("One paper of a Japanese dossier (ZIP of XML and images)", "OPD JP書類実体（ZIP）"),
        100,
        Keep.FINAL,
        {"patent": (bytes, (_OF_JAPAN, _PAPER))},
        reply="zip",
        empty_means=_NO_PAPER,
        pace="opd",
    ),
)


def _limit(key: str, row: _Row) -> Limit:
    """Recorded counters prove twice the handbook at home; a bundle shows no counter, so it keeps the safe figure.

    Nothing says that the limits of the OPD were raised with those (handbook v2.0: "OPD-API は対象外").
    """
    if row.reply == "zip" or row.pace == "opd":
        return Limit(row.handbook, row.handbook, "handbook")
    return Limit(2 * row.handbook, row.handbook, "recorded" if key in _RECORDED else "by analogy")


def _expand() -> Iterator[Endpoint[Any]]:
    """Every endpoint, numbered as in the JPO's list: law by law, in the order of the rows; then the OPD."""
    for number, law in enumerate(LAWS, start=1):
        offered = [row for row in _ROWS if law in row.laws]
        for place, row in enumerate(offered, start=1):
            yield _endpoint(f"{number}-{place}", law, row)
    for place, row in enumerate(_OPD_ROWS, start=1):
        yield _endpoint(f"OPD-{place}", "patent", row)


def _endpoint(api_number: str, law: Law, row: _Row) -> Endpoint[Any]:
    model, parameters = row.laws[law]
    return Endpoint(
        api_number=api_number,
        law=law,
        name=row.name,
        parameters=parameters,
        model=model,
        reply=row.reply,
        limit=_limit(f"{law}/{row.name}", row),
        pace=row.pace,
        keep=row.keep,
        papers=row.papers,
        summary=row.summary,
        empty_means=row.empty_means,
    )


ENDPOINTS: tuple[Endpoint[Any], ...] = tuple(_expand())
"""All endpoints, in the order of the JPO's list; the six of the OPD last."""

_BY_KEY = {endpoint.key: endpoint for endpoint in ENDPOINTS}


def endpoint(law: Law, name: str, model: type[M] | None = None) -> Endpoint[M]:
    """The row of one law, by its name in the JPO's list; `model` tells the type checker what it decodes to."""
    found = _BY_KEY[f"{law}/{name}"]
    if model is not None and not issubclass(found.model, model):
        raise TypeError(f"{found.key} decodes to {found.model.__name__}, not {model.__name__}")
    return cast("Endpoint[M]", found)
