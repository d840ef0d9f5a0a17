"""Contacts and their statuses on a real database: what changes them, and what does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal, Scope
from cablegram.consent import blacklist
from cablegram.contacts import importing, lists, members, people, statuses
from cablegram.contacts.model import ContactList, ImportResult, PhoneStatus, Subscription
from cablegram.contacts.people import Change
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.messages import barring
from cablegram.runtime.runtime import Runtime

ANA, EVA, PAT = "34600000118", "34600000119", "447400123456"
ACTIVE, BOUNCED, PAUSED = PhoneStatus
SUBSCRIBED, NOT_SUBSCRIBED, NONE = Subscription


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await make.account(rt, default_country="ES")


@pytest.fixture
async def customers(rt: Runtime, who: Principal) -> ContactList:
    made = await lists.create(rt, who, "customers")
    for number in (ANA, EVA, PAT):
        await members.put(rt, who, made.id, number=f"+{number}", variables={"city": "Vigo"})
    return made


async def load(rt: Runtime, who: Principal, into: ContactList, text: str, *, agreed: str = "") -> ImportResult:
    async def chunks() -> AsyncIterator[bytes]:
        yield text.encode()

    return await importing.import_csv(rt, who, into.id, chunks(), agreed=agreed)


async def bounce(rt: Runtime, who: Principal, *numbers: str) -> int:
    async with rt.db.transaction() as conn:
        told = [(who.account_id, number, "ESME_RINVDSTADR") for number in numbers]
        return await statuses.bounce(conn, told, now=rt.clock.now())


async def said(rt: Runtime, who: Principal, number: str) -> tuple[PhoneStatus, Subscription | None, str | None]:
    found = await people.get(rt, who, f"+{number}")
    return found.phone_status, found.subscription, found.subscription_source


@pytest.mark.req("R143", "R144")
async def test_of_a_new_contact_nothing_is_known_and_its_phone_is_active(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    found = await people.get(rt, who, "600 000 118")
    assert (found.number, found.variables) == (ANA, {"city": "Vigo"})
    assert await said(rt, who, ANA) == (ACTIVE, None, None)
    assert (await members.page(rt, who, customers.id))[-1] == found
    with pytest.raises(NotFound, match="no contact"):
        await people.get(rt, who, "+34600000999")


@pytest.mark.req("R143")
@pytest.mark.usefixtures("customers")
async def test_one_permanent_failure_is_enough_and_another_number_is_active_again(rt: Runtime, who: Principal) -> None:
    await people.change(rt, who, f"+{EVA}", Change(phone_status=PAUSED))
    assert await bounce(rt, who, ANA, EVA, "34600000999") == 1
    assert await bounce(rt, who, ANA) == 0
    assert [(await said(rt, who, number))[0] for number in (ANA, EVA, PAT)] == [BOUNCED, PAUSED, ACTIVE]
    with pytest.raises(Conflict) as caught:
        await people.change(rt, who, f"+{ANA}", Change(number=f"+{PAT}"))
    assert caught.value.code == "contact_number_taken"
    with pytest.raises(InvalidInput) as bad:
        await people.change(rt, who, f"+{ANA}", Change(number="12"))
    assert [fault.field for fault in bad.value.faults] == ["number"]
    assert (await people.change(rt, who, f"+{ANA}", Change(number=f"+{ANA}"))).phone_status is BOUNCED
    moved = await people.change(rt, who, f"+{ANA}", Change(number="600 000 120", variables={"name": "Ana"}))
    assert (moved.number, moved.phone_status, moved.variables) == (
        "34600000120", ACTIVE, {"city": "Vigo", "name": "Ana"}
    )  # fmt: skip
    assert await bounce(rt, who, "34600000120") == 1
    by_hand = await people.change(rt, who, "+34600000120", Change(phone_status=ACTIVE))
    assert by_hand.phone_status is ACTIVE
    told = "SELECT kind, data - 'by' FROM event WHERE subject = %s ORDER BY id"
    assert await rows(rt, told, moved.id) == [
        ("contact.bounced", {"number": ANA, "error": "ESME_RINVDSTADR"}),
        (
            "contact.changed",
            {
                "number": "34600000120",
                "was": ANA,
                "phone_status": "active",
                "variables": {"name": [None, "Ana"]},
            },
        ),
        ("contact.bounced", {"number": "34600000120", "error": "ESME_RINVDSTADR"}),
        ("contact.changed", {"phone_status": "active"}),
    ]


@pytest.mark.req("R143")
@pytest.mark.usefixtures("customers")
async def test_a_contact_that_somebody_is_writing_does_not_hold_up_those_who_bring_results(
    rt: Runtime, who: Principal
) -> None:
    async with rt.db.transaction() as conn:
        await conn.execute("SELECT FROM contact WHERE number = %s FOR UPDATE", [ANA])
        assert await bounce(rt, who, ANA, EVA) == 1
    assert [(await said(rt, who, number))[0] for number in (ANA, EVA)] == [ACTIVE, BOUNCED]


@pytest.mark.req("R144")
@pytest.mark.usefixtures("customers")
async def test_nobody_is_subscribed_by_hand_without_saying_where_they_agreed(rt: Runtime, who: Principal) -> None:
    with pytest.raises(InvalidInput) as caught:
        await people.change(rt, who, f"+{ANA}", Change(subscription=SUBSCRIBED))
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("source", "source_needed")]
    await people.change(rt, who, f"+{ANA}", Change(subscription=SUBSCRIBED, source="by telephone"))
    assert await said(rt, who, ANA) == (ACTIVE, SUBSCRIBED, "by telephone")
    await people.change(rt, who, f"+{ANA}", Change(subscription=NOT_SUBSCRIBED))
    assert await said(rt, who, ANA) == (ACTIVE, NOT_SUBSCRIBED, None)
    told = "SELECT data FROM event WHERE kind = 'contact.changed' ORDER BY id"
    assert await rows(rt, told) == [
        ({"subscription": "subscribed", "source": "by telephone", "by": who.name},),
        ({"subscription": "not_subscribed", "source": None, "by": who.name},),
    ]
    with pytest.raises(NotAllowed):
        await people.change(rt, replace(who, scopes=frozenset({Scope.READ})), f"+{ANA}", Change(phone_status=PAUSED))


@pytest.mark.req("R142", "R144")
async def test_a_file_subscribes_people_with_its_source_but_never_against_a_no(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    await people.change(rt, who, f"+{EVA}", Change(subscription=NOT_SUBSCRIBED))
    await people.change(rt, who, f"+{PAT}", Change(subscription=SUBSCRIBED, source="by telephone"))
    file = f"number\n+{ANA}\n+{EVA}\n+{PAT}\n+34600000120\n"
    assert (await load(rt, who, customers, file)).declined == 0
    assert await said(rt, who, ANA) == (ACTIVE, None, None)
    done = await load(rt, who, customers, file, agreed="web shop")
    assert (done.size, done.declined) == (4, 1)
    assert [await said(rt, who, number) for number in (ANA, EVA, PAT)] == [
        (ACTIVE, SUBSCRIBED, "web shop"), (ACTIVE, NOT_SUBSCRIBED, None), (ACTIVE, SUBSCRIBED, "by telephone")
    ]  # fmt: skip
    facts = "SELECT data->'declined', data->>'source' FROM event WHERE kind = 'list.imported' ORDER BY id DESC LIMIT 1"
    assert await rows(rt, facts) == [(1, "web shop")]


@pytest.mark.req("R142", "R143", "R144")
async def test_columns_of_a_file_say_statuses(rt: Runtime, who: Principal, customers: ContactList) -> None:
    await people.change(rt, who, f"+{PAT}", Change(subscription=SUBSCRIBED, source="by telephone"))
    header = "number,_mobilePhoneStatus,city,_smsSubscriptionStatus\n"
    known = f"+{ANA},bounced,Lugo,Not subscribed\n+{EVA},,Vigo,none\n+{PAT},,Vigo,none\n"
    file = f"{header}{known}+34600000120,paused,,subscribed\n"
    with pytest.raises(InvalidInput, match="where the person agreed") as caught:
        await load(rt, who, customers, file)
    assert [fault.code for fault in caught.value.faults] == ["source_needed"]
    await load(rt, who, customers, file, agreed="web shop")
    assert [await said(rt, who, number) for number in (ANA, EVA, PAT, "34600000120")] == [
        (BOUNCED, NOT_SUBSCRIBED, None),
        (ACTIVE, NONE, None),
        (ACTIVE, SUBSCRIBED, "by telephone"),
        (PAUSED, SUBSCRIBED, "web shop"),
    ]
    assert (await lists.get(rt, who, customers.id)).variables == ["city"]
    await load(rt, who, customers, f"number,_mobilePhoneStatus\n+{ANA},active\n")
    assert (await said(rt, who, ANA))[:2] == (ACTIVE, NOT_SUBSCRIBED)


@pytest.mark.req("R89", "R143", "R144")
@pytest.mark.usefixtures("customers")
async def test_contacts_are_found_by_their_statuses(rt: Runtime, who: Principal) -> None:
    await bounce(rt, who, ANA)
    await people.change(rt, who, f"+{EVA}", Change(subscription=SUBSCRIBED, source="by telephone"))
    others = await lists.create(rt, who, "others")
    await members.put(rt, who, others.id, number=f"+{ANA}", variables={})

    async def numbers(**asked: object) -> list[str]:
        return [one.number for one in await people.page(rt, who, **asked)]  # pyright: ignore[reportArgumentType] - filters by name

    assert await numbers() == [PAT, EVA, ANA]
    assert await numbers(phone_status=BOUNCED) == [ANA]
    assert await numbers(subscription=SUBSCRIBED) == [EVA]
    assert await numbers(subscription="unrecorded") == [PAT, ANA]
    assert await numbers(subscription="unrecorded", list_id=others.id) == [ANA]
    first = await people.page(rt, who, limit=1)
    assert await numbers(after=first[-1].id, limit=1) == [EVA]
    assert await people.page(rt, await make.account(rt)) == []


@pytest.mark.req("R91", "R88")
async def test_leaving_lists_and_coming_back_by_a_file_changes_nothing_about_the_blacklist(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    await barring.add(rt, who, [ANA])
    await members.remove(rt, who, customers.id, number=ANA)
    await load(rt, who, customers, f"number\n+{ANA}\n", agreed="web shop")
    await people.change(rt, who, f"+{ANA}", Change(number="+34600000777"))
    await lists.delete(rt, who, customers.id)
    assert (await blacklist.check(rt, who, f"+{ANA}")).number == ANA
