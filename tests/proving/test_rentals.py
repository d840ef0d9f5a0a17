"""A process is killed at each fail point of rents and fees: every month is charged once, no number is bought twice."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from cablegram.runtime.failpoints import POINTS
from proving import errands, rented
from proving.errands import Errands
from proving.orders import Aim, Armed

MINE = [one for one in POINTS if one.startswith(("rental.", "plan."))]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Errands]:
    with errands.of("proving.renting") as opened:
        yield opened


@pytest.mark.req("R27", "R28", "R60")
@pytest.mark.parametrize("point", MINE)
async def test_no_rent_is_lost_or_doubled_by_a_death(
    database_url: str, nursery: Errands, tmp_path: Path, point: str
) -> None:
    async with rented.house(database_url) as house:
        armed = Armed(told=str(tmp_path / "told"), cluster="", aims=(Aim(point, 1),))
        assert await nursery.end_of(house.told(0), armed) == -signal.SIGKILL
        await house.come_after(1)
        assert await house.faults() == []
        assert [*house.provider.numbers.shelf.owned] in ([], [str(rented.OF_PROVIDER)])
