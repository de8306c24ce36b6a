"""The search index: exact, no more than what is kept, and made again when it is lost."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jpo_mcp.clock import ManualClock
from jpo_mcp.errors import NotSearchable
from jpo_mcp.upstream.grams import key_of
from jpo_mcp.upstream.index import Beside, Entry, SearchIndex
from jpo_mcp.upstream.store import DiskStore, Kept
from jpo_mcp.upstream.store import key_of as question

NOW = 1_790_000_000.0


def read(kept: Kept, _: Beside) -> tuple[Sequence[Entry], str]:
    """One text to an answer, in the case named by its argument; `#name` in front names it."""
    text = kept.body.decode()
    name = text.partition(" ")[0] if text.startswith("#") else kept.arguments[0]
    return [Entry(name, "paper", kept.arguments[0], 730_000, f"about {kept.arguments[0]}", text)], ""


class Shop:
    """A folder of kept answers and its index."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.folder, self.clock = folder / "kept", ManualClock(NOW)
        self.store = DiskStore(self.folder, clock=self.clock)
        self.index = SearchIndex(self.folder, clock=self.clock, **more)

    def keep(self, name: str, text: str, *, endpoint: str = "patent/x", until: float = NOW + 1e6) -> None:
        kept = Kept(text.encode(), 200, "x", "", NOW, NOW, until, endpoint, (name,))
        self.store.put(question(endpoint, (name,)), kept)

    async def found(self, *words: str, labels: Sequence[str] = ()) -> list[str]:
        """The cases whose texts hold these words, sorted."""
        await self.index.catch_up(read, seconds=60)
        found = await self.index.find([(key_of(word),) for word in words], labels, most=1_000)
        assert found.total == len(found.hits)
        return sorted(hit.about.removeprefix("about ") for hit in found.hits)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


async def test_words_of_one_to_ten_characters_are_found_in_exactly_the_texts_that_hold_them(shop: Shop) -> None:
    """Against a scan of every text: nothing is missed and nothing is made up, by any length."""
    dice = random.Random(3)  # noqa: S311 - the same each time
    texts = {f"{n}": "".join(dice.choices("電池灯音色特許請求項の", k=120)) for n in range(60)}
    for name, text in texts.items():
        shop.keep(name, text)
    for length in range(1, 11):
        for _ in range(6):
            text = dice.choice(list(texts.values()))
            place = dice.randrange(len(text) - length)
            word = text[place : place + length]
            assert await shop.found(word) == sorted(name for name, text in texts.items() if word in text), word


async def test_all_words_must_occur_and_one_of_a_words_spellings(shop: Shop) -> None:
    """As the tool promises; a case narrows it down."""
    shop.keep("1", "特許第7533889号の電池")
    shop.keep("2", "JP7533889B2 の電池")
    shop.keep("3", "電池")
    await shop.index.catch_up(read, seconds=60)
    spellings = (key_of("特許第7533889号"), key_of("JP7533889B2"))
    found = await shop.index.find([(key_of("電池"),), spellings], most=9)
    assert sorted(hit.about for hit in found.hits) == ["about 1", "about 2"]
    assert await shop.found("電池", labels=["3"]) == ["3"]


async def test_what_is_dropped_from_the_store_disappears_and_what_is_replaced_has_its_new_words(shop: Shop) -> None:
    """The kept answers are the truth, whoever changed them."""
    shop.keep("1", "電池")
    shop.keep("2", "電池と音色")
    assert await shop.found("電池") == ["1", "2"]
    shop.store.drop(question("patent/x", ("1",)))
    shop.keep("2", "携帯灯")
    assert await shop.found("電池") == []
    assert await shop.found("携帯灯") == ["2"]
    shop.store.clear()
    assert await shop.found("携帯灯") == []


async def test_an_answer_past_its_time_is_found_no_more(shop: Shop) -> None:
    """Past `keep_until` it is not served, not even as stale; so its words are not shown either."""
    shop.keep("1", "電池", until=NOW + 60)
    assert await shop.found("電池") == ["1"]
    shop.clock.advance(61)
    assert await shop.found("電池") == []
    assert await shop.found("電池") == []  # and it is not read again


async def test_a_paper_in_two_answers_is_found_once_and_in_the_other_when_one_goes(shop: Shop) -> None:
    """Two endpoints serve the same notices."""
    shop.keep("1", "#a 古い電池", endpoint="patent/x")
    assert await shop.found("電池") == ["1"]
    shop.keep("2", "#a 新しい電池", endpoint="patent/y")
    assert await shop.found("電池") == ["2"]
    shop.store.drop(question("patent/y", ("2",)))
    assert await shop.found("電池") == ["1"]
    assert await shop.found("新しい") == []


