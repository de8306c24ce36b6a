"""Fictional trademark cases: applications 4902xx, registrations 99002xx."""

from __future__ import annotations

from jpo_mcp.sandbox.life import (
    NO_BODY,
    Goods,
    Letter,
    Priority,
    TrademarkCase,
    filed,
    mailed,
    noted,
    on_register,
)
from jpo_mcp.sandbox.parties import HANAKO, JIRO, KASO_MOTOR, MIHON_FIRM, REIJI_FOODS, SAMPLE_INC, TARO

_OPENING = (
    "　この商標登録出願には、商標法第１５条の２により、次の拒絶の理由を通知します。意見があれば、"
    "この書面発送の日から４０日以内に意見書を提出してください。"
)
_GRANTED = Letter(title="登録査定", paragraphs=("　この商標登録出願については、登録をすべきものと認めます。",))


def _descriptive(mark: str, meaning: str, goods: str) -> Letter:
    return Letter(
        title="拒絶理由通知書",
        provisions="第３条第１項第３号及び第４条第１項第１６号",
        paragraphs=(
            _OPENING,
            "",
            "　　　　　　　　　　　　　　　　理　由",
            "",
            "■第３条第１項第３号（品質等表示）及び第４条第１項第１６号（品質等誤認）",
            "",
            f"　「{mark}」の文字は、{meaning}ことを表すにすぎません。したがって、この商標は商標法第３条第１項第３号に"
            f"該当し、上記以外の{goods}に使用するときは、商品の品質の誤認を生ずるおそれがありますので、"
            "同法第４条第１項第１６号に該当します。",
        ),
    )


REFUSED_MARK = TrademarkCase(
    number="2023490201",
    life="refused as descriptive; the argument did not help and nobody appealed",
    title="架空しっとり",
    readings=("カクーシットリ", "シットリ"),
    goods=(Goods("30", "菓子，パン", "30A01"),),
    applicants=(REIJI_FOODS,),
    agents=(JIRO,),
    filed="20230414",
    published="20230424",
    papers=(
        filed("20230414", "A63", "商標登録願", 99020101),
        mailed(
            "trademark",
            "20231128",
            drafted="20231124",
            code="A131",
            title="拒絶理由通知書",
            serial=920101,
            body=_descriptive("架空しっとり", "架空の産地で作られ、しっとりした食感を持つ商品である", "菓子"),
        ),
        filed(
            "20240105",
            "A53",
            "意見書",
            99020102,
            Letter(
                title="意見書",
                answers="06423920101",
                paragraphs=(
                    "【意見の内容】",
                    "　「架空」という産地は存在しないので、品質を表示するものではありません。",
                ),
            ),
        ),
        mailed(
            "trademark",
            "20240416",
            drafted="20240412",
            code="A02",
            title="拒絶査定",
            serial=920102,
            body=Letter(
                title="拒絶査定",
                paragraphs=(
                    "　　　　　　　　　　　　　　　　結　論",
                    "",
                    "　この商標登録出願は、拒絶をすべきものと認めます。",
                    "",
                    "　　　　　　　　　　　　　　　　理　由",
                    "",
                    "　令和　５年１１月２４日付けで通知した理由が解消されていません。",
                    "　この査定に不服があるときは、査定の謄本の送達があった日から３月以内に審判を請求できます。",
                ),
            ),
        ),
    ),
)

RENEWED_MARK = TrademarkCase(
    number="2015490202",
    life="a registered mark renewed in 2025 for ten more years",
    title="ＭＩＨＯＮ∞見本堂",
    readings=("ミホンドー", "ミホン"),
    goods=(Goods("16", "文房具類，印刷物", "25B01 26A01"),),
    applicants=(SAMPLE_INC,),
    agents=(MIHON_FIRM,),
    filed="20150305",
    published="20150331",
    registration="9900202",
    registered="20151009",
    paid_years=10,
    renewed=1,
    papers=(
        filed("20150305", "A63", "商標登録願", 99020201, parts=NO_BODY),
        noted("20150901", "A01", "登録査定", number="06415920201", drafted="20150826"),
        noted("20150924", "A61", "登録料納付"),
    ),
    register_papers=(on_register("20250512", "R201", "商標権存続期間更新登録申請書"),),
)

