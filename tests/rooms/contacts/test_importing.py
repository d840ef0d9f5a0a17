"""Imports on a real database: what a file becomes, and that a bad one changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

import make
from books import rows
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import importing, imports, lists, members
from cablegram.contacts.model import ContactList, ImportResult
from cablegram.events.record import story
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound, Unavailable
from cablegram.kit.ids import CampaignId, ListId, uuid7
from cablegram.runtime import failpoints
from cablegram.runtime.runtime import Runtime

EXAMPLE = Path(__file__).parents[3] / "examples" / "contacts.csv"


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await make.account(rt, default_country="ES")


@pytest.fixture
async def customers(rt: Runtime, who: Principal) -> ContactList:
    return await lists.create(rt, who, "customers")


async def chunks(*pieces: str | bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece.encode() if isinstance(piece, str) else piece


async def load(rt: Runtime, who: Principal, list_id: ListId, text: str, *, skip: bool = False) -> ImportResult:
    return await importing.import_csv(rt, who, list_id, chunks(text), on_bad_rows="skip" if skip else "refuse")


async def people(rt: Runtime, who: Principal, list_id: ListId) -> dict[str, dict[str, str]]:
    return {one.number: one.variables for one in await members.page(rt, who, list_id, limit=1000)}


@pytest.mark.req("R87", "R31", "R104")
async def test_a_file_becomes_the_people_of_the_list(rt: Runtime, who: Principal, customers: ContactList) -> None:
    text = '\ufeffnumber,first_name,city\r\n600 000 118,Ana,"Madrid, Centro"\r\n+447400123456,"Pat ""O""",\r\n'
    result = await load(rt, who, customers.id, text)
    assert result == ImportResult(rows=2, size=2, added=2)
    assert await people(rt, who, customers.id) == {
        "34600000118": {"first_name": "Ana", "city": "Madrid, Centro"},
        "447400123456": {"first_name": 'Pat "O"', "city": ""},
    }
    after = await lists.get(rt, who, customers.id)
    assert (after.size, after.variables, after.imported_at) == (2, ["first_name", "city"], rt.clock.now())


