"""Statements of the messages room: rows in, moves, sums, and one message read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from psycopg import sql

from cablegram.connectors.reading import QUEUE
from cablegram.kit.ids import AccountId, CampaignId, MessageId, PostingId, lowest_at
from cablegram.messages import rows
from cablegram.messages.days import partition
from cablegram.messages.model import (
    FINAL,
    LANES,
    Draft,
    Message,
    MessageClass,
    Moment,
    Move,
    Settled,
    Standing,
    State,
    Waiting,
)
from cablegram.messages.rows import share
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn, copy_block, copy_blocks, copy_rows
from cablegram.runtime.queries import load

queries = load(__file__)

_HAS_PARTITION = Statement(queries.has_partition)
_INSERT_MESSAGES = Statement(queries.insert_messages)
_COUNT_AND_WAKE = Statement(queries.count_and_wake)
_SETTLE = Statement(queries.settle)
_LOCK_CAMPAIGN_SHARED = Statement(queries.lock_campaign_shared)
_LOCK_SHARES_SHARED = Statement(queries.lock_shares_shared)
_WITHDRAW_NUMBERS = Statement(queries.withdraw_numbers)
_FLYING_TO = Statement(queries.flying_to)
_SET_ASIDE_NUMBERS = Statement(queries.set_aside_numbers)
_BARRED = Statement(queries.barred)
_FINALS = [state.value for state in FINAL]
# Why a message is back in the queue without having been tried: its carrier never saw it, or refused us and not it.
_UNCOUNTED = ["not_written", "turned_away", "claim_unanswered"]


def has_partition(conn: Conn, day: date) -> Reply[bool]:
    """Tell whether messages of a day have their partition."""
    return conn.later(_HAS_PARTITION, name=value("text", partition(day))).then(lambda found: bool(found[0][0]))


async def make_partitions(conn: Conn, days: Iterable[date]) -> None:
    """Make the partitions of these days where they are missing; bounds are those of the days' UUIDv7s."""
    for day in days:
        if await has_partition(conn, day):
            continue
        await conn.execute(queries.lock_partitions)
        if await has_partition(conn, day):
            continue
        start = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
        bounds = (sql.Literal(str(lowest_at(start))), sql.Literal(str(lowest_at(start + timedelta(days=1)))))
        # Made beside the table and attached, it waits for nobody who reads or writes messages, and nobody for it.
        # Rows are updated three times in their life, those of a page all at once. With room for nearly all versions
        # these updates stay off the indexes (HOT), also while a long transaction keeps old versions alive. With 45 each
        # fourth one did not, and the table was larger for it, with a fifth more WAL. Vacuum has little to do here.
        make = sql.SQL(
            "CREATE TABLE {} (LIKE message INCLUDING ALL) WITH (fillfactor = 28, autovacuum_vacuum_scale_factor = 0.5,"
            " autovacuum_vacuum_threshold = 50000, autovacuum_vacuum_insert_scale_factor = 0.5)"
        )
        attach = sql.SQL("ALTER TABLE message ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})")
        name = sql.Identifier(partition(day))
        await conn.execute(make.format(name))
        await conn.execute(attach.format(name, *bounds))


def insert_messages(conn: Conn, drafts: Sequence[Draft], now: datetime) -> None:
    """Write a few accepted messages of no campaign with their places in the queue; at the latest with the commit."""
    conn.later(
        _INSERT_MESSAGES,
        now=value("timestamptz", now),
        ids=array("uuid", [one.id for one in drafts]),
        accounts=array("uuid", [one.account_id for one in drafts]),
        connectors=array("uuid", [one.connector_id for one in drafts]),
        postings=array("uuid", [one.posting_id for one in drafts]),
        prices=array("int8", [one.price for one in drafts]),
        segments=array("int2", [one.segments for one in drafts]),
        classes=array("text", [one.message_class for one in drafts]),
        encodings=array("text", [one.encoding for one in drafts]),
        countries=array("text", [one.country for one in drafts]),
        sources=array("text", [one.source for one in drafts]),
        numbers=array("text", [one.number for one in drafts]),
        refs=array("text", [one.client_ref for one in drafts]),
        texts=array("text", [one.text for one in drafts]),
        lanes=array("int2", [LANES[one.message_class] for one in drafts]),
        shares=array("int2", [share(one.account_id) for one in drafts]),
        recalls=array("int8", [one.recall for one in drafts]),
        closings=array("timestamptz", [one.when.closes_at if one.when else None for one in drafts]),
        rulesets=array("int8", [one.ruleset for one in drafts]),
        seen=array("int2", [one.seen for one in drafts]),
    )


async def copy_messages(
    conn: Conn, drafts: Sequence[Draft], now: datetime, *, meanwhile: Callable[[], None] | None = None
) -> None:
    """Write accepted and skipped messages; while the database is still busy with them, do something else."""
    await copy_blocks(conn, queries.copy_messages, rows.of_messages(drafts, now), meanwhile=meanwhile)


