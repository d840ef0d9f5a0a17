from __future__ import annotations

import asyncio

import pytest

import make
from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, uuid7
from cablegram.runtime.runtime import Runtime


async def test_an_account_changes_its_name_and_default_country(rt: Runtime, who: Principal) -> None:
    await directory.change(rt, who, name=" Acme ", default_country="es")
    account = await directory.show(rt, who)
    assert (account.name, account.default_country, account.open_senders) == ("Acme", "ES", True)


async def test_what_is_not_given_stays(rt: Runtime) -> None:
    who = await make.account(rt, name="Acme", default_country="ES", open_senders=False)
    before = await directory.show(rt, who)
    assert await directory.change(rt, who) == before
    assert await directory.show(rt, who) == before


@pytest.mark.req("R49")
async def test_only_the_operator_opens_or_closes_senders(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await directory.change(rt, who, open_senders=False)
    await directory.change(rt, operator("Ann", who.account_id), open_senders=False)
    assert not (await directory.show(rt, who)).open_senders


async def test_a_sender_s_key_changes_nothing_about_the_account(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await directory.change(rt, Principal(who.account_id, "key", frozenset({Scope.SEND})), name="Mine")


async def test_a_country_that_does_not_exist_is_refused(rt: Runtime, who: Principal) -> None:
    with pytest.raises(InvalidInput) as caught:
        await directory.change(rt, who, default_country="QQ")
    assert caught.value.code == "unknown_country"


async def test_two_accounts_never_have_one_name(rt: Runtime, who: Principal) -> None:
    await make.account(rt, name="Acme")
    with pytest.raises(Conflict) as caught:
        await directory.change(rt, who, name="ACME")
    assert caught.value.code == "account_name_taken"
    assert [fault.field for fault in caught.value.faults] == ["name"]

    outcomes = await asyncio.gather(*(make.account(rt, name="Beta") for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 3


async def test_the_operator_finds_accounts_by_page_and_by_name(rt: Runtime) -> None:
    for name in ("One", "Two", "Three"):
        await make.account(rt, name=name)
    ann = operator("Ann")
    first = await directory.page(rt, ann, limit=2)
    rest = await directory.page(rt, ann, after=first[-1].id)
    assert [account.name for account in [*first, *rest]] == ["Three", "Two", "One"]
    assert await directory.named(rt, " two ") == first[1]
    with pytest.raises(NotFound, match="Four"):
        await directory.named(rt, "Four")
    with pytest.raises(NotAllowed):
        await directory.page(rt, await make.account(rt))


async def test_accounts_of_a_batch_are_read_together(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt, default_country="ES")
    async with rt.db.connection() as conn:
        found = await directory.many(conn, [who.account_id, other.account_id, AccountId(uuid7())])
    assert {account.id: account.default_country for account in found.values()} == {
        who.account_id: "US",
        other.account_id: "ES",
    }


async def test_an_account_that_does_not_exist_is_not_found(rt: Runtime) -> None:
    nobody = operator("Ann", AccountId(uuid7()))
    with pytest.raises(NotFound) as shown:
        await directory.show(rt, nobody)
    with pytest.raises(NotFound) as changed:
        await directory.change(rt, nobody, name="x")
    assert shown.value.code == changed.value.code == "account_not_found"
