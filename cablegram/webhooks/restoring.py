"""After a restore: no number of an event is given twice, and every endpoint hears why there is a gap.

The backup does not know which numbers were given after it was made. So each line goes on from the moment of the
restore, in microseconds since 1970: nothing that gives less than a million numbers a second can have been there,
whatever was restored how often. A consumer that waits for the numbers between is told by the first event after them.
"""

from __future__ import annotations

from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import line_store, telling
from cablegram.webhooks.line_store import Fresh, Listener

_A_SECOND = 1_000_000


async def go_on(rt: Runtime) -> int:
    """Number what is to come from now on, and tell the endpoints that are on; return how many. May be repeated."""
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        lines = await line_store.jump(conn, int(now.timestamp() * _A_SECOND))
        before = await line_store.number(conn, {one.id: 1 for one in lines})
        how = await line_store.on_and_how(conn, [one.id for one in lines])
        fresh = [
            Fresh(
                Listener(one.id, one.account_id, ()),
                before[one.id],
                [telling.restored(one.id, one.url, one.last, now)],
                *how[one.id],
            )
            for one in lines
            if one.id in before and how.get(one.id, (False, False))[0]
        ]
        await line_store.insert_fresh(conn, fresh, now)
    return len(fresh)
