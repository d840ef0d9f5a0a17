"""Statements of the alerts room."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from cablegram.alerts.crossing import Level
from cablegram.alerts.folding import MOST_ITEMS
from cablegram.alerts.model import Folded, JobLore, Pace, Person, Standing, TextLore
from cablegram.kit.ids import AccountId, UserId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


# What has to be known


async def names_of_accounts(conn: Conn, accounts: Collection[AccountId]) -> dict[AccountId, str]:
    """Read the names of accounts."""
    return dict(await (await conn.execute(queries.names_of_accounts, {"accounts": list(accounts)})).fetchall())


async def people(conn: Conn, accounts: Collection[AccountId]) -> dict[AccountId, list[Person]]:
    """Read who belongs to accounts."""
    found: dict[AccountId, list[Person]] = {}
    for row in await (await conn.execute(queries.people, {"accounts": list(accounts)})).fetchall():
        found.setdefault(row[0], []).append(Person(*row[1:]))
    return found


async def users(conn: Conn, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Read people by their ids."""
    rows = await (await conn.execute(queries.users, {"users": list(ids)})).fetchall()
    return {row[0]: Person(*row) for row in rows}


async def operators(conn: Conn) -> list[Person]:
    """Read who runs the installation."""
    return [Person(*row) for row in await (await conn.execute(queries.operators)).fetchall()]


async def choices(conn: Conn, accounts: Collection[UUID]) -> dict[tuple[UUID, UUID, str], Pace]:
    """Read what people of accounts chose: by (account, user, kind)."""
    rows = await (await conn.execute(queries.choices, {"accounts": list(accounts)})).fetchall()
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def inboxes(conn: Conn, accounts: Collection[UUID]) -> dict[AccountId, tuple[str, str]]:
    """Read where accounts want texts that come in: (address, language)."""
    rows = await (await conn.execute(queries.inboxes, {"accounts": list(accounts)})).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


async def programs(conn: Conn, ids: Collection[UUID]) -> dict[UUID, str]:
    """Read the names of services and stores."""
    return dict(await (await conn.execute(queries.programs, {"ids": list(ids)})).fetchall())


async def jobs(conn: Conn, ids: Collection[UUID]) -> dict[UUID, JobLore]:
    """Read who started jobs, and how long they took."""
    rows = await (await conn.execute(queries.jobs, {"ids": list(ids)})).fetchall()
    return {row[0]: JobLore(*row[1:]) for row in rows}


async def texts(conn: Conn, ids: Collection[UUID], accounts: Collection[AccountId]) -> dict[UUID, TextLore]:
    """Read texts of some accounts."""
    rows = await (await conn.execute(queries.texts, {"ids": list(ids), "accounts": list(accounts)})).fetchall()
    return {row[0]: TextLore(*row[1:]) for row in rows}


# What waits to be told


async def fold(conn: Conn, rows: Sequence[Folded]) -> None:
    """Add to what readers are to be told; rows come in one order, so that two who add wait for each other."""
    asked = {
        **_keys(rows),
        "counts": [row.count for row in rows],
        "items": [Jsonb(row.items) for row in rows],
        "dues": [row.due_at for row in rows],
        "most": MOST_ITEMS,
    }
    await conn.execute(queries.fold, asked)
    await conn.execute(queries.quiet, {**_keys(rows), "quiets": [row.quiet for row in rows]})


async def due(conn: Conn, now: datetime, *, limit: int) -> list[Folded]:
    """Read and hold what is due, of some readers whole."""
    cursor = await conn.execute(queries.due, {"now": now, "limit": limit})
    return [Folded(*row) for row in await cursor.fetchall()]


async def told(conn: Conn, rows: Sequence[Folded], now: datetime) -> None:
    """Note that these were told."""
    await conn.execute(queries.told, {**_keys(rows), "now": now})


async def postpone(conn: Conn, rows: Sequence[Folded], until: datetime) -> None:
    """Let these wait longer."""
    await conn.execute(queries.postpone, {**_keys(rows), "until": until})


