"""A process that rents numbers, pays for them and gives one back, to be killed on the way; and who comes after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import make
from cablegram.accounts.access import operator
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.rentals import buying, charging, ending, fees, plans
from cablegram.rentals.buying import Order
from cablegram.runtime.runtime import Runtime
from proving import errands

OF_STOCK, OF_PROVIDER = "13055550190", "13055550101"
A_MONTH = timedelta(days=32)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a process is to do, and at which point it dies."""

    database_url: str
    account_id: str
    connector_id: str
    point: str


async def _run(errand: Errand) -> None:
    rt, clock = runtime(errand.database_url)
    await rt.db.open()
    who = operator("errand", AccountId(UUID(errand.account_id)))
    await buying.buy(rt, who, Order(OF_STOCK))
    await buying.buy(rt, who, Order(OF_PROVIDER, connector_id=ConnectorId(UUID(errand.connector_id))))
    await plans.choose(rt, who, "team")
    clock.move(A_MONTH)
    await come_after(rt)
    await ending.release(rt, who, OF_STOCK, at_once=True)


def runtime(database_url: str) -> tuple[Runtime, SetClock]:
    """Return a runtime that may call providers on this machine, with its clock."""
    clock = make.clock()
    plain = make.runtime(database_url, clock)
    return replace(plain, settings=replace(plain.settings, allow_private_providers=("127.0.0.1",))), clock


async def come_after(rt: Runtime) -> None:
    """Do what the `work` process does."""
    await charging.keep_up(rt)
    await fees.keep_up(rt)


if __name__ == "__main__":
    errands.serve(lambda told: _run(Errand(**told)))
