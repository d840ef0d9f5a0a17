"""Statements of the dispatch room."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, LiteralString
from uuid import UUID

from cablegram.connectors.contract import Outcome, Outgoing, Question
from cablegram.dispatch.model import SUFFIX, Claimed, InQuestion, Match, Pending
from cablegram.dispatch.overdue import SLICE, Round, Seen
from cablegram.kit.ids import CampaignId, ConnectorId, MessageId
from cablegram.messages.days import partition, shared_day
from cablegram.messages.model import MessageClass, State
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.smpp.receipt import canonical

queries = load(__file__)

_WHOLE_TABLE = "UPDATE message SET"
# What a claim differs in for links whose room counts messages: over HTTP each goes in one piece, with all that it
# brings along. Until when it is of use is looked up only where it has an end at all.
_BY_MESSAGE = {
    "sum(segments) OVER": "count(*) OVER",
    "fitting.share, fitting.at, fitting.number, fitting.closes_at": (
        "fitting.share, fitting.at, fitting.number, fitting.closes_at, message.provider_values,"
        " CASE WHEN fitting.closes_at IS NOT NULL THEN ("
        "SELECT min(least(expires_at, greatest(message.accepted_at, not_before) + validity)) FROM message_timing"
        " WHERE message_timing.id IN (message.id, message.campaign_id)) END AS valid_until"
    ),
    "number, closes_at\nFROM moved": "number, closes_at, provider_values, valid_until\nFROM moved",
}
_INSERT_SUBMISSIONS = Statement(queries.insert_submissions)
_MATCH_RECEIPTS = Statement(queries.match_receipts)
_ANY_WAITING = Statement(queries.any_waiting)
_ANY_ORPHANS = Statement(queries.any_orphans)

_CLASSES = {one.value: one for one in MessageClass}

# The receipts after which nothing more is expected, as `land` numbers what they say.
LAST_WORDS = {Outcome.DELIVERED: 1, Outcome.UNDELIVERED: 2, Outcome.EXPIRED: 3}

_UNIT_SEPARATOR = "\x1f"  # between the forms of one id: no carrier writes it into an id


@lru_cache(maxsize=64)
def _statement(text: str, day: date | None) -> Statement:
    """Return a statement on messages: of a day whose partition is there, or of all days."""
    return Statement(text.replace(_WHOLE_TABLE, f"UPDATE {partition(day)} AS message SET") if day else text)


def claim(
    conn: Conn,
    connector_id: ConnectorId,
    dispatcher_id: int,
    *,
    room: int,
    is_window_empty: bool,
    after: Sequence[int],
    now: datetime,
    day: date | None = None,
    by_message: bool = False,
) -> Reply[list[Claimed]]:
    """Claim what fits into `room` segments. On a connection outside a transaction it is committed when it is awaited.

    `after` is the share of each lane that was served last. With a day only its messages are claimed, which is cheaper.
    With `by_message` the room counts messages, and these come with what their provider's form takes besides.
    """
    return conn.later(
        _statement(_claim_by_message() if by_message else queries.claim, day),
        connector_id=value("uuid", connector_id),
        dispatcher_id=value("int4", dispatcher_id),
        room=value("int4", room),
        is_window_empty=value("bool", is_window_empty),
        after=array("int2", after),
        now=value("timestamptz", now),
    ).then(lambda rows: [_claimed(row, connector_id) for row in rows])


@lru_cache(maxsize=1)
def _claim_by_message() -> str:
    text: str = queries.claim
    for plain, other in _BY_MESSAGE.items():
        if text.count(plain) != 1:
            raise RuntimeError(f"the claim has changed, and what stands for {plain!r} with it")
        text = text.replace(plain, other)
    return text


def _claimed(row: tuple[Any, ...], connector_id: ConnectorId) -> Claimed:
    message_id, account_id, campaign_id, version, attempts, price, kind, segments, *rest = row
    source, number, text, media_url, share, recall, closes_at, *more = rest
    outgoing = Outgoing(message_id, source, number, text, segments, media_url, campaign_id)
    outgoing.is_urgent = kind == MessageClass.OTP
    if more:
        outgoing.values, outgoing.valid_until = more
    return Claimed(
        message_id,
        account_id,
        campaign_id,
        version,
        attempts,
        price,
        _CLASSES[kind],
        segments,
        connector_id,
        share,
        outgoing,
        recall,
        closes_at,
    )


async def take(
    conn: Conn, connector_id: ConnectorId, taken: Sequence[tuple[Claimed, str]], *, now: datetime
) -> tuple[set[MessageId], bool]:
    """Record that the carrier took these messages of one part, each under an id; in the order of their ids.

    Returns those that were as claimed, and whether receipts of this connector wait for their message.
    """
    day = shared_day([claimed.id for claimed, _ in taken])
    moved = conn.later(
        _statement(queries.take, day),
        connector_id=value("uuid", connector_id),
        ids=array("uuid", [claimed.id for claimed, _ in taken]),
        versions=array("int2", [claimed.version for claimed, _ in taken]),
        provider_ids=array("text", [canonical(raw) for _, raw in taken]),
        raw_ids=array("text", [raw for _, raw in taken]),
        now=value("timestamptz", now),
    )
    orphans = conn.later(_ANY_ORPHANS, connector_id=value("uuid", connector_id))
    return {row[0] for row in await moved}, (await orphans)[0][0]


async def land(
    conn: Conn,
    connector_id: ConnectorId,
    receipts: Sequence[tuple[int, str, Pending]],
    *,
    now: datetime,
    day: date | None = None,
) -> set[int]:
    """Record the last word about messages of one part: (place, canonical id, receipt); return the places that moved.

    At most one receipt of an id; outcomes must be among `LAST_WORDS`. With a day only its messages move.
    """
    rows = await conn.later(
        _statement(queries.land, day),
        connector_id=value("uuid", connector_id),
        places=array("int4", [place for place, _, _ in receipts]),
        provider_ids=array("text", [key for _, key, _ in receipts]),
        ends=array("text", [one.number[-SUFFIX:] for _, _, one in receipts]),
        outcomes=array("int2", [LAST_WORDS[one.outcome] for _, _, one in receipts]),
        errors=array("text", [one.error or None for _, _, one in receipts]),
        moments=array("timestamptz", [one.arrived_at for _, _, one in receipts]),
        words=array("text", [one.line() for _, _, one in receipts]),
        suffix=value("int4", SUFFIX),
        now=value("timestamptz", now),
    )
    return {row[0] for row in rows}


def any_waiting(conn: Conn, connector_id: ConnectorId) -> Reply[bool]:
    """Tell whether messages wait for this connector; asked along with what is held back."""
    return conn.later(_ANY_WAITING, connector_id=value("uuid", connector_id)).then(lambda rows: bool(rows[0][0]))


async def insert_submissions(conn: Conn, connector_id: ConnectorId, rows: Sequence[tuple[str, MessageId, int]]) -> None:
    """Remember the carrier's ids: (canonical id, message, part)."""
    await conn.later(
        _INSERT_SUBMISSIONS,
        connector_id=value("uuid", connector_id),
        provider_ids=array("text", [row[0] for row in rows]),
        message_ids=array("uuid", [row[1] for row in rows]),
        parts=array("int2", [row[2] for row in rows]),
    )