@pytest.mark.req("R88")
async def test_a_second_file_replaces_the_people_of_the_first(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    await load(rt, who, customers.id, "number,first_name\n+34600000118,Ana\n+34600000119,Eva\n")
    result = await load(rt, who, customers.id, "number,city\n+34600000119,Cádiz\n+34600000120,Lugo\n")
    assert (result.size, result.added, result.updated) == (2, 1, 1)
    # Who was known keeps what other files said of them.
    assert await people(rt, who, customers.id) == {
        "34600000119": {"first_name": "Eva", "city": "Cádiz"},
        "34600000120": {"city": "Lugo"},
    }


@pytest.mark.req("R88")
async def test_where_others_are_kept_nobody_leaves_and_values_change(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    await load(rt, who, customers.id, "number,first_name\n+34600000118,Ana\n+34600000119,Eva\n")
    more = chunks("number,city\n+34600000119,Vigo\n+34600000120,Lugo\n")
    result = await importing.import_csv(rt, who, customers.id, more, keep_others=True)
    assert result == ImportResult(rows=2, size=2, added=1, updated=1)
    assert await people(rt, who, customers.id) == {
        "34600000118": {"first_name": "Ana"},
        "34600000119": {"first_name": "Eva", "city": "Vigo"},
        "34600000120": {"city": "Lugo"},
    }
    after = await lists.get(rt, who, customers.id)
    assert (after.size, after.variables) == (3, ["first_name", "city"])


async def test_imports_of_the_same_people_at_the_same_time_wait_for_each_other(rt: Runtime, who: Principal) -> None:
    made = [await lists.create(rt, who, name) for name in ("one", "two", "three")]
    numbers = list(range(34600000000, 34600002000))
    files = [numbers, numbers[::-1], numbers[1000:] + numbers[:1000]]
    results = await asyncio.gather(
        *(
            load(rt, who, one.id, f"number,{one.name}\n" + "".join(f"+{number},x\n" for number in file))
            for one, file in zip(made, files, strict=True)
        )
    )
    assert sum(result.added for result in results) == 2_000
    assert [(await lists.get(rt, who, one.id)).size for one in made] == [2_000] * 3
    found = await people(rt, who, made[0].id)
    assert all(variables == {"one": "x", "two": "x", "three": "x"} for variables in found.values())


@pytest.mark.req("R88")
async def test_who_leaves_a_list_keeps_their_record(rt: Runtime, who: Principal, customers: ContactList) -> None:
    await load(rt, who, customers.id, "number,first_name\n+34600000118,Ana\n")
    others = await lists.create(rt, who, "others")
    await load(rt, who, customers.id, "number\n+34600000119\n")
    result = await load(rt, who, others.id, "number\n+34600000118\n")
    assert (result.added, result.updated) == (0, 0)
    assert await people(rt, who, others.id) == {"34600000118": {"first_name": "Ana"}}


async def test_the_same_file_again_changes_nobody(
    rt: Runtime, who: Principal, customers: ContactList, clock: SetClock
) -> None:
    text = "number,first_name\n+34600000118,Ana\n+34600000119,Eva\n"
    await load(rt, who, customers.id, text)
    before = await members.page(rt, who, customers.id)
    clock.move(timedelta(hours=1))
    assert await load(rt, who, customers.id, text) == ImportResult(rows=2, size=2)
    assert await members.page(rt, who, customers.id) == before


@pytest.mark.req("R87")
async def test_of_rows_with_one_number_the_last_counts(rt: Runtime, who: Principal, customers: ContactList) -> None:
    rows = "number,first_name\n+34600000118,Ana\n+34600000119,Eva\n600000118,Inés\n0034600000118,Lía\n"
    result = await load(rt, who, customers.id, rows)
    assert result == ImportResult(rows=4, size=2, added=2, duplicates=2)
    assert (await people(rt, who, customers.id))["34600000118"] == {"first_name": "Lía"}


@pytest.mark.req("R87")
async def test_bad_rows_refuse_the_file_and_nothing_changes(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    await load(rt, who, customers.id, "number,first_name\n+34600000118,Ana\n")
    bad = "number,first_name\n+34600000119,Eva\n+34910000118,Casa\n+34600000120\n"
    with pytest.raises(InvalidInput) as caught:
        await load(rt, who, customers.id, bad)
    assert caught.value.code == "bad_rows"
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("lines.3.number", "number_landline"),
        ("lines.4", "csv_wrong_column_count"),
    ]
    assert "2 of 3 rows" in caught.value.message
    assert await people(rt, who, customers.id) == {"34600000118": {"first_name": "Ana"}}


@pytest.mark.req("R87")
async def test_bad_rows_are_skipped_and_named_where_that_is_asked_for(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    bad = "number,first_name\n" + "12,x\n" * 150 + "+34600000119,Eva\n"
    result = await load(rt, who, customers.id, bad, skip=True)
    assert (result.rows, result.size, result.added, result.skipped) == (151, 1, 1, 150)
    assert len(result.faults) == importing.MOST_FAULTS
    assert result.faults[-1].field == f"lines.{importing.MOST_FAULTS + 1}.number"


@pytest.mark.req("R87")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "csv_no_header"),
        ("+34600000118,Ana\n", "csv_no_header"),
        ("first_name,number\nAna,+34600000118\n", "csv_number_not_first"),
        ('number,first_name\n+34600000118,"Ana\n', "csv_broken_quoting"),
        ("number," + "a," * 1_000_000, "csv_too_many_columns"),
        ("number," + ",".join(f"a{i}" for i in range(100)), "csv_too_many_columns"),
    ],
)
async def test_what_is_no_table_is_refused_even_where_bad_rows_are_skipped(
    rt: Runtime, who: Principal, customers: ContactList, text: str, code: str
) -> None:
    await load(rt, who, customers.id, "number\n+34600000118\n")
    with pytest.raises(InvalidInput) as caught:
        await load(rt, who, customers.id, text, skip=True)
    assert caught.value.code == code
    assert await people(rt, who, customers.id) == {"34600000118": {}}


