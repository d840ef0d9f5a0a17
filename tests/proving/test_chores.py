"""A process is killed at each fail point of letters and the daily close: each arrives, and each day is closed once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from cablegram.runtime.failpoints import POINTS
from proving import chores_done, errands
from proving.errands import Errands
from proving.orders import Aim, Armed

MINE = [one for one in POINTS if one.startswith(("letter.", "day."))]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Errands]:
    with errands.of("proving.chores") as opened:
        yield opened


@pytest.mark.req("R29")
@pytest.mark.parametrize("point", MINE)
async def test_no_letter_and_no_day_is_lost_by_a_death(
    database_url: str, nursery: Errands, tmp_path: Path, point: str
) -> None:
    async with chores_done.chores_of(database_url) as chores:
        first = Armed(told=str(tmp_path / "none"), cluster="")
        assert await nursery.end_of(chores.told(0), first) == 0
        armed = Armed(told=str(tmp_path / "told"), cluster="", aims=(Aim(point, 1),))
        assert await nursery.end_of(chores.told(1), armed) == -signal.SIGKILL
        assert await chores.faults([]) != []
        for turn in (2, 3):
            await chores.come_after(turn)
        assert await chores.faults([point]) == []
        assert bool(await chores.faults([])) is (point == "letter.handed_over")
