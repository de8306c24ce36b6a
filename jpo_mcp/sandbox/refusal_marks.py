"""Fictional marks whose refusals show the styles of examiners: applications 49027x, cited registrations 9927xxx."""

from __future__ import annotations

from jpo_mcp.sandbox.life import Goods, Letter, Paper, TrademarkCase, filed, mailed, noted
from jpo_mcp.sandbox.parties import HANAKO, JIRO, KAKU, KASO_MOTOR, MIHON_FIRM, REIJI_FOODS, SAMPLE_INC, SOZO, TARO

_OPENING = (
    "　この商標登録出願には、商標登録をすることができない次の理由がありますので、商標法第１５条の２（又は同法第１５条"
    "の３第１項）により通知します。意見があれば、この書面発送の日から４０日以内に意見書を提出してください。"
)
_BELOW = "　　　　　　　　　　　　　　　　　記"


def _reason(number: str = "") -> str:
    return f"　　　　　　　　　　　　　　　　理　由{number}"


def _application(date: str, serial: int) -> Paper:
    return filed(date, "A63", "商標登録願", serial)


def _notice(
    date: str, drafted: str, serial: int, provisions: str, *paragraphs: str, images: tuple[int, ...] = ()
) -> Paper:
    title = "拒絶理由通知書"
    body = Letter(title=title, provisions=provisions, paragraphs=(_OPENING, "", *paragraphs))
    return mailed("trademark", date, drafted=drafted, code="A131", title=title, serial=serial, body=body, images=images)


def _granted(date: str, drafted: str, serial: int) -> Paper:
    body = Letter(title="登録査定", paragraphs=("　この商標登録出願については、登録をすべきものと認めます。",))
    return mailed("trademark", date, drafted=drafted, code="A01", title="登録査定", serial=serial, body=body)


def _opinion(date: str, serial: int, answers: str, *paragraphs: str) -> Paper:
    body = Letter(title="意見書", answers=answers, paragraphs=("【意見の内容】", *paragraphs))
    return filed(date, "A53", "意見書", serial, body)


def _goods_amended(date: str, serial: int, answers: str, *goods: str) -> Paper:
    body = Letter(
        title="手続補正書",
        answers=answers,
        paragraphs=(
            "【手続補正１】",
            "　【補正対象書類名】　商標登録願",
            "　【補正対象項目名】　指定商品又は指定役務並びに商品及び役務の区分",
            "　【補正方法】　　　　変更",
            "　【補正の内容】",
            *goods,
        ),
    )
    return filed(date, "A523", "手続補正書", serial, body)


