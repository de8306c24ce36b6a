"""What differs between two looks: every kind of change, and above all nothing where nothing changed."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jpo_mcp.dossier.progress.changes import Change, changes_between, register_changes
from jpo_mcp.endpoints import endpoint
from jpo_mcp.models import common
from jpo_mcp.models.patent import PatentProgress, PatentRegistration
from jpo_mcp.models.trademark import TrademarkProgress
from jpo_mcp.sandbox import CASES
from jpo_mcp.sandbox.register import Register

UNNUMBERED, REGISTER_SIDE = "BBBBBBBBBBB", "99999999999"


def row(code: str, day: str, number: str, title: str = "", part: str = " ") -> dict[str, str]:
    return {
        "legalDate": day,
        "documentCode": code,
        "documentNumber": number,
        "documentDescription": title,
        "documentSeparator": part,
    }


FILED = row("A63", "20240115", "52400000001", "特許願", "S")
NOTICE = row("A131", "20260210", "06126000001", "拒絶理由通知書", "K")
OPINION = row("A53", "20260401", "52600000002", "意見書", "S")
GRANT = row("A01", "20260601", "06126000003", "特許査定", "K")
PAID = row("A61", "20260610", UNNUMBERED, "特許料納付書")


def case(*rows: dict[str, str], groups: tuple[dict[str, Any], ...] = (), **fields: Any) -> PatentProgress:
    """A patent application as the API tells it."""
    told = {
        "applicationNumber": "2024490999",
        "inventionTitle": "鳴らない鈴",
        "filingDate": "20240115",
        "applicantAttorney": [
            {"applicantAttorneyCd": "999000001", "name": "架空電機株式会社", "applicantAttorneyClass": "1"},
            {"applicantAttorneyCd": "999000002", "name": "見本 一郎", "applicantAttorneyClass": "2"},
        ],
        "bibliographyInformation": [{"numberType": "01", "number": "2024490999", "documentList": [*rows]}, *groups],
    }
    return PatentProgress.model_validate(told | fields)


def on_register(*rows: dict[str, str]) -> dict[str, Any]:
    return {"numberType": "06", "number": "9900999", "documentList": [*rows]}


def kinds(changes: tuple[Change, ...]) -> list[str]:
    return [change.kind for change in changes]


# ── papers ────────────────────────────────────────────────────────────────────────────────────


def test_a_new_paper_is_named_with_its_number_and_its_day() -> None:
    """Job 2 of the ten: which cases got an office action since the last look."""
    (new,) = changes_between(case(FILED), case(FILED, NOTICE))
    assert (new.kind, new.after, new.date) == ("new_paper", "06126000001", date(2026, 2, 10))
    assert "A131" in new.what.en
    assert "拒絶理由通知書" in new.what.ja


def test_a_paper_that_shows_late_is_new_though_its_date_is_old() -> None:
    """Rows appear a day or more after their date, so a date before the last look proves nothing."""
    before = case(FILED, NOTICE)
    late = row("A781", "20260205", "52600000009", "上申書", "S")
    assert [c.after for c in changes_between(before, case(FILED, late, NOTICE))] == ["52600000009"]


def test_another_part_of_a_known_paper_is_no_new_paper() -> None:
    """A63 has up to five rows, and not always all on the first day."""
    claims = row("A63", "20240115", "52400000001", "請求の範囲", "L")
    assert changes_between(case(FILED), case(FILED, claims)) == ()


def test_two_papers_of_one_kind_on_one_day_are_two() -> None:
    """Told apart by their numbers: the second is new when the first was there."""
    second = row("A53", "20260401", "52600000077", "意見書", "S")
    assert [c.after for c in changes_between(case(OPINION), case(OPINION, second))] == ["52600000077"]


def test_a_payment_without_a_number_is_new_once() -> None:
    """A61 carries a placeholder; what was there is not new, another year's is."""
    first, second = row("R250", "20250110", REGISTER_SIDE), row("R250", "20260110", REGISTER_SIDE)
    before = case(FILED, groups=(on_register(first),))
    assert changes_between(before, before) == ()
    (new,) = changes_between(before, case(FILED, groups=(on_register(first, second),)))
    assert (new.kind, new.after, new.date) == ("new_paper", None, date(2026, 1, 10))


