"""Lists, their members one by one, what campaigns read of them, and files out."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator

import pytest

import make
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import audience, exporting, importing, lists, members, store
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import CampaignId, ContactId, ListId, uuid7
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await make.account(rt, default_country="ES")


async def filled(rt: Runtime, who: Principal, name: str, numbers: range) -> ListId:
    async def file() -> AsyncIterator[bytes]:
        yield b"number,note\n" + b"".join(f"+{number},n{number}\n".encode() for number in numbers)

    made = await lists.create(rt, who, name)
    await importing.import_csv(rt, who, made.id, file())
    return made.id


async def read_all(rt: Runtime, who: Principal, list_ids: list[ListId], limit: int) -> list[str]:
    found: list[str] = []
    after: ContactId | None = None
    async with rt.db.connection() as conn:
        while True:
            people = await audience.people_after(conn, who.account_id, list_ids, after=after, limit=limit)
            found += [one.number for one in people]
            if len(people) < limit:
                return found
            after = people[-1].contact_id


@pytest.mark.req("R90")
async def test_lists_are_made_changed_paged_and_deleted(rt: Runtime, who: Principal) -> None:
    first = await lists.create(rt, who, " First ", description="those who came early")
    second = await lists.create(rt, who, "Second")
    assert (first.name, first.size, first.variables, first.imported_at) == ("First", 0, [], None)
    changed = await lists.change(rt, who, first.id, name="Older")
    assert (changed.name, changed.description) == ("Older", "those who came early")
    changed = await lists.change(rt, who, first.id, description="")
    assert (changed.name, changed.description) == ("Older", "")
    assert await lists.get(rt, who, first.id) == changed
    assert [one.id for one in await lists.page(rt, who)] == [second.id, first.id]
    assert await lists.page(rt, who, after=second.id) == [changed]
    assert await lists.page(rt, who, limit=1) == [second]
    await lists.delete(rt, who, second.id)
    assert await lists.page(rt, who) == [changed]
    with pytest.raises(NotFound):
        await lists.delete(rt, who, second.id)


@pytest.mark.req("R90")
async def test_two_lists_of_an_account_cannot_have_one_name(rt: Runtime, who: Principal) -> None:
    first = await lists.create(rt, who, "Customers")
    second = await lists.create(rt, who, "Others")
    for deed in (lists.create(rt, who, "customers"), lists.change(rt, who, second.id, name="CUSTOMERS")):
        with pytest.raises(Conflict) as caught:
            await deed
        assert (caught.value.code, caught.value.faults[0].field) == ("list_name_taken", "name")
    assert (await lists.change(rt, who, first.id, name="CUSTOMERS")).name == "CUSTOMERS"
    assert (await lists.create(rt, await make.account(rt), "Customers")).name == "Customers"


async def test_a_list_needs_a_name(rt: Runtime, who: Principal) -> None:
    with pytest.raises(InvalidInput) as caught:
        await lists.create(rt, who, "  ")
    assert caught.value.code == "bad_name"


async def test_another_account_sees_nothing_of_a_list(rt: Runtime, who: Principal) -> None:
    list_id = await filled(rt, who, "mine", range(34600000001, 34600000003))
    other = await make.account(rt)
    assert await lists.page(rt, other) == []
    for deed in (
        lists.get(rt, other, list_id),
        lists.change(rt, other, list_id, name="theirs"),
        lists.delete(rt, other, list_id),
        members.page(rt, other, list_id),
        members.put(rt, other, list_id, number="+34600000009", variables={}),
        members.remove(rt, other, list_id, number="+34600000001"),
        anext(exporting.export_csv(rt, other, list_id)),
    ):
        with pytest.raises(NotFound) as caught:
            await deed
        assert caught.value.code == "list_not_found"
    async with rt.db.transaction() as conn:
        assert await audience.people_after(conn, other.account_id, [list_id], after=None, limit=10) == []
        with pytest.raises(NotFound):
            await lists.take(conn, other.account_id, [list_id], campaign_id=CampaignId(uuid7()))


async def test_who_may_only_read_changes_nothing(rt: Runtime, who: Principal) -> None:
    list_id = (await lists.create(rt, who, "mine")).id
    reader = Principal(who.account_id, "reader", frozenset({Scope.READ}))
    assert [one.id for one in await lists.page(rt, reader)] == [list_id]
    for deed in (
        lists.create(rt, reader, "more"),
        lists.change(rt, reader, list_id, name="theirs"),
        lists.delete(rt, reader, list_id),
        members.put(rt, reader, list_id, number="+34600000009", variables={}),
        members.remove(rt, reader, list_id, number="+34600000009"),
    ):
        with pytest.raises(NotAllowed):
            await deed


@pytest.mark.req("R89", "R90", "R31")
async def test_somebody_is_put_on_a_list_and_taken_off_it(rt: Runtime, who: Principal) -> None:
    list_id = (await lists.create(rt, who, "mine")).id
    ana = await members.put(rt, who, list_id, number="600 000 118", variables={"first_name": "Ana", "city": "Lugo"})
    assert (ana.number, ana.country, ana.variables) == ("34600000118", "ES", {"first_name": "Ana", "city": "Lugo"})
    again = await members.put(rt, who, list_id, number="+34600000118", variables={"city": "Vigo", "age": "40"})
    assert (again.id, again.variables) == (ana.id, {"first_name": "Ana", "city": "Vigo", "age": "40"})
    eva = await members.put(rt, who, list_id, number="+34600000119", variables={})
    mine = await lists.get(rt, who, list_id)
    assert (mine.size, mine.variables, mine.imported_at) == (2, ["first_name", "city", "age"], None)
    assert [one.id for one in await members.page(rt, who, list_id)] == [eva.id, ana.id]
    assert [one.id for one in await members.page(rt, who, list_id, after=eva.id)] == [ana.id]
    await members.remove(rt, who, list_id, number="600000118")
    assert [one.id for one in await members.page(rt, who, list_id)] == [eva.id]
    assert (await lists.get(rt, who, list_id)).size == 1
    with pytest.raises(NotFound) as caught:
        await members.remove(rt, who, list_id, number="600000118")
    assert caught.value.code == "not_on_list"


async def test_a_bad_number_or_variable_puts_nobody_on_a_list(rt: Runtime, who: Principal) -> None:
    list_id = (await lists.create(rt, who, "mine")).id
    for number, variables, code in (
        ("+34910000118", {}, "number_landline"),
        ("12", {}, "number_invalid"),
        ("+34600000118", {"first name": "Ana"}, "bad_variable"),
    ):
        with pytest.raises(InvalidInput) as caught:
            await members.put(rt, who, list_id, number=number, variables=variables)
        assert caught.value.code == code
    assert await members.page(rt, who, list_id) == []


async def test_a_list_in_use_stays_as_it_is_until_all_have_given_it_back(rt: Runtime, who: Principal) -> None:
    list_id = await filled(rt, who, "mine", range(34600000001, 34600000003))
    first, second = CampaignId(uuid7()), CampaignId(uuid7())
    async with rt.db.transaction() as conn:
        await lists.take(conn, who.account_id, [list_id], campaign_id=first)
        await lists.take(conn, who.account_id, [list_id], campaign_id=first)
        await lists.take(conn, who.account_id, [list_id], campaign_id=second)

    async def refused() -> None:
        for deed in (
            lists.delete(rt, who, list_id),
            members.put(rt, who, list_id, number="+34600000009", variables={}),
            members.remove(rt, who, list_id, number="+34600000001"),
        ):
            with pytest.raises(Conflict) as caught:
                await deed
            assert caught.value.code == "list_in_use"

    await refused()
    assert (await lists.change(rt, who, list_id, name="renamed")).name == "renamed"
    async with rt.db.transaction() as conn:
        await lists.give_back(conn, first)
    await refused()
    async with rt.db.transaction() as conn:
        await lists.give_back(conn, second)
    await members.remove(rt, who, list_id, number="+34600000001")
    await lists.delete(rt, who, list_id)


@pytest.mark.req("R47")
@pytest.mark.parametrize("limit", [1, 3, 7, 100])
async def test_people_of_several_lists_are_read_once_each_in_slices(rt: Runtime, who: Principal, limit: int) -> None:
    odd = await filled(rt, who, "odd", range(34600000001, 34600000020, 2))
    low = await filled(rt, who, "low", range(34600000001, 34600000011))
    empty = (await lists.create(rt, who, "empty")).id
    everybody = await read_all(rt, who, [odd, low, empty], limit)
    assert sorted(everybody) == sorted(
        {str(n) for n in [*range(34600000001, 34600000020, 2), *range(34600000001, 34600000011)]}
    )
    assert len(everybody) == len(set(everybody)) == 15
    async with rt.db.connection() as conn:
        assert await audience.count_people(conn, who.account_id, [odd, low, empty]) == 15
        assert await audience.count_people(conn, who.account_id, [odd]) == 10
        assert await audience.count_people(conn, who.account_id, [empty, empty]) == 0
        with pytest.raises(NotFound):
            await audience.count_people(conn, who.account_id, [odd, ListId(uuid7())])


async def test_a_slice_reads_by_key_from_its_start_on_an_empty_and_on_a_full_table(rt: Runtime, who: Principal) -> None:
    list_id = (await lists.create(rt, who, "mine")).id
    for numbers in (range(0), range(34600000001, 34600003001)):
        if numbers:
            list_id = await filled(rt, who, "full", numbers)
        async with rt.db.connection() as conn:
            last = (await audience.people_after(conn, who.account_id, [list_id], after=None, limit=3000))[-1:]
            after = last[0].contact_id if last else uuid7()
            values = {"account_id": who.account_id, "list_ids": [list_id], "after": after, "limit": 10}
            plan = await (await conn.execute("EXPLAIN " + store.queries.people_after, values)).fetchall()
        text = "\n".join(row[0] for row in plan)
        assert "Seq Scan" not in text, text
        assert "contact_list_member_pkey" in text, text
        assert "contact_pkey" in text, text


@pytest.mark.req("R90")
async def test_a_list_goes_out_as_the_file_it_could_come_from(rt: Runtime, who: Principal) -> None:
    list_id = await filled(rt, who, "mine", range(34600000001, 34600001202))
    await members.put(rt, who, list_id, number="+34600009999", variables={"name": 'Ana "A", Vigo\nLugo'})
    pieces = [piece async for piece in exporting.export_csv(rt, who, list_id)]
    rows = list(csv.reader(b"".join(pieces).decode().splitlines(keepends=True)))
    assert len(pieces) > 2
    assert rows[0] == ["number", "note", "name"]
    assert len(rows) == 1203
    assert rows[1] == ["+34600000001", "n34600000001", ""]
    assert rows[-1] == ["+34600009999", "", 'Ana "A", Vigo\nLugo']

    async def file() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    copy = await lists.create(rt, who, "copy")
    result = await importing.import_csv(rt, who, copy.id, file())
    # The one without a note has an empty note now: the only difference that a file can't carry.
    assert (result.size, result.added, result.skipped) == (1202, 0, 0)


async def test_a_list_tells_which_campaigns_need_it(rt: Runtime, who: Principal) -> None:
    list_id = await filled(rt, who, "a", range(34600000001, 34600000003))
    first, second = (CampaignId(one) for one in sorted([uuid7(), uuid7()]))
    async with rt.db.transaction() as conn:
        for campaign_id in (second, first):
            await lists.take(conn, who.account_id, [list_id], campaign_id=campaign_id)
    assert await lists.used_by(rt, who, list_id) == [first, second]
    assert await lists.used_by(rt, await make.account(rt), list_id) == []


async def test_who_is_on_several_lists_is_reached_once(rt: Runtime, who: Principal) -> None:
    both = [
        await filled(rt, who, "a", range(34600000001, 34600000005)),
        await filled(rt, who, "b", range(34600000003, 34600000007)),
    ]
    assert await audience.reach(rt, who, both) == 6
    assert await audience.reach(rt, who, both[:1]) == 4
    assert await audience.reach(rt, who, []) == 0
    with pytest.raises(NotFound):
        await audience.reach(rt, await make.account(rt), both)
