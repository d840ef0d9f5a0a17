"""Statements of the messages room: rows in, moves, sums, and one message read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from psycopg import sql

from cablegram.kit.ids import AccountId, CampaignId, MessageId, PostingId, lowest_at
from cablegram.messages.model import (
    FINAL,
    LANES,
    Answer,
    Count,
    Draft,
    Key,
    Message,
    MessageClass,
    Moment,
    Move,
    Settled,
    Standing,
    State,
    Waiting,
)
from cablegram.runtime.database import Conn, copy_rows
from cablegram.runtime.queries import load

queries = load(__file__)

_MESSAGE_TYPES = [
    *["uuid"] * 6, "int8", "timestamptz", "text", "int2", *["text"] * 8, "timestamptz",
]  # fmt: skip
_QUEUE_TYPES = ["uuid", "int2", "int2", "uuid", "uuid", "int2"]
_FINALS = [state.value for state in FINAL]


async def make_partitions(conn: Conn, days: Iterable[date]) -> None:
    """Make the partitions of these days where they are missing; bounds are those of the days' UUIDv7s."""
    for day in days:
        name = f"message_{day:%Y%m%d}"
        if await _has_partition(conn, name):
            continue
        await conn.execute(queries.lock_partitions)
        if await _has_partition(conn, name):
            continue
        start = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
        bounds = (sql.Literal(str(lowest_at(start))), sql.Literal(str(lowest_at(start + timedelta(days=1)))))
        # Made beside the table and attached, it waits for nobody who reads or writes messages, and nobody for it.
        # Rows are updated three times in their life: room on the page keeps these updates off the indexes (HOT).
        make = sql.SQL("CREATE TABLE {} (LIKE message INCLUDING ALL) WITH (fillfactor = 60)")
        attach = sql.SQL("ALTER TABLE message ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})")
        await conn.execute(make.format(sql.Identifier(name)))
        await conn.execute(attach.format(sql.Identifier(name), *bounds))


async def _has_partition(conn: Conn, name: str) -> bool:
    row = await (await conn.execute(queries.has_partition, {"name": name})).fetchone()
    return bool(row and row[0])


async def copy_messages(conn: Conn, drafts: Sequence[Draft], now: datetime) -> None:
    """Write accepted and skipped messages."""
    rows = [
        (
            draft.id, draft.account_id, draft.campaign_id, draft.contact_id, draft.connector_id, draft.posting_id,
            draft.price, now, "skipped" if draft.refusal else "queued", draft.segments, draft.message_class.value,
            draft.encoding.value, draft.refusal.code if draft.refusal else None, draft.country, draft.source,
            draft.number or draft.to, draft.client_ref, draft.text, now if draft.refusal else None,
        )
        for draft in drafts
    ]  # fmt: skip
    await copy_rows(conn, queries.copy_messages, _MESSAGE_TYPES, rows)


async def copy_queue(conn: Conn, waiting: Sequence[Waiting]) -> None:
    """Put messages into the queue of their connector."""
    rows = [
        (one.connector_id, LANES[one.message_class], share(one.account_id), one.id, one.campaign_id, one.segments)
        for one in waiting
    ]
    await copy_rows(conn, queries.copy_queue, _QUEUE_TYPES, rows)


async def copy_held(conn: Conn, waiting: Sequence[tuple[Waiting, datetime | None]]) -> None:
    """Keep messages from their queue: until a moment, or (None) until their campaign resumes."""
    rows = [
        (
            one.connector_id,
            LANES[one.message_class],
            share(one.account_id),
            one.id,
            one.campaign_id,
            one.segments,
            until,
        )
        for one, until in waiting
    ]
    await copy_rows(conn, queries.copy_held, [*_QUEUE_TYPES, "timestamptz"], rows)


def share(account_id: AccountId) -> int:
    """Return the account's share of a lane: 1,024 of them, by the random end of its id."""
    return account_id.int & 0x3FF


async def copy_message_events(conn: Conn, rows: Sequence[tuple[MessageId, datetime, str, int, str]]) -> None:
    """Write lines of messages' stories: (message, when, kind, part, detail)."""
    await copy_rows(conn, queries.copy_message_events, ["uuid", "timestamptz", "text", "int2", "text"], list(rows))


async def copy_progress(
    conn: Conn, sums: Sequence[tuple[datetime, AccountId, CampaignId | None, State, int, int]]
) -> None:
    """Write sums of moves: (when, account, campaign, state, n, amount)."""
    types = ["timestamptz", "uuid", "uuid", "text", "int4", "int8"]
    await copy_rows(conn, queries.copy_progress, types, [(*row[:3], row[3].value, *row[4:]) for row in sums])


async def wake_dispatchers(conn: Conn) -> None:
    """Tell dispatchers, at commit, that there is work."""
    await conn.execute(queries.wake_dispatchers)


async def settle(conn: Conn, moves: Sequence[Move], now: datetime) -> list[Settled]:
    """Make the moves whose version still holds; return those."""
    ids = [move.id for move in moves]
    cursor = await conn.execute(
        queries.settle,
        {
            "ids": ids,
            "versions": [move.version for move in moves],
            "froms": [move.from_state.value for move in moves],
            "tos": [move.to_state.value for move in moves],
            "reasons": [move.reason for move in moves],
            "errors": [move.error for move in moves],
            "parts": [",".join(move.part_states) if move.part_states else None for move in moves],
            "finals": _FINALS,
            "now": now,
        },
    )
    return [Settled(id=row[0], account_id=row[1], campaign_id=row[2], price=row[3]) for row in await cursor.fetchall()]


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
            reason=row[9], message_class=MessageClass(row[10]), connector_id=row[11],
        )
        for row in await cursor.fetchall()
    ]  # fmt: skip


