"""Fictional patent cases. The numbers lie in ranges that the JPO never reached in those years.

Applications 4900xx (599xxx for the national phase), publications 特開 490xxx and 特表 599xxx, patents 99000xx.
"""

from __future__ import annotations

from jpo_mcp.sandbox.life import (
    NO_BODY,
    Amendment,
    Article,
    Block,
    Dismissal,
    Grant,
    International,
    Literature,
    Member,
    Notice,
    Opinion,
    Paper,
    PatentCase,
    Priority,
    Reason,
    Refusal,
    Trial,
    appeal_board,
    filed,
    from_ib,
    internal,
    mailed,
    noted,
    on_register,
)
from jpo_mcp.sandbox.parties import (
    HANAKO,
    JIRO,
    KAKU,
    KAKU_FORMERLY,
    KASO_MOTOR,
    MIHON_CHEMICAL,
    MIHON_FIRM,
    MUSTER,
    RIVAL,
    ROBOTICS,
    SAMPLE_INC,
    SOZO,
    TAKASAKI,
    TARO,
)

NOVELTY = ("第２９条第１項第３号", "新規性")
INVENTIVE_STEP = ("第２９条第２項", "進歩性")
CLARITY = ("第３６条第６項第２号", "明確性")
SUPPORT = ("第３６条第６項第１号", "サポート要件")
NEW_MATTER = ("第１７条の２第３項", "新規事項")
UNITY = ("第３７条", "単一性")


def _application(date: str, serial: int) -> Paper:
    return filed(date, "A63", "特許願", serial, parts="YSLMZ")


def _request(date: str, serial: int) -> Paper:
    return filed(date, "A621", "出願審査請求書", serial)


def _search(date: str, serial: int) -> Paper:
    return internal(date, "A971007", "検索報告書", serial)


def _action(date: str, drafted: str, serial: int, notice: Notice) -> Paper:
    return mailed("patent", date, drafted=drafted, code="A131", title="拒絶理由通知書", serial=serial, body=notice)


def _opinion(date: str, serial: int, answers: str, *paragraphs: str) -> Paper:
    return filed(date, "A53", "意見書", serial, Opinion(answers=answers, paragraphs=paragraphs))


def _amendment(date: str, serial: int, amendment: Amendment) -> Paper:
    return filed(date, "A523", "手続補正書（自発・内容）", serial, amendment)


def _grant(date: str, drafted: str, serial: int, grant: Grant) -> Paper:
    return mailed("patent", date, drafted=drafted, code="A01", title="特許査定", serial=serial, body=grant)


def _refusal(date: str, drafted: str, serial: int, refusal: Refusal) -> Paper:
    return mailed("patent", date, drafted=drafted, code="A02", title="拒絶査定", serial=serial, body=refusal)


def _fee(date: str) -> Paper:
    return noted(date, "A61", "登録料納付")


_BATTERY_ART = (Literature(2012, 490101), Literature(2014, 490102), Literature(2009, 490103, "周知技術を示す文献"))

