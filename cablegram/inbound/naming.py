"""The names of people who write, for numbers that ask for them (CNAM; R61, R66).

Whoever knows names is a NameSource: a carrier's service, mostly over a network and for a fee. It is asked after a text
is on disk and answered, never while that is done, so a slow source delays nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from cablegram.inbound import store
from cablegram.runtime.runtime import Runtime

LOOKED_BACK = timedelta(hours=1)
"""Older texts keep no name: a source that was away is not asked for all that came meanwhile."""
_AT_ONCE = 200
_LONGEST = 60


class NameSource(Protocol):
    """Somebody who knows names."""

    async def names(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """Return the names that belong to numbers (E.164 digits), of those it knows. Raises Unavailable."""
        ...


async def look_up(rt: Runtime, source: NameSource) -> int:
    """Ask for the names of those who wrote lately, some hundreds at a time; return of how many texts."""
    async with rt.db.connection() as conn:
        texts = await store.nameless(conn, rt.clock.now() - LOOKED_BACK, limit=_AT_ONCE)
    numbers = sorted({number for _, number in texts if number.isdigit()})
    known = await source.names(numbers) if numbers else dict[str, str]()
    if texts:
        async with rt.db.transaction() as conn:
            await store.put_names(conn, [(text_id, _line(known.get(number, ""))) for text_id, number in texts])
    return len(texts)


def _line(name: str) -> str:
    """Write a name as one short line, whatever a source made of it."""
    return " ".join("".join(one if one.isprintable() else " " for one in name).split())[:_LONGEST]
