"""Statements about people who leave a program while something of it waits for them. Private to the room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cablegram.kit.ids import AccountId, MessageId, ProgramId
from cablegram.messages.model import State
from cablegram.messages.rows import share
from cablegram.programs.model import Standing
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_WITHDRAW_LEFT = Statement(queries.withdraw_left)
_LEFT_BEHIND = Statement(queries.left_behind)


async def withdraw_left(
    conn: Conn, left: Sequence[tuple[AccountId, ProgramId, int]]
) -> list[tuple[AccountId | None, MessageId, int, State]]:
    """Take out for good what waits for numbers from programs: (account, message, version, state). No account: again."""
    rows = await conn.later(
        _WITHDRAW_LEFT,
        accounts=array("uuid", [account_id for account_id, *_ in left]),
        shares=array("int2", [share(account_id) for account_id, *_ in left]),
        programs=array("uuid", [program_id for _, program_id, _ in left]),
        numbers=array("int8", [number for *_, number in left]),
    )
    return [(row[0], row[1], row[2], State(row[3] or State.QUEUED)) for row in rows]


async def left_behind(conn: Conn, ids: Iterable[MessageId]) -> dict[MessageId, Standing]:
    """Return which messages a program sends to somebody who was in it then, and where that person stands now."""
    return {row[0]: Standing(row[1]) for row in await conn.later(_LEFT_BEHIND, ids=array("uuid", ids))}
