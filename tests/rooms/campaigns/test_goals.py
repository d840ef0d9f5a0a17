"""Goals of campaigns: who reached them within their days, of those who got it and of those who were held out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

import crowd
from books import rows
from cablegram.accounts.access import Principal
from cablegram.campaigns import conversions, counting, find, goal_store, lifecycle, report, report_file
from cablegram.campaigns.conversions import Deed
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.goals import Goal, GoalBy, Outcome
from cablegram.campaigns.model import Campaign, CampaignState, Done
from cablegram.campaigns.variants import Trial
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput
from cablegram.links import visiting
from cablegram.links.machines import Visit
from cablegram.records import erase
from cablegram.runtime.runtime import Runtime
from hearing import line

pytestmark = pytest.mark.req("R149")
PEOPLE = 40
BOUGHT = Goal(GoalBy.EVENT, days=2, event="purchase")


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def sent(rt: Runtime, who: Principal, goal: Goal, *, text: str = crowd.TEXT, shorten: bool = False) -> Campaign:
    """Send a campaign of which a quarter is held out."""
    people = await crowd.crowd(rt, who, PEOPLE)
    trial = Trial(holdout=25)
    made = await crowd.campaign(rt, who, people.id, goal=goal, trial=trial, text=text, shorten=shorten)
    await lifecycle.start(rt, who, made.id)
    assert isinstance(await FanOut().step(rt, made.id), Done)
    await crowd.send(rt, 10_000)
    return await find.get(rt, who, made.id)


async def numbers(rt: Runtime, state: str) -> list[str]:
    found = await rows(rt, "SELECT dst FROM message WHERE state = %s::message_state ORDER BY dst", state)
    return [f"+{number}" for (number,) in found]


async def bought(rt: Runtime, who: Principal, people: Sequence[str], event: str = "purchase") -> int:
    return await conversions.tell(rt, who, [Deed(one, event) for one in people])


async def test_purchases_within_the_days_count_for_those_who_got_it_and_for_the_held_out_apart(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    early = f"+{crowd.SPAIN + 7}"
    await bought(rt, who, [early])
    clock.move(timedelta(minutes=1))
    spring = await sent(rt, who, BOUGHT)
    got, held = await numbers(rt, "submitted"), await numbers(rt, "skipped")
    assert len(got) + len(held) == PEOPLE
    clock.move(timedelta(days=1))
    assert await bought(rt, who, [*got[:3], got[0], held[0]]) == 4
    assert await bought(rt, who, [got[0]]) == 0, "told again, it is there once"
    await bought(rt, who, [got[4]], event="visit")
    clock.move(timedelta(days=1, seconds=1))
    await bought(rt, who, [*got[5:8], held[1]])  # too late
    found = await report.of_campaign(rt, who, spring.id)
    assert found.goal == Outcome(len(got), 3, len(held), 1)
    told = [row[:4] + row[-1:] for row in report_file.rows(found, {}) if row[0] == "goal"]
    assert told == [["goal", "reached", "", str(len(got)), "3"], ["goal", "held_out", "", str(len(held)), "1"]]
    await erase.erase(rt, who, got[0])
    assert got[0][1:] not in {number for (number,) in await rows(rt, "SELECT number FROM conversion")}
    # As long as people have time for it, it is counted anew.
    ended = await find.get(rt, who, spring.id)
    ended.state, ended.finished_at = CampaignState.FINISHED, clock.now()
    late = clock.now() + timedelta(days=11)
    assert counting.next_look(late, ended, took=timedelta(), has_moved=False) is not None
    ended.goal = None
    assert counting.next_look(late, ended, took=timedelta(), has_moved=False) is None


async def test_who_opens_a_link_or_writes_back_in_time_reaches_a_goal_here(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    ours = await line(rt, who)
    spring = await sent(rt, who, Goal(GoalBy.CLICKED, days=1), text="See https://shop.example/", shorten=True)
    found = [str(code) for (code,) in await rows(rt, "SELECT code FROM short_link ORDER BY number")]
    now = clock.now()
    late = now + timedelta(days=1, hours=1)
    async with rt.db.transaction() as conn:
        await visiting.count(conn, [Visit(found[0], now, "1"), Visit(found[0], late, "1"), Visit(found[1], late, "2")])
    outcome = (await report.of_campaign(rt, who, spring.id)).goal
    assert outcome is not None
    assert (outcome.converted, outcome.held_converted) == (1, 0)
    got = [number[1:] for number in await numbers(rt, "submitted")]
    await rows(rt, "UPDATE message SET src = %s RETURNING id", ours.address)
    await ours.hear("Hola", got[0])
    await ours.hear("STOP", got[1])
    await ours.hear("Hola", str(crowd.SPAIN + 999))
    async with rt.db.connection() as conn:
        goal, began = Goal(GoalBy.REPLIED, days=3), spring.started_at or now
        replied = await goal_store.outcome(conn, who.account_id, spring.id, goal, since=began)
    assert (replied.converted, replied.held_converted) == (1, 0)


async def test_what_cannot_have_been_is_not_noted_and_nothing_with_it(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    deeds = [
        Deed("+34600000118", "purchase"), Deed("12", "purchase"), Deed("+34600000118", "a\nb"),
        Deed("+34600000118", "purchase", clock.now() + timedelta(hours=2)),
        Deed("+34600000118", "purchase", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
    ]  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        await conversions.tell(rt, who, deeds)
    assert [one.field for one in refused.value.faults] == ["items.1.to", "items.2.event", "items.3.at", "items.4.at"]
    assert await rows(rt, "SELECT count(*) FROM conversion") == [(0,)]