BATTERY = PatentCase(
    number="2020490001",
    life="granted after one refusal was overcome by narrowing; claims domestic priority",
    title="乾電池の残量を音色で知らせる携帯灯",
    applicants=(KAKU,),
    agents=(TARO, HANAKO),
    filed="20200910",
    published="20210527",
    publication="2021490001",
    registration="9900001",
    registered="20240705",
    priorities=(Priority(date="20191115", national="2019490901"),),
    papers=(
        _application("20200910", 99000101),
        _request("20230412", 99000102),
        _search("20231206", 990101),
        _action(
            "20240123",
            "20240116",
            990101,
            Notice(
                reasons=(
                    Reason(
                        *NOVELTY,
                        (
                            Block(
                                "１－２",
                                "１",
                                "引用文献１（段落［００１２］－［００１５］、図１～３）には、電池の端子電圧を測り、"
                                "電圧に応じた音を鳴らす携帯灯が記載されている。",
                            ),
                        ),
                    ),
                    Reason(
                        *INVENTIVE_STEP,
                        (
                            Block(
                                "１－２",
                                "１",
                                "上記のとおり、引用文献１に記載された発明から容易になし得たものである。",
                            ),
                            Block(
                                "３，４",
                                "１及び２",
                                "引用文献２（段落［００３０］）には、残量を複数の段階①～③に分けて表示する点が"
                                "記載されている。これを引用文献１の携帯灯に採用することに困難はない。",
                            ),
                            Block(
                                "５",
                                "１－３",
                                "引用文献３に示されるとおり、待機中に測定を休む点は周知技術である。",
                            ),
                        ),
                    ),
                    Reason(
                        *CLARITY,
                        (
                            Block(
                                "４",
                                "",
                                "請求項４の「心地よい音色」は、程度が明らかでない。よって、請求項４に係る発明は明確でない。",
                            ),
                        ),
                    ),
                ),
                cited=_BATTERY_ART,
                searched=("ＩＰＣ　Ｆ２１Ｌ４／００", "Ｈ０１Ｍ１０／４８"),
                recorded=(Literature(2016, 490104),),
            ),
        ),
        _opinion(
            "20240318",
            99000103,
            "06124990101",
            "１．拒絶理由の要点",
            "　新規性、進歩性及び明確性の三点であると理解しました。",
            "２．補正の説明",
            "　請求項１は、補正前の請求項３に基づいて、音色を残量の段階ごとに切り替える点に限定しました。"
            "請求項４及び５は削除しました。",
            "３．本願発明と引用文献との対比",
            "　引用文献１の携帯灯は音の大きさを変えるだけで、音色を段階ごとに切り替える点を開示していません。"
            "引用文献２は表示の段階を述べるのみで、音に関する示唆がありません。",
            "４．むすび",
            "　以上により、拒絶理由は解消したものと考えます。再度の審査をお願いいたします。",
        ),
        _amendment(
            "20240318",
            99000104,
            Amendment(
                answers="06124990101",
                claims=(
                    "電池の端子電圧を測る測定部と、前記端子電圧から残量を{複数の段階のいずれかに}判定する判定部と、"
                    "{前記段階ごとに異なる音色を}鳴らす発音部と、を備える携帯灯。",
                    "前記発音部は、{残量が最も少ない段階で和音を鳴らす}請求項１に記載の携帯灯。",
                    "{点灯中は前記発音部を休ませる請求項１又は２に記載の携帯灯。}",
                ),
                description=(
                    ("0007", "　本発明の携帯灯は、{残量の段階ごとに異なる音色を鳴らす}。"),
                    ("0008", ""),
                ),
            ),
        ),
        _grant(
            "20240604",
            "20240529",
            990102,
            Grant(claims=3, index="Ｆ２１Ｌ　　４／００", references=(*_BATTERY_ART, Literature(2016, 490104))),
        ),
        _fee("20240625"),
    ),
)

_HAND_REASONS = (
    Reason(
        *INVENTIVE_STEP,
        (
            Block("１－４", "１，２", "引用文献１の把持装置に、引用文献２の触覚検知を適用することは容易である。"),
            Block("５", "１，２又は３", "引用文献３の緩衝材を選ぶことは、設計上の事項である。"),
        ),
    ),
)

_HAND_FINAL_REASONS = (
    Reason(*NEW_MATTER, (Block("１", "", "「指ごとの」触覚検知部は、当初明細書等に記載されていない。"),)),
    *_HAND_REASONS,
)
"""They stand again once the amendment that answered them is dismissed."""

