"""`from` names several senders, or any: each message gets one, whose turn it is, and people keep theirs."""

from __future__ import annotations

from collections import Counter

import pytest

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing.prices import Prices
from cablegram.connectors import reading
from cablegram.connectors.configure import NewSmpp, add_smpp, change_smpp
from cablegram.connectors.contract import LinkState
from cablegram.connectors.model import Connector, LinkStatus, SmppSettings
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from cablegram.senders.model import Capability, Sender, Wanted

SPAIN, FRANCE, AMERICA = "34600000200", "33612345678", "12125550100"


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    """Give an account that may send as nothing but its own; there is a carrier and a simulated one."""
    await traffic.open_ways(rt)
    await carrier(rt)
    shop = await make.account(rt, credits=100_000, default_country="ES", open_senders=False)
    (simulated,) = await grant.page(rt, shop)
    await grant.remove(rt, shop, simulated.id)
    return shop


async def carrier(rt: Runtime, name: str = "Carrier") -> Connector:
    settings = SmppSettings(host="127.0.0.1", system_id="cablegram")
    return await add_smpp(rt, operator("Ann"), NewSmpp(name=name, password="p", settings=settings))


async def own(rt: Runtime, who: Principal, *new: NewSender | str) -> list[Sender]:
    ann = operator("Ann", who.account_id)
    return [await grant.add(rt, ann, NewSender(one) if isinstance(one, str) else one) for one in new]


async def sent(rt: Runtime, who: Principal, wanted: Wanted, *numbers: str) -> list[str]:
    """Accept a message to each number; return from what each goes, or why it doesn't."""
    drafts = [Draft(who.account_id, f"+{number}", "Hello there", sender=wanted) for number in numbers]
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now())
    return [one.refusal.code if one.refusal else one.source for one in drafts]


def strangers(count: int, *, first: int = 0) -> list[str]:
    return [str(34_600_100_000 + first + number) for number in range(count)]


@pytest.mark.req("R102", "R48")
async def test_messages_to_strangers_are_spread_evenly_over_the_listed_and_over_batches(
    rt: Runtime, shop: Principal
) -> None:
    senders = await own(rt, shop, *(f"+3460000010{number}" for number in range(4)))
    listed = tuple(one.address for one in senders[:3])
    found: Counter[str] = Counter()
    for batch in range(5):  # while the clock stands
        found.update(await sent(rt, shop, listed, *strangers(200, first=200 * batch)))
    assert sorted(found.values()) == [333, 333, 334]
    assert set(found) == set(listed)
    assert await sent(rt, shop, " ANY ", *strangers(1, first=9000)) == [senders[3].address], "not used for longest"
    assert [one.used_at is not None for one in await grant.page(rt, shop)] == [True] * 4
    await assert_sums_hold(rt)


@pytest.mark.req("R48")
async def test_a_person_keeps_the_sender_and_others_get_the_one_of_their_country(rt: Runtime, shop: Principal) -> None:
    spain, france = await own(rt, shop, "+34600000101", "+33612345600")
    assert await sent(rt, shop, "any", SPAIN, FRANCE, AMERICA, SPAIN) == [
        spain.address,
        france.address,
        spain.address,  # any reaches it; whose turn it was
        spain.address,
    ]
    await own(rt, shop, "+12125550101")
    assert await sent(rt, shop, "any", AMERICA, "12125550102") == [spain.address, "12125550101"]
    # Only a sender that may be chosen is kept, and then that one is talked with.
    assert await sent(rt, shop, (france.address, "12125550101"), SPAIN) == [france.address]
    assert await sent(rt, shop, "any", SPAIN) == [france.address]
    await grant.remove(rt, shop, france.id)
    assert await sent(rt, shop, "any", SPAIN) == [spain.address]


