"""A campaign's line: messages a second over time, as the chart, its sentence and its table show it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from cablegram.campaigns.model import Second

MOST_POINTS = 300
_STEPS = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600)  # seconds a point may stand for
_ROW = 60  # seconds a row of the table stands for, at least


@dataclass(frozen=True, slots=True)
class Chart:
    """What campaigns/_report.html draws."""

    data: dict[str, Any]
    sentence: str
    table: list[tuple[datetime, int, int]]


def chart_of(
    seconds: Sequence[Second],
    bands: Sequence[tuple[str, datetime, datetime]] = (),
    *,
    zone: tzinfo = UTC,
    grain: int = 1,
) -> Chart | None:
    """Draw the seconds in which something happened, in order; `bands` are times with a name, such as a pause.

    The sentence tells times as a clock in `zone` does. What is old is known by `grain` seconds: no point stands
    for less. None while nothing has happened.
    """
    if not seconds:
        return None
    first, last = seconds[0].at, seconds[-1].at
    step = _step((last - first).total_seconds(), MOST_POINTS, least=grain)
    points = _gather(seconds, step)
    places = range(_places(first, last, step))
    if len(places) == 1:  # one point draws no line, and its axis would span days: show that nothing was around it
        places = range(-1, 2)
    starts = [_floor(first, step) + timedelta(seconds=step * place) for place in places]
    rates = [points.get(start, (0, 0)) for start in starts]
    table_step = max(_ROW, step)
    return Chart(
        data={
            "times": [start.isoformat() for start in starts],
            "series": [
                {"name": name, "state": name, "values": [round(rate[place] / step, 1) for rate in rates]}
                for place, name in enumerate(("submitted", "delivered"))
            ],
            "bands": [{"name": name, "from": begin.isoformat(), "to": end.isoformat()} for name, begin, end in bands],
        },
        sentence=_sentence(seconds, [rate[0] / step for rate in rates], zone, grain),
        table=[(at, submitted, delivered) for at, (submitted, delivered) in _gather(seconds, table_step).items()],
    )


def _step(span: float, most: int, *, least: int) -> int:
    return next((step for step in _STEPS if step >= least and span / step <= most), _STEPS[-1])


def _floor(at: datetime, step: int) -> datetime:
    return datetime.fromtimestamp(int(at.timestamp()) // step * step, UTC)


def _places(first: datetime, last: datetime, step: int) -> int:
    return int((_floor(last, step) - _floor(first, step)).total_seconds()) // step + 1


def _gather(seconds: Sequence[Second], step: int) -> dict[datetime, tuple[int, int]]:
    found: dict[datetime, tuple[int, int]] = {}
    for one in seconds:
        start = _floor(one.at, step)
        submitted, delivered = found.get(start, (0, 0))
        found[start] = (submitted + one.submitted, delivered + one.delivered)
    return found


def _sentence(seconds: Sequence[Second], rates: Sequence[float], zone: tzinfo, grain: int) -> str:
    submitted = sum(one.submitted for one in seconds)
    delivered = sum(one.delivered for one in seconds)
    first, last = seconds[0].at.astimezone(zone), seconds[-1].at.astimezone(zone)
    if grain > 1:
        last += timedelta(seconds=grain)  # a coarse point stands at its begin
    clock = "%H:%M:%S" if grain == 1 else "%-d %b %Y %H:%M"
    moving = sorted(rate for rate in rates if rate)
    usual = moving[len(moving) // 2] if moving else 0
    return (
        f"{submitted:,} submitted and {delivered:,} delivered between {first:{clock}} and {last:{clock}}; "
        f"usually {usual:,.0f} a second, at most {max(rates):,.0f}"
    )
