"""Numbers bought at Twilio, Plivo and Vonage, as their simulators sell them; the official clients see the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import plivo.rest.client
import pytest
from plivo import RestClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client as OfficialTwilio
from vonage import Auth, HttpClientOptions, Vonage
from vonage_numbers import ListOwnedNumbersFilter, SearchAvailableNumbersFilter

from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.connectors import configure, exchanges, number_talk
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.exchange_model import Kind
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.number_shop import Deal, Outcome, Where
from cablegram.connectors.providers.plivo import PlivoSettings
from cablegram.connectors.providers.twilio import TwilioSettings
from cablegram.connectors.providers.vonage_sms import VonageSmsSettings
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, NotFound, Unavailable
from cablegram.kit.ids import ConnectorId, StockId, uuid7
from cablegram.kit.money import MICRO
from cablegram.rentals import buying, charging, ending, finding, searching, stock, stock_store
from cablegram.rentals.buying import Order
from cablegram.rentals.model import Found, Keeping, Price, PriceLine, State
from cablegram.rentals.searching import Query
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import NumberType
from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.plivo import Plivo as PlivoSimulator
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio as TwilioSimulator
from cablegram.simulators.provider.vonage import Vonage as VonageSimulator

PRICE = Price(5 * MICRO, 2 * MICRO)
SIMULATORS = {"twilio": TwilioSimulator, "plivo": PlivoSimulator, "vonage_sms": VonageSimulator}
STEM = "1305555010"  # and one more digit, with its fate
NEXT = timedelta(minutes=30)


class Shop:
    """A simulated provider with a connector to it."""

    def __init__(self, rt: Runtime, kind: str, simulator: Any, url: str, connector: Connector) -> None:  # noqa: ANN401 - one of three
        self.rt = rt
        self.kind = kind
        self.simulator = simulator
        self.url = url
        self.connector = connector

    @property
    def owned(self) -> dict[str, str]:
        return self.simulator.numbers.shelf.owned

    async def buy(self, who: Principal, last: int) -> State:
        return (await buying.buy(self.rt, who, self.order(last))).state

    def order(self, last: int) -> Order:
        return Order(f"{STEM}{last}", NumberType.LOCAL, ConnectorId(self.connector.id), PRICE)


@pytest.fixture(params=list(SIMULATORS))
async def shop(request: pytest.FixtureRequest, rt: Runtime, boss: Principal) -> AsyncGenerator[Shop]:
    kind = request.param
    simulator = SIMULATORS[kind](Credentials())
    async with running(simulator, ProviderOptions(port=0)) as provider:
        near = replace(rt, settings=replace(rt.settings, allow_private_providers=("127.0.0.1",)))
        known = simulator.welcome()
        settings, secret = {
            "twilio": (lambda: TwilioSettings(account_sid=known["account_sid"], base_url=provider.url), "auth_token"),
            "plivo": (lambda: PlivoSettings(auth_id=known["auth_id"], base_url=provider.url), "auth_token"),
            "vonage_sms": (lambda: VonageSmsSettings(api_key=known["api_key"], base_url=provider.url), "api_secret"),
        }[kind]
        new = NewConnector(kind=kind, name=f"The {kind}", settings=settings(), secrets={secret: known[secret]})
        connector = await configure.add(near, boss, new)
        await stock.set_price(near, boss, PriceLine("US", NumberType.LOCAL, PRICE))
        yield Shop(near, kind, simulator, provider.url, connector)


@pytest.mark.req("R59")
async def test_what_a_provider_offers_is_found_at_our_price(shop: Shop, who: Principal, boss: Principal) -> None:
    found = await searching.search(shop.rt, who, Query("US", NumberType.LOCAL, "305", Where.STARTS_WITH))
    assert [one.number for one in found.items][:2] == ["13055550100", "13055550101"]
    assert {(one.connector_id, one.price) for one in found.items} == {(shop.connector.id, PRICE)}
    assert found.has_more
    ends = await searching.search(shop.rt, who, Query("US", None, "0103", Where.ENDS_WITH))
    assert "13055550103" in [one.number for one in ends.items]
    assert not (await searching.search(shop.rt, who, Query("ES"))).items  # it has no price here
    async with shop.rt.db.transaction() as conn:
        await conn.execute("UPDATE number_search SET asked = 30")
    with pytest.raises(Unavailable, match="many searches"):
        await searching.search(shop.rt, who, Query("US"))
    (kept, *_) = await exchanges.page(shop.rt, boss, shop.connector.id)
    assert kept.kind is Kind.NUMBERS
    assert shop.simulator.welcome().get("auth_token", "simulated-api-secret") not in f"{kept.request}{kept.answer}"


@pytest.mark.req("R60")
async def test_a_purchase_is_settled_whatever_the_provider_says(
    shop: Shop, who: Principal, clock: SetClock, boss: Principal
) -> None:
    rt = shop.rt
    assert await shop.buy(who, 1) is State.ACTIVE
    with pytest.raises(Conflict) as caught:
        await shop.buy(who, 7)
    assert (caught.value.code, await ledger.balance(rt, who)) == ("number_refused", 93 * MICRO)
    assert await shop.buy(who, 8) is State.BUYING  # an error, and sold all the same
    assert await shop.buy(who, 9) is State.BUYING  # an error, and not sold
    assert await ledger.balance(rt, who) == 79 * MICRO
    with pytest.raises(Conflict):
        await ending.release(rt, who, f"{STEM}8")
    with pytest.raises(Conflict):
        await shop.buy(who, 9)  # it is still offered there, but claimed here
    await buying.resolve(rt)
    assert (await finding.get(rt, who, f"{STEM}8")).state is State.BUYING  # it is not asked at once
    for _ in range(3):
        assert (await finding.get(rt, who, f"{STEM}9")).state is State.BUYING  # one no may come before their list knows
        clock.move(NEXT)
        await asyncio.gather(charging.keep_up(rt), charging.keep_up(rt))
        if (await finding.get(rt, who, f"{STEM}9")).denied > 1:
            break
    assert (await finding.get(rt, who, f"{STEM}8")).state is State.ACTIVE
    assert (await finding.get(rt, who, f"{STEM}9")).state is State.REFUSED
    assert await ledger.balance(rt, who) == 86 * MICRO
    assert sorted(shop.owned) == [f"{STEM}1", f"{STEM}8"]
    assert await asyncio.to_thread(official_numbers, shop) == [f"{STEM}1", f"{STEM}8"]
    await ending.release(rt, who, f"{STEM}8", at_once=True)
    await leaves(rt, boss, f"{STEM}8")
    await stock.free(rt, boss, f"{STEM}8")
    await leaves(rt, boss, f"{STEM}8")
    name = shop.owned.pop(f"{STEM}8")
    with pytest.raises(Conflict, match="ours"):  # the provider took it back, and whoever asked it was cut off
        await stock.free(rt, boss, f"{STEM}8")
    shop.owned[f"{STEM}8"] = name
    await stock.remove(rt, boss, f"{STEM}8")
    assert sorted(shop.owned) == [f"{STEM}1"]
    assert [(one.number, one.state) for one in await stock.page(rt, boss)] == [(f"{STEM}1", Keeping.RENTED)]
    with pytest.raises(NotFound):
        await stock.remove(rt, boss, f"{STEM}8")


async def leaves(rt: Runtime, boss: Principal, number: str) -> None:
    """Leave a number as whoever is cut off while its provider is asked to take it back."""
    (held,) = await stock.page(rt, boss, digits=number)
    async with rt.db.transaction() as conn:
        await stock_store.move_stock(conn, held.id, Keeping.LEAVING)


@pytest.mark.req("R60")
async def test_a_purchase_may_be_asked_about_for_years(rt: Runtime, who: Principal, clock: SetClock) -> None:
    found = Found("13055550100", "US", NumberType.LOCAL, (), PRICE)
    rental = buying.new_rental(who, found, StockId(uuid7()), clock.now())
    rental.state, rental.asked = State.BUYING, 100_000
    async with rt.db.transaction() as conn:
        await buying.settle(conn, rental, Outcome(Deal.UNKNOWN), now=clock.now())
    assert rental.next_at == clock.now() + timedelta(hours=1)


@pytest.mark.req("R60")
async def test_a_provider_that_is_not_there_is_left_alone_and_costs_nothing(shop: Shop, who: Principal) -> None:
    base = replace(shop.rt, settings=replace(shop.rt.settings, allow_private_providers=()))
    found = await searching.search(base, who, Query("US"))  # the guard lets nobody call this machine
    assert (found.items, found.closed) == ([], [shop.connector.name])
    with pytest.raises(Unavailable):
        await buying.buy(base, who, shop.order(1))
    with pytest.raises(Unavailable):
        await buying.buy(shop.rt, who, shop.order(1))  # its breaker is open, for every process
    assert await ledger.balance(shop.rt, who) == 100 * MICRO
    async with shop.rt.db.connection() as conn:
        assert [one.id for one in await number_talk.sellers(conn)] == [shop.connector.id]
    with pytest.raises(NotFound):
        await buying.buy(shop.rt, who, replace(shop.order(1), connector_id=ConnectorId(who.account_id)))


def official_numbers(shop: Shop) -> list[str]:
    """Return what is ours at the provider, as its official client tells, who finds others, too."""
    known = shop.simulator.welcome()
    if shop.kind == "twilio":
        client = OfficialTwilio(known["account_sid"], known["auth_token"], http_client=_Nearby(shop.url))
        offered = client.available_phone_numbers("US").local.list(contains="305*******", sms_enabled=True)
        assert (offered[0].phone_number, offered[0].iso_country) == ("+13055550100", "US")
        return sorted((one.phone_number or "").removeprefix("+") for one in client.incoming_phone_numbers.list())
    if shop.kind == "plivo":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plivo.rest.client, "PLIVO_API_BASE_URI", f"{shop.url}/v1/Account")
            official = RestClient(known["auth_id"], known["auth_token"])
            offered = official.numbers.search(country_iso="US", type="local", pattern="305")
            assert offered.objects[0].number == "13055550100"
            return [official.numbers.get(number).number for number in sorted(shop.owned)]
    return _of_vonage(shop, known)


def _of_vonage(shop: Shop, known: dict[str, str]) -> list[str]:
    address = shop.url.removeprefix("http://")
    made = Vonage(Auth(api_key=known["api_key"], api_secret=known["api_secret"]), HttpClientOptions(rest_host=address))
    session: Any = made.http_client._session
    usual = session.request

    def nearby(method: str, url: str, **options: Any) -> Any:  # noqa: ANN401 - as its own
        return usual(method, url.replace("https://", "http://"), **options)

    session.request = nearby
    offered, _, _ = made.numbers.search_available_numbers(
        SearchAvailableNumbersFilter(country="US", pattern="1305", search_pattern=0, size=50, index=1)
    )
    assert offered[0].msisdn == "13055550100"
    found, _, _ = made.numbers.list_owned_numbers(
        ListOwnedNumbersFilter(country="US", pattern="1", search_pattern=0, size=50, index=1)
    )
    return sorted(one.msisdn or "" for one in found)


class _Nearby(TwilioHttpClient):
    """The official client's own way to speak HTTP, to another address."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:  # noqa: ANN401 - as its own
        return super().request(method, url.replace("https://api.twilio.com", self._address), *args, **options)
