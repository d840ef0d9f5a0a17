"""The account of somebody who rents numbers, before and after those who were killed while they rented for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import make
from cablegram.accounts.access import Principal, operator
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.connectors import configure
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.providers.twilio import TwilioSettings
from cablegram.kit.money import MICRO
from cablegram.rentals import finding, plans, stock
from cablegram.rentals.model import NewStock, Price, PriceLine, State
from cablegram.rentals.plan_model import Plan
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import NumberType
from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio
from proving import renting
from proving.renting import A_MONTH, PLAN, Errand

PRICE, FEE = Price(5 * MICRO, 2 * MICRO), 3 * MICRO
CREDITS = 1000
OF_STOCK, OF_PROVIDER = 13055550180, 13055550101  # the first turn's; the next ones take those behind


@dataclass(frozen=True, slots=True)
class House:
    """An account with credits, numbers in stock, and a provider that sells more."""

    rt: Runtime
    who: Principal
    provider: Twilio
    errand: Errand

    def told(self, turn: int, *, of_provider: int | None = None) -> dict[str, Any]:
        """Return the errand of somebody's turn, who buys a certain number of the provider."""
        theirs = of_provider or OF_PROVIDER + turn
        return asdict(replace(self.errand, turn=turn, of_stock=str(OF_STOCK + turn), of_provider=str(theirs)))

    async def come_after(self, turn: int) -> None:
        """Let a month go by in which two processes do what is due."""
        heir, clock = renting.runtime(self.errand.database_url)
        clock.move((turn - 1) * A_MONTH)
        await heir.db.open()
        for _ in range(3):
            clock.move(A_MONTH / 3)
            await asyncio.gather(renting.come_after(heir), renting.come_after(heir))
        await heir.db.close()

    async def faults(self) -> list[str]:
        """Say where rents and fees differ from what was charged, and our numbers from the provider's."""
        rents = await finding.page(self.rt, self.who, with_ended=True)
        lines = await ledger.statement(self.rt, self.who, limit=1000)
        names = [(one.kind, one.reference) for one in lines if one.reference]
        months = sum(PRICE.setup + one.period * PRICE.monthly for one in rents if one.state is not State.REFUSED)
        fees = (await plans.mine(self.rt, self.who)).period * FEE
        said = {
            "being bought": [one.number for one in rents if one.state is State.BUYING],
            "bought": sorted(one.number for one in rents if one.is_bought and one.state is State.ACTIVE),
            "posted twice": sorted({str(name) for name in names if names.count(name) > 1}),
            "fees": -sum(one.amount for one in lines if one.kind is PostingKind.FEE),
            "balance": await ledger.balance(self.rt, self.who),
        }
        right = {
            "being bought": [],
            "bought": sorted(self.provider.numbers.shelf.owned),
            "posted twice": [],
            "fees": fees,
            "balance": CREDITS * MICRO - months - fees,
        }
        return [f"{what}: {said[what]}, and should be {right[what]}" for what in said if said[what] != right[what]]


@asynccontextmanager
async def house(database_url: str, *, turns: int = 1) -> AsyncGenerator[House]:
    """Furnish an empty database with one who can rent numbers, and run a provider, for a block."""
    provider, boss = Twilio(Credentials()), operator("tests")
    known = provider.welcome()
    rt, _ = renting.runtime(database_url)
    await rt.db.open()
    try:
        who = await make.account(rt, credits=CREDITS)
        async with running(provider, ProviderOptions(port=0)) as shop:
            settings = TwilioSettings(account_sid=known["account_sid"], base_url=shop.url)
            new = NewConnector(kind="twilio", name="T", settings=settings, secrets={"auth_token": known["auth_token"]})
            connector = await configure.add(rt, boss, new)
            await stock.set_price(rt, boss, PriceLine("US", NumberType.LOCAL, PRICE))
            for turn in range(turns):
                await stock.add(rt, boss, NewStock(str(OF_STOCK + turn)))
            await plans.put(rt, boss, Plan(PLAN, "Team", "", FEE))
            yield House(rt, who, provider, Errand(database_url, str(who.account_id), str(connector.id), "", ""))
    finally:
        await rt.db.close()
