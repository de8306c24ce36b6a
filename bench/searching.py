"""A search of what is kept: 10,000 papers of our own making, in Japanese, no two alike.

The floor is a scan of the same texts in memory, which is what one would do without an index.
"""

from __future__ import annotations

import asyncio
import random
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from jpo_mcp import JpoClient, Settings, endpoint
from jpo_mcp.documents import read_bundle
from jpo_mcp.dossier.search.search import search_kept
from jpo_mcp.sandbox.cases import CASES
from jpo_mcp.sandbox.life import Case, Notice, PatentCase, Refusal, mailed
from jpo_mcp.sandbox.papers import bundle
from jpo_mcp.sandbox.parties import KAKU, TARO
from jpo_mcp.upstream.store import Kept, LocalStore, key_of

PAPERS = 10_000
CHARACTERS = 4_000
"""Of one paper: a notice of reasons for refusal has about as many."""

LENGTHS = (2, 3, 4, 6, 8, 10)
EACH = 20
_COMMON = ("拒絶", "進歩性", "引用文献", "当業者", "特許法第29条第2項", "請求項 容易")
_ROW = endpoint("patent", "app_doc_cont_refusal_reason_decision", bytes)
_EVER = 4_000_000_000.0
_NOW = 1_790_000_000.0


def searching(papers: int = PAPERS) -> list[Figure]:
    """The time of a search, the size of the index, and how long the first search reads."""
    with TemporaryDirectory() as scratch:
        return asyncio.run(_measured(Path(scratch), papers))


async def _measured(folder: Path, papers: int) -> list[Figure]:
    settings = Settings(cache_dir=folder)
    texts = await _fill(settings, papers)
    words = _words(texts)
    async with JpoClient(settings) as client:
        began = time.perf_counter()
        first = await search_kept(client, "拒絶", seconds=3_600.0, this_year=2026)
        building = time.perf_counter() - began
        assert first.searched["papers"] == papers
        taken = [await _taken(client, word) for word in words]
    scanned = [_scanned(texts, word) for word in words[:EACH]]
    index = (settings.kept_folder / "search.db").stat().st_size
    text = sum(len(one.encode()) for one in texts)
    named = f"search of {papers:,} kept papers"
    floor = statistics.median(scanned)
    return [
        Figure(f"{named}, p50", statistics.median(taken), floor, "ms", None),
        Figure(f"{named}, p95 (<= 50 ms)", _p95(taken), 50.0, "ms", 1.0),
        # A small index is larger beside its texts: the pairs that are in few of them weigh more.
        Figure("its index, beside the text", index / 1e6, text / 1e6, "MB", 2.0 if papers >= PAPERS else None),
        Figure("reading one kept paper into it", building / papers * 1e3, floor, "ms", None),
    ]


async def _taken(client: JpoClient, word: str) -> float:
    began = time.perf_counter()
    answer = await search_kept(client, word, this_year=2026)
    taken = (time.perf_counter() - began) * 1e3
    assert answer.found, word
    return taken


def _scanned(texts: Sequence[str], word: str) -> float:
    began = time.perf_counter()
    assert sum(word in text for text in texts)  # all of them are looked through
    return (time.perf_counter() - began) * 1e3


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def _words(texts: Sequence[str]) -> list[str]:
    """Words of every length out of the texts themselves, and some that are in nearly all."""
    dice = random.Random(7)  # noqa: S311 - to be the same each time
    words = [_word(dice, texts, length) for length in LENGTHS for _ in range(EACH)]
    return [*words, *_COMMON]


def _word(dice: random.Random, texts: Sequence[str], length: int) -> str:
    while True:
        text = dice.choice(texts)
        place = dice.randrange(len(text) - length)
        if re.fullmatch("[ぁ-んァ-ヶ一-龠]+", word := text[place : place + length]):
            return word


# ── the papers ────────────────────────────────────────────────────────────────────────────────


async def _fill(settings: Settings, papers: int) -> list[str]:
    """Keeps that many papers, two to a bundle; their texts as they are read."""
    store, texts = LocalStore(settings.kept_folder, max_bytes=settings.cache_bytes), list[str]()
    for case in _cases(papers // 2):
        body = bundle(case, _ROW.papers, _NOW) or b""
        texts += [paper.text for paper in read_bundle(body, "patent").papers]
        kept = Kept(body, 200, "application/zip", "", _NOW, _NOW, _EVER, _ROW.key, (case.number,))
        await store.put(key_of(_ROW.key, kept.arguments), kept)
    await store.close()
    return texts


def _cases(count: int) -> Iterator[Case]:
    dice = random.Random(1)  # noqa: S311
    for number in range(count):
        digits = f"20{10 + number % 15:02d}{480_000 + number:06d}"
        day = f"{2012 + number % 14}{1 + number % 12:02d}{1 + number % 28:02d}"
        notice = mailed(
            "patent", day, drafted=day, code="A131", title="拒絶理由通知書", serial=2 * number,
            body=Notice(text=written(dice), articles=("第２９条第２項（進歩性）",)),
        )  # fmt: skip
        refusal = mailed(
            "patent", day, drafted=day, code="A02", title="拒絶査定", serial=2 * number + 1,
            body=Refusal(notice=day, text=written(dice)),
        )  # fmt: skip
        yield PatentCase(
            number=digits, life="", title=f"発明その{number}", applicants=(KAKU,), agents=(TARO,), filed=day,
            papers=(notice, refusal),
        )  # fmt: skip


def written(dice: random.Random) -> str:
    """A text of its own: sentences of the sandbox's papers about other things."""
    lexicon, weights = _lexicon()
    own = dice.choices(lexicon, cum_weights=weights, k=40)
    lines, length = list[str](), 0
    while length < CHARACTERS:
        line = _TERM.sub(lambda term: dice.choice(own) if dice.random() < 0.5 else term[0], dice.choice(_sentences()))
        lines.append(_DIGIT.sub(lambda _: dice.choice("０１２３４５６７８９"), line))
        length += len(line)
    return "\n".join(lines)


_TERM, _DIGIT = re.compile("[一-龠]{2,4}|[ァ-ヶー]{3,}"), re.compile("[０-９]")


@cache
def _sentences() -> tuple[str, ...]:
    """Every sentence of the sandbox's patent papers, once."""
    bundles = (bundle(case, _ROW.papers, _NOW) for case in CASES if case.law == "patent")
    texts = [paper.text for body in bundles if body for paper in read_bundle(body, "patent").papers]
    found = dict.fromkeys(line for text in texts for line in re.split(r"(?<=。)|\n", text) if len(line) > 15)
    return tuple(found)


@cache
def _lexicon() -> tuple[list[str], list[float]]:
    """6,000 made-up terms; as in any language, a few are used often and most seldom."""
    dice = random.Random(2)  # noqa: S311
    characters = sorted({char for line in _sentences() for char in line if "一" <= char <= "龠"})
    terms = ["".join(dice.choices(characters, k=dice.choice((2, 2, 2, 3, 4)))) for _ in range(6_000)]
    return terms, list(accumulate(1 / (rank + 3) for rank in range(len(terms))))
