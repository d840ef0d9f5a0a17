"""Statements about what is told of messages to who listens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cablegram.kit.ids import AccountId, MessageId
from cablegram.messages.news_model import About, News
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_LISTENED = Statement(queries.listened)
_INSERT_NEWS = Statement(queries.insert_news)


def listened(conn: Conn, accounts: Iterable[AccountId]) -> Reply[dict[AccountId, frozenset[str]]]:
    """Ask which of these accounts somebody listens to, and to which states of their messages."""
    asked = conn.later(_LISTENED, accounts=array("uuid", accounts))
    return asked.then(lambda rows: {row[0]: frozenset(row[1]) for row in rows})


def insert_news(
    conn: Conn,
    account_id: AccountId,
    state: str,
    messages: Sequence[tuple[MessageId, str | None]],
    *,
    now: datetime,
) -> None:
    """Write that messages, each with its reason, came to a state; at the latest with the commit."""
    reasons = [reason for _, reason in messages]
    conn.later(
        _INSERT_NEWS,
        account_id=value("uuid", account_id),
        now=value("timestamptz", now),
        state=value("text", state),
        ids=array("uuid", [message_id for message_id, _ in messages]),
        reasons=array("text", reasons) if any(reasons) else None,
    )


async def take_news(conn: Conn, *, limit: int) -> list[News]:
    """Take news away, oldest first, of about so many messages."""
    rows = await (await conn.execute(queries.take_news, {"limit": limit})).fetchall()
    return [News(*row) for row in sorted(rows)]


async def told_of(conn: Conn, ids: Sequence[MessageId]) -> list[About]:
    """Read what does not change of messages."""
    rows = await (await conn.execute(queries.told_of, {"ids": list(ids)})).fetchall()
    return [About(*row) for row in rows]