async def forget(conn: Conn, before: datetime) -> None:
    """Forget when people were told last, if that was before a moment."""
    await conn.execute(queries.forget, {"before": before})


def _keys(rows: Sequence[Folded]) -> dict[str, Any]:
    return {
        "accounts": [row.account_id for row in rows],
        "readers": [row.reader_id for row in rows],
        "kinds": [row.kind for row in rows],
    }


# Balances


async def crossed(conn: Conn) -> list[tuple[AccountId, int, int | None, Level]]:
    """Read the balances that may have crossed: (account, balance, amount to be told below, where it stood)."""
    rows = await (await conn.execute(queries.crossed)).fetchall()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def move_balance(conn: Conn, account_id: AccountId, *, was: Level, level: Level) -> bool:
    """Note where a balance stands now; False where another has."""
    cursor = await conn.execute(queries.move_balance, {"account_id": account_id, "was": was, "level": level})
    return await cursor.fetchone() is not None


# What is chosen


async def standing(conn: Conn, account_id: AccountId) -> Standing:
    """Read what an account is told of."""
    row = await (await conn.execute(queries.standing, {"account_id": account_id})).fetchone()
    return Standing(*row) if row else Standing(None, None, is_inbound_confirmed=False)


async def hold_standing(conn: Conn, account_id: AccountId) -> Standing:
    """Lock what an account is told of, and read it."""
    row = await (await conn.execute(queries.hold_standing, {"account_id": account_id})).fetchone()
    return Standing(*row) if row else Standing(None, None, is_inbound_confirmed=False)


async def set_threshold(conn: Conn, account_id: AccountId, below: int | None) -> None:
    """Write below which balance an account is told."""
    await conn.execute(queries.set_threshold, {"account_id": account_id, "below": below})


async def set_inbox(
    conn: Conn,
    account_id: AccountId,
    address: str | None,
    *,
    language: str,
    token: bytes | None,
    asked_at: datetime | None,
    confirmed_at: datetime | None,
) -> None:
    """Write where texts that come in go to, what confirms it, and when that was asked for."""
    asked = {"account_id": account_id, "address": address, "language": language, "asked_at": asked_at}
    await conn.execute(queries.set_inbox, {**asked, "token": token, "confirmed_at": confirmed_at})


async def confirm_inbox(conn: Conn, token: bytes, now: datetime, *, since: datetime) -> tuple[AccountId, str] | None:
    """Confirm the address that a token belongs to, if it was asked after a moment: (account, address)."""
    asked = {"token": token, "now": now, "since": since}
    row = await (await conn.execute(queries.confirm_inbox, asked)).fetchone()
    return (row[0], row[1]) if row else None


async def is_own_address(conn: Conn, account_id: AccountId, address: str) -> bool:
    """Tell whether a person of the account has confirmed an address."""
    row = await (await conn.execute(queries.is_own_address, {"account_id": account_id, "address": address})).fetchone()
    return bool(row and row[0])


async def choices_of(conn: Conn, account_id: AccountId, user_id: UserId) -> dict[str, Pace]:
    """Read what one person chose, by kind."""
    asked = {"account_id": account_id, "user_id": user_id}
    return dict(await (await conn.execute(queries.choices_of, asked)).fetchall())


async def role_of(conn: Conn, account_id: AccountId, user_id: UserId) -> str | None:
    """Read a person's role in an account."""
    asked = {"account_id": account_id, "user_id": user_id}
    row = await (await conn.execute(queries.role_of, asked)).fetchone()
    return row[0] if row else None


async def choose(conn: Conn, account_id: AccountId, user_id: UserId, paces: Mapping[str, Pace]) -> None:
    """Write what one person chose."""
    asked = {"account_id": account_id, "user_id": user_id}
    await conn.execute(queries.choose, {**asked, "kinds": list(paces), "paces": list(paces.values())})


async def forget_numbers(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> None:
    """Take what names numbers out of what waits to be told."""
    await conn.execute(queries.forget_numbers, {"account_id": account_id, "numbers": list(numbers)})
