"""The operator's switch for all sending. One row says that it is off, and every claim looks for that row.

So it takes no time however much waits, needs nobody to hear of it, and moves no message: what is accepted stays queued,
links stay bound and receipts come in. What had been claimed before is in the open window of its link and may still
leave; docs/decisions/0022 says how long at most.
"""

from __future__ import annotations

from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict
from cablegram.overview import look
from cablegram.overview.model import Stopped
from cablegram.runtime import Runtime
from cablegram.safety import store

LONGEST_WHY = 200  # characters


async def stop(rt: Runtime, who: Principal, *, why: str = "") -> Stopped:
    """Stop all sending; when this returns, every claim is committed and no other will be. Once more changes nothing."""
    who.needs(Scope.OPERATOR)
    now = rt.clock.now()
    stopped = Stopped(now, who.name, " ".join(why.split())[:LONGEST_WHY])
    async with rt.db.transaction() as conn:
        if await store.stop(conn, stopped):
            facts = {"why": stopped.why, "by": stopped.by}
            await record(conn, [Event(Kind.SENDING_STOPPED, None, None, facts)], now=now)
    async with rt.db.transaction() as conn:
        await store.await_claims(conn)
    return await look.stopped(rt, who) or stopped


async def go_on(rt: Runtime, who: Principal) -> None:
    """Let sending go on: each message that waits goes out once. Raises Conflict (`sending_not_stopped`)."""
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        since = await store.go_on(conn)
        if since is None:
            raise Conflict("sending_not_stopped", "Sending is not stopped. Nothing has to be done for it to go on.")
        event = Event(Kind.SENDING_RESUMED, None, None, {"since": since, "by": who.name})
        await record(conn, [event], now=rt.clock.now())