def test_the_register_repeating_papers_is_no_change() -> None:
    """The copy of A01, and R100 for the payment that A61 showed already, two days apart."""
    booked = on_register(row("A01", "20260601", REGISTER_SIDE), row("R100", "20260608", REGISTER_SIDE))
    assert changes_between(case(FILED, GRANT, PAID), case(FILED, GRANT, PAID, groups=(booked,))) == ()


def test_a_paper_that_the_register_showed_first_is_not_new_when_the_file_shows_it() -> None:
    """The copy without a number, then the paper itself: one decision."""
    booked = on_register(row("A01", "20260601", REGISTER_SIDE), row("R100", "20260610", REGISTER_SIDE))
    before = case(FILED, groups=(booked,))
    assert changes_between(before, case(FILED, GRANT, PAID, groups=(booked,))) == ()


def test_a_notice_to_a_second_addressee_is_a_new_paper() -> None:
    """Alike in all but its number, and it may start a period of its own."""
    other = NOTICE | {"documentNumber": "06126000044"}
    assert [c.after for c in changes_between(case(NOTICE), case(NOTICE, other))] == ["06126000044"]


def test_an_unknown_code_is_shown_raw() -> None:
    """Nothing is guessed and nothing is left out."""
    (new,) = changes_between(case(FILED), case(FILED, row("Z9999", "20260101", "52600000005")))
    assert "Z9999" in new.what.en


# ── numbers, trials, the right, people ────────────────────────────────────────────────────────


def test_a_publication_and_a_registration_are_new_numbers() -> None:
    """As people write them, with their dates."""
    after = case(
        FILED,
        ADPublicationNumber="2025490999",
        publicationNumber="507490999",
        publicationDate="20250720",
        registrationNumber="9900999",
        registrationDate="20260620",
        erasureIdentifier="00",
        expireDate="20440115",
    )
    assert [(c.kind, c.before, c.after, c.date) for c in changes_between(case(FILED), after)] == [
        ("new_number", None, "特許第9900999号", date(2026, 6, 20)),
        ("new_number", None, "特開2025-490999", date(2025, 7, 20)),
    ]


def test_the_two_forms_of_one_publication_number_are_no_change() -> None:
    """Nine digits with the era, ten without: the same 特開."""
    era = case(FILED, publicationNumber="507490999")
    assert changes_between(era, case(FILED, publicationNumber="507490999", ADPublicationNumber="2025490999")) == ()


@pytest.mark.parametrize("kind", ["07", "08"])
def test_a_new_trial_or_court_action_is_a_change(kind: str) -> None:
    """Even where there is no paper under it yet."""
    trial: dict[str, Any] = {"numberType": kind, "number": "2026990001", "documentList": []}
    (new,) = changes_between(case(FILED), case(FILED, groups=(trial,)))
    assert (new.kind, new.after) == ("new_trial", "2026990001")


def test_an_erasure_and_its_reversal_are_both_told() -> None:
    """00 to 01 for unpaid fees, and back once the late payment is booked: a watch must report both."""
    alive = case(FILED, registrationNumber="9900999", erasureIdentifier="00")
    erased = case(FILED, registrationNumber="9900999", erasureIdentifier="01", disappearanceDate="20260420")
    (gone,) = changes_between(alive, erased)
    (back,) = changes_between(erased, alive)
    assert (gone.kind, gone.date) == (back.kind, back.date) == ("erasure", date(2026, 4, 20))
    assert "erased" in gone.what.en
    assert "reversed" in back.what.en
    assert (gone.before, gone.after) == (back.after, back.before)


