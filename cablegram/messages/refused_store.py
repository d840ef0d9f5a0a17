"""Statements about what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, uuid7s
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_INSERT = Statement(queries.insert_refused)
_COLUMNS = ("accounts", "endpoints", "numbers", "senders", "refs", "codes", "messages", "fields")


def insert_refused(conn: Conn, rows: Sequence[tuple[AccountId, *tuple[str | None, ...]]], *, now: datetime) -> None:
    """Write (account, endpoint, number, sender, reference, code, message, field); with the commit."""
    kinds = ("uuid", *["text"] * (len(_COLUMNS) - 1))
    columns = zip(_COLUMNS, kinds, zip(*rows, strict=True), strict=True)
    values = {name: array(kind, column) for name, kind, column in columns}
    conn.later(_INSERT, ids=array("uuid", uuid7s(len(rows))), now=value("timestamptz", now), **values)


async def page_of_refused(
    conn: Conn, account_id: AccountId, code: str | None, after: UUID | None, *, limit: int
) -> list[tuple[Any, ...]]:
    """Read what an account was refused, newest first; with a code, that alone."""
    asked = {"account_id": account_id, "code": code, "after": after, "limit": limit}
    return await (await conn.execute(queries.page_of_refused, asked)).fetchall()


async def forget_refused(conn: Conn, before: datetime, *, limit: int) -> int:
    """Drop some of what was refused before a moment; return how many."""
    return (await conn.execute(queries.forget_refused, {"before": before, "limit": limit})).rowcount
