"""Fictional cases whose lives are not over: papers, publications, bookings and appeals up to 2028 appear with time.

Applications 4910xx (patents), 4911xx (designs) and 4912xx (trademarks); publications 特開 491xxx; registrations
99100xx, 99101xx and 99102xx. Papers carry the last four digits of their application and a number of their own.
"""

from __future__ import annotations

from jpo_mcp.endpoints import Law
from jpo_mcp.sandbox.life import (
    Amendment,
    Block,
    Booking,
    Case,
    DesignCase,
    Goods,
    Grant,
    Letter,
    Literature,
    Notice,
    Opinion,
    Paper,
    PatentCase,
    Reason,
    Refusal,
    TrademarkCase,
    Trial,
    appeal_board,
    filed,
    internal,
    mailed,
    noted,
    on_register,
)
from jpo_mcp.sandbox.parties import (
    HANAKO,
    JIRO,
    KAKU,
    KASO_MOTOR,
    MIHON_CHEMICAL,
    MIHON_FIRM,
    MUSTER,
    REIJI_FOODS,
    RIVAL,
    ROBOTICS,
    SAMPLE_INC,
    SOZO,
    TAKASAKI,
    TARO,
)
from jpo_mcp.sandbox.patents import CLARITY, INVENTIVE_STEP, SUPPORT

_REQUESTS: dict[Law, str] = {"patent": "特許願", "design": "意匠登録願", "trademark": "商標登録願"}
_WORDS: dict[Law, str] = {"patent": "特許", "design": "意匠登録", "trademark": "商標登録"}
_REGISTER_IT = "　この{}出願については、登録をすべきものと認めます。"


def _application(law: Law, date: str, serial: int) -> Paper:
    return filed(date, "A63", _REQUESTS[law], serial, parts="YSLMZ" if law == "patent" else "S")


def _request(date: str, serial: int) -> Paper:
    return filed(date, "A621", "出願審査請求書", serial)


def _search(date: str, serial: int) -> Paper:
    return internal(date, "A971007", "検索報告書", serial)


def _action(law: Law, date: str, drafted: str, serial: int, body: Notice | Letter) -> Paper:
    return mailed(law, date, drafted=drafted, code="A131", title="拒絶理由通知書", serial=serial, body=body)


def _opinion(law: Law, date: str, serial: int, answers: str, text: str) -> Paper:
    if law == "patent":
        return filed(date, "A53", "意見書", serial, Opinion(answers=answers, paragraphs=(f"　{text}",)))
    letter = Letter(title="意見書", answers=answers, paragraphs=("【意見の内容】", f"　{text}"))
    return filed(date, "A53", "意見書", serial, letter)


def _amendment(date: str, serial: int, answers: str, claim: str) -> Paper:
    body = Amendment(answers=answers, claims=(claim,))
    return filed(date, "A523", "手続補正書（自発・内容）", serial, body)


def _grant(date: str, drafted: str, serial: int, grant: Grant) -> Paper:
    return mailed("patent", date, drafted=drafted, code="A01", title="特許査定", serial=serial, body=grant)


def _registrable(law: Law, date: str, drafted: str, serial: int) -> Paper:
    body = Letter(title="登録査定", paragraphs=(_REGISTER_IT.format(_WORDS[law]),))
    return mailed(law, date, drafted=drafted, code="A01", title="登録査定", serial=serial, body=body)


def _refusal(law: Law, date: str, drafted: str, serial: int, body: Refusal | Letter) -> Paper:
    return mailed(law, date, drafted=drafted, code="A02", title="拒絶査定", serial=serial, body=body)


def _fee(date: str) -> Paper:
    return noted(date, "A61", "登録料納付")


def _obvious(cited: Literature, remarks: str, *, claims: str = "１－３", final: bool = False) -> Notice:
    return Notice(reasons=_obvious_reasons(remarks, claims), cited=(cited,), final=final)


def _obvious_reasons(remarks: str, claims: str = "１－３") -> tuple[Reason, ...]:
    return (Reason(*INVENTIVE_STEP, (Block(claims, "１", remarks),)),)