@pytest.mark.req("R49")
async def test_each_of_a_list_must_be_the_account_s_own(rt: Runtime, shop: Principal) -> None:
    other = await make.account(rt)
    await own(rt, other, "+34600000109")
    (mine,) = await own(rt, shop, "+34600000101")
    voice, _ = await own(rt, shop, NewSender("+34600000102", capabilities=[Capability.VOICE]), "Acme")
    for wanted, code in (
        ((mine.address, "34600000109"), "sender_not_owned"),
        ((mine.address, "Nobody"), "sender_not_owned"),
        ((mine.address, "ABCDEFGHIJKL"), "sender_invalid"),
        ((mine.address, "any"), "sender_invalid"),
        ((mine.address, voice.address), "sender_no_texts"),
        ((), "sender_needed"),
        (tuple(str(34_600_000_000 + number) for number in range(101)), "too_many_senders"),
        (voice.address, "sender_no_texts"),
    ):
        assert await sent(rt, shop, wanted, SPAIN) == [code]
    assert set(await sent(rt, shop, "any", SPAIN, FRANCE)) == {mine.address, "Acme"}, "not what carries calls alone"
    assert await sent(rt, other, "any", SPAIN) != [mine.address]
    assert await sent(rt, await make.account(rt, open_senders=False), (mine.address,), SPAIN) == ["sender_not_owned"]
    nobodys = "34600000190"
    assert await sent(rt, await make.account(rt), ("Zed", nobodys), SPAIN, SPAIN) == ["Zed", nobodys]
    assert await sent(rt, await make.account(rt), ("Zed", mine.address), SPAIN) == ["sender_not_owned"]


@pytest.mark.req("R65")
async def test_short_codes_stay_at_home_and_names_where_they_are_carried(rt: Runtime, shop: Principal) -> None:
    code, name = await own(rt, shop, NewSender("70500", country="ES"), "Acme")
    assert await sent(rt, shop, "any", SPAIN, FRANCE) == [code.address, name.address]
    assert await sent(rt, shop, "any", AMERICA) == ["short_code_abroad"], "no sender reaches it, and a rule says why"
    (number,) = await own(rt, shop, "+34600000101")
    assert await sent(rt, shop, "any", AMERICA) == [number.address]


async def test_a_sender_whose_connectors_are_off_is_not_chosen(rt: Runtime, shop: Principal) -> None:
    off, on = await carrier(rt, "Off"), await carrier(rt, "On")
    await own(
        rt, shop, NewSender("+34600000101", connector_ids=[off.id]), NewSender("+34600000102", connector_ids=[on.id])
    )
    assert set(await sent(rt, shop, "any", *strangers(4))) == {"34600000101", "34600000102"}
    await change_smpp(rt, operator("Ann"), off.id, is_enabled=False)
    assert set(await sent(rt, shop, "any", *strangers(4))) == {"34600000102"}
    assert await sent(rt, shop, ("34600000101",), SPAIN) == ["no_route"]
    assert set(await rows(rt, "SELECT DISTINCT src, connector_id FROM message WHERE src = '34600000102'")) == {
        ("34600000102", on.id)
    }


async def test_what_is_refused_takes_no_turn_and_begins_no_conversation(rt: Runtime, shop: Principal) -> None:
    first, second = await own(rt, shop, NewSender("70500", country="ES"), NewSender("70501", country="ES"))
    assert await sent(rt, shop, "any", FRANCE, AMERICA) == ["short_code_abroad"] * 2
    assert [one.used_at for one in await grant.page(rt, shop)] == [None, None]
    assert await rows(rt, "SELECT count(*) FROM conversation") == [(0,)]
    assert await sent(rt, shop, "any", *strangers(3)) == [first.address, second.address, first.address]
    assert await rows(rt, "SELECT count(*) FROM conversation") == [(3,)]


async def test_a_connector_whose_link_is_up_carries_before_an_older_one_whose_link_is_down(
    rt: Runtime, shop: Principal
) -> None:
    await own(rt, shop, "+34600000101")
    newer = await carrier(rt, "Newer")
    await rows(rt, "UPDATE connector SET tested_at = created_at RETURNING id")  # each has been bound before
    drafts = [Draft(shop.account_id, f"+{SPAIN}", "Hello there", sender="34600000101") for _ in range(3)]
    for draft, state in zip(drafts, (LinkState.DOWN, LinkState.BOUND, LinkState.DOWN), strict=True):
        async with rt.db.transaction() as conn:
            await reading.note_link(conn, LinkStatus(newer.id, 0, state, "", rt.clock.now()), 1)
            await accept(conn, [draft], prices=Prices(), now=rt.clock.now())
    assert [draft.connector_id == newer.id for draft in drafts] == [False, True, False]
