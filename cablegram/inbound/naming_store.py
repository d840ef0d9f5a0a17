"""Statements about the names of those who write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.kit.ids import AccountId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_WANT = Statement(queries.want)


@dataclass(frozen=True, slots=True)
class Wish:
    """A name that an account wants: of a number (E.164 digits), since when."""

    account_id: AccountId
    number: str
    wanted_at: datetime


def want(conn: Conn, wanted: Sequence[tuple[AccountId, str]], now: datetime, *, old: datetime) -> None:
    """Note which names are wanted, but those that were told after `old`; with the next question."""
    conn.later(
        _WANT,
        accounts=array("uuid", [account_id for account_id, _ in wanted]),
        numbers=array("text", [number for _, number in wanted]),
        now=value("timestamptz", now),
        old=value("timestamptz", old),
    )


async def give_up(conn: Conn, before: datetime) -> None:
    """Want no more what has been wanted since before a moment."""
    await conn.execute(queries.give_up, {"before": before})


async def take(conn: Conn, now: datetime, *, before: datetime, limit: int) -> list[Wish]:
    """Take names to ask for that nobody took after a moment."""
    rows = await (await conn.execute(queries.take, {"now": now, "before": before, "limit": limit})).fetchall()
    return [Wish(*row) for row in rows]


async def drop(conn: Conn, wishes: Sequence[Wish]) -> None:
    """Want these no more."""
    if wishes:
        await conn.execute(queries.drop_wishes, _pairs(wishes))


async def tell(conn: Conn, named: Sequence[tuple[Wish, str]], now: datetime) -> None:
    """Write names; empty where nobody knows one."""
    if named:
        values = {**_pairs([wish for wish, _ in named]), "names": [name for _, name in named], "now": now}
        await conn.execute(queries.tell, values)


def _pairs(wishes: Sequence[Wish]) -> dict[str, object]:
    return {"accounts": [one.account_id for one in wishes], "numbers": [one.number for one in wishes]}
