"""What nobody asks for and must be done: take over from the dead, wake what waits, settle what is in doubt."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from cablegram.connectors.model import IdForm
from cablegram.dispatch import orphan_store, record, results, store
from cablegram.events.model import Event, Kind
from cablegram.events.record import record as record_events
from cablegram.kit.ids import ConnectorId, MessageId
from cablegram.messages import hold, release, settle, story
from cablegram.messages.model import Move, State
from cablegram.messages.rows import share
from cablegram.runtime import Runtime
from cablegram.runtime.failpoints import reach

_YOUNG = timedelta(minutes=10)  # receipts younger than this are tried again: their message may still be on its way in
_ORPHANS_KEPT = timedelta(days=10)
_AT_ONCE = 1000
_MOST_IN_FLIGHT = 100_000  # of one dispatcher: more than its links can have on the wire


async def take_over(rt: Runtime, dispatcher_id: int) -> int:
    """Name everything `unknown` that dead dispatchers had on the wire; return how many messages that were."""
    total = 0
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        for dead in await store.dead_dispatchers(conn, dispatcher_id):
            reach("sweep.dead_found")
            count = 0
            while ids := await store.flight_ids(conn, dead, limit=_AT_ONCE):
                flights = await store.flying(conn, ids)
                reach("sweep.flights_read")
                moved = await record.lost(conn, flights, reason="dispatcher_died", now=now)
                reach("sweep.named_unknown")
                count += moved
                if not moved:
                    break
            if count:
                event = Event(Kind.MESSAGES_UNKNOWN, None, None, {"count": count, "dispatcher": dead})
                await record_events(conn, [event], now=now)
                reach("sweep.taken_over")
            await store.bury(conn, dead)
            total += count
    if total:
        rt.log.warning("messages of a dead dispatcher are in question", count=total)
    return total


async def requeue_unwritten(rt: Runtime, dispatcher_id: int, known: Container[MessageId]) -> int:
    """Put our own claims back that we never learned of: their commit took place while the connection broke.

    We know that not a byte of them was written, because we write only what a claim returned to us. No claim may be on
    its way meanwhile.
    """
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        ids = [one for one in await store.flight_ids(conn, dispatcher_id, limit=_MOST_IN_FLIGHT) if one not in known]
        ours = await store.flying(conn, ids) if ids else []
        await hold.lock(conn, {one.campaign_id for one in ours}, shares={share(one.account_id) for one in ours})
        moves = [Move(one.id, one.version, State.SUBMITTING, State.QUEUED, "claim_unanswered") for one in ours]
        moved = await settle.settle(conn, moves, now=now)
        reach("sweep.requeued")
        await hold.put_back(conn, [one.waiting() for one in ours if one.id in moved], now=now)
        await story.tell(conn, [(message_id, now, "requeued", 0, "never written") for message_id in sorted(moved)])
    return len(moved)


async def release_due(rt: Runtime) -> int:
    """Let messages go on whose carrier had asked for time or whose own time has come; return how many were looked at.

    What has closed in the queue leaves it.
    """
    total = await _release_paused(rt)
    while True:
        async with rt.db.transaction() as conn:
            released = await release.release_due(conn, now=rt.clock.now())
        total += released.moved
        if released.moved:
            rt.log.info(
                "messages were asked about their time",
                queued=released.queued,
                held=released.held,
                expired=released.expired,
                late=released.late,
            )
        if not released.is_more:
            return total


async def next_due(rt: Runtime) -> datetime | None:
    """Return when something waits for a moment next, or closes; None while nothing does."""
    async with rt.db.connection() as conn:
        return await release.next_due(conn)


async def _release_paused(rt: Runtime) -> int:
    """Let messages go on whose carrier had asked for time; return how many."""
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        due = await store.due(conn, now)
        campaigns, shares = {one for one, _ in due if one}, {share for _, share in due}
        paused = await hold.lock(conn, campaigns, shares=shares)
        released = await store.release_due(conn, now, campaigns, paused, shares=shares)
        if released:
            reach("sweep.released")
    return released


async def match_orphans(rt: Runtime, forms: Mapping[ConnectorId, IdForm]) -> int:
    """Look again for the messages of receipts that came lately; return how many found theirs."""
    found = 0
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        waiting = await orphan_store.young(conn, now - _YOUNG, limit=_AT_ONCE)
        waiting.sort(key=lambda pair: pair[0])
        for connector_id, group in groupby(waiting, key=lambda pair: pair[0]):
            form = forms.get(connector_id, IdForm.UNKNOWN)
            found += await record.rematch(conn, connector_id, [one for _, one in group], form=form, now=now)
    return found


async def forget_orphans(rt: Runtime) -> None:
    """Drop receipts that waited ten days in vain."""
    async with rt.db.transaction() as conn:
        await orphan_store.drop_before(conn, rt.clock.now() - _ORPHANS_KEPT)


async def give_up(rt: Runtime, *, after: timedelta) -> int:
    """Close messages that were in question for too long, a thousand at a time; return how many.

    They are `failed` and refunded, or `undelivered` if a part was taken; a later receipt still corrects them.
    """
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        old = await store.unknown_claimed_before(conn, now - after, limit=_AT_ONCE)
        moves = [
            Move(message_id, version, State.UNKNOWN, results.give_up(parts), "outcome_unknown")
            for message_id, version, parts in old
        ]
        moved = await settle.settle(conn, moves, now=now)
        if moved:
            reach("give_up.settled")
        # A receipt that corrects it later takes the reason off the row; this line stays, and says why it was refunded.
        await story.tell(conn, [(message_id, now, "given_up", 0, "outcome_unknown") for message_id in sorted(moved)])
    return len(moved)
