"""Let messages go whose time has come, and take those out of the queue whose time is over (R109, R110, R147).

Both are asked about their time once more, by what holds now: they go, wait on, or expire with refund. What is due for
longer than the account allows, because nothing ran, does not go by itself: nobody wants last night's campaign in the
morning. It waits as `late` for somebody's word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.consent import account_hours
from cablegram.consent import timing as times
from cablegram.consent.sending_hours import ANY_TIME, SendingHours
from cablegram.consent.timing import AREA, AS_IT_COMES, LATE, Timing, When
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.ids import AccountId, CampaignId, MessageId
from cablegram.messages import hold, settle, store, story, times_store
from cablegram.messages.model import Locked, MessageClass, Move, State
from cablegram.messages.rows import share
from cablegram.messages.timekeeping import REFUSALS
from cablegram.messages.times_store import Timed
from cablegram.pacing.quiet_hours import Why
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.runtime import Runtime

_AT_ONCE = 2000
CANCELLED_LATE = "cancelled_late"


@dataclass(slots=True)
class Released:
    """What became of messages whose time had come or was over: how many went on, wait, expired, and are late."""

    queued: int = 0
    held: int = 0
    expired: int = 0
    late: int = 0
    is_more: bool = False  # there may be more of them

    @property
    def moved(self) -> int:
        """Return how many that were."""
        return self.queued + self.held + self.expired + self.late


@dataclass(slots=True)
class _Verdict:
    """What is to become of one message: it goes or waits (`when`), expires (`why`), or is late."""

    one: Timed
    when: When | None = None
    why: Why | None = None
    told: str = ""

    def move(self) -> Move | None:
        """Return the move of its state, None where it stays what it is for the reason it had."""
        one = self.one
        if self.why is not None:
            to_state, reason = State.EXPIRED, REFUSALS[self.why].code
        elif self.when is None:
            to_state, reason = State.SCHEDULED, LATE
        elif self.when.until is None:
            to_state, reason = State.QUEUED, None
        else:
            to_state, reason = State.SCHEDULED, self.when.reason
        if to_state is one.state and reason == one.reason:
            return None
        return Move(one.waiting.id, one.version, one.state, to_state, reason)


async def release_due(conn: Conn, *, now: datetime) -> Released:
    """Ask messages about their time that are due or have closed, a slice of them."""
    due = await times_store.where_due(conn, now, limit=_AT_ONCE)
    if not due:
        return Released()
    campaigns, shares = {one for one, _ in due if one}, {one for _, one in due}
    await hold.lock(conn, campaigns, shares=shares)
    held = await times_store.lock_due(conn, now, campaigns, shares=shares, limit=_AT_ONCE)
    closed = await times_store.lock_closed(conn, now, campaigns, shares=shares, limit=_AT_ONCE)
    released = await _ask(conn, held, closed, now=now)
    released.is_more = len(held) == _AT_ONCE or len(closed) == _AT_ONCE
    return released


async def let_go(conn: Conn, locked: Sequence[Locked], *, now: datetime, told: str | None = None) -> Released:
    """Ask messages about their time that somebody lets go, whose places in `held` are locked; `told` says who does.

    The caller holds their campaigns and shares (`hold.lock`).
    """
    return await _ask(conn, locked, (), now=now, told=told)


async def keep_timing(conn: Conn, campaign_id: CampaignId, timing: Timing) -> None:
    """Remember what all messages of a campaign are told about their time."""
    times_store.insert_timings(conn, [(campaign_id, timing, None)])
    await conn.send()


async def drop_timing(conn: Conn, campaign_id: CampaignId) -> None:
    """Forget that again, of a campaign that has no message."""
    await times_store.delete_timing(conn, campaign_id)


async def next_due(conn: Conn) -> datetime | None:
    """Return when something waits for a moment next, or closes; None while nothing does."""
    return await times_store.next_due(conn)


async def late(rt: Runtime, who: Principal, campaign_id: CampaignId | None = None) -> int:
    """Return how many messages of an account, or of a campaign, are late and wait for somebody's word."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await times_store.count_late(conn, who.account_id, campaign_id)


async def release_late(rt: Runtime, who: Principal, campaign_id: CampaignId | None = None) -> Released:
    """Let late messages go on: at once, in their next hours, or not any more where their validity has ended."""
    total = Released()

    async def ask(conn: Conn, locked: Sequence[Locked], now: datetime) -> None:
        found = await let_go(conn, locked, now=now)
        total.queued += found.queued
        total.held += found.held
        total.expired += found.expired

    await _each_late(rt, who, campaign_id, ask)
    return total


async def cancel_late(rt: Runtime, who: Principal, campaign_id: CampaignId | None = None) -> int:
    """Cancel late messages, with refund; return how many."""
    total = 0

    async def cancel(conn: Conn, locked: Sequence[Locked], now: datetime) -> None:
        nonlocal total
        found = await times_store.timed(conn, locked)
        moves = [Move(one.waiting.id, one.version, one.state, State.CANCELLED, CANCELLED_LATE) for one in found]
        moved = await settle.settle(conn, moves, now=now)
        await times_store.take_held(conn, sorted(moved))
        total += len(moved)

    await _each_late(rt, who, campaign_id, cancel)
    return total


