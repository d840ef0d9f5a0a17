from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import make
from cablegram.accounts.access import Principal, operator
from cablegram.kit.ids import AccountId
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant, usable
from cablegram.senders.grant import NewSender
from cablegram.senders.model import Holder, Kind, Sender, SenderRefusal, Settings, Usable


async def resolve(rt: Runtime, *wanted: tuple[AccountId, str | None]) -> list[Usable | str]:
    """Ask for senders; a refusal is shown by its code."""
    async with rt.db.connection() as conn:
        answers = await usable.resolve(conn, wanted)
    return [answer.code if isinstance(answer, SenderRefusal) else answer for answer in answers]


async def give(rt: Runtime, who: Principal, address: str, **what: Any) -> Sender:  # noqa: ANN401 - fields of NewSender
    return await grant.add(rt, operator("Ann", who.account_id), NewSender(address, **what))


def usable_as(sender: Sender) -> Usable:
    """Return what messages get of an account's own sender."""
    return Usable(sender.address, sender.connector_ids, sender.kind, sender.country or "", sender.id)


@pytest.fixture
async def strict(rt: Runtime) -> Principal:
    """Give an account that may use its own senders only."""
    return await make.account(rt, open_senders=False)


@pytest.mark.req("R49")
async def test_an_account_sends_from_what_it_was_granted_and_from_nothing_else(rt: Runtime, strict: Principal) -> None:
    name = usable_as(await give(rt, strict, "Acme"))
    number = usable_as(await give(rt, strict, "+12125550100"))
    account_id = strict.account_id

    assert await resolve(
        rt, (account_id, "Acme"), (account_id, "+12125550100"), (account_id, "12125550100"), (account_id, "Zed")
    ) == [name, number, number, "sender_not_owned"]
    assert (name.kind, name.country, number.kind, number.country) == (Kind.NAME, "", Kind.NUMBER, "US")


@pytest.mark.req("R49")
async def test_another_account_s_sender_is_not_ours(rt: Runtime, strict: Principal) -> None:
    other = await make.account(rt, open_senders=False)
    theirs = await give(rt, other, "Acme", is_default=True)
    assert await resolve(rt, (strict.account_id, "Acme"), (strict.account_id, None), (other.account_id, None)) == [
        "sender_not_owned",
        "sender_needed",
        usable_as(theirs),
    ]


@pytest.mark.req("R49")
async def test_not_even_an_open_account_sends_from_another_s_number(
    rt: Runtime, who: Principal, strict: Principal
) -> None:
    theirs = await give(rt, strict, "+12125550100")
    mine = usable_as(await give(rt, who, "+12125550101"))
    account_id = who.account_id
    assert await resolve(
        rt, (account_id, theirs.address), (account_id, "+12125550199"), (account_id, mine.address)
    ) == [
        "sender_not_owned",
        Usable("12125550199", kind=Kind.NUMBER),
        mine,
    ]
    async with rt.db.transaction() as conn:
        assert isinstance(await usable.all_of(conn, account_id, (theirs.address, mine.address)), SenderRefusal)


async def test_a_name_is_found_in_any_case_and_shown_as_it_was_granted(rt: Runtime, strict: Principal) -> None:
    acme = await give(rt, strict, "Acme")
    assert await resolve(rt, (strict.account_id, " aCME ")) == [usable_as(acme)]


async def test_an_open_account_may_use_any_well_written_address(rt: Runtime, who: Principal) -> None:
    account_id = who.account_id
    assert await resolve(rt, (account_id, "+34600000118"), (account_id, "Zed"), (account_id, "Zed!")) == [
        Usable("34600000118", kind=Kind.NUMBER),
        Usable("Zed", kind=Kind.NAME),
        "sender_invalid",
    ]


async def test_without_an_address_the_default_is_taken_and_without_a_default_one_is_needed(
    rt: Runtime, who: Principal
) -> None:
    assert await resolve(rt, (who.account_id, None)) == ["sender_needed"]
    await give(rt, who, "Acme")
    assert await resolve(rt, (who.account_id, None)) == ["sender_needed"]
    usual = await give(rt, who, "Usual", is_default=True)
    assert await resolve(rt, (who.account_id, None)) == [usable_as(usual)]


@pytest.mark.req("R145")
async def test_a_name_of_twelve_characters_is_refused(rt: Runtime, who: Principal) -> None:
    assert await resolve(rt, (who.account_id, "ABCDEFGHIJKL"), (who.account_id, "")) == [
        "sender_invalid",
        "sender_invalid",
    ]


async def test_a_sender_tied_to_a_connector_says_so(rt: Runtime, who: Principal) -> None:
    connector = await make.simulated_connector(rt)
    tied = usable_as(await give(rt, who, "Tied", connector_ids=[connector.id], is_default=True))
    assert tied.connector_ids == (connector.id,)
    assert await resolve(rt, (who.account_id, "tied"), (who.account_id, None)) == [tied, tied]


async def test_a_batch_of_many_accounts_is_answered_in_order_by_one_statement(rt: Runtime, tmp_path: Path) -> None:
    whose = [await make.account(rt) for _ in range(3)]
    usual = [usable_as(await give(rt, who, f"From {number}", is_default=True)) for number, who in enumerate(whose)]
    accounts = [who.account_id for who in whose]
    wanted = [(accounts[number % 3], None if number % 2 else "Same") for number in range(600)]

    trace = tmp_path / "wire"
    async with rt.db.connection() as conn:
        with trace.open("wb") as file:
            conn.pgconn.trace(file.fileno())
            answers = await usable.resolve(conn, wanted)
            conn.pgconn.untrace()

    said = trace.read_text(encoding="utf-8")
    assert said.count("\tExecute\t") + said.count("\tQuery\t") == 1
    assert answers == [usual[n % 3] if n % 2 else Usable("Same") for n in range(600)]


async def test_no_messages_need_no_sender(rt: Runtime) -> None:
    assert await resolve(rt) == []


async def test_whose_an_address_is_and_how_it_answers_can_be_asked_from_the_other_side(
    rt: Runtime, who: Principal
) -> None:
    other = await make.account(rt)
    connector = await make.simulated_connector(rt)
    acme = await give(rt, who, "Acme")
    theirs = await give(rt, other, "ACME")
    code = await give(rt, other, "70009", country="US", connector_ids=[connector.id])
    async with rt.db.connection() as conn:
        found = await usable.holders(conn, ["acme", "70009", "nobody"])
    assert found == [
        Holder("Acme", who.account_id, acme.id, Kind.NAME, Settings(), ()),
        Holder("ACME", other.account_id, theirs.id, Kind.NAME, Settings(), ()),
        Holder("70009", other.account_id, code.id, Kind.SHORT_CODE, Settings(), (connector.id,)),
    ]