async def any_orphans(conn: Conn, connector_id: ConnectorId) -> bool:
    """Tell whether receipts of this connector wait for their message."""
    return (await conn.later(_ANY_ORPHANS, connector_id=value("uuid", connector_id)))[0][0]


async def match_receipts(conn: Conn, connector_id: ConnectorId, keys: Sequence[Sequence[str]]) -> list[Match]:
    """Find the messages that ids may belong to; `keys[place]` are the forms of one id, most trusted first."""
    rows = await conn.later(
        _MATCH_RECEIPTS,
        connector_id=value("uuid", connector_id),
        places=array("int4", range(len(keys))),
        keys=array("text", [_UNIT_SEPARATOR.join(forms) for forms in keys]),
    )
    return [_match(row) for row in rows]


def _match(row: tuple[Any, ...]) -> Match:
    place, message_id, part, version, state, segments, parts, number, reason, key_place = row
    return Match(place, message_id, part, version, State(state), segments, _parts(parts), number, reason, key_place)


def _parts(found: list[str] | None) -> list[State] | None:
    return [State(one) for one in found] if found else None


async def unknown_of_connector(conn: Conn, connector_id: ConnectorId, numbers: Sequence[str]) -> list[InQuestion]:
    """Read messages in question that went to numbers ending like these."""
    values = {"connector_id": connector_id, "ends": [number[-SUFFIX:] for number in numbers]}
    cursor = await conn.execute(queries.unknown_of_connector, values)
    return [InQuestion(*row) for row in await cursor.fetchall()]


