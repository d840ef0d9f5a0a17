"""Statements about links that providers shortened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cablegram.kit.ids import MessageId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


class Made(NamedTuple):
    """A link as it is kept, by the code it gets; `own` is the code of ours that it leads to, "" where it does not."""

    code: str
    message_id: MessageId
    url: str
    own: str


async def keep(conn: Conn, links: Sequence[Made], *, untold: str, most: int, now: datetime) -> set[str]:
    """Write those that are not there yet, up to `most` of a message; return the codes of all that are its own."""
    values = {
        "codes": [one.code for one in links],
        "messages": [one.message_id for one in links],
        "urls": [one.url for one in links],
        "own": [one.own for one in links],
        "untold": untold,
        "most": most,
        "now": now,
    }
    await conn.execute(queries.keep_told, values)
    return {row[0] for row in await (await conn.execute(queries.told, values)).fetchall()}
