"""What tests of SMS services share: an account with prices, ways and credits."""

from __future__ import annotations

import pytest

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    """Give an account with a carrier, prices and 1,000 credits."""
    await traffic.open_ways(rt)
    return await make.account(rt, credits=1_000, name="Acme", open_senders=False)