async def copy_queue(conn: Conn, waiting: Sequence[Waiting | Draft]) -> None:
    """Put messages into the queue of their connector."""
    if waiting:
        await copy_block(conn, queries.copy_queue, rows.of_queue(waiting))


async def copy_held(conn: Conn, waiting: Sequence[tuple[Waiting | Draft, datetime | None, bool]]) -> None:
    """Keep messages from their queue: until a moment, or (None) until somebody lets them go; whether for their time."""
    if waiting:
        await copy_block(conn, queries.copy_held, rows.of_held(waiting))


async def copy_message_events(conn: Conn, lines: Sequence[tuple[MessageId, datetime, str, int, str]]) -> None:
    """Write lines of messages' stories: (message, when, kind, part, detail)."""
    await copy_rows(conn, queries.copy_message_events, ["uuid", "timestamptz", "text", "int2", "text"], list(lines))


def count_and_wake(
    conn: Conn,
    sums: Mapping[tuple[AccountId, CampaignId | None, State], Sequence[int]],
    now: datetime,
    *,
    channels: Sequence[str],
) -> None:
    """Write the sums of what was made, (n, amount, segments) each, and tell dispatchers of it; with the commit."""
    conn.later(
        _COUNT_AND_WAKE,
        now=value("timestamptz", now),
        accounts=array("uuid", [account_id for account_id, _, _ in sums]),
        campaigns=array("uuid", [campaign_id for _, campaign_id, _ in sums]),
        states=array("text", [state for *_, state in sums]),
        ns=array("int4", [n for n, *_ in sums.values()]),
        amounts=array("int8", [amount for _, amount, _ in sums.values()]),
        segments=array("int4", [segments for *_, segments in sums.values()]),
        channels=array("text", channels),
    )


async def wake_dispatchers(conn: Conn, channel: str = QUEUE) -> None:
    """Tell dispatchers, at commit, that there is work, or something new that waits for a moment."""
    await conn.execute(queries.wake_dispatchers, {"channel": channel})


async def settle(conn: Conn, moves: Sequence[Move], now: datetime) -> list[Settled]:
    """Make the moves whose version still holds; return those."""
    rows = await conn.later(
        _SETTLE,
        ids=array("uuid", [move.id for move in moves]),
        versions=array("int2", [move.version for move in moves]),
        froms=array("text", [move.from_state for move in moves]),
        tos=array("text", [move.to_state for move in moves]),
        reasons=array("text", [move.reason for move in moves]),
        errors=array("text", [move.error for move in moves]),
        parts=array("text", [",".join(move.part_states) if move.part_states else None for move in moves]),
        finals=array("text", _FINALS),
        uncounted=array("text", _UNCOUNTED),
        now=value("timestamptz", now),
    )
    return [Settled(*row) for row in rows]


async def mark_refunded(conn: Conn, refunds: Sequence[tuple[MessageId, PostingId]]) -> None:
    """Name on each message the posting that gave its price back."""
    ids = [message_id for message_id, _ in refunds]
    back = [refund_id for _, refund_id in refunds]
    await conn.execute(queries.mark_refunded, {"ids": ids, "refunds": back})


async def standing(conn: Conn, ids: Sequence[MessageId]) -> list[Standing]:
    """Read where messages stand, for a writer."""
    cursor = await conn.execute(queries.standing, {"ids": list(ids)})
    return [
        Standing(
            id=row[0], account_id=row[1], campaign_id=row[2], version=row[3], state=State(row[4]), segments=row[5],
            part_states=[State(part) for part in row[6]] if row[6] else None, price=row[7], number=row[8],
            reason=row[9], message_class=MessageClass(row[10]), connector_id=row[11], attempts=row[12],
        )
        for row in await cursor.fetchall()
    ]  # fmt: skip


def lock_campaign_shared(conn: Conn, ids: Iterable[CampaignId]) -> None:
    """Keep these campaigns from being paused until this transaction ends; with the next question."""
    conn.later(_LOCK_CAMPAIGN_SHARED, ids=array("uuid", sorted(ids)))


def lock_shares_shared(conn: Conn, shares: Iterable[int]) -> None:
    """Keep numbers of these shares from being withdrawn until this transaction ends; with the next question."""
    conn.later(_LOCK_SHARES_SHARED, shares=array("int4", sorted(shares)))


async def lock_shares(conn: Conn, shares: Iterable[int]) -> None:
    """Wait until nobody moves messages of these shares between queue and held, and keep it so."""
    await conn.execute(queries.lock_shares, {"shares": sorted(shares)})


async def lock_campaign(conn: Conn, campaign_id: CampaignId) -> None:
    """Wait until nobody puts messages of this campaign into the queue, and keep it so."""
    await conn.execute(queries.lock_campaign, {"campaign_id": campaign_id})


async def paused_among(conn: Conn, ids: Iterable[CampaignId]) -> set[CampaignId]:
    """Return which of these campaigns are paused."""
    cursor = await conn.execute(queries.paused_among, {"ids": list(ids)})
    return {row[0] for row in await cursor.fetchall()}


