"""The timeline of a case: what a reader sees, hears and prints."""

from __future__ import annotations

from tests.pages.conftest import EVERYTHING, GRANTED, ON_APPEAL, RENEWED, TO_ANSWER, Open, Served, Window


def rows(window: Window) -> list[str]:
    return window.texts("tbody tr")


# ── what is shown ─────────────────────────────────────────────────────────────────────────────


def test_a_case_granted_after_a_refusal_is_told_from_its_filing_to_its_certificate(
    open_page: Open, served: Served
) -> None:
    """The sandbox's first case: every paper once, in date order, by whom, in both languages."""
    window = open_page("timeline", served.record(GRANTED))
    assert window.text("h1") == "特願2020-490001"
    assert window.text(".title") == "乾電池の残量を音色で知らせる携帯灯"
    assert window.texts("tbody th") == [
        *("2020-09-10", "2023-04-12", "2023-12-06", "2024-01-23", "2024-03-18", "2024-03-18"),
        *("2024-06-04", "2024-06-25", "2024-07-19"),
    ]
    assert window.texts("tbody td.by") == [
        *(
            "● 出願人 applicant",
            "● 出願人 applicant",
            "■ 特許庁 JPO",
            "■ 特許庁 JPO",
            "● 出願人 applicant",
            "● 出願人 applicant",
        ),
        *("■ 特許庁 JPO", "● 出願人 applicant", "■ 特許庁 JPO"),
    ]
    assert rows(window)[1].endswith("出願審査請求書 A621 Request for examination 書類番号 paper no. 52399000102")
    assert "架空電機株式会社 applicant 出願人 000999001" in window.text("header")
    assert window.page.title() == "特願2020-490001 経過 prosecution timeline"


def test_a_notice_and_its_answers_point_at_each_other_with_the_days_used(open_page: Open, served: Served) -> None:
    """`answers` of the events: the opinion and the amendment of 2024-03-18, 55 days after the dispatch."""
    window = open_page("timeline", served.record(GRANTED))
    notice, opinion = rows(window)[3], rows(window)[4]
    assert "↰ 応答 answered by 意見書 2024-03-18, 手続補正書（自発・内容） 2024-03-18" in notice
    assert "↳ 応答先 answers 拒絶理由通知書 2024-01-23 (使用日数 days used 55)" in opinion
    assert window.page.locator("svg .join").count() == 1  # one line: both answers are of one day
    window.page.get_by_role("link", name="拒絶理由通知書 2024-01-23").first.click()
    assert window.page.evaluate("document.activeElement.id") == "e3"


def test_two_notices_have_a_line_each_and_the_appeal_is_named_with_its_papers(open_page: Open, served: Served) -> None:
    """A case refused and on appeal, with the rows that its status was read from."""
    window = open_page("timeline", served.record(ON_APPEAL))
    assert window.page.locator("svg .join").count() == 2
    assert window.text(".status") == "拒絶査定不服審判係属中（2024009902） refused; on appeal 2024009902"
    status = window.text("header section")
    assert "確度 confidence 高 high" in status
    assert "根拠 read from A02 拒絶査定 2024-01-16 C60 審判請求書 2024-04-12 2024009902" in status
    (appeal,) = [row for row in rows(window) if "審判請求書 C60" in row]
    assert "審判番号 Appeal/trial (incl. opposition) number 2024009902" in appeal


