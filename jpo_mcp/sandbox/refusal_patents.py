"""Fictional patent cases whose refusals show the styles of examiners, word for word: applications 49007x.

What they cite leads nowhere: 特開 497xxx, 特表 597xxx, 特許 9907xxx, and as high numbers of other offices.
"""

from __future__ import annotations

from jpo_mcp.sandbox.life import (
    Amendment,
    Article,
    Dismissal,
    Grant,
    Literature,
    Notice,
    Opinion,
    Paper,
    PatentCase,
    Refusal,
    filed,
    internal,
    mailed,
    noted,
)
from jpo_mcp.sandbox.parties import (
    HANAKO,
    JIRO,
    KAKU,
    KASO_MOTOR,
    MIHON_FIRM,
    MUSTER,
    REIJI_FOODS,
    ROBOTICS,
    SOZO,
    TAKASAKI,
    TARO,
)

_NOVELTY = (
    "この出願の下記の請求項に係る発明は、出願前に公になった下記の文献に記載された発明であるから、"
    "特許法第２９条第１項第３号に該当し、特許を受けることができない。"
)
_INVENTIVE_STEP = (
    "この出願の下記の請求項に係る発明は、下記の文献に記載された発明から容易に思い付くものであるから、"
    "特許法第２９条第２項の規定により特許を受けることができない。"
)
_EARLIER_FILED = (
    "この出願の下記の請求項に係る発明は、先に出願されて後に公開された下記の特許出願の当初の明細書に記載された発明と"
    "同一であるから、特許法第２９条の２の規定により特許を受けることができない。"
)
_ENABLEMENT = "この出願は、発明の詳細な説明が下記の点で、特許法第３６条第４項第１号に規定する要件を満たしていない。"
_SUPPORT = "この出願は、特許請求の範囲が下記の点で、特許法第３６条第６項第１号に規定する要件を満たしていない。"
_CLARITY = "この出願は、特許請求の範囲が下記の点で、特許法第３６条第６項第２号に規定する要件を満たしていない。"
_UNITY = "この出願は、下記の点で特許法第３７条に規定する要件を満たしていない。"

_BELOW = "　　　　　記　　　（引用文献等については引用文献等一覧参照）"
_ALONE = "　　　　　　　　　　　　　　　　　記"
_LIST = "　　　　　　　　　　　　　＜引用文献等一覧＞"
_OLDER_LIST = "　　　　　　　　　　　引　用　文　献　等　一　覧"
_RULE = "－" * 36


def _beginning(date: str, serial: int, requested: str) -> tuple[Paper, ...]:
    """The application and the request for examination."""
    return (
        filed(date, "A63", "特許願", serial, parts="YSLMZ"),
        filed(requested, "A621", "出願審査請求書", serial + 1),
    )


def _notice(date: str, drafted: str, serial: int, notice: Notice, *, images: tuple[int, ...] = ()) -> Paper:
    return mailed(
        "patent",
        date,
        drafted=drafted,
        code="A131",
        title="拒絶理由通知書",
        serial=serial,
        body=notice,
        images=images,
    )


def _refusal(date: str, drafted: str, serial: int, refusal: Refusal) -> Paper:
    return mailed("patent", date, drafted=drafted, code="A02", title="拒絶査定", serial=serial, body=refusal)


def _dismissal(date: str, drafted: str, serial: int, dismissal: Dismissal, *, code: str = "A191") -> Paper:
    title = "補正の却下の決定"
    return mailed("patent", date, drafted=drafted, code=code, title=title, serial=serial, body=dismissal)


def _grant(date: str, drafted: str, serial: int, grant: Grant) -> Paper:
    return mailed("patent", date, drafted=drafted, code="A01", title="特許査定", serial=serial, body=grant)


def _opinion(date: str, serial: int, answers: str, *paragraphs: str) -> Paper:
    return filed(date, "A53", "意見書", serial, Opinion(answers=answers, paragraphs=paragraphs))


def _amendment(date: str, serial: int, amendment: Amendment) -> Paper:
    return filed(date, "A523", "手続補正書（自発・内容）", serial, amendment)


# ── before 2021: hard-wrapped, with coarse articles and no labels ─────────────────────────────