# ── patents ───────────────────────────────────────────────────────────────────────────────────

USUAL_WAY = PatentCase(
    number="2024491001",
    life="the usual way: notice 2026-11-24, answered 2027-01-20, granted 2027-04-06, registered 2027-05-07",
    title="傘立ての中で乾く傘袋",
    applicants=(KAKU,),
    agents=(TARO,),
    filed="20240214",
    published="20250821",
    publication="2025491001",
    registration="9910001",
    registered="20270507",
    papers=(
        _application("patent", "20240214", 99100101),
        _request("20260209", 99100102),
        _search("20260915", 100103),
        _action(
            "patent",
            "20261124",
            "20261117",
            100104,
            _obvious(Literature(2011, 491001), "引用文献１の袋に吸水布を設けることは容易である。"),
        ),
        _opinion("patent", "20270120", 99100105, "06126100104", "吸水布を外側へ折り返す点は示唆されていません。"),
        _amendment("20270120", 99100106, "06126100104", "吸水布を備え、{前記吸水布を外側へ折り返せる}傘立て用の傘袋。"),
        _grant("20270406", "20270330", 100107, Grant(claims=1, index="Ａ４５Ｂ　２５／２４")),
        _fee("20270422"),
    ),
)

_SPOON_REMARKS = "引用文献１の匙に、温度で色の変わる材料を用いることは容易である。"

APPEALED = PatentCase(
    number="2023491002",
    life="refused on 2026-12-01, appealed on 2027-02-24 with an amendment; the board agrees with the refusal",
    title="熱いときだけ赤くなる匙",
    applicants=(MIHON_CHEMICAL, TAKASAKI),
    agents=(MIHON_FIRM,),
    filed="20230117",
    published="20240725",
    publication="2024491002",
    papers=(
        _application("patent", "20230117", 99100201),
        _request("20251222", 99100202),
        _action(
            "patent",
            "20260602",
            "20260526",
            100203,
            _obvious(Literature(2009, 491002), _SPOON_REMARKS, claims="１，２"),
        ),
        _opinion("patent", "20260728", 99100204, "06126100203", "引用文献１は色の変化に触れていません。"),
        _refusal(
            "patent",
            "20261201",
            "20261124",
            100205,
            Refusal(notice="20260526", reasons=_obvious_reasons(_SPOON_REMARKS, "１，２")),
        ),
        _amendment("20270224", 99100206, "", "{６０度以上で}赤くなる材料を先端に備える匙。"),
    ),
    trials=(
        Trial(
            number="2027009902",
            papers=(
                filed("20270224", "C60", "審判請求書", 99100207),
                appeal_board("20270316", "C20", "審判番号通知", 100208),
                internal("20270608", "A913", "前置報告書", 100209),
                appeal_board("20271109", "C23", "審理終結通知", 100210),
                appeal_board("20271207", "C03", "審決", 100211, parts="S"),
            ),
        ),
    ),
)

UNPUBLISHED = PatentCase(
    number="2025491003",
    life="unknown to the data until its publication on 2026-12-24, eighteen months after filing",
    title="片手で結べる靴紐",
    applicants=(RIVAL,),
    agents=(HANAKO,),
    filed="20250620",
    published="20261224",
    publication="2026491003",
    papers=(_application("patent", "20250620", 99100301), _request("20270310", 99100302)),
)

LATE_REQUEST = PatentCase(
    number="2024491004",
    life="examination requested on the last day, 2027-01-12, after a Saturday, a Sunday and a holiday; then refused",
    title="沈まない洗濯ばさみ",
    applicants=(SOZO,),
    agents=(JIRO,),
    filed="20240109",
    published="20250717",
    publication="2025491004",
    papers=(
        _application("patent", "20240109", 99100401),
        _request("20270112", 99100402),
        _action(
            "patent",
            "20270914",
            "20270907",
            100403,
            Notice(reasons=(Reason(*CLARITY, (Block("１", "", "「沈まない」の範囲が明らかでない。"),)),)),
        ),
        _refusal(
            "patent",
            "20280208",
            "20280201",
            100404,
            Refusal(
                notice="20270907",
                answered=False,
                reasons=(Reason(*CLARITY, (Block("１", "", "上記通知書に記載したとおり、明確でない。"),)),),
            ),
        ),
    ),
)