def test_deadlines_ahead_stand_with_their_rule_and_with_what_was_not_verified(open_page: Open, served: Served) -> None:
    """Two readings of one reply period, resident and overseas; a doubt is always told in words."""
    window = open_page("timeline", served.record(TO_ANSWER))
    resident, overseas = window.texts(".deadlines > li")
    assert resident.startswith(
        "2026-12-07 2026-11-23時点であと14日 14 days left on 2026-11-23 拒絶理由通知への応答 reply to the"
    )
    for said in (
        "国内居住者 resident",
        "繰延前 before closing days 2026-12-05",
        "最大延長 fully extended 2027-02-05",
        "条文 articles 特許法第50条、第5条第1項、第3条 Patent Act 50, 5(1), 3",
        "起点 counted from A131 拒絶理由通知書 2026-10-06 06126992501",
        "未確認事項は下記 unverified: see below",
    ):
        assert said in resident
    assert overseas.startswith("2027-01-06 2026-11-23時点であと44日 44 days left on 2026-11-23")
    assert "在外者 overseas" in overseas
    shared = window.text("main > section > .doubt")
    assert shared.startswith(
        "全期限に共通の未確認事項 unverified, for every deadline 応答なしとの判断（日付による） that no reply"
    )
    assert shared.endswith("臨時の閉庁・救済措置 special closures and relief measures")
    labels = [mark.get_attribute("aria-label") for mark in window.page.locator("svg [role=link]").all()]
    (heard,) = [label for label in labels if label and label.startswith("2026-12-07, ")]
    assert heard.startswith("2026-12-07, 期限 deadline (未確認 unverified), 拒絶理由通知への応答 / reply")
    assert heard.endswith("(国内居住者 resident)")
    assert {"2026-12-07 国内居住者 未確認", "2027-01-06 在外者 未確認"} <= set(window.drawn())


def test_one_day_is_one_day(open_page: Open, served: Served) -> None:
    """English has a singular, on the day that matters most."""
    record = served.record(TO_ANSWER)
    record["deadlines"][0]["date"], record["deadlines"][1]["date"] = "2026-11-22", "2026-11-24"
    passed, ahead = open_page("timeline", record).texts(".deadlines > li")
    assert "1 day past on 2026-11-23" in passed
    assert "1 day left on 2026-11-23" in ahead


def test_a_deadline_that_has_passed_says_so(open_page: Open, served: Served) -> None:
    """A number of days alone could be taken for the days left."""
    record = served.record(TO_ANSWER)
    record["deadlines"][0]["date"] = "2026-10-26"
    passed, _ = open_page("timeline", record).texts(".deadlines > li")
    assert passed.startswith("2026-10-26 2026-11-23時点で28日経過 28 days past on 2026-11-23 ")


def test_a_deadline_without_a_date_says_that_a_professional_must_look(open_page: Open, served: Served) -> None:
    """The next annuity, whose date only the register tells."""
    (flag,) = open_page("timeline", served.record(GRANTED)).texts(".flags > li")
    assert flag.startswith("期日は計算対象外・専門家の確認が必要 no date computed: a professional must look")
    assert "次期年金の納付 next annuity" in flag


def test_a_term_that_ends_long_after_is_drawn_beyond_the_scale_and_says_so(open_page: Open, served: Served) -> None:
    """Twenty years to scale would press the events of four years into a corner."""
    window = open_page("timeline", served.record(GRANTED))
    texts = window.drawn()
    assert "目盛外" in texts
    assert "2040-09-10 未確認" in texts
    assert "2027" not in texts


def test_a_mark_shows_its_goods_its_sounds_and_its_renewal(open_page: Open, served: Served) -> None:
    """A trademark renewed once: its goods with their codes; two deadlines of one day are one sign in the chart."""
    window = open_page("timeline", served.record(RENEWED))
    header = window.text("header")
    assert "称呼 pronunciation ミホンドー、ミホン" in header
    assert "商品・役務 goods and services 16: 文房具類，印刷物 25B01 26A01" in header
    assert any("商標権存続期間更新登録申請書" in row for row in rows(window))
    assert "商標権存続期間の更… ＋1" in window.drawn()


def test_a_mark_of_several_papers_is_named_after_the_decision(open_page: Open, served: Served) -> None:
    """A refusal with its dismissal of an amendment on one day: the refusal is what the case turned on."""
    window = open_page("timeline", served.record(ON_APPEAL))
    assert "拒絶査定 ＋1" in window.drawn()
    window.page.get_by_role("link", name="2024-01-16, 特許庁 JPO, 拒絶査定").locator("rect").click()
    assert "拒絶査定 A02" in window.page.evaluate("document.activeElement.innerText")


