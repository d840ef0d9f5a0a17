"""A process that rents numbers, pays for them and gives one back, to be killed on the way; and who comes after it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import traceback
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import make
from cablegram.accounts.access import operator
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.rentals import buying, charging, ending, fees, plans
from cablegram.rentals.buying import Order
from cablegram.runtime import failpoints, logging
from cablegram.runtime.runtime import Runtime

OF_STOCK, OF_PROVIDER = "13055550190", "13055550101"
A_MONTH = timedelta(days=32)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a process is to do, and at which point it dies."""

    database_url: str
    account_id: str
    connector_id: str
    point: str


def main() -> None:
    """Fork a process for each errand that a line of JSON tells, and say how it ended."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _run_and_end(Errand(**json.loads(line)))
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run_and_end(errand: Errand) -> NoReturn:
    """Live as the child; never return into the parent's code."""
    code = 1
    try:
        logging.configure(level="error", as_json=False, process="errand")
        failpoints.arm(errand.point)
        asyncio.run(_run(errand))
        code = 0
    except BaseException:  # noqa: BLE001 - it ends here, and as an exit status
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)


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
    main()