CLOUD_BREAD = TrademarkCase(
    number="2024490270",
    life="descriptive and without distinctiveness, shown over several pages; the argument did not help, refused",
    title="わたぐも食パン",
    readings=("ワタグモショクパン", "ワタグモ"),
    goods=(Goods("30", "食パン，菓子", "30A01"), Goods("35", "パンの小売の業務", "35K03")),
    applicants=(REIJI_FOODS,),
    agents=(JIRO,),
    filed="20240216",
    published="20240227",
    papers=(
        _application("20240216", 99027001),
        _notice(
            "20240918",
            "20240912",
            927001,
            "第３条第１項第３号及び第４条第１項第１６号、第３条第１項第６号",
            _reason("　１"),
            "",
            "■第３条第１項第３号（品質等表示）及び第４条第１項第１６号（品質等誤認）",
            "",
            "（１）この商標は、「わたぐも食パン」の文字を標準文字で書いてなるものです。「わたぐも」の文字は、綿のよう"
            "に軽い雲を指す言葉として、架空国語辞典の第９７版に載っています。「食パン」の文字は、箱形に焼いたパンを指"
            "します。",
            "（２）架空の製パン業界では、口に入れると雲のように消えるパンを「わたぐも」と呼ぶことが、後掲の<U>わたぐ"
            "も製法</U>の例にあるとおり、広く行われています。店先の札にも、職人の話にも、子供の歌にも、同じ言葉が使わ"
            "れています。遠くの町では、焼き上がったパンを空に浮かべて売る店さえあり、そこでは札に「わたぐも」とだけ書"
            "いてあります。",
            "（３）そうすると、この商標をその指定商品中「食パン」に使用しても、これに接する人は、雲のように軽い食パン"
            "であるという商品の品質を知るにとどまります。",
            "　したがって、この商標は、商標法第３条第１項第３号に該当し、上記の食パン以外の商品に使用するときは、商品"
            "の品質の誤認を生ずるおそれがありますので、同法第４条第１項第１６号に該当します。",
            "",
            "【後掲】",
            "（１）「架空パン新聞」のウェブサイト",
            "　「雲を焼く人々」の見出しの下、「この村の窯では、朝ごとに<U>わたぐも製法</U>の生地が百枚も焼かれる。生"
            "地は水と小麦粉と、職人が息で吹き込む泡だけからなり、焼き上がると窯の中で少し浮く。村人はこれを紐で結び、"
            "犬の散歩のように引いて帰る。」との記載があります。",
            "（２）「想像の食卓」の第５号",
            "　「わたぐもの食べ方」の見出しの下、「わたぐもは手で千切ると逃げるので、両手でそっと包んで食べる。焼きた"
            "てから一時間もすると、ただの食パンに戻ってしまう。」との記載があります。",
            "（３）「仮の町の広報」",
            "　「浮くパンにご注意」の見出しの下、「わたぐもの名で売られる軽いパンが電線に掛かる例が増えています。買っ"
            "た人は、食べるまで重しを載せてください。」との記載があります。",
            "（４）「例示市の市場だより」",
            "　「今月の値段」の見出しの下、「わたぐも（一斤）は先月より軽く、値段も軽い。ほかの食パンは重いままである"
            "。」との記載があります。",
            "（５）「架空大学の研究だより」",
            "　「なぜ浮くのか」の見出しの下、「生地の泡が揃っているほど、よく浮く。揃っていない泡は、互いに相談を始め"
            "て生地を重くする。この理屈により、職人は泡に話し掛けない。」との記載があります。",
            "（６）「仮想駅の売店」のウェブサイト",
            "　「旅のお供」の見出しの下、「列車の窓を開けると飛んでいくので、<U>わたぐも製法</U>の食パンは窓の開かな"
            "い席で食べること。飛んでいった分の代金は返せない。」との記載があります。",
            "（７）「架空パン職人組合の便り」",
            "　「新しい決まり」の見出しの下、「わたぐもと名乗るパンは、皿から指一本の高さまで浮かなければならない。浮"
            "きすぎるものは凧と呼び、別の組合に届け出る。」との記載があります。",
            "（８）「例示の朝刊」",
            "　「風の強い日の朝食」の見出しの下、「きのうの強い風で、町じゅうのわたぐもが港へ流れた。漁師は網で集め、"
            "浜で分けて食べた。食パンであったと、皆が口をそろえる。」との記載があります。",
            "（９）「想像図書館の新着案内」",
            "　「軽いパンの本」の見出しの下、「わたぐもの焼き方を説いた本が入りました。本も軽いので、棚に紐で結んであ"
            "ります。借りる人は、紐ごとお持ちください。」との記載があります。",
            "（１０）「架空気象台の予報」",
            "　「あすの空」の見出しの下、「午前はところによりわたぐも、午後はただの雲。見分け方は、甘い匂いがするかど"
            "うかである。」との記載があります。",
            "",
            _reason("　２"),
            "",
            "■第３条第１項第６号（前各号のほか識別力のないもの）",
            "",
            "　この商標を、その指定役務中「パンの小売の業務」に使用するときは、扱う商品が雲のように軽い食パンであるこ"
            "とを表したものと受け取られるだけです。",
            "　したがって、この商標は、何人かの業務に係る役務であることを認識することができないものですから、商標法第"
            "３条第１項第６号に該当します。",
        ),
        _opinion("20241025", 99027002, "06424927001", "　パンは雲ではありませんから、品質を表す言葉ではありません。"),
        mailed(
            "trademark",
            "20250213",
            drafted="20250206",
            code="A02",
            title="拒絶査定",
            serial=927002,
            body=Letter(
                title="拒絶査定",
                paragraphs=(
                    "　　　　　　　　　　　　　　　　結　論",
                    "",
                    "　この商標登録出願については、拒絶をすべきものと認めます。",
                    "",
                    _reason(),
                    "",
                    "　この商標登録出願については、令和　６年　９月１２日付けで通知した理由が解消されていませんので、"
                    "商標法第１５条の規定により拒絶をすべきものと認めます。",
                    "　出願人は、この商標が商標法第３条第１項第３号に該当しないと述べています。しかし、雲でないパンに"
                    "も雲の名は付きますから、採用することができません。",
                    "　この査定に不服があるときは、査定の謄本の送達があった日から３月以内に審判を請求することができま"
                    "す。",
                ),
            ),
        ),
    ),
)