def test_the_end_of_a_right_stands_in_the_chart(open_page: Open, served: Served) -> None:
    """Its last paper may be years older, and would leave it looking alive."""
    record = served.record(GRANTED)
    assert open_page("timeline", record).page.locator("svg .ended").count() == 0
    record["dates"]["extinction"] = "2025-07-19"
    window = open_page("timeline", record)
    assert "消滅 2025-07-19" in window.drawn()
    assert window.texts("header time")[-2:] == ["2025-07-19", "2040-09-10"]


def test_sections_asked_for_are_shown_too(open_page: Open, served: Served) -> None:
    """Whatever the view has no picture for is written out: nothing of an answer is left unsaid."""
    record = served.record(EVERYTHING)
    more = open_page("timeline", record).text("main > section:last-of-type")
    assert {"registration", "divisionals", "citations", "priority", "link"} <= record.keys()
    assert str(record["registration"]["next_payment_date"]) in more
    for relative in record["divisionals"]:
        assert relative["number"] in more
    assert record["link"] in more


def test_events_left_out_or_without_a_date_are_counted(open_page: Open, served: Served) -> None:
    """The answer holds the first event and the latest of the rest; a raw date has no place on an axis."""
    record = served.record(GRANTED)
    record["events_left_out"] = 12
    record["events"][2]["date"] = "20231399"
    window = open_page("timeline", record)
    assert rows(window)[1] == "… 12 件の古い手続を省略 older events left out"
    assert "1 件は日付を読めず表のみ without a readable date, in the table only" in window.text(".key")
    assert "20231399" in window.texts("tbody th")


def test_a_stale_answer_says_so(open_page: Open, served: Served) -> None:
    """As at the terminal: where it came from, how old it is, what it cost, what is left."""
    record = served.record(GRANTED) | {
        "source": "stale",
        "stale_because": "特許庁が応答しません / the JPO does not answer",
    }
    footer = open_page("timeline", record).text("footer")
    assert footer.startswith(
        "保存済みの古い回答 kept answer, out of date 2026-11-23T12:00+09:00 消費アクセス accesses spent 1"
    )
    assert "特許庁が応答しません the JPO does not answer" in footer
    assert "Not legal advice; a professional should verify dates that matter." in footer


# ── languages ─────────────────────────────────────────────────────────────────────────────────


def test_english_alone_and_japanese_alone(open_page: Open, served: Served) -> None:
    """JPO_MCP_LANG: our own words in one language; what the JPO writes stays as it is."""
    record = served.record(GRANTED)
    english = open_page("timeline", record, lang="en")
    assert english.page.locator("html").get_attribute("lang") == "en"
    assert english.texts("h2") == ["Status", "Timeline", "Deadlines (computed: verify before use)", "Papers and acts"]
    assert rows(english)[3].startswith(
        "2024-01-23 ■ JPO Notice of reasons for refusal A131 ↰ answered by Written opinion"
    )
    japanese = open_page("timeline", record, lang="ja")
    assert japanese.texts("h2") == ["ステータス", "経過図", "期限（計算値、要確認）", "手続・書類"]
    assert rows(japanese)[3].startswith("2024-01-23 ■ 特許庁 拒絶理由通知書 A131 ↰ 応答 意見書 2024-03-18")
    assert "answer" not in japanese.text("tbody tr:nth-child(4)")


def test_each_language_is_marked_for_those_who_hear_the_page(open_page: Open, served: Served) -> None:
    """A screen reader that is not told reads Japanese with an English voice."""
    window = open_page("timeline", served.record(GRANTED))
    assert window.page.locator("td.paper > [lang=ja]").first.inner_text() == "特許願"
    assert window.page.locator("td.paper > [lang=en]").first.inner_text() == "Request for a patent"


# ── by shape, by key, on paper ────────────────────────────────────────────────────────────────