LAPSING = PatentCase(
    number="2019491005",
    life="the fourth year, due on 2026-12-08, is never paid: gone from that day, as the register says on 2027-06-22",
    title="音のしない引き出し",
    applicants=(KASO_MOTOR,),
    agents=(TARO,),
    filed="20190409",
    published="20201015",
    publication="2020491005",
    registration="9910005",
    registered="20231208",
    papers=(
        _application("patent", "20190409", 99100501),
        _request("20220318", 99100502),
        _action(
            "patent",
            "20230221",
            "20230214",
            100503,
            _obvious(Literature(2008, 491005), "引用文献１の戸に緩衝材を設けることは容易である。"),
        ),
        _amendment("20230418", 99100504, "06123100503", "{空気を逃がす溝を}備える引き出し。"),
        _grant("20231031", "20231024", 100505, Grant(claims=1, index="Ａ４７Ｂ　８８／４０")),
        _fee("20231120"),
    ),
    bookings=(Booking(date="20270622", erased="01"),),
)

RESTORED = PatentCase(
    number="2018491006",
    life="erased on 2026-11-24 for want of the fifth year, which was paid late; alive again on 2026-12-22",
    title="夜だけ光る表札",
    applicants=(TAKASAKI,),
    agents=(HANAKO,),
    filed="20180605",
    published="20191212",
    publication="2019491006",
    registration="9910006",
    registered="20220422",
    papers=(
        _application("patent", "20180605", 99100601),
        _request("20210526", 99100602),
        _grant("20220315", "20220308", 100603, Grant(claims=3, index="Ｇ０９Ｆ　１３／２０")),
        _fee("20220404"),
    ),
    register_papers=(
        on_register("20250401", "R20", "特許料納付書"),
        on_register("20250422", "R250", "年金領収書"),
        on_register("20261021", "R20", "特許料納付書"),
        on_register("20261222", "R250", "年金領収書"),
    ),
    bookings=(
        Booking(date="20250422", paid_years=4),
        Booking(date="20261124", erased="01"),
        Booking(date="20261222", erased="00", paid_years=5),
    ),
)

TRANSFERRED = PatentCase(
    number="2020491007",
    life="changes hands: a transfer is asked for on 2026-12-15 and booked on 2027-01-12; the new holder pays",
    title="折り目の付かない地図",
    applicants=(SOZO,),
    agents=(TARO,),
    filed="20200805",
    published="20220210",
    publication="2022491007",
    registration="9910007",
    registered="20240209",
    papers=(
        _application("patent", "20200805", 99100701),
        _request("20230718", 99100702),
        _grant("20240109", "20231226", 100703, Grant(claims=2, index="Ｂ４２Ｄ　１５／００")),
        _fee("20240125"),
    ),
    register_papers=(
        on_register("20261215", "S111", "移転登録申請書"),
        on_register("20270112", "R350", "移転登録通知"),
        on_register("20270119", "R20", "特許料納付書"),
        on_register("20270202", "R250", "年金領収書"),
    ),
    bookings=(Booking(date="20270112", holders=(KASO_MOTOR,)), Booking(date="20270202", paid_years=4)),
)

SILENT = PatentCase(
    number="2023491008",
    life="nobody answered the notice of 2026-08-25, due on 2026-10-26; refused on 2027-02-16, and nobody appeals",
    title="絡まない凧糸",
    applicants=(RIVAL,),
    filed="20230907",
    published="20250313",
    publication="2025491008",
    papers=(
        _application("patent", "20230907", 99100801),
        _request("20251106", 99100802),
        _action(
            "patent",
            "20260825",
            "20260818",
            100803,
            _obvious(Literature(2014, 491008), "引用文献１の釣り糸を凧に用いることは容易である。"),
        ),
        _refusal(
            "patent",
            "20270216",
            "20270209",
            100804,
            Refusal(
                notice="20260818",
                answered=False,
                reasons=_obvious_reasons("上記通知書に記載したとおり、容易に発明をすることができた。"),
            ),
        ),
    ),
)