_CHIME_FIRST = f"""\
理由１．{_NOVELTY}

理由２．{_INVENTIVE_STEP}

{_BELOW}

＜理由１、２について＞
・請求項　１，２－４、７及び９ないし１１
・引用文献　１
・備考
　引用文献１（段落０００８、００１２、図２）の風鈴には、舌の重さを変える錘があり、\
請求項１ないし４の「重さの選べる舌」に当たる。請求項９ないし１１の短冊も、引用文献１の第３図に描かれている。

＜理由２について＞
・請求項　５
・引用文献　１又は２
・備考
　短冊を外す構造は、引用文献１にも引用文献２にもある。どちらから出発しても、当業者には容易である。

・請求項　６、８
・引用文献　１及び３
　引用文献３（第２ページ左上欄第４行－第９行、第１図）の編み紐を、引用文献１の風鈴に用いることは容易である。

{_OLDER_LIST}

１．特開平１１－４９７００１号公報
２．特許第９９０７００２号公報
３．実願昭５６－４９７００３号（実開昭５８－４９７００３号）のマイクロフィルム
{_RULE}
　　　　　　　　　　　先行技術文献調査結果の記録

・調査した分野　　ＩＰＣ　Ａ４７Ｇ３３／００
　　　　　　　　　　　　　Ｇ１０Ｋ　１／０６
・先行技術文献　　特開２００３－４９７００４号公報
　　　　　　　　　特開平０８－４９７００５号公報

　この先行技術文献調査結果の記録は、拒絶の理由ではありません。
{_RULE}"""

_CHIME_FINAL = f"""\
　{_SUPPORT}

{_ALONE}
　請求項２には「風の向きを問わず鳴る」とある。
　しかし、発明の詳細な説明（段落００２１）が示すのは、南の風で鳴る例だけである。
　出願人は『最後の実施例では北の風でも鳴った』というが、そのような実施例は見当たらない。
　したがって、請求項２に係る発明は、発明の詳細な説明に記載したものとはいえない。
　請求項３、５も同様である。
　よって、請求項（２、３、５）に係る発明は、発明の詳細な説明に記載したものでない。

＜拒絶の理由を発見しない請求項＞
　請求項（１、４）に係る発明については、現時点では、拒絶の理由を発見しない。後に見付かれば、改めて通知する。

　　　　　　　　　　　最後の拒絶理由通知とする理由

　この通知は、先の通知の後の補正により必要になった理由だけを述べるものである。"""

_CHIME_REFUSED = """\
備考
（１）請求項２、３／第３６条第６項第１号

　出願人は、風の向きを問わない点は技術常識であると主張する。
　しかし、風鈴の業界にそのような常識があることを示すものは、何も提出されていない。

（２）請求項５／第３６条第６項第１号

　上記（１）に述べたところと同じである。"""

CHIME = PatentCase(
    number="2012490070",
    life="notices of before 2021, hard-wrapped: a first one, a final one in prose, a refusal that cites by slashes",
    title="舌の重さを選べる風鈴",
    applicants=(MUSTER,),
    agents=(MIHON_FIRM,),
    filed="20120620",
    published="20140109",
    publication="2014490570",
    papers=(
        *_beginning("20120620", 99007001, "20130305"),
        _notice(
            "20140610",
            "20140603",
            997001,
            Notice(
                text=_CHIME_FIRST,
                articles=("第２９条第１項", "第２９条第２項"),
                cited=(Literature(1999, 497001),),
                recorded=(Literature(2003, 497004), Literature(1996, 497005)),
                period="３か月",
            ),
        ),
        _opinion("20140905", 99007003, "06114997001", "　引用文献１の錘は飾りであって、重さを選ぶものではありません。"),
        _amendment(
            "20140905",
            99007004,
            Amendment(
                answers="06114997001",
                claims=(
                    "鈴と、重さの異なる複数の舌と、を備える風鈴。",
                    "{前記舌は、風の向きを問わず鳴る}請求項１に記載の風鈴。",
                    "{前記舌は紙からなる請求項２に記載の風鈴。}",
                ),
            ),
        ),
        _notice(
            "20150127",
            "20150120",
            997002,
            Notice(text=_CHIME_FINAL, articles=("第３６条",), period="３か月", final=True),
        ),
        _opinion("20150424", 99007005, "06115997002", "　風の向きを問わない点は、技術常識です。"),
        _refusal("20151013", "20151006", 997003, Refusal(notice="20150120", text=_CHIME_REFUSED)),
    ),
)

_UMBRELLA_FIRST = f"""\
【理由１】
　{_INVENTIVE_STEP}

{_ALONE}
・請求項：１～３、５
・引用文献等：１、２
・備考
　引用文献１（特に【００１１】－【００１３】、第１図）の傘は、骨が八本である。骨を増やして音階を作る点は引用文献２の\
第９８頁に示されており、これを採り入れることは容易である。

{_OLDER_LIST}

１．特開平０９－４９７６０１号公報
２．架空　次郎他，傘の骨の数とその歌に関する架空の研究，架空雨具学会論文集，日本，架空雨具学会，２００５年　６月３０日\
，第９巻第７号，ｐ．９７－９９

【理由２】
　{_CLARITY}

{_ALONE}
　請求項４の「およそ丸い」は、どこまでを丸いというのか不明である。
　よって、請求項４に係る発明は明確でない。"""

