"""How many messages are asked for when so many requests may go out."""

from __future__ import annotations

from cablegram.connectors.http_filling import Filling


def test_a_provider_that_takes_one_at_a_time_gets_one_a_request() -> None:
    assert Filling.of(1).room(20) == 20
    assert Filling.of(1).shipped(20, 20).room(0) == 0


def test_requests_fill_up_where_many_can_go_together() -> None:
    filling, rooms = Filling.of(1000), list[int]()
    for _ in range(5):
        rooms.append(filling.room(20))
        filling = filling.shipped(rooms[-1], 1)
    assert rooms == [40, 1000, 1000, 1000, 1000]


def test_requests_that_can_t_be_filled_ask_for_no_more_than_twice_what_fits() -> None:
    assert Filling.of(1000).shipped(40, 40).room(20) == 40
    assert Filling.of(1000).shipped(30, 20).room(20) == 60


def test_a_claim_is_never_larger_than_a_request_or_a_thousand() -> None:
    assert Filling.of(100).shipped(100, 1).room(50) == 1000
    assert Filling.of(5000).shipped(5000, 1).room(50) == 5000
