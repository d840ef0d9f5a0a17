"""Statements of the overview room."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from cablegram.kit.ids import AccountId, ConnectorId, time_of
from cablegram.messages.model import State
from cablegram.overview.model import Facts, Lane, Process, Reported, Stopped, Way
from cablegram.runtime.database import Conn
from cablegram.runtime.meters import Figures
from cablegram.runtime.queries import load

queries = load(__file__)

_MOST = 100_000  # messages of a lane that are counted one by one: about 10 ms


async def flights(conn: Conn) -> dict[ConnectorId, tuple[int, int]]:
    """Read what is on the wire and what nobody can say about, by connector."""
    rows = await (await conn.execute(queries.flying)).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


async def moved_since(conn: Conn, since: datetime) -> list[tuple[AccountId, State, int, int]]:
    """Read what moved: (account, state, messages that came into it, by how many it grew)."""
    cursor = await conn.execute(queries.moved_since, {"since": since})
    return [(row[0], State(row[1]), row[2], row[3]) for row in await cursor.fetchall()]


async def processes(conn: Conn) -> list[Process]:
    """Read the newest dispatchers."""
    return [Process(*row) for row in await (await conn.execute(queries.processes)).fetchall()]


async def facts(conn: Conn) -> Facts:
    """Read what the database is."""
    ((version, size, since),) = await (await conn.execute(queries.facts)).fetchall()
    return Facts(version, size, since)


async def lanes(conn: Conn) -> list[Lane]:
    """Read what waits in each lane that is not empty."""
    rows = await (await conn.execute(queries.lanes, {"most": _MOST})).fetchall()
    return [Lane(row[0], row[1], row[2], time_of(row[3])) for row in rows]


async def aside(conn: Conn) -> dict[ConnectorId, int]:
    """Read what waits aside of the lanes, by connector."""
    return dict(await (await conn.execute(queries.aside, {"most": _MOST})).fetchall())


async def totals(conn: Conn) -> dict[State, tuple[int, int]]:
    """Read what ever came into each state, and how many are in it now."""
    rows = await (await conn.execute(queries.totals)).fetchall()
    return {State(row[0]): (row[1], row[2]) for row in rows}


async def advance_totals(conn: Conn, now: datetime, *, margin: timedelta) -> None:
    """Add to the sums what is older than `margin`."""
    await conn.execute(queries.advance_totals, {"now": now, "margin": margin})


async def note_process(conn: Conn, process_id: UUID, figures: Figures, *, name: str, host: str, pid: int) -> None:
    """Write what a process says of itself."""
    written = msgspec.json.encode(figures).decode()
    values = {"id": process_id, "name": name, "host": host, "pid": pid, "figures": written}
    await conn.execute(queries.note_process, values)


async def drop_process(conn: Conn, process_id: UUID) -> None:
    """Take the row of a process away that ends."""
    await conn.execute(queries.drop_process, {"id": process_id})


async def forget_processes(conn: Conn, *, after: timedelta) -> None:
    """Drop the rows of processes that ended without a word."""
    await conn.execute(queries.forget_processes, {"after": after})


async def reports(conn: Conn, *, patience: timedelta) -> list[Reported]:
    """Read what processes say of themselves."""
    rows = await (await conn.execute(queries.reports, {"patience": patience})).fetchall()
    return [
        Reported(name, host, pid, since, lives, msgspec.json.decode(figures, type=Figures))
        for name, host, pid, since, lives, figures in rows
    ]


async def connectors(conn: Conn) -> list[Way]:
    """Read all connectors."""
    return [Way(*row) for row in await (await conn.execute(queries.connectors)).fetchall()]


async def links(conn: Conn) -> list[tuple[ConnectorId, int, str]]:
    """Read what all links are doing: (connector, number, state)."""
    return [(row[0], row[1], row[2]) for row in await (await conn.execute(queries.links)).fetchall()]


async def living_dispatchers(conn: Conn) -> int:
    """Read how many dispatchers hold their lock."""
    ((count,),) = await (await conn.execute(queries.living_dispatchers)).fetchall()
    return count


async def resent(conn: Conn) -> int:
    """Count the messages that were ever sent again by policy."""
    ((count,),) = await (await conn.execute(queries.resent)).fetchall()
    return count


async def stopped(conn: Conn) -> Stopped | None:
    """Read since when all sending stands still by the operator's word; None while it goes on."""
    row = await (await conn.execute(queries.stopped)).fetchone()
    return Stopped(datetime.fromisoformat(row[0]), row[1], row[2]) if row else None


async def migrations(conn: Conn) -> dict[str, str]:
    """Read which migrations were applied, with the hash of each."""
    return dict(await (await conn.execute(queries.migrations)).fetchall())
