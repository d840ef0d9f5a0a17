"""Statements of the billing room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.billing.model import NewPosting, Posting, PostingKind, Standing
from cablegram.billing.tariffs import Tariff
from cablegram.kit.ids import AccountId, CampaignId, PostingId
from cablegram.runtime.connection import Reply, Rows, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn, copy_rows
from cablegram.runtime.queries import load

queries = load(__file__)

_TARIFF_REVISION = Statement(queries.tariff_revision)
_LOCK_BALANCES = Statement(queries.lock_balances)
_INSERT_POSTINGS = Statement(queries.insert_postings)


def tariff_revision(conn: Conn) -> Reply[int]:
    """Read which tariff is in force."""
    return conn.later(_TARIFF_REVISION).then(lambda rows: rows[0][0])


async def all_tariffs(conn: Conn) -> tuple[int, list[Tariff]]:
    """Read the revision and every tariff."""
    rows = await (await conn.execute(queries.all_tariffs)).fetchall()
    return rows[0][0], [Tariff(*row[1:]) for row in rows if row[1] is not None]


async def bump_tariff_revision(conn: Conn) -> int:
    """Raise the revision, and hold its row until the transaction ends."""
    cursor = await conn.execute(queries.bump_tariff_revision)
    return (await cursor.fetchall())[0][0]


async def lock_tariff(conn: Conn) -> None:
    """Let nobody else replace the tariff until the transaction ends."""
    await conn.execute(queries.lock_tariff)


async def count_tariffs(conn: Conn) -> int:
    """Count the prefixes."""
    cursor = await conn.execute(queries.count_tariffs)
    return (await cursor.fetchall())[0][0]


async def delete_tariffs(conn: Conn) -> None:
    """Forget the whole tariff."""
    await conn.execute(queries.delete_tariffs)


async def copy_tariffs(conn: Conn, tariffs: Sequence[Tariff]) -> None:
    """Write tariffs."""
    rows = [(one.prefix, one.country, one.name, one.price, one.is_demo) for one in tariffs]
    await copy_rows(conn, queries.copy_tariffs, ["text", "text", "text", "int8", "bool"], rows)


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
