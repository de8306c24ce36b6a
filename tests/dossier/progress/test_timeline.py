"""The timeline: rows to events, as a professional reads them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpo_mcp.dossier.progress.timeline import Event, Paper, timeline
from jpo_mcp.errors import Words
from jpo_mcp.models.design import DesignProgress
from jpo_mcp.models.patent import PatentProgress
from jpo_mcp.models.trademark import TrademarkProgress

REGISTER = "99999999999"
BLANK = "BBBBBBBBBBB"


def row(day: str, code: str, title: str, number: str, part: str = "S") -> dict[str, Any]:
    """A row as the JPO writes it; without a body where the part is a single space."""
    return {
        "legalDate": day,
        "irirFlg": "0",
        "availabilityFlag": "0" if part == " " else "1",
        "documentCode": code,
        "documentDescription": title,
        "documentNumber": number,
        "documentSeparator": part,
    }


def case(**groups: list[dict[str, Any]]) -> dict[str, Any]:
    """A progress reply: `n01=[...]` are the rows of the application, `n07=[...]` those of a trial."""
    numbers = {"n01": "2031000007", "n06": "9900001", "n07": "2032700001", "n08": "5 1450001"}
    listed = [{"numberType": key[1:], "number": numbers[key], "documentList": rows} for key, rows in groups.items()]
    return {"applicationNumber": "2031000007", "bibliographyInformation": listed}


def patent_events(**groups: list[dict[str, Any]]) -> tuple[Event, ...]:
    return timeline(PatentProgress.model_validate(case(**groups)))


def test_the_parts_of_an_application_are_one_event_that_names_them() -> None:
    """A63 comes as up to five rows with one number, in no order; each keeps the JPO's own word."""
    (filed,) = patent_events(
        n01=[
            row("20310106", "A63", "要約書", "53100000001", "Y"),
            row("20310106", "A63", "図面", "53100000001", "Z"),
            row("20310106", "A63", "特許願", "53100000001", "S"),
            row("20310106", "A63", "明細書", "53100000001", "M"),
            row("20310106", "A63", "請求の範囲", "53100000001", "L"),
        ]
    )
    assert (filed.date, filed.code, filed.ja, filed.en) == (
        date(2031, 1, 6),
        "A63",
        "特許願",
        "Request for a patent",
    )
    assert (filed.stage, filed.actor, filed.has_body, filed.known) == ("filing", "applicant", True, True)
    assert (filed.number, filed.number_type.ja) == (None, "出願番号")
    assert filed.documents == (
        Paper(
            "53100000001",
            (
                Words("Request for a patent", "特許願"),
                Words("Claims", "請求の範囲"),
                Words("Description", "明細書"),
                Words("Drawings", "図面"),
                Words("Abstract", "要約書"),
            ),
        ),
    )


def test_an_amendment_is_titled_by_itself_and_not_by_its_attachment() -> None:
    """An A523 can list its attachment (T) before the amendment (S)."""
    (amended,) = patent_events(
        n01=[
            row("20310206", "A523", "添付書類", "13100000002", "T"),
            row("20310206", "A523", "手続補正書", "13100000002", "S"),
        ]
    )
    assert amended.ja == "手続補正書"
    assert amended.documents[0].parts == (
        Words("Written amendment", "手続補正書"),
        Words("Attachment", "添付書類"),
    )


def test_the_registers_copy_of_a_decision_is_left_out() -> None:
    """A01 stands again under the registration number, with a placeholder for its number."""
    events = patent_events(
        n01=[row("20330301", "A01", "特許査定", "06133000009", "K")],
        n06=[row("20330301", "A01", "特許査定", REGISTER, " ")],
    )
    assert [(event.code, event.documents) for event in events] == [("A01", (Paper("06133000009", ()),))]


@pytest.mark.parametrize(
    "filed", [[], [row("20330228", "A01", "登録査定", "06333000009")]], ids=["absent", "other day"]
)
def test_a_decision_that_only_the_register_shows_stays_and_says_so(filed: list[dict[str, Any]]) -> None:
    """Seen for designs: the application side has no A01. A row that differs in its date is no copy either."""
    copied = row("20330301", "A01", "登録査定", REGISTER, " ")
    decision = timeline(DesignProgress.model_validate(case(n01=filed, n06=[copied])))[-1]
    assert (decision.date, decision.documents, decision.number) == (date(2033, 3, 1), (Paper(None, ()),), "9900001")
    assert [note.en for note in decision.notes] == [
        "seen on the register's side only; the application file has no such row"
    ]


