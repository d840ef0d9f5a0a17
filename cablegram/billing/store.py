"""Statements of the billing room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.billing.model import NewPosting, Posting, PostingKind, Reference, Standing
from cablegram.billing.tariffs import Current, Tariff
from cablegram.kit.ids import AccountId, CampaignId, PostingId, uuid7s
from cablegram.runtime.connection import Reply, Rows, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_TARIFF_REVISION = Statement(queries.tariff_revision)
_LOCK_BALANCES = Statement(queries.lock_balances)
_INSERT_POSTINGS = Statement(queries.insert_postings)


def tariff_revision(conn: Conn) -> Reply[int]:
    """Read which tariff is in force."""
    return conn.later(_TARIFF_REVISION).then(lambda rows: rows[0][0])


async def all_tariffs(conn: Conn, now: datetime) -> Current:
    """Read the tariff in force at a moment, and for how long it stays."""
    rows = await (await conn.execute(queries.all_tariffs, {"now": now})).fetchall()
    tariffs = [Tariff(*row[4:]) for row in rows if row[4] is not None]
    return Current(rows[0][0], rows[0][1], rows[0][2], rows[0][3], tariffs)


async def insert_balance(conn: Conn, account_id: AccountId) -> None:
    """Write an empty balance."""
    await conn.execute(queries.insert_balance, {"account_id": account_id})


async def read_balance(conn: Conn, account_id: AccountId) -> int | None:
    """Read a balance, in micro-credits; None when the account has none."""
    cursor = await conn.execute(queries.read_balance, {"account_id": account_id})
    row = await cursor.fetchone()
    return row[0] if row else None


def lock_balances(conn: Conn, account_ids: Iterable[AccountId]) -> Reply[dict[AccountId, int]]:
    """Lock balances until the transaction ends, and read them."""
    return conn.later(_LOCK_BALANCES, account_ids=array("uuid", account_ids)).then(dict)


def insert_postings(conn: Conn, new: Sequence[NewPosting], at: datetime) -> Reply[Rows]:
    """Write postings, and so move the balances; at the latest with the commit."""
    return conn.later(
        _INSERT_POSTINGS,
        at=value("timestamptz", at),
        ids=array("uuid", [one.id for one in new]),
        accounts=array("uuid", [one.account_id for one in new]),
        kinds=array("text", [one.kind for one in new]),
        counts=array("int4", [one.count for one in new]),
        amounts=array("int8", [one.amount for one in new]),
        campaigns=array("uuid", [one.campaign_id for one in new]),
        notes=array("text", [one.note for one in new]),
    )


async def insert_referenced(conn: Conn, new: Sequence[NewPosting], at: datetime) -> None:
    """Write postings that name what they are for."""
    values = {
        "at": at,
        "ids": [one.id for one in new],
        "accounts": [one.account_id for one in new],
        "kinds": [one.kind.value for one in new],
        "counts": [one.count for one in new],
        "amounts": [one.amount for one in new],
        "campaigns": [one.campaign_id for one in new],
        "notes": [one.note for one in new],
        "references": [one.reference for one in new],
    }
    await conn.execute(queries.insert_referenced, values)


async def postings_referenced(conn: Conn, asked: Sequence[NewPosting]) -> dict[Reference, PostingId]:
    """Find the postings whose references were posted before."""
    values = {
        "accounts": [one.account_id for one in asked],
        "kinds": [one.kind.value for one in asked],
        "references": [one.reference for one in asked],
    }
    cursor = await conn.execute(queries.postings_referenced, values)
    return {(row[0], PostingKind(row[1]), row[2]): row[3] for row in await cursor.fetchall()}


async def insert_inbound(conn: Conn, texts: Mapping[AccountId, int], at: datetime, *, usual: int) -> list[PostingId]:
    """Charge texts that came in, each account at its price; `usual` (micro-credits) where it has none."""
    ids = [PostingId(one) for one in uuid7s(len(texts))]
    values = {"at": at, "ids": ids, "accounts": list(texts), "counts": list(texts.values()), "usual": usual}
    await conn.execute(queries.insert_inbound, values)
    return ids


async def sums_of_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> dict[PostingKind, int]:
    """Sum a campaign's postings by kind."""
    cursor = await conn.execute(queries.sums_of_campaign, {"account_id": account_id, "campaign_id": campaign_id})
    return {PostingKind(row[0]): int(row[1]) for row in await cursor.fetchall()}


async def postings(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[Posting]:
    """Read an account's ledger, newest first."""
    cursor = await conn.execute(queries.postings, {"account_id": account_id, "after": after, "limit": limit})
    return [_posting(row) for row in await cursor.fetchall()]


async def read_standing(conn: Conn, account_id: AccountId) -> Standing | None:
    """Read a balance and the newest grant; None when the account has no balance."""
    row = await (await conn.execute(queries.read_standing, {"account_id": account_id})).fetchone()
    return Standing(row[0], row[1]) if row else None


async def sum_since(conn: Conn, account_id: AccountId, since: datetime) -> dict[PostingKind, int]:
    """Sum an account's postings from a moment on, by kind."""
    cursor = await conn.execute(queries.sum_since, {"account_id": account_id, "since": since})
    return {PostingKind(row[0]): int(row[1]) for row in await cursor.fetchall()}


async def postings_of_campaign(
    conn: Conn, account_id: AccountId, campaign_id: UUID, *, after: UUID | None, limit: int
) -> list[Posting]:
    """Read the lines of an account's ledger that name a campaign, newest first."""
    values = {"account_id": account_id, "campaign_id": campaign_id, "after": after, "limit": limit}
    return [_posting(row) for row in await (await conn.execute(queries.postings_of_campaign, values)).fetchall()]


async def postings_named(conn: Conn, account_id: AccountId, ids: Sequence[PostingId]) -> list[Posting]:
    """Read lines of an account's ledger, in their order."""
    values = {"account_id": account_id, "ids": list(ids)}
    return [_posting(row) for row in await (await conn.execute(queries.postings_named, values)).fetchall()]


async def balances(conn: Conn, account_ids: Sequence[AccountId]) -> dict[AccountId, int]:
    """Read balances."""
    cursor = await conn.execute(queries.balances, {"account_ids": list(account_ids)})
    return {row[0]: row[1] for row in await cursor.fetchall()}


def _posting(row: Sequence[Any]) -> Posting:
    return Posting(row[0], row[1], row[2], PostingKind(row[3]), *row[4:])  # in the order of the columns
