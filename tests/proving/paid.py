"""The account of somebody who pays by card, before and after those who were killed while they bought for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import make
from cablegram.accounts.access import Principal
from cablegram.audit.prove import audit
from cablegram.billing import ledger
from cablegram.billing.model import PostingKind
from cablegram.kit.money import MICRO
from cablegram.payments import cards, receipts, recharging
from cablegram.payments.model import OPEN, Address, RechargeState
from cablegram.runtime.runtime import Runtime
from proving import paying
from proving.paying import BUYS, Errand
from stripe_at_home import PAYS, Door, taking_cards

_COSTS = 2500  # cents, what is bought at a time


@dataclass(frozen=True, slots=True)
class Till:
    """An account with a card and 100 credits, and the processor behind the door."""

    rt: Runtime
    who: Principal
    door: Door
    errand: Errand

    def told(self, turn: int, *, by_itself: bool) -> dict[str, Any]:
        """Return the errand of somebody's turn."""
        return asdict(replace(self.errand, turn=turn, by_itself=by_itself))

    async def come_after(self, turn: int) -> None:
        """Let two processes do at the same time what was left lying."""
        heirs = [paying.runtime(replace(self.errand, turn=turn)) for _ in range(2)]
        await asyncio.gather(*(heir.db.open() for heir in heirs))
        await asyncio.gather(*(paying.come_after(heir) for heir in heirs))
        await asyncio.gather(*(heir.db.close() for heir in heirs))

    async def faults(self) -> list[str]:
        """Say where the ledger and the papers differ from what the processor took and gave back."""
        taken = [one["id"] for one in await self.door.taken()]
        given = (await self.door.ask("GET", "/v1/refunds?limit=100"))["data"]
        found = await recharging.page(self.rt, self.who)
        lines = [one.kind for one in await ledger.statement(self.rt, self.who, limit=100)]
        papers = [one.kind for one in await receipts.page(self.rt, self.who)]
        back = sum(one["amount"] for one in given) * BUYS // _COSTS
        said = {
            "open": [one.id for one in found if one.state in OPEN],
            "payments": sorted(str(one.intent) for one in found if one.state is not RechargeState.FAILED),
            "balance": await ledger.balance(self.rt, self.who),
            "recharges": lines.count(PostingKind.RECHARGE),
            "chargebacks": lines.count(PostingKind.CHARGEBACK),
            "receipts": papers.count("receipt"),
            "credit notes": papers.count("credit_note"),
            "audit": [check.name for check in (await audit(self.rt)).checks if check.count],
        }
        right = {
            "open": [],
            "payments": sorted(taken),
            "balance": 100 * MICRO + len(taken) * BUYS - back,
            "recharges": len(taken),
            "chargebacks": len(given),
            "receipts": len(taken),
            "credit notes": len(given),
            "audit": [],
        }
        return [f"{what}: {said[what]}, and should be {right[what]}" for what in said if said[what] != right[what]]


@asynccontextmanager
async def till(database_url: str, door: Door) -> AsyncGenerator[Till]:
    """Furnish an empty database with one who pays by card."""
    async with taking_cards(make.runtime(database_url, make.clock()), door) as rt:
        who = await make.account(rt)
        card = await cards.add(rt, who, await door.card(PAYS), Address())
        yield Till(rt, who, door, Errand(database_url, door.address, str(who.account_id), str(card.id)))
