"""An installation that takes cards: Stripe on this machine, prices, an account with a team."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

import make
from cablegram.accounts.access import Principal, operator
from cablegram.billing import credit_price
from cablegram.billing.pricing import Step
from cablegram.kit.clock import SetClock
from cablegram.runtime.runtime import Runtime
from stripe_at_home import KEY, SECRET, Door, localstripe


@pytest.fixture(scope="session")
def stripe_address() -> Iterator[str]:
    with localstripe() as address:
        yield address


@pytest.fixture
async def door(stripe_address: str) -> AsyncIterator[Door]:
    """Give a Stripe that has no cards and no payments yet."""
    async with Door(stripe_address).open() as opened:
        await opened.ask("DELETE", "/_config/data")
        yield opened


@pytest.fixture
async def rt(database_url: str, clock: SetClock, door: Door) -> AsyncIterator[Runtime]:
    """Give a runtime that takes cards, with a price of 2.5 cents a credit."""
    plain = make.runtime(database_url, clock)
    settings = replace(plain.settings, stripe_key=KEY, stripe_webhook_secret=SECRET, stripe_address=door.address)
    runtime = replace(plain, settings=settings)
    await runtime.db.open()
    await credit_price.set_prices(runtime, operator("tests"), None, currency="EUR", steps=[Step(0, 25_000)])
    yield runtime
    await runtime.db.close()


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    """Give one who may do everything in an account with 100 credits."""
    return await make.account(rt)