async def lock_campaign_shared(conn: Conn, ids: Iterable[CampaignId]) -> None:
    """Keep these campaigns from being paused until this transaction ends."""
    await conn.execute(queries.lock_campaign_shared, {"ids": sorted(ids)})


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


async def hold_campaign(conn: Conn, campaign_id: CampaignId) -> int:
    """Take a campaign's messages out of the queue; return how many."""
    return (await conn.execute(queries.hold_campaign, {"campaign_id": campaign_id})).rowcount


async def release_campaign(conn: Conn, campaign_id: CampaignId) -> int:
    """Put them back; return how many."""
    return (await conn.execute(queries.release_campaign, {"campaign_id": campaign_id})).rowcount


async def withdraw_campaign(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId
) -> list[tuple[MessageId, int, State]]:
    """Take a campaign's messages out for good: (message, version, state)."""
    cursor = await conn.execute(queries.withdraw_campaign, {"account_id": account_id, "campaign_id": campaign_id})
    return [(row[0], row[1], State(row[2])) for row in await cursor.fetchall()]


async def counts(conn: Conn, account_id: AccountId, campaign_id: CampaignId | None) -> dict[State, Count]:
    """Sum the log of counts, of one campaign or (None) of the whole account."""
    query = queries.counts if campaign_id else queries.account_counts
    cursor = await conn.execute(query, {"account_id": account_id, "campaign_id": campaign_id})
    return {State(row[0]): Count(int(row[1]), int(row[2])) for row in await cursor.fetchall()}


async def counts_since(conn: Conn, account_id: AccountId, since: datetime) -> dict[State, Count]:
    """Sum an account's log of counts from a moment on."""
    cursor = await conn.execute(queries.counts_since, {"account_id": account_id, "since": since})
    return {State(row[0]): Count(int(row[1]), int(row[2])) for row in await cursor.fetchall()}


async def series(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId, since: datetime
) -> list[tuple[datetime, State, int]]:
    """Return, second by second, how many messages became submitted and delivered."""
    cursor = await conn.execute(queries.series, {"account_id": account_id, "campaign_id": campaign_id, "since": since})
    return [(row[0], State(row[1]), int(row[2])) for row in await cursor.fetchall()]


async def by_country(
    conn: Conn, account_id: AccountId, campaign_id: CampaignId
) -> list[tuple[str, State, int, int, int]]:
    """Count a campaign's messages: (country, state, n, price, segments)."""
    cursor = await conn.execute(queries.by_country, {"account_id": account_id, "campaign_id": campaign_id})
    return [(row[0], State(row[1]), row[2], int(row[3]), int(row[4])) for row in await cursor.fetchall()]


async def skipped_by_reason(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> dict[str, int]:
    """Count skipped messages by the reason's code."""
    cursor = await conn.execute(queries.skipped_by_reason, {"account_id": account_id, "campaign_id": campaign_id})
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def fold_progress(conn: Conn, *, before: datetime, limit: int) -> None:
    """Add old rows of the log of counts together, a row a second."""
    await conn.execute(queries.fold_progress, {"before": before, "limit": limit})


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


def _message(row: tuple[object, ...]) -> Message:
    values = list(row)
    values[11], values[13] = State(cast("str", row[11])), MessageClass(cast("str", row[13]))
    return Message(*values)  # pyright: ignore[reportArgumentType] - the columns stand in the order of the fields


async def events_of(conn: Conn, message_id: MessageId) -> list[Moment]:
    """Read the lines of a message's story that its own row doesn't tell."""
    cursor = await conn.execute(queries.events_of, {"message_id": message_id})
    return [Moment(*row) for row in await cursor.fetchall()]


async def begin_idempotent(
    conn: Conn, keyed: Sequence[tuple[AccountId, Key]], now: datetime
) -> set[tuple[AccountId, str, str]]:
    """Claim keys; return those that nobody had: (account, endpoint, key)."""
    values = _keys(keyed) | {"hashes": [key.body_hash for _, key in keyed], "now": now}
    cursor = await conn.execute(queries.begin_idempotent, values)
    return {(row[0], row[1], row[2]) for row in await cursor.fetchall()}


async def idempotent_answer(conn: Conn, account_id: AccountId, key: Key) -> tuple[bytes, Answer] | None:
    """Read what a key was answered, with the hash of the request's body."""
    values = {"account_id": account_id, "endpoint": key.endpoint, "key": key.key}
    row = await (await conn.execute(queries.idempotent_answer, values)).fetchone()
    return (row[0], Answer(row[1], row[2], is_replay=True)) if row else None


async def end_idempotent(conn: Conn, done: Sequence[tuple[AccountId, Key, Answer]]) -> None:
    """Store the answers of keys."""
    values = _keys([(account_id, key) for account_id, key, _ in done])
    answers = [answer for *_, answer in done]
    values |= {"statuses": [one.status for one in answers], "responses": [one.body for one in answers]}
    await conn.execute(queries.end_idempotent, values)


async def drop_idempotent(conn: Conn, keyed: Sequence[tuple[AccountId, Key]]) -> None:
    """Let go of keys that were claimed and not answered with success."""
    await conn.execute(queries.drop_idempotent, _keys(keyed))


def _keys(keyed: Sequence[tuple[AccountId, Key]]) -> dict[str, object]:
    return {
        "accounts": [account_id for account_id, _ in keyed],
        "endpoints": [key.endpoint for _, key in keyed],
        "keys": [key.key for _, key in keyed],
    }


async def forget_idempotent(conn: Conn, before: datetime) -> None:
    """Drop keys claimed before a moment."""
    await conn.execute(queries.forget_idempotent, {"before": before})