def test_actors_are_told_by_shape_and_word_not_by_colour(open_page: Open, served: Served) -> None:
    """Round for the applicant, square for the office, an open diamond for what is ahead; the key says it."""
    window = open_page("timeline", served.record(GRANTED))
    marks = {
        mark.get_attribute("aria-label"): mark.locator(":not(.halo):not(text)").first.evaluate("node => node.tagName")
        for mark in window.page.locator("svg [role=link]").all()
    }
    assert marks["2024-01-23, 特許庁 JPO, 拒絶理由通知書 / Notice of reasons for refusal"] == "rect"
    opinion = "2024-03-18, 出願人 applicant, 意見書 / Written opinion; 手続補正書（自発・内容） / Written amendment"
    assert marks[f"{opinion}, 応答先 answers A131 2024-01-23"] == "circle"
    assert len(marks) == 9
    assert window.texts(".key li")[:3] == ["● 出願人 applicant", "■ 特許庁 JPO", "◇ 期限 deadline"]


def test_the_chart_is_one_stop_of_the_tab_key_and_arrows_go_along_it(open_page: Open, served: Served) -> None:
    """Nobody should press Tab two hundred times; Enter goes on to the row, where the paper is told in full."""
    page = open_page("timeline", served.record(GRANTED)).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("2020-09-10, 出願人 applicant, 特許願")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator(".readout").inner_text().startswith("2023-12-06, 特許庁 JPO, 検索報告書")
    assert page.locator("svg [tabindex='0']").count() == 1
    page.keyboard.press("End")
    assert page.locator(".readout").inner_text().startswith("2040-09-10, 期限 deadline (未確認 unverified)")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "e0"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "意見書 2024-03-18"


def test_on_paper_all_is_there_in_dark_ink(open_page: Open, served: Served) -> None:
    """Print is light whatever the screen is, with no more than what only a screen can use left out."""
    window = open_page("timeline", served.record(GRANTED), scheme="dark")
    before = len(rows(window))
    window.page.emulate_media(media="print")
    look = window.page.evaluate("getComputedStyle(document.body).color")
    assert look == "rgb(27, 30, 35)"
    assert len(rows(window)) == before
    assert window.page.locator(".readout").is_hidden()
    assert window.page.locator(".doubt").first.is_visible()
    assert window.page.pdf(format="A4").startswith(b"%PDF")


def test_nothing_is_cut_off_at_any_width(open_page: Open, served: Served) -> None:
    """A host's panel may be narrow: no sideways scrolling, and no label outside the chart."""
    window = None
    for width in (320, 400, 860, 1600):
        for number in (GRANTED, TO_ANSWER, RENEWED):
            window = open_page("timeline", served.record(number), again=window, width=width)
            assert window.page.evaluate("document.documentElement.scrollWidth") <= width
            assert window.page.evaluate(_OUTSIDE) == []


_OUTSIDE = """() => [...document.querySelectorAll("figure svg text")].filter((text) => {
    const own = text.getBoundingClientRect(), all = text.ownerSVGElement.getBoundingClientRect();
    return own.left < all.left - 6 || own.right > all.right + 6 || own.top < all.top - 2 || own.bottom > all.bottom + 2;
}).map((text) => text.textContent)"""


def test_labels_in_the_chart_do_not_lie_over_each_other(open_page: Open, served: Served) -> None:
    """A label without room is left out; the table has it."""
    window = None
    for number in (GRANTED, ON_APPEAL, TO_ANSWER, RENEWED, EVERYTHING):
        for width in (400, 860):
            window = open_page("timeline", served.record(number), again=window, width=width)
            assert window.page.evaluate(_OVERLAPS) == []


_OVERLAPS = """() => {
    const labels = [...document.querySelectorAll("figure svg [role=link] text")];
    const boxes = labels.map((text) => [text.textContent, text.getBoundingClientRect()]);
    return boxes.flatMap(([one, a], place) => boxes.slice(place + 1)
        .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4)
        .map(([other]) => [one, other]));
}"""
