"""The table of deadlines: what each is called, what it is for, and the articles it rests on."""

from __future__ import annotations

from jpo_mcp.dossier.progress.deadline import Rule
from jpo_mcp.errors import Words

# Entry into the national phase.

NATIONAL_PHASE = Rule(
    "national_phase_entry",
    Words("entry into the national phase", "国内段階への移行（国内書面・翻訳文の提出）"),
    {"patent": "PA 184-4(1), 184-5(1)"},
)
TRANSLATION = Rule(
    "translation_of_international_application",
    Words("translation of the international application", "国際出願の翻訳文の提出"),
    {"patent": "PA 184-4(1)"},
)

# While the application is examined.

EXAMINATION_REQUEST = Rule(
    "examination_request",
    Words("request for examination", "出願審査の請求"),
    {"patent": "PA 48-3(1), 3"},
)
EXAMINATION_REQUEST_DIVISIONAL = EXAMINATION_REQUEST._replace(articles={"patent": "PA 48-3(2), 3"})
EXAMINATION_REQUEST_PCT = EXAMINATION_REQUEST._replace(articles={"patent": "PA 48-3(1), 184-3(1), 3"})
EXAMINATION_RESTORATION = Rule(
    "restoration_of_examination_request",
    Words("late request for examination, if the delay was not intentional", "故意でない場合の期間徒過後の審査請求"),
    {"patent": "PA 48-3(4), (5)"},
)
PUBLICATION = Rule(
    "publication_expected",
    Words("publication of the application, an estimate", "出願公開（見込み）"),
    {"patent": "PA 64(1)"},
)
REPLY = Rule(
    "reply_to_refusal_notice",
    Words("reply to the notice of reasons for refusal", "拒絶理由通知への応答"),
    {
        "patent": "PA 50, 5(1), 3",
        "design": "DA 19 (PA 50), 68(1) (PA 5(1), 3)",
        "trademark": "TM 15-2, 15-3, 77(1) (PA 5(1), 3)",
    },
)
REPLY_ON_APPEAL = Rule(
    "reply_to_notice_on_appeal",
    Words("reply to a notice sent after the appeal was filed", "審判請求後の拒絶理由通知への応答"),
    {"patent": "PA 159, 163", "design": "DA 50", "trademark": "TM 55-2"},
)
LATE_EXTENSION = Rule(
    "extension_after_the_period",
    Words("extension of the reply period, asked for after it", "応答期間経過後の期間延長請求"),
    {"patent": "PA 5(3)", "design": "DA 68(1) (PA 5(3))", "trademark": "TM 77(1) (PA 5(3))"},
)
REPLY_48_7 = Rule(
    "reply_to_prior_art_notice",
    Words(
        "reply to a notice about prior art documents (Art. 48-7)", "先行技術文献情報に係る特許法第48条の7の通知への応答"
    ),
    {"patent": "PA 48-7"},
)

# Around the decision.

APPEAL = Rule(
    "appeal_against_refusal",
    Words("appeal against the decision of refusal", "拒絶査定不服審判の請求"),
    {"patent": "PA 121(1), 4, 3", "design": "DA 46(1), 68(1)", "trademark": "TM 44(1), 77(1)"},
)
AMENDMENT_WITH_APPEAL = Rule(
    "amendment_with_appeal",
    Words("amendment, only together with the appeal", "審判請求と同時に限る補正"),
    {"patent": "PA 17-2(1)(iv)"},
)
DIVISIONAL_AFTER_GRANT = Rule(
    "divisional_window",
    Words("divisional application", "分割出願"),
    {"patent": "PA 44(1)(ii), (5), 3"},
)
DIVISIONAL_AFTER_REFUSAL = DIVISIONAL_AFTER_GRANT._replace(articles={"patent": "PA 44(1)(iii), (6), 3"})
REGISTRATION_FEE = Rule(
    "registration_fee",
    Words("registration fee", "設定登録料の納付"),
    {
        "patent": "PA 108(1), (3), 3",
        "design": "DA 43(1), (3), 68(1)",
        "trademark": "TM 41(1), (2), 77(1)",
    },
)
LATE_REGISTRATION_FEE = Rule(
    "late_registration_fee",
    Words("registration fee after its period", "期間経過後の設定登録料の納付"),
    {"trademark": "TM 41"},
)
SUIT = Rule(
    "suit_against_trial_decision",
    Words("suit against the decision of the appeal board", "審決等に対する訴え"),
    {"patent": "PA 178(3)", "design": "DA 59(2) (PA 178(3))", "trademark": "TM 63(2) (PA 178(3))"},
)

# After registration.

ANNUITY = Rule(
    "annuity",
    Words("next annuity", "次期年金の納付"),
    {"patent": "PA 107, 108(2), 3", "design": "DA 42, 43(2), 68(1)"},
)
LATE_ANNUITY = Rule(
    "late_annuity",
    Words("annuity with an equal surcharge", "年金の追納（割増）"),
    {"patent": "PA 112(1), (2)", "design": "DA 44"},
)
INSTALMENT = Rule(
    "second_instalment",
    Words("second instalment of the registration fee", "分割納付後期分の納付"),
    {"trademark": "TM 41-2, 77(1)"},
)
LATE_INSTALMENT = Rule(
    "late_second_instalment",
    Words("second instalment with an equal surcharge", "分割納付後期分の追納（割増）"),
    {"trademark": "TM 41-2, 43"},
)
RENEWAL = Rule(
    "trademark_renewal",
    Words("renewal of the trademark", "商標権存続期間の更新登録申請"),
    {"trademark": "TM 20(2), 77(1)"},
)
LATE_RENEWAL = Rule(
    "late_trademark_renewal",
    Words("renewal with an equal surcharge", "更新登録申請（割増）"),
    {"trademark": "TM 20(3), 43(1)"},
)
EXPIRY = Rule(
    "expiry",
    Words("end of the term", "存続期間の満了"),
    {"patent": "PA 67(1)", "design": "DA 21", "trademark": "TM 19"},
)
OPPOSITION = Rule(
    "opposition",
    Words("opposition, by others", "（他者による）異議申立て"),
    {"patent": "PA 113", "trademark": "TM 43-2"},
)
RESTORATION = Rule(
    "restoration_of_right",
    Words("restoration of the right, if the delay was not intentional", "故意でない場合の権利の回復"),
    {"patent": "PA 112-2", "design": "DA 44-2", "trademark": "TM 21, 41-3"},
)