EXTENDED = PatentCase(
    number="2022491009",
    life="asks on 2026-12-10 for two more months, answers on 2027-02-10, meets a final notice and withdraws",
    title="持ち主を覚える植木鉢",
    applicants=(ROBOTICS,),
    agents=(JIRO,),
    filed="20221104",
    published="20240516",
    publication="2024491009",
    papers=(
        _application("patent", "20221104", 99100901),
        _request("20251014", 99100902),
        _action(
            "patent",
            "20261013",
            "20261006",
            100903,
            _obvious(Literature(2013, 491009), "引用文献１の置物に顔の認識を加えることは容易である。"),
        ),
        filed("20261210", "A601", "期間延長請求書", 99100904),
        _opinion("patent", "20270210", 99100905, "06126100903", "引用文献１の置物は水を必要としません。"),
        _amendment("20270210", 99100906, "06126100903", "{持ち主の足音を覚える}記憶部を備える植木鉢。"),
        _action(
            "patent",
            "20270518",
            "20270511",
            100907,
            Notice(
                final=True,
                reasons=(Reason(*SUPPORT, (Block("１", "", "足音の覚え方が発明の詳細な説明に記載されていない。"),)),),
            ),
        ),
        filed("20270715", "A761", "出願取下書", 99100908),
    ),
)

OPPOSED = PatentCase(
    number="2021491010",
    life="opposed on 2027-03-16 within six months of the gazette; maintained on 2027-12-14",
    title="泡の消えない石鹸皿",
    applicants=(MIHON_CHEMICAL,),
    agents=(MIHON_FIRM,),
    filed="20210615",
    published="20221222",
    publication="2022491010",
    registration="9910010",
    registered="20260918",
    papers=(
        _application("patent", "20210615", 99101001),
        _request("20240527", 99101002),
        _grant("20260818", "20260810", 101003, Grant(claims=4, index="Ａ４７Ｋ　　５／０２")),
        _fee("20260904"),
    ),
    trials=(
        Trial(
            number="2027709910",
            papers=(
                noted("20270316", "C561", "異議申立書", number="02027101004"),
                appeal_board("20270406", "C201", "異議番号通知", 101005),
                appeal_board("20270413", "C22", "審判官指定（変更）通知", 101006),
                appeal_board("20271214", "C16", "異議の決定", 101007, parts="S"),
                noted("20280125", "C96", "確定登録通知", number="97128101008"),
            ),
        ),
    ),
)

# ── designs ───────────────────────────────────────────────────────────────────────────────────

ANSWERED_DESIGN = DesignCase(
    number="2026491101",
    life="a design refused as known on 2026-12-22, answered on 2027-01-27, registered on 2027-04-16",
    title="卓上用時計",
    design_class="J1121",
    applicants=(KAKU,),
    agents=(HANAKO,),
    filed="20260703",
    registration="9910101",
    registered="20270416",
    papers=(
        _application("design", "20260703", 99110101),
        _action(
            "design",
            "20261222",
            "20261215",
            110102,
            Letter(
                title="拒絶理由通知書",
                paragraphs=(
                    "　この意匠登録出願には次の拒絶の理由があります。意見があれば、この書面を発送した日から４０日以内に"
                    "意見書を提出してください。",
                    "",
                    "　　　　　　　　　　　　　　　　理　由",
                    "",
                    "　この出願の意匠は、出願前に公知となった下記の意匠に類似し、意匠法第３条第１項第３号に規定する"
                    "意匠に該当します。",
                    "",
                    "　　　　　　　　　　　　　　　　　記",
                    "",
                    "　引用意匠　意匠登録第９９００１０２号の意匠",
                ),
            ),
        ),
        _opinion(
            "design", "20270127", 99110103, "06326110102", "この意匠は、文字盤の傾きにおいて引用意匠と異なります。"
        ),
        mailed(
            "design",
            "20270316",
            drafted="20270309",
            code="A252",
            title="審査官通知（その他の通知）（期間無）",
            serial=110104,
        ),
        _registrable("design", "20270316", "20270309", 110105),
        _fee("20270406"),
    ),
)

