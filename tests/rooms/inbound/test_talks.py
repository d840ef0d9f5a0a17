"""Conversations as a team works on them: open or done, somebody's, with notes beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

import make
from books import rows
from cablegram.accounts import members
from cablegram.accounts.access import Principal, operator
from cablegram.inbound import forgetting, inbox, talks
from cablegram.inbound.talk_model import Change, TalkCount
from cablegram.kit.errors import InvalidInput, NotFound
from cablegram.kit.ids import UserId, uuid7
from cablegram.runtime.runtime import Runtime
from hearing import ANA, BEA, line


async def numbers(rt: Runtime, who: Principal, *, is_done: bool | None = None, of: UserId | None = None) -> list[str]:
    return [one.number for one in await inbox.conversations(rt, who, is_done=is_done, assigned_to=of)]


@pytest.mark.req("R66")
async def test_what_a_person_has_to_read_opens_a_conversation_and_what_a_rule_has_done_opens_none(
    rt: Runtime, shop: Principal
) -> None:
    number = await line(rt, shop)
    await number.hear("STOP", BEA)
    assert await numbers(rt, shop, is_done=False) == []
    await number.hear_all([number.text("When do you open?"), number.text("STOP")])
    assert await numbers(rt, shop, is_done=False) == [ANA]
    assert await numbers(rt, shop, is_done=True) == [BEA]
    assert await numbers(rt, shop) == [ANA, BEA]
    done = await talks.change(rt, shop, f"+{ANA}", Change(is_done=True))
    assert (done.is_done, done.changed_by, done.changed_at) == (True, shop.name, rt.clock.now())
    assert await talks.count(rt, shop) == TalkCount(0, 0)
    await number.hear("START")  # heeded, and nothing for a person
    assert (await talks.care_of(rt, shop, ANA)) == done
    await number.hear("And on Sunday?")
    assert await numbers(rt, shop, is_done=False) == [ANA]
    assert await inbox.conversations(rt, await make.account(rt, name="Other")) == []


@pytest.mark.req("R66")
async def test_a_text_is_new_until_somebody_of_the_team_looks(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await number.hear("Hello?")
    assert [one.is_new for one in await inbox.conversations(rt, shop)] == [True]
    await talks.see(rt, shop, ANA)
    assert [one.is_new for one in await inbox.conversations(rt, shop)] == [False]
    await number.hear("Anybody?")
    assert [one.is_new for one in await inbox.conversations(rt, shop)] == [True]


@pytest.mark.req("R66")
async def test_a_conversation_is_somebodys_of_the_account_or_nobodys(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await number.hear("Hello?")
    boss = replace(operator("tests"), account_id=shop.account_id)
    ines, _ = await members.invite(rt, boss, login="ines", display_name="Inés", role="marketer")
    it = replace(shop, user_id=ines.user.id)
    assert (await talks.change(rt, it, ANA, Change(assigned_to=ines.user.id))).assigned_to == ines.user.id
    assert await talks.count(rt, it) == TalkCount(1, 1)
    assert await talks.count(rt, shop) == TalkCount(1, 0)
    assert await numbers(rt, shop, of=ines.user.id) == [ANA]
    assert (await talks.change(rt, it, ANA, Change(is_done=True))).assigned_to == ines.user.id
    assert (await talks.change(rt, it, ANA, Change(assigned_to=None))).is_done
    with pytest.raises(InvalidInput, match="Nobody with this id"):
        await talks.change(rt, it, ANA, Change(assigned_to=UserId(uuid7())))
    with pytest.raises(NotFound, match="ever wrote"):
        await talks.change(rt, it, BEA, Change(is_done=True))


@pytest.mark.req("R66")
async def test_notes_are_the_teams_and_go_with_the_person_who_is_forgotten(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await number.hear("Is the depot open?")
    for words in (" ", "a" * (talks.MOST_NOTED + 1)):
        with pytest.raises(InvalidInput, match="A note has"):
            await talks.note(rt, shop, ANA, words)
    with pytest.raises(NotFound, match="ever wrote"):
        await talks.note(rt, shop, BEA, "Who is that?")
    first = await talks.note(rt, shop, ANA, "Open on Saturday\0")
    second = await talks.note(rt, replace(shop, user_id=UserId(uuid7())), ANA, "Told her")
    assert await talks.notes(rt, shop, ANA) == [second, first]
    assert await talks.notes(rt, shop, ANA, since=first.id) == [second]
    assert await talks.notes(rt, shop, ANA, before=second.id) == [replace(first, text="Open on Saturday")]
    with pytest.raises(NotFound, match="of yours"):
        await talks.take_back(rt, shop, second.id)
    with pytest.raises(NotFound, match="of yours"):
        await talks.take_back(rt, replace(shop, name="another key"), first.id)
    await talks.take_back(rt, shop, first.id)
    async with rt.db.transaction() as conn:
        await forgetting.forget(conn, shop.account_id, ANA)
    assert await rows(rt, "SELECT (SELECT count(*) FROM talk), (SELECT count(*) FROM talk_note)") == [(0, 0)]
