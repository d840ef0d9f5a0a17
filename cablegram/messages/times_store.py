"""Statements about messages that wait for their time."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from cablegram.consent.timing import Timing
from cablegram.kit.ids import AccountId, CampaignId, ConnectorId, MessageId, lowest_at
from cablegram.messages.model import FINAL, Locked, Message, MessageClass, State, Waiting
from cablegram.messages.rows import share
from cablegram.pacing import schedule
from cablegram.pacing.quiet_hours import WhenClosed
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_INSERT_TIMINGS = Statement(queries.insert_timings)
_SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Timed:
    """A message that waits, and what its time depends on; `until` is what it waited for in `held`."""

    waiting: Waiting
    version: int
    state: State
    number: str
    country: str
    accepted_at: datetime
    reason: str | None
    until: datetime | None


async def delete_timing(conn: Conn, campaign_id: CampaignId) -> None:
    """Delete what a campaign's messages were told about their time."""
    await conn.execute(queries.delete_timing, {"id": campaign_id})


def insert_timings(conn: Conn, told: Sequence[tuple[UUID, Timing, str | None]]) -> None:
    """Keep what messages, or a campaign, were told about their time, and their own zones; with the commit."""
    times = [timing for _, timing, _ in told]
    conn.later(
        _INSERT_TIMINGS,
        ids=array("uuid", [one for one, _, _ in told]),
        schedules=array("text", [None if one.written is None else json.dumps(one.written) for one in times]),
        begins=array("timestamptz", [one.not_before for one in times]),
        ends=array("timestamptz", [one.expires_at for one in times]),
        seconds=array("int8", [None if one.validity is None else one.validity // _SECOND for one in times]),
        closed=array("text", [one.when_closed.value if one.when_closed else None for one in times]),
        zones=array("text", [zone for _, _, zone in told]),
    )


async def timings(conn: Conn, ids: Collection[UUID]) -> dict[UUID, tuple[Timing, str | None]]:
    """Read what messages and campaigns were told about their time, and the zones of their recipients."""
    cursor = await conn.execute(queries.timings, {"ids": list(ids)})
    return {row[0]: (_timing(row[1:6]), row[6]) for row in await cursor.fetchall()}


def _timing(row: Sequence[Any]) -> Timing:
    written, begins, ends, validity, closed = row
    hours = None if written is None else schedule.read(written)
    return Timing(hours, written, begins, ends, validity, None if closed is None else WhenClosed(closed))


async def next_due(conn: Conn) -> datetime | None:
    """Read when something waits for a moment next, or closes; None while nothing does."""
    ((moment,),) = await (await conn.execute(queries.next_due)).fetchall()
    return moment


async def where_due(conn: Conn, now: datetime, *, limit: int) -> list[tuple[CampaignId | None, int]]:
    """Read of which campaigns and shares messages are due or have closed."""
    cursor = await conn.execute(queries.where_due, {"now": now, "limit": limit})
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def lock_due(
    conn: Conn, now: datetime, campaigns: Collection[CampaignId], *, shares: Collection[int], limit: int
) -> list[Locked]:
    """Lock the places of messages that are due, of no campaign and of these."""
    return await _lock(conn, queries.lock_due, _due(now, campaigns, shares, limit))


async def lock_closed(
    conn: Conn, now: datetime, campaigns: Collection[CampaignId], *, shares: Collection[int], limit: int
) -> list[Locked]:
    """Lock the places of messages in the queue whose hours or validity have ended, of no campaign and of these."""
    return await _lock(conn, queries.lock_closed, _due(now, campaigns, shares, limit))


async def lock_late(
    conn: Conn,
    account_id: AccountId,
    campaign_id: CampaignId | None,
    *,
    campaigns: Collection[CampaignId],
    limit: int,
) -> list[Locked]:
    """Lock the places of messages that were late, of an account or one of its campaigns: of none and of `campaigns`."""
    asked = {"account_id": account_id, "share": share(account_id), "campaign_id": campaign_id, "limit": limit}
    return await _lock(conn, queries.lock_late, {**asked, "campaigns": list(campaigns)})


async def where_late(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None) -> list[CampaignId]:
    """Read of which campaigns messages of an account were late."""
    asked = {"account_id": account_id, "share": share(account_id), "campaign_id": campaign_id}
    return [row[0] for row in await (await conn.execute(queries.where_late, asked)).fetchall()]


async def count_late(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None) -> int:
    """Count the messages that were late and wait for somebody's word."""
    asked = {"account_id": account_id, "share": share(account_id), "campaign_id": campaign_id}
    ((count,),) = await (await conn.execute(queries.count_late, asked)).fetchall()
    return count


def _due(now: datetime, campaigns: Collection[CampaignId], shares: Collection[int], limit: int) -> dict[str, object]:
    return {"now": now, "campaigns": list(campaigns), "shares": list(shares), "limit": limit}


async def _lock(conn: Conn, query: LiteralString, values: Mapping[str, object]) -> list[Locked]:
    return [(row[0], row[1], row[2]) for row in await (await conn.execute(query, values)).fetchall()]


async def timed(conn: Conn, locked: Collection[Locked]) -> list[Timed]:
    """Read what the time of messages depends on."""
    places = {message_id: (until, recall) for message_id, until, recall in locked}
    rows = await (await conn.execute(queries.timed, {"ids": list(places)})).fetchall()
    return [_timed(row, *places[row[0]]) for row in rows]


def _timed(row: Sequence[Any], until: datetime | None, recall: int | None) -> Timed:
    message_id, version, state, account_id, campaign_id, connector_id, kind, segments, *rest = row
    waiting = Waiting(
        message_id, account_id, campaign_id, ConnectorId(connector_id), MessageClass(kind), segments, recall
    )
    number, country, accepted_at, reason = rest
    return Timed(waiting, version, State(state), number, country, accepted_at, reason, until)


async def tell_waits(conn: Conn, messages: Sequence[Message]) -> None:
    """Fill in until when those of these messages wait that are scheduled."""
    scheduled = {one.id: one for one in messages if one.state is State.SCHEDULED}
    if scheduled:
        for row in await (await conn.execute(queries.waits, {"ids": list(scheduled)})).fetchall():
            scheduled[row[0]].waits_until = row[1]


async def mark_late(conn: Conn, ids: Sequence[MessageId]) -> None:
    """Let messages wait for somebody's word and no moment."""
    if ids:
        await conn.execute(queries.mark_late, {"ids": list(ids)})


async def take_held(conn: Conn, ids: Sequence[MessageId]) -> None:
    """Take messages out of `held`, locked before."""
    if ids:
        await conn.execute(queries.take_held, {"ids": list(ids)})


async def take_closed(conn: Conn, ids: Sequence[MessageId], now: datetime) -> None:
    """Take messages that have closed out of the queue, locked before."""
    if ids:
        await conn.execute(queries.take_closed, {"ids": list(ids), "now": now})


async def forget_timings(conn: Conn, after: UUID, ended_before: datetime, *, limit: int) -> UUID | None:
    """Drop what messages behind `after` were told that ended before a moment, a slice; return where to go on."""
    values = {
        "after": after,
        "before": lowest_at(ended_before),
        "ended_before": ended_before,
        "finals": [state.value for state in FINAL],
        "limit": limit,
    }
    row = await (await conn.execute(queries.forget_timings, values)).fetchone()
    return row[0] if row else None


async def withdraw_one(conn: Conn, message_id: MessageId, connector_id: ConnectorId, *, lane: int, share: int) -> bool:
    """Take one message out for good; False where it waits nowhere."""
    values = {"id": message_id, "connector_id": connector_id, "lane": lane, "share": share}
    return await (await conn.execute(queries.withdraw_one, values)).fetchone() is not None
