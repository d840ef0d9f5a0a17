from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.billing import comparing
from cablegram.billing.comparing import Change, Recost
from cablegram.billing.margin_model import Weight
from cablegram.billing.tariffs import Tariff, TariffBook
from cablegram.kit.ids import AccountId

ONE, OTHER = AccountId(UUID(int=1)), AccountId(UUID(int=2))


def book(**prices: int) -> TariffBook:
    return TariffBook([Tariff(prefix[1:], "ES", prefix, price, is_demo=False) for prefix, price in prices.items()], 0)


TRAFFIC = [
    Weight(ONE, "3460", 3, 4, 40),
    Weight(ONE, "3470", 1, 1, 10),
    Weight(OTHER, "4477", 2, 2, 60),
    Weight(OTHER, "9999", 1, 1, 5),
]


def test_numbers_are_added_up_by_the_longest_prefix_that_any_tariff_has() -> None:
    old, new = book(p34=10, p44=30), book(p3460=15, p34609=7, p44=20)
    heap = comparing.Heap(old, new)
    for head in ("3460000118", "3460000119", "3460900000", "3470000000", "4477000000", "9999000000"):
        heap.add([Weight(ONE, head, 1, 2, 3)])
    heap.add([Weight(OTHER, "3460000118", 1, 1, 1)])
    found = {(one.account_id, one.head): (one.messages, one.segments, one.price) for one in heap.weights()}
    assert found == {
        (ONE, "3460"): (2, 4, 6), (ONE, "34609"): (1, 2, 3), (ONE, "34"): (1, 2, 3), (ONE, "44"): (1, 2, 3),
        (ONE, ""): (1, 2, 3), (OTHER, "3460"): (1, 1, 1),
    }  # fmt: skip


@pytest.mark.req("R16")
def test_what_got_dearer_cheaper_new_and_gone_is_told_with_the_traffic_it_concerns() -> None:
    old, new = book(p34=10, p3460=10, p44=30, p1=5), book(p34=10, p3460=15, p44=20, p99=7)
    found = comparing.compare(old, new, TRAFFIC)
    told = [(one.prefix, one.change, one.old, one.new, one.segments, one.effect) for one in found.differences]
    assert told == [
        ("3460", Change.DEARER, 10, 15, 4, 20),
        ("44", Change.CHEAPER, 30, 20, 2, -20),
        ("99", Change.NEW, None, 7, 1, 0),
        ("1", Change.GONE, 5, None, 0, 0),
    ]
    assert (found.same, found.effect) == (1, 0)
    assert found.counts == dict.fromkeys(Change, 1)


@pytest.mark.req("R16")
def test_a_prefix_that_only_one_version_has_costs_what_the_shorter_one_does_in_the_other() -> None:
    found = comparing.compare(book(p34=10, p3460=20), book(p34=20), TRAFFIC)
    assert [(one.prefix, one.old, one.new, one.segments, one.effect) for one in found.differences] == [
        ("34", 10, 20, 1, 10)
    ]
    assert found.same == 1


@pytest.mark.req("R16")
def test_traffic_is_priced_anew_by_account() -> None:
    assert comparing.recost(book(p34=20, p44=1), TRAFFIC) == {
        ONE: Recost(4, 5, 50, 100, 0),
        OTHER: Recost(3, 3, 65, 2, 1),
    }
