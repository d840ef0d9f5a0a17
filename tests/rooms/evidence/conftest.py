"""What tests of consent's ledger share: an account with a number of its own."""

from __future__ import annotations

import pytest

import make
import traffic
from cablegram.accounts.access import Principal
from cablegram.runtime.runtime import Runtime


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    """Give an account in Spain with a carrier, prices, 100 credits and a number."""
    await traffic.open_ways(rt)
    return await make.account(rt, default_country="ES", name="Acme")
