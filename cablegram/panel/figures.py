"""The installation's figures as the operator's page shows them: lanes, commits, processes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from cablegram.messages.model import LANES
from cablegram.overview.model import Reported, Watched
from cablegram.runtime.meters import BOUNDS, Timing

_LANES = {lane: message_class.value for message_class, lane in LANES.items()}
_WORK = {
    "accept": "accept what was handed in",
    "fan_out": "write a campaign's messages",
    "claim": "claim for a link",
    "record": "record answers and receipts",
    "receive": "record texts of people",
}


@dataclass(frozen=True, slots=True)
class LaneRow:
    """What waits in a lane of a connector, and for how many seconds the oldest of it does."""

    connector: str
    lane: str
    waiting: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CommitRow:
    """A kind of transaction: how many there were, messages in each, and how long half and 99 of 100 took at most."""

    work: str
    count: int
    messages: float
    half: str
    most: str


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process on the operator's pages."""

    name: str
    host: str
    pid: int
    since: datetime
    state: str


def lane_rows(seen: Watched) -> list[LaneRow]:
    """Return the lanes in which something waits, the most urgent first."""
    names = {way.id: way.name for way in seen.ways}
    lanes = sorted(seen.lanes, key=lambda lane: (lane.lane, lane.oldest))
    return [
        LaneRow(
            names.get(lane.connector_id, "a connector that is gone"),
            _LANES.get(lane.lane, str(lane.lane)),
            lane.waiting,
            max(0.0, (seen.at - lane.oldest).total_seconds()),
        )
        for lane in lanes
    ]


def commit_rows(reports: Iterable[Reported]) -> list[CommitRow]:
    """Add the timings of all living processes up, in the order of a message's way."""
    found: dict[str, Timing] = {}
    for timing in (timing for one in reports if one.lives for timing in one.figures.timings):
        its = found.setdefault(timing.work, Timing(timing.work, [0] * len(timing.buckets)))
        its.buckets = [one + other for one, other in zip(its.buckets, timing.buckets, strict=True)]
        its.messages += timing.messages
    return [_commit_row(words, found[work]) for work, words in _WORK.items() if work in found]


def _commit_row(words: str, timing: Timing) -> CommitRow:
    count = sum(timing.buckets)
    return CommitRow(
        words, count, timing.messages / max(count, 1), within(timing.buckets, 0.5), within(timing.buckets, 0.99)
    )


def within(buckets: list[int], share: float) -> str:
    """Say in how many milliseconds such a share of all was done, as far as buckets can tell; nothing of nothing."""
    wanted = share * sum(buckets)
    if not wanted:
        return ""
    place = next(place for place, reached in enumerate(accumulate(buckets)) if reached >= wanted)
    if place == len(BOUNDS):
        return f"over {BOUNDS[-1] * 1000:,.0f} ms"
    return f"{BOUNDS[place] * 1000:,.0f} ms"


def process_rows(reports: Iterable[Reported]) -> list[ProcessRow]:
    """Return what processes say of themselves."""
    return [ProcessRow(one.name, one.host, one.pid, one.since, "alive" if one.lives else "gone") for one in reports]