_UMBRELLA_SECOND = f"""\
１．{_NOVELTY}
２．{_INVENTIVE_STEP}

{_BELOW}

（Ａ）理由１：請求項１、２：引用文献１
　　　理由２：請求項１～４：引用文献１及び２
（備考）
　引用文献１（請求項３、図１）の傘は、開くと音が鳴る。
　引用文献２には、骨を楽器の弦とする点が書かれている。

（Ｂ）理由２：請求項５：引用文献３
（備考）
　引用文献３の把手は、請求項５の把手と変わるところがない。

{_OLDER_LIST}
１．特開２００１－４９７６１１号公報
２．特公昭５９－０９７６１２号公報
３．実公平０３－０９７６１３号公報"""

_UMBRELLA_REFUSED = """\
備考

●理由２（特許法第29条第2項）について

・請求項　1‐4
・引用文献等　1‐2
　平成26年1月14日付けの補正は却下したので、請求項1‐4は、平成25年6月7日付けで補正されたとおりのものである。

・請求項　5
・引用文献等　3
　上記拒絶理由通知書に述べたとおりである。

　　　　　　　　　　　　　〈引用文献等一覧〉

   1. 特開2001-497611号公報
   2. 特公昭59-97612号公報
   3. 実公平3-97613号公報"""

UMBRELLA = PatentCase(
    number="2011490076",
    life="reasons each with its own 記, lettered sections, an amendment dismissed (A192), half-width digits",
    title="歌う傘",
    applicants=(SOZO,),
    agents=(JIRO,),
    filed="20110516",
    published="20121122",
    publication="2012490576",
    papers=(
        *_beginning("20110516", 99007601, "20120302"),
        _notice(
            "20130319",
            "20130312",
            997601,
            Notice(
                text=_UMBRELLA_FIRST,
                articles=("第２９条第２項", "第３６条"),
                cited=(
                    Literature(1997, 497601),
                    Article(
                        "架空　次郎他",
                        "傘の骨の数とその歌に関する架空の研究",
                        "架空雨具学会論文集",
                        "架空雨具学会",
                        "20050630",
                        "第９巻第７号",
                        "９７－９９",
                    ),
                ),
            ),
        ),
        _opinion("20130607", 99007603, "06113997601", "　骨の数は音階のためのもので、飾りではありません。"),
        _amendment(
            "20130607",
            99007604,
            Amendment(answers="06113997601", claims=("{音階をなす}骨と、布と、を備える傘。",)),
        ),
        _notice(
            "20131015",
            "20131008",
            997602,
            Notice(
                text=_UMBRELLA_SECOND,
                articles=("第２９条第１項", "第２９条第２項"),
                cited=(Literature(2001, 497611),),
                final=True,
            ),
        ),
        _opinion("20140114", 99007605, "06113997602", "　弦は雨の中では張れません。"),
        _amendment(
            "20140114",
            99007606,
            Amendment(answers="06113997602", claims=("音階をなす骨と、布と、{歌い手と、}を備える傘。",)),
        ),
        _dismissal(
            "20140225",
            "20140218",
            997603,
            Dismissal(
                amendment="20140114",
                why="　「歌い手」を加えることは、請求項の削除でも、誤記の訂正でも、限定的減縮でもない。\n"
                "　よって、この補正は、特許法第１７条の２第５項に違反するから、同法第５３条第１項により却下する。",
            ),
            code="A192",
        ),
        _refusal("20140225", "20140218", 997604, Refusal(notice="20131008", text=_UMBRELLA_REFUSED, numbers="２")),
    ),
)

# ── unity, and a second notice that is not final ──────────────────────────────────────────────

_FLOAT_FIRST = f"""\
１．（発明の単一性）{_UNITY}

２．（新規性）{_NOVELTY}

３．（進歩性）{_INVENTIVE_STEP}

{_BELOW}

●理由１（発明の単一性）について

　請求項１に係る釣竿は、引用文献１に載っており、特別な技術的特徴を持たない。請求項２で加わる「浮力を色で知らせる\
浮き」が、特別な技術的特徴である。
　そこで、請求項１及び請求項１を引用する請求項２－５に係る発明を審査の対象とする。
　請求項６－９に係る発明は、網の畳み方に関するもので、この特徴を持たない。
　したがって、請求項６－９に係る発明は、発明の単一性以外の要件についての審査対象としない。

●理由２（新規性）、理由３（進歩性）について

・請求項　１
・引用文献等　１
・備考
　引用文献１（段落［００１０］－［００１４］、図１～３）には、浮きを備えた釣竿が記載されている。

●理由３（進歩性）について

・請求項　２、３
・引用文献等　１、２
・備考
　浮力を色で知らせる点は、引用文献２（［００３３］、図５（ｂ））に記載されている。

・請求項　４、５
・引用文献等　１－３
・備考
　引用文献３に示されるとおり、色を三つに分けることは周知である。

{_LIST}
１．特開２０１０－４９７１０１号公報
２．特開２０１５－４９７１０２号公報
３．特開２０１２－４９７１０３号公報（周知技術を示す文献）
{_RULE}
　　　　　　　　　　＜先行技術文献調査結果の記録＞

・調査した分野　　ＩＰＣ　　Ａ０１Ｋ８７／００－８７／０８
・先行技術文献　　特開２０１７－４９７１０９号公報

　この先行技術文献調査結果の記録は、拒絶の理由ではありません。"""

