"""A process that buys credits and gives money back, to be killed on the way; and who comes after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import make
from cablegram.accounts.access import operator
from cablegram.kit.ids import AccountId
from cablegram.kit.money import MICRO
from cablegram.payments import asking, auto, recharging, refunding, stripe_processor
from cablegram.payments.model import KEPT
from cablegram.runtime.runtime import Runtime
from proving import errands
from stripe_at_home import KEY, SECRET

BUYS = 1000 * MICRO
GIVES_BACK = 500  # cents
A_WHILE = timedelta(minutes=5)  # after which it is asked what came of what was left lying


@dataclass(frozen=True, slots=True)
class Errand:
    """What a process is to do in its turn: it does first what those before it left, and then the same for itself."""

    database_url: str
    stripe: str
    account_id: str
    card_id: str
    turn: int = 0
    by_itself: bool = False


async def _run(errand: Errand) -> None:
    rt = runtime(errand)
    await rt.db.open()
    try:
        who = operator("errand", AccountId(UUID(errand.account_id)))
        await come_after(rt)
        if errand.by_itself:
            await auto.change(rt, who, is_enabled=True, below=200 * MICRO, credits=BUYS, money=None)
            await auto.look(rt)
        else:
            await recharging.recharge(rt, who, card_id=UUID(errand.card_id), credits=BUYS, key=f"errand-{errand.turn}")
        bought = [one for one in await recharging.page(rt, who) if one.state in KEPT and one.amount > one.returned]
        await refunding.refund(rt, who, bought[0].id, amount=GIVES_BACK)
    finally:
        await rt.db.close()


def runtime(errand: Errand) -> Runtime:
    """Return a runtime that takes cards, whose clock is later than the tests' by a while for each turn."""
    clock = make.clock()
    clock.move(errand.turn * A_WHILE)
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
    errands.serve(lambda told: _run(Errand(**told)))
