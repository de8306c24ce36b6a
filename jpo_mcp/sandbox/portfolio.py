"""Thirty numbers to watch, as a client would send them: 17 lives that move on, among 13 that do not.

Between 2026-11-24 and 2026-11-25 exactly two of them change: 特願2024-491001 meets a notice of reasons for
refusal, and 特願2018-491006 is erased from the register.
"""

from __future__ import annotations

WATCHLIST: tuple[str, ...] = (
    "特願2024-491001", "特願2023-491002", "特願2024-491004", "特許第9910005号", "特願2018-491006",
    "特許第9910007号", "特願2023-491008", "特願2022-491009", "特願2021-491010", "意願2026-491101",
    "意願2026-491102", "意願2026-491103", "意匠登録第9910104号", "商標登録第9910201号", "商願2026-491202",
    "商願2026-491203", "商願2021-491204", "特願2020-490001", "特願2019-490002", "特願2017-490005",
    "特願2022-490025", "特願2015-490006", "特願2016-490008", "特願2024-490010", "特願2024-490012",
    "特願2020-490013", "意願2021-490100", "意願2022-490101", "商願2015-490202", "商願2025-490204",
)  # fmt: skip
"""All are in the data on 2026-11-23; 26 are application numbers, which cost one access each to look at."""
