"""Keep when something last happened between us and each contact, so that filters never read messages to know it.

Folded off the way of messages, by the `work` process, from rows that are written anyway, and from links that people
opened: slices of messages and texts in the order of their ids, each with the place that it moves in one transaction, so
that nothing is left out and doing a slice twice changes nothing. What a filter knows is a minute and a half old, and
minutes behind a large campaign; clicks are seconds old.
"""

from __future__ import annotations

from datetime import timedelta

from cablegram.audiences import engagement_store as store
from cablegram.audiences.engagement_store import What
from cablegram.kit.ids import ContactId, lowest_at, time_of, uuid7
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

LAG = timedelta(seconds=90)
"""A message is read when it is as old: by then every transaction that makes earlier ones is over, and most receipts
are there."""

_FIRST_LOOK = timedelta(minutes=1)  # until the next look at one that has not come to its end
_BOTH: tuple[What, ...] = ("message", "text")
SLICE = 5_000  # messages in one transaction
SHARE = 0.04  # of its time that a process spends on this at most: messages that go out now come first


async def join(conn: Conn, *, kept: ContactId, gone: ContactId) -> None:
    """Let one contact have done what another did, whose record is joined to it; both are held, and of one account."""
    await store.join(conn, kept=kept, gone=gone)


async def fold(rt: Runtime, *, lag: timedelta = LAG, limit: int = SLICE) -> bool:
    """Fold a slice of each; return whether there is more to do at once."""
    # Ids tell of their own clock, which need not be the runtime's.
    before = lowest_at(time_of(uuid7()) - lag)
    has_more = False
    for what in _BOTH:
        async with rt.db.transaction() as conn:
            after = await store.hold_place(conn, what)
            if after is None:
                await store.make_places(conn)
                continue
            now = rt.clock.now()
            if what == "message":
                read, last = await store.read_messages(
                    conn, after=after, before=before, look_at=now + _FIRST_LOOK, limit=limit
                )
            else:
                read, last = await store.read_texts(conn, after=after, before=before, limit=limit)
            if last is not None:
                await store.move_place(conn, what, last)
        has_more |= read == limit
    async with rt.db.transaction() as conn:
        again = await store.look_again(conn, now=rt.clock.now(), limit=limit)
    async with rt.db.transaction() as conn:
        clicked = await store.read_clicks(conn, limit=limit)
    return has_more or limit in {again, clicked}
