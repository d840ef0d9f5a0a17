"""Fields, tags, what somebody new begins with, and forms on web pages, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal
from cablegram.contacts import (
    fields,
    importing,
    knowing,
    lists,
    members,
    people,
    replacing,
    strangers,
    tags,
    variables,
    website,
)
from cablegram.contacts import website_intake as intake
from cablegram.contacts.field_model import FieldType
from cablegram.contacts.fields import FieldChange
from cablegram.contacts.model import ContactList, Subscription
from cablegram.contacts.people import Change
from cablegram.contacts.website_model import Filled, Visit, WebsiteTag
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotAllowed, NotFound, Unavailable
from cablegram.kit.ids import FieldId, uuid7
from cablegram.numbers import e164
from cablegram.runtime.runtime import Runtime

ANA, EVA, PAT = "34600000118", "34600000119", "34600000120"
SUBSCRIBED, NOT_SUBSCRIBED, NONE = Subscription
PAGE = "https://www.example.com"


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await make.account(rt, default_country="ES")


@pytest.fixture
async def customers(rt: Runtime, who: Principal) -> ContactList:
    made = await lists.create(rt, who, "customers")
    await members.put(rt, who, made.id, number=f"+{ANA}", variables={"age": "07", "born": "3.5.2000"})
    await members.put(rt, who, made.id, number=f"+{EVA}", variables={"age": "31"})
    return made


async def refusal(deed: object) -> str:
    with pytest.raises(CablegramError) as caught:
        await deed  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    return caught.value.code


@pytest.mark.req("R89")
@pytest.mark.usefixtures("customers")
async def test_a_field_writes_what_is_there_in_its_form_and_takes_nothing_else(rt: Runtime, who: Principal) -> None:
    age = await fields.create(rt, who, "age", label="Age", kind=FieldType.NUMBER)
    assert await variables.one(rt, who, f"+{ANA}", "age") == "7"
    assert await refusal(people.change(rt, who, f"+{ANA}", Change(variables={"age": "old"}))) == "value_unfit"
    await people.change(rt, who, f"+{EVA}", Change(variables={"age": "31,5"}))
    assert (await variables.every(rt, who, f"+{EVA}")) == {"age": "31.5"}
    async with rt.db.transaction() as conn:  # what a store is told of its customers, too
        number, now = e164.parse(f"+{EVA}"), rt.clock.now()
        assert (await knowing.know(conn, who.account_id, number, {"age": "032"}, now=now)).variables == {"age": "32"}
        assert await refusal(knowing.know(conn, who.account_id, number, {"age": "old"}, now=now)) == "value_unfit"
    assert await refusal(fields.create(rt, who, "AGE", kind=FieldType.TEXT)) == "field_name_taken"
    assert age.id is not None
    with pytest.raises(Conflict, match="1 people have a value that does not fit"):
        await fields.change(rt, who, age.id, FieldChange(type=FieldType.CHOICE, choices=["7", "8"]))
    assert [one.name for one in await fields.every(rt, who)][3:] == ["age"]
    born = await fields.create(rt, who, "born", kind=FieldType.DATE)
    assert (await variables.every(rt, who, f"+{ANA}"))["born"] == "2000-05-03"
    assert born.id is not None
    ordered = await fields.order(rt, who, [born.id, age.id])
    assert [one.name for one in ordered if not one.is_built_in] == ["born", "age"]
    assert await refusal(fields.order(rt, who, [born.id])) == "bad_order"
    assert await fields.delete(rt, who, born.id, forget_values=True) == 1
    assert await variables.every(rt, who, f"+{ANA}") == {"age": "7"}
    changed = await fields.change(rt, who, age.id, FieldChange(label="Years", type=FieldType.TEXT))
    assert (changed.label, changed.type, changed.choices) == ("Years", FieldType.TEXT, ())
    assert await refusal(fields.delete(rt, who, FieldId(uuid7()))) == "field_not_found"
    for kind, choices in ((FieldType.CHOICE, ()), (FieldType.CHOICE, ("a", "A")), (FieldType.TEXT, ("a",))):
        assert await refusal(fields.create(rt, who, "new", kind=kind, choices=choices)) == "bad_choices"


@pytest.mark.req("R89")
@pytest.mark.usefixtures("customers")
async def test_variables_of_a_contact_are_set_and_deleted_all_or_one(rt: Runtime, who: Principal) -> None:
    assert (await variables.put(rt, who, f"+{ANA}", "city", value="Vigo")).variables["city"] == "Vigo"
    assert (await variables.delete(rt, who, f"+{ANA}", "age")).variables == {"born": "3.5.2000", "city": "Vigo"}
    assert (await variables.replace(rt, who, f"+{ANA}", {"city": "Lugo"})).variables == {"city": "Lugo"}
    assert (await variables.replace(rt, who, f"+{ANA}", {})).variables == {}
    assert await refusal(variables.one(rt, who, f"+{ANA}", "city")) == "variable_not_found"
    assert await refusal(variables.delete(rt, who, f"+{ANA}", "city")) == "variable_not_found"


@pytest.mark.req("R144")
async def test_somebody_new_begins_as_the_account_says(rt: Runtime, who: Principal, customers: ContactList) -> None:
    async def chunks(text: str) -> AsyncIterator[bytes]:
        yield text.encode()

    async def said(number: str) -> tuple[Subscription | None, str | None]:
        found = await people.get(rt, who, f"+{number}")
        return found.subscription, found.subscription_source

    assert await refusal(fields.begin_with(rt, who, SUBSCRIBED)) == "source_needed"
    await fields.begin_with(rt, who, SUBSCRIBED, source="the contract")
    await importing.import_csv(rt, who, customers.id, chunks(f"number\n+{PAT}\n+{ANA}\n"), keep_others=True)
    assert await said(PAT) == (SUBSCRIBED, "the contract")
    assert await said(ANA) == (None, None)  # who was there is as they were
    async with rt.db.transaction() as conn:
        await strangers.meet(conn, [(who.account_id, "34600000121")], now=rt.clock.now())
    assert await said("34600000121") == (None, None)
    await fields.begin_with(rt, who, NONE)
    await members.put(rt, who, customers.id, number="+34600000122", variables={})
    assert await said("34600000122") == (NONE, "")
    assert (await fields.beginning(rt, who)).subscription is NONE
    await fields.begin_with(rt, who, None)
    await members.put(rt, who, customers.id, number="+34600000123", variables={})
    assert await said("34600000123") == (None, None)


async def test_tags_are_put_on_many_at_once_and_taken_from_all(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    done = await tags.change_numbers(rt, who, [f"+{ANA}", "+34600000999", f"+{ANA}"], add=["VIP", "new"])
    assert (done.changed, done.same, done.unknown) == (1, 0, 1)
    done = await tags.change_list(rt, who, customers.id, add=["vip", "shop"], remove=["new"])
    assert (done.changed, done.same) == (2, 0)
    assert (await tags.change_list(rt, who, customers.id, add=["vip"])).changed == 0
    assert await tags.every(rt, who) == [("new", 0), ("shop", 2), ("vip", 2)]
    assert (await people.get(rt, who, f"+{ANA}")).tags == ["shop", "vip"]
    assert await tags.delete(rt, who, "Vip") == 2
    assert await refusal(tags.delete(rt, who, "vip")) == "tag_not_found"
    assert await refusal(tags.change_numbers(rt, who, [f"+{ANA}"])) == "nothing_to_do"
    assert await refusal(tags.change_numbers(rt, who, ["12", f"+{ANA}"], add=["x"])) == "bad_numbers"


@pytest.fixture
async def box(rt: Runtime, who: Principal) -> WebsiteTag:
    wanted = website.Change(origins=[PAGE], fields=["city"], tags=["Website"], words="Send me\n offers")
    return await website.create(rt, who, "Box", wanted)


async def send(
    rt: Runtime, tag: WebsiteTag, form: Mapping[str, str], *, origin: str = PAGE, address: str = "203.0.113.7"
) -> Filled:
    return await intake.take(rt, tag.token, Visit(origin, address, f"{PAGE}/offers", form))


@pytest.mark.req("R170")
async def test_a_form_makes_a_contact_and_keeps_the_words_that_were_agreed_to(
    rt: Runtime, who: Principal, box: WebsiteTag
) -> None:
    await fields.begin_with(rt, who, SUBSCRIBED, source="the contract")
    await send(rt, box, {"_mobilePhone": "600 000 118", "city": "Vigo"})
    found = await people.get(rt, who, f"+{ANA}")
    assert (found.variables, found.tags, found.subscription) == ({"city": "Vigo"}, ["website"], None)
    await people.change(rt, who, f"+{ANA}", Change(subscription=NOT_SUBSCRIBED))
    await send(rt, box, {"_mobilePhone": f"+{ANA}", "city": "Lugo"})
    assert (await people.get(rt, who, f"+{ANA}")).subscription is NOT_SUBSCRIBED
    await send(rt, box, {"_mobilePhone": f"+{ANA}", "_agree": "yes", "_words": "1"})
    found = await people.get(rt, who, f"+{ANA}")
    assert (found.variables, found.subscription) == ({"city": "Vigo"}, SUBSCRIBED)
    proof = "SELECT kind, how, words, words_version, url, address FROM evidence WHERE how = 'page'"
    assert await rows(rt, proof) == [("opt_in", "page", "Send me offers", "1", f"{PAGE}/offers", "203.0.113.7")]
    again = await website.change(rt, who, box.id, website.Change(words="Other words"))
    assert again.words_version == 2
    assert (await send(rt, again, {"_mobilePhone": f"+{EVA}", "_agree": "yes", "_words": "1"})).shown_others
    assert (await people.get(rt, who, f"+{EVA}")).subscription is None


@pytest.mark.req("R170")
async def test_a_form_is_taken_from_named_pages_now_and_then_and_while_it_is_on(
    rt: Runtime, who: Principal, box: WebsiteTag, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"_mobilePhone": f"+{ANA}"}
    with pytest.raises(NotAllowed):
        await send(rt, box, form, origin="https://evil.example")
    assert await refusal(send(rt, box, {"_mobilePhone": "12"})) == "number_invalid"
    for _ in range(intake.MOST_FROM_ONE - 1):
        await send(rt, box, form)
    with pytest.raises(Unavailable) as caught:
        await send(rt, box, form)
    assert (caught.value.code, 0 < caught.value.retry_after <= 60) == ("too_many_forms", True)
    monkeypatch.setattr(intake, "MOST_IN_ALL", intake.MOST_FROM_ONE + 1)  # what is refused counts for nobody else
    await send(rt, box, form, address="203.0.113.8")
    assert await refusal(send(rt, box, form, address="203.0.113.9")) == "too_many_forms"
    clock.move(timedelta(minutes=1))
    await send(rt, box, form)
    assert (await rows(rt, "SELECT count(*) FROM website_tag_use"))[0] == (2,)
    trial = await intake.fill(rt, box, Visit("", "", "", {"_mobilePhone": f"+{PAT}"}), is_trial=True)
    assert trial.is_new
    assert await refusal(people.get(rt, who, f"+{PAT}")) == "contact_not_found"
    await website.change(rt, who, box.id, website.Change(is_on=False))
    with pytest.raises(NotFound):
        await send(rt, box, form)
    assert [one.name for one in await website.every(rt, who)] == ["Box"]
    for wrong in (
        website.Change(),
        website.Change(origins=["http://a"]),
        website.Change(origins=[PAGE], fields=["number"]),
    ):
        with pytest.raises(InvalidInput):
            await website.create(rt, who, "Wrong", wrong)
    assert await refusal(website.create(rt, who, "box", website.Change(origins=[PAGE]))) == "website_tag_name_taken"
    await website.delete(rt, who, box.id)
    assert await refusal(website.get(rt, who, box.id)) == "website_tag_not_found"


@pytest.mark.req("R88")
async def test_a_file_of_all_contacts_leaves_no_others_and_forgets_no_no(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    async def chunks(text: str) -> AsyncIterator[bytes]:
        yield text.encode()

    await people.change(rt, who, f"+{EVA}", Change(subscription=NOT_SUBSCRIBED))
    done = await replacing.replace_all(rt, who, chunks(f"number,city\n+{ANA},Vigo\n+{PAT},Lugo\n"))
    assert (done.result.size, done.result.added, done.removed) == (2, 1, 1)
    assert [(one.number, one.variables) for one in await people.page(rt, who)] == [
        (PAT, {"city": "Lugo"}),
        (ANA, {"city": "Vigo"}),
    ]
    assert [(one.name, one.size) for one in await lists.page(rt, who)] == [("customers", 1)]
    await members.put(rt, who, customers.id, number=f"+{EVA}", variables={})
    assert (await people.get(rt, who, f"+{EVA}")).subscription is NOT_SUBSCRIBED
    assert await refusal(replacing.replace_all(rt, who, chunks("number\n12\n"))) == "bad_rows"
    assert len(await people.page(rt, who)) == 3
