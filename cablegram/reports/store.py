"""Statements that add messages and texts up. Private to the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId
from cablegram.reports.cells import NONE, Added, Cell, Change, HeardText, Sums
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Place:
    """How far messages and texts are counted, up to where they may be, and whether that may be done by now."""

    messages: UUID
    texts: UUID
    line: UUID
    is_safe: bool


@dataclass(frozen=True, slots=True)
class Read:
    """How many rows were read and which was the last; how many corrections were made."""

    rows: int
    last: UUID | None
    corrections: int


async def hold_place(conn: Conn) -> Place | None:
    """Hold the place where adding up goes on; None: somebody else is at it."""
    row = await (await conn.execute(queries.hold_place)).fetchone()
    return Place(*row) if row else None


async def draw_line(conn: Conn, line: UUID) -> None:
    """Draw the line further on; `date_line` has to follow, after the commit."""
    await conn.execute(queries.draw_line, {"line": line})


async def date_line(conn: Conn) -> None:
    """Write down when the line was drawn, where that was not done."""
    await conn.execute(queries.date_line)


async def move_place(conn: Conn, *, messages: UUID, texts: UUID, counted_at: datetime | None) -> None:
    """Move the place; with a moment, all that moved until then is in the sums."""
    await conn.execute(queries.move_place, {"messages": messages, "texts": texts, "counted_at": counted_at})


async def changes(conn: Conn, *, after: UUID, until: UUID, limit: int) -> tuple[list[Change], Read]:
    """Read what the next messages and the corrections change."""
    rows = await (
        await conn.execute(queries.changes, {"after": after, "until": until, "limit": limit}, binary=True)
    ).fetchall()
    found = [_change(row) for row in rows if row[0] is not None]
    (end,) = (row for row in rows if row[0] is None)
    return found, Read(rows=end[10], last=end[3], corrections=end[11])


def _change(row: tuple[Any, ...]) -> Change:
    account_id, at, country, connector_id, sender, campaign_id, message_class, state, code, step, *sums = row
    cell = Cell(
        account_id, False, country, connector_id or NONE, sender, campaign_id or NONE, message_class, state, code
    )  # fmt: skip
    return Change(at, cell, Sums(*sums), step)


async def text_changes(conn: Conn, *, after: UUID, until: UUID, limit: int) -> tuple[list[HeardText], Read]:
    """Read what the next texts that came in change, and what came late to others."""
    values = {"after": after, "until": until, "limit": limit}
    rows = await (await conn.execute(queries.text_changes, values, binary=True)).fetchall()
    found = [HeardText(*row[:8]) for row in rows if row[0] is not None]
    (end,) = (row for row in rows if row[1] is None)
    return found, Read(rows=end[5], last=end[8], corrections=end[6])


async def add(conn: Conn, added: Added) -> None:
    """Add changes to all sums."""
    if added.quarters:
        moments = {"moments": [at for at, _ in added.quarters]}
        await conn.execute(queries.add_quarters, moments | _cells((cell for _, cell in added.quarters), added.quarters))
    if added.days:
        days = {"days": [day for day, _ in added.days]}
        await conn.execute(queries.add_days, days | _cells((cell for _, cell in added.days), added.days))
    if added.delays:
        values = {
            "accounts": [one[0] for one in added.delays],
            "days": [one[1] for one in added.delays],
            "connectors": [one[2] for one in added.delays],
            "steps": [one[3] for one in added.delays],
            "messages": list(added.delays.values()),
        }
        await conn.execute(queries.add_delays, values)


def _cells(cells: Iterable[Cell], sums: Mapping[Any, Sums]) -> dict[str, object]:
    columns: list[list[object]] = [list(column) for column in zip(*cells, strict=True)]
    names = ("accounts", "inbound", "countries", "connectors", "senders", "campaigns", "classes", "states", "codes")
    of = sums.values()
    return {
        **dict(zip(names, columns, strict=True)),
        "messages": [one.messages for one in of],
        "segments": [one.segments for one in of],
        "charged": [one.charged for one in of],
        "refunded": [one.refunded for one in of],
    }


async def zones(conn: Conn, account_ids: Iterable[AccountId]) -> dict[AccountId, str]:
    """Read where accounts count their days; those of UTC are left out."""
    return dict(await (await conn.execute(queries.zones, {"accounts": list(account_ids)})).fetchall())


async def zone_wanted(conn: Conn) -> tuple[AccountId, str] | None:
    """Read who chose another zone."""
    return await (await conn.execute(queries.zone_wanted)).fetchone()


async def make_days(conn: Conn, account_id: AccountId, zone: str) -> None:
    """Make an account's days anew, as they are in a zone."""
    values = {"account_id": account_id, "zone": zone}
    await conn.execute(queries.drop_days, values)
    await conn.execute(queries.make_days, values)
    await conn.execute(queries.put_zone, values)
