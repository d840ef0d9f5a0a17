from __future__ import annotations

import pytest

import make
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import ConnectorId, uuid7
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.change import LONGEST_ANSWER, Change, change
from cablegram.senders.grant import NewSender
from cablegram.senders.model import Capability, Filter, Kind, NumberType, Sender, Settings


def operator_of(who: Principal) -> Principal:
    return operator("Ann", who.account_id)


@pytest.fixture
async def number(rt: Runtime, who: Principal) -> Sender:
    return await grant.add(rt, operator_of(who), NewSender("+34600000118"))


@pytest.mark.req("R58")
async def test_a_number_is_what_its_plan_says_or_what_the_operator_says(rt: Runtime, who: Principal) -> None:
    ann = operator_of(who)
    read = await grant.add(rt, ann, NewSender("+34600000118"))
    told = await grant.add(rt, ann, NewSender("12125550100", number_type=NumberType.MOBILE, country="CA"))
    code = await grant.add(rt, ann, NewSender("70500", country="us", capabilities=[Capability.SMS, Capability.MMS]))
    assert (read.kind, read.number_type, read.country) == (Kind.NUMBER, NumberType.MOBILE, "ES")
    assert (told.kind, told.number_type, told.country) == (Kind.NUMBER, NumberType.MOBILE, "CA")
    assert (code.kind, code.number_type, code.country) == (Kind.SHORT_CODE, None, "US")
    assert await grant.page(rt, who) == [code, told, read]
    assert await grant.page(rt, who, wanted=Filter(kind=Kind.SHORT_CODE)) == [code]
    assert await grant.page(rt, who, wanted=Filter(country="ES")) == [read]
    assert await grant.page(rt, who, wanted=Filter(address="70500")) == [code]


@pytest.mark.req("R145", "R65")
async def test_what_can_be_no_sender_is_not_granted(rt: Runtime, who: Principal) -> None:
    for new, code in (
        (NewSender("70500"), "sender_country_needed"),
        (NewSender("70500", number_type=NumberType.LOCAL, country="US"), "sender_type_wrong"),
        (NewSender("Acme", country="ES"), "sender_type_wrong"),
        (NewSender("any"), "sender_invalid"),
        (NewSender("ABCDEFGHIJKL"), "sender_invalid"),
        (NewSender("8801000000000"), "sender_number_unknown"),
        (NewSender("+34600000118", country="US"), "sender_country_wrong"),
        (NewSender("+34600000118", country="QQ"), "unknown_country"),
        (NewSender("Acme", capabilities=[Capability.VOICE]), "sender_capabilities_wrong"),
        (NewSender("+34600000118", capabilities=[]), "sender_capabilities_wrong"),
        (NewSender("+34600000118", connector_ids=[ConnectorId(uuid7())] * 101), "too_many_connectors"),
    ):
        with pytest.raises(InvalidInput) as caught:
            await grant.add(rt, operator_of(who), new)
        assert caught.value.code == code
    assert await grant.page(rt, who) == []


@pytest.mark.req("R49")
async def test_a_number_belongs_to_one_account_and_a_name_to_whoever_is_granted_it(
    rt: Runtime, who: Principal, number: Sender
) -> None:
    other = operator_of(await make.account(rt))
    with pytest.raises(Conflict) as caught:
        await grant.add(rt, other, NewSender(number.address))
    assert caught.value.code == "sender_taken"
    await grant.add(rt, operator_of(who), NewSender("Acme"))
    await grant.add(rt, other, NewSender("Acme"))
    await grant.remove(rt, who, number.id)
    await grant.add(rt, other, NewSender(number.address))


