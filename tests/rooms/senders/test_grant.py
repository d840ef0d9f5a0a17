from __future__ import annotations

import asyncio

import pytest

import make
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, ConnectorId, SenderId, uuid7
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant, simulated
from cablegram.senders.grant import NewSender


def operator_of(who: Principal) -> Principal:
    return operator("Ann", who.account_id)


async def defaults(rt: Runtime, who: Principal) -> list[str]:
    return [sender.address for sender in await grant.page(rt, who) if sender.is_default]


@pytest.mark.req("R49")
async def test_only_the_operator_grants_a_sender(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await grant.add(rt, who, NewSender("Acme"))


async def test_a_new_default_takes_the_place_of_the_old_one(rt: Runtime, who: Principal) -> None:
    await grant.add(rt, operator_of(who), NewSender("First", is_default=True))
    await grant.add(rt, operator_of(who), NewSender("Second", is_default=True))
    assert await defaults(rt, who) == ["Second"]


async def test_two_defaults_at_once_leave_one(rt: Runtime, who: Principal) -> None:
    ann = operator_of(who)
    await asyncio.gather(*(grant.add(rt, ann, NewSender(f"Sender {n}", is_default=True)) for n in range(6)))
    assert len(await defaults(rt, who)) == 1


async def test_the_account_chooses_its_default_among_its_own(rt: Runtime, who: Principal) -> None:
    first = await grant.add(rt, operator_of(who), NewSender("First", is_default=True))
    second = await grant.add(rt, operator_of(who), NewSender("Second"))
    await grant.make_default(rt, who, second.id)
    assert await defaults(rt, who) == ["Second"]

    other = await make.account(rt)
    with pytest.raises(NotFound) as caught:
        await grant.make_default(rt, other, first.id)
    assert caught.value.code == "sender_not_found"
    with pytest.raises(NotFound):
        await grant.make_default(rt, who, SenderId(uuid7()))
    assert await defaults(rt, who) == ["Second"]


async def test_a_sender_can_be_taken_away_by_its_own_account_alone(rt: Runtime, who: Principal) -> None:
    sender = await grant.add(rt, operator_of(who), NewSender("Acme"))
    other = await make.account(rt)
    with pytest.raises(NotFound):
        await grant.remove(rt, other, sender.id)
    await grant.remove(rt, who, sender.id)
    assert await grant.page(rt, who) == []
    with pytest.raises(NotFound):
        await grant.remove(rt, who, sender.id)


@pytest.mark.parametrize(
    ("address", "error", "code"),
    [("Acme!", InvalidInput, "sender_invalid"), ("ACME", Conflict, "sender_exists")],
)
async def test_what_can_not_be_granted_is_refused_and_changes_nothing(
    rt: Runtime, who: Principal, address: str, error: type[CablegramError], code: str
) -> None:
    await grant.add(rt, operator_of(who), NewSender("Acme", is_default=True))
    with pytest.raises(error) as caught:
        await grant.add(rt, operator_of(who), NewSender(address, is_default=True))
    assert caught.value.code == code
    assert await defaults(rt, who) == ["Acme"]


async def test_a_sender_is_tied_only_to_a_connector_that_the_account_may_use(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotFound) as caught:
        await grant.add(rt, operator_of(who), NewSender("Acme", connector_ids=[ConnectorId(uuid7())]))
    assert caught.value.code == "connector_not_found"


async def test_a_sender_for_no_account_is_refused(rt: Runtime) -> None:
    with pytest.raises(NotFound) as caught:
        await grant.add(rt, operator("Ann", AccountId(uuid7())), NewSender("Acme"))
    assert caught.value.code == "account_not_found"


async def test_senders_are_paged_newest_first(rt: Runtime, who: Principal) -> None:
    for number in range(3):
        await grant.add(rt, operator_of(who), NewSender(f"Sender {number}"))
    first = await grant.page(rt, who, limit=2)
    rest = await grant.page(rt, who, after=first[-1].id, limit=2)
    assert [sender.address for sender in [*first, *rest]] == ["Sender 2", "Sender 1", "Sender 0"]
    with pytest.raises(NotAllowed):
        await grant.page(rt, Principal(who.account_id, "key", frozenset({Scope.SEND})))


async def test_each_account_has_a_number_of_its_own_on_the_simulated_carrier(rt: Runtime) -> None:
    connector = await make.simulated_connector(rt)
    accounts = [await make.account(rt) for _ in range(3)]
    numbers = [[sender.address for sender in await grant.page(rt, who)] for who in accounts]
    assert numbers == [["70001"], ["70002"], ["70003"]]

    async def another(who: Principal) -> str:
        async with rt.db.transaction() as conn:
            return (await simulated.give(conn, who.account_id, connector.id, now=rt.clock.now())).address

    assert sorted(await asyncio.gather(*(another(who) for who in accounts))) == ["70004", "70005", "70006"]
    assert await defaults(rt, accounts[0]) == ["70001"]
