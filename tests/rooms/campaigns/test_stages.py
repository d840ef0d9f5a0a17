"""Campaigns that begin with a few, try texts, hold people out and stop by themselves: nobody left out, nobody twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

import crowd
from books import rows
from cablegram.accounts.access import Principal
from cablegram.audit.prove import audit
from cablegram.campaigns import find, lifecycle, people, progress, reactions
from cablegram.campaigns.draw import ALL, Stage, below, lots
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.guards import NOTHING_YET, Guards
from cablegram.campaigns.model import Busy, Campaign, CampaignState, Change, Launch, Made
from cablegram.campaigns.variants import By, Trial, Variant, Winner
from cablegram.campaigns.winning import Why
from cablegram.campaigns.work import Worker
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotFound, Refused
from cablegram.kit.ids import MessageId, uuid7
from cablegram.kit.money import MICRO
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime

A, B = Variant("A", 50, "Good day {{ name }}"), Variant("B", 50, "Hello there {{ name }}")


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def started(rt: Runtime, who: Principal, size: int, **more: Any) -> Campaign:  # noqa: ANN401 - of NewCampaign
    listed = await crowd.crowd(rt, who, size)
    trial = more.get("trial")
    text = None if trial and trial.variants else crowd.TEXT
    made = await crowd.campaign(rt, who, listed.id, text=text, **more)
    return await lifecycle.start(rt, who, made.id)


async def work(rt: Runtime, clock: SetClock, *, minutes: float = 0.1) -> None:
    """Let a worker do all there is to do, a while later."""
    clock.move(timedelta(minutes=minutes))
    worker = Worker(rt)
    while await worker.step() == 0.0:
        clock.move(timedelta(seconds=1))


async def say_no(rt: Runtime, ids: list[MessageId]) -> None:
    """Let people who got these opt out by a text."""
    for message_id in ids:
        await rows(
            rt,
            "INSERT INTO blacklist (account_id, number, id, how, added_by, added_at)"
            " SELECT account_id, dst, %s, 'stop', 'tests', %s FROM message WHERE id = %s RETURNING 1",
            uuid7(),
            rt.clock.now(),
            message_id,
        )


async def reply(rt: Runtime, ids: list[MessageId], *, rule: str = "inbox") -> None:
    """Let people who got these answer."""
    for message_id in ids:
        await rows(
            rt,
            "INSERT INTO inbound_text (id, account_id, connector_id, src, dst, body, encoding, received_at, rule)"
            " SELECT %s, account_id, connector_id, dst, src, 'Yes please', 'gsm0338', %s, %s FROM message"
            " WHERE id = %s RETURNING 1",
            uuid7(),
            rt.clock.now(),
            rule,
            message_id,
        )


async def everybody_once(rt: Runtime, campaign: Campaign, size: int) -> None:
    await crowd.assert_adds_up(rt, campaign.id, recipients=size)
    assert [row for check in (await audit(rt)).checks for row in check.rows] == []


@pytest.mark.req("R149")
async def test_lots_are_drawn_in_sql_as_in_python(rt: Runtime, who: Principal) -> None:
    trial = Trial((A, B), winner=Winner(By.REPLIES, 60, 30))
    campaign = await started(rt, who, 40, trial=trial)
    assert campaign.draw is not None
    found = await rows(
        rt,
        "SELECT id, campaign_draw(%s, id, 0), campaign_draw(%s, id, 1), campaign_draw(%s, id, 2),"
        " campaign_draw(%s, id, 3), campaign_variant(%s, id, %s, %s, NULL) FROM contact",
        *[campaign.id] * 5,
        list(campaign.draw.cuts),
        campaign.draw.sample_below,
    )
    for contact_id, *drawn, variant in found:
        one = lots(campaign.id, contact_id)  # pyright: ignore[reportArgumentType] - as SQL gave it
        assert [one.held_out, one.sample, one.variant, one.canary] == drawn
        assert campaign.draw.variant(one) == variant


@pytest.mark.req("R149", "R105", "R101")
async def test_texts_are_tried_and_who_is_held_out_has_a_row_that_says_so(rt: Runtime, who: Principal) -> None:
    campaign = await started(rt, who, 60, trial=Trial((A, B), holdout=20))
    await FanOut(slice_size=7).step(rt, campaign.id)
    while isinstance(await FanOut(slice_size=7).step(rt, campaign.id), Made):
        pass
    found = await people.page(rt, who, campaign.id, limit=100)
    assert len(found) == 60
    for one in found:
        assert one.contact_id is not None
        drawn = lots(campaign.id, one.contact_id)
        if drawn.held_out < below(20):
            assert (one.state, one.reason, one.price) == (State.SKIPPED, "held_out", 0)
        else:
            assert one.variant == ("A" if drawn.variant < ALL // 2 else "B")
    texts = await rows(rt, "SELECT DISTINCT left(body, 5) FROM message WHERE state = 'queued' ORDER BY 1")
    assert texts == [("Good ",), ("Hello",)]
    await everybody_once(rt, campaign, 60)


@pytest.mark.req("R148", "R103")
async def test_a_canary_gets_it_first_and_waits_for_a_look(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign = await started(rt, who, 40, canary=7, trial=Trial(holdout=10))
    await work(rt, clock)
    assert len(await rows(rt, "SELECT id FROM message WHERE state = 'queued'")) == 7
    assert (await find.get(rt, who, campaign.id)).state is CampaignState.RUNNING, "they are still on their way"
    await crowd.send(rt, 100)
    await work(rt, clock)
    now = await find.get(rt, who, campaign.id)
    assert (now.state, now.reason, now.stage) == (CampaignState.PAUSED, "canary", Stage.CANARY)
    assert (await progress.now(rt, who, campaign.id)).not_made == 33
    assert len(await people.not_made(rt, who, campaign.id, limit=100)) == 33
    await lifecycle.resume(rt, who, campaign.id)
    await work(rt, clock)
    await everybody_once(rt, campaign, 40)
    await crowd.send(rt, 100)
    await work(rt, clock)
    assert (await find.get(rt, who, campaign.id)).state is CampaignState.FINISHED
    assert [kind for _, kind, _ in await find.story(rt, who, campaign.id)] == [
        "campaign.created", "campaign.started", "campaign.paused", "campaign.resumed", "campaign.went_on",
        "campaign.finished",
    ]  # fmt: skip


@pytest.mark.req("R148")
@pytest.mark.parametrize(("opt_outs", "goes_on"), [(4, False), (1, True)])
async def test_a_canary_that_opts_out_too_often_is_the_last_that_gets_it(
    rt: Runtime, who: Principal, clock: SetClock, opt_outs: int, *, goes_on: bool
) -> None:
    guards = Guards(opt_outs=5, least=50)
    campaign = await started(rt, who, 90, canary=50, canary_minutes=30, guards=guards)
    await work(rt, clock)
    sent = await crowd.send(rt, 100)
    assert len(sent) == 50
    await crowd.settle(rt, sent, State.DELIVERED)
    await say_no(rt, sent[:opt_outs])  # 8 % or 2 %
    await work(rt, clock)
    now = await find.get(rt, who, campaign.id)
    if goes_on:
        assert (now.state, now.goes_on_at is not None) == (CampaignState.RUNNING, True)
        await work(rt, clock, minutes=31)
        await everybody_once(rt, campaign, 90)
        return
    assert (now.state, now.reason) == (CampaignState.PAUSED, "opt_outs")
    assert len(await rows(rt, "SELECT id FROM message")) == 50, "nobody else got it"
    (*_, (_, kind, facts)) = await find.story(rt, who, campaign.id)
    assert (kind, facts["told"]) == (
        "campaign.paused",
        "4 of 50 people it reached opted out: 8.0 %, and it stops above 5 %.",
    )
    await lifecycle.resume(rt, who, campaign.id)  # all the same: rates count anew
    await work(rt, clock)
    assert (await find.get(rt, who, campaign.id)).state is CampaignState.RUNNING
    await everybody_once(rt, campaign, 90)


async def test_without_guards_a_canary_that_goes_wrong_waits_all_the_same(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign = await started(rt, who, 90, canary=60, canary_minutes=5)
    await work(rt, clock)
    await crowd.send(rt, 100, State.SUBMITTED, State.UNDELIVERED)
    await work(rt, clock, minutes=6)
    await work(rt, clock, minutes=6)
    now = await find.get(rt, who, campaign.id)
    assert (now.state, now.reason) == (CampaignState.PAUSED, "errors")


async def test_errors_pause_a_campaign_while_it_runs(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign = await started(rt, who, 60, guards=Guards(errors=10, least=20))
    worker = Worker(rt, fan_out=FanOut(slice_size=20), least_ahead=20)
    assert await worker.step() == 0.0
    await crowd.send(rt, 20, State.SUBMITTED, State.UNDELIVERED)
    clock.move(timedelta(seconds=2))
    await worker.step()
    now = await find.get(rt, who, campaign.id)
    assert (now.state, now.reason) == (CampaignState.PAUSED, "errors")
    assert len(await rows(rt, "SELECT id FROM message")) == 20


async def test_a_campaign_spends_no_more_than_it_may_to_the_last_credit(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    campaign = await started(rt, who, 30)
    await work(rt, clock)
    ((price,),) = await rows(rt, "SELECT DISTINCT price FROM message")
    assert isinstance(price, int)
    listed = await crowd.crowd(rt, who, 30, name="others", start=100)
    limited = await crowd.campaign(rt, who, listed.id, name="limited", guards=Guards(spend=12 * price + 1))
    await lifecycle.start(rt, who, limited.id)
    await work(rt, clock)
    now = await find.get(rt, who, limited.id)
    assert (now.state, now.reason) == (CampaignState.PAUSED, "spend_limit")
    assert (await progress.now(rt, who, limited.id)).charged == 12 * price
    await crowd.send(rt, 200)
    await lifecycle.change(rt, who, limited.id, Change(guards=Guards(spend=30 * price)))
    resumed = await lifecycle.resume(rt, who, limited.id)
    assert resumed.baseline == NOTHING_YET, "nobody looked at its rates, so all of it counts"
    await work(rt, clock)
    assert (await progress.now(rt, who, limited.id)).charged == 30 * price
    await everybody_once(rt, campaign, 30)


@pytest.mark.req("R149")
async def test_the_rest_gets_the_text_with_most_replies(rt: Runtime, who: Principal, clock: SetClock) -> None:
    trial = Trial((A, B), holdout=10, winner=Winner(By.REPLIES, 60, 50))
    campaign = await started(rt, who, 80, trial=trial)
    await work(rt, clock)
    sent = await crowd.send(rt, 100)
    assert 20 < len(sent) < 60
    of_b = await rows(rt, "SELECT id FROM message WHERE starts_with(body, 'Hello') AND state = 'submitted'")
    await reply(rt, [one for (one,) in of_b[:3]])  # pyright: ignore[reportArgumentType] - as SQL gave them
    await reply(rt, [one for one in sent if (one,) not in of_b][:5], rule="stop")
    await work(rt, clock)
    waits = await find.get(rt, who, campaign.id)
    assert (waits.state, waits.stage, waits.verdict) == (CampaignState.RUNNING, Stage.SAMPLE, None)
    await work(rt, clock, minutes=61)
    now = await find.get(rt, who, campaign.id)
    assert now.verdict is not None
    assert (now.verdict.place, now.verdict.why) == (1, Why.TOO_FEW)
    assert [(one.name, one.reacted) for one in now.verdict.tried] == [("A", 0), ("B", 3)]
    rest = await rows(rt, "SELECT left(body, 5), count(*) FROM message WHERE state = 'queued' GROUP BY 1")
    assert [text for text, _ in rest] == ["Hello"]
    await crowd.assert_adds_up(rt, campaign.id, recipients=80)
    found = await people.page(rt, who, campaign.id, limit=100)
    texts = Counter(one.variant for one in found if one.reason != "held_out")
    assert texts["A"] + texts["B"] == sum(one.reason != "held_out" for one in found)


@pytest.mark.req("R149")
async def test_opt_outs_count_for_the_last_campaign_that_a_person_got(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    first = await started(rt, who, 3)
    await work(rt, clock)
    sent = await crowd.send(rt, 10)
    await say_no(rt, sent[:1])
    clock.move(timedelta(minutes=1))
    listed = await crowd.crowd(rt, who, 3, name="again")
    second = await crowd.campaign(rt, who, listed.id, name="second")
    await lifecycle.start(rt, who, second.id)
    await work(rt, clock)
    again = await crowd.send(rt, 10)
    clock.move(timedelta(minutes=1))
    await say_no(rt, again[:1])
    for campaign_id in (first.id, second.id):
        async with rt.db.connection() as conn:
            assert await reactions.opt_outs(conn, await find.one(conn, who.account_id, campaign_id)) == 1


@pytest.mark.req("R149")
async def test_somebody_may_choose_the_text_before(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign = await started(rt, who, 20, trial=Trial((A, B), winner=Winner(By.OPT_OUTS, 600, 50)))
    await work(rt, clock)
    with pytest.raises(NotFound, match="it has A, B"):
        await lifecycle.choose(rt, who, campaign.id, "C")
    chosen = await lifecycle.choose(rt, who, campaign.id, "b")
    assert chosen.verdict is not None
    assert (chosen.verdict.place, chosen.verdict.why, chosen.verdict.decided_by) == (1, Why.BY_HAND, who.name)
    await work(rt, clock)
    await everybody_once(rt, campaign, 20)
    with pytest.raises(Conflict, match="that is decided"):
        await lifecycle.choose(rt, who, campaign.id, "A")
    plain = await crowd.campaign(rt, who, (await crowd.crowd(rt, who, 1, name="one")).id, name="plain")
    with pytest.raises(Conflict, match="does not look for the best"):
        await lifecycle.choose(rt, who, plain.id, "A")


@pytest.mark.req("R100")
async def test_for_so_long_a_start_can_be_undone_and_nothing_leaves(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    listed = await crowd.crowd(rt, who, 3)
    made = await crowd.campaign(rt, who, listed.id)
    ten = Launch(undo_for=timedelta(seconds=10))
    await lifecycle.start(rt, who, made.id, launch=ten)
    clock.move(timedelta(seconds=9))
    assert await Worker(rt).step() > 0
    assert await FanOut().step(rt, made.id) == Busy()
    undone = await lifecycle.undo(rt, who, made.id)
    assert (undone.state, undone.started_at, undone.goes_at) == (CampaignState.READY, None, None)
    assert await rows(rt, "SELECT count(*) FROM contact_list_use") == [(0,)]
    await lifecycle.start(rt, who, made.id, launch=ten)
    await work(rt, clock, minutes=0.2)
    with pytest.raises(Conflict) as late:
        await lifecycle.undo(rt, who, made.id)
    assert late.value.code == "too_late_to_undo"
    await everybody_once(rt, made, 3)


@pytest.mark.req("R100")
async def test_a_start_is_not_undone_between_two_stages(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign = await started(rt, who, 20, canary=5, trial=Trial((A, B), winner=Winner(By.REPLIES, 60, 50)))
    await work(rt, clock)
    await crowd.send(rt, 100)
    await work(rt, clock)
    now = await lifecycle.resume(rt, who, campaign.id)  # the sample's turn, and nobody of it is made yet
    assert (now.stage, now.last_contact_id) == (Stage.SAMPLE, None)
    with pytest.raises(Conflict) as late:
        await lifecycle.undo(rt, who, campaign.id)
    assert late.value.code == "too_late_to_undo"


async def test_what_was_chosen_meanwhile_is_undone_with_the_start(rt: Runtime, who: Principal) -> None:
    listed = await crowd.crowd(rt, who, 4)
    trial = Trial((A, B), winner=Winner(By.REPLIES, 60, 50))
    made = await crowd.campaign(rt, who, listed.id, text=None, trial=trial)
    await lifecycle.start(rt, who, made.id, launch=Launch(undo_for=timedelta(seconds=10)))
    await lifecycle.choose(rt, who, made.id, "B")
    await lifecycle.undo(rt, who, made.id)
    now = await find.get(rt, who, made.id)
    assert now.draw is not None
    assert (now.verdict, now.draw.won) == (None, None)


async def test_who_starts_by_hand_says_how_many_people_it_goes_to(rt: Runtime, who: Principal) -> None:
    listed = await crowd.crowd(rt, who, 1_001)
    made = await crowd.campaign(rt, who, listed.id)
    for launch, code in (
        (Launch(needs_count=True), "confirm_needed"),
        (Launch(confirm=1_000), "count_differs"),
        (Launch(confirm=1_000, needs_count=True), "count_differs"),
    ):
        with pytest.raises(Refused) as refused:
            await lifecycle.start(rt, who, made.id, launch=launch)
        assert refused.value.code == code
        assert (await find.get(rt, who, made.id)).state is CampaignState.READY
    assert (await lifecycle.start(rt, who, made.id, launch=Launch(1_001, needs_count=True))).state == "running"


@pytest.mark.req("R148")
async def test_a_pace_may_be_told_by_the_minute(rt: Runtime, who: Principal, clock: SetClock) -> None:
    campaign = await started(rt, who, 5, per_minute=2)
    fan_out = FanOut()
    assert await fan_out.step(rt, campaign.id) == Made(1, 0)
    assert await fan_out.step(rt, campaign.id) == Busy()
    clock.move(timedelta(seconds=30))
    assert await fan_out.step(rt, campaign.id) == Made(1, 0)
    changed = await lifecycle.change(rt, who, campaign.id, Change(name="faster", per_minute=None))
    assert (changed.name, changed.per_minute) == ("faster", None)
    assert (await find.get(rt, who, campaign.id)).per_minute is None
    await fan_out.step(rt, campaign.id)
    await everybody_once(rt, campaign, 5)
    with pytest.raises(InvalidInput) as refused:
        await lifecycle.change(rt, who, campaign.id, Change(per_minute=1, per_five_minutes=1))
    assert refused.value.code == "bad_pace"


async def test_two_campaigns_that_start_at_once_share_one_balance(rt: Runtime, clock: SetClock) -> None:
    who = await crowd.shop(rt, credits=101)  # a message costs two
    made = [
        await crowd.campaign(rt, who, (await crowd.crowd(rt, who, 40, name=name, start=start)).id, name=name)
        for name, start in (("one", 0), ("two", 100))
    ]
    for one in made:
        await lifecycle.start(rt, who, one.id)
    await work(rt, clock)
    states = [(await find.get(rt, who, one.id)).reason for one in made]
    assert "out_of_funds" in states
    assert await rows(rt, "SELECT amount FROM balance") == [(MICRO,)]
    assert await rows(rt, "SELECT count(*) FROM message") == [(50,)]
    for one in made:
        await crowd.assert_adds_up(rt, one.id)