async def unknown_claimed_before(
    conn: Conn, before: datetime, *, limit: int
) -> list[tuple[MessageId, int, list[State] | None]]:
    """Read messages in question since before a moment: (message, version, what is known of its parts)."""
    cursor = await conn.execute(queries.unknown_claimed_before, {"before": before, "limit": limit})
    return [(row[0], row[1], _parts(row[2])) for row in await cursor.fetchall()]


async def new_dispatcher_id(conn: Conn) -> int:
    """Return an id that no dispatcher has had."""
    [(dispatcher_id,)] = await (await conn.execute(queries.new_dispatcher_id)).fetchall()
    return dispatcher_id


async def register_dispatcher(conn: Conn, dispatcher_id: int, host: str, pid: int, *, now: datetime) -> None:
    """Note that a dispatcher works, so that others miss it when it dies. Its session holds its lock already."""
    values = {"dispatcher_id": dispatcher_id, "host": host, "pid": pid, "now": now}
    await conn.execute(queries.register_dispatcher, values)


async def hold_dispatcher_lock(conn: Conn, dispatcher_id: int) -> bool:
    """Take the lock that says a dispatcher lives; held until the session of `conn` ends."""
    return await _is_true(conn, queries.hold_dispatcher_lock, {"dispatcher_id": dispatcher_id})


async def hold_link_lock(conn: Conn, connector_id: ConnectorId, number: int) -> bool:
    """Take a link for this session, if no other dispatcher has it."""
    values = {"connector_id": str(connector_id), "number": str(number)}
    return await _is_true(conn, queries.hold_link_lock, values)


async def free_link_lock(conn: Conn, connector_id: ConnectorId, number: int) -> None:
    """Let go of a link."""
    await conn.execute(queries.free_link_lock, {"connector_id": str(connector_id), "number": str(number)})


async def _is_true(conn: Conn, query: LiteralString, values: Mapping[str, object]) -> bool:
    row = await (await conn.execute(query, values)).fetchone()
    return bool(row and row[0])


async def dead_dispatchers(conn: Conn, dispatcher_id: int) -> list[int]:
    """Find dispatchers whose session is gone and that nobody has buried; their locks are held until commit."""
    cursor = await conn.execute(queries.dead_dispatchers, {"dispatcher_id": dispatcher_id})
    return [row[0] for row in await cursor.fetchall()]


async def flight_ids(conn: Conn, dispatcher_id: int, *, limit: int) -> list[MessageId]:
    """Read which messages a dispatcher has on the wire, as many as `limit`."""
    cursor = await conn.execute(queries.flight_ids, {"dispatcher_id": dispatcher_id, "limit": limit}, binary=True)
    return [row[0] for row in await cursor.fetchall()]


