"""Statements about carriers' notices that are still to be done. Private to the room."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cablegram.kit.ids import ConnectorId, ShortCodeId, uuid7s
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.sms_services.model import NewNotice, NoticeKind, ShortCode

queries = load(__file__)


async def codes_carried(conn: Conn, connector_id: ConnectorId, digits: Collection[str]) -> dict[str, ShortCodeId]:
    """Read which short codes of the stock a connector carries; of two with the same digits the one that names it."""
    values = {"connector_id": connector_id, "digits": list(digits)}
    rows = await (await conn.execute(queries.codes_carried, values)).fetchall()
    return {row[1]: ShortCodeId(row[0]) for row in rows}


async def leave(conn: Conn, new: Sequence[tuple[ShortCodeId, NewNotice]]) -> None:
    """Write down notices that are to be done."""
    values = {
        "ids": uuid7s(len(new)),
        "codes": [code_id for code_id, _ in new],
        "kinds": [one.kind.value for _, one in new],
        "numbers": [int(one.number) for _, one in new],
        "new_numbers": [int(one.new_number) if one.new_number else None for _, one in new],
        "said": [one.said_at for _, one in new],
    }
    await conn.execute(queries.leave, values)


async def try_turn(conn: Conn) -> bool:
    """Try to be the one who does notices, until the end of the transaction."""
    row = await (await conn.execute(queries.try_turn)).fetchone()
    return bool(row and row[0])


async def take_left(conn: Conn, *, limit: int) -> tuple[ShortCode, list[NewNotice]] | None:
    """Take notices of one code off the list, in the order in which they were said; None where there are none."""
    rows = await (await conn.execute(queries.take_left, {"limit": limit})).fetchall()
    if not rows:
        return None
    rows.sort(key=lambda row: (row[5], row[0]))
    code = await (await conn.execute(queries.code, {"code_id": rows[0][1]})).fetchone()
    if code is None:  # no row is without its code, which takes them along when it goes
        return None
    found = ShortCode(ShortCodeId(code[0]), code[1], code[2], tuple(code[3]), code[4], code[5])
    notices = [NewNotice(NoticeKind(row[2]), str(row[3]), row[5], str(row[4]) if row[4] else None) for row in rows]
    return found, notices
