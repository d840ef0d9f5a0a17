"""What people do with campaigns: all legal and illegal moves, and what each leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

import crowd
import make
from books import rows
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.campaigns import find, lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import MOVES, Action, Campaign, CampaignState, Done, NewCampaign
from cablegram.campaigns.work import Worker
from cablegram.connectors import configure
from cablegram.contacts import lists, members
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotAllowed, NotFound, Refused
from cablegram.kit.ids import CampaignId, ListId, uuid7
from cablegram.library import shelf
from cablegram.messages.model import MessageClass, State
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


@pytest.fixture
async def people(rt: Runtime, who: Principal) -> ContactList:
    return await crowd.crowd(rt, who, 5)


async def in_state(
    rt: Runtime, who: Principal, people: ContactList, state: CampaignState, *, is_made: bool = True
) -> Campaign:
    """Bring a campaign into a state, as people and workers do."""
    start_at = rt.clock.now() + timedelta(hours=1) if state is CampaignState.SCHEDULED else None
    made = await crowd.campaign(rt, who, people.id, start_at=start_at)
    if state is CampaignState.READY:
        return made
    if state is CampaignState.CREATING:
        await rows(rt, "UPDATE campaign SET state = 'creating' RETURNING 1")
        return await find.get(rt, who, made.id)
    await lifecycle.start(rt, who, made.id)
    if is_made or state is not CampaignState.RUNNING:
        await FanOut().step(rt, made.id)
    if state is CampaignState.PAUSED:
        return await lifecycle.pause(rt, who, made.id)
    if state is CampaignState.CANCELLED:
        return await lifecycle.cancel(rt, who, made.id)
    if state is CampaignState.FINISHED:
        await crowd.send(rt, 100)
        await Worker(rt).step()
    return await find.get(rt, who, made.id)


@pytest.mark.req("R100", "R103")
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", CampaignState)
async def test_each_move_is_legal_where_the_table_says_so_and_nowhere_else(
    rt: Runtime, who: Principal, people: ContactList, state: CampaignState, action: Action
) -> None:
    campaign = await in_state(rt, who, people, state, is_made=action is not Action.UNDO)
    assert campaign.state is state
    if action in MOVES[state]:
        moved = await lifecycle.act(rt, who, campaign.id, action)
        assert moved.state is MOVES[state][action]
        assert await find.get(rt, who, campaign.id) == moved
    else:
        with pytest.raises(Conflict) as caught:
            await lifecycle.act(rt, who, campaign.id, action)
        assert caught.value.code == "illegal_move"
        assert f"is {state}" in caught.value.message
        assert all(possible in caught.value.message for possible in MOVES[state] if isinstance(possible, Action))
        assert await find.get(rt, who, campaign.id) == campaign
    await crowd.assert_adds_up(rt, campaign.id)


@pytest.mark.req("R98")
async def test_a_campaign_keeps_what_it_was_made_with(rt: Runtime, who: Principal, people: ContactList) -> None:
    template = await shelf.create(rt, who, name="Greeting", text="Hello {{ name }} of {{ city }}")
    new = NewCampaign(
        name=" Spring ",
        description="first of the year",
        list_ids=[people.id, people.id],
        template_id=template.id,
        variables={"city": "Lugo"},
        message_class=MessageClass.TRANSACTIONAL,
    )
    made = await lifecycle.create(rt, who, new)
    assert (made.name, made.description, made.list_ids) == ("Spring", "first of the year", [people.id])
    assert (made.text, made.template_id, made.variables) == (template.text, template.id, {"city": "Lugo"})
    assert (made.state, made.recipients, made.message_class) == (CampaignState.READY, 5, MessageClass.TRANSACTIONAL)
    assert made.created_by == who.name
    await shelf.replace(rt, who, template.id, name="Greeting", text="Good bye {{ name }}")
    assert await find.get(rt, who, made.id) == made
    assert await find.named(rt, who, "SPRING") == made
    await shelf.delete(rt, who, template.id)
    assert (await find.get(rt, who, made.id)).text == template.text


@pytest.mark.req("R98", "R85")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": " "}, ("bad_name", "name")),
        ({"list_ids": []}, ("lists_needed", "contact_list_ids")),
        ({"list_ids": [ListId(uuid7()) for _ in range(101)]}, ("too_many_lists", "contact_list_ids")),
        ({"list_ids": [ListId(uuid7())]}, ("list_not_found", None)),
        ({"text": None}, ("text_or_template", "text")),
        ({"template_id": uuid7()}, ("text_or_template", "text")),
        ({"text": None, "template_id": uuid7()}, ("template_not_found", None)),
        ({"text": "Hello {{ name"}, ("bad_template", "text")),
        ({"text": " "}, ("bad_template", "text")),
        ({"text": "x" * 5_001}, ("template_too_long", "text")),
        ({"text": "Hey!"}, ("text_too_short", "text")),
        ({"text": "Hi {{ naem }}"}, ("missing_variable", "variables.naem")),
        ({"variables": {"a b": "x"}}, ("bad_variable", "variables.a b")),
        ({"sender": "much too long a name"}, ("sender_invalid", "sender")),
    ],
)
async def test_what_cannot_be_sent_is_named_and_nothing_is_made(
    rt: Runtime, who: Principal, people: ContactList, changes: dict[str, object], fault: tuple[str, str | None]
) -> None:
    code, field = fault
    fields: dict[str, object] = {"name": "spring", "list_ids": [people.id], "text": crowd.TEXT, **changes}
    with pytest.raises(CablegramError) as caught:
        await lifecycle.create(rt, who, NewCampaign(**fields))  # pyright: ignore[reportArgumentType]
    assert caught.value.code == code
    assert [one.field for one in caught.value.faults] == ([field] if field else [])
    assert await find.page(rt, who) == []


@pytest.mark.req("R85", "R86")
async def test_a_variable_must_be_in_every_list_or_be_given_or_have_a_default(
    rt: Runtime, who: Principal, people: ContactList
) -> None:
    others = await crowd.listed(rt, who, [["number", "city"], ["+34600009999", "Vigo"]], name="others")
    with pytest.raises(InvalidInput) as caught:
        await crowd.campaign(rt, who, people.id, others.id, text="Hi {{ name }} of {{ city }}, {{ number }}")
    assert [(fault.field, "people" in fault.message) for fault in caught.value.faults] == [
        ("variables.name", False),
        ("variables.city", True),
    ]
    await crowd.campaign(rt, who, people.id, others.id, text="Hi {{ name }}", variables={"name": "you"})
    await crowd.campaign(rt, who, others.id, text='Hi {{ name | default: "you" }}', name="summer")


async def test_two_campaigns_cannot_have_one_name(rt: Runtime, who: Principal, people: ContactList) -> None:
    await crowd.campaign(rt, who, people.id)
    with pytest.raises(Conflict) as caught:
        await crowd.campaign(rt, who, people.id, name="SPRING")
    assert caught.value.code == "campaign_name_taken"


@pytest.mark.req("R49")
@pytest.mark.usefixtures("who")
async def test_a_sender_must_be_the_accounts_own(rt: Runtime) -> None:
    strict = await make.account(rt, open_senders=False, default_country="ES")
    people = await crowd.crowd(rt, strict, 2)
    with pytest.raises(Refused) as caught:
        await crowd.campaign(rt, strict, people.id, sender="Somebody")
    assert caught.value.code == "sender_not_owned"


async def test_without_a_way_out_nothing_starts(rt: Runtime, who: Principal, people: ContactList) -> None:
    made = await crowd.campaign(rt, who, people.id)
    (connector,) = await configure.page(rt, operator("tests"))
    await configure.change_smpp(rt, operator("tests"), connector.id, is_enabled=False)
    with pytest.raises(Refused) as caught:
        await lifecycle.start(rt, who, made.id)
    assert caught.value.code == "no_route"
    assert (await find.get(rt, who, made.id)).state is CampaignState.READY
    await members.put(rt, who, people.id, number="+34600009999", variables={"name": "x"})  # nobody uses the list


async def test_a_campaign_to_nobody_does_not_start(rt: Runtime, who: Principal) -> None:
    empty = await crowd.crowd(rt, who, 0)
    made = await crowd.campaign(rt, who, empty.id)
    with pytest.raises(Conflict) as caught:
        await lifecycle.start(rt, who, made.id)
    assert caught.value.code == "no_recipients"


async def test_what_changed_in_its_lists_is_looked_at_again_when_it_starts(
    rt: Runtime, who: Principal, people: ContactList
) -> None:
    made = await crowd.campaign(rt, who, people.id)
    await members.put(rt, who, people.id, number="+34600009999", variables={"name": "Zoë"})
    assert (await lifecycle.start(rt, who, made.id)).recipients == 6
    gone = await crowd.crowd(rt, who, 1, name="gone")
    second = await crowd.campaign(rt, who, gone.id, name="second")
    await lists.delete(rt, who, gone.id)
    with pytest.raises(NotFound) as caught:
        await lifecycle.start(rt, who, second.id)
    assert caught.value.code == "list_not_found"


@pytest.mark.parametrize("end", ["finish", "cancel"])
async def test_its_lists_stay_as_they_are_from_the_start_to_the_end(
    rt: Runtime, who: Principal, people: ContactList, end: str
) -> None:
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    with pytest.raises(Conflict) as caught:
        await members.remove(rt, who, people.id, number=f"+{crowd.SPAIN}")
    assert caught.value.code == "list_in_use"
    if end == "cancel":
        await lifecycle.cancel(rt, who, made.id)
    else:
        await FanOut().step(rt, made.id)
        await crowd.send(rt, 100)
        await Worker(rt).step()
    await members.remove(rt, who, people.id, number=f"+{crowd.SPAIN}")


@pytest.mark.req("R100")
async def test_a_pause_takes_everything_from_the_links_and_resume_gives_it_back_once(
    rt: Runtime, who: Principal, people: ContactList
) -> None:
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    assert await FanOut().step(rt, made.id) == Done(5, 0)
    first = await crowd.send(rt, 2)
    paused = await lifecycle.pause(rt, who, made.id)
    assert (paused.state, paused.reason) == (CampaignState.PAUSED, "by_hand")
    assert await crowd.send(rt, 100) == []
    await crowd.assert_adds_up(rt, made.id, recipients=5)
    resumed = await lifecycle.resume(rt, who, made.id)
    assert (resumed.state, resumed.reason) == (CampaignState.RUNNING, None)
    second = await crowd.send(rt, 100)
    assert (len(first), len(second)) == (2, 3)
    assert not set(first) & set(second)
    await crowd.assert_adds_up(rt, made.id, recipients=5)


@pytest.mark.req("R18", "R100")
async def test_cancelling_gives_back_what_no_carrier_took(rt: Runtime, who: Principal, people: ContactList) -> None:
    ((before, _),) = await rows(rt, "SELECT amount, last_seq FROM balance WHERE account_id = %s", who.account_id)
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    await FanOut().step(rt, made.id)
    (sent,) = await crowd.send(rt, 1)
    cancelled = await lifecycle.cancel(rt, who, made.id)
    assert cancelled.finished_at == rt.clock.now()
    states = await rows(rt, "SELECT state::text, count(*) FROM message GROUP BY 1 ORDER BY 1")
    assert states == [("cancelled", 4), ("submitted", 1)]
    ((price,),) = await rows(rt, "SELECT price FROM message WHERE id = %s", sent)
    ((left, _),) = await rows(rt, "SELECT amount, last_seq FROM balance WHERE account_id = %s", who.account_id)
    assert left == before - price  # pyright: ignore[reportOperatorIssue]
    await crowd.assert_adds_up(rt, made.id, recipients=5)


async def test_what_was_on_the_wire_at_the_cancelling_is_withdrawn_when_it_comes_back(
    rt: Runtime, who: Principal, people: ContactList
) -> None:
    made = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, made.id)
    await FanOut().step(rt, made.id)
    ids = await crowd.claim(rt, 2)
    assert (await lifecycle.cancel(rt, who, made.id)).finished_at is None
    worker = Worker(rt)
    await worker.step()
    assert (await find.get(rt, who, made.id)).finished_at is None
    await crowd.bounce(rt, ids[:1])
    await crowd.settle(rt, ids[1:], State.SUBMITTED)
    await worker.step()
    assert (await find.get(rt, who, made.id)).finished_at == rt.clock.now()
    states = await rows(rt, "SELECT state::text, count(*) FROM message GROUP BY 1 ORDER BY 1")
    assert states == [("cancelled", 4), ("submitted", 1)]
    await crowd.assert_adds_up(rt, made.id, recipients=5)


async def test_only_what_never_started_can_be_deleted(rt: Runtime, who: Principal, people: ContactList) -> None:
    ready = await crowd.campaign(rt, who, people.id)
    await lifecycle.delete(rt, who, ready.id)
    given_up = await crowd.campaign(rt, who, people.id)
    await lifecycle.cancel(rt, who, given_up.id)
    await lifecycle.delete(rt, who, given_up.id)
    assert await find.page(rt, who) == []
    started = await crowd.campaign(rt, who, people.id)
    await lifecycle.start(rt, who, started.id)
    await lifecycle.cancel(rt, who, started.id)
    with pytest.raises(Conflict) as caught:
        await lifecycle.delete(rt, who, started.id)
    assert caught.value.code == "campaign_has_history"


async def test_every_move_is_in_the_story(rt: Runtime, who: Principal, people: ContactList) -> None:
    made = await crowd.campaign(rt, who, people.id)
    for deed in (lifecycle.start, lifecycle.pause, lifecycle.resume, lifecycle.cancel):
        await deed(rt, who, made.id)
    story = await find.story(rt, who, made.id)
    assert [(kind, facts["name"], facts["by"]) for _, kind, facts in story] == [
        (f"campaign.{word}", "spring", who.name) for word in ("created", "started", "paused", "resumed", "cancelled")
    ]
    assert (story[2][2]["reason"], story[3][2]["was"]) == ("by_hand", "by_hand")


async def test_campaigns_are_paged_newest_first(rt: Runtime, who: Principal, people: ContactList) -> None:
    made = [await crowd.campaign(rt, who, people.id, name=name) for name in ("one", "two", "three")]
    assert await find.page(rt, who) == made[::-1]
    assert await find.page(rt, who, limit=1) == [made[2]]
    assert await find.page(rt, who, after=made[1].id) == [made[0]]


async def test_another_account_and_a_reader_can_do_nothing(rt: Runtime, who: Principal, people: ContactList) -> None:
    made = await crowd.campaign(rt, who, people.id)
    other = await make.account(rt)
    reader = Principal(who.account_id, "reader", frozenset({Scope.READ}))
    for action in Action:
        with pytest.raises(NotFound):
            await lifecycle.act(rt, other, made.id, action)
        with pytest.raises(NotAllowed):
            await lifecycle.act(rt, reader, made.id, action)
    for deed in (find.get, find.story, lifecycle.delete):
        with pytest.raises(NotFound):
            await deed(rt, other, made.id)
    with pytest.raises(NotFound):
        await crowd.campaign(rt, other, people.id)
    with pytest.raises(NotAllowed):
        await crowd.campaign(rt, reader, people.id)
    with pytest.raises(NotAllowed):
        await lifecycle.delete(rt, reader, made.id)
    assert await find.page(rt, other) == []
    assert await find.get(rt, reader, made.id) == made
    with pytest.raises(NotFound):
        await find.get(rt, who, CampaignId(uuid7()))
    with pytest.raises(NotFound):
        await find.named(rt, other, "spring")
