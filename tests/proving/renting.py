"""A process that rents numbers, pays for them and gives one back, to be killed on the way; and who comes after it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import make
from cablegram.accounts.access import Principal, operator
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.rentals import buying, charging, ending, fees, plans
from cablegram.rentals.buying import Order
from cablegram.runtime.runtime import Runtime
from proving import errands

A_MONTH = timedelta(days=32)
PLAN = "team"


@dataclass(frozen=True, slots=True)
class Errand:
    """What a process is to do in its turn: it does first what those before it left, and then the same for itself."""

    database_url: str
    account_id: str
    connector_id: str
    of_stock: str
    of_provider: str
    turn: int = 0


async def _run(errand: Errand) -> None:
    rt, clock = runtime(errand.database_url)
    clock.move(errand.turn * A_MONTH)
    await rt.db.open()
    try:
        who = operator("errand", AccountId(UUID(errand.account_id)))
        await come_after(rt)
        await _buy(rt, who, Order(errand.of_stock))
        await _buy(rt, who, Order(errand.of_provider, connector_id=ConnectorId(UUID(errand.connector_id))))
        if (await plans.mine(rt, who)).plan.code != PLAN:
            await plans.choose(rt, who, PLAN)
        clock.move(A_MONTH)
        await come_after(rt)
        await ending.release(rt, who, errand.of_stock, at_once=True)
    finally:
        await rt.db.close()


async def _buy(rt: Runtime, who: Principal, order: Order) -> None:
    with contextlib.suppress(Conflict):  # somebody else was quicker: some numbers of the simulated provider go so
        await buying.buy(rt, who, order)


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
