"""Kept answers of several machines: the local ones in front, those in Redis behind.

An answer travels as the bytes that the local store keeps (`store.pack`): it names its question, carries its own
checksum, and one that does not prove itself is a miss. So is every trouble with Redis: what this machine keeps is
served whatever happens there.

Redis must not fill up, because it counts accesses too and is never allowed to evict: an index knows what each
answer takes and when it ends, and a new one makes room among those that end first. Answers over 2 MB stay local.

`drop` forgets an answer here and in Redis; `clear` forgets this machine's only, `clear_shared` those in Redis.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from jpo_mcp.clock import Clock, SystemClock
from jpo_mcp.errors import LedgerUnavailable
from jpo_mcp.upstream.redis_link import RedisLink, Word
from jpo_mcp.upstream.store import MAX_BYTES, Kept, Store, Summary, pack, unpack

MOST_SHARED: Final = 2 * 1024 * 1024
"""Bytes of an answer that is shared: what a line of 10 Mbit/s carries within the time a command may take."""

_AGE: Final = 16
"""Digits in front of each answer: when it was stored, in milliseconds, so that an older one is not fetched."""

_LONGEST: Final = 400 * 86_400.0
_SWEPT_AT_ONCE: Final = 100

# KEYS of each script, under one hash tag: when each answer ends (a sorted set), what each takes (a hash, with their
# total), and the answer that is meant.
_NEWER: Final = """
local stored = redis.call('GETRANGE', KEYS[3], 0, ARGV[2] - 1)
if (tonumber(stored) or -1) > tonumber(ARGV[1]) then return redis.call('GET', KEYS[3]) end
return false
"""

_FORGET: Final = """
local function forget(name)
  local size = tonumber(redis.call('HGET', KEYS[2], name) or 0)
  redis.call('DEL', name)
  redis.call('ZREM', KEYS[1], name)
  redis.call('HDEL', KEYS[2], name)
  if size > 0 then redis.call('HINCRBY', KEYS[2], 'total', -size) end
end
"""

_PUT: Final = (
    _FORGET
    + """
local name, value, life, allowed, most = KEYS[3], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local size = #value + 512
redis.call('HINCRBY', KEYS[2], 'total', 0) -- a full Redis refuses it here; after a first write it would refuse nothing
forget(name)
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, most)) do forget(ended) end
for _, first in ipairs(redis.call('ZRANGE', KEYS[1], 0, most - 1)) do
  if tonumber(redis.call('HGET', KEYS[2], 'total') or 0) + size <= allowed then break end
  forget(first)
end
if tonumber(redis.call('HGET', KEYS[2], 'total') or 0) + size > allowed then return 0 end
redis.call('SET', name, value, 'PX', life)
redis.call('ZADD', KEYS[1], now + life, name)
redis.call('HSET', KEYS[2], name, size)
redis.call('HINCRBY', KEYS[2], 'total', size)
return 1
"""
)
_DROP: Final = _FORGET + "forget(KEYS[3])"
_CLEAR: Final = (
    _FORGET
    + """
local names = redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)
for _, name in ipairs(names) do forget(name) end
return #names
"""
)


class SharedStore:
    """The answers that machines with the same Redis keep for one API `host`; `local` is this machine's own.

    They take at most `max_bytes` of Redis, and at most half of what it may use.
    """

    def __init__(
        self, link: RedisLink, local: Store, *, host: str, max_bytes: int = MAX_BYTES, clock: Clock | None = None
    ) -> None:
        self._link = link
        self._local = local
        self._max_bytes = max_bytes
        self._clock = clock or SystemClock()
        tag = sha256(b"jpo_mcp kept answers\0" + host.encode()).hexdigest()[:16]
        self._prefix = f"jpo:{{{tag}}}:kept"
        self._index = (f"{self._prefix}-until", f"{self._prefix}-bytes")

    async def get(self, key: str, *, since: float = 0.0) -> Kept | None:
        """The newest answer that this machine or another keeps.

        One that is fresh here is served without asking Redis, unless it was stored before `since`.
        """
        mine = await self._local.get(key)
        if mine is not None and mine.stored_at >= since and self._clock.now() < mine.fresh_until:
            return mine
        theirs = await self._newer(key, mine)
        if theirs is None:
            return mine
        await self._local.put(key, theirs)
        return theirs

    async def put(self, key: str, kept: Kept) -> None:
        """Keep an answer here, and then for the others."""
        await self._local.put(key, kept)
        blob = await asyncio.to_thread(pack, key, kept)
        life = int(1_000 * min(kept.keep_until - self._clock.now(), _LONGEST))
        if life > 0 and len(blob) <= MOST_SHARED:
            value = f"{_milliseconds(kept):0{_AGE}}".encode() + blob
            await self._script(_PUT, key, [value, life, self._allowed(), _SWEPT_AT_ONCE])

    async def drop(self, key: str) -> None:
        """Forget one answer, here and for the others."""
        await self._local.drop(key)
        await self._script(_DROP, key, [])

    async def clear(self) -> int:
        """Forget everything that this machine keeps; how many answers that were. The others keep theirs."""
        return await self._local.clear()

    async def clear_shared(self) -> int:
        """Forget everything in Redis; how many answers that were. Raises `LedgerUnavailable` where it cannot."""
        cleared, gone = 0, _SWEPT_AT_ONCE
        while gone == _SWEPT_AT_ONCE:
            gone = await self._link.script(_CLEAR, self._index, [_SWEPT_AT_ONCE])
            cleared += gone
        return cleared

    async def summary(self) -> Summary:
        """What this machine keeps, and how many answers Redis does."""
        return replace(await self._local.summary(), shared=await self._count())

    async def close(self) -> None:
        """Let go of the local store; the link belongs to who made it."""
        await self._local.close()

    async def _newer(self, key: str, mine: Kept | None) -> Kept | None:
        """Another machine's answer, where it is newer and can be served."""
        known = -1 if mine is None else _milliseconds(mine)
        value = await self._script(_NEWER, key, [known, _AGE])
        if not isinstance(value, bytes) or len(value) > MOST_SHARED + _AGE:
            return None
        theirs = await asyncio.to_thread(unpack, key, value[_AGE:])
        return theirs if theirs and self._clock.now() < theirs.keep_until else None

    async def _script(self, lua: str, key: str, args: list[Word]) -> Any:
        """What Redis makes of it; None in any trouble, which the link has logged."""
        try:
            return await self._link.script(lua, [*self._index, self._name(key)], args)
        except LedgerUnavailable:
            return None

    async def _count(self) -> int | None:
        try:
            return int(await self._link.command("ZCARD", self._index[0]))
        except LedgerUnavailable:
            return None

    def _allowed(self) -> int:
        bound = self._link.examined.max_memory // 2 if self._link.examined else 0
        return min(self._max_bytes, bound) if bound else self._max_bytes

    def _name(self, key: str) -> str:
        return f"{self._prefix}:{sha256(key.encode()).hexdigest()[:32]}"


def _milliseconds(kept: Kept) -> int:
    return int(kept.stored_at * 1_000)
