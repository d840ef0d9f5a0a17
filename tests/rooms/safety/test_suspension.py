"""An account that the operator suspends: nothing of it is accepted or goes out; what comes in still does."""

from __future__ import annotations

from datetime import timedelta

import pytest

import crowd
import make
import traffic
from books import rows
from cablegram.accounts import directory, keys, sessions
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.accounts.keyring import KeyRing
from cablegram.accounts.members import invite
from cablegram.campaigns import find, lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import CampaignState
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, uuid7
from cablegram.messages.model import State
from cablegram.runtime.runtime import Runtime
from cablegram.safety import halt, resume, suspension

OPERATOR = operator("Ann")


async def test_what_waits_of_a_suspended_account_is_held_and_goes_out_once_when_it_goes_on(
    rt: Runtime, who: Principal
) -> None:
    await traffic.open_ways(rt)
    other = await make.account(rt)
    mine = await traffic.accepted(rt, [traffic.draft(who, f"mine {n}") for n in range(7)])
    theirs = await traffic.accepted(rt, [traffic.draft(other, f"theirs {n}") for n in range(3)])
    assert await suspension.suspend(rt, OPERATOR, who.account_id, why="invoice 7") == 7
    assert await suspension.suspend(rt, OPERATOR, who.account_id) == 0

    drafts = [traffic.draft(who), traffic.draft(other)]
    await traffic.accepted(rt, drafts)
    assert [one.refusal and one.refusal.code for one in drafts] == ["account_suspended", None]
    assert {one.id for one in await traffic.claimed(rt, 20)} == {*theirs, drafts[1].id}
    held = await rows(rt, "SELECT state::text, reason FROM message WHERE account_id = %s", who.account_id)
    assert held == [("scheduled", "account_suspended")] * 7

    assert await suspension.resume(rt, OPERATOR, who.account_id) == 7
    with pytest.raises(Conflict):
        await suspension.resume(rt, OPERATOR, who.account_id)
    assert {one.id for one in await traffic.claimed(rt, 20)} == set(mine)
    drafts = [traffic.draft(who)]
    await traffic.accepted(rt, drafts)
    assert drafts[0].state is State.QUEUED
    told = await rows(rt, "SELECT kind, done_by FROM action WHERE kind LIKE 'account.%%ed' ORDER BY id")
    assert told[-2:] == [("account.suspended", "Ann"), ("account.resumed", "Ann")]


async def test_an_end_of_a_suspension_that_was_broken_off_is_asked_for_again(rt: Runtime, who: Principal) -> None:
    await traffic.open_ways(rt)
    mine = await traffic.accepted(rt, [traffic.draft(who, f"mine {n}") for n in range(3)])
    await suspension.suspend(rt, OPERATOR, who.account_id)
    async with rt.db.transaction() as conn:
        await directory.unsuspend(conn, who.account_id)
    assert await suspension.resume(rt, OPERATOR, who.account_id) == 3
    assert {one.id for one in await traffic.claimed(rt, 20)} == set(mine)


async def test_the_word_after_a_restore_lets_nothing_go_of_a_suspended_account(rt: Runtime, who: Principal) -> None:
    await traffic.open_ways(rt)
    other = await make.account(rt)
    mine = await traffic.accepted(rt, [traffic.draft(who, f"mine {n}") for n in range(2)])
    await suspension.suspend(rt, OPERATOR, who.account_id)
    theirs = await traffic.accepted(rt, [traffic.draft(other)])
    late = await traffic.accepted(rt, [traffic.draft(other, "Hello later")])
    await halt.halt(rt)
    with pytest.raises(Conflict) as caught:
        await suspension.resume(rt, OPERATOR, who.account_id)
    assert caught.value.code == "held_after_restore"
    await suspension.suspend(rt, OPERATOR, other.account_id)
    assert (await resume.resume(rt, OPERATOR)).released == 0
    assert await traffic.claimed(rt, 20) == []
    assert await suspension.resume(rt, OPERATOR, who.account_id) == 2
    assert {one.id for one in await traffic.claimed(rt, 20)} == set(mine)
    assert await suspension.resume(rt, OPERATOR, other.account_id) == 2
    assert {one.id for one in await traffic.claimed(rt, 20)} == {*theirs, *late}


async def test_a_campaign_of_a_suspended_account_pauses_and_goes_on_with_it(rt: Runtime) -> None:
    who = await crowd.shop(rt)
    people = await crowd.crowd(rt, who, 20)
    campaign = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, campaign.id)
    await suspension.suspend(rt, OPERATOR, who.account_id)
    paused = await find.get(rt, who, campaign.id)
    assert (paused.state, paused.reason) == (CampaignState.PAUSED, "account_suspended")
    await suspension.resume(rt, OPERATOR, who.account_id)
    going = await find.get(rt, who, campaign.id)
    assert (going.state, going.reason) == (CampaignState.RUNNING, None)
    await FanOut().step(rt, campaign.id)
    await crowd.assert_adds_up(rt, campaign.id, recipients=20)


async def test_whoever_belongs_to_it_reads_and_pays_and_does_no_more(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    _, text = await keys.create(rt, who, name="program", scopes=who.scopes)
    member, _ = await invite(rt, who, login="bob", display_name="Bob", role="owner")
    await suspension.suspend(rt, OPERATOR, who.account_id, why="invoice 7")
    clock.move(timedelta(seconds=6))
    session = await sessions.by_token(rt, await sessions.open_session(rt, member.user))
    assert session.account is not None
    assert session.account.suspended_at is not None
    for somebody in (await KeyRing(rt).by_key(text), session.principal):
        assert somebody is not None
        for scope in Scope:
            if scope in {Scope.READ, Scope.BILLING}:
                somebody.needs(scope)
            else:
                with pytest.raises(NotAllowed) as caught:
                    somebody.needs(scope)
                assert caught.value.code == "account_suspended"


async def test_only_the_operator_suspends_and_only_what_there_is(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await suspension.suspend(rt, who, who.account_id)
    with pytest.raises(NotFound):
        await suspension.suspend(rt, OPERATOR, AccountId(uuid7()))
