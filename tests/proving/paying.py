"""A process that buys credits and gives money back, to be killed on the way; and who comes after it."""

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
from cablegram.kit.ids import AccountId
from cablegram.kit.money import MICRO
from cablegram.payments import asking, auto, recharging, refunding, stripe_processor
from cablegram.runtime import failpoints, logging
from cablegram.runtime.runtime import Runtime
from stripe_at_home import KEY, SECRET

BUYS = 1000 * MICRO
GIVES_BACK = 500  # cents


@dataclass(frozen=True, slots=True)
class Errand:
    """What a process is to do, and at which point it dies."""

    database_url: str
    stripe: str
    account_id: str
    card_id: str
    point: str
    by_itself: bool


def main() -> None:
    """Fork a process for each errand that a line of JSON tells, and say how it ended.

    What all of them import, this one has imported: a fork takes a hundredth of that time.
    """
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
        run(errand)
        code = 0
    except BaseException:  # noqa: BLE001 - it ends here, and as an exit status
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)


def run(errand: Errand) -> None:
    """Do an errand until it is killed."""
    logging.configure(level="error", as_json=False, process="errand")
    failpoints.arm(errand.point)
    asyncio.run(_run(errand))


async def _run(errand: Errand) -> None:
    rt = runtime(errand, later=timedelta(0))
    await rt.db.open()
    who = operator("errand", AccountId(UUID(errand.account_id)))
    if errand.by_itself:
        await auto.change(rt, who, is_enabled=True, below=200 * MICRO, credits=BUYS, money=None)
        await auto.look(rt)
    else:
        await recharging.recharge(rt, who, card_id=UUID(errand.card_id), credits=BUYS, key="errand")
    (bought,) = await recharging.page(rt, who)
    await refunding.refund(rt, who, bought.id, amount=GIVES_BACK)


def runtime(errand: Errand, *, later: timedelta) -> Runtime:
    """Return a runtime that takes cards, whose clock is so much later than the tests'."""
    clock = make.clock()
    clock.move(later)
    plain = make.runtime(errand.database_url, clock)
    settings = replace(plain.settings, stripe_key=KEY, stripe_webhook_secret=SECRET, stripe_address=errand.stripe)
    return replace(plain, settings=settings)


async def come_after(rt: Runtime) -> None:
    """Do what the `work` process does, until nothing is left to be found out."""
    while await asking.look(rt) + await refunding.look(rt):
        pass
    await auto.look(rt)


if __name__ == "__main__":
    assert stripe_processor  # loaded before anybody is forked
    main()
