from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

import make
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.connectors.providers.number_shop import Where
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import CablegramError, Conflict, NotFound, PaymentRequired
from cablegram.kit.money import MICRO
from cablegram.records import erase
from cablegram.rentals import buying, charging, ending, finding, searching, spam, stock, stock_store
from cablegram.rentals.buying import Order
from cablegram.rentals.model import Keeping, NewStock, Price, PriceLine, Rental, State
from cablegram.rentals.searching import Query
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from cablegram.senders.model import NumberType

LOCAL, TOLL_FREE = "13055550100", "18005550100"
PRICE = Price(5 * MICRO, 2 * MICRO)
pytestmark = pytest.mark.usefixtures("shelf")


async def found(rt: Runtime, who: Principal, **wanted: object) -> list[str]:
    result = await searching.search(rt, who, Query("US", **wanted))  # pyright: ignore[reportArgumentType] - as given
    return [one.number for one in result.items]


@pytest.mark.req("R59")
async def test_the_stock_is_searched_by_type_and_by_where_digits_stand(rt: Runtime, who: Principal) -> None:
    assert await found(rt, who) == ["12125550102", LOCAL, "13055550101", TOLL_FREE]
    assert await found(rt, who, number_type=NumberType.TOLL_FREE) == [TOLL_FREE]
    assert await found(rt, who, pattern="305", where=Where.STARTS_WITH) == [LOCAL, "13055550101"]
    assert await found(rt, who, pattern="1305", where=Where.STARTS_WITH) == [LOCAL, "13055550101"]
    assert await found(rt, who, pattern="0102", where=Where.ENDS_WITH) == ["12125550102"]
    assert await found(rt, who, pattern="2125") == ["12125550102"]
    assert await found(rt, who, page=2) == []
    for wrong, code in ((Query("XX"), "unknown_country"), (Query("US", pattern="3x"), "bad_pattern")):
        with pytest.raises(CablegramError) as caught:
            await searching.search(rt, who, wrong)
        assert caught.value.code == code


@pytest.mark.req("R27", "R58", "R60")
async def test_buying_charges_setup_and_the_first_month_and_gives_the_sender(rt: Runtime, who: Principal) -> None:
    rental = await buying.buy(rt, who, Order("+1 305 555 0100".replace(" ", ""), seen=PRICE))
    assert (rental.state, rental.period, rental.price) == (State.ACTIVE, 1, PRICE)
    assert await ledger.balance(rt, who) == 93 * MICRO
    lines = await ledger.statement(rt, who)
    assert [(one.kind, one.amount) for one in lines[:2]] == [
        (PostingKind.NUMBER, -2 * MICRO),
        (PostingKind.NUMBER, -5 * MICRO),
    ]
    (sender,) = [one for one in await grant.page(rt, who) if one.id == rental.sender_id]
    assert (sender.address, sender.number_type, sender.country) == (LOCAL, NumberType.LOCAL, "US")
    assert LOCAL not in await found(rt, who)
    with pytest.raises(Conflict) as caught:
        await grant.remove(rt, who, sender.id)
    assert caught.value.code == "sender_rented"
    with pytest.raises(Conflict):
        await buying.buy(rt, await make.account(rt), Order(LOCAL))
    rows = b"".join([piece async for piece in finding.export_csv(rt, who)]).decode().splitlines()
    assert rows[1].startswith("+13055550100,US,local,active,5,2,2026-01-15T12:00:00+00:00,2026-02-15")


@pytest.mark.req("R60")
async def test_what_the_balance_does_not_cover_is_not_bought_in_any_part(rt: Runtime) -> None:
    poor = await make.account(rt, credits=6)
    with pytest.raises(PaymentRequired):
        await buying.buy(rt, poor, Order(LOCAL))
    assert await ledger.balance(rt, poor) == 6 * MICRO
    assert await grant.page(rt, poor) == [] == await finding.page(rt, poor)
    assert LOCAL in await found(rt, poor)


async def test_of_two_who_buy_one_number_at_once_one_gets_it_and_pays(rt: Runtime) -> None:
    both = [await make.account(rt) for _ in range(2)]
    came = await asyncio.gather(*(buying.buy(rt, one, Order(LOCAL)) for one in both), return_exceptions=True)
    assert sorted(type(one).__name__ for one in came) == ["Conflict", "Rental"]
    assert sorted([await ledger.balance(rt, one) for one in both]) == [93 * MICRO, 100 * MICRO]


