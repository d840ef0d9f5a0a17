"""Whatever changes what a person gets leaves an event, in the same transaction; and each contact names its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.audit.prove import audit
from cablegram.consent import blacklist, opting_in, proof
from cablegram.consent.model import Decided
from cablegram.consent.opting_in import OptIn
from cablegram.contacts import fields, lists, members, people
from cablegram.contacts.model import Subscription
from cablegram.contacts.people import Change
from cablegram.dispatch.model import ToldOut
from cablegram.evidence import verify
from cablegram.inbound import reviewing
from cablegram.inbound.receive import receive
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput
from cablegram.messages import barring, why
from cablegram.messages.model import MessageClass
from cablegram.runtime.runtime import Runtime
from hearing import ANA, BEA, line

YES, NO = Subscription.SUBSCRIBED, Subscription.NOT_SUBSCRIBED
OPT_IN = OptIn(f"+{ANA}", "I want offers by text. Reply STOP to end.", "web shop", "3", "https://acme.example", "::1")


async def told(rt: Runtime, number: str | None = ANA) -> list[tuple[object, ...]]:
    """Return the events of a number, oldest first: kind, scope, how, what stood before, what was said."""
    return await rows(
        rt,
        "SELECT kind, scope, how, before, said FROM evidence WHERE number IS NOT DISTINCT FROM %s ORDER BY seq",
        number,
    )


async def stands(rt: Runtime, who: Principal) -> tuple[Subscription | None, str | None]:
    """Return Ana's subscription, and of which kind the event is that it rests on."""
    contact = await people.get(rt, who, f"+{ANA}")
    kinds = await rows(rt, "SELECT kind FROM evidence WHERE id = %s", contact.evidence_id)
    return contact.subscription, str(kinds[0][0]) if kinds else None


async def is_whole(rt: Runtime, who: Principal) -> bool:
    return (await verify.verify(rt, operator("tests", who.account_id))).is_ok


