"""The system is killed at each of its fail points, once; `make prove` does it a hundred times."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from proving.keeper import Keeper, keeping
from proving.planning import Chain, Plan, plans


@pytest.fixture(scope="session")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    with keeping(tmp_path_factory.mktemp("proving")) as opened:
        yield opened


def chosen() -> list[Plan]:
    """Return a plan for each point, or the part of them that CABLEGRAM_TEST_POINTS names: "0/3" is the first third."""
    part, _, parts = os.environ.get("CABLEGRAM_TEST_POINTS", "0/1").partition("/")
    return [plan for place, plan in enumerate(plans(seed=0)) if place % int(parts) == int(part)]


@pytest.mark.req("R29")
@pytest.mark.req("R100")
@pytest.mark.parametrize("plan", chosen(), ids=lambda plan: plan.point)
def test_nothing_is_lost_or_doubled_by_a_death(keeper: Keeper, plan: Plan) -> None:
    # A machine that is quick, or busy elsewhere, may pass a point less often than usual: then with other dice.
    for seed in range(3):
        result = keeper.run(Chain((replace(plan, seed=plan.seed + seed),)))
        assert result.faults == []
        if result.fired:
            return
    pytest.fail("the point was never reached")
