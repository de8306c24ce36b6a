"""Fictional design cases: applications 4901xx (599xxx under the Hague agreement), registrations 99001xx."""

from __future__ import annotations

from jpo_mcp.sandbox.life import DesignCase, Letter, Priority, filed, from_ib, mailed, noted, on_register
from jpo_mcp.sandbox.parties import HANAKO, KAKU, KASO_MOTOR, MIHON_FIRM, MUSTER, TARO

_FORM = "この書面を発送した日から４０日以内に意見書を提出してください。"

PRINCIPAL = DesignCase(
    number="2021490100",
    life="a registered design, the principal of a related design",
    title="卓上照明器具",
    design_class="D3300",
    applicants=(KAKU,),
    agents=(HANAKO,),
    filed="20210608",
    registration="9900100",
    registered="20220114",
    paid_years=6,
    papers=(
        filed("20210608", "A63", "意匠登録願", 99010001),
        mailed(
            "design",
            "20211214",
            drafted="20211207",
            code="A01",
            title="登録査定",
            serial=910001,
            body=Letter(title="登録査定", paragraphs=("　この意匠登録出願については、登録をすべきものと認めます。",)),
        ),
        noted("20220105", "A61", "登録料納付"),
    ),
    register_papers=(on_register("20241210", "R20", "年金納付書"), on_register("20241227", "R250", "年金領収書")),
)

RELATED = DesignCase(
    number="2022490101",
    life="a related design, granted after a refusal was answered by naming its principal design",
    title="卓上照明器具",
    design_class="D3300",
    applicants=(KAKU,),
    agents=(HANAKO,),
    filed="20220523",
    principal="2021490100",
    registration="9900101",
    registered="20230120",
    paid_years=5,
    papers=(
        filed("20220523", "A63", "意匠登録願", 99010101),
        mailed(
            "design",
            "20220927",
            drafted="20220920",
            code="A131",
            title="拒絶理由通知書",
            serial=910101,
            body=Letter(
                title="拒絶理由通知書",
                paragraphs=(
                    "　この意匠登録出願には次の拒絶の理由があります。意見があれば、" + _FORM,
                    "",
                    "　　　　　　　　　　　　　　　　理　由",
                    "",
                    "　この出願の意匠は、出願前に公知となった下記の意匠に類似し、意匠法第３条第１項第３号に規定する"
                    "意匠に該当します。",
                    "",
                    "　　　　　　　　　　　　　　　　　記",
                    "",
                    "　引用意匠　意匠登録第９９００１００号の意匠",
                    "",
                    "　なお、引用意匠を本意匠とする補正（意匠法第１０条第１項）をすれば、この理由は解消します。",
                ),
            ),
        ),
        filed(
            "20221109",
            "A53",
            "意見書",
            99010102,
            Letter(
                title="意見書",
                answers="06322910101",
                paragraphs=("【意見の内容】", "　同日付けの手続補正書により、本意匠の表示を加えました。"),
            ),
        ),
        filed(
            "20221109",
            "A523",
            "手続補正書",
            99010103,
            Letter(
                title="手続補正書",
                answers="06322910101",
                paragraphs=(
                    "【手続補正１】",
                    "　【補正対象書類名】　意匠登録願",
                    "　【補正対象項目名】　本意匠の表示",
                    "　【補正方法】　　　　追加",
                    "　【補正の内容】",
                    "　　【本意匠の表示】",
                    "　　　【出願番号】　　意願２０２１－４９０１００",
                ),
            ),
        ),
        mailed(
            "design",
            "20221222",
            drafted="20221219",
            code="A252",
            title="審査官通知（その他の通知）（期間無）",
            serial=910102,
        ),
        mailed(
            "design",
            "20221222",
            drafted="20221219",
            code="A01",
            title="登録査定",
            serial=910103,
            body=Letter(title="登録査定", paragraphs=("　この意匠登録出願については、登録をすべきものと認めます。",)),
        ),
        noted("20230110", "A61", "登録料納付"),
    ),
)

DIVIDED = DesignCase(
    number="2022490103",
    life="a design divided out of another application; examination under way",
    title="卓上照明器具用笠",
    design_class="D3390",
    applicants=(KAKU,),
    agents=(HANAKO,),
    filed="20221109",
    parent="2022490101",
    papers=(filed("20221109", "A63", "意匠登録願", 99010301),),
)

HAGUE = DesignCase(
    number="2022599102",
    life="an international design under the Hague agreement (DM/990102), registered; Paris priority",
    title="置時計",
    design_class="J1120",
    applicants=(MUSTER,),
    agents=(MIHON_FIRM,),
    filed="20220311",
    international_registration="DM/990102",
    design_number="001",
    registration="9900102",
    registered="20230512",
    paid_years=5,
    priorities=(Priority(date="20210914", country="EM", number="008990102-0001"),),
    papers=(
        from_ib("20220902", "A63", "意匠登録願", 99010201),
        mailed(
            "design",
            "20230404",
            drafted="20230328",
            code="A01",
            title="登録査定",
            serial=910201,
            body=Letter(title="登録査定", paragraphs=("　この意匠登録出願については、登録をすべきものと認めます。",)),
        ),
    ),
)

TRAP_DESIGN = DesignCase(
    number="2021490007",
    life="the ambiguity trap, as a design: the same ten digits and the same registration number as other cases",
    title="文鎮",
    design_class="F2710",
    applicants=(KASO_MOTOR,),
    agents=(TARO,),
    filed="20210312",
    registration="9900007",
    registered="20211029",
    paid_years=6,
    papers=(
        filed("20210312", "A63", "意匠登録願", 99010701),
        mailed(
            "design",
            "20210928",
            drafted="20210921",
            code="A01",
            title="登録査定",
            serial=910701,
            body=Letter(title="登録査定", paragraphs=("　この意匠登録出願については、登録をすべきものと認めます。",)),
        ),
        noted("20211019", "A61", "登録料納付"),
    ),
)

DESIGNS: tuple[DesignCase, ...] = (PRINCIPAL, RELATED, DIVIDED, HAGUE, TRAP_DESIGN)