@pytest.mark.req("R62", "R144")
async def test_a_stop_ends_the_subscription_and_a_start_brings_it_back(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await opting_in.opt_in(rt, shop, OPT_IN)
    await number.hear("Stop, please!")
    assert await stands(rt, shop) == (NO, "opt_out")
    assert (await proof.of(rt, shop, ANA)).allows is None
    await number.hear("START")
    assert await stands(rt, shop) == (YES, "opt_in")
    assert await told(rt) == [
        ("opt_in", "marketing", "command", None, None),
        ("opt_out", "everything", "text", "subscribed", "Stop, please!"),
        ("opt_in", "everything", "text", "subscribed", "START"),
    ]
    found = await proof.of(rt, shop, ANA)
    assert found.allows is not None
    assert (found.allows.seq, found.allows.told.follows) == (3, found.events[1].told.id)
    assert found.events[1].told.follows == found.events[2].told.id
    assert await is_whole(rt, shop)


@pytest.mark.req("R62", "R137", "R144")
@pytest.mark.parametrize("before", [None, Subscription.NONE, NO])
async def test_a_start_brings_back_no_more_than_there_was(
    rt: Runtime, shop: Principal, before: Subscription | None
) -> None:
    number = await line(rt, shop)
    await number.hear("Hello")
    if before:
        await people.change(rt, shop, ANA, Change(subscription=before))
    await number.hear("STOP")
    assert (await stands(rt, shop))[0] is NO
    await number.hear("START")
    assert (await stands(rt, shop))[0] is before


@pytest.mark.req("R137", "R144")
async def test_a_providers_opt_out_does_the_same_as_the_persons_own(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    await opting_in.opt_in(rt, shop, OPT_IN)
    async with rt.db.transaction() as conn:
        out = ToldOut(shop.account_id, ANA, number.address, "Twilio: 21610", rt.clock.now())
        await receive(conn, [], outs=[out])
    assert await stands(rt, shop) == (NO, "opt_out")
    await number.hear("START")
    assert await stands(rt, shop) == (YES, "opt_in")
    assert (await told(rt))[1] == ("opt_out", "everything", "provider", "subscribed", None)


@pytest.mark.req("R91")
async def test_what_the_account_bars_leaves_what_the_person_said(rt: Runtime, shop: Principal) -> None:
    await opting_in.opt_in(rt, shop, OPT_IN)
    await barring.add(rt, shop, [f"+{ANA}"], note="asked by letter")
    assert await stands(rt, shop) == (YES, "opt_in")
    found = await proof.of(rt, shop, ANA)
    assert (found.allows, found.barred is not None) == (None, True)
    await blacklist.remove(rt, shop, f"+{ANA}")

    async def file() -> AsyncIterator[bytes]:
        yield f"number\n{ANA}\n{BEA}\n".encode()

    await barring.import_csv(rt, shop, file())
    again = await barring.add(rt, shop, [f"+{BEA}"])
    assert again.known == 1
    assert [(kind, how) for kind, _, how, *_ in await told(rt)] == [
        ("opt_in", "command"), ("opt_out", "command"), ("resumed", "command"), ("opt_out", "file"),
    ]  # fmt: skip
    assert await told(rt, BEA) == [("opt_out", "everything", "file", None, None)]
    await blacklist.remove(rt, shop, f"+{ANA}")
    allows = (await proof.of(rt, shop, ANA)).allows
    assert allows is not None
    assert allows.seq == 1, "nobody but the person said yes"


@pytest.mark.req("R62")
async def test_doubt_its_reading_and_its_end_are_told(rt: Runtime, shop: Principal) -> None:
    number = await line(rt, shop)
    text = await number.hear("We have to stop this bill")
    await reviewing.decide(rt, shop, text.id, Decided.GO_ON)
    await reviewing.take_back(rt, shop, text.id)
    await reviewing.decide(rt, shop, text.id, Decided.STOP)
    said = "We have to stop this bill"
    assert await told(rt) == [
        ("doubted", "everything", "text", None, said),
        ("cleared", "everything", "command", None, None),
        ("doubted", "everything", "command", None, None),
        ("opt_out", "everything", "text", None, said),
    ]
    assert await stands(rt, shop) == (NO, "opt_out")


@pytest.mark.req("R115", "R144")
async def test_what_is_recorded_by_hand_is_an_event_with_its_source(rt: Runtime, shop: Principal) -> None:
    made = await lists.create(rt, shop, "customers")
    await members.put(rt, shop, made.id, number=f"+{ANA}", variables={})
    await people.change(rt, shop, ANA, Change(subscription=YES, source="by letter"))
    await people.change(rt, shop, ANA, Change(variables={"city": "Vigo"}))
    assert await stands(rt, shop) == (YES, "opt_in")
    await people.change(rt, shop, ANA, Change(number=f"+{BEA}"))
    allows = (await proof.of(rt, shop, BEA)).allows
    assert allows is not None
    assert (allows.told.kind, allows.told.source) == ("changed", f"had the number +{ANA}")
    await people.change(rt, shop, BEA, Change(subscription=Subscription.NONE))
    assert [kind for kind, *_ in await told(rt, BEA)] == ["changed", "not_known"]
    assert [kind for kind, *_ in await told(rt)] == ["opt_in", "paused"]
    assert (await proof.of(rt, shop, BEA)).allows is None


@pytest.mark.req("R144")
async def test_what_is_said_of_all_new_contacts_is_one_event_that_each_names(rt: Runtime, shop: Principal) -> None:
    await fields.begin_with(rt, shop, YES, source="contract, section 4")
    made = await lists.create(rt, shop, "customers")
    await members.put(rt, shop, made.id, number=f"+{ANA}", variables={})
    assert await stands(rt, shop) == (YES, "opt_in")
    found = await proof.of(rt, shop, ANA)
    assert found.allows is not None
    assert (found.allows.told.number, found.allows.told.source) == (None, "contract, section 4")
    assert [one.seq for one in found.events] == [1]


@pytest.mark.req("R115")
async def test_an_opt_in_needs_words_a_source_and_a_moment_that_was(rt: Runtime, shop: Principal) -> None:
    for wrong, code in (
        (OptIn(ANA, " ", "shop"), "words_needed"), (OptIn(ANA, "Yes?", ""), "source_needed"),
        (OptIn("12", "Yes?", "shop"), "number_invalid"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            await opting_in.opt_in(rt, shop, wrong)
        assert caught.value.code == code
    later = rt.clock.now().replace(year=2027)
    with pytest.raises(InvalidInput, match="still to come"):
        await opting_in.opt_in(rt, shop, OptIn(ANA, "Yes?", "shop", at=later))
    assert await rows(rt, "SELECT 1 FROM evidence") == []


async def test_a_marketing_message_names_the_event_that_allowed_it(
    rt: Runtime, shop: Principal, clock: SetClock
) -> None:
    done = await opting_in.opt_in(rt, shop, OPT_IN)
    drafts = [replace(traffic.draft(shop, to=f"+{to}"), message_class=MessageClass.MARKETING) for to in (ANA, BEA)]
    accepted = await traffic.accepted(rt, drafts)
    clock.move(timedelta(seconds=1))
    await people.change(rt, shop, ANA, Change(subscription=NO))
    known, unknown = [
        next(look for look in (await why.of_message(rt, shop, one)).looks if look.rule == "subscription")
        for one in accepted
    ]
    assert f"Event 1 of the ledger, {done.id}, allowed it: agreed: marketing" in known.sentence
    assert "No event of the ledger says so" in unknown.sentence


async def test_the_audit_finds_what_was_changed_in_the_ledger(rt: Runtime, shop: Principal) -> None:
    await opting_in.opt_in(rt, shop, OPT_IN)
    assert (await audit(rt)).is_ok
    async with rt.db.connection() as conn:
        await conn.execute("ALTER TABLE evidence DISABLE TRIGGER ALL")
        await conn.execute("UPDATE evidence SET words = 'I want everything'")
    (check,) = [one for one in (await audit(rt)).checks if not one.is_ok]
    assert (check.name, check.count) == ("consent", 1)
    assert str(check.rows[0]).startswith("event 1 of the ledger of consent (")
    assert "): who, by whom, which words" in str(check.rows[0])
