"""Statements that answer reports. Private to the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, lowest_at
from cablegram.messages.timekeeping import CLOCK_SKEW
from cablegram.reports.cells import NONE, Cell, Change, HeardText, Sums
from cablegram.reports.model import Dimension, Filters, Grain, OptOuts, Question
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_DIMENSIONS = (
    Dimension.COUNTRY, Dimension.CONNECTOR, Dimension.SENDER, Dimension.CAMPAIGN, Dimension.CLASS, Dimension.STATE,
    Dimension.CODE,
)  # fmt: skip

Group = tuple[date | datetime | None, tuple[str, ...], str, bool, Sums]
"""(span of time, values of the question's dimensions, state, whether it came in, sums)"""


@dataclass(frozen=True, slots=True)
class Place:
    """How far everything is counted, and which look that was; in which zone the account's days are."""

    messages: UUID
    texts: UUID
    counted_at: datetime
    look: str
    zone: str


async def place(conn: Conn, account_id: AccountId) -> Place:
    """Read how far everything is counted."""
    ((messages, texts, counted_at, look, zone),) = await (
        await conn.execute(queries.place, {"account_id": account_id})
    ).fetchall()
    return Place(messages, texts, counted_at, look, zone or "UTC")


async def by_day(conn: Conn, account_id: AccountId, asked: Question) -> list[Group]:
    """Read what was counted, by days or longer spans."""
    values = _filters(asked.filters) | {
        "account_id": account_id, "since": asked.since, "until": asked.until, "by": list(asked.by),
        "unit": "" if asked.grain is Grain.TOTAL else asked.grain.value,
    }  # fmt: skip
    # Not prepared: planned for what is asked, the columns that are not cost nothing.
    return _groups(await (await conn.execute(queries.by_day, values, prepare=False)).fetchall(), asked)


async def by_hour(
    conn: Conn, account_id: AccountId, asked: Question, span: tuple[datetime, datetime], *, zone: str
) -> list[Group]:
    """Read what was counted, by hours as a zone's clocks show them."""
    values = _filters(asked.filters) | {
        "account_id": account_id, "begin": span[0], "end": span[1], "by": list(asked.by), "zone": zone,
    }  # fmt: skip
    return _groups(await (await conn.execute(queries.by_hour, values, prepare=False)).fetchall(), asked)


def _filters(filters: Filters) -> dict[str, object]:
    return {name: list(getattr(filters, name)) or None for name in Filters.__struct_fields__}


def _groups(rows: Iterable[tuple[Any, ...]], asked: Question) -> list[Group]:
    places = [2 + _DIMENSIONS.index(one) for one in asked.by]
    return [
        (row[0], tuple(text(row[place]) for place in places), row[7], row[1], Sums(*row[9:13])) for row in rows
    ]  # fmt: skip


def text(value: object) -> str:
    """Write a value of a dimension as lines have it: nothing where there is none."""
    return "" if value is None or value == NONE else str(value)


async def tail(conn: Conn, account_id: AccountId, after: UUID, *, most: int) -> list[Change]:
    """Read an account's messages that are not counted yet, up to `most` of them."""
    values = {"account_id": account_id, "after": after, "most": most}
    # Not prepared, so that only the days from that id on are looked at.
    rows = await (await conn.execute(queries.tail, values, prepare=False)).fetchall()
    return [_change(account_id, row) for row in rows]


async def moved(conn: Conn, account_id: AccountId, after: UUID, *, most: int) -> list[Change]:
    """Read what changes by messages that were counted and moved since, up to `most` of them: two changes each."""
    values = {"account_id": account_id, "after": after, "most": most}
    ((is_any,),) = await (await conn.execute(queries.any_moved, values)).fetchall()
    if not is_any:
        return []
    return [_change(account_id, row) for row in await (await conn.execute(queries.moved, values)).fetchall()]


def _change(account_id: AccountId, row: tuple[Any, ...]) -> Change:
    at, country, connector_id, sender, campaign_id, message_class, state, code, *sums = row
    cell = Cell(
        account_id, False, country, connector_id or NONE, sender, campaign_id or NONE, message_class, state, code
    )  # fmt: skip
    return Change(at, cell, Sums(*sums))


async def text_tail(conn: Conn, account_id: AccountId, after: UUID, *, most: int) -> list[HeardText]:
    """Read an account's texts that are not counted yet, and what came late to others; up to `most` of each."""
    values = {"account_id": account_id, "after": after, "most": most}
    rows = await (await conn.execute(queries.text_tail, values)).fetchall()
    rows += await (await conn.execute(queries.text_moved, values)).fetchall()
    return [HeardText(*row) for row in rows]


async def delays(conn: Conn, account_id: AccountId, asked: Question) -> dict[str, dict[int, int]]:
    """Read how many messages took how long: by connector, by step."""
    values = {
        "account_id": account_id, "since": asked.since, "until": asked.until,
        "connectors": list(asked.filters.connectors) or None,
    }  # fmt: skip
    found: dict[str, dict[int, int]] = {}
    for connector_id, step, n in await (await conn.execute(queries.delays, values)).fetchall():
        found.setdefault(text(connector_id), {})[step] = n
    return found


async def opt_outs(
    conn: Conn, account_id: AccountId, span: tuple[datetime, datetime], *, zone: str, now: datetime
) -> list[OptOuts]:
    """Read who said no between two moments."""
    values = {
        "account_id": account_id, "zone": zone, "begin": span[0], "end": span[1],
        # Learned when it happened or later, never much before: the id is what the index knows, the moment decides.
        "low": lowest_at(span[0] - CLOCK_SKEW), "high": lowest_at(max(now, span[1]) + CLOCK_SKEW),
    }  # fmt: skip
    return [OptOuts(*row) for row in await (await conn.execute(queries.opt_outs, values)).fetchall()]


async def names(conn: Conn, account_id: AccountId, ids: Iterable[UUID]) -> Mapping[str, str]:
    """Read what connectors and campaigns are called, by their ids as text; who is gone is left out."""
    values = {"account_id": account_id, "ids": list(ids)}
    return {str(row[0]): row[1] for row in await (await conn.execute(queries.names_of, values)).fetchall()}


async def choose_zone(conn: Conn, account_id: AccountId, zone: str) -> None:
    """Choose where the account counts its days; they are made anew behind it."""
    await conn.execute(queries.choose_zone, {"account_id": account_id, "zone": zone})


async def zone_chosen(conn: Conn, account_id: AccountId) -> str:
    """Read where the account wants its days counted."""
    row = await (await conn.execute(queries.zone_chosen, {"account_id": account_id})).fetchone()
    return row[0] if row else "UTC"
