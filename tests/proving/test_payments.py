"""A process is killed at each fail point of payments: the ledger has what the processor took, to the last credit."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import pytest

import make
from cablegram.audit.prove import audit
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.kit.money import MICRO
from cablegram.payments import cards, receipts, recharging
from cablegram.payments.model import OPEN, Address, RechargeState
from cablegram.runtime.failpoints import POINTS
from proving import errands, paying
from proving.errands import Errands
from proving.paying import BUYS, Errand
from stripe_at_home import PAYS, Door, taking_cards

AFTER = {"payment.prepared", "payment.bound"}  # a death before the money moved, which nobody asks for again

CASES = [(one, False) for one in POINTS if one.startswith("payment.")] + [("payment.taken", True)]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Errands]:
    with errands.of("proving.paying") as opened:
        yield opened


@pytest.mark.req("R25")
@pytest.mark.req("R29")
@pytest.mark.parametrize(("point", "by_itself"), CASES)
async def test_no_payment_is_lost_or_doubled_by_a_death(
    database_url: str, door: Door, nursery: Errands, point: str, *, by_itself: bool
) -> None:
    async with taking_cards(make.runtime(database_url, make.clock()), door) as rt:
        who = await make.account(rt)
        card = await cards.add(rt, who, await door.card(PAYS), Address())
        errand = Errand(database_url, door.address, str(who.account_id), str(card.id), point, by_itself)
        assert await nursery.end_of(asdict(errand)) == -signal.SIGKILL
        heir = paying.runtime(errand, later=timedelta(minutes=5))
        await heir.db.open()
        for _ in range(2):
            await paying.come_after(heir)
        await heir.db.close()
        taken = await door.taken()
        given = (await door.ask("GET", "/v1/refunds?limit=100"))["data"]
        found = await recharging.page(rt, who)
        assert not [one for one in found if one.state in OPEN]
        assert [one.intent for one in found if one.state is not RechargeState.FAILED] == [one["id"] for one in taken]
        assert len(taken) == (0 if point in AFTER else 1)
        back = sum(one["amount"] for one in given) * BUYS // 2500
        assert await ledger.balance(rt, who) == 100 * MICRO + len(taken) * BUYS - back
        kinds = [one.kind for one in await ledger.statement(rt, who)]
        assert (kinds.count(PostingKind.RECHARGE), kinds.count(PostingKind.CHARGEBACK)) == (len(taken), len(given))
        assert [check.name for check in (await audit(rt)).checks if check.count] == []
        papers = [one.kind for one in await receipts.page(rt, who)]
        assert (papers.count("receipt"), papers.count("credit_note")) == (len(taken), len(given))