def test_the_payment_and_its_booking_are_one_event_with_both_dates() -> None:
    """A61 (application side) and R100 (register side) of one payment can be two days apart."""
    events = timeline(
        DesignProgress.model_validate(
            case(
                n01=[row("20330322", "A61", "登録料納付", BLANK, " ")],
                n06=[
                    row("20330320", "R100", "設定納付書", REGISTER, " "),
                    row("20330420", "R150", "登録証", REGISTER, " "),
                ],
            )
        )
    )
    assert [(event.date, event.code, event.also) for event in events] == [
        (date(2033, 3, 20), "A61", ("R100",)),
        (date(2033, 4, 20), "R150", ()),
    ]
    assert [note.en for note in events[0].notes] == ["one payment under two dates: A61 2033-03-22, R100 2033-03-20"]


def test_payments_on_one_date_need_no_note_and_distant_ones_are_two() -> None:
    """Patents show one date on both sides; a supplement months later is another act."""
    paid = row("20330320", "A61", "登録料納付", BLANK, " ")
    (one,) = patent_events(n01=[paid], n06=[row("20330320", "R100", "特許料納付書", REGISTER, " ")])
    assert (one.also, one.notes) == (("R100",), ())
    two = patent_events(n01=[paid], n06=[row("20330720", "R100", "特許料納付書", REGISTER, " ")])
    assert [event.code for event in two] == ["A61", "R100"]


def test_the_same_notice_to_several_addressees_is_one_event() -> None:
    """Opposition: the notice of its number goes to each party on one day under a number of its own."""
    events = patent_events(
        n07=[
            row("20330601", "C201", "異議番号通知", "07133000003", " "),
            row("20330601", "C201", "異議番号通知", "07133000002", " "),
            row("20330601", "C201", "異議番号通知", "07133000001", " "),
            row("20330715", "C201", "異議番号通知", "07133000044", " "),
        ]
    )
    assert [(event.date, event.count) for event in events] == [(date(2033, 6, 1), 3), (date(2033, 7, 15), 1)]
    assert [paper.number for paper in events[0].documents] == ["07133000003", "07133000002", "07133000001"]


def test_two_requests_by_outsiders_on_one_day_stay_two() -> None:
    """Only notices of the office are copies; two people may both ask to see a file."""
    events = patent_events(
        n01=[
            row("20330601", "A861", "ファイル記録事項の閲覧（縦覧）請求書", "00533000001", " "),
            row("20330601", "A861", "ファイル記録事項の閲覧（縦覧）請求書", "00533000002", " "),
        ]
    )
    assert [event.count for event in events] == [1, 1]


def test_yearly_rows_under_one_placeholder_stay_one_a_year() -> None:
    """Every annuity is R20 under 99999999999: code and number alone would melt them into one."""
    events = timeline(
        DesignProgress.model_validate(
            case(n06=[row(f"{year}0214", "R20", "年金納付書", REGISTER, " ") for year in (2034, 2035, 2036)])
        )
    )
    assert [event.date for event in events] == [date(2034, 2, 14), date(2035, 2, 14), date(2036, 2, 14)]


def test_placeholders_are_never_shown_as_numbers() -> None:
    """99999999999 and BBBBBBBBBBB are the JPO's way of saying that there is none."""
    events = patent_events(
        n01=[row("20330402", "A843", "優先権証明請求（電子データ交換協定）", BLANK, " ")] * 2,
        n06=[row("20330420", "R150", "特許証", REGISTER, " ")],
    )
    assert [event.documents for event in events] == [(Paper(None, ()), Paper(None, ())), (Paper(None, ()),)]


def test_papers_of_trials_and_courts_carry_their_number() -> None:
    """Several proceedings can run side by side; without the number their papers could not be told apart."""
    events = patent_events(
        n07=[row("20330601", "C60", "審判請求書", "53300000077")],
        n08=[row("20340101", "Z77", "架空の通知", "97134000001", " ")],
    )
    assert [(event.number, event.number_type.ja) for event in events] == [
        ("2032700001", "審判番号"),
        ("5 1450001", "出訴事件番号"),
    ]