async def flying(conn: Conn, ids: Sequence[MessageId]) -> list[Claimed]:
    """Read messages on the wire as their claim left them."""
    cursor = await conn.execute(queries.flying, {"ids": list(ids)})
    return [_standing_claim(row) for row in await cursor.fetchall()]


def _standing_claim(row: tuple[Any, ...]) -> Claimed:
    message_id, account_id, campaign_id, version, price, kind, segments, connector_id, *rest = row
    known = message_id, account_id, campaign_id, version, 0, price, MessageClass(kind), segments, connector_id
    return Claimed(*known, 0, None, *rest)


async def unknown_to_resend(
    conn: Conn, classes: Sequence[MessageClass], before: datetime, *, limit: int
) -> list[Claimed]:
    """Read messages in question of these classes, claimed before a moment, that may be sent again."""
    values = {"classes": [one.value for one in classes], "before": before, "limit": limit}
    return [_standing_claim(row) for row in await (await conn.execute(queries.unknown_to_resend, values)).fetchall()]


async def begin_round(conn: Conn, connector_id: ConnectorId, number: int, begin: UUID) -> UUID | None:
    """Return where a round of questions goes on, at its beginning at the earliest; None while nothing may be asked."""
    values = {"connector_id": connector_id, "round": number, "begin": begin}
    row = await (await conn.execute(queries.begin_round, values)).fetchone()
    return row[0] if row else None


async def end_round(conn: Conn, connector_id: ConnectorId, number: int, after: UUID) -> None:
    """Note how far a round of questions has come."""
    await conn.execute(queries.end_round, {"connector_id": connector_id, "round": number, "after": after})


async def overdue(conn: Conn, connector_id: ConnectorId, one: Round, *, after: UUID, limit: int) -> Seen:
    """Look through the next slice of a round for messages whose receipt is overdue; return at most `limit`."""
    values = {
        "connector_id": connector_id,
        "after": after,
        "end": one.end,
        "slice": SLICE,
        "taken_before": one.taken_before,
        "limit": limit,
    }
    rows = await (await conn.execute(queries.overdue, values)).fetchall()
    return Seen([Question(*row[1:]) for row in rows if row[1]], rows[0][0])


async def match_asked(conn: Conn, ids: Sequence[MessageId]) -> list[Match]:
    """Read messages of one part that a carrier was asked about."""
    return [_match(row) for row in await (await conn.execute(queries.match_asked, {"ids": list(ids)})).fetchall()]


async def insert_resends(conn: Conn, again: Sequence[Claimed], *, now: datetime) -> None:
    """Write down which messages are sent again."""
    values = {
        "ids": [one.id for one in again],
        "accounts": [one.account_id for one in again],
        "campaigns": [one.campaign_id for one in again],
        "now": now,
    }
    await conn.execute(queries.insert_resends, values)


async def count_dispatchers(conn: Conn) -> int:
    """Count the dispatchers that share the links."""
    [(count,)] = await (await conn.execute(queries.count_dispatchers)).fetchall()
    return count


async def bury(conn: Conn, dispatcher_id: int) -> None:
    """Forget a dispatcher that is dead and has nothing on the wire."""
    await conn.execute(queries.bury, {"dispatcher_id": dispatcher_id})


async def due(conn: Conn, now: datetime) -> list[tuple[CampaignId | None, int]]:
    """Read of which campaigns and shares `release_due` would put messages back."""
    return [(row[0], row[1]) for row in await (await conn.execute(queries.due, {"now": now})).fetchall()]


async def release_due(
    conn: Conn,
    now: datetime,
    campaigns: Collection[CampaignId],
    paused: Collection[CampaignId],
    *,
    shares: Collection[int],
) -> int:
    """Put messages of these shares whose pause is over back into the queue, those of no campaign and of these.

    Returns how many. Those of a campaign that is paused wait on until it resumes.
    """
    values = {"now": now, "campaigns": list(campaigns), "paused": list(paused), "shares": list(shares)}
    return (await conn.execute(queries.release_due, values)).rowcount