@pytest.mark.parametrize("code", ["", "00"])
def test_a_right_extinguished_by_its_date_alone_is_told_as_erased_and_never_as_alive(code: str) -> None:
    """The status and the deadlines read a disappearanceDate as the end of the right, whatever the code says."""
    alive = case(FILED, registrationNumber="9900999", erasureIdentifier="00")
    gone = case(FILED, registrationNumber="9900999", erasureIdentifier=code, disappearanceDate="20260420")
    (erased,) = changes_between(alive, gone)
    (back,) = changes_between(gone, alive)
    assert (erased.kind, erased.what.en, erased.date) == ("erasure", "the right is shown as erased", date(2026, 4, 20))
    assert (erased.before, erased.after) == ("抹消されていない / Not erased", "disappearanceDate 2026-04-20")
    assert "reversed" in back.what.en
    assert (back.before, back.after, back.date) == (erased.after, erased.before, erased.date)


def test_a_term_that_moves_is_a_change_and_one_that_begins_is_not() -> None:
    """The term comes with the registration, which is told as a new number."""
    before = case(FILED, expireDate="20440115")
    (moved,) = changes_between(before, case(FILED, expireDate="20460115"))
    assert (moved.kind, moved.before, moved.after) == ("expiry", "2044-01-15", "2046-01-15")
    assert changes_between(case(FILED), before) == ()


def test_another_applicant_and_another_agent_are_changes() -> None:
    """By name and code, in any order."""
    people = [
        {"applicantAttorneyCd": "999000002", "name": "見本 一郎", "applicantAttorneyClass": "2"},
        {"applicantAttorneyCd": "999000009", "name": "架空精機株式会社", "applicantAttorneyClass": "1"},
    ]
    assert [(c.kind, c.after) for c in changes_between(case(FILED), case(FILED, applicantAttorney=people))] == [
        ("applicant", "架空精機株式会社 (999000009)")
    ]
    assert kinds(changes_between(case(FILED), case(FILED, applicantAttorney=[*people[1:], people[1]]))) == [
        "applicant",
        "agent",
    ]


def test_another_title_is_told() -> None:
    """Minor, but said."""
    (title,) = changes_between(case(FILED), case(FILED, inventionTitle="よく鳴る鈴"))
    assert (title.kind, title.before, title.after) == ("title", "鳴らない鈴", "よく鳴る鈴")


def test_what_has_no_words_of_its_own_is_named_by_its_field() -> None:
    """Goods struck out of a mark: nothing that differs may pass for unchanged."""
    goods = [
        {"goodsServiceClass": "9", "goodsServiceName": "鈴"},
        {"goodsServiceClass": "14", "goodsServiceName": "時計"},
    ]
    both = TrademarkProgress.model_validate({"goodsServiceInformation": goods})
    turned = TrademarkProgress.model_validate({"goodsServiceInformation": goods[::-1]})
    one = TrademarkProgress.model_validate({"goodsServiceInformation": goods[:1]})
    assert changes_between(both, turned) == ()
    (other,) = changes_between(both, one)
    assert (other.kind, other.what.en) == ("other", "goods_services differs")


def test_a_case_that_appears_and_one_that_vanishes_are_changes() -> None:
    """107 yesterday and data today is a publication, mostly; the other way must not look like peace."""
    assert kinds(changes_between(None, case(FILED))) == ["appeared"]
    assert kinds(changes_between(case(FILED), None)) == ["vanished"]
    assert changes_between(None, None) == ()


# ── the register ──────────────────────────────────────────────────────────────────────────────


def register(**fields: Any) -> PatentRegistration:
    told = {
        "rightPersonInformation": [{"rightPersonCd": "999000001", "rightPersonName": "架空電機株式会社"}],
        "nextPensionPaymentDate": "20280620",
        "lastPaymentYearly": "3",
        "erasureIdentifier": "00",
        "updateDate": "20260620",
    }
    return PatentRegistration.model_validate(told | fields)