@pytest.mark.req("R27")
async def test_an_account_pays_its_exception_and_a_number_its_own_price(
    rt: Runtime, who: Principal, boss: Principal
) -> None:
    other = await make.account(rt)
    await stock.set_price(rt, boss, PriceLine("us", NumberType.LOCAL, Price(0, MICRO), who.account_id))
    await stock.add(rt, boss, NewStock("12125550102", price=Price(50 * MICRO, 9 * MICRO)))
    mine = {one.number: one.price for one in (await searching.search(rt, who, Query("US"))).items}
    theirs = {one.number: one.price for one in (await searching.search(rt, other, Query("US"))).items}
    assert (mine[LOCAL], theirs[LOCAL]) == (Price(0, MICRO), PRICE)
    assert mine["12125550102"] == theirs["12125550102"] == Price(50 * MICRO, 9 * MICRO)
    with pytest.raises(Conflict) as caught:
        await buying.buy(rt, who, Order(LOCAL, seen=PRICE))
    assert caught.value.code == "number_price_changed"
    await stock.drop_price(rt, boss, PriceLine("US", NumberType.TOLL_FREE, PRICE))
    assert TOLL_FREE not in await found(rt, who)
    with pytest.raises(NotFound):
        await buying.buy(rt, who, Order(TOLL_FREE))


@pytest.mark.req("R27")
async def test_a_new_price_holds_for_what_is_rented_only_where_the_operator_says_so(
    rt: Runtime, who: Principal, boss: Principal
) -> None:
    await buying.buy(rt, who, Order(LOCAL))
    line = PriceLine("US", NumberType.LOCAL, Price(0, 3 * MICRO))
    assert await stock.set_price(rt, boss, line) == 0
    assert (await finding.get(rt, who, LOCAL)).price.monthly == 2 * MICRO
    assert await stock.set_price(rt, boss, line, for_rented=True) == 1
    assert (await finding.get(rt, who, LOCAL)).price.monthly == 3 * MICRO


@pytest.mark.req("R60")
async def test_a_number_given_back_rests_before_somebody_else_may_have_it(
    rt: Runtime, who: Principal, boss: Principal, clock: SetClock
) -> None:
    await buying.buy(rt, who, Order(LOCAL))
    ended = await ending.release(rt, who, LOCAL, at_once=True)
    assert (ended.state, ended.ended_why, await grant.page(rt, who)) == (State.ENDED, "released", [])
    assert await ledger.balance(rt, who) == 93 * MICRO  # what is paid is not given back
    other = await make.account(rt)
    with pytest.raises(Conflict):
        await buying.buy(rt, other, Order(LOCAL))
    async with rt.db.transaction() as conn:
        await stock_store.note_missed(conn, {LOCAL: 3, "13055550101": 1, "4912345678": 1})
    held = {one.number: one for one in await stock.page(rt, boss)}
    assert (held[LOCAL].state, held[LOCAL].missed, held["13055550101"].missed) == (Keeping.RESTING, 3, 0)
    clock.move(timedelta(days=30))
    await charging.keep_up(rt)
    assert (await buying.buy(rt, other, Order(LOCAL))).state is State.ACTIVE
    with pytest.raises(NotFound):
        await ending.release(rt, who, LOCAL)


@pytest.mark.req("R60")
async def test_release_at_the_end_of_the_month_works_till_then_and_charges_no_more(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    await buying.buy(rt, who, Order(LOCAL))
    planned = await ending.release(rt, who, LOCAL)
    assert planned.ends_at is not None
    assert (await ending.keep(rt, who, LOCAL)).ends_at is None
    await ending.release(rt, who, LOCAL)
    clock.move(timedelta(days=100))
    await charging.keep_up(rt)
    assert (await finding.get(rt, who, LOCAL)).state is State.ENDED
    assert await ledger.balance(rt, who) == 93 * MICRO


@pytest.mark.req("R63")
async def test_a_report_of_spam_is_told_to_whoever_has_the_number(rt: Runtime, who: Principal, boss: Principal) -> None:
    rental: Rental = await buying.buy(rt, who, Order(LOCAL))
    await spam.report(rt, boss, spam.Told(LOCAL, "Carrier A", "+13055550199", "third this week"))
    assert rental.sender_id is not None
    (shown,) = await spam.of_sender(rt, who, rental.sender_id)
    assert (shown.source, shown.reported_by, shown.note) == ("Carrier A", "13055550199", "third this week")
    assert await spam.of_sender(rt, await make.account(rt), rental.sender_id) == []
    await erase.erase(rt, who, "+13055550199")
    (forgotten,) = await spam.of_sender(rt, who, rental.sender_id)
    assert (forgotten.source, forgotten.reported_by, forgotten.note) == ("Carrier A", "", "")
    with pytest.raises(NotFound):
        await spam.report(rt, boss, spam.Told(TOLL_FREE, "Carrier A"))


async def test_a_number_that_somebody_was_given_by_hand_is_not_sold(
    rt: Runtime, who: Principal, boss: Principal
) -> None:
    other = await make.account(rt)
    await grant.add(rt, replace(boss, account_id=other.account_id), NewSender(LOCAL))
    assert LOCAL not in await found(rt, who)
    with pytest.raises(Conflict) as caught:
        await buying.buy(rt, who, Order(LOCAL))
    assert caught.value.code == "sender_taken"