_FLOAT_SECOND = f"""\
１．（進歩性）{_INVENTIVE_STEP}

２．（明確性）{_CLARITY}

{_BELOW}

●理由１（進歩性）について

・請求項　１－３
・引用文献等　４、又は、１、４
・備考
　引用文献４の浮きは、浮力を七色で知らせる。

・請求項　５
・引用文献等　１及び４、又は、２及び４
・備考
　引用文献１、２のいずれの釣竿にも、引用文献４の浮きを付けることができる。

●理由２（明確性）について

・請求項　４
　「釣り人の機嫌に応じて」とあるが、機嫌は外から測れない。
　よって、請求項４に係る発明は明確でない。

{_LIST}
１．特開２０１０－４９７１０１号公報
２．特開２０１５－４９７１０２号公報
４．特開２０１８－４９７１０４号公報（新たに引用した文献）"""

FLOAT = PatentCase(
    number="2021490071",
    life="unity with claims left unexamined, then a second notice that is not final; granted",
    title="浮力を色で知らせる釣竿",
    applicants=(KAKU,),
    agents=(TARO, HANAKO),
    filed="20210324",
    published="20221006",
    publication="2022490571",
    registration="9900071",
    registered="20240912",
    papers=(
        *_beginning("20210324", 99007101, "20220811"),
        internal("20230411", "A971007", "検索報告書", 997109),
        _notice(
            "20230516",
            "20230509",
            997101,
            Notice(
                text=_FLOAT_FIRST,
                articles=("第３７条（発明の単一性）", "第２９条第１項第３号（新規性）", "第２９条第２項（進歩性）"),
                cited=(
                    Literature(2010, 497101),
                    Literature(2015, 497102),
                    Literature(2012, 497103, "周知技術を示す文献"),
                ),
                recorded=(Literature(2017, 497109),),
            ),
        ),
        _opinion("20230712", 99007103, "06123997101", "　色で知らせる点は、引用文献２では電灯の話です。"),
        _amendment(
            "20230712",
            99007104,
            Amendment(
                answers="06123997101",
                claims=(
                    "竿と、{浮力を色で知らせる}浮きと、を備える釣竿。",
                    "{前記色は七つである請求項１に記載の釣竿。}",
                ),
                description=(("0006", "　本発明の釣竿は、{浮力を色で知らせる}。"),),
            ),
        ),
        _notice(
            "20231121",
            "20231114",
            997102,
            Notice(
                text=_FLOAT_SECOND,
                articles=("第２９条第２項（進歩性）", "第３６条第６項第２号（明確性）"),
                cited=(Literature(2010, 497101), Literature(2015, 497102), Literature(2018, 497104)),
            ),
        ),
        _opinion("20240117", 99007105, "06123997102", "　七色では釣り人が迷うので、三色に限りました。"),
        _amendment(
            "20240117",
            99007106,
            Amendment(answers="06123997102", claims=("竿と、浮力を{三つの}色で知らせる浮きと、を備える釣竿。",)),
        ),
        _grant("20240702", "20240625", 997103, Grant(claims=1, index="Ａ０１Ｋ　８７／００")),
        noted("20240829", "A61", "登録料納付"),
    ),
)

# ── earlier applications ──────────────────────────────────────────────────────────────────────

_LADDER_FIRST = f"""\
１．（拡大先願）{_EARLIER_FILED}

２．（先願）この出願の下記の請求項に係る発明は、下記の先の出願に係る発明と同一であるから、\
特許法第３９条第１項の規定により特許を受けることができない。

{_BELOW}

●理由１（拡大先願）について

・請求項　１－３
・引用文献等　１
・備考
　先の出願１の当初の明細書（段落［０００９］、図４）には、段の数が奇数である梯子が記載されている。
　なお、発明者も出願人も、本願とは異なる。

●理由２（先願）について

・請求項　４
・引用文献等　２
・備考
　本願の請求項４に係る発明は、先の出願の請求項１に係る発明と言葉の順序が違うだけである。

{_LIST}
１．特願２０２１－４９９７２１号（特開２０２３－４９７２０１号）
２．特許第９９０７２０２号公報"""

_LADDER_SECOND = f"""\
　この出願の下記の請求項に係る発明は、同じ日の下記の出願に係る発明と同一であり、命じられた協議の届出がないから、\
特許法第３９条第２項の規定により特許を受けることができない。

{_ALONE}
・請求項　１、２
・引用文献等　なし
・備考
　同じ日に出願された特願２０２２－４９９７２２号の請求項１に係る発明も、段の数が奇数である梯子である。"""

