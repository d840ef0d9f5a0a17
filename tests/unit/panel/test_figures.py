from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cablegram.kit.ids import ConnectorId, uuid7
from cablegram.messages.model import State
from cablegram.overview.model import Lane, Reported, Watched, Way
from cablegram.panel.figures import CommitRow, LaneRow, commit_rows, lane_rows, process_rows, within
from cablegram.runtime.meters import BOUNDS, Figures, Timing

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ONE = ConnectorId(uuid7())


def buckets(**places: int) -> list[int]:
    return [places.get(f"b{place}", 0) for place in range(len(BOUNDS) + 1)]


def report(*timings: Timing, lives: bool = True) -> Reported:
    return Reported("serve", "here", 7, NOW, lives=lives, figures=Figures(timings=list(timings)))


def test_the_most_urgent_lane_comes_first_and_inside_it_the_one_that_waits_longest() -> None:
    gone = ConnectorId(uuid7())
    lanes = [
        Lane(ONE, 2, 5, NOW - timedelta(hours=1)),
        Lane(ONE, 0, 1, NOW - timedelta(seconds=2)),
        Lane(gone, 0, 3, NOW - timedelta(seconds=9)),
    ]
    nothing = dict.fromkeys(State, 0)
    seen = Watched(NOW, nothing, nothing, lanes, {}, {}, [Way(ONE, "North", is_enabled=True, window=1)], [], [], 0, 0)
    assert lane_rows(seen) == [
        LaneRow("a connector that is gone", "otp", 3, 9.0),
        LaneRow("North", "otp", 1, 2.0),
        LaneRow("North", "marketing", 5, 3600.0),
    ]


@pytest.mark.parametrize(
    ("counts", "share", "said"),
    [
        (buckets(b0=99, b3=1), 0.99, "1 ms"),
        (buckets(b0=98, b3=2), 0.99, "10 ms"),
        (buckets(b0=1, b12=1), 0.99, "over 5,000 ms"),
        (buckets(), 0.5, ""),
    ],
)
def test_a_share_is_told_by_the_bound_of_its_bucket(counts: list[int], share: float, said: str) -> None:
    assert within(counts, share) == said


def test_commits_of_all_living_processes_are_added_up() -> None:
    one = Timing("record", buckets(b0=3), messages=30)
    rows = commit_rows([report(one, Timing("claim", buckets(b1=1), messages=5)), report(one), report(one, lives=False)])
    assert rows == [
        CommitRow("claim for a link", 1, 5.0, "2 ms", "2 ms"),
        CommitRow("record answers and receipts", 6, 10.0, "1 ms", "1 ms"),
    ]


def test_a_process_that_says_nothing_is_gone() -> None:
    assert [row.state for row in process_rows([report(), report(lives=False)])] == ["alive", "gone"]
