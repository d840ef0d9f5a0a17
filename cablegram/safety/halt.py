"""Bring a database that was just restored to a standstill. Nothing else may run on it meanwhile.

The backup knows nothing of what was sent after it was made. So what it has

- on the wire becomes `unknown`, as after any process that died;
- waiting becomes `scheduled` with the reason `after_restore`, whatever it waited for;
- running campaigns are paused with the same reason: their checkpoint is of the past.

What comes in after the restore is not held: no carrier can have it. Every step may be repeated.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cablegram.campaigns import find, moves
from cablegram.campaigns.model import AFTER_RESTORE
from cablegram.dispatch import sweep
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import InvalidInput
from cablegram.messages import settle, story
from cablegram.messages.model import Move, State
from cablegram.runtime import Runtime
from cablegram.safety import store
from cablegram.safety.model import Aside, Standstill

_SLICE = 5_000
_NO_DISPATCHER = 0  # ids begin at 1: all dispatchers of the backup are dead


async def halt(rt: Runtime) -> Standstill:
    """Hold everything that may have gone out since the backup; return what was found under way."""
    unknown = await sweep.take_over(rt, _NO_DISPATCHER)
    campaigns = await _pause_campaigns(rt)
    await _set_aside(rt, store.hold_queued)
    await _set_aside(rt, store.hold_aside)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = Standstill(now, await store.count_held(conn), unknown, campaigns)
        await store.bar_resending(conn)
        await store.begin(conn, found)
        facts = {"held": found.held, "unknown": found.unknown, "campaigns": found.campaigns}
        await record(conn, [Event(Kind.INSTALLATION_RESTORED, None, None, facts)], now=now)
    return found


async def locked_out(rt: Runtime) -> list[str]:
    """Name the connectors whose password the key of this installation does not open."""
    async with rt.db.connection() as conn:
        found = await store.sealed(conn)
    return [name for connector_id, name, secret in found if not _opens(rt, connector_id.bytes, secret)]


def _opens(rt: Runtime, mark: bytes, secret: bytes) -> bool:
    try:
        rt.seal.open(secret, mark)
    except InvalidInput:
        return False
    return True


async def _pause_campaigns(rt: Runtime) -> int:
    async with rt.db.transaction() as conn:
        running = await store.running_campaigns(conn)
        for account_id, campaign_id in running:
            campaign = await find.hold(conn, account_id, campaign_id)
            await moves.pause(conn, campaign, reason=AFTER_RESTORE, by=None, now=rt.clock.now())
    return len(running)


async def _set_aside(rt: Runtime, take: Callable[..., Awaitable[list[Aside]]]) -> None:
    while True:
        async with rt.db.transaction() as conn:
            now = rt.clock.now()
            taken = await take(conn, limit=_SLICE)
            held = [Move(one.id, one.version, one.state, State.SCHEDULED, AFTER_RESTORE) for one in taken]
            await settle.settle(conn, held, now=now)
            await story.tell(conn, [(one.id, now, "held", 0, AFTER_RESTORE) for one in taken])
        if not taken:
            return