HAND = PatentCase(
    number="2019490002",
    life="refused with a dismissed amendment, now under appeal with a report of reconsideration",
    title="卵を割らずに積む把持装置",
    applicants=(ROBOTICS, TAKASAKI),
    agents=(MIHON_FIRM,),
    filed="20190620",
    published="20201224",
    publication="2020490002",
    papers=(
        _application("20190620", 99000201),
        _request("20220530", 99000202),
        _search("20230118", 990201),
        _action(
            "20230307",
            "20230228",
            990201,
            Notice(
                reasons=_HAND_REASONS,
                cited=(Literature(2011, 490201), Literature(2015, 490202), Literature(2010, 590203)),
            ),
        ),
        _opinion("20230501", 99000203, "06123990201", "　引用文献１と２の組合せには動機付けがありません。"),
        _amendment(
            "20230501",
            99000204,
            Amendment(
                answers="06123990201",
                claims=(
                    "複数の指と、{前記指ごとの触覚検知部と、}検知した力に応じて前記指を動かす制御部と、を備える把持装置。",
                ),
            ),
        ),
        _action(
            "20230822",
            "20230815",
            990202,
            Notice(
                final=True,
                reasons=_HAND_FINAL_REASONS,
                cited=(Literature(2011, 490201), Literature(2015, 490202), Literature(2010, 590203)),
            ),
        ),
        _opinion("20231019", 99000205, "06123990202", "　触覚検知部を指ごとに設ける点は、図２から自明です。"),
        _amendment(
            "20231019",
            99000206,
            Amendment(
                answers="06123990202",
                claims=("複数の指と、{前記複数の指のうち二本に設けた}触覚検知部と、制御部と、を備える把持装置。",),
            ),
        ),
        mailed(
            "patent",
            "20240116",
            drafted="20240109",
            code="A191",
            title="補正の却下の決定",
            serial=990203,
            body=Dismissal(
                amendment="20231019",
                why="　「二本に設けた」点は当初明細書等に記載がなく、特許法第１７条の２第３項の規定に違反する。",
            ),
        ),
        _refusal("20240116", "20240109", 990204, Refusal(notice="20230815", reasons=_HAND_FINAL_REASONS)),
    ),
    trials=(
        Trial(
            number="2024009902",
            papers=(
                filed("20240412", "C60", "審判請求書", 99000207),
                appeal_board("20240514", "C20", "審判番号通知", 990205),
                internal("20240709", "A913", "前置報告書", 990206),
            ),
        ),
    ),
)

KETTLE = PatentCase(
    number="2018490003",
    life="refused for lack of unity and of clarity; nobody answered and nobody appealed",
    title="静かに沸く湯沸かし器",
    applicants=(MIHON_CHEMICAL,),
    agents=(JIRO,),
    filed="20180315",
    published="20190919",
    publication="2019490003",
    papers=(
        _application("20180315", 99000301),
        _request("20201210", 99000302),
        _action(
            "20211005",
            "20210928",
            990301,
            Notice(
                reasons=(
                    Reason(
                        *UNITY, (Block("６", "", "請求項６に係る発明は、請求項１と同一の特別な技術的特徴を有しない。"),)
                    ),
                    Reason(*CLARITY, (Block("１－５", "", "「静かに」とは、どの程度の音をいうのか明らかでない。"),)),
                ),
            ),
        ),
        _refusal(
            "20220301",
            "20220222",
            990302,
            Refusal(
                notice="20210928",
                answered=False,
                reasons=(Reason(*CLARITY, (Block("１－５", "", "上記通知書に記載したとおり、明確でない。"),)),),
            ),
        ),
    ),
)

LENS = PatentCase(
    number="2021599004",
    life="entered the national phase from PCT/US2020/990004; granted; family in the US, EP, CN and KR",
    title="曇りを自ら払う眼鏡用レンズ",
    applicants=(SAMPLE_INC,),
    agents=(MIHON_FIRM, TARO),
    filed="20200306",
    published="20220523",
    national_publication="2022599004",
    registration="9900004",
    registered="20240614",
    priorities=(Priority(date="20190308", country="US", number="62990004"),),
    international=International(application="US2020990004", publication="WO2020990004", published="20200917"),
    family=(
        Member(
            office="US",
            application="US.202017990004.A",
            filed="2021-09-01",
            publication="US.2022990004.A1",
            published="2022-05-05",
            grant="US.19900004.B2",
            granted="2024-02-06",
        ),
        Member(
            office="EP",
            application="EP.20990004.A",
            filed="2020-03-06",
            publication="EP.9900004.A1",
            published="2022-01-12",
        ),
        Member(
            office="CN",
            application="CN.202089990004.A",
            filed="2020-03-06",
            publication="CN.919990004.A",
            published="2021-11-02",
            grant="CN.919990004.B",
            granted="2023-10-20",
        ),
        Member(
            office="KR",
            application="KR.20217990004.A",
            filed="2020-03-06",
            publication="KR.20219990004.A",
            published="2021-10-29",
        ),
    ),
    papers=(
        filed("20210907", "A632", "国内書面", 99000401),
        filed("20210907", "A634", "国際出願翻訳文提出書", 99000402, parts="SLMZY"),
        from_ib("20210908", "IB349", "国際公開", 99000403),
        from_ib("20210908", "IB210", "国際調査報告", 99000404),
        _request("20230220", 99000405),
        _action(
            "20231017",
            "20231010",
            990401,
            Notice(
                period="３か月",
                reasons=(
                    Reason(
                        *INVENTIVE_STEP,
                        (Block("１－３，７", "１", "引用文献１の振動子を眼鏡用レンズに設けることは容易である。"),),
                    ),
                    Reason(
                        *SUPPORT, (Block("１", "", "周波数の限定がない範囲まで、発明の詳細な説明を拡張できない。"),)
                    ),
                ),
                cited=(Literature(2013, 490401),),
            ),
        ),
        _opinion("20240112", 99000406, "06123990401", "　周波数を限定したので、拒絶理由は解消しました。"),
        _amendment(
            "20240112",
            99000407,
            Amendment(
                answers="06123990401",
                claims=("レンズと、前記レンズの縁に設けられ{２０ｋＨｚ以上で}振動する振動子と、を備える眼鏡。",),
            ),
        ),
        _grant("20240507", "20240501", 990402, Grant(claims=6, index="Ｇ０２Ｃ　１１／０８")),
        _fee("20240604"),
    ),
)

