"""A STOP against everything else: hypothesis chooses who does what, and whose round trip to the database comes next.

The world and its rule are those of `proving/stop_world.py`; `make prove-stops` plays it a hundred thousand times.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from proving.stop_deeds import DEEDS
from proving.stop_world import LANES, World
from testbed import Server

_LANE = st.integers(0, LANES - 1)


class StopMachine(RuleBasedStateMachine):
    """Lanes that do deeds around one number, step by step; what is wrong is looked for when all have ended."""

    world: ClassVar[World]
    runner: ClassVar[asyncio.Runner]

    @initialize()
    def begin(self) -> None:
        self.runner.run(self.world.begin_round())

    @rule(number=_LANE, name=st.sampled_from(sorted(DEEDS)))
    def do(self, number: int, name: str) -> None:
        lane = self.world.lanes[number]
        if lane.is_idle:
            self.runner.run(lane.begin(DEEDS[name]))

    @rule(number=_LANE)
    def stop(self, number: int) -> None:
        self.do(number, "stop")

    @precondition(lambda self: any(not lane.is_idle for lane in self.world.lanes))
    @rule(number=_LANE, steps=st.integers(1, 6))
    def go_on(self, number: int, steps: int) -> None:
        lane = self.world.lanes[number]
        for _ in range(steps):
            if not lane.is_idle:
                self.runner.run(lane.step())

    @precondition(lambda self: any(not lane.is_idle for lane in self.world.lanes))
    @rule(number=_LANE)
    def crash(self, number: int) -> None:
        lane = self.world.lanes[number]
        if not lane.is_idle:
            self.runner.run(lane.die())

    def teardown(self) -> None:
        self.runner.run(self.world.finish())
        assert self.runner.run(self.world.end_round()) == []


@pytest.mark.req("R62")
def test_no_claim_commits_after_a_stop_whatever_else_happens(pg: Server) -> None:
    url = pg.migrated()
    with asyncio.Runner() as runner:
        world = World(url)
        runner.run(world.open())
        StopMachine.world, StopMachine.runner = world, runner
        run_state_machine_as_test(
            StopMachine, settings=settings(max_examples=25, stateful_step_count=20, deadline=None)
        )
        runner.run(world.close())
        assert world.sent_back == 0, "two waited for each other in a circle"
    pg.drop(url)