SECRET_DESIGN = DesignCase(
    number="2026491102",
    life="a secret design: registered on 2026-12-04, its secret asked to last longer on 2027-06-10",
    title="卓上用扇風機",
    design_class="D4320",
    applicants=(KASO_MOTOR,),
    agents=(TARO,),
    filed="20260410",
    registration="9910102",
    registered="20261204",
    papers=(
        _application("design", "20260410", 99110201),
        _registrable("design", "20261027", "20261020", 110202),
        _fee("20261116"),
        filed("20270610", "A907", "秘密意匠期間変更請求書", 99110203),
    ),
)

RELATED_DESIGN = DesignCase(
    number="2026491103",
    life="a related design of 意願2026-491102, granted on 2027-03-09 and registered on 2027-04-09",
    title="卓上用扇風機",
    design_class="D4320",
    applicants=(KASO_MOTOR,),
    agents=(TARO,),
    filed="20260918",
    principal="2026491102",
    registration="9910103",
    registered="20270409",
    papers=(
        _application("design", "20260918", 99110301),
        _registrable("design", "20270309", "20270302", 110302),
        _fee("20270330"),
    ),
)

PAID_DESIGN = DesignCase(
    number="2023491104",
    life="a registered design whose fourth year is paid on 2026-12-17 and booked on 2027-01-05",
    title="植木鉢",
    design_class="H1600",
    applicants=(MUSTER,),
    agents=(MIHON_FIRM,),
    filed="20230324",
    registration="9910104",
    registered="20240112",
    papers=(
        _application("design", "20230324", 99110401),
        _registrable("design", "20231205", "20231128", 110402),
        _fee("20231225"),
    ),
    register_papers=(on_register("20261217", "R20", "年金納付書"), on_register("20270105", "R250", "年金領収書")),
    bookings=(Booking(date="20270105", paid_years=4),),
)

# ── trademarks ────────────────────────────────────────────────────────────────────────────────

_RELATIVE_OPENING = (
    "　この商標登録出願には、商標法第１５条の２により、次の拒絶の理由を通知します。意見があれば、"
    "この書面発送の日から４０日以内に意見書を提出してください。"
)

RENEWING_MARK = TrademarkCase(
    number="2016491201",
    life="a mark that runs out on 2027-01-27: renewal asked for on 2026-12-22, booked on 2027-01-19",
    title="見本日和",
    readings=("ミホンビヨリ",),
    goods=(Goods("24", "手ぬぐい", "17B01"),),
    applicants=(SAMPLE_INC,),
    agents=(MIHON_FIRM,),
    filed="20160616",
    published="20160705",
    registration="9910201",
    registered="20170127",
    paid_years=10,
    papers=(
        _application("trademark", "20160616", 99120101),
        _registrable("trademark", "20161220", "20161214", 120102),
        _fee("20170111"),
    ),
    register_papers=(on_register("20261222", "R201", "商標権存続期間更新登録申請書"),),
    bookings=(Booking(date="20270119", renewed=1),),
)

SMOOTH_MARK = TrademarkCase(
    number="2026491202",
    life="a mark granted on 2026-12-08 without any notice, registered on 2027-01-08",
    title="かくうの小窓",
    readings=("カクーノコマド",),
    goods=(Goods("35", "広告業", "35A01"),),
    applicants=(KAKU,),
    agents=(HANAKO,),
    filed="20260601",
    published="20260609",
    registration="9910202",
    registered="20270108",
    paid_years=10,
    papers=(
        _application("trademark", "20260601", 99120201),
        _registrable("trademark", "20261208", "20261203", 120202),
        _fee("20261224"),
    ),
)

