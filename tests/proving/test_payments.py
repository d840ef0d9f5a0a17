"""A process is killed at each fail point of payments: the ledger has what the processor took, to the last credit."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from cablegram.runtime.failpoints import POINTS
from proving import errands, paid
from proving.errands import Errands
from proving.orders import Aim, Armed
from stripe_at_home import Door

AFTER = {"payment.prepared", "payment.bound"}  # a death before the money moved, which nobody asks for again

CASES = [(one, False) for one in POINTS if one.startswith("payment.")] + [("payment.taken", True)]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Errands]:
    with errands.of("proving.paying") as opened:
        yield opened


@pytest.mark.req("R25")
@pytest.mark.req("R29")
@pytest.mark.parametrize(("point", "by_itself"), CASES)
async def test_no_payment_is_lost_or_doubled_by_a_death(
    database_url: str, door: Door, nursery: Errands, tmp_path: Path, point: str, *, by_itself: bool
) -> None:
    async with paid.till(database_url, door) as till:
        armed = Armed(told=str(tmp_path / "told"), cluster="", aims=(Aim(point, 1),))
        assert await nursery.end_of(till.told(0, by_itself=by_itself), armed) == -signal.SIGKILL
        for turn in (1, 2):
            await till.come_after(turn)
        assert await till.faults() == []
        assert len(await door.taken()) == (0 if point in AFTER else 1)