EMPTY_BOX = TrademarkCase(
    number="2024490271",
    life="refused over three earlier marks, their figures in image files beside the notice; granted after an amendment",
    title="からっぽの箱＼ＫＡＲＡＰＰＯ",
    readings=("カラッポノハコ", "カラッポ"),
    vienna=("19.3.1",),
    goods=(Goods("20", "空の箱，空の棚", "20C01"), Goods("21", "空の瓶", "19A03")),
    applicants=(SOZO,),
    agents=(TARO, HANAKO),
    filed="20240403",
    published="20240416",
    registration="9900271",
    registered="20250620",
    paid_years=10,
    papers=(
        _application("20240403", 99027101),
        _notice(
            "20241112",
            "20241106",
            927101,
            "第４条第１項第１１号",
            _reason(),
            "",
            "■第４条第１項第１１号（先登録類似）",
            "",
            "　この商標は、下記の商標（以下、順に「引用商標１」から「引用商標３」といいます。図は別に付したとおりです"
            "。）と「カラッポ」の称呼を共通にする類似の商標です。そして、指定商品中、第２０類「空の箱，空の棚」は、引"
            "用商標の商品と同一又は類似です。",
            "　したがって、この商標は、商標法第４条第１項第１１号に該当します。",
            "　なお、商標法第４条第１項第１５号に該当するとまでは考えておりません。",
            "",
            _BELOW,
            "",
            "引用商標１　登録第９９２７１０１号商標",
            "引用商標２　国際登録第９９２７１０２号商標",
            "引用商標３　商願２０２３－４９０２９７",
            "　引用商標３は、まだ登録されていません。登録されたときに、この理由により拒絶をすることになります。",
            images=(2_600, 2_200),
        ),
        _goods_amended(
            "20241220",
            99027102,
            "06424927101",
            "　　【第２１類】",
            "　　　【指定商品（指定役務）】空の瓶",
        ),
        _granted("20250422", "20250416", 927102),
        noted("20250527", "A61", "登録料納付"),
    ),
)

HANDY_TOOL = TrademarkCase(
    number="2025490272",
    life="goods that are unclear and a service in the wrong class (Article 6); granted after an amendment",
    title="てまいらず仮号",
    readings=("テマイラズカゴー",),
    goods=(Goods("08", "手動工具", "13A01"),),
    applicants=(KASO_MOTOR, KAKU),
    agents=(MIHON_FIRM,),
    filed="20250121",
    published="20250204",
    registration="9900272",
    registered="20260306",
    paid_years=10,
    papers=(
        _application("20250121", 99027201),
        _notice(
            "20250826",
            "20250820",
            927201,
            "第６条第１項及び第２項",
            _reason(),
            "",
            "■第６条第１項（商品又は役務の不明確）",
            "",
            "　指定商品中、第８類「便利な道具，その他の道具」は、内容も範囲も明確ではありません。",
            "　したがって、この商標登録出願は、商標法第６条第１項に規定する要件を備えていません。",
            "",
            "■第６条第２項（区分の相違）",
            "",
            "　第８類「道具の修理」は、第３７類に属する役務です。",
            "　したがって、この商標登録出願は、商標法第６条第２項に規定する要件を備えていません。",
        ),
        _goods_amended("20251003", 99027202, "06425927201", "　　【第８類】", "　　　【指定商品（指定役務）】手動工具"),
        _granted("20260120", "20260114", 927202),
        noted("20260217", "A61", "登録料納付"),
    ),
)

GREETING = TrademarkCase(
    number="2025490273",
    life="a greeting refused in plain sentences, without headings; an argument awaits the examiner",
    title="こんばんは架空です",
    readings=("コンバンワカクーデス",),
    goods=(Goods("16", "架空の便箋", "25B01"),),
    applicants=(SAMPLE_INC,),
    agents=(JIRO,),
    filed="20250610",
    published="20250624",
    papers=(
        _application("20250610", 99027301),
        _notice(
            "20260310",
            "20260304",
            927301,
            "第３条第１項第６号",
            _reason(),
            "",
            "　この商標は、「こんばんは架空です」の文字を標準文字で書いてなるもので、夜の挨拶と受け取られるだけです。"
            "したがって、これを指定商品に使用しても、何人かの業務に係る商品であることを認識することができませんので、"
            "商標法第３条第１項第６号に該当します。",
            "　使用により知られるに至った（商標法第３条第２項）という事情も見当たりません。",
        ),
        _opinion("20260416", 99027302, "06426927301", "　夜の挨拶に自分が架空であると述べる人はいません。"),
    ),
)

LATE_MARK = TrademarkCase(
    number="2023490274",
    life="a mark that is not the first to be filed (Article 8); withdrawn after the notice",
    title="うそ八百号",
    readings=("ウソハッピャクゴー",),
    goods=(Goods("12", "架空の自転車", "12A06"),),
    applicants=(KASO_MOTOR,),
    agents=(HANAKO,),
    filed="20230905",
    published="20230919",
    papers=(
        _application("20230905", 99027401),
        _notice(
            "20240514",
            "20240508",
            927401,
            "第８条第１項",
            _reason(),
            "",
            "　この商標は、先の日に出願された下記の商標と類似し、第１２類「架空の自転車」についても商品を同じくします"
            "ので、この出願人は、商標法第８条第１項に規定する最先の商標登録出願人に該当しません。",
            "",
            _BELOW,
            "",
            "　商願２０２３－４９０２９８号",
        ),
        filed("20240611", "A761", "出願取下書", 99027402),
    ),
)

REFUSED_MARKS: tuple[TrademarkCase, ...] = (CLOUD_BREAD, EMPTY_BOX, HANDY_TOOL, GREETING, LATE_MARK)