MEMBRANE = PatentCase(
    number="2023599013",
    life="entered the national phase of PCT/JP2022/990013; examination requested, no action yet",
    title="塩味を残す減塩膜",
    applicants=(MIHON_CHEMICAL,),
    agents=(HANAKO,),
    filed="20220218",
    international=International(application="JP2022990013", publication="WO2022990013", published="20220825"),
    papers=(
        filed("20230801", "A632", "国内書面", 99001301),
        from_ib("20230802", "IB349", "国際公開", 99001302),
        _request("20250130", 99001303),
    ),
)


def _pump_notice(cited: Literature) -> Notice:
    remarks = "引用文献１の手動ポンプを足踏み式とすることは容易である。"
    return Notice(reasons=(Reason(*INVENTIVE_STEP, (Block("１－３", "１", remarks),)),), cited=(cited,))


PUMP = PatentCase(
    number="2017490005",
    life="the original of a divisional chain of three generations; granted",
    title="足踏み式給水装置",
    applicants=(SOZO,),
    agents=(TARO,),
    filed="20170425",
    published="20181129",
    publication="2018490005",
    registration="9900005",
    registered="20191101",
    paid_years=8,
    papers=(
        _application("20170425", 99000501),
        _request("20180402", 99000502),
        _action("20190219", "20190212", 990501, _pump_notice(Literature(2008, 490501))),
        _amendment(
            "20190419",
            99000503,
            Amendment(answers="06119990501", claims=("{ペダルと、}前記ペダルに連動する弁と、を備える給水装置。",)),
        ),
        _grant("20191001", "20190924", 990502, Grant(claims=3, index="Ｆ０４Ｂ　　９／１４")),
        _fee("20191021"),
    ),
    register_papers=(on_register("20220915", "R20", "特許料納付書"), on_register("20221011", "R250", "年金領収書")),
)

PUMP_CHILD = PatentCase(
    number="2019490015",
    life="a divisional of 特願2017-490005, itself divided again; granted",
    title="足踏み式給水装置の弁",
    applicants=(SOZO,),
    agents=(TARO,),
    parent="2017490005",
    filed="20191018",
    published="20200206",
    publication="2020490015",
    registration="9900015",
    registered="20220210",
    paid_years=5,
    papers=(
        _application("20191018", 99001501),
        _request("20191018", 99001502),
        filed("20191018", "A781", "上申書", 99001503),
        _grant("20220104", "20211221", 991501, Grant(claims=2, index="Ｆ０４Ｂ　５３／１０")),
        _fee("20220131"),
    ),
    register_papers=(on_register("20250114", "R20", "特許料納付書"), on_register("20250207", "R250", "年金領収書")),
)

PUMP_GRANDCHILD = PatentCase(
    number="2022490025",
    life="third generation of the divisional chain; its office action of 2026-10-06 awaits a reply",
    title="足踏み式給水装置のペダル",
    applicants=(SOZO,),
    agents=(TARO,),
    parent="2019490015",
    filed="20220121",
    published="20220414",
    publication="2022490025",
    papers=(
        _application("20220121", 99002501),
        _request("20220218", 99002502),
        _action("20261006", "20260929", 992501, _pump_notice(Literature(2008, 490501))),
    ),
)

