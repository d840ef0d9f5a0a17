"""One person out of all rooms, on a real database: their history, two records that become one, and being forgotten."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.connectors.contract import Outcome, Verdict
from cablegram.consent import blacklist, opting_in
from cablegram.consent.opting_in import OptIn
from cablegram.contacts import importing, lists, members, people, suppression, tags
from cablegram.contacts.model import ContactList, Subscription
from cablegram.contacts.people import Change
from cablegram.evidence import verify
from cablegram.evidence.model import How
from cablegram.kit.errors import Conflict, InvalidInput, NotFound, Refused
from cablegram.messages import barring, leaving, redact
from cablegram.messages.model import MessageClass
from cablegram.programs import move
from cablegram.programs import people as programs
from cablegram.programs.model import ProgramKind, Step
from cablegram.records import erase, export, history, merge
from cablegram.records.model import ItemKind
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import making
from hearing import Line, line
from hooks import endpoint
from traffic import accepted, draft

ANA, OLD, EVA = "34600000118", "34600000120", "34600000119"
SUBSCRIBED, NOT_SUBSCRIBED, NONE = Subscription


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    await traffic.open_ways(rt)
    return await make.account(rt, default_country="ES")


@pytest.fixture
async def customers(rt: Runtime, who: Principal) -> ContactList:
    made = await lists.create(rt, who, "customers")
    await members.put(rt, who, made.id, number=f"+{ANA}", variables={"name": "Ana", "city": "Vigo"})
    return made


@pytest.fixture
async def ours(rt: Runtime, who: Principal) -> Line:
    return await line(rt, who)


async def load(rt: Runtime, who: Principal, into: ContactList, text: str, *, agreed: str = "") -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield text.encode()

    await importing.import_csv(rt, who, into.id, chunks(), agreed=agreed)


async def deliver(rt: Runtime) -> None:
    """Let all that is queued go out and arrive."""
    claims = await traffic.claimed(rt, 99)
    await traffic.answer(rt, claims, Verdict.TAKEN)
    await traffic.receive(rt, claims, Outcome.DELIVERED)


async def bodies(rt: Runtime) -> list[object]:
    return [body for (body,) in await rows(rt, "SELECT body FROM message WHERE body <> '' ORDER BY id")]


async def made_of_news(rt: Runtime, number: str) -> list[tuple[object, ...]]:
    """Make webhooks of all news; return those that name a number, or were answered with it."""
    while await making.make(rt):
        pass
    echoed = """
        INSERT INTO webhook_attempt (delivery_id, endpoint_id, at, try, is_ok, status, milliseconds, answer, error)
        SELECT id, endpoint_id, at, 1, true, 200, 1, data, '' FROM webhook_event
        WHERE id NOT IN (SELECT delivery_id FROM webhook_attempt)"""
    async with rt.db.transaction() as conn:
        await conn.execute(echoed)
    named = """SELECT data FROM webhook_event WHERE data LIKE %s UNION ALL
        SELECT answer FROM webhook_attempt WHERE answer LIKE %s"""
    return await rows(rt, named, f"%{number}%", f"%{number}%")


async def story(rt: Runtime, who: Principal, number: str, *kinds: ItemKind) -> list[str]:
    return [one.what for one in await history.page(rt, who, f"+{number}", kinds=frozenset(kinds or ItemKind))]


@pytest.mark.usefixtures("customers")
async def test_a_history_is_of_messages_texts_consent_and_edits_newest_first_and_paged(
    rt: Runtime, who: Principal, ours: Line
) -> None:
    await accepted(rt, [draft(who, to=f"+{ANA}")])
    await deliver(rt)
    await ours.hear("Hola!", ANA)
    change = Change(subscription=SUBSCRIBED, source="by telephone", variables={"city": "Lugo"})
    await people.change(rt, who, f"+{ANA}", change)
    await tags.change_numbers(rt, who, [f"+{ANA}"], add=["VIP", " big  spender "])
    await ours.hear("STOP", ANA)
    assert await story(rt, who, ANA, ItemKind.CONSENT) == ["Said no, to everything", "Said yes, to marketing"]
    assert await story(rt, who, ANA, ItemKind.MESSAGE, ItemKind.TEXT) == [
        "Message queued", "Wrote to us", "Wrote to us", "Message delivered",
    ]  # fmt: skip
    edits = await history.page(rt, who, f"+{ANA}", kinds=frozenset({ItemKind.EDIT}))
    assert "city: Vigo → Lugo" in "".join(one.detail for one in edits)
    assert "+ big spender, + vip" in [one.detail for one in edits]
    whole = await history.page(rt, who, f"+{ANA}")
    pages = [await history.page(rt, who, f"+{ANA}", limit=4)]
    while len(pages[-1]) == 4:
        pages.append(await history.page(rt, who, f"+{ANA}", after=pages[-1][-1].id, limit=4))
    assert [one for page in pages for one in page] == whole


@pytest.mark.usefixtures("customers")
async def test_a_record_keeps_what_was_sent_to_the_number_it_had_and_not_what_goes_there_later(
    rt: Runtime, who: Principal
) -> None:
    await accepted(rt, [draft(who, "Before", to=f"+{ANA}")])
    await people.change(rt, who, f"+{ANA}", Change(number=f"+{OLD}"))
    await accepted(rt, [draft(who, "To somebody else", to=f"+{ANA}"), draft(who, "After", to=f"+{OLD}")])
    found = await history.page(rt, who, f"+{OLD}", kinds=frozenset({ItemKind.MESSAGE}))
    assert [one.detail for one in found] == ["After", "Before"]


async def test_two_records_of_a_person_become_one_and_a_no_of_either_is_a_no(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    other = await lists.create(rt, who, "newsletter")
    await members.put(rt, who, other.id, number=f"+{OLD}", variables={"city": "Lugo", "birthday": "2000-01-01"})
    await members.put(rt, who, customers.id, number=f"+{OLD}", variables={})
    await people.change(rt, who, f"+{ANA}", Change(subscription=SUBSCRIBED, source="shop"))
    await people.change(rt, who, f"+{OLD}", Change(subscription=NOT_SUBSCRIBED))
    await tags.change_numbers(rt, who, [f"+{ANA}", f"+{OLD}"], add=["vip"])
    await tags.change_numbers(rt, who, [f"+{OLD}"], add=["old"])
    await accepted(rt, [draft(who, "To the old number", to=f"+{OLD}")])
    done = await merge.merge(rt, who, f"+{ANA}", other=f"+{OLD}")
    assert (done.variables, done.tags, set(done.lists), done.took_its_no) == (
        ("birthday",), ("old",), {"customers", "newsletter"}, True,
    )  # fmt: skip
    one = await people.get(rt, who, f"+{ANA}")
    assert (one.variables["city"], one.tags, one.subscription) == ("Vigo", ["old", "vip"], NOT_SUBSCRIBED)
    assert [(await lists.get(rt, who, each.id)).size for each in (customers, other)] == [1, 1]
    with pytest.raises(NotFound):
        await people.get(rt, who, f"+{OLD}")
    told = await history.page(rt, who, f"+{ANA}")
    assert "To the old number" in [one.detail for one in told]
    assert f"+{OLD} was joined to this record" in [one.what for one in told]
    # A file that brings the other number again does not make it forget its no.
    await load(rt, who, other, f"number\n+{OLD}\n", agreed="web shop")
    assert (await people.get(rt, who, f"+{OLD}")).subscription is NOT_SUBSCRIBED
    with pytest.raises(InvalidInput, match="same number"):
        await merge.merge(rt, who, f"+{ANA}", other=f"+{ANA}")
    with pytest.raises(NotFound):
        await merge.merge(rt, who, f"+{ANA}", other=f"+{EVA}")


@pytest.mark.usefixtures("customers")
async def test_a_record_on_a_list_that_a_campaign_goes_through_is_not_joined_to_another(
    rt: Runtime, who: Principal
) -> None:
    other = await lists.create(rt, who, "newsletter")
    await members.put(rt, who, other.id, number=f"+{OLD}", variables={})
    async with rt.db.transaction() as conn:
        await lists.take(conn, who.account_id, [other.id], campaign_id=traffic.campaign())
    with pytest.raises(Conflict) as caught:
        await merge.merge(rt, who, f"+{ANA}", other=f"+{OLD}")
    assert caught.value.code == "list_in_use"
    assert (await people.get(rt, who, f"+{OLD}")).number == OLD


async def test_a_forgotten_person_leaves_a_hash_and_no_other_trace(
    rt: Runtime, who: Principal, customers: ContactList, ours: Line
) -> None:
    await endpoint(rt, who, "https://example.com/hooks")
    await accepted(rt, [draft(who, "Over, Ana", to=f"+{ANA}")])
    await deliver(rt)
    await accepted(rt, [draft(who, "On the wire, Ana", to=f"+{ANA}")])
    claims = await traffic.claimed(rt, 1)
    await accepted(rt, [draft(who, "Waits, Ana", to=f"+{ANA}")])
    await ours.hear("I am Ana", ANA)
    assert await made_of_news(rt, ANA)
    done = await erase.erase(rt, who, f"+{ANA}", reason="asked by letter")
    assert (done.was_contact, done.messages, done.open_messages, done.texts, done.withdrawn) == (True, 2, 1, 1, 1)
    assert (await lists.get(rt, who, customers.id)).size == 0
    for table in ("contact", "blacklist", "event", "evidence", "inbound_text", "conversation", "automatic_answer"):
        assert await rows(rt, f"SELECT 1 FROM {table} AS t WHERE t::text LIKE %s", f"%{ANA}%") == [], table  # noqa: S608
    # What webhooks told stays, with its place in the row, and says no more of whom.
    assert await made_of_news(rt, ANA) == []
    told = await rows(
        rt, "SELECT kind, data::jsonb ->> 'text' FROM webhook_event WHERE kind <> 'message.queued' ORDER BY id"
    )
    assert ("text.received", "") in told
    assert ("message.delivered", None) in told
    assert await bodies(rt) == ["On the wire, Ana"]
    await redact.rest(rt)
    assert await bodies(rt) == ["On the wire, Ana"]
    await traffic.answer(rt, claims, Verdict.TAKEN)
    await traffic.receive(rt, claims, Outcome.DELIVERED)
    assert await made_of_news(rt, ANA) == []
    await redact.rest(rt)
    assert await bodies(rt) == []
    assert await rows(rt, "SELECT DISTINCT dst FROM message") == [("",)]
    async with rt.db.connection() as conn:
        assert (await verify.check(conn, who.account_id)).is_ok
    await assert_sums_hold(rt)


async def test_nothing_but_the_person_brings_back_a_forgotten_no(
    rt: Runtime, who: Principal, customers: ContactList, ours: Line
) -> None:
    await barring.add(rt, who, [f"+{EVA}"])
    await ours.hear("STOP", OLD)
    for number in (ANA, OLD, EVA):
        await erase.erase(rt, who, f"+{number}")
    assert await blacklist.page(rt, who) == []
    # What is sent: no marketing to the first, nothing at all to those who were on the blacklist.
    drafts = [draft(who, to=f"+{number}") for number in (ANA, OLD, EVA)]
    drafts += [replace(draft(who, to=f"+{ANA}"), message_class=MessageClass.MARKETING)]
    await accepted(rt, drafts)
    assert [one.refusal.code if one.refusal else None for one in drafts] == [
        None, "blacklisted", "blacklisted", "not_subscribed",
    ]  # fmt: skip
    # A file, a call, a text: each makes a contact again, and none a subscriber.
    await load(rt, who, customers, f"number\n+{ANA}\n+{EVA}\n", agreed="web shop")
    await members.put(rt, who, customers.id, number=f"+{OLD}", variables={})
    for number in (ANA, OLD, EVA):
        found = await people.get(rt, who, f"+{number}")
        assert (found.subscription, found.subscription_source) == (NOT_SUBSCRIBED, "asked to be forgotten")
    await load(rt, who, customers, f"number\n+{ANA}\n", agreed="web shop")
    assert (await people.get(rt, who, f"+{ANA}")).subscription is NOT_SUBSCRIBED
    with pytest.raises(Refused) as caught:
        await people.change(rt, who, f"+{ANA}", Change(subscription=SUBSCRIBED, source="by telephone"))
    assert caught.value.code == "asked_to_be_forgotten"
    await ours.hear("Hello again", OLD)
    assert (await people.get(rt, who, f"+{OLD}")).subscription is NOT_SUBSCRIBED
    # Their own START does, where it was their own STOP; not where the account did it.
    await ours.hear("START", OLD)
    await ours.hear("START", EVA)
    again = [draft(who, to=f"+{number}") for number in (OLD, EVA)]
    await accepted(rt, again)
    assert [one.refusal.code if one.refusal else None for one in again] == [None, "blacklisted"]
    await blacklist.remove(rt, who, f"+{EVA}")
    last = draft(who, to=f"+{EVA}")
    await accepted(rt, [last])
    assert last.refusal is None


@pytest.mark.usefixtures("customers")
async def test_a_copy_of_all_that_is_kept_of_a_person_is_one_document(rt: Runtime, who: Principal) -> None:
    await accepted(rt, [draft(who, "Hola", to=f"+{ANA}")])
    await barring.add(rt, who, [f"+{ANA}"], note="asked by letter")
    pieces = [piece async for piece in await export.opened(rt, who, f"+{ANA}")]
    found = json.loads(b"".join(pieces))
    assert (found["contact"]["variables"], found["lists"]) == ({"name": "Ana", "city": "Vigo"}, ["customers"])
    assert found["blacklist"]["note"] == "asked by letter"
    assert "Hola" in [one.get("detail") for one in found["history"]]
    with pytest.raises(NotFound):
        await export.opened(rt, who, f"+{EVA}")


async def test_the_no_of_a_joined_record_rests_on_its_event_and_keeps_the_other_number_out(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    async def joined(*, said: str, other: str) -> None:
        """Join two records of which one was subscribed and the other said no."""
        await people.change(rt, who, f"+{other}", Change(subscription=SUBSCRIBED, source="shop"))
        await people.change(rt, who, f"+{said}", Change(subscription=NOT_SUBSCRIBED))
        await merge.merge(rt, who, f"+{ANA}", other=f"+{OLD}")
        await load(rt, who, customers, f"number\n+{OLD}\n", agreed="web shop")
        assert [(await people.get(rt, who, f"+{one}")).subscription for one in (ANA, OLD)] == [NOT_SUBSCRIBED] * 2

    await load(rt, who, customers, f"number\n+{ANA}\n+{OLD}\n")
    await joined(said=OLD, other=ANA)
    rests = "SELECT kind, scope FROM evidence JOIN contact ON evidence_id = evidence.id WHERE contact.number = %s"
    assert await rows(rt, rests, ANA) == [("opt_out", "marketing")]
    await erase.erase(rt, who, f"+{OLD}")
    async with rt.db.transaction() as conn:
        await suppression.agree(conn, (who.account_id, OLD))
    await load(rt, who, customers, f"number\n+{ANA}\n+{OLD}\n")
    await joined(said=ANA, other=OLD)


async def test_a_yes_of_the_other_number_to_programs_stays_behind_and_its_no_and_what_the_person_did_come_along(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    await load(rt, who, customers, f"number\n+{ANA}\n+{OLD}\n")
    kept, gone = [(await people.get(rt, who, f"+{one}")).id for one in (ANA, OLD)]
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        clubs = [
            (await programs.found(conn, who.account_id, ProgramKind.SERVICE, name=name, now=now)).id for name in "abcd"
        ]
        steps = {
            number: [Step(who.account_id, one, contact_id, number, How.API, "tests", words="Come in") for one in clubs]
            for number, contact_id in ((ANA, kept), (OLD, gone))
        }
        await move.enter(conn, [*steps[OLD], *steps[ANA][1:]], now=now)
        await leaving.lock(conn, [who.account_id])
        by_carrier = replace(steps[OLD][3], how=How.CARRIER)
        await leaving.leave(conn, [steps[OLD][2], by_carrier], now=now)
        did = "INSERT INTO engagement (contact_id, sent_at, replied_at) VALUES (%s, %s, %s), (%s, NULL, %s)"
        later = now + timedelta(days=1)
        await conn.execute(did, (gone, now, now, kept, later))
    waits = [replace(draft(who, to=f"+{one}"), program_id=club) for one, club in ((OLD, clubs[0]), (ANA, clubs[2]))]
    await accepted(rt, waits)
    await merge.merge(rt, who, f"+{ANA}", other=f"+{OLD}")
    # It had joined the first and the second, had left the third, and its line was closed by the carrier of the fourth.
    stands = "SELECT number::text, contact_id, standing FROM subscriber ORDER BY array_position(%s::uuid[], program_id)"
    assert await rows(rt, stands, clubs) == [(ANA, kept, "in"), (ANA, kept, "out"), (ANA, kept, "in")]
    became = "SELECT state::text, reason FROM message WHERE id = ANY (%s)"
    assert await rows(rt, became, [one.id for one in waits]) == [("cancelled", "opted_out")] * 2
    told = "SELECT number, source FROM evidence WHERE kind = 'opt_out' AND source <> '' ORDER BY number, id"
    same, under = f"is the same person as +{ANA}", f"said under +{OLD}"
    assert await rows(rt, told) == [(ANA, under), (OLD, same), (OLD, same)]
    assert await rows(rt, "SELECT contact_id, sent_at, replied_at FROM engagement") == [(kept, now, later)]
    async with rt.db.connection() as conn:
        assert (await verify.check(conn, who.account_id)).is_ok
    await assert_sums_hold(rt)


async def test_a_stop_before_one_was_forgotten_is_lifted_by_start_and_by_no_form(
    rt: Runtime, who: Principal, ours: Line
) -> None:
    await ours.hear("STOP", OLD)
    await erase.erase(rt, who, f"+{OLD}")
    assert (await opting_in.opt_in(rt, who, OptIn(f"+{OLD}", "Send me offers", "web shop"))).is_blacklisted
    drafts = [replace(draft(who, to=f"+{OLD}"), message_class=one) for one in MessageClass]
    await accepted(rt, drafts)
    assert {one.refusal.code if one.refusal else None for one in drafts} == {"blacklisted"}
    await ours.hear("START", OLD)
    last = replace(draft(who, to=f"+{OLD}"), message_class=MessageClass.MARKETING)
    await accepted(rt, [last])
    assert last.refusal is None


async def test_a_no_stays_with_a_number_that_a_contact_had(rt: Runtime, who: Principal, customers: ContactList) -> None:
    async def change(number: str, change: Change) -> None:
        await people.change(rt, who, f"+{number}", change)

    await change(ANA, Change(subscription=NOT_SUBSCRIBED))
    await change(ANA, Change(number=f"+{OLD}"))
    await load(rt, who, customers, f"number\n+{ANA}\n", agreed="web shop")
    assert (await people.get(rt, who, f"+{ANA}")).subscription is NOT_SUBSCRIBED
    # Nor does a detour: what nobody recorded any file may record.
    with pytest.raises(Refused):
        await change(ANA, Change(subscription=NONE))
    # Who took the wrong number back has it again, with its no.
    await erase.erase(rt, who, f"+{ANA}")
    await change(OLD, Change(number=f"+{ANA}"))
    assert (await people.get(rt, who, f"+{ANA}")).subscription is NOT_SUBSCRIBED
