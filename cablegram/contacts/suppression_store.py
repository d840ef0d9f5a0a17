"""Statements about numbers that are known by a hash alone. Private to the room."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from cablegram.contacts.suppression_model import Kept, Standing
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_SALT = 32  # bytes

Pair = tuple[AccountId, str]


async def salt(conn: Conn, accounts: Sequence[AccountId]) -> None:
    """Give accounts a salt that have none."""
    salts = [secrets.token_bytes(_SALT) for _ in accounts]
    await conn.execute(queries.make_salts, {"accounts": list(accounts), "salts": salts})


async def keep(conn: Conn, new: Sequence[Kept], *, now: datetime) -> None:
    """Write hashes of numbers, each number once; one that is kept stays as strict as it is."""
    await salt(conn, sorted({one.account_id for one in new}))
    values = {
        "accounts": [one.account_id for one in new],
        "numbers": [one.number for one in new],
        "standings": [one.standing.value for one in new],
        "whys": [one.why for one in new],
        "now": now,
    }
    await conn.execute(queries.keep, values)


async def known(conn: Conn, asked: Collection[Pair]) -> dict[Pair, Kept]:
    """Read which of these numbers are kept."""
    cursor = await conn.execute(queries.known, _pairs(asked))
    return {(row[0], row[1]): Kept(row[0], row[1], Standing(row[2]), row[3], row[4]) for row in await cursor.fetchall()}


async def lift(conn: Conn, asked: Collection[Pair], standings: Collection[Standing]) -> set[Pair]:
    """Forget hashes; return the numbers of which there was one."""
    values = {**_pairs(asked), "standings": [one.value for one in standings]}
    cursor = await conn.execute(queries.lift, values)
    return {(row[0], row[1]) for row in await cursor.fetchall()}


def _pairs(asked: Collection[Pair]) -> dict[str, Any]:
    return {"accounts": [account_id for account_id, _ in asked], "numbers": [number for _, number in asked]}