LADDER = PatentCase(
    number="2022490072",
    life="refused over earlier applications (Articles 29の2 and 39); the second notice was not answered",
    title="段の数が奇数である梯子",
    applicants=(SOZO, TAKASAKI),
    agents=(JIRO,),
    filed="20220210",
    published="20230824",
    publication="2023490572",
    papers=(
        *_beginning("20220210", 99007201, "20220622"),
        _notice(
            "20240213",
            "20240206",
            997201,
            Notice(
                text=_LADDER_FIRST,
                articles=("第２９条の２（拡大先願）", "第３９条第１項（先願）"),
                cited=(Literature(2023, 497201),),
            ),
        ),
        _opinion("20240412", 99007203, "06124997201", "　先の出願１の梯子は、段の数が偶数です。"),
        _notice(
            "20240910",
            "20240903",
            997202,
            Notice(text=_LADDER_SECOND, articles=("第３９条第２項",)),
        ),
        _refusal(
            "20250218",
            "20250212",
            997203,
            Refusal(
                notice="20240903",
                text="備考\n\n●理由（特許法第３９条第２項）について\n\n・請求項　１、２\n　意見書の提出はなかった。",
                answered=False,
            ),
        ),
    ),
)

# ── description and claims, without documents ─────────────────────────────────────────────────

_CRACKER_FIRST = f"""\
１．（実施可能要件）{_ENABLEMENT}

２．（サポート要件）{_SUPPORT}

３．（明確性）{_CLARITY}

{_ALONE}

●理由１（実施可能要件）、理由２（サポート要件）について

・請求項　１－６
　発明の詳細な説明は、生地を三度焼き、最後に、醤油を塗る例だけを示す。最後の塗り方がほかの煎餅にも当てはまると\
いえる根拠はない。
　よって、この出願の発明の詳細な説明は、当業者が請求項１－６に係る発明を実施することができる程度に明確かつ十分に\
記載したものでない。
　また、請求項１－６に係る発明は、発明の詳細な説明に記載したものでない。

●理由３（明確性）について

（１）請求項２の「ほどよい焦げ目」は、程度が分からない。
（２）請求項４は「前記刷毛」というが、それより前に刷毛はない。
　よって、請求項２、４及びこれらを引用する請求項５、６に係る発明は明確でない。

　最後に、刷毛の毛の数についても確かめられたい。
{_RULE}
　　　　　　　　　　＜先行技術文献調査結果の記録＞

・調査した分野　　ＩＰＣ　　Ａ２３Ｇ　３／３４

　この先行技術文献調査結果の記録は、拒絶の理由ではありません。"""

_CRACKER_SECOND = f"""\
１．（発明該当性）この出願の下記の請求項に係る発明は、下記の点で特許法第２９条第１項柱書に規定する要件を\
満たしていないから、特許を受けることができない。

{_ALONE}

●理由１（発明該当性）について

・請求項　７
　請求項７の「煎餅を分ける順番の決め方」は、人と人との取決めであって、自然法則を用いたものではない。
　なお、請求項７に係る発明は、発明に当たらないことが明らかであるから、新規性、進歩性についての審査を行っていない。

＜拒絶の理由を発見しない請求項＞
　請求項（１－６）に係る発明については、現時点では、拒絶の理由を発見しない。後に見付かれば、改めて通知する。"""

CRACKER = PatentCase(
    number="2022490073",
    life="description and claims refused without any document, then a method that is no invention; granted",
    title="分けやすい煎餅",
    applicants=(REIJI_FOODS,),
    agents=(TARO,),
    filed="20220704",
    published="20240118",
    publication="2024490573",
    registration="9900073",
    registered="20250404",
    papers=(
        *_beginning("20220704", 99007301, "20230110"),
        _notice(
            "20240416",
            "20240409",
            997301,
            Notice(
                text=_CRACKER_FIRST,
                articles=(
                    "第３６条第４項第１号（実施可能要件）",
                    "第３６条第６項第１号（サポート要件）",
                    "第３６条第６項第２号（明確性）",
                ),
                searched=("ＩＰＣ　Ａ２３Ｇ　３／３４",),
            ),
        ),
        _opinion("20240613", 99007303, "06124997301", "　焦げ目の程度は、色見本の番号で特定しました。"),
        _amendment(
            "20240613",
            99007304,
            Amendment(
                answers="06124997301",
                claims=(
                    "三度焼いた生地に{色見本９７番の}焦げ目を付けた煎餅。",
                    "{割れ目を備える請求項１に記載の煎餅。}",
                ),
            ),
        ),
        _notice(
            "20241029",
            "20241022",
            997302,
            Notice(text=_CRACKER_SECOND, articles=("第２９条第１項柱書（発明該当性）",)),
        ),
        _amendment(
            "20241225",
            99007305,
            Amendment(
                answers="06124997302",
                claims=("三度焼いた生地に色見本９７番の焦げ目を付けた煎餅。", "割れ目を備える請求項１に記載の煎餅。"),
            ),
        ),
        _grant("20250212", "20250205", 997303, Grant(claims=2, index="Ａ２３Ｇ　　３／３４")),
        noted("20250317", "A61", "登録料納付"),
    ),
)