@pytest.mark.parametrize("harm", ["lost", "garbage", "cut short", "newer"])
async def test_an_index_that_is_lost_broken_or_of_another_version_is_made_again(shop: Shop, harm: str) -> None:
    """It is disposable: a search never fails for it."""
    for number in range(40):
        shop.keep(str(number), f"電池 {number} " + "灯" * 500)
    assert len(await shop.found("電池")) == 40
    if harm == "newer":
        with sqlite3.connect(shop.index.path) as other:
            other.execute("DROP TABLE paper")
            other.execute("PRAGMA user_version = 99")
        other.close()
    else:
        await shop.index.close()
        whole = shop.index.path.read_bytes()
        {
            "lost": shop.index.path.unlink,
            "garbage": lambda: shop.index.path.write_bytes(b"not a database" * 99),
            "cut short": lambda: shop.index.path.write_bytes(whole[: len(whole) // 3]),
        }[harm]()
        shop.index = SearchIndex(shop.folder, clock=shop.clock)
    assert len(await shop.found("電池")) == 40


async def test_a_broken_store_is_set_aside_with_its_index(shop: Shop) -> None:
    """The store sets its folder aside whole, and does so only where nothing of value lies in it."""
    shop.keep("1", "電池")
    assert await shop.found("電池") == ["1"]
    await shop.index.close()
    shop.store.close()
    (shop.folder / "cache.db").write_bytes(b"garbage" * 1_000)
    again = Shop(shop.folder.parent)
    again.keep("2", "電池")
    assert await again.found("電池") == ["2"]
    assert (shop.folder.parent / "kept.unreadable-1" / "search.db").exists()


async def test_little_time_is_a_beginning_and_says_what_is_missing(shop: Shop) -> None:
    """A call must not wait for ten thousand papers: the newest are read first, and the next call goes on."""
    for number in range(200):
        shop.keep(f"{number:03d}", "電池" + "灯火の明かり" * 800)
    missing = await shop.index.catch_up(read, seconds=0)
    assert 0 < missing < 200
    found = await shop.index.find([(key_of("電池"),)], most=1_000)
    assert len(found.hits) == 200 - missing
    assert "about 199" in [hit.about for hit in found.hits]
    assert await shop.index.catch_up(read, seconds=60) == 0
    assert len(await shop.found("電池")) == 200


async def test_the_oldest_is_left_out_of_a_full_index_and_counted(tmp_path: Path) -> None:
    """Its room is bounded, as the store's is."""
    shop = Shop(tmp_path, max_bytes=2_000_000)
    dice = random.Random(4)  # noqa: S311
    for number in range(150):
        shop.keep(f"{number:03d}", "電池" + "".join(dice.choices("一二三四五六七八九十百千万億兆京", k=6_000)))
    names = await shop.found("電池")
    found = await shop.index.find([(key_of("電池"),)], most=1)
    assert found.left_out["no room"] == 150 - len(names) > 0
    assert names[-1] == "149"
    assert await shop.found("電池") == names


async def test_clearing_leaves_no_word_behind(shop: Shop) -> None:
    """What a user forgets is forgotten here too, and its room given back."""
    for number in range(50):
        shop.keep(str(number), "電池" * 2_000)
    await shop.found("電池")
    shop.store.clear()
    await shop.index.clear()
    assert "電池".encode() not in shop.index.path.read_bytes()
    assert shop.index.path.stat().st_size < 60_000
    assert await shop.found("電池") == []


def _search_in_a_process(folder: Path, told: Any) -> None:
    async def work() -> int:
        index = SearchIndex(folder, clock=ManualClock(NOW))
        await index.catch_up(read, seconds=60)
        found = await index.find([(key_of("電池"),)], most=1_000)
        await index.close()
        return found.total

    told.put(asyncio.run(work()))


def test_several_processes_fill_one_index_and_hold_every_text_once(shop: Shop) -> None:
    """Each desktop host starts a server of its own, on the same folder."""
    for number in range(120):
        shop.keep(str(number), "電池" + "灯火の明かり" * 300)
    spawn = multiprocessing.get_context("spawn")
    told: Any = spawn.Queue()
    workers = [spawn.Process(target=_search_in_a_process, args=(shop.folder, told)) for _ in range(3)]
    for worker in workers:
        worker.start()
    counts = [told.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert counts == [120, 120, 120]


class _WithoutFts5(sqlite3.Connection):
    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if "fts5" in sql:
            raise sqlite3.OperationalError("no such module: fts5")
        return super().execute(sql, *parameters)


async def test_a_python_without_full_text_search_is_told_what_to_do(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some builds of SQLite leave FTS5 out; everything else still works, and the message says so."""
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=_WithoutFts5))
    with pytest.raises(NotSearchable) as refused:
        await shop.found("電池")
    assert "FTS5" in refused.value.text("en")
    assert "everything else works" in refused.value.text("en")


async def test_an_index_that_cannot_be_written_is_said_to_be_so(shop: Shop) -> None:
    """A full disk, a folder without permission: the message names the file and what to look at."""
    shop.keep("1", "電池")
    await shop.found("電池")
    shop.index.path.with_name("search.db-journal").unlink()
    shop.index.path.with_name("search.db-journal").mkdir()
    shop.keep("2", "電池")
    with pytest.raises(NotSearchable) as refused:
        await shop.found("電池")
    assert "search.db" in refused.value.text("en")
    assert "doctor" in refused.value.text("en")