@pytest.mark.req("R61", "R62")
async def test_the_owner_says_how_a_number_answers_and_what_is_left_out_stays(
    rt: Runtime, who: Principal, number: Sender
) -> None:
    await change(rt, who, number.id, Change(autoresponder_enabled=True, autoresponder_text="Nobody reads this."))
    after = await change(rt, who, number.id, Change(stop_words=["ENOUGH", " basta  ya "], stop_words_enabled=True))
    after = await change(rt, who, number.id, Change(help_text="Acme: 2 texts a month"))
    assert after.settings == Settings(
        autoresponder_enabled=True,
        autoresponder_text="Nobody reads this.",
        stop_words_enabled=True,
        stop_words=("ENOUGH", "basta ya"),
        help_text="Acme: 2 texts a month",
    )
    assert await grant.get(rt, who, number.id) == after


async def test_what_a_number_is_only_the_operator_says(rt: Runtime, who: Principal, number: Sender) -> None:
    connector = await make.simulated_connector(rt)
    wanted = Change(
        number_type=NumberType.NATIONAL,
        capabilities=[Capability.SMS, Capability.VOICE],
        connector_ids=[connector.id],
        cnam_enabled=True,
    )
    with pytest.raises(NotAllowed):
        await change(rt, who, number.id, wanted)
    with pytest.raises(NotAllowed):
        await change(
            rt, Principal(who.account_id, "k", frozenset({Scope.SEND})), number.id, Change(stop_words_enabled=True)
        )
    assert (await grant.get(rt, who, number.id)) == number
    after = await change(rt, operator_of(who), number.id, wanted)
    assert (after.number_type, after.country, after.capabilities, after.connector_ids, after.settings) == (
        NumberType.NATIONAL,
        "ES",
        (Capability.SMS, Capability.VOICE),
        (connector.id,),
        Settings(cnam_enabled=True),
    )
    assert await grant.get(rt, who, number.id) == after
    anew = await change(rt, operator_of(who), number.id, Change(connector_ids=[]))
    assert (await grant.get(rt, who, number.id)).connector_ids == anew.connector_ids == ()


@pytest.mark.req("R61")
async def test_a_change_that_can_not_be_changes_nothing(rt: Runtime, who: Principal, number: Sender) -> None:
    for wanted, code in (
        (Change(autoresponder_enabled=True), "autoresponder_text_needed"),
        (Change(autoresponder_enabled=True, autoresponder_text=" \n"), "autoresponder_text_needed"),
        (Change(autoresponder_text="x" * (LONGEST_ANSWER + 1)), "autoresponder_text_too_long"),
        (Change(autoresponder_text="a\0b"), "bad_character"),
        (Change(help_text="x" * (LONGEST_ANSWER + 1)), "help_text_too_long"),
        (Change(stop_words=["ENOUGH", "!"]), "bad_answer_word"),
        (Change(stop_words=["x" * 41]), "bad_answer_word"),
        (Change(autoresponder_text="a\ud800b"), "bad_character"),
        (Change(country="US"), "sender_country_wrong"),
        (Change(connector_ids=[ConnectorId(uuid7())]), "connector_not_found"),
    ):
        with pytest.raises(CablegramError) as caught:
            await change(rt, operator_of(who), number.id, wanted)
        assert caught.value.code == code
    assert await grant.get(rt, who, number.id) == number


async def test_a_name_hears_nothing_and_so_answers_nothing(rt: Runtime, who: Principal) -> None:
    name = await grant.add(rt, operator_of(who), NewSender("Acme"))
    with pytest.raises(InvalidInput) as caught:
        await change(rt, who, name.id, Change(stop_words_enabled=True))
    assert caught.value.code == "sender_hears_nothing"


async def test_another_account_s_sender_is_neither_seen_nor_changed(
    rt: Runtime, who: Principal, number: Sender
) -> None:
    other = await make.account(rt)
    with pytest.raises(NotFound):
        await grant.get(rt, other, number.id)
    with pytest.raises(NotFound):
        await change(rt, operator_of(other), number.id, Change(cnam_enabled=True))
    assert await grant.get(rt, who, number.id) == number
