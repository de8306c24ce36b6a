"""Fictional design cases whose refusals show the styles of examiners: applications 49017x, cited 9917xxx."""

from __future__ import annotations

from jpo_mcp.sandbox.life import DesignCase, Letter, Paper, filed, mailed
from jpo_mcp.sandbox.parties import HANAKO, JIRO, KAKU, KASO_MOTOR, MIHON_FIRM, MUSTER, SOZO, TAKASAKI, TARO

_PERIOD = "　意見があれば、この書面を発送した日から４０日以内に意見書を提出してください。"
_REASONS = "　　　　　　　　　　　　　　　　理　由"
_BELOW = "　　　　　　　　　　　　　　　　　記"


def _application(date: str, serial: int) -> Paper:
    return filed(date, "A63", "意匠登録願", serial)


def _notice(date: str, drafted: str, serial: int, *paragraphs: str) -> Paper:
    body = Letter(
        title="拒絶理由通知書",
        paragraphs=("　この意匠登録出願には、次の拒絶の理由があります。", _PERIOD, "", _REASONS, "", *paragraphs),
    )
    return mailed("design", date, drafted=drafted, code="A131", title="拒絶理由通知書", serial=serial, body=body)


def _decision(date: str, drafted: str, serial: int, code: str, title: str, *paragraphs: str) -> Paper:
    body = Letter(title=title, paragraphs=paragraphs)
    return mailed("design", date, drafted=drafted, code=code, title=title, serial=serial, body=body)


def _granted(date: str, drafted: str, serial: int) -> Paper:
    return _decision(
        date, drafted, serial, "A01", "登録査定", "　この意匠登録出願については、登録をすべきものと認めます。"
    )


def _opinion(date: str, serial: int, answers: str, *paragraphs: str) -> Paper:
    body = Letter(title="意見書", answers=answers, paragraphs=("【意見の内容】", *paragraphs))
    return filed(date, "A53", "意見書", serial, body)


def _amendment(date: str, serial: int, answers: str, *paragraphs: str, images: tuple[int, ...] = ()) -> Paper:
    body = Letter(title="手続補正書", answers=answers, paragraphs=paragraphs)
    return filed(date, "A523", "手続補正書", serial, body, images=images)


TOFU_CLOCK = DesignCase(
    number="2022490170",
    life="a design refused as similar to the applicant's own, with the hint to make it a related design; granted",
    title="豆腐形置時計",
    design_class="J1120",
    applicants=(KAKU,),
    agents=(TARO,),
    filed="20220912",
    papers=(
        _application("20220912", 99017001),
        _notice(
            "20230214",
            "20230206",
            917001,
            "　この意匠登録出願の意匠は、下記のとおり、意匠法第３条第１項第３号に規定する意匠（知られた意匠に類似する"
            "意匠）に該当しますので、意匠登録を受けることができません。",
            "",
            _BELOW,
            "",
            "　この意匠と引用意匠とは、どちらも豆腐の形をした置時計であり、針の長さが違うだけです。",
            "",
            "　引用意匠",
            "　　意匠公報に載った、意匠登録第９９１７００１号の意匠",
            "",
            "　なお、引用意匠の意匠権者は出願人です。引用意匠を本意匠とする関連意匠に改める補正をすれば、"
            "意匠法第１０条第１項の規定により登録を受けることができる場合があります。",
        ),
        _amendment(
            "20230320",
            99017002,
            "06323917001",
            "【手続補正１】",
            "　【補正対象書類名】　意匠登録願",
            "　【補正対象項目名】　本意匠の表示",
            "　【補正方法】　　　　追加",
            "　【補正の内容】",
            "　　【本意匠の表示】",
            "　　　【登録番号】　　意匠登録第９９１７００１号",
        ),
        _granted("20230516", "20230509", 917002),
    ),
)

TEAPOT = DesignCase(
    number="2022490171",
    life="a design refused as easily created from two known ones; the argument did not help",
    title="如雨露付き急須",
    design_class="C3120",
    applicants=(TAKASAKI,),
    agents=(JIRO,),
    filed="20221205",
    papers=(
        _application("20221205", 99017101),
        _notice(
            "20230613",
            "20230605",
            917101,
            "　この意匠登録出願の意匠は、出願前に知られた下記の形から、この種の物品を作る者が容易に創作できたものと認め"
            "られますので、意匠法第３条第２項の規定に該当し、意匠登録を受けることができません。",
            "",
            _BELOW,
            "",
            "　この意匠は、知られた急須（意匠１）の胴に、知られた如雨露（意匠２）の口を付けたにすぎません。",
            "",
            "【意匠１】",
            "　意匠登録第９９１７１０１号の意匠",
            "【意匠２】",
            "　架空のカタログ（公知資料番号第ＨＡ９９７１０１０１号）の第９頁に載った如雨露の意匠",
        ),
        _opinion("20230721", 99017102, "06323917101", "　如雨露の口を急須に付けた者は、これまでいません。"),
        _decision(
            "20240116",
            "20240110",
            917102,
            "A02",
            "拒絶査定",
            "　　　　　　　　　　　　　　　　結　論",
            "",
            "　この意匠登録出願は、拒絶をすべきものと認めます。",
            "",
            _REASONS,
            "",
            "　この意匠登録出願の意匠は、令和　５年　６月　５日付け拒絶理由通知書に記載したとおり、意匠法第３条第２項"
            "の規定に該当しますので、意匠登録を受けることができません。",
            "　出願人は、如雨露の口を急須に付けた者はいないと述べています。しかし、口を取り替えることは、茶器の分野で"
            "普通に行われています。",
            "　この査定に不服があるときは、査定の謄本の送達があった日から３月以内に審判を請求することができます。",
        ),
    ),
)

