"""What a paper of a five-office dossier is, told from its titles, its groups and its id.

No code of a paper's kind is known in the JPO's OPD answers. The title says most; it comes in the office's own language,
in English, or inside the id (`Notice_of_Reasons_for_Refusal_06120285658_JP`). The groups say the rest: they are the
exchange's vocabulary (`tables.json`, "dossier_group"), several joined by commas, and match as whole tokens only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from jpo_mcp.errors import Words

PaperKind = Literal[
    "application", "office_action", "argument", "amendment", "decision", "citations", "applicant", "in_house", "other"
]

KIND_WORDS: dict[PaperKind, Words] = {
    "application": Words("application papers", "出願書類"),
    "office_action": Words("office action", "庁の通知（拒絶理由等）"),
    "argument": Words("argument", "意見書・応答"),
    "amendment": Words("amendment", "補正書"),
    "decision": Words("decision", "査定・決定"),
    "citations": Words("citation list or search report", "引用文献・調査報告"),
    "applicant": Words("another paper of the applicant", "その他の出願人書類"),
    "in_house": Words("in-house paper", "庁内書類"),
    "other": Words("kind not told", "種別不明"),
}

# In this order: a reply names the action it replies to, a request the decision it is about, a decision what it decides
# on.
_TITLES: tuple[tuple[PaperKind, str], ...] = (
    (
        "amendment",
        r"^\W*(?:(?:written|voluntary|preliminary|supplemental|first|second|third) )*amend(?:ments?|ed)\b"
        r"|correction of (?:mistranslation|translation)|補正書|誤訳訂正書|补正书|修改替换页|修改文件|보정서",
    ),
    (
        "argument",
        r"^(?:applicant )?(?:arguments?|remarks|observations(?! by third))\b"
        r"|^(?:\[.*\] ?)?written (?:opinion|argument)s?(?: \(|$)"
        r"|^(?:supplemental )?(?:response|reply)\b|^意見書(?!提出期間)|^意见陈述|의견서",
    ),
    (
        "citations",
        r"information disclosure statement|list of (?:cited )?references|references cited|search report|cited documents"
        r"|引用文献|調査報告|検索報告|检索报告|조사보고",
    ),
    ("application", r"^request for (?:(?:a |the )?grant\b|(?:a )?patent\b(?! \w))"),
    (
        "applicant",
        r"^(?:written )?(?:request|demand)\b|^petition\b(?! decision)|^notice of appeal\b|請求書"
        r"|(?:复审|审查|恢复)请求书|授权委托书|청구서",
    ),
    (
        "decision",
        r"^(?!.*(?:petition|prioriti[sz]ed|consideration program)).*\bdecision\b|notice of allowance|intention to grant"
        r"|deemed (?:to be )?withdraw(?:n|al)|^(?:notice of )?abandonment\b"
        r"|(?:grant of|to grant) (?:a )?(?:european )?patent"
        r"|査定|審決|却下の決定|授予|授权|驳回决定|复审决定|视为撤回|등록결정|특허결정|거절결정|각하결정",
    ),
    (
        "office_action",
        r"office action|\brejection\b|reasons? for (?:refusal|rejection)|grounds? for rejection"
        r"|examination (?:report|opinion)|search opinion|restriction requirement|requirement for restriction"
        r"|advisory action|^summons\b|^communication(?:$| from| pursuant| under)"
        r"|^written opinion of|notice of non-compliant|拒絶理由|見解書|审查意见|의견제출통지",
    ),
    (
        "in_house",
        r"record of communication|interview summary|examiner'?s (?:search|notes?)|search (?:strategy|notes|information)"
        r"|index of claims|reconsideration report|応対記録|面接記録|前置報告",
    ),
    (
        "application",
        r"^(?:abstract|claims?|description|specification|drawings?|sequence listing|oath|application)\b"
        r"|要約書|明細書|図面|請求の範囲|特許願|願書|国内書面|说明书|权利要求书|请求书|摘要",
    ),
    ("applicant", r"^(?:power of attorney|transmittal|fee)\b|委任状|上申書|事情説明書"),
)

_OF_AMENDMENT = r"(?:dismissal|rejection|rejecting|declining) (?:of |the )*amendment|補正の?却下|보정각하"

_GROUPS: tuple[tuple[PaperKind, frozenset[str]], ...] = (
    ("application", frozenset({"1"})),
    ("decision", frozenset({"23"})),
    ("office_action", frozenset({"2", "21", "22"})),
    ("citations", frozenset({"3"})),
    ("applicant", frozenset({"4"})),
    ("in_house", frozenset({"5"})),
)

_SENT: frozenset[PaperKind] = frozenset({"office_action", "decision"})
_FILED: frozenset[PaperKind] = frozenset({"argument", "amendment", "applicant"})
_OUT, _IN = frozenset({"2", "21", "22", "23"}), frozenset({"1", "3", "4"})
"""Groups of what an office sends, and of what it is sent."""

# Thirteen digits of the application with its check digit, then CNIPA's code: 210401 is the first office action.
_CHINESE_ID = re.compile(r"[0-9]{13}(?P<code>[0-9]{6})[0-9]+(?:_CN)?", re.ASCII)
_NUMBERED = re.compile(r"_[0-9]{11}(?:_JP)?\Z", re.ASCII)


def groups(text: str | None) -> tuple[str, ...]:
    """`2,101,102,21` as its tokens."""
    return tuple(token for token in re.split(r"[,\s]+", text or "") if token)


def paper_kind(tokens: Iterable[str], titles: Iterable[str | None], document_id: str | None) -> PaperKind:
    """What the paper is; `other` where neither a title nor a group tells."""
    given = frozenset(tokens)
    told = _by_titles([*titles, _name_in(document_id or "")]) or _by_id(document_id or "")
    if told is None:
        grouped: list[PaperKind] = [kind for kind, of in _GROUPS if of & given]
        return grouped[0] if grouped else "other"
    if told == "application" and "4" in given and "1" not in given:
        return "amendment"  # claims among the papers after filing
    if told in _SENT and given & _IN and not given & _OUT:
        return "applicant"  # a paper about the action or decision that its title names
    if told in _FILED and given & _OUT and not given & _IN:
        return "decision" if "23" in given else "office_action"
    return told


def decides_on_amendment(titles: Iterable[str | None]) -> bool:
    """Whether a decision is only that an amendment is not let in, which leaves the application undecided."""
    return any(_compiled(_OF_AMENDMENT).search(title) for title in _plain(titles))


def _by_titles(titles: Iterable[str | None]) -> PaperKind | None:
    plain = _plain(titles)
    return next((kind for title in plain for kind, pattern in _TITLES if _compiled(pattern).search(title)), None)


def _plain(titles: Iterable[str | None]) -> list[str]:
    return [" ".join(title.replace("_", " ").split()).casefold() for title in titles if title]


def _name_in(document_id: str) -> str:
    return _NUMBERED.sub("", document_id) if _NUMBERED.search(document_id) else ""


def _by_id(document_id: str) -> PaperKind | None:
    found = _CHINESE_ID.fullmatch(document_id)
    return "office_action" if found and found["code"].startswith("21040") else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
