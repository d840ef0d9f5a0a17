from __future__ import annotations

from cablegram.inbound.callback_refusals import Refusals


def test_a_few_of_each_place_are_kept_in_a_minute_and_the_others_counted() -> None:
    refusals: Refusals[str] = Refusals()
    assert [refusals.note("here", 0.0) for _ in range(8)] == [0, 0, 0, 0, 0, None, None, None]
    assert refusals.note("there", 0.0) == 0
    assert refusals.note("here", 59.0) is None
    assert [refusals.note("here", 60.0) for _ in range(2)] == [4, 0]


def test_places_are_remembered_only_so_many() -> None:
    refusals: Refusals[int] = Refusals()
    for place in range(10_001):
        refusals.note(place, 0.0)
    assert [refusals.note(0, 0.0) for _ in range(6)] == [0, 0, 0, 0, 0, None]  # it was forgotten
