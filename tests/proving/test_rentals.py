"""A process is killed at each fail point of rents and fees: every month is charged once, no number is bought twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest

import make
from cablegram.accounts.access import operator
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.connectors import configure
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.providers.twilio import TwilioSettings
from cablegram.kit.money import MICRO
from cablegram.rentals import finding, plans, stock
from cablegram.rentals.model import NewStock, Price, PriceLine, State
from cablegram.rentals.plan_model import Plan
from cablegram.runtime.failpoints import POINTS
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import NumberType
from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio
from proving import errands, renting
from proving.errands import Errands
from proving.renting import A_MONTH, OF_PROVIDER, OF_STOCK, Errand

PRICE, FEE = Price(5 * MICRO, 2 * MICRO), 3 * MICRO
MINE = [one for one in POINTS if one.startswith(("rental.", "plan."))]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Errands]:
    with errands.of("proving.renting") as opened:
        yield opened


@pytest.mark.req("R27", "R28", "R60")
@pytest.mark.parametrize("point", MINE)
async def test_no_rent_is_lost_or_doubled_by_a_death(
    rt: Runtime, database_url: str, nursery: Errands, point: str
) -> None:
    boss, simulator = operator("tests"), Twilio(Credentials())
    known = simulator.welcome()
    who = await make.account(rt)
    async with running(simulator, ProviderOptions(port=0)) as provider:
        near = replace(rt, settings=replace(rt.settings, allow_private_providers=("127.0.0.1",)))
        settings = TwilioSettings(account_sid=known["account_sid"], base_url=provider.url)
        new = NewConnector(kind="twilio", name="T", settings=settings, secrets={"auth_token": known["auth_token"]})
        connector = await configure.add(near, boss, new)
        await stock.set_price(rt, boss, PriceLine("US", NumberType.LOCAL, PRICE))
        await stock.add(rt, boss, NewStock(OF_STOCK))
        await plans.put(rt, boss, Plan("team", "Team", "", FEE))
        errand = Errand(database_url, str(who.account_id), str(connector.id), point)
        assert await nursery.end_of(asdict(errand)) == -signal.SIGKILL
        heir, clock = renting.runtime(database_url)
        await heir.db.open()
        for _ in range(3):
            clock.move(A_MONTH / 3)
            await asyncio.gather(renting.come_after(heir), renting.come_after(heir))
        await heir.db.close()
    rents = {one.number: one for one in await finding.page(rt, who, with_ended=True)}
    assert not [one for one in rents.values() if one.state is State.BUYING]
    bought = [one.number for one in rents.values() if one.is_bought and one.state is State.ACTIVE]
    assert bought == list(simulator.numbers.shelf.owned) == ([OF_PROVIDER] if bought else [])
    lines = await ledger.statement(rt, who, limit=100)
    references = [(one.kind, one.reference) for one in lines if one.reference]
    assert len(references) == len(set(references))
    paid = sum(PRICE.setup + one.period * PRICE.monthly for one in rents.values() if one.state is not State.REFUSED)
    member = await plans.mine(rt, who)
    fees = -sum(one.amount for one in lines if one.kind is PostingKind.FEE)
    assert fees == member.period * FEE
    assert await ledger.balance(rt, who) == 100 * MICRO - paid - fees