async def mark_paused(conn: Conn, campaign_id: CampaignId) -> None:
    """Remember that a campaign's messages may not go out."""
    await conn.execute(queries.mark_paused, {"campaign_id": campaign_id})


async def unmark_paused(conn: Conn, campaign_id: CampaignId) -> None:
    """Forget it."""
    await conn.execute(queries.unmark_paused, {"campaign_id": campaign_id})


async def hold_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> int:
    """Take a campaign's messages out of the queue; return how many."""
    return (
        await conn.execute(queries.hold_campaign, {"campaign_id": campaign_id, "share": share(account_id)})
    ).rowcount


async def release_campaign(conn: Conn, campaign_id: CampaignId) -> int:
    """Put them back; return how many."""
    return (await conn.execute(queries.release_campaign, {"campaign_id": campaign_id})).rowcount


async def withdraw_campaign(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId
) -> list[tuple[MessageId, int, State]]:
    """Take a campaign's messages out for good: (message, version, state)."""
    values = {"account_id": account_id, "campaign_id": campaign_id, "share": share(account_id)}
    cursor = await conn.execute(queries.withdraw_campaign, values)
    return [(row[0], row[1], State(row[2])) for row in await cursor.fetchall()]


async def withdraw_numbers(
    conn: Conn, pairs: Sequence[tuple[AccountId, int]]
) -> list[tuple[AccountId | None, MessageId, int, State]]:
    """Take out for good what waits for numbers: (account, message, version, state). No account: ask once more."""
    return await _take_numbers(conn, _WITHDRAW_NUMBERS, pairs)


async def set_aside_numbers(
    conn: Conn, pairs: Sequence[tuple[AccountId, int]]
) -> list[tuple[AccountId | None, MessageId, int, State]]:
    """Keep what waits for numbers until their texts are read, except for what waits for its time; answers as above."""
    return await _take_numbers(conn, _SET_ASIDE_NUMBERS, pairs)


async def _take_numbers(
    conn: Conn, statement: Statement, pairs: Sequence[tuple[AccountId, int]]
) -> list[tuple[AccountId | None, MessageId, int, State]]:
    rows = await conn.later(
        statement,
        accounts=array("uuid", [account_id for account_id, _ in pairs]),
        shares=array("int2", [share(account_id) for account_id, _ in pairs]),
        numbers=array("int8", [number for _, number in pairs]),
    )
    return [(row[0], row[1], row[2], State(row[3] or State.QUEUED)) for row in rows]


async def free_number(conn: Conn, account_id: AccountId, number: int, now: datetime) -> int:
    """Let what was kept of a number for a review be due now; return how many messages."""
    values = {"account_id": account_id, "number": number, "now": now}
    return (await conn.execute(queries.free_number, values)).rowcount


async def flying_to(conn: Conn, numbers: Iterable[int]) -> list[tuple[MessageId, AccountId, int]]:
    """Read what is on the wire or in question for numbers, whoever sent it."""
    return [(row[0], row[1], row[2]) for row in await conn.later(_FLYING_TO, numbers=array("int8", numbers))]


async def barred(conn: Conn, pairs: Iterable[tuple[AccountId, int]]) -> dict[tuple[AccountId, int], bool]:
    """Return those of these numbers that nobody of that account may write to: for good, or until a text is read."""
    asked = list(pairs)
    rows = await conn.later(
        _BARRED,
        accounts=array("uuid", [account_id for account_id, _ in asked]),
        numbers=array("int8", [number for _, number in asked]),
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def get_message(conn: Conn, account_id: AccountId, message_id: UUID) -> Message | None:
    """Read one message."""
    cursor = await conn.execute(queries.get_message, {"id": message_id, "account_id": account_id})
    row = await cursor.fetchone()
    return _message(row) if row else None


async def search(conn: Conn, values: dict[str, object]) -> list[Message]:
    """Read the messages that fit all of what is asked, newest first."""
    # Not prepared: each search is planned for what it asks, so that a campaign's goes by the campaign's index.
    cursor = await conn.execute(queries.search, values, prepare=False)
    return [_message(row) for row in await cursor.fetchall()]


async def stretch(conn: Conn, values: dict[str, object], messages: int) -> MessageId | None:
    """Return where so many of the messages between two bounds end, newest first; None: there are fewer."""
    cursor = await conn.execute(queries.stretch, {**values, "messages": messages}, prepare=False)
    row = await cursor.fetchone()
    return row[0] if row else None


def _message(row: tuple[object, ...]) -> Message:
    values = list(row)
    values[11], values[13] = State(cast("str", row[11])), MessageClass(cast("str", row[13]))
    return Message(*values)  # pyright: ignore[reportArgumentType] - the columns stand in the order of the fields


async def events_of(conn: Conn, message_id: MessageId) -> list[Moment]:
    """Read the lines of a message's story that its own row doesn't tell."""
    cursor = await conn.execute(queries.events_of, {"message_id": message_id})
    return [Moment(*row) for row in await cursor.fetchall()]
