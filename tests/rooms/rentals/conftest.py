"""A house with numbers to rent: prices for two countries, some numbers of the stock, and who may do what."""

from __future__ import annotations

import pytest

from cablegram.accounts.access import Principal, operator
from cablegram.kit.money import MICRO
from cablegram.rentals import stock
from cablegram.rentals.model import NewStock, Price, PriceLine
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import NumberType

LOCAL = "13055550100"
TOLL_FREE = "18005550100"
PRICE = Price(5 * MICRO, 2 * MICRO)


@pytest.fixture
def boss() -> Principal:
    """Give the operator."""
    return operator("Ann")


@pytest.fixture
async def shelf(rt: Runtime, boss: Principal) -> None:
    """Fill the stock."""
    for kind in (NumberType.LOCAL, NumberType.TOLL_FREE):
        await stock.set_price(rt, boss, PriceLine("US", kind, PRICE))
    for number in (LOCAL, "13055550101", "12125550102", TOLL_FREE):
        await stock.add(rt, boss, NewStock(number))
