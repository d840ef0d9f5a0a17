"""Make the lines of a report from what was counted and what is not counted yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, tzinfo
from uuid import UUID

from cablegram.reports.asked_store import Group, text
from cablegram.reports.calendar import bucket
from cablegram.reports.cells import Cell, Change
from cablegram.reports.model import MOST_LINES, OTHERS, Dimension, Grain, Line, Question

_DAY_OF = Grain.DAY
_FIELDS = {
    Dimension.COUNTRY: "country",
    Dimension.CONNECTOR: "connector_id",
    Dimension.SENDER: "sender",
    Dimension.CAMPAIGN: "campaign_id",
    Dimension.CLASS: "message_class",
    Dimension.STATE: "state",
    Dimension.CODE: "code",
}


def fresh(changes: Iterable[Change], asked: Question, zone: tzinfo) -> Iterator[Group]:
    """Give the groups that changes belong to which the question is about."""
    for one in changes:
        day = bucket(one.at, _DAY_OF, zone)
        if isinstance(day, date) and asked.since <= day <= asked.until and _fits(one.cell, asked):
            values = tuple(text(getattr(one.cell, _FIELDS[by])) for by in asked.by)
            yield bucket(one.at, asked.grain, zone), values, one.cell.state, one.cell.is_inbound, one.sums


def _fits(cell: Cell, asked: Question) -> bool:
    wanted: tuple[tuple[tuple[str | UUID, ...], str | UUID], ...] = (
        (asked.filters.countries, cell.country),
        (asked.filters.connectors, cell.connector_id),
        (asked.filters.senders, cell.sender),
        (asked.filters.campaigns, cell.campaign_id),
        (asked.filters.classes, cell.message_class),
        (asked.filters.states, cell.state),
    )
    return all(not some or value in some for some, value in wanted)


def lines_of(groups: Iterable[Group]) -> tuple[list[Line], Line]:
    """Add groups up to lines, and to one line of all; in the order of time, and in each span the largest first.

    Of more than the longest table has, the smallest go together as one line of their span.
    """
    found: dict[tuple[date | datetime | None, tuple[str, ...]], Line] = {}
    total = Line(None, ())
    for at, values, state, is_inbound, sums in groups:
        line = found.get((at, values))
        if line is None:
            line = found[at, values] = Line(at, values)
        line.take(state, sums, is_inbound=is_inbound)
        total.take(state, sums, is_inbound=is_inbound)
    kept = [line for line in found.values() if _is_anything(line)]
    if len(kept) > MOST_LINES:
        kept = _shortened(kept)
    return sorted(kept, key=_order), total


def _is_anything(line: Line) -> bool:
    return bool(line.received or line.charged or line.refunded or any(line.states.values()))


def _order(line: Line) -> tuple[str, int, tuple[str, ...]]:
    return line.at.isoformat() if line.at else "", -(line.messages + line.received), line.values


def _shortened(lines: list[Line]) -> list[Line]:
    by_size = sorted(lines, key=lambda line: -(line.messages + line.received))
    kept, rest = by_size[: MOST_LINES // 2], by_size[MOST_LINES // 2 :]
    others: dict[date | datetime | None, Line] = {}
    for line in rest:
        together = others.setdefault(line.at, Line(line.at, (OTHERS,) * len(line.values)))
        together.join(line)
    return [*kept, *others.values()]