# ── new matter, a dismissed amendment, a refusal after an argument ────────────────────────────

_KITE_FIRST = f"""\
１．（進歩性）{_INVENTIVE_STEP}

{_BELOW}

●理由１（進歩性）について

・請求項　１、２、５～８
・引用文献等　１と２
・備考
　引用文献１（ＦＩＧ．２、段落［００２０］）の凧に、引用文献２の尾を付けることは容易である。

・請求項　３又は４
・引用文献等　１、２又は３
・備考
　糸を巻く器具は、引用文献１－３のいずれにもある。

{_LIST}
１．特開２００９－４９７４０１号公報
２．特開２０１３－４９７４０２号公報
３．特表２０１６－５９７４０３号公報"""

_KITE_FINAL = f"""\
１．（新規事項）令和　５年　４月１０日付け手続補正書でした補正は、下記の点で、当初の明細書、特許請求の範囲又は\
図面に記載した事項の範囲を超えるから、特許法第１７条の２第３項に規定する要件を満たしていない。

２．（進歩性）{_INVENTIVE_STEP}

{_BELOW}

●理由１（新規事項）について

・請求項　１－８
　上記の補正により、請求項１に「無風でも揚がる」点が加わった。当初の明細書等（段落［００１７］）には「弱い風で揚がる」\
とあるだけである。
　請求項１を引用する請求項２－８も同様である。

●理由２（進歩性）について

・請求項　１、２、５－８
・引用文献等　１、２
・備考
　出願人は、意見書で『引用文献１の凧は、請求項９の凧と違って重い』という。しかし、重さは請求項に書かれていない。

＜拒絶の理由を発見しない請求項＞
　請求項（９）に係る発明については、現時点では、拒絶の理由を発見しない。後に見付かれば、改めて通知する。

　　　　　　　　　　＜最後の拒絶理由通知とする理由＞

　この通知は、先の通知の後の補正により必要になった理由だけを述べるものである。

＜補正の示唆＞
　請求項１から「無風でも揚がる」を除き、請求項９の尾を加えれば、上記の理由は解消する。

{_LIST}
１．特開２００９－４９７４０１号公報
２．特開２０１３－４９７４０２号公報
{_RULE}
　　　　　　　　　　＜先行技術文献調査結果の記録＞

・調査した分野　　ＩＰＣ　　Ａ６３Ｈ２７／０８
・先行技術文献　　国際公開第２０１８／９９７４０９号

　この先行技術文献調査結果の記録は、拒絶の理由ではありません。

＜ファミリー文献情報＞
　引用文献２：米国特許出願公開第２０１４／０９９７４０２号明細書

＜補正をする際の注意＞
（１）補正した箇所には下線を引いてください。
（２）特許法第１７条の２第４項にもご注意ください。"""

_KITE_DISMISSED = """\
１．令和　５年１１月１３日付けの補正は、請求項１の「無風」を「ほぼ無風」に改めるものである。

２．しかし、「ほぼ無風」も当初の明細書等に記載がない。請求項９に係る発明を限定するものでもない。

３．仮に減縮に当たるとしても、補正後の請求項１に係る発明は、令和　５年　９月１２日付け拒絶理由通知書の引用文献１及び２\
から容易に思い付くものであるから、特許法第２９条第２項の規定により、独立して特許を受けることができない。

４．よって、この補正は、特許法第１７条の２第３項の規定に違反するので、同法第５３条第１項により却下すべきものである。"""

_KITE_REFUSED = f"""\
備考

●理由１（特許法第１７条の２第３項）について

・請求項　１－８
　令和　５年１１月１３日付けの補正は、令和　６年　５月１４日付けで却下した。したがって、「無風でも揚がる」点は\
なお残っている。

●理由２（特許法第２９条第２項）について

・請求項　１、２、５－８
・引用文献等　１、２
　出願人は、凧と尾とを組み合わせる動機がないという。しかし、尾のない凧は回るものであり、動機は十分にある。

{_LIST}
１．特開２００９－４９７４０１号公報
２．特開２０１３－４９７４０２号公報
{_RULE}"""

_KITE_ART = (Literature(2009, 497401), Literature(2013, 497402))

