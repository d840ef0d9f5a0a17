"""What keeps accounts from spending: suspension by the operator, caps a day and a month. Asked where they are charged.

Who has neither pays nothing for it: a process keeps in memory which accounts they are, and hears of a change by the
tariff's revision, which it reads behind the balances' locks in any case. So no message is accepted after a suspension
has committed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.billing import caps_store, ledger
from cablegram.billing.model import Chargeable
from cablegram.billing.spending import Cap, within
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_MOST = 10**15  # micro-credits


@dataclass(frozen=True, slots=True)
class Limits:
    """Which accounts are suspended, and which have a cap."""

    suspended: frozenset[AccountId] = frozenset()
    capped: frozenset[AccountId] = frozenset()

    def touch(self, account_ids: Sequence[AccountId]) -> bool:
        """Tell whether any of these accounts is among them."""
        return not (self.suspended.isdisjoint(account_ids) and self.capped.isdisjoint(account_ids))


async def limits(conn: Conn) -> Limits:
    """Return whom anything keeps from spending."""
    return Limits(frozenset(await directory.suspended(conn)), await caps_store.capped(conn))


async def judge(
    conn: Conn, wanted: Sequence[Chargeable], known: Limits, *, now: datetime
) -> tuple[list[str | None], dict[AccountId, Cap]]:
    """Return for each charge the code of what is in its way, or None, and the caps that `spend` is to be told of.

    Codes: `account_suspended`, `spending_cap`. The caller holds the balances, so caps are locked behind them.
    """
    caps = await caps_store.hold_caps(conn, known.capped & {one.account_id for one in wanted})
    verdicts: list[str | None] = ["account_suspended" if one.account_id in known.suspended else None for one in wanted]
    places: dict[AccountId, list[int]] = defaultdict(list)
    for place, one in enumerate(wanted):
        if one.account_id in caps and verdicts[place] is None:
            places[one.account_id].append(place)
    for account_id, its in places.items():
        cap = caps[account_id]
        cap.begin(now.date())
        for place, fits in zip(its, within([wanted[place].price for place in its], cap.left), strict=True):
            verdicts[place] = None if fits else "spending_cap"
    return verdicts, caps


async def spend(conn: Conn, charged: Sequence[Chargeable], caps: dict[AccountId, Cap], *, now: datetime) -> None:
    """Count what was charged towards caps that `judge` returned; at 80 % say so, once a day or month."""
    sums: dict[AccountId, int] = defaultdict(int)
    for one in charged:
        if one.account_id in caps:
            sums[one.account_id] += one.price
    for account_id, amount in sums.items():
        cap = caps[account_id]
        cap.spend(amount)
        events = [
            Event(Kind.SPENDING_CAP_NEAR, account_id, account_id, {"period": period, "cap": most, "spent": spent})
            for period, most, spent in cap.near()
        ]
        await caps_store.put_spent(conn, cap)
        await record(conn, events, now=now)


async def show(rt: Runtime, who: Principal) -> Cap | None:
    """Return the cap of the account that asks, with what was spent of it today; None: there is none."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await caps_store.cap(conn, who.account_id)
    if found is not None:
        found.begin(rt.clock.now().date())
    return found


async def change(rt: Runtime, who: Principal, *, per_day: int | None, per_month: int | None) -> Cap | None:
    """Set what the account may spend on messages a day and a month, in micro-credits; None: as much as it has.

    Raises InvalidInput (`bad_cap`), NotFound (`account_not_found`).
    """
    who.needs(Scope.BILLING)
    for field, amount in (("per_day", per_day), ("per_month", per_month)):
        if amount is not None and not 0 < amount <= _MOST:
            message = "A spending cap is more than 0 credits. To stop all sending, suspend the account."
            raise InvalidInput("bad_cap", message, faults=[Fault(field, "bad_cap", message)])
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await directory.hold(conn, who.account_id)
        await ledger.lock_balances(conn, [who.account_id])
        if per_day is None and per_month is None:
            await caps_store.delete_cap(conn, who.account_id)
        else:
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            await caps_store.put_cap(conn, who.account_id, per_day=per_day, per_month=per_month, day_at=today)
        facts = {"per_day": per_day, "per_month": per_month, "by": who.name}
        await record(conn, [Event(Kind.SPENDING_CAP_CHANGED, who.account_id, who.account_id, facts)], now=now)
    return await show(rt, who)