async def _each_late(
    rt: Runtime,
    who: Principal,
    campaign_id: CampaignId | None,
    deed: Callable[[Conn, Sequence[Locked], datetime], Awaitable[None]],
) -> None:
    """Do something with late messages, a slice a transaction, each of them once."""
    who.needs(Scope.SEND)
    while True:
        async with rt.db.transaction() as conn:
            campaigns = await times_store.where_late(conn, who.account_id, campaign_id)
            await hold.lock(conn, campaigns, shares=[share(who.account_id)])
            locked = await times_store.lock_late(conn, who.account_id, campaign_id, campaigns=campaigns, limit=_AT_ONCE)
            if locked:
                await deed(conn, locked, rt.clock.now())
        if len(locked) < _AT_ONCE:
            return


async def _ask(
    conn: Conn, held: Sequence[Locked], closed: Sequence[Locked], *, now: datetime, told: str | None = None
) -> Released:
    """Ask messages about their time, and do what comes of it; those `held` with a moment may turn out to be late."""
    found = await times_store.timed(conn, [*held, *closed])
    verdicts = await _judge(conn, found, now)
    moves = [move for verdict in verdicts if (move := verdict.move())]
    moved = await settle.settle(conn, moves, now=now)
    missed = {move.id for move in moves} - moved
    made = [verdict for verdict in verdicts if verdict.one.waiting.id not in missed]
    reach("release.settled")
    late = [one for one in made if one.when is None and one.why is None]
    going = [one for one in made if one.when is not None]
    leaving = {one.one.waiting.id for one in made} - {one.one.waiting.id for one in late}
    await times_store.mark_late(conn, [one.one.waiting.id for one in late])
    await times_store.take_held(conn, [one for one, *_ in held if one in leaving])
    await times_store.take_closed(conn, [one for one, *_ in closed if one in leaving], now)
    await hold.enqueue(conn, [replace(one.one.waiting, when=one.when) for one in going])
    await story.tell(conn, [line for one in made if (line := _line(one, now, told))])
    await _report_late(conn, late, now)
    free = [one.one.waiting for one in going if one.when is not None and one.when.until is None]
    kept = await hold.keep_reviewed(conn, free, now=now) if free else 0
    reach("release.placed")
    queued = len(free) - kept
    if queued:
        await store.wake_dispatchers(conn)
    return Released(queued, len(going) - queued, len(made) - len(going) - len(late), len(late))


async def _judge(conn: Conn, found: Sequence[Timed], now: datetime) -> list[_Verdict]:
    waiting = [one.waiting for one in found]
    campaigns = {one.campaign_id for one in waiting if one.campaign_id}
    told = await times_store.timings(conn, {*campaigns, *(one.id for one in waiting)})
    hours = await account_hours.ask(conn, {one.account_id for one in waiting})
    return [_verdict(one, told, hours.get(one.waiting.account_id, ANY_TIME), now) for one in found]


def _verdict(
    one: Timed, told: Mapping[UUID, tuple[Timing, str | None]], hours: SendingHours, now: datetime
) -> _Verdict:
    waiting = one.waiting
    timing, zone = told.get(waiting.id, (AS_IT_COMES, None))
    if waiting.campaign_id:
        timing, _ = told.get(waiting.campaign_id, (AS_IT_COMES, None))
    where = times.place(one.number[:AREA], one.country, zone, default=hours.default_zone)
    found = times.when(
        timing,
        hours,
        where,
        is_marketing=waiting.message_class is MessageClass.MARKETING,
        is_alone=waiting.campaign_id is None,
        now=now,
        ends=timing.ends(one.accepted_at),
    )
    if isinstance(found, Why):
        return _Verdict(one, why=found, told=found.value)
    if one.until is not None and now - one.until > hours.late_after:
        return _Verdict(one, told=story.waits(f"{LATE}: {one.reason}", one.until, where))
    until = found.until or one.until or now
    return _Verdict(one, found, told=story.waits(found.reason or one.reason, until, where))


def _line(verdict: _Verdict, now: datetime, told: str | None) -> tuple[MessageId, datetime, str, int, str] | None:
    one = verdict.one
    if verdict.why is not None:
        return None  # the row says it
    if verdict.when is None or verdict.when.until is not None:
        return one.waiting.id, now, "held", 0, verdict.told
    if one.state is State.QUEUED:
        return None  # its hours go on
    return one.waiting.id, now, "released", 0, told or verdict.told


async def _report_late(conn: Conn, late: Sequence[_Verdict], now: datetime) -> None:
    counts = Counter[tuple[AccountId, CampaignId | None]](
        (one.one.waiting.account_id, one.one.waiting.campaign_id) for one in late
    )
    news = [Event(Kind.MESSAGES_LATE, account_id, subject, {"count": n}) for (account_id, subject), n in counts.items()]
    if news:
        await record(conn, news, now=now)