TWO_STOOLS = DesignCase(
    number="2023490172",
    life="two designs in one application; answered with so many drawings that the bundle exceeds 10 MB; granted",
    title="踏台及び腰掛",
    design_class="D7110",
    applicants=(KASO_MOTOR, SOZO),
    agents=(HANAKO,),
    filed="20231010",
    papers=(
        _application("20231010", 99017201),
        _notice(
            "20240409",
            "20240402",
            917201,
            "　この意匠登録出願は、図面に踏台と腰掛という二つの物品を表していますので、意匠法第７条に規定する要件を"
            "満たしていません。",
            "　なお、一方の物品を意匠法第１０条の２第１項の規定による新たな出願とし、図面からその物品を除く補正をすれ"
            "ば、この理由は解消します。",
        ),
        _amendment(
            "20240514",
            99017202,
            "06324917201",
            "【手続補正１】",
            "　【補正対象書類名】　意匠登録願",
            "　【補正対象項目名】　意匠に係る物品",
            "　【補正方法】　　　　変更",
            "　【補正の内容】",
            "　　【意匠に係る物品】　踏台",
            "【手続補正２】",
            "　【補正対象書類名】　図面",
            "　【補正対象項目名】　全図",
            "　【補正方法】　　　　変更",
            "　【補正の内容】",
            "　　【書類名】　　　　図面",
            "　　【正面図】から【底面図】まで、十二の図に差し替えます。",
            images=(900_000,) * 12,
        ),
        _granted("20240806", "20240730", 917202),
    ),
)

LID = DesignCase(
    number="2022490173",
    life="a design refused as a part of an earlier design not yet published at its filing; not answered, refused",
    title="瓶用蓋",
    design_class="F4710",
    applicants=(MUSTER,),
    agents=(MIHON_FIRM,),
    filed="20220801",
    papers=(
        _application("20220801", 99017301),
        _notice(
            "20230307",
            "20230228",
            917301,
            "　この意匠登録出願の意匠は、先に出願されて後に意匠公報に載った下記の意匠の一部と類似しますので、意匠法第"
            "３条の２の規定により、意匠登録を受けることができません。",
            "",
            _BELOW,
            "",
            "　意匠登録第９９１７３０１号の意匠（蓋付き瓶）",
        ),
        _decision(
            "20230905",
            "20230829",
            917302,
            "A02",
            "拒絶査定",
            "　　　　　　　　　　　　　　　　結　論",
            "",
            "　この意匠登録出願は、拒絶をすべきものと認めます。",
            "",
            _REASONS,
            "",
            "　この意匠登録出願は、令和　５年　２月２８日付け拒絶理由通知書に記載した理由が解消されていませんので、"
            "拒絶をすべきものと認めます。",
        ),
    ),
)

PAPERWEIGHT = DesignCase(
    number="2024490174",
    life="a design that is not the first to be filed; an argument awaits the examiner",
    title="卵形文鎮",
    design_class="F2710",
    applicants=(SOZO,),
    agents=(TARO, HANAKO),
    filed="20240618",
    papers=(
        _application("20240618", 99017401),
        _notice(
            "20250318",
            "20250311",
            917401,
            "　この意匠登録出願の意匠は、下記の先の出願の意匠と類似し、この出願人は、意匠法第９条第１項に規定する最先の"
            "意匠登録出願人に該当しませんので、意匠登録を受けることができません。",
            "",
            _BELOW,
            "",
            "　意願２０２４－４９０１９７（意匠登録第９９１７４０１号）",
        ),
        _opinion("20250423", 99017402, "06325917401", "　卵の形は同じでも、上下が逆です。"),
    ),
)

REFUSED_DESIGNS: tuple[DesignCase, ...] = (TOFU_CLOCK, TEAPOT, TWO_STOOLS, LID, PAPERWEIGHT)