def test_events_are_in_date_order_and_one_day_keeps_the_jpos_order() -> None:
    """The trial's rows come after the register's in the reply. Inside a day nothing is known about time."""
    events = patent_events(
        n01=[
            row("20320424", "A53", "意見書", "53200000002"),
            row("20320424", "A523", "手続補正書", "53200000001"),
            row("20340813", "A861", "ファイル記録事項の閲覧（縦覧）請求書", "00534000001", " "),
        ],
        n07=[row("20330601", "C561", "異議申立書", "02033000001", " ")],
    )
    assert [event.code for event in events] == ["A53", "A523", "C561", "A861"]


def test_rows_that_cannot_be_read_are_shown_last_and_never_dropped() -> None:
    """Our own choice: raw date, raw code, the JPO's title."""
    events = patent_events(
        n01=[
            row("令和13年", "Z77", "架空書類", "53100000001"),
            {},
            row("20310106", "A63", "特許願", "53100000001"),
        ]
    )
    assert [(event.date, event.raw_date, event.code, event.ja, event.known) for event in events] == [
        (date(2031, 1, 6), None, "A63", "特許願", True),
        (None, "令和13年", "Z77", "架空書類", False),
        (None, None, "", None, False),
    ]
    assert events[1].actor is None


def test_a_paper_of_the_international_bureau_has_its_actor_even_when_unknown() -> None:
    """irirFlg is the JPO's own mark for IB papers."""
    (event,) = patent_events(n01=[{**row("20310106", "IB999", "架空通知", "53100000001"), "irirFlg": "1"}])
    assert (event.actor, event.known) == ("ib", False)


def test_the_label_voluntary_is_explained() -> None:
    """An answer to a notice is labelled 手続補正書（自発・内容） too; calling it voluntary would mislead."""
    (event,) = patent_events(n01=[row("20320424", "A523", "手続補正書（自発・内容）", "53200000001")])
    assert [note.en for note in event.notes] == ["the JPO prints 自発 (voluntary) on answers to a notice as well"]


def test_a_trademark_is_read_by_its_own_titles() -> None:
    """The same codes carry other English names for each law."""
    events = timeline(
        TrademarkProgress.model_validate(
            case(
                n01=[
                    row("20310106", "A63", "商標登録願", "53100000001"),
                    row("20310610", "A131", "拒絶理由通知書", "06431000001"),
                    row("20320113", "A02", "拒絶査定", "06432000001"),
                ]
            )
        )
    )
    assert [(event.en, event.actor) for event in events] == [
        ("Application for trademark registration", "applicant"),
        ("Notice of reasons for refusal", "office"),
        ("Decision of refusal", "office"),
    ]


def test_the_recorded_case_has_nine_events(shared: Path) -> None:
    """Fifteen rows of the live reply for 2020123456; the publication is in its header, not in its rows."""
    file = shared / "recordings" / "domestic" / "patent__app_progress__2020123456.json"
    events = timeline(PatentProgress.model_validate(json.loads(file.read_text("utf-8"))["result"]["data"]))
    assert [(str(event.date), event.code) for event in events] == [
        ("2020-07-20", "A63"),
        ("2023-04-19", "A621"),
        ("2024-01-17", "A971007"),
        ("2024-02-27", "A131"),
        ("2024-04-24", "A53"),
        ("2024-04-24", "A523"),
        ("2024-07-09", "A01"),
        ("2024-07-24", "A61"),
        ("2024-08-20", "R150"),
    ]
    assert events[7].also == ("R100",)


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(["20310106", "20310107", "", "x"]),
        st.sampled_from(["A63", "A01", "A61", "R100", "C201", "R20", "Z77", ""]),
        st.sampled_from(["架空", ""]),
        st.sampled_from(["53100000001", "53100000002", REGISTER, BLANK, ""]),
        st.sampled_from(["S", "L", " ", "?"]),
    ),
    max_size=8,
)


@given(ROWS, ROWS, ROWS)
def test_every_paper_number_and_every_code_of_the_rows_is_in_the_events(
    filed: list[dict[str, Any]], register: list[dict[str, Any]], trial: list[dict[str, Any]]
) -> None:
    """Collapsing may lose copies, never a paper."""
    events = patent_events(n01=filed, n06=register, n07=trial)
    rows = [*filed, *register, *trial]
    shown = {paper.number for event in events for paper in event.documents} - {None}
    assert shown == {r["documentNumber"] for r in rows} - {REGISTER, BLANK, ""}
    assert {code for event in events for code in (event.code, *event.also)} == {r["documentCode"] for r in rows}
    dated = [event.date for event in events if event.date]
    assert dated == sorted(dated)
