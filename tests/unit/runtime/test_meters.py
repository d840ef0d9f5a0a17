from __future__ import annotations

import msgspec
import pytest

from cablegram.runtime.meters import BOUNDS, Figure, Figures, Meters, Timing


def test_counts_of_a_family_are_kept_apart_by_their_labels() -> None:
    meters = Meters()
    meters.count("answers", "a", "taken", n=3)
    meters.count("answers", "a", "taken")
    meters.count("answers", "b", "taken", n=2)
    assert meters.figures().counts == [Figure("answers", ("a", "taken"), 4), Figure("answers", ("b", "taken"), 2)]


@pytest.mark.parametrize(("seconds", "place"), [(0.0, 0), (0.001, 0), (0.0011, 1), (5.0, 11), (60.0, 12)])
def test_a_time_falls_into_the_bucket_whose_bound_it_does_not_pass(seconds: float, place: int) -> None:
    meters = Meters()
    meters.took("record", seconds, messages=7)
    (timing,) = meters.figures().timings
    assert timing.buckets == [int(bucket == place) for bucket in range(len(BOUNDS) + 1)]
    assert (timing.work, timing.seconds, timing.messages) == ("record", seconds, 7)


def test_gauges_are_asked_whenever_figures_are_read() -> None:
    meters, free = Meters(), [3.0]
    meters.watch(lambda: [Figure("link_free", ("a", "0"), free[0])])
    assert meters.figures().gauges == [Figure("link_free", ("a", "0"), 3.0)]
    free[0] = 5.0
    assert meters.figures().gauges == [Figure("link_free", ("a", "0"), 5.0)]


def test_figures_come_back_from_json_as_they_were() -> None:
    figures = Figures(
        [Figure("answers", ("a", "taken"), 4)],
        [Figure("link_free", ("a", "0"), 3.5)],
        [Timing("record", [1, 2], 0.5, 9)],
    )
    assert msgspec.json.decode(msgspec.json.encode(figures), type=Figures) == figures
