from __future__ import annotations

import pytest

import make
from cablegram.accounts import directory
from cablegram.accounts.access import Principal, operator
from cablegram.kit.errors import InvalidInput, NotAllowed, TooLarge
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.change import Change, change
from cablegram.senders.grant import NewSender
from cablegram.senders.importing import MOST_BYTES, Imported, import_csv
from cablegram.senders.model import Capability, NumberType, Settings

ANN = operator("Ann")


def of(who: Principal) -> Principal:
    return operator("Ann", who.account_id)


async def bring(rt: Runtime, text: str, *, who: Principal = ANN) -> Imported:
    return await import_csv(rt, who, text.encode())


async def faults(rt: Runtime, text: str, *, who: Principal = ANN) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        await bring(rt, text, who=who)
    assert caught.value.code == "bad_sender_file"
    return [(one.field, one.code) for one in caught.value.faults]


@pytest.mark.req("R49", "R58")
async def test_a_file_brings_senders_to_many_accounts_in_one_go(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt, name="Other")
    name = (await directory.show(rt, who)).name
    connector = await make.simulated_connector(rt, name="Carrier A")
    done = await bring(
        rt,
        "number,country,type,capabilities,connector,account\n"
        f"+34600000118,,,,,{name}\n"
        "12125550100,US,Toll-free,sms mms,carrier a,OTHER\n"
        f"70500,US,,,,{name}\n"
        "70500,,,,Carrier A,Other\n",
    )
    assert done == Imported(4, 0)
    ours, theirs = await grant.page(rt, who), await grant.page(rt, other)
    assert {(one.address, one.country, one.number_type) for one in ours} == {
        ("34600000118", "ES", NumberType.MOBILE),
        ("70500", "US", None),
    }
    assert {(one.address, one.country, one.number_type, one.capabilities, one.connector_ids) for one in theirs} == {
        ("12125550100", "US", NumberType.TOLL_FREE, (Capability.SMS, Capability.MMS), (connector.id,)),
        ("70500", None, None, (Capability.SMS,), (connector.id,)),
    }


async def test_the_same_file_again_changes_nothing_and_another_what_it_says(rt: Runtime, who: Principal) -> None:
    connector = await make.simulated_connector(rt)
    ann = of(who)
    acme = await grant.add(rt, ann, NewSender("+34600000118", connector_ids=[connector.id], is_default=True))
    acme = await change(rt, who, acme.id, Change(stop_words_enabled=True))
    assert await bring(rt, f"number,connector\n34600000118,{connector.name}\n", who=ann) == Imported(0, 1)
    assert await grant.page(rt, who) == [acme]
    assert await bring(rt, "number,capabilities\n34600000118,sms voice\nAcme,\n", who=ann) == Imported(1, 1)
    after = await grant.get(rt, who, acme.id)
    assert (after.capabilities, after.connector_ids, after.is_default, after.settings) == (
        (Capability.SMS, Capability.VOICE),
        (),
        True,
        Settings(stop_words_enabled=True),
    )


async def test_each_bad_line_is_named_and_then_nothing_is_taken(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    await grant.add(rt, of(other), NewSender("34600000119"))
    name = (await directory.show(rt, other)).name
    ann = of(who)
    assert await faults(rt, "number,type\nAcme,\nABCDEFGHIJKL,\n999,\n12125550100,fax\n34600000118\n", who=ann) == [
        ("lines.3", "sender_invalid"),
        ("lines.5", "bad_sender_line"),
        ("lines.6", "bad_sender_line"),
    ]
    assert await faults(rt, "number\n999\n", who=ann) == [("lines.2", "sender_country_needed")]
    assert await faults(rt, "number,connector\nAcme,Nowhere\n", who=ann) == [("lines.2", "connector_not_found")]
    assert await faults(rt, "number,account\nAcme,Nobody\n", who=ann) == [("lines.2", "account_not_found")]
    assert await faults(rt, "number\nAcme\n") == [("lines.2", "account_needed")]
    assert await faults(rt, "number\n34600000119\n", who=ann) == [("lines.2", "sender_taken")]
    twice = f"number,account\n34600000118,\n34600000118,{name}\n"
    assert await faults(rt, twice, who=ann) == [("lines.3", "sender_taken")]
    assert await grant.page(rt, who) == []


async def test_only_the_operator_brings_senders_and_no_file_without_end(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await bring(rt, "number\nAcme\n", who=who)
    with pytest.raises(TooLarge):
        await import_csv(rt, ANN, b"x" * (MOST_BYTES + 1))
