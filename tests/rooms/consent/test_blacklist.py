"""The blacklist on a real database: how numbers come to it, what takes them off, and who may."""

from __future__ import annotations

from dataclasses import replace

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal, Scope
from cablegram.consent import blacklist
from cablegram.consent.model import How, NewEntry, Word
from cablegram.kit.errors import InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import uuid7
from cablegram.runtime.runtime import Runtime

ANA, EVA = "34600000118", "34600000119"


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await make.account(rt, default_country="ES")


async def put(rt: Runtime, who: Principal, *numbers: str, how: How = How.STOP, note: str = "") -> int:
    entries = [NewEntry(who.account_id, number, how, "the test", note) for number in numbers]
    async with rt.db.transaction() as conn:
        return len(await blacklist.add(conn, entries, now=rt.clock.now()))


@pytest.mark.req("R91")
async def test_a_number_is_found_until_it_is_taken_off(rt: Runtime, who: Principal) -> None:
    assert await put(rt, who, ANA, how=How.BY_HAND, note="asked by letter") == 1
    found = await blacklist.check(rt, who, "600 000 118")
    assert (found.number, found.how, found.note, found.added_by) == (ANA, How.BY_HAND, "asked by letter", "the test")
    assert (await blacklist.remove(rt, who, "+34600000118")).id == found.id
    for deed in (blacklist.check, blacklist.remove):
        with pytest.raises(NotFound, match="not on the blacklist") as caught:
            await deed(rt, who, "+34600000118")
        assert caught.value.code == "not_blacklisted"


@pytest.mark.req("R62", "R91")
async def test_an_answer_takes_off_only_what_an_answer_put_there(rt: Runtime, who: Principal) -> None:
    by = {how: f"3460000011{place}" for place, how in enumerate(How)}
    for how, number in by.items():
        await put(rt, who, number, how=how)
    async with rt.db.transaction() as conn:
        wanted = {(who.account_id, number): Word() for number in by.values()}
        gone = await blacklist.take_off(conn, wanted, by=ANA, now=rt.clock.now())
    assert sorted(entry.number for _, entry in gone) == [by[How.STOP], by[How.REVIEW]]


@pytest.mark.req("R62", "R91")
async def test_what_is_done_by_hand_stands_over_an_answer_and_keeps_its_evidence(rt: Runtime, who: Principal) -> None:
    said = NewEntry(who.account_id, ANA, How.STOP, ANA, sender="34700000001", text_id=uuid7())
    for entry in (said, NewEntry(who.account_id, ANA, How.BY_HAND, "Inés", "for good"), replace(said, by="again")):
        async with rt.db.transaction() as conn:
            await blacklist.add(conn, [entry], now=rt.clock.now())
    found = await blacklist.check(rt, who, f"+{ANA}")
    assert (found.how, found.added_by, found.note) == (How.BY_HAND, "Inés", "for good")
    assert (found.text_id, found.sender) == (said.text_id, said.sender)


async def test_a_file_does_not_make_an_answer_a_deed_of_the_account(rt: Runtime, who: Principal) -> None:
    await put(rt, who, ANA, how=How.STOP)
    assert await put(rt, who, ANA, EVA, how=How.IMPORT) == 1
    assert (await blacklist.check(rt, who, f"+{ANA}")).how is How.STOP


async def test_who_came_and_who_went_is_news_with_who_did_it(rt: Runtime, who: Principal) -> None:
    await put(rt, who, ANA, ANA, how=How.BY_HAND)
    await put(rt, who, ANA, how=How.BY_HAND)
    await put(rt, who, EVA, how=How.IMPORT)
    await blacklist.remove(rt, who, f"+{ANA}")
    news = "SELECT kind, data->>'number', data->>'how', data->>'by' FROM event WHERE kind ~ 'blacklist' ORDER BY id"
    assert await rows(rt, news) == [
        ("blacklist.added", ANA, "by_hand", "the test"),
        ("blacklist.removed", ANA, "by_hand", who.name),
    ]


@pytest.mark.req("R91")
async def test_pages_go_from_the_newest_on_and_find_numbers_by_their_digits(rt: Runtime, who: Principal) -> None:
    for number in (ANA, EVA, "447400123456"):
        await put(rt, who, number)
    first = await blacklist.page(rt, who, limit=2)
    assert [one.number for one in first] == ["447400123456", EVA]
    assert [one.number for one in await blacklist.page(rt, who, after=first[-1].id)] == [ANA]
    assert [one.number for one in await blacklist.page(rt, who, q="600 000")] == [EVA, ANA]
    assert await blacklist.page(rt, who, q="nobody") == []


async def test_accounts_have_blacklists_of_their_own(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    await put(rt, other, ANA)
    assert await blacklist.page(rt, who) == []
    with pytest.raises(NotFound):
        await blacklist.remove(rt, who, f"+{ANA}")


async def test_a_number_that_fits_no_plan_is_taken_off_as_it_stands(rt: Runtime, who: Principal) -> None:
    await put(rt, who, "99912345678")
    assert (await blacklist.remove(rt, who, "+99912345678")).number == "99912345678"
    for nonsense in ("99912345678", "+0123456", "+12", "Acme", ""):
        with pytest.raises(InvalidInput):
            await blacklist.check(rt, who, nonsense)


async def test_reading_needs_one_scope_and_writing_another(rt: Runtime, who: Principal) -> None:
    await put(rt, who, ANA)
    reader = replace(who, scopes=frozenset({Scope.READ}))
    assert (await blacklist.check(rt, reader, f"+{ANA}")).number == ANA
    with pytest.raises(NotAllowed):
        await blacklist.remove(rt, reader, f"+{ANA}")