async def test_a_header_alone_empties_the_list(rt: Runtime, who: Principal, customers: ContactList) -> None:
    await load(rt, who, customers.id, "number\n+34600000118\n")
    assert await load(rt, who, customers.id, "number,first_name") == ImportResult(left=1)
    assert (await lists.get(rt, who, customers.id)).size == 0
    assert await people(rt, who, customers.id) == {}


async def test_a_file_may_arrive_in_single_bytes_or_at_once(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    text = "number,first_name\n" + "".join(f"+346000{n:05d},Zoë {n}\n" for n in range(5_000))
    told: list[int] = []

    async def tell(rows: int) -> None:
        told.append(rows)

    single = chunks(*(bytes([byte]) for byte in text.encode()))
    result = await importing.import_csv(rt, who, customers.id, single, on_progress=tell)
    assert (result.rows, result.size, result.added) == (5_000, 5_000, 5_000)
    assert told == sorted(told)
    assert told[-1] <= 5_000
    assert await load(rt, who, customers.id, text) == ImportResult(rows=5_000, size=5_000)


@pytest.mark.req("R87")
async def test_the_example_file_becomes_what_its_readme_says(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    result = await load(rt, who, customers.id, EXAMPLE.read_text(encoding="utf-8"), skip=True)
    assert (result.rows, result.skipped, result.duplicates, result.size) == (10_000, 35, 7, 9_958)


async def test_numbers_of_the_account_alone_are_touched(rt: Runtime, who: Principal, customers: ContactList) -> None:
    other = await make.account(rt)
    theirs = await lists.create(rt, other, "customers")
    await load(rt, other, theirs.id, "number,first_name\n+34600000118,Ana\n")
    await load(rt, who, customers.id, "number,first_name\n+34600000118,Olga\n")
    assert await people(rt, other, theirs.id) == {"34600000118": {"first_name": "Ana"}}
    with pytest.raises(NotFound):
        await load(rt, who, theirs.id, "number\n+34600000118\n")


async def test_a_list_that_a_campaign_uses_is_not_replaced(rt: Runtime, who: Principal, customers: ContactList) -> None:
    campaign_id = CampaignId(uuid7())
    await load(rt, who, customers.id, "number\n+34600000118\n")
    async with rt.db.transaction() as conn:
        await lists.take(conn, who.account_id, [customers.id], campaign_id=campaign_id)
    with pytest.raises(Conflict) as caught:
        await load(rt, who, customers.id, "number\n+34600000119\n")
    assert caught.value.code == "list_in_use"
    async with rt.db.transaction() as conn:
        await lists.give_back(conn, campaign_id)
    assert (await load(rt, who, customers.id, "number\n+34600000119\n")).size == 1


async def test_a_campaign_that_starts_during_an_upload_keeps_its_people(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    await load(rt, who, customers.id, "number\n+34600000118\n")

    async def slow() -> AsyncIterator[bytes]:
        yield b"number\n"
        async with rt.db.transaction() as conn:
            await lists.take(conn, who.account_id, [customers.id], campaign_id=CampaignId(uuid7()))
        yield b"+34600000119\n"

    with pytest.raises(Conflict):
        await importing.import_csv(rt, who, customers.id, slow())
    assert await people(rt, who, customers.id) == {"34600000118": {}}


async def test_an_import_whose_database_goes_away_leaves_the_list_as_it_was(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    await load(rt, who, customers.id, "number\n+34600000118\n")
    assert rt.settings.database_url

    async def cut_off() -> AsyncIterator[bytes]:
        yield b"number\n" + b"+34600000119\n" * 10_000
        with psycopg.connect(rt.settings.database_url or "", autocommit=True) as admin:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            admin.execute(others + " AND query LIKE %s", ("COPY import_row%",))
        yield b"+34600000120\n" * 10_000

    with pytest.raises(Unavailable):
        await importing.import_csv(rt, who, customers.id, cut_off())
    assert await people(rt, who, customers.id) == {"34600000118": {}}


async def test_an_upload_that_breaks_off_leaves_nothing_for_the_next(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    class GoneError(Exception):
        pass

    async def breaks_off() -> AsyncIterator[bytes]:
        yield b"number\n" + b"+34600000119\n" * 10_000
        raise GoneError

    with pytest.raises(GoneError):
        await importing.import_csv(rt, who, customers.id, breaks_off())
    # Connections are lent again, with their temporary tables: several imports meet the one that was broken off.
    for number in range(34600000120, 34600000128):
        await load(rt, who, customers.id, f"number\n+{number}\n")
        assert list(await people(rt, who, customers.id)) == [str(number)]


async def test_an_import_needs_the_scope_for_contacts(rt: Runtime, who: Principal, customers: ContactList) -> None:
    reader = Principal(who.account_id, "reader", frozenset({Scope.READ}))
    with pytest.raises(NotAllowed):
        await load(rt, reader, customers.id, "number\n+34600000118\n")


async def test_an_import_is_reported(rt: Runtime, who: Principal, customers: ContactList) -> None:
    await load(rt, who, customers.id, "number\n+34600000118\n12\n", skip=True)
    async with rt.db.connection() as conn:
        ((_, kind, data),) = await story(conn, who.account_id, customers.id)
    assert kind == "list.imported"
    assert data == {"rows": 2, "size": 1, "added": 1, "skipped": 1, "by": who.name}


async def test_where_people_agreed_is_kept_with_the_news_of_the_import(rt: Runtime, who: Principal) -> None:
    target = await lists.create(rt, who, "Agreed")
    agreed = "web shop, checkbox at checkout"
    await importing.import_csv(rt, who, target.id, chunks("number\n34600000118\n"), agreed=agreed)
    async with rt.db.connection() as conn:
        ((_, kind, facts),) = await story(conn, who.account_id, target.id)
    assert (kind, facts["subscribed"], facts["source"]) == ("list.imported", True, agreed)


async def test_of_a_lists_imports_the_last_twenty_can_be_looked_at_again(
    rt: Runtime, who: Principal, customers: ContactList
) -> None:
    done = [
        await importing.import_csv(
            rt, who, customers.id, chunks(f"number\n6000001{n:02d}\nx\n"), on_bad_rows="skip", file_name="people.csv"
        )
        for n in range(21)
    ]
    first, *others = [one.id for one in done if one.id]
    with pytest.raises(NotFound) as caught:
        await imports.get(rt, who, customers.id, first)
    assert caught.value.code == "import_not_found"
    for made, import_id in zip(done[1:], others, strict=True):
        past = await imports.get(rt, who, customers.id, import_id)
        assert (past.file_name, past.at, past.result) == ("people.csv", rt.clock.now(), made)
        assert len(past.result.faults) == 1
    stranger = await make.account(rt, name="Stranger")
    with pytest.raises(NotFound):
        await imports.get(rt, stranger, customers.id, others[-1])
    await lists.delete(rt, who, customers.id)
    assert await rows(rt, "SELECT * FROM contact_import") == []


async def test_an_import_that_was_done_says_so_though_its_connection_breaks(
    rt: Runtime, who: Principal, customers: ContactList, database_url: str
) -> None:
    def break_off(point: str) -> None:
        if point == "import.committed":
            with psycopg.connect(database_url, autocommit=True) as conn:
                conn.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    failpoints.watch(break_off)
    try:
        done = await load(rt, who, customers.id, "number\n+34600000118\n")
    finally:
        failpoints.watch(None)
    assert done.size == 1