KITE = PatentCase(
    number="2020490074",
    life="new matter in a final notice, the amendment to it dismissed (A191), refused after an argument",
    title="弱い風で揚がる凧",
    applicants=(ROBOTICS,),
    agents=(MIHON_FIRM,),
    filed="20200525",
    published="20211202",
    publication="2021490574",
    papers=(
        *_beginning("20200525", 99007401, "20220407"),
        _notice(
            "20230214",
            "20230207",
            997401,
            Notice(
                text=_KITE_FIRST,
                articles=("第２９条第２項（進歩性）",),
                cited=(*_KITE_ART, Literature(2016, 597403)),
            ),
        ),
        _opinion("20230410", 99007403, "06123997401", "　引用文献１の凧は強い風でしか揚がりません。"),
        _amendment(
            "20230410",
            99007404,
            Amendment(answers="06123997401", claims=("骨と紙とを備え、{無風でも揚がる}凧。",)),
        ),
        _notice(
            "20230919",
            "20230912",
            997402,
            Notice(
                text=_KITE_FINAL,
                articles=("第１７条の２第３項（新規事項）", "第２９条第２項（進歩性）"),
                cited=_KITE_ART,
                final=True,
            ),
        ),
        _opinion("20231113", 99007405, "06123997402", "　凧と尾とを組み合わせる動機はありません。"),
        _amendment(
            "20231113",
            99007406,
            Amendment(answers="06123997402", claims=("骨と紙とを備え、{ほぼ無風}でも揚がる凧。",)),
        ),
        _dismissal("20240521", "20240514", 997403, Dismissal(amendment="20231113", why=_KITE_DISMISSED)),
        _refusal("20240521", "20240514", 997404, Refusal(notice="20230912", text=_KITE_REFUSED, numbers="１、２")),
    ),
)

# ── literature and foreign documents ──────────────────────────────────────────────────────────

_CANDY_FIRST = f"""\
１．（新規性）{_NOVELTY}

２．（進歩性）{_INVENTIVE_STEP}

{_BELOW}

●理由1（新規性）、理由2（進歩性）について

・請求項　1-3
・引用文献等　1
・備考
　引用文献1（第97頁左欄、図3（ｂ））には、糸の太さを選べる綿あめ機が記載されている。

●理由2（進歩性）について

・請求項　4, 6
・引用文献等　1, 3, 4
・備考
　引用文献3（[0041]-[0043], Fig. 2）の風よけを用いることは容易である。引用文献4（Claim 1）も参照。

・請求項　5
・引用文献等　1 又は 2
・備考
　引用文献2の第4節に、糸を二色に染める点が記載されている。

・請求項　7
・引用文献等　1－6
・備考
　引用文献5，6に示されるとおり、屋台で使うことは周知である。

{_LIST}
1.架空　一郎，綿あめの糸の太さについて，架空菓子学会誌，架空菓子学会，2015年，第9巻，p.97-99
2.Fictiva, A., "On Spun Sugar at Imaginary Fairs", Journal of Unreal Sweets, 2017年, Vol.97, No.5, p.1-9
3.国際公開第２０１６／９９７５０３号
4.米国特許出願公開第２０１８／０９９７５０４号明細書
5.欧州特許出願公開第０９９９７５０号明細書（周知技術を示す文献）
6.韓国公開特許第１０－２０１６－０９９７５０６号公報（周知技術を示す文献）
（注）架空の文献の写しは送られません。
{_RULE}
　　　　　　　　　　＜先行技術文献調査結果の記録＞

・調査した分野　　ＩＰＣ　　Ａ２３Ｇ　３／１０
　　　　　　　　　ＤＢ名　　架空菓子文献データベース
・先行技術文献　　独国特許出願公開第１０２０１６９９７５０７号明細書
　　　　　　　　　架空　二郎，砂糖の架空の歴史，架空菓子学会誌，2011年，第5巻，p.9

　この先行技術文献調査結果の記録は、拒絶の理由ではありません。"""

CANDY = PatentCase(
    number="2022490075",
    life="journal articles and foreign patents cited, with half-width digits; waiting after an argument",
    title="糸の太さを選べる綿あめ機",
    applicants=(KASO_MOTOR, REIJI_FOODS),
    agents=(HANAKO,),
    filed="20221117",
    published="20240529",
    publication="2024490575",
    papers=(
        *_beginning("20221117", 99007501, "20231005"),
        _notice(
            "20241210",
            "20241203",
            997501,
            Notice(
                text=_CANDY_FIRST,
                articles=("第２９条第１項第３号（新規性）", "第２９条第２項（進歩性）"),
                cited=(
                    Article(
                        "架空　一郎",
                        "綿あめの糸の太さについて",
                        "架空菓子学会誌",
                        "架空菓子学会",
                        "20150000",
                        "第9巻",
                        "97-99",
                    ),
                    Article(
                        "Fictiva, A.",
                        "On Spun Sugar at Imaginary Fairs",
                        "Journal of Unreal Sweets",
                        "",
                        "20170000",
                        "Vol.97, No.5",
                        "1-9",
                        country="XX",
                    ),
                ),
            ),
        ),
        _opinion("20250206", 99007503, "06124997501", "　太さを選ぶ操作が、引用文献1には書かれていません。"),
        _amendment(
            "20250206",
            99007504,
            Amendment(answers="06124997501", claims=("糸の太さを{三段から}選ぶ選択部を備える綿あめ機。",)),
        ),
    ),
)

# ── images, formulas, hints ───────────────────────────────────────────────────────────────────

