from __future__ import annotations

from pathlib import Path

import pytest

import make
from cablegram.accounts.access import Principal, operator
from cablegram.kit.ids import AccountId
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant, usable
from cablegram.senders.model import SenderRefusal, Usable


async def resolve(rt: Runtime, *wanted: tuple[AccountId, str | None]) -> list[Usable | str]:
    """Ask for senders; a refusal is shown by its code."""
    async with rt.db.connection() as conn:
        answers = await usable.resolve(conn, wanted)
    return [answer.code if isinstance(answer, SenderRefusal) else answer for answer in answers]


async def give(rt: Runtime, who: Principal, address: str, *, is_default: bool = False) -> None:
    await grant.add(rt, operator("Ann", who.account_id), address, is_default=is_default)


@pytest.fixture
async def strict(rt: Runtime) -> Principal:
    """Give an account that may use its own senders only."""
    return await make.account(rt, open_senders=False)


@pytest.mark.req("R49")
async def test_an_account_sends_from_what_it_was_granted_and_from_nothing_else(rt: Runtime, strict: Principal) -> None:
    await give(rt, strict, "Acme")
    await give(rt, strict, "+12125550100")
    account_id = strict.account_id

    assert await resolve(
        rt, (account_id, "Acme"), (account_id, "+12125550100"), (account_id, "12125550100"), (account_id, "Zed")
    ) == [Usable("Acme", None), Usable("12125550100", None), Usable("12125550100", None), "sender_not_owned"]


@pytest.mark.req("R49")
async def test_another_account_s_sender_is_not_ours(rt: Runtime, strict: Principal) -> None:
    other = await make.account(rt, open_senders=False)
    await give(rt, other, "Acme", is_default=True)
    assert await resolve(rt, (strict.account_id, "Acme"), (strict.account_id, None), (other.account_id, None)) == [
        "sender_not_owned",
        "sender_needed",
        Usable("Acme", None),
    ]


async def test_a_name_is_found_in_any_case_and_shown_as_it_was_granted(rt: Runtime, strict: Principal) -> None:
    await give(rt, strict, "Acme")
    assert await resolve(rt, (strict.account_id, " aCME ")) == [Usable("Acme", None)]


async def test_an_open_account_may_use_any_well_written_address(rt: Runtime, who: Principal) -> None:
    account_id = who.account_id
    assert await resolve(rt, (account_id, "+34600000118"), (account_id, "Zed"), (account_id, "Zed!")) == [
        Usable("34600000118", None),
        Usable("Zed", None),
        "sender_invalid",
    ]


async def test_without_an_address_the_default_is_taken_and_without_a_default_one_is_needed(
    rt: Runtime, who: Principal
) -> None:
    assert await resolve(rt, (who.account_id, None)) == ["sender_needed"]
    await give(rt, who, "Acme")
    assert await resolve(rt, (who.account_id, None)) == ["sender_needed"]
    await give(rt, who, "Usual", is_default=True)
    assert await resolve(rt, (who.account_id, None)) == [Usable("Usual", None)]


@pytest.mark.req("R145")
async def test_a_name_of_twelve_characters_is_refused(rt: Runtime, who: Principal) -> None:
    assert await resolve(rt, (who.account_id, "ABCDEFGHIJKL"), (who.account_id, "")) == [
        "sender_invalid",
        "sender_invalid",
    ]


async def test_a_sender_tied_to_a_connector_says_so(rt: Runtime, who: Principal) -> None:
    connector = await make.simulated_connector(rt)
    await grant.add(rt, operator("Ann", who.account_id), "Tied", connector_id=connector.id, is_default=True)
    tied = Usable("Tied", connector.id)
    assert await resolve(rt, (who.account_id, "tied"), (who.account_id, None)) == [tied, tied]


async def test_a_batch_of_many_accounts_is_answered_in_order_by_one_statement(rt: Runtime, tmp_path: Path) -> None:
    accounts = [(await make.account(rt)).account_id for _ in range(3)]
    for number, account_id in enumerate(accounts):
        await grant.add(rt, operator("Ann", account_id), f"From {number}", is_default=True)
    wanted = [(accounts[number % 3], None if number % 2 else "Same") for number in range(600)]

    trace = tmp_path / "wire"
    async with rt.db.connection() as conn:
        with trace.open("wb") as file:
            conn.pgconn.trace(file.fileno())
            answers = await usable.resolve(conn, wanted)
            conn.pgconn.untrace()

    said = trace.read_text(encoding="utf-8")
    assert said.count("\tExecute\t") + said.count("\tQuery\t") == 1
    assert answers == [Usable(f"From {n % 3}" if n % 2 else "Same", None) for n in range(600)]


async def test_no_messages_need_no_sender(rt: Runtime) -> None:
    assert await resolve(rt) == []


async def test_whose_an_address_is_can_be_asked_from_the_other_side(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    await give(rt, who, "Acme")
    await give(rt, other, "ACME")
    await give(rt, other, "70001")
    async with rt.db.connection() as conn:
        found = await usable.holders(conn, ["acme", "70001", "nobody"])
    assert [(holder.address, holder.account_id) for holder in found] == [
        ("Acme", who.account_id),
        ("ACME", other.account_id),
        ("70001", other.account_id),
    ]
