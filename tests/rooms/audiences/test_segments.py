"""Segments on a real database: whom each filter finds, and what a campaign makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import crowd
import hearing
import make
from books import rows
from cablegram.accounts.access import Principal
from cablegram.audiences import engagement, holding, people, read, segments
from cablegram.audiences.filter_model import BadFilter
from cablegram.audiences.model import Audience, Sort, of_lists
from cablegram.audiences.segments import SegmentChange
from cablegram.campaigns import lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.contacts import lists
from cablegram.contacts.model import ContactList
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import CampaignId, ContactId, ProgramId, SegmentId, uuid7
from cablegram.links import visiting
from cablegram.links.machines import Visit
from cablegram.messages import barring
from cablegram.messages.model import MessageClass, State
from cablegram.programs import people as programs
from cablegram.programs.model import ProgramKind
from cablegram.runtime.runtime import Runtime
from knowing import EVERYBODY, NAMES, TABLE, found

WANTED = {
    "city = madrid": "Ana Luz",
    "city = málaga": "Eva",
    "city != madrid": "Eva Pau Pat",
    "not city = madrid": "Eva Pau Pat",
    "city in (Madrid, Leeds)": "Ana Luz Pat",
    "city is set": "Ana Eva Luz Pat",
    "city is empty": "Pau",
    "city contains L": "Eva Pat",
    "city starts with m": "Ana Eva Luz",
    "city ends with s": "Pat",
    "points > 5": "Luz Pat",
    "points >= 5": "Ana Luz Pat",
    "points < 12.5": "Ana Eva",
    "points <= 12.5": "Ana Eva Pat",
    "points > -13": "Ana Eva Luz Pat",
    "points >= -12.5": "Ana Eva Luz Pat",
    "points < -12": "Eva",
    "points <= -12.5": "Eva",
    "points < -100": "",
    "points = 12.50": "Pat",
    "birthday < 1990-01-01": "Ana Pat",
    "birthday in next 7 days": "",
    "birthday in last 3650 days": "",
    "member = yes": "Ana Luz",
    "member is empty": "Pau Pat",
    "country = es": "Ana Eva Luz Pau",
    "number starts with +447": "Pat",
    'number in ("+34 600 000 001")': "Ana",
    "phone = paused": "Eva",
    "phone != paused": "Ana Luz Pau Pat",
    "subscription = subscribed": "Ana",
    "subscription in (not_subscribed, unrecorded)": "Eva Luz Pau Pat",
    "subscription != unrecorded": "Ana Luz",
    "blacklisted = yes": "Pat",
    "blacklisted in (yes, no)": EVERYBODY,
    "blacklisted = no": "Ana Eva Luz Pau",
    "tag = VIP": "Ana Luz",
    "tag in (vip, new)": "Ana Luz",
    "tag is empty": "Eva Pau Pat",
    "tag != new": "Ana Eva Pau Pat",
    'list = "people"': EVERYBODY,
    'list = "a few"': "",
    "list is empty": "",
    "created in last 1 days": EVERYBODY,
    "created = 2026-01-15": EVERYBODY,
    "created before 2026-01-15": "",
    "created until 2026-01-15": EVERYBODY,
    "created after 2026-01-15": "",
    "created since 2026-01-15": EVERYBODY,
    "updated is set": EVERYBODY,
    "consent is set": "Ana",
    "consent in last 2 days": "Ana",
    "consent is empty": "Eva Luz Pau Pat",
    "consent source contains SHOP": "Ana",
    "consent source = other": "",
    "consent source is set": "Ana",
    "opted out is set": "Luz Pat",
    "opted out in last 1 days": "Luz Pat",
    "opted out is empty": "Ana Eva Pau",
    "program is set": "",
    "left program is empty": EVERYBODY,
    "got is empty": EVERYBODY,
    "city = madrid and (tag = new or member = no) or city = leeds": "Luz Pat",
}


async def test_each_trait_finds_whom_it_means(rt: Runtime, who: Principal, customers: ContactList) -> None:
    await barring.add(rt, who, ["+447400123456"])
    assert customers.name == "people"
    assert {text: await found(rt, who, text) for text in WANTED} == WANTED


async def test_days_of_a_field_are_counted_from_today(
    rt: Runtime, who: Principal, customers: ContactList, clock: SetClock
) -> None:
    del customers
    clock.move(datetime(2000, 1, 15, 12, tzinfo=UTC) - clock.now())
    assert await found(rt, who, "birthday in next 6 days") == "Luz"
    assert await found(rt, who, "birthday in next 5 days") == ""
    clock.move(timedelta(days=5))
    assert await found(rt, who, "birthday in last 1 days") == "Luz"


async def test_other_accounts_have_no_part_in_it(rt: Runtime, who: Principal, customers: ContactList) -> None:
    other = await make.account(rt, default_country="ES")
    assert await found(rt, other, "country = ES") == ""
    with pytest.raises(BadFilter):
        await people.count(rt, other, "tag = vip")
    with pytest.raises(BadFilter):
        await people.count(rt, other, f"list = {customers.id}")
    made = await segments.create(rt, who, "Spain", "country = ES")
    with pytest.raises(NotFound):
        await segments.get(rt, other, made.segment.id)
    with pytest.raises(NotFound):
        await segments.delete(rt, other, made.segment.id)


async def test_pages_go_on_where_they_ended_in_each_order(rt: Runtime, who: Principal, customers: ContactList) -> None:
    del customers
    for sort, wanted in (
        (Sort.NEWEST, "Pat Pau Luz Eva Ana"),
        (Sort.OLDEST, "Ana Eva Luz Pau Pat"),
        (Sort.NUMBER, "Ana Eva Luz Pau Pat"),
    ):
        seen: list[str] = []
        after = None
        while some := await people.page(rt, who, "", sort=sort, after=after, limit=2):
            seen += [NAMES[one.contact.number] for one in some]
            after = some[-1].contact.id
        assert " ".join(seen) == wanted


async def test_a_segment_is_kept_by_ids_and_told_by_todays_names(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    made = await segments.create(rt, who, "Regulars", f'list = "{customers.name}" and tag = vip', description="Ours")
    await lists.change(rt, who, customers.id, name="Old customers")
    shown = await segments.get(rt, who, made.segment.id)
    assert shown.text == 'list = "Old customers" and tag = vip'
    assert (await segments.named(rt, who, "REGULARS")) == shown
    assert await segments.named(rt, who, "nobody") is None
    assert await segments.page(rt, who) == [shown]
    with pytest.raises(Conflict, match="already a segment"):
        await segments.create(rt, who, "regulars", "country = ES")
    other = await segments.create(rt, who, "Other", {"what": "country", "op": "is", "values": ["es"]})
    assert other.text == "country = ES"
    with pytest.raises(Conflict, match="already a segment"):
        await segments.change(rt, who, other.segment.id, SegmentChange(name="REGULARS"))
    changed = await segments.change(rt, who, other.segment.id, SegmentChange("New", "words", "country = PT"))
    assert (changed.segment.name, changed.segment.description, changed.text) == ("New", "words", "country = PT")
    assert (await segments.change(rt, who, other.segment.id, SegmentChange())).text == "country = PT"
    await segments.delete(rt, who, other.segment.id)
    with pytest.raises(NotFound):
        await segments.get(rt, who, other.segment.id)


async def test_a_name_that_is_nearly_right_is_proposed(rt: Runtime, who: Principal, customers: ContactList) -> None:
    del customers
    for text, near in (("citty = a", "city"), ("tag = vipp", "vip"), ('list = "A fev"', "A few")):
        with pytest.raises(BadFilter, match=f"Did you mean '{near}'"):
            await people.count(rt, who, text)


async def chosen(rt: Runtime, who: Principal, audience: Audience, *, limit: int = 2) -> tuple[str, int]:
    """Return who comes of an audience, a slice at a time, and how many are counted."""
    seen: list[str] = []
    after: ContactId | None = None
    until = rt.clock.now()
    async with rt.db.transaction() as conn:
        while some := await read.people_after(conn, who.account_id, audience, after=after, until=until, limit=limit):
            seen += [NAMES[one.number] for one in some]
            after = some[-1].contact_id
            if len(some) < limit:
                break
        return " ".join(seen), await read.count(conn, who.account_id, audience, now=until)


async def test_an_audience_is_what_it_is_made_of_less_what_it_leaves_out(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    vip = (await segments.create(rt, who, "vip", "tag = vip")).segment.id
    madrid = (await segments.create(rt, who, "madrid", "city = Madrid or city = Leeds")).segment.id
    few = await crowd.listed(rt, who, [TABLE[0], TABLE[1], TABLE[4]], name="few")
    every = customers.id
    assert await chosen(rt, who, of_lists([every, few.id])) == (EVERYBODY, 5)
    assert await chosen(rt, who, Audience(list_ids=(every,), except_list_ids=(few.id,))) == ("Eva Luz Pat", 3)
    assert await chosen(rt, who, Audience(list_ids=(every,), except_segment_ids=(vip,))) == ("Eva Pau Pat", 3)
    assert await chosen(rt, who, Audience(segment_ids=(vip, madrid))) == ("Ana Luz Pat", 3)
    assert await chosen(rt, who, Audience(segment_ids=(madrid,), list_ids=(few.id,))) == ("Ana Luz Pau Pat", 4)
    assert await chosen(rt, who, Audience(segment_ids=(madrid,), except_segment_ids=(vip,))) == ("Pat", 1)
    mixed = Audience(segment_ids=(madrid,), list_ids=(few.id,), except_list_ids=(few.id,), except_segment_ids=(vip,))
    assert await chosen(rt, who, mixed) == ("Pat", 1)
    assert await chosen(rt, who, mixed, limit=50) == ("Pat", 1)


async def test_who_came_after_the_start_is_left_out(rt: Runtime, who: Principal, customers: ContactList) -> None:
    del customers
    spain = (await segments.create(rt, who, "Spain", "country = ES")).segment.id
    audience = Audience(segment_ids=(spain,))
    before, now = rt.clock.now() - timedelta(days=1), rt.clock.now()
    async with rt.db.transaction() as conn:
        for until, size in ((before, 0), (now, 4)):
            some = await read.people_after(conn, who.account_id, audience, after=None, until=until, limit=9)
            assert len(some) == size


async def test_an_audience_names_only_what_is_there(rt: Runtime, who: Principal, customers: ContactList) -> None:
    nothing = SegmentId(uuid7())
    for audience in (
        Audience(segment_ids=(nothing,)),
        Audience(list_ids=(customers.id,), except_segment_ids=(nothing,)),
    ):
        async with rt.db.transaction() as conn:
            with pytest.raises(NotFound, match="no segment"):
                await read.count(conn, who.account_id, audience)
            with pytest.raises(NotFound, match="no segment"):
                await holding.take(conn, who.account_id, audience, campaign_id=CampaignId(uuid7()))


async def test_a_segment_that_a_campaign_needs_may_change_but_stays(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    vip = (await segments.create(rt, who, "vip", "tag = vip")).segment.id
    campaign = CampaignId(uuid7())
    audience = Audience(segment_ids=(vip,), except_list_ids=(customers.id,))
    async with rt.db.transaction() as conn:
        for _ in range(2):
            await holding.take(conn, who.account_id, audience, campaign_id=campaign)
    assert await segments.used_by(rt, who, vip) == [campaign]
    with pytest.raises(Conflict, match="used by a campaign"):
        await segments.delete(rt, who, vip)
    await segments.change(rt, who, vip, SegmentChange(filter="tag = new"))
    async with rt.db.transaction() as conn:
        await holding.give_back(conn, campaign)
    await segments.delete(rt, who, vip)


async def folded(rt: Runtime) -> None:
    """Fold all there is, as old as it is."""
    while await engagement.fold(rt, lag=timedelta(hours=-1), limit=2):
        pass


async def test_what_people_did_is_known_without_reading_their_messages(
    rt: Runtime, who: Principal, customers: ContactList, clock: SetClock
) -> None:
    await folded(rt)
    text = "Hello {{ name }}: https://shop.example/sale"
    made = await crowd.campaign(
        rt,
        who,
        customers.id,
        name="Spring sale",
        text=text,
        shorten=True,
        message_class=MessageClass.TRANSACTIONAL,
    )
    await lifecycle.start(rt, who, made.id)
    await FanOut().step(rt, made.id)
    await crowd.send(rt, 1, State.SUBMITTED, State.DELIVERED)
    (open_one,) = await crowd.send(rt, 1)
    await folded(rt)
    assert await found(rt, who, "got is set") == "Ana Luz"
    assert await found(rt, who, "delivered in last 1 days") == "Ana"
    assert await found(rt, who, 'got campaign = "spring sale"') == "Ana Luz"
    assert await found(rt, who, 'delivered campaign = "spring sale"') == "Ana"
    assert await found(rt, who, 'replied to campaign = "spring sale"') == ""
    await (await hearing.line(rt, who)).hear("Yes please", "34600000001")
    await folded(rt)
    assert await found(rt, who, "replied is set") == "Ana"
    assert await found(rt, who, 'replied to campaign = "spring sale"') == "Ana"
    ((code,),) = await rows(rt, "SELECT code FROM short_link WHERE number = '34600000001'")
    async with rt.db.transaction() as conn:
        await visiting.count(conn, [Visit(str(code), clock.now(), "192.0.2.1")])
    assert await found(rt, who, 'clicked campaign = "spring sale" and clicked is empty') == "Ana"
    await folded(rt)
    clock.move(timedelta(days=2))
    assert await found(rt, who, "clicked in last 3 days and not clicked in last 1 days") == "Ana"
    await crowd.settle(rt, [open_one], State.DELIVERED)
    await folded(rt)
    assert await found(rt, who, "delivered in last 1 days") == "Luz"
    assert await found(rt, who, "delivered is set and not delivered in last 1 days") == "Ana"
    waiting = await rows(rt, "SELECT count(*) FROM engagement_open")
    await folded(rt)
    assert await rows(rt, "SELECT count(*) FROM engagement_open") == waiting


async def test_the_people_of_a_program_are_those_whose_number_said_yes_before_the_start(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    async with rt.db.transaction() as conn:
        deals = await programs.found(conn, who.account_id, ProgramKind.STORE, name="Deals", now=rt.clock.now())
    await rows(
        rt,
        """
        INSERT INTO subscriber (program_id, contact_id, account_id, number, standing, since, joined_at)
        SELECT %s, id, account_id, CASE name WHEN 'Pau' THEN 1 ELSE number::bigint END, said.standing, %s,
            said.joined_at
        FROM (VALUES ('Ana', 'in', %s::timestamptz), ('Eva', 'paused', %s), ('Luz', 'out', %s), ('Pau', 'in', %s),
            ('Pat', 'in', %s)) AS said (name, standing, joined_at)
        JOIN contact ON variables ->> 'name' = said.name RETURNING contact_id
        """,
        *(deals.id, rt.clock.now(), *[rt.clock.now()] * 4, rt.clock.now() + timedelta(hours=1)),
    )
    assert await chosen(rt, who, Audience(program_id=deals.id)) == ("Ana Eva", 2)
    assert await chosen(rt, who, Audience(program_id=deals.id, except_list_ids=(customers.id,))) == ("", 0)
    few = await crowd.listed(rt, who, [TABLE[0], TABLE[4]], name="few")
    assert await chosen(rt, who, Audience(list_ids=(few.id,), program_id=deals.id)) == ("Ana Eva Pau", 3)
    pat = (await segments.create(rt, who, "in", "program = Deals and country = GB or left program = Deals")).segment.id
    assert await chosen(rt, who, Audience(segment_ids=(pat,), program_id=deals.id)) == ("Ana Eva Luz Pat", 4)
    with pytest.raises(NotFound):
        await chosen(rt, who, Audience(program_id=ProgramId(uuid7())))