RICH_MARK = TrademarkCase(
    number="2021490203",
    life="three classes, a figure, several readings and Paris priority; registered, fees in two instalments",
    title="ｋａｋｕｕ　ｄｒｉｖｅ＼カクウドライブ",
    readings=("カクードライブ", "カクー", "ドライブ"),
    vienna=("18.1.8", "26.1.1", "26.1.18"),
    goods=(
        Goods("09", "電子計算機用プログラム，電気通信機械器具", "11B01 11C01"),
        Goods("12", "自動車並びにその部品及び附属品", "12A05"),
        Goods("42", "電子計算機用プログラムの提供", "42X11"),
    ),
    applicants=(KASO_MOTOR,),
    agents=(TARO, HANAKO),
    filed="20210720",
    published="20210803",
    registration="9900203",
    registered="20220617",
    paid_years=5,
    priorities=(Priority(date="20210204", country="GB", number="00003990203"),),
    papers=(
        filed("20210720", "A63", "商標登録願", 99020301),
        filed("20210908", "A79", "優先権証明書提出書", 99020302),
        mailed(
            "trademark",
            "20220208",
            drafted="20220203",
            code="A131",
            title="拒絶理由通知書",
            serial=920301,
            body=Letter(
                title="拒絶理由通知書",
                provisions="第４条第１項第１１号、第６条第１項",
                paragraphs=(
                    _OPENING,
                    "",
                    "　　　　　　　　　　　　　　　　理　由",
                    "",
                    "■第４条第１項第１１号（先登録類似）",
                    "",
                    "（１）この商標は「ｋａｋｕｕ　ｄｒｉｖｅ」と「カクウドライブ」の文字を二段に書き、左に"
                    "車輪の図形を置いてなるものです。その構成中の「ドライブ」の文字は、指定商品の用途を表すにすぎませんので、「カクウ」の文字の部分が、出所を"
                    "示すものとして強い印象を与えます。",
                    "（２）登録第９９００２０２号商標（以下「引用商標」といいます。）も、「カクウ」と同じ称呼を生じ得るものです。",
                    "（３）両商標は、称呼「カクー」を共通にし、外観の差はその印象を消すほどではありません。観念は、いずれも特定の"
                    "ものを生じませんので、比較することができません。",
                    "（４）したがって、この商標は引用商標と類似し、商品も同一又は類似ですから、商標法第４条第１項第１１号に該当し"
                    "ます。",
                    "",
                    "　　　　　　　　　　　　　　　　理　由　２",
                    "",
                    "■第６条第１項（商品の不明確）",
                    "",
                    "　指定商品中、第９類の「機械」は、商品の内容及び範囲が明確ではありません。例えば"
                    "「電気通信機械器具」のように、内容の分かる表示に補正してください。",
                    "　したがって、この商標登録出願は、商標法第６条第１項に規定する要件を備えていません。",
                ),
            ),
        ),
        filed(
            "20220314",
            "A53",
            "意見書",
            99020303,
            Letter(
                title="意見書",
                answers="06422920301",
                paragraphs=("【意見の内容】", "　引用商標とは外観、称呼及び観念のいずれも異なります。"),
            ),
        ),
        filed(
            "20220314",
            "A523",
            "手続補正書",
            99020304,
            Letter(
                title="手続補正書",
                answers="06422920301",
                paragraphs=(
                    "【手続補正１】",
                    "　【補正対象書類名】　商標登録願",
                    "　【補正対象項目名】　指定商品又は指定役務並びに商品及び役務の区分",
                    "　【補正方法】　　　　変更",
                    "　【補正の内容】",
                    "　　【第９類】",
                    "　　　【指定商品（指定役務）】電子計算機用プログラム，電気通信機械器具",
                ),
            ),
        ),
        mailed("trademark", "20220517", drafted="20220512", code="A01", title="登録査定", serial=920302, body=_GRANTED),
        noted("20220607", "A61", "登録料納付"),
    ),
)

TRAP_MARK = TrademarkCase(
    number="2021490007",
    life="the ambiguity trap, as a trademark: the same ten digits and the same registration number as other cases",
    title="ぶんちん",
    readings=("ブンチン",),
    goods=(Goods("16", "文鎮", "25B01"),),
    applicants=(KASO_MOTOR,),
    agents=(TARO,),
    filed="20210115",
    published="20210202",
    registration="9900007",
    registered="20210910",
    paid_years=10,
    papers=(
        filed("20210115", "A63", "商標登録願", 99020701),
        mailed("trademark", "20210817", drafted="20210811", code="A01", title="登録査定", serial=920701, body=_GRANTED),
        noted("20210831", "A61", "登録料納付"),
    ),
)

OPEN_MARK = TrademarkCase(
    number="2025490204",
    life="pending: the notice of 2026-11-04 awaits a reply within forty days",
    title="例示の朝",
    readings=("レージノアサ",),
    goods=(Goods("29", "納豆", "32F03"), Goods("43", "飲食物の提供", "42B01")),
    applicants=(REIJI_FOODS,),
    filed="20251120",
    published="20251202",
    papers=(
        filed("20251120", "A63", "商標登録願", 99020401),
        mailed(
            "trademark",
            "20261104",
            drafted="20261029",
            code="A131",
            title="拒絶理由通知書",
            serial=920401,
            body=_descriptive("例示の朝", "朝食向けの商品である", "納豆"),
        ),
    ),
)

TRADEMARKS: tuple[TrademarkCase, ...] = (REFUSED_MARK, RENEWED_MARK, RICH_MARK, TRAP_MARK, OPEN_MARK)
