"""Reports as rows for a file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from cablegram.kit import csvio
from cablegram.kit.money import micro_to_credits
from cablegram.messages.model import State
from cablegram.reports.model import Delay, Dimension, Line, OptOuts, Report

_STATES = tuple(state for state in State)
_NAMED = {Dimension.CONNECTOR, Dimension.CAMPAIGN}


def rows(report: Report) -> Iterator[list[str]]:
    """Give the header, each line, and all lines together as the last one. Names stand beside ids."""
    by = report.question.by
    head = [name for one in by for name in ([one.value, f"{one.value}_name"] if one in _NAMED else [one.value])]
    yield [
        report.question.grain.value, *head, "messages", "segments", "delivered", "ended", "received",
        "received_segments", "charged", "refunded", "credits", *(state.value for state in _STATES),
    ]  # fmt: skip
    for line in report.lines:
        yield [written(line.at), *_values(line, by, report.names), *_figures(line)]
    yield ["all", *("" for _ in head), *_figures(report.total)]


def _values(line: Line, by: Sequence[Dimension], names: Mapping[str, str]) -> Iterator[str]:
    for one, value in zip(by, line.values, strict=True):
        yield csvio.guard(value)
        if one in _NAMED:
            yield csvio.guard(names.get(value, ""))


def _figures(line: Line) -> list[str]:
    return [
        str(line.messages), str(line.segments), str(line.delivered), str(line.ended), str(line.received),
        str(line.received_segments), micro_to_credits(line.charged), micro_to_credits(line.refunded),
        micro_to_credits(line.spent), *(str(line.states.get(state, 0)) for state in _STATES),
    ]  # fmt: skip


def delay_rows(report: Report, delays: Sequence[Delay]) -> Iterator[list[str]]:
    """Give the report's rows, and after an empty one how long each connector took."""
    yield from rows(report)
    yield []
    yield ["connector", "connector_name", "delivered", "seconds_p50", "seconds_p95"]
    for one in delays:
        p50, p95 = ("" if value is None else f"{value:.3f}" for value in (one.p50, one.p95))
        yield [one.connector_id, csvio.guard(report.names.get(one.connector_id, "")), str(one.messages), p50, p95]


def opt_out_rows(found: Sequence[OptOuts]) -> Iterator[list[str]]:
    """Give the header and a row for each day, way and matter."""
    yield ["day", "how", "scope", "people"]
    for one in found:
        yield [one.day.isoformat(), one.how, one.scope, str(one.n)]


def written(at: date | datetime | None) -> str:
    """Write when a line is of: a day, or an hour in UTC; empty where it is of all the time."""
    if isinstance(at, datetime):
        return at.strftime("%Y-%m-%dT%H:%MZ")
    return at.isoformat() if at else ""