BICYCLE = PatentCase(
    number="2015490006",
    life="a patent that lapsed because the fifth year was not paid (erasure 01)",
    title="折り畳める鈴",
    applicants=(KAKU_FORMERLY,),
    filed="20150603",
    published="20161222",
    publication="2016490006",
    registration="9900006",
    registered="20180420",
    paid_years=4,
    erased="01",
    papers=(
        _application("20150603", 99000601),
        _request("20160708", 99000602),
        _grant("20180320", "20180313", 990601, Grant(claims=2, index="Ｂ６２Ｊ　　３／００")),
        _fee("20180409"),
    ),
    register_papers=(on_register("20210405", "R20", "特許料納付書"),),
)

UMBRELLA = PatentCase(
    number="2016490008",
    life="a patent in the surcharge half-year: the payment was due on Sunday 2026-08-23, so until 2027-02-24",
    title="風に逆らわない傘",
    applicants=(TAKASAKI,),
    agents=(JIRO,),
    holders=(KASO_MOTOR,),
    filed="20160914",
    published="20180322",
    publication="2018490008",
    registration="9900008",
    registered="20190823",
    paid_years=7,
    papers=(
        _application("20160914", 99000801),
        _request("20171102", 99000802),
        _grant("20190723", "20190716", 990801, Grant(claims=4, index="Ａ４５Ｂ　２５／２２")),
        _fee("20190805"),
    ),
    register_papers=(
        on_register("20210301", "S111", "移転登録申請書"),
        on_register("20220805", "R20", "特許料納付書"),
    ),
)

GLUE = PatentCase(
    number="2018490009",
    life="a granted patent under opposition, maintained as corrected",
    title="水で剥がせる接着剤",
    applicants=(MIHON_CHEMICAL,),
    agents=(MIHON_FIRM,),
    filed="20180711",
    published="20200116",
    publication="2020490009",
    registration="9900009",
    registered="20230609",
    paid_years=6,
    papers=(
        _application("20180711", 99000901),
        _request("20210628", 99000902),
        _grant("20230509", "20230426", 990901, Grant(claims=8, index="Ｃ０９Ｊ１０１／００")),
        _fee("20230530"),
    ),
    trials=(
        Trial(
            number="2023709909",
            papers=(
                noted("20231214", "C561", "異議申立書", number="02023990901"),
                appeal_board("20240109", "C201", "異議番号通知", 990902),
                appeal_board("20240116", "C22", "審判官指定（変更）通知", 990903),
                filed("20240604", "C611", "訂正請求書", 99000903),
                appeal_board("20241105", "C16", "異議の決定", 990904, parts="S"),
                noted("20241218", "C96", "確定登録通知", number="97124990905"),
            ),
        ),
    ),
)

CLOCK_CASE = PatentCase(
    number="2024490010",
    life="pending, published, examination not requested (due within three years of filing)",
    title="急がせない目覚まし時計",
    applicants=(KAKU, RIVAL),
    agents=(HANAKO,),
    filed="20240517",
    published="20251127",
    publication="2025490010",
    papers=(_application("20240517", 99001001),),
)

CHALK = PatentCase(
    number="2023490011",
    life="pending, examination requested, waiting for the first action",
    title="粉の出ない白墨",
    applicants=(RIVAL,),
    filed="20230302",
    published="20240912",
    publication="2024490011",
    papers=(_application("20230302", 99001101), _request("20260120", 99001102)),
)

MASK = PatentCase(
    number="2024490012",
    life="accelerated examination: granted five months after filing, before any publication",
    title="声の通る覆面",
    applicants=(ROBOTICS,),
    agents=(JIRO,),
    filed="20240415",
    registration="9900012",
    registered="20240927",
    papers=(
        _application("20240415", 99001201),
        _request("20240415", 99001202),
        filed("20240422", "A871", "早期審査に関する事情説明書", 99001203),
        internal("20240527", "A971005", "早期審査に関する報告書", 991201),
        _grant("20240827", "20240820", 991202, Grant(claims=5, index="Ａ４１Ｄ　１３／１１")),
        _fee("20240912"),
    ),
)

