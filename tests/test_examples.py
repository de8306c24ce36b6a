"""Every example runs as it stands, offline, and says what it promises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))

PROMISES = {
    "case.py": (
        "特願2020-490001  乾電池の残量を音色で知らせる携帯灯",
        "  2024-01-23  拒絶理由通知書  Notice of reasons for refusal",
        "  asked again: 0 accesses (kept)",
    ),
    "number_clinic.py": (
        "7533889                could be 特許第7533889号 or 意匠登録第7533889号 or 商標登録第7533889号",
        "特許第7533889号            特許第7533889号 = registration (patent)",
    ),
    "watch_quota.py": (
        "特願2020-490001: jpo, cost 1, 2 left today",
        "特願2020-490001: kept, cost 0, 2 left today",
        "特願2019-490002: jpo, cost 1, 0 left today",
    ),
    "refusal.py": (
        "reason 1: 第29条第1項第3号  Article 29(1)(iii) of the Patent Act (novelty)",
        "  claims ３，４: combination  特開2012-490101, 特開2014-490102",
        "to be answered within 60 days of dispatch, as printed",
    ),
    "papers.py": (
        "2024-01-23  拒絶理由通知書  06124990101  1 access",
        "06124990101 answered by 52499000103 意見書, 52499000104 手続補正書（自発・内容）",
        "read again: 0 accesses",
    ),
    "search_kept.py": (
        "3 found, 0 accesses, in {'cases': 2, 'papers': 6}",
        "特願2020-490001  2024-01-23  拒絶理由通知書  06124990101",
        "    適用条文　第２９条第１項第３号（新規性）　«第２９条第２項»（«進歩性»）　第３６条第６項第２号（明確性）",
        "0 found: この端末に保存済みの回答のみの検索です（特許庁の検索ではなく、不存在の証明になりません）。 / "
        "only what this machine has kept was searched: no search of the JPO, and no proof of anything's absence",
    ),
    "dossier.py": (
        "US  US 18/990,301 (2022)  US 19,900,301 B2",
        "1 access for 5 members",
        "2023-05-16  office_action  Non-Final Rejection",
        "not read: EP.22990301.A, for want of papers, citations",
    ),
    "weekly_watch.py": (
        "first look: at most 34 accesses, 34 of them today, 4 minutes",
        "  30 cases, 34 accesses, 0 changed",
        "a day later: at most 30 accesses, 30 of them today, 3 minutes",
        "  30 cases, 30 accesses, 2 changed",
        "    2026-11-24  new paper: Notice of reasons for refusal (A131)",
        "    2026-04-22  the right is shown as erased",
    ),
    "due_diligence.py": (
        "特願2019-491005  in_force (high): in force",
        "    仮想自動車株式会社; term ends 2039-04-09; next payment 2026-12-08",
        "5 rows as CSV; write them with encoding utf-8 and newline='':",
    ),
    "deadline_calendar.py": (
        "2026-12-14  特願2022-491009  reply to the notice of reasons for refusal [resident] (PA 50, 5(1), 3)",
        "            not verified: the day of service (dispatch is the earliest)",
        "no date     特願2021-491010  opposition, by others (PA 113)",
        "8 events; write the text with encoding utf-8 and newline=''",
        "not in the calendar, a professional must look: 特願2021-491010 opposition, by others",
    ),
    "team.py": (
        "hanako: 特願2020-490001 jpo, cost 1",
        "hanako: patent/app_progress: mine 2 of 480, all 2",
        "jiro: 特願2020-490001 kept, cost 0",
        "jiro: patent/app_progress: mine 1 of 480, all 3",
        "  hanako  patent/app_progress         2  FOUND 2         ",
    ),
    "mcp_client.py": (
        "tools: jpo_parse_number, jpo_get_case, jpo_read_documents, jpo_get_refusal_reasons, jpo_check_portfolio, "
        "jpo_get_family, jpo_get_dossier, jpo_read_dossier_document, jpo_find_applicant, jpo_search_kept, "
        "jpo_quota",
    ),
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_example_runs_offline_and_keeps_its_promise(example: Path, tmp_path: Path) -> None:
    """Documentation that does not run is wrong sooner or later; no ID is set, and the home folder is empty."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "HOME": str(tmp_path)}
    ran = subprocess.run(  # noqa: S603 - our own example
        [sys.executable, str(example)], env=environ, cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    lines = ran.stdout.decode().splitlines()
    assert [line for line in PROMISES[example.name] if line not in lines] == []


def test_every_example_is_short_says_what_one_learns_and_is_in_the_readme() -> None:
    """An example is documentation: its first lines say why to read it, and the README leads to it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {example.name for example in EXAMPLES} == set(PROMISES)
    for example in EXAMPLES:
        text = example.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60
        assert "\nYou learn: " in text[:400]
        assert f"examples/{example.name}" in readme