_SLEDGE_FIRST = f"""\
１．（進歩性）{_INVENTIVE_STEP}

２．（サポート要件）{_SUPPORT}

{_BELOW}

●理由１（進歩性）について

・請求項　全て
・引用文献等　１、２
・備考
　引用文献１の冷媒はＣＯ<sub>２</sub>であり、熱は１０<sup>３</sup>分の一しか通らない（別に付した図を参照）。\
引用文献２の<u>二重の覆い</u>を用いることは容易である。

●理由２（サポート要件）について

・請求項　３、４及び６－８
　請求項３には「夏でも溶けない」とあるが、発明の詳細な説明は冬の例しか示さない。

＜補正の示唆＞
　請求項１に、請求項５の覆いの二重の構造を加えれば、理由１は解消する。

＜ファミリー文献情報＞
　引用文献２：特表２０２４－５９７７０２号公報

{_LIST}
１．特開２０２０－４９７７０１号公報
２．国際公開第２０２２／９９７７０２号"""

SLEDGE = PatentCase(
    number="2023490077",
    life="a notice with images beside it, raised and lowered characters and a hint; granted",
    title="雪だるまを溶かさず運ぶ橇",
    applicants=(TAKASAKI,),
    agents=(JIRO,),
    filed="20230213",
    published="20240822",
    publication="2024490577",
    registration="9900077",
    registered="20250725",
    papers=(
        *_beginning("20230213", 99007701, "20230518"),
        _notice(
            "20250121",
            "20250114",
            997701,
            Notice(
                text=_SLEDGE_FIRST,
                articles=("第２９条第２項（進歩性）", "第３６条第６項第１号（サポート要件）"),
                cited=(Literature(2020, 497701),),
            ),
            images=(2_400, 3_100, 1_800),
        ),
        _amendment(
            "20250318",
            99007703,
            Amendment(answers="06125997701", claims=("橇と、{二重の}覆いと、を備える雪だるまの運搬具。",)),
        ),
        _grant("20250610", "20250603", 997702, Grant(claims=1, index="Ｂ６２Ｂ　１３／００")),
        noted("20250708", "A61", "登録料納付"),
    ),
)

# ── an amendment of every kind ────────────────────────────────────────────────────────────────

_PHONE_FIRST = f"""\
１．（先行技術文献情報開示要件）この出願は、発明の詳細な説明が下記の点で、\
特許法第３６条第４項第２号に規定する要件を満たしていない。

２．（明確性）{_CLARITY}

{_ALONE}

●理由１（先行技術文献情報開示要件）について

　背景技術として「昔からある糸電話」を挙げながら、それを載せた文献の名称を書いていない。

●理由２（明確性）について

・請求項　１
　「よく聞こえる」は、だれにとってか明らかでない。
・請求項　２
　「前記紙コップ」が二つあるうちのどちらか明らかでない。"""

PHONE = PatentCase(
    number="2019490078",
    life="answered with an amendment of every kind: title and claims changed, paragraphs added, changed and deleted",
    title="糸電話",
    applicants=(KAKU, SOZO),
    agents=(TARO, HANAKO),
    filed="20190823",
    published="20210304",
    publication="2021490578",
    registration="9900078",
    registered="20221021",
    papers=(
        *_beginning("20190823", 99007801, "20210607"),
        _notice(
            "20220315",
            "20220308",
            997801,
            Notice(
                text=_PHONE_FIRST,
                articles=("第３６条第４項第２号（先行技術文献情報開示要件）", "第３６条第６項第２号（明確性）"),
            ),
        ),
        _opinion(
            "20220512",
            99007803,
            "06122997801",
            "１．補正の根拠",
            "　段落［００１２］の「三十歩離れても聞き取れる」に基づきます。",
            "２．むすび",
            "　よって、拒絶の理由は解消しました。",
        ),
        _amendment(
            "20220512",
            99007804,
            Amendment(
                answers="06122997801",
                claims=(
                    "糸の両端に紙コップを備え、{三十歩離れても聞き取れる}糸電話。",
                    "{話し手の側の}紙コップが大きい請求項１に記載の糸電話。",
                ),
                title="{遠くまで聞こえる}糸電話",
                description=(
                    ("0003", "{　特開２０１４－４９７８０１号公報}"),
                    ("0005", "　本発明は、{三十歩離れても聞き取れる}糸電話を提供する。"),
                    ("0009", ""),
                    ("0010", ""),
                ),
                added=frozenset({"0003"}),
            ),
        ),
        _grant("20220719", "20220712", 997802, Grant(claims=2, index="Ｈ０４Ｒ　　１／００")),
        noted("20220928", "A61", "登録料納付"),
    ),
)

REFUSED_PATENTS: tuple[PatentCase, ...] = (
    CHIME,
    UMBRELLA,
    FLOAT,
    LADDER,
    CRACKER,
    KITE,
    CANDY,
    SLEDGE,
    PHONE,
)
