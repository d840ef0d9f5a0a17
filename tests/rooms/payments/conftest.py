"""An installation that takes cards: Stripe on this machine, prices, an account."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

import make
from cablegram.accounts.access import Principal
from cablegram.kit.clock import SetClock
from cablegram.runtime.runtime import Runtime
from stripe_at_home import Door, taking_cards


@pytest.fixture
async def rt(database_url: str, clock: SetClock, door: Door) -> AsyncIterator[Runtime]:
    """Give a runtime that takes cards, with a price of 2.5 cents a credit."""
    async with taking_cards(make.runtime(database_url, clock), door) as runtime:
        yield runtime


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    """Give one who may do everything in an account with 100 credits."""
    return await make.account(rt)
