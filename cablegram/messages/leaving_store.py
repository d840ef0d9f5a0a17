"""Statements about what waits of programs, of people who leave and of programs that stop. Private to the room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cablegram.kit.ids import AccountId, MessageId, ProgramId
from cablegram.messages.model import State
from cablegram.messages.rows import share
from cablegram.programs.model import Standing
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_WITHDRAW_LEFT = Statement(queries.withdraw_left)
_WITHDRAW_PROGRAM = Statement(queries.withdraw_program)
_LEFT_BEHIND = Statement(queries.left_behind)
_STOPPED = "stopped"


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


async def withdraw_program(
    conn: Conn, account_id: AccountId, program_id: ProgramId, *, spared: int
) -> list[tuple[AccountId | None, MessageId, int, State]]:
    """Take out for good what waits of a program, of purposes before the one at `spared`; as `withdraw_left`."""
    rows = await conn.later(
        _WITHDRAW_PROGRAM,
        account_id=value("uuid", account_id),
        share=value("int2", share(account_id)),
        program_id=value("uuid", program_id),
        spared=value("int2", spared),
    )
    return [(row[0], row[1], row[2], State(row[3] or State.QUEUED)) for row in rows]


async def left_behind(conn: Conn, ids: Iterable[MessageId]) -> dict[MessageId, Standing | None]:
    """Return which messages a program sends to somebody who was in it then, and where that person stands now.

    None: the program itself has no leave to send any more.
    """
    rows = await conn.later(_LEFT_BEHIND, ids=array("uuid", ids))
    return {row[0]: None if row[1] == _STOPPED else Standing(row[1]) for row in rows}
