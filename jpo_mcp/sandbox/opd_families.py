"""Three fictional families as the five offices tell them: one at all five, one from the PCT, one in Japan only.

Applications 490301 and 490303 (590302 for the national phase), patents 9900301 and 9900302; abroad the same last
digits, in ranges that the offices never reached in those years. Ids have the shape that is known of each office; what a
paper says is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from jpo_mcp.sandbox.life import (
    Amendment,
    Application,
    Article,
    Block,
    Cited,
    Dossier,
    Drawn,
    Grant,
    International,
    Literature,
    Member,
    Notice,
    OfficePaper,
    Opinion,
    Paper,
    PatentCase,
    Priority,
    Reason,
    Refusal,
    filed,
    from_ib,
    internal,
    mailed,
    noted,
)
from jpo_mcp.sandbox.parties import HANAKO, KAKU, MIHON_FIRM, REIJI_FOODS, SAMPLE_INC, TARO
from jpo_mcp.sandbox.patents import CLARITY, INVENTIVE_STEP, NOVELTY

Pages = tuple[str | None, ...]

SCAN = None
"""A page that is an image."""


def _action(date: str, drafted: str, serial: int, notice: Notice) -> Paper:
    return mailed("patent", date, drafted=drafted, code="A131", title="拒絶理由通知書", serial=serial, body=notice)


def _reply(date: str, serial: int, answers: str, opinion: str, claims: tuple[str, ...]) -> tuple[Paper, Paper]:
    """An opinion, and an amendment with the next number."""
    amendment = Amendment(answers=answers, claims=claims)
    return (
        filed(date, "A53", "意見書", serial, Opinion(answers=answers, paragraphs=(opinion,))),
        filed(date, "A523", "手続補正書（自発・内容）", serial + 1, amendment),
    )


def _request(date: str, serial: int) -> Paper:
    return filed(date, "A621", "出願審査請求書", serial)


def _search(date: str, serial: int) -> Paper:
    return internal(date, "A971007", "検索報告書", serial)


def _grant(date: str, drafted: str, serial: int, grant: Grant) -> Paper:
    return mailed("patent", date, drafted=drafted, code="A01", title="特許査定", serial=serial, body=grant)


# ── papers abroad ─────────────────────────────────────────────────────────────────────────────


class _English(NamedTuple):
    """Papers of the US and of the EPO: ids of fifteen letters and digits, no translation."""

    prefix: str

    def paper(self, date: str, name: str, title: str, group: str, *pages: str | None) -> OfficePaper:
        name, place = name.split()
        return OfficePaper(date=date, group=group, id=f"{self.prefix}{name:0<8}{place}", title=title, pages=pages)


class _Chinese(NamedTuple):
    """Papers of the CNIPA: the application with its check digit, the code of the paper, its day and a serial."""

    application: str
    case: str

    def paper(
        self, date: str, code: str, titles: tuple[str, str], group: str, pages: Pages, *translation: str
    ) -> OfficePaper:
        document = f"{self.application}{code}{date.replace('-', '')}{self.case}00000000001"
        return replace(
            _untranslated(date, titles, group, pages), id=f"{document}_CN", twin=document, translation=translation
        )


class _Korean(NamedTuple):
    """Papers of the KIPO. `way` is 11 for what was filed and 95 for what was sent, with a serial; year and case stand
    between them. The shape is ours."""

    case: str

    def paper(
        self, date: str, way: str, titles: tuple[str, str], group: str, pages: Pages, *translation: str
    ) -> OfficePaper:
        document = f"{way[:2]}{date[:4]}{self.case}{way[2:]}"
        return replace(
            _untranslated(date, titles, group, pages), id=f"{document}_KR", twin=document, translation=translation
        )


def _untranslated(date: str, titles: tuple[str, str], group: str, pages: Pages) -> OfficePaper:
    original, english = titles
    return OfficePaper(date=date, group=group, id="", title=english, original=original, pages=pages)


# ── five offices ──────────────────────────────────────────────────────────────────────────────

_VANE_CLAIMS = (
    "風を受けて向きを変える胴体と、前記胴体に設けられ風を受けて鳴る笛と、を備える風見鶏。",
    "前記笛の音の高さが前記胴体の向きによって変わる、請求項１に記載の風見鶏。",
    "前記笛の長さを前記胴体の向きに応じて変えるカムを備える、請求項２に記載の風見鶏。",
)
_VANE_AMENDED = (
    "風を受けて向きを変える胴体と、前記胴体に設けられ風を受けて鳴る笛と、{前記笛の長さを前記胴体の向きに応じて変える"
    "カムと、}を備える風見鶏。",
    "前記笛の音の高さが前記胴体の向きによって変わる、請求項１に記載の風見鶏。",
)
_VANE_FILED = Application(
    description=(
        ("technical-field", ("本発明は、風向きを音で知らせる風見鶏に関する。",)),
        ("background-art", ("屋根の上で風を受けて向きを変える風見鶏が知られている（特許文献１）。",)),
        ("patent-literature", ("特開２０１５－４９０３０１号公報",)),
        ("tech-problem", ("従来の風見鶏は、見なければ風向きが分からず、夜間や霧の日には役に立たない。",)),
        ("tech-solution", ("本発明の風見鶏は、胴体の向きによって音の高さが変わる笛を備える。",)),
        ("advantageous-effects", ("本発明によれば、見ることなく風向きを知ることができる。",)),
        (
            "description-of-drawings",
            ("図１は、実施形態の風見鶏の側面図である。", "図２は、カムと笛の関係を示す図である。"),
        ),
        (
            "description-of-embodiments",
            (
                "図１に示すように、風見鶏１は、支柱２と、支柱２の上で回る胴体３と、胴体３の中の笛４とを備える。",
                "図２に示すように、カム５は支柱２に固定され、胴体３が回ると笛４の栓を押し引きする。笛の長さＬと"
                "音の高さｆとの関係は、次の式で表される。\n{3}",
            ),
        ),
        ("industrial-applicability", ("灯台、牧場及び飛行場に利用できる。",)),
        ("reference-signs-list", ("１　風見鶏\n２　支柱\n３　胴体\n４　笛\n５　カム",)),
    ),
    claims=_VANE_CLAIMS,
    abstract="【課題】見ることなく風向きを知る。\n【解決手段】胴体３の向きによって音の高さが変わる笛４を備える。\n"
    "【選択図】図１",
    images=(Drawn(), Drawn(mm=(70, 110)), Drawn(kind="formula", mm=(12, 60))),
    inventors=("見本　太郎", "例示　次郎"),
)

_VANE_TITLE = "WEATHERCOCK THAT TELLS THE WIND BY SOUND"
_VANE_APPLICANTS = ("FICTITIOUS ELECTRIC CO., LTD.",)
_VANE_IPCS = ("G01P 13/02", "G10K 5/00")

_VANE_ENGLISH = (
    "1. A weathercock comprising a body that turns with the wind and a whistle that is provided on the body and sounds"
    " in the wind.\n"
    "2. The weathercock of claim 1, wherein the pitch of the whistle changes with the direction of the body.\n"
    "3. The weathercock of claim 2, comprising a cam that changes the length of the whistle with the direction of the"
    " body."
)
_VANE_NARROWED = (
    "1. (Currently amended) A weathercock comprising a body that turns with the wind, a whistle that is provided on the"
    " body and sounds in the wind, and a cam that changes the length of the whistle with the direction of the body."
)

_vane_us = _English("LF301").paper
_VANE_US = Dossier(
    title=_VANE_TITLE,
    applicants=_VANE_APPLICANTS,
    ipcs=_VANE_IPCS,
    own=(("CPC", "G01P 13/025"), ("CPC", "G10K 5/00"), ("USPC", "116/264")),
    papers=(
        _vane_us(
            "2022-02-10",
            "SPEC A1",
            "Specification",
            "1",
            "TITLE OF THE INVENTION\n" + _VANE_TITLE + "\n\nTECHNICAL FIELD\n[0001] The present invention relates to a"
            " weathercock that tells the direction of the wind by sound.",
            "BACKGROUND ART\n[0002] A weathercock that turns with the wind is known (Patent Literature 1).\n"
            "SUMMARY OF INVENTION\n[0003] A known weathercock must be seen, and is of no use at night or in fog.",
            "DESCRIPTION OF EMBODIMENTS\n[0004] As shown in Fig. 1, the weathercock 1 has a post 2, a body 3 and a"
            " whistle 4.\n[0005] As shown in Fig. 2, the cam 5 pushes and pulls the plug of the whistle 4.",
        ),
        _vane_us("2022-02-10", "CLMS A1", "Claims", "1", _VANE_ENGLISH),
        _vane_us(
            "2022-02-10",
            "ABST A1",
            "Abstract",
            "1",
            "A weathercock has a whistle whose pitch changes with the direction of its body, so that the wind can be"
            " told without looking.",
        ),
        _vane_us("2022-02-10", "DRWG A1", "Drawings-only black and white line drawings", "1", SCAN, SCAN),
        _vane_us(
            "2022-05-12",
            "IDS A1",
            "Information Disclosure Statement (IDS) Form (SB08)",
            "3",
            "INFORMATION DISCLOSURE STATEMENT BY APPLICANT\nForeign patent documents: JP 2015-490301 A",
        ),
        _vane_us(
            "2023-05-16",
            "CTNF A1",
            "Non-Final Rejection",
            "2,101,102,21",
            "DETAILED ACTION\nClaim Rejections - 35 USC 102\nClaims 1 and 2 are rejected under 35 U.S.C. 102(a)(1) as"
            " being anticipated by US 2016/0990301 A1.",
            "Claim Rejections - 35 USC 103\nClaim 3 is rejected under 35 U.S.C. 103 as being unpatentable over"
            " US 2016/0990301 A1 in view of JP 2015-490301 A.",
        ),
        _vane_us(
            "2023-05-16",
            "892X A1",
            "List of references cited by examiner",
            "2,101",
            "NOTICE OF REFERENCES CITED\nA  US 2016/0990301 A1\nN  JP 2015-490301 A",
        ),
        _vane_us(
            "2023-08-15",
            "REMK A1",
            "Applicant Arguments/Remarks Made in an Amendment",
            "4",
            "REMARKS\nThe cited document shows no cam that changes the length of the whistle.",
        ),
        _vane_us("2023-08-15", "CLMS A2", "Claims", "4", _VANE_NARROWED),
        _vane_us(
            "2023-10-24",
            "CTFR A1",
            "Final Rejection",
            "2,101,23",
            "DETAILED ACTION\nClaim 1 remains rejected under 35 U.S.C. 103. THIS ACTION IS MADE FINAL.",
        ),
        _vane_us(
            "2024-01-23",
            "RCEX A1",
            "Request for Continued Examination (RCE)",
            "4",
            "REQUEST FOR CONTINUED EXAMINATION TRANSMITTAL",
        ),
        _vane_us(
            "2024-01-23",
            "AMSB A1",
            "Amendment Submitted/Entered with Filing of CPA/RCE",
            "4",
            "1. (Currently amended) A weathercock comprising a post, a body, a whistle and a cam fixed to the post.",
        ),
        _vane_us(
            "2024-03-05",
            "NOAX A1",
            "Notice of Allowance and Fees Due (PTOL-85)",
            "23,2,101,102",
            "NOTICE OF ALLOWANCE\nThe allowed claim is 1. The prior art does not show a cam that is fixed to the post.",
        ),
    ),
    cited=(
        Cited(date="2023-05-16", where="Non-Final Rejection", number="US.2016990301.A1"),
        Cited(date="2023-05-16", where="Non-Final Rejection", number="JP.2015490301.A"),
        Cited(date="2024-03-05", where="Notice of Allowance", number="US.19000301.B2"),
    ),
)

_vane_ep = _English("EF301").paper
_VANE_EP = Dossier(
    title=_VANE_TITLE,
    applicants=_VANE_APPLICANTS,
    ipcs=_VANE_IPCS,
    own=(("CPC", "G01P13/025"),),
    papers=(
        _vane_ep(
            "2022-02-11",
            "DESC A1",
            "Description",
            "1",
            "Description\n[0001] The invention relates to a weathercock that tells the wind by sound.",
            SCAN,
            "[0003] The cam 5 is fixed to the post 2 and moves the plug of the whistle 4.",
        ),
        _vane_ep("2022-02-11", "CLMS A1", "Claims", "1", _VANE_ENGLISH),
        _vane_ep("2022-02-11", "DRAW A1", "Drawings", "1", SCAN, SCAN),
        _vane_ep(
            "2022-07-08",
            "SRCH A1",
            "European search report",
            "2,101,102",
            "EUROPEAN SEARCH REPORT\nX  JP 2015 490301 A  1,2\nA  EP 9 800 301 A1  3",
        ),
        _vane_ep(
            "2022-07-08",
            "OPIN A1",
            "European search opinion",
            "2,101,21",
            "The subject-matter of claims 1 and 2 is not new (Article 54 EPC) over JP 2015 490301 A.",
        ),
        _vane_ep(
            "2023-02-14",
            "REPL A1",
            "Reply to communication from the Examining Division",
            "4",
            "The applicant maintains that D1 shows no whistle on the body.",
        ),
        _vane_ep("2023-02-14", "AMDC A1", "Amended claims", "4", _VANE_NARROWED),
        _vane_ep(
            "2023-10-19",
            "EXAM A1",
            "Communication from the Examining Division",
            "2,101,22",
            "The subject-matter of claim 1 does not involve an inventive step (Article 56 EPC).",
        ),
        _vane_ep(
            "2024-02-15",
            "REPL A2",
            "Reply to communication from the Examining Division",
            "4",
            "The objective technical problem is to tell eight directions with one whistle.",
        ),
        _vane_ep(
            "2025-12-04",
            "EXAM A2",
            "Communication from the Examining Division",
            "2,22",
            "Claim 1 is not clear (Article 84 EPC): it does not say what the cam is fixed to.",
        ),
        _vane_ep(
            "2026-04-02",
            "REPL A3",
            "Reply to communication from the Examining Division",
            "4",
            "Claim 1 now says that the cam is fixed to the post.",
        ),
        _vane_ep(
            "2026-11-24",
            "INTG A1",
            "Intention to grant (Rule 71(3))",
            "2,22",
            "You are informed that the Examining Division intends to grant a European patent.",
        ),
        _vane_ep(
            "2027-04-15",
            "GRNT A1",
            "Decision to grant a European patent",
            "2,23",
            "A European patent is hereby granted with effect from the publication of its mention.",
        ),
    ),
    cited=(
        Cited(date="2022-07-08", where="European search report", number="JP.2015490301.A"),
        Cited(date="2022-07-08", where="European search report", number="EP.9800301.A1"),
    ),
)

_vane_cn = _Chinese("2022199903015", "990301").paper
_VANE_CN = Dossier(
    title=_VANE_TITLE,
    applicants=_VANE_APPLICANTS,
    ipcs=_VANE_IPCS,
    papers=(
        _vane_cn(
            "2022-02-11",
            "100001",
            ("权利要求书", "Claims"),
            "1",
            ("1．一种风向标，其特征在于，包括随风转动的主体以及设置在所述主体上的哨子。",),
            "1. A wind vane, characterised by comprising a main body rotating with the wind and a whistle arranged on"
            " the main body.",
        ),
        _vane_cn(
            "2022-02-11",
            "100002",
            ("说明书", "Description"),
            "1",
            ("技术领域\n[0001] 本发明涉及一种用声音告知风向的风向标。", SCAN),
            "Technical field\n[0001] The invention relates to a wind vane informing the wind direction by sound.",
            "(no text was recognised on this page)",
        ),
        _vane_cn(
            "2023-06-15",
            "210401",
            ("第一次审查意见通知书", "First Office Action"),
            "2,101,21",
            (
                "第一次审查意见通知书\n权利要求1不具备专利法第22条第2款规定的新颖性。\n对比文件1：JP 2015490301 A",
                "权利要求3不具备专利法第22条第3款规定的创造性。",
            ),
            "First Office Action\nClaim 1 does not possess novelty as provided in Article 22(2) of the Patent Law.\n"
            "Reference document 1: JP 2015490301 A",
            "Claim 3 does not possess inventive step as provided in Article 22(3) of the Patent Law.",
        ),
        _vane_cn(
            "2023-10-26",
            "100012",
            ("意见陈述书", "Observations"),
            "4",
            ("意见陈述书\n对比文件1没有公开改变哨子长度的凸轮。",),
            "Observations\nReference document 1 does not disclose a cam that changes the length of the whistle.",
        ),
        _vane_cn(
            "2023-10-26",
            "100013",
            ("权利要求书（修改替换页）", "Amended claims (replacement pages)"),
            "4",
            ("1．一种风向标，其特征在于，还包括改变所述哨子长度的凸轮。",),
            "1. A wind vane, characterised by further comprising a cam that changes the length of the whistle.",
        ),
        _vane_cn(
            "2024-01-18",
            "210402",
            ("第二次审查意见通知书", "Second Office Action"),
            "2,22",
            ("第二次审查意见通知书\n权利要求2不清楚，不符合专利法第26条第4款的规定。",),
            "Second Office Action\nClaim 2 is not clear and does not conform to Article 26(4) of the Patent Law.",
        ),
        _vane_cn(
            "2024-03-20",
            "100012",
            ("意见陈述书", "Observations"),
            "4",
            ("意见陈述书\n删除了权利要求2。",),
            "Observations\nClaim 2 is deleted.",
        ),
        _vane_cn(
            "2024-06-06",
            "210307",
            ("授予发明专利权通知书", "Notification to Grant Patent Right for Invention"),
            "2,23",
            ("授予发明专利权通知书",),
            "Notification to Grant Patent Right for Invention",
        ),
    ),
    cited=(
        Cited(date="2023-06-15", where="First Office Action", number="JP.2015490301.A"),
        Cited(date="2023-06-15", where="First Office Action", number="CN.909990301.A"),
    ),
)

_vane_kr = _Korean("0990301").paper
_VANE_KR = Dossier(
    title="Weathercock that tells the wind by sound",
    applicants=_VANE_APPLICANTS,
    ipcs=("G01P 13/02",),
    papers=(
        _vane_kr(
            "2022-02-11",
            "1101",
            ("청구범위", "Claims"),
            "1",
            ("청구항 1. 바람에 따라 도는 몸체와 상기 몸체에 마련된 호루라기를 포함하는 풍향계.",),
            "Claim 1. A weather vane comprising a body rotating with the wind and a whistle provided in the body.",
        ),
        _vane_kr(
            "2022-02-11",
            "1102",
            ("명세서", "Description"),
            "1",
            (SCAN, SCAN, SCAN),
            "Description\n[0001] The present invention relates to a weather vane notifying the wind by sound.",
        ),
        _vane_kr(
            "2023-08-07",
            "9501",
            ("의견제출통지서", "Notification of Reason for Refusal"),
            "2,101,21",
            (
                "의견제출통지서\n청구항 1은 특허법 제29조 제2항에 따라 특허를 받을 수 없습니다.\n"
                "인용발명 1: JP 2015490301 A",
            ),
            "Notification of Reason for Refusal\nClaim 1 cannot be patented under Article 29(2) of the Patent Act.\n"
            "Cited invention 1: JP 2015490301 A",
        ),
        _vane_kr(
            "2023-10-05",
            "1101",
            ("의견서", "Written Opinion"),
            "4",
            ("의견서\n인용발명 1에는 캠이 기재되어 있지 않습니다.",),
            "Written Opinion\nCited invention 1 does not describe a cam.",
        ),
        _vane_kr(
            "2023-10-05",
            "1102",
            ("보정서", "Written Amendment"),
            "4",
            ("보정서\n청구항 1. 상기 호루라기의 길이를 바꾸는 캠을 더 포함하는 풍향계.",),
            "Written Amendment\nClaim 1. A weather vane further comprising a cam changing the length of the whistle.",
        ),
        _vane_kr(
            "2024-02-13",
            "9501",
            ("거절결정서", "Decision of Refusal"),
            "2,101,23",
            ("거절결정서\n보정에도 불구하고 거절이유가 해소되지 않았습니다.",),
            "Decision of Refusal\nThe reason for refusal is not overcome by the amendment.",
        ),
        _vane_kr(
            "2024-05-10",
            "1101",
            ("보정서（재심사）", "Written Amendment (re-examination)"),
            "4",
            ("보정서\n청구항 1. 캠이 기둥에 고정된 풍향계.",),
            "Written Amendment\nClaim 1. A weather vane wherein the cam is fixed to the post.",
        ),
        _vane_kr(
            "2024-07-09",
            "9502",
            ("등록결정서", "Decision to Grant a Patent"),
            "2,23",
            ("등록결정서\n이 출원에 대하여 특허를 결정합니다.",),
            "Decision to Grant a Patent\nA patent is granted for this application.",
        ),
    ),
    cited=(Cited(date="2023-08-07", where="Notification of Reason for Refusal", number="JP.2015490301.A"),),
)

_VANE_ARTICLE = Article(
    "架空　風子", "鳴る風向計", "空想気象学会誌", "空想気象学会", "20090401", "第３巻第１号", "１２－１５"
)

WEATHERCOCK = PatentCase(
    number="2021490301",
    life="granted; followed to the US, EP, CN and KR, with a dossier at each of the five offices",
    title="風向きを音で知らせる風見鶏",
    applicants=(KAKU,),
    agents=(TARO, HANAKO),
    filed="20210212",
    published="20220825",
    publication="2022490301",
    registration="9900301",
    registered="20240510",
    papers=(
        filed(
            "20210212",
            "A63",
            "特許願",
            99030101,
            _VANE_FILED,
            parts="YSLMZ",
            images=(4_000, 3_000, 900),
        ),
        _request("20230315", 99030102),
        _search("20231107", 930303),
        _action(
            "20231128",
            "20231121",
            930301,
            Notice(
                reasons=(
                    Reason(
                        *NOVELTY,
                        (Block("１，２", "１", "引用文献１には、風を受けて鳴る笛を備えた風見鶏が記載されている。"),),
                    ),
                    Reason(
                        *INVENTIVE_STEP,
                        (Block("１，２", "１，２", "笛の音の高さを変えることは、引用文献２から容易である。"),),
                    ),
                ),
                cited=(Literature(2015, 490301), _VANE_ARTICLE),
            ),
        ),
        *_reply(
            "20240125",
            99030103,
            "06123930301",
            "　請求項１にカムを加えたので、拒絶理由は解消しました。",
            _VANE_AMENDED,
        ),
        _grant("20240409", "20240402", 930302, Grant(claims=2, index="Ｇ０１Ｐ　１３／０２")),
        noted("20240424", "A61", "登録料納付"),
    ),
    family=(
        Member(
            office="US",
            application="US.202218990301.A",
            filed="2022-02-10",
            publication="US.2022990301.A1",
            published="2022-08-18",
            grant="US.19900301.B2",
            granted="2024-06-18",
            dossier=_VANE_US,
        ),
        Member(
            office="EP",
            application="EP.22990301.A",
            filed="2022-02-11",
            publication="EP.9900301.A1",
            published="2022-08-17",
            grant="EP.9900301.B1",
            granted="2027-05-12",
            dossier=_VANE_EP,
        ),
        Member(
            office="CN",
            application="CN.202219990301.A",
            filed="2022-02-11",
            publication="CN.919990301.A",
            published="2022-08-19",
            grant="CN.919990301.B",
            granted="2024-08-02",
            dossier=_VANE_CN,
        ),
        Member(
            office="KR",
            application="KR.20220990301.A",
            filed="2022-02-11",
            publication="KR.20229990301.A",
            published="2022-08-22",
            grant="KR.109900301.B1",
            granted="2024-09-06",
            dossier=_VANE_KR,
        ),
    ),
    dossier=Dossier(
        title=_VANE_TITLE,
        applicants=_VANE_APPLICANTS,
        ipcs=_VANE_IPCS,
        own=(("FI", "G01P13/02@Z"), ("FI", "G10K5/00@A"), ("F-term", "2F034AA02")),
        english=(
            ("52199030101", "Claims", _VANE_ENGLISH),
            (
                "52199030101",
                "Abstract",
                "PROBLEM TO BE SOLVED: To know the wind direction without looking.\nSOLUTION: A whistle 4 whose pitch"
                " changes with the direction of the body 3 is provided.",
            ),
            (
                "06123930301",
                "Notice of Reasons for Refusal",
                "1. (Novelty) Claims 1 and 2: Cited document 1 describes a weathercock with a whistle sounding in the"
                " wind.\n2. (Inventive step) Claims 1 and 2: it is easy from Cited document 2 to change the pitch.\n"
                "List of cited documents\n1. JP 2015-490301 A",
            ),
            (
                "52499030103",
                "Written Opinion",
                "Since the cam has been added to claim 1, the reasons for refusal have been overcome.",
            ),
        ),
    ),
)

# ── from the PCT ──────────────────────────────────────────────────────────────────────────────

_MAP_TITLE = "MAP THAT FOLDS ITSELF"
_MAP_APPLICANTS = ("SAMPLE INCORPORATED (FICTITIOUS)",)
_MAP_CLAIMS = (
    "地図の印刷されたシートと、前記シートの折り目に沿って延びる形状記憶線と、を備える地図。",
    "前記形状記憶線が手の温度で縮む、請求項１に記載の地図。",
)
_MAP_FILED = Application(
    description=(
        ("technical-field", ("本発明は、自ら折り畳まれる地図に関する。",)),
        ("background-art", ("一度開いた地図は、元のとおりに折り畳めないことが知られている。",)),
        ("tech-problem", ("誰でも元のとおりに折り畳める地図を提供する。",)),
        ("tech-solution", ("折り目に沿って形状記憶線を設ける。",)),
        ("advantageous-effects", ("手で握るだけで地図が折り畳まれる。",)),
        ("description-of-embodiments", ("形状記憶線は、摂氏３０度で縮む。各折り目の温度を表１に示す。\n{1}",)),
    ),
    claims=_MAP_CLAIMS,
    abstract="誰でも元のとおりに折り畳める地図。",
    images=(Drawn(kind="table", mm=(40, 150)),),
    translated=True,
)


def _long_specification(pages: int) -> Iterator[str]:
    """A specification that goes through every fold of the map, a page each."""
    yield f"TITLE OF THE INVENTION\n{_MAP_TITLE}\n\nFIELD\n[0001] The invention relates to a map that folds itself."
    for page in range(2, pages + 1):
        lines = (f"Measurement {n} of fold {page}: the wire shrinks by {n} mm in the hand." for n in range(1, 31))
        yield f"[{page:04}] Fold {page} of the map is made of paper and of a wire with a memory.\n" + "\n".join(lines)


_map_us = _English("LF302").paper
_MAP_US = Dossier(
    title=_MAP_TITLE,
    applicants=_MAP_APPLICANTS,
    ipcs=("G09B 29/04",),
    own=(("CPC", "G09B 29/04"),),
    papers=(
        _map_us("2022-09-15", "SPEC A1", "Specification", "1", *_long_specification(200)),
        _map_us(
            "2022-09-15",
            "CLMS A1",
            "Claims",
            "1",
            "1. A map comprising a printed sheet and a shape memory wire along a fold of the sheet.",
        ),
        _map_us(
            "2023-11-14",
            "CTRS A1",
            "Requirement for Restriction/Election",
            "2,21",
            "Restriction to one of the following inventions is required under 35 U.S.C. 121.",
        ),
        _map_us(
            "2024-01-16", "ELCX A1", "Response to Election / Restriction Filed", "4", "Claims 1 and 2 are elected."
        ),
        _map_us(
            "2024-06-11",
            "CTNF A1",
            "Non-Final Rejection",
            "2,101,22",
            "Claim 1 is rejected under 35 U.S.C. 103 as being unpatentable over US 2010/0990302 A1.",
        ),
        _map_us(
            "2024-09-10",
            "CLMS A2",
            "Claims",
            "4",
            "1. (Currently amended) A map comprising a printed sheet and a shape memory wire that shrinks in the hand.",
        ),
        _map_us(
            "2024-12-10", "NOAX A1", "Notice of Allowance and Fees Due (PTOL-85)", "23,2,101", "Claim 1 is allowed."
        ),
    ),
    cited=(
        Cited(date="2024-06-11", where="Non-Final Rejection", number="US.2010990302.A1"),
        Cited(
            date="2024-06-11",
            where="Non-Final Rejection",
            text='MUSTER, "Folding without Tears", Journal of Imaginary Cartography, vol. 7, pp. 1-9 (2008)',
        ),
    ),
)

_map_ep = _English("EF302").paper
_MAP_EP = Dossier(
    title=_MAP_TITLE,
    applicants=_MAP_APPLICANTS,
    ipcs=("G09B 29/04",),
    papers=(
        _map_ep("2022-10-14", "CLMS A1", "Claims", "1", "1. A map comprising a sheet and a shape memory wire."),
        _map_ep(
            "2023-09-05",
            "SRCH A1",
            "Supplementary European search report",
            "2,101,102",
            "SUPPLEMENTARY EUROPEAN SEARCH REPORT\nX  EP 9 800 302 A1  1,2",
        ),
        _map_ep(
            "2023-09-05", "OPIN A1", "European search opinion", "2,101,21", "Claim 1 is not new over EP 9 800 302 A1."
        ),
        _map_ep(
            "2024-05-14",
            "WDRN A1",
            "Communication: application deemed to be withdrawn (Rule 112(1) EPC)",
            "2,23",
            "The application is deemed to be withdrawn because no reply was received in due time.",
        ),
    ),
    cited=(Cited(date="2023-09-05", where="Supplementary European search report", number="EP.9800302.A1"),),
)

FOLDING_MAP = PatentCase(
    number="2022590302",
    life="entered the national phase of PCT/US2021/990302; granted in the US, dropped at the EPO; granted 2027-01-19",
    title="自ら折り畳まれる地図",
    applicants=(SAMPLE_INC,),
    agents=(MIHON_FIRM,),
    filed="20210318",
    published="20230516",
    national_publication="2023590302",
    registration="9900302",
    registered="20270226",
    priorities=(Priority(date="20200319", country="US", number="62990302"),),
    international=International(application="US2021990302", publication="WO2021990302", published="20210923"),
    papers=(
        filed("20220916", "A632", "国内書面", 99030201),
        filed("20220916", "A634", "国際出願翻訳文提出書", 99030202, _MAP_FILED, parts="LMY", images=(1_500,)),
        from_ib("20220919", "IB349", "国際公開", 99030203),
        from_ib("20220919", "IB210", "国際調査報告", 99030204),
        _request("20240313", 99030205),
        _action(
            "20250204",
            "20250128",
            930304,
            Notice(
                period="３か月",
                reasons=(
                    Reason(*INVENTIVE_STEP, (Block("１，２", "１", "引用文献１の線を地図に設けることは容易である。"),)),
                ),
                cited=(Literature(2011, 490302),),
            ),
        ),
        *_reply(
            "20250430",
            99030206,
            "06125930304",
            "　線が手の温度で縮む点は、引用文献１に記載されていません。",
            ("地図の印刷されたシートと、前記シートの折り目に沿って延び{手の温度で縮む}形状記憶線と、を備える地図。",),
        ),
        _grant("20270119", "20270112", 930305, Grant(claims=1, index="Ｇ０９Ｂ　２９／０４")),
        noted("20270216", "A61", "登録料納付"),
    ),
    family=(
        Member(
            office="US",
            application="US.202218990302.A",
            filed="2021-03-18",
            publication="US.2023990302.A1",
            published="2023-04-13",
            grant="US.19900302.B2",
            granted="2025-04-15",
            dossier=_MAP_US,
        ),
        Member(
            office="EP",
            application="EP.21990302.A",
            filed="2021-03-18",
            publication="EP.9900302.A1",
            published="2023-01-25",
            dossier=_MAP_EP,
        ),
    ),
    dossier=Dossier(
        title=_MAP_TITLE,
        applicants=_MAP_APPLICANTS,
        ipcs=("G09B 29/04",),
        own=(("FI", "G09B29/04@A"),),
    ),
)

# ── Japan only ────────────────────────────────────────────────────────────────────────────────

_COLANDER_CITED = (Literature(2010, 490303), Literature(2017, 490304))

COLANDER = PatentCase(
    number="2022490303",
    life="refused after two notices; no family abroad, and its papers are in the exchange all the same",
    title="茹で加減を湯切りの音で知らせるざる",
    applicants=(REIJI_FOODS,),
    agents=(HANAKO,),
    filed="20220614",
    published="20231221",
    publication="2023490303",
    papers=(
        filed(
            "20220614",
            "A63",
            "特許願",
            99030301,
            Application(
                description=(
                    ("technical-field", ("本発明は、麺の茹で加減を知らせるざるに関する。",)),
                    ("background-art", ("麺の湯切りに用いるざるが知られている。",)),
                    ("tech-problem", ("茹で加減は、食べてみなければ分からない。",)),
                    ("tech-solution", ("湯切りの音を聞き分ける共鳴板をざるに設ける。",)),
                    ("description-of-drawings", ("図１は、ざるの断面図である。",)),
                    ("description-of-embodiments", ("図１に示すように、ざる１０は共鳴板１１を備える。",)),
                ),
                claims=("共鳴板を備えるざる。", "前記共鳴板が竹である、請求項１に記載のざる。"),
                abstract="【課題】茹で加減を知らせる。\n【解決手段】共鳴板１１を備える。\n【選択図】図１",
                images=(Drawn(),),
                inventors=("見本　花子",),
            ),
            parts="YSLMZ",
            images=(2_500,),
        ),
        _request("20240510", 99030302),
        _action(
            "20250121",
            "20250114",
            930306,
            Notice(
                reasons=(
                    Reason(*NOVELTY, (Block("１", "１", "引用文献１には、共鳴板を備えるざるが記載されている。"),)),
                    Reason(*CLARITY, (Block("２", "", "「竹である」の範囲が不明確である。"),)),
                ),
                cited=_COLANDER_CITED[:1],
            ),
        ),
        *_reply(
            "20250321",
            99030303,
            "06125930306",
            "　共鳴板を竹製としたので、拒絶理由は解消しました。",
            ("{竹製の}共鳴板を備えるざる。",),
        ),
        _action(
            "20250708",
            "20250701",
            930307,
            Notice(
                final=True,
                reasons=(
                    Reason(*INVENTIVE_STEP, (Block("１", "１，２", "引用文献２の竹板を用いることは容易である。"),)),
                ),
                cited=_COLANDER_CITED,
            ),
        ),
        mailed(
            "patent",
            "20251209",
            drafted="20251202",
            code="A02",
            title="拒絶査定",
            serial=930308,
            body=Refusal(
                notice="20250701",
                reasons=(
                    Reason(*INVENTIVE_STEP, (Block("１", "１，２", "引用文献２の竹板を用いることは容易である。"),)),
                ),
                answered=False,
            ),
        ),
    ),
    dossier=Dossier(
        title="COLANDER THAT TELLS BY SOUND HOW WELL NOODLES ARE BOILED",
        applicants=("EXAMPLE FOODS (FICTITIOUS) CO., LTD.",),
        ipcs=("A47J 43/24",),
        own=(("FI", "A47J43/24"),),
    ),
)

OPD_FAMILIES: tuple[PatentCase, ...] = (WEATHERCOCK, FOLDING_MAP, COLANDER)
"""All of them."""