def test_a_transfer_a_payment_and_an_erasure_are_changes_of_the_register() -> None:
    """What a watch of rights is for; the date of the last update alone is none."""
    after = register(
        rightPersonInformation=[{"rightPersonCd": "999000005", "rightPersonName": "見本化学株式会社"}],
        nextPensionPaymentDate="20290620",
        lastPaymentYearly="4",
        updateDate="20280601",
    )
    holder, payment = register_changes(register(), after)
    assert (holder.kind, holder.before, holder.after) == (
        "holder", "架空電機株式会社 (999000001)", "見本化学株式会社 (999000005)",
    )  # fmt: skip
    assert (payment.kind, payment.date) == ("next_payment", date(2029, 6, 20))
    assert "2028-06-20" in (payment.before or "")
    assert "4" in (payment.after or "")
    assert kinds(register_changes(register(), register(erasureIdentifier="01"))) == ["erasure"]
    assert kinds(register_changes(register(), register(appealTrialDecisiondDate="20270101"))) == ["trial_decision"]
    assert register_changes(register(), register(updateDate="20270101")) == ()


# ── for any case ──────────────────────────────────────────────────────────────────────────────

_ALL = Register(CASES)
_SHOWN = [case for case in _ALL.cases if _ALL.answer(endpoint(case.law, "app_progress"), (case.number,))]


def looks(index: int) -> tuple[common.Progress, common.Progress]:
    """The simple and the whole progress of a fictional case."""
    chosen = _SHOWN[index]
    rows = (endpoint(chosen.law, name, common.Progress) for name in ("app_progress_simple", "app_progress"))
    simple, whole = (row.model.model_validate(_ALL.answer(row, (chosen.number,))) for row in rows)
    return simple, whole


def test_the_simple_and_the_whole_progress_of_a_case_do_not_differ() -> None:
    """One is what a portfolio asks, the other what jpo_get_case asks, and each may be compared with the other."""
    for simple, whole in map(looks, range(len(_SHOWN))):
        assert changes_between(simple, whole) == changes_between(whole, simple) == ()


@settings(max_examples=40, deadline=None)
@given(index=st.integers(0, len(_SHOWN) - 1), seed=st.integers())
def test_the_order_of_rows_groups_and_people_is_no_change(index: int, seed: int) -> None:
    """Inside a day the order says nothing; nor does it anywhere else."""
    progress = looks(index)[0]
    dice = random.Random(seed)  # noqa: S311 - a shuffle

    def shuffled(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dice.sample(items, len(items)))

    groups = tuple(
        group.model_copy(update={"documents": shuffled(group.documents)}) for group in shuffled(progress.bibliography)
    )
    turned = progress.model_copy(update={"bibliography": groups, "parties": shuffled(progress.parties)})
    assert changes_between(progress, turned) == changes_between(turned, progress) == ()


@settings(max_examples=40, deadline=None)
@given(index=st.integers(0, len(_SHOWN) - 1), code=st.sampled_from(["A131", "A53", "A781", "Z9999"]), day=st.dates())
def test_one_more_numbered_paper_is_one_change_whatever_its_date(index: int, code: str, day: date) -> None:
    """And taking it away again is none: a paper that vanishes from the list is nobody's deadline."""
    progress = looks(index)[0]
    added = common.DocumentRow(
        legal_date=day, document_code=code, document_number="52699999999", document_separator="S"
    )
    first, *rest = progress.bibliography
    grown = first.model_copy(update={"documents": (*first.documents, added)})
    after = progress.model_copy(update={"bibliography": (grown, *rest)})
    assert [(c.kind, c.after, c.date) for c in changes_between(progress, after)] == [("new_paper", "52699999999", day)]
    assert changes_between(after, progress) == ()