REFUSED_MARK = TrademarkCase(
    number="2026491203",
    life="a mark like an earlier one: notice 2026-12-15, refused 2027-04-20, appealed 2027-07-15, still refused",
    title="みほん日和",
    readings=("ミホンビヨリ",),
    goods=(Goods("24", "布巾", "17B01 17C01"),),
    applicants=(REIJI_FOODS,),
    agents=(JIRO,),
    filed="20260512",
    published="20260520",
    papers=(
        _application("trademark", "20260512", 99120301),
        _action(
            "trademark",
            "20261215",
            "20261210",
            120302,
            Letter(
                title="拒絶理由通知書",
                provisions="第４条第１項第１１号",
                paragraphs=(
                    _RELATIVE_OPENING,
                    "",
                    "　　　　　　　　　　　　　　　　理　由",
                    "",
                    "■第４条第１項第１１号（先登録類似）",
                    "",
                    "　この商標は、登録第９９１０２０１号商標と称呼「ミホンビヨリ」を共通にし、商品も類似します。"
                    "したがって、商標法第４条第１項第１１号に該当します。",
                ),
            ),
        ),
        _opinion("trademark", "20270125", 99120303, "06426120302", "引用商標とは文字の種類が異なります。"),
        _refusal(
            "trademark",
            "20270420",
            "20270415",
            120304,
            Letter(
                title="拒絶査定",
                paragraphs=(
                    "　　　　　　　　　　　　　　　　結　論",
                    "",
                    "　この商標登録出願は、拒絶をすべきものと認めます。",
                    "",
                    "　　　　　　　　　　　　　　　　理　由",
                    "",
                    "　令和　８年１２月１０日付けで通知した理由が解消されていません。",
                    "　この査定に不服があるときは、査定の謄本の送達があった日から３月以内に審判を請求できます。",
                ),
            ),
        ),
    ),
    trials=(
        Trial(
            number="2027009903",
            papers=(
                filed("20270715", "C60", "審判請求書", 99120305),
                appeal_board("20270803", "C20", "審判番号通知", 120306, law="trademark"),
                appeal_board("20280307", "C03", "審決", 120307, law="trademark", parts="S"),
            ),
        ),
    ),
)

INSTALMENT_MARK = TrademarkCase(
    number="2021491204",
    life="a mark paid in two instalments: the second, due on 2027-02-04, is paid a week before",
    title="ＫＡＳＯ　ＬＡＢＯ",
    readings=("カソーラボ", "カソー"),
    goods=(Goods("42", "機械の設計", "42N03"),),
    applicants=(KASO_MOTOR,),
    filed="20210518",
    published="20210601",
    registration="9910204",
    registered="20220204",
    paid_years=5,
    papers=(
        _application("trademark", "20210518", 99120401),
        _registrable("trademark", "20220104", "20211223", 120402),
        _fee("20220124"),
    ),
    register_papers=(on_register("20270128", "R200", "商標登録料納付書"),),
    bookings=(Booking(date="20270202", paid_years=10),),
)

NEW_MARK = TrademarkCase(
    number="2026491205",
    life="filed on 2026-11-24 and unknown to the data until its gazette of 2026-12-08",
    title="例示の夜",
    readings=("レージノヨル",),
    goods=(Goods("30", "茶", "29A01"),),
    applicants=(REIJI_FOODS,),
    agents=(JIRO,),
    filed="20261124",
    published="20261208",
    papers=(_application("trademark", "20261124", 99120501),),
)

MOVING: tuple[Case, ...] = (
    USUAL_WAY, APPEALED, UNPUBLISHED, LATE_REQUEST, LAPSING, RESTORED, TRANSFERRED, SILENT, EXTENDED, OPPOSED,
    ANSWERED_DESIGN, SECRET_DESIGN, RELATED_DESIGN, PAID_DESIGN,
    RENEWING_MARK, SMOOTH_MARK, REFUSED_MARK, INSTALMENT_MARK, NEW_MARK,
)  # fmt: skip