SOUP = PatentCase(
    number="2020490013",
    life="third-party information was filed and a journal article is cited; answered, next action awaited",
    title="冷めても固まらない汁物",
    applicants=(MIHON_CHEMICAL,),
    agents=(HANAKO,),
    filed="20201102",
    published="20220512",
    publication="2022490013",
    papers=(
        _application("20201102", 99001302),
        _request("20231026", 99001303),
        noted("20240304", "A831", "刊行物等提出書", number="22400999013"),
        _action(
            "20250715",
            "20250708",
            991301,
            Notice(
                reasons=(
                    Reason(
                        *INVENTIVE_STEP,
                        (
                            Block(
                                "１－６",
                                "１、又は、２",
                                "いずれの文献にも、澱粉の代わりに寒天を少量用いる点が示されている。",
                            ),
                        ),
                    ),
                ),
                cited=(
                    Literature(2017, 491301),
                    Article(
                        author="架空　一郎",
                        title="汁物の粘度と温度",
                        journal="架空調理科学",
                        publisher="架空調理学会",
                        issued="20190401",
                        issue="第１２巻第３号",
                        pages="４５－５２",
                    ),
                ),
            ),
        ),
        _opinion("20250910", 99001304, "06125991301", "　引用文献２は温かい汁物のみを扱っています。"),
    ),
)

ODD = PatentCase(
    number="2017490014",
    life="carries codes nobody has explained: erasure 07, citation type 77, document code A9999",
    title="㈱と髙﨑を正しく印字する装置",
    applicants=(SOZO, TAKASAKI),
    agents=(MIHON_FIRM,),
    filed="20171208",
    published="20190613",
    publication="2019490014",
    registration="9900014",
    registered="20210806",
    erased="07",
    papers=(
        _application("20171208", 99001401),
        _request("20190510", 99001402),
        _action(
            "20201013",
            "20201006",
            991401,
            Notice(
                reasons=(
                    Reason(*NOVELTY, (Block("１", "１", "①㈱髙﨑～－の各文字を印字する装置が記載されている。"),)),
                ),
                cited=(Literature(2010, 491401),),
                unusual_citation_type="77",
            ),
        ),
        filed("20201120", "A9999", "（名称のない書類）", 99001403, parts=NO_BODY),
        _amendment(
            "20201127",
            99001404,
            Amendment(answers="06120991401", claims=("{①㈱髙﨑～－の各文字を}印字する印字部を備える装置。",)),
        ),
        _grant("20210706", "20210629", 991402, Grant(claims=1, index="Ｂ４１Ｊ　　２／０１")),
        _fee("20210727"),
    ),
)

TRAP = PatentCase(
    number="2021490007",
    life="the ambiguity trap: these ten digits are also a design, a trademark and the publication of another case",
    title="重さの変わらない文鎮",
    applicants=(KASO_MOTOR,),
    agents=(TARO,),
    filed="20210310",
    published="20220922",
    publication="2022490097",
    papers=(_application("20210310", 99000701), _request("20240301", 99000702)),
)

TRAP_PUBLISHED = PatentCase(
    number="2019490017",
    life="published as 特開2021-490007, which reads like the application number of another case",
    title="裏返せる手袋",
    applicants=(MUSTER,),
    agents=(MIHON_FIRM,),
    filed="20191210",
    published="20210610",
    publication="2021490007",
    registration="9900007",
    registered="20230303",
    paid_years=5,
    priorities=(Priority(date="20191118", country="DE", number="102019990017.4"),),
    papers=(
        _application("20191210", 99001701),
        filed("20200120", "A79", "優先権証明書提出書", 99001702),
        _request("20211004", 99001703),
        _grant("20230131", "20230124", 991701, Grant(claims=7, index="Ａ４１Ｄ　１９／００")),
        _fee("20230221"),
    ),
)

PATENTS: tuple[PatentCase, ...] = (
    BATTERY, HAND, KETTLE, LENS, MEMBRANE, PUMP, PUMP_CHILD, PUMP_GRANDCHILD, BICYCLE, UMBRELLA, GLUE, CLOCK_CASE,
    CHALK, MASK, SOUP, ODD, TRAP, TRAP_PUBLISHED,
)  # fmt: skip
