"""An installation with prices and a carrier's connector, served in this process, and one customer with 100 credits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

import traffic
from cablegram.accounts.access import ACCOUNT_SCOPES, Scope
from cablegram.kit.clock import SetClock
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from calling import serving
from telling import Story


@pytest.fixture
async def story(rt: Runtime, clock: SetClock) -> AsyncIterator[Story]:
    """Give a story's beginning: a Thursday's noon, and a customer in Spain."""
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    async with serving(rt) as api:
        account_id, key = await api.open()
        operator = await api.with_scopes(account_id, *ACCOUNT_SCOPES, Scope.OPERATOR)
        yield Story(rt, clock, api, account_id, api.client(key), operator)
