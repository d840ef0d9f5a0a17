"""An account's sending rules, for those who look at them and change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.consent import sending_rules, store
from cablegram.consent.sending_rules import OPERATORS_ALONE, SendingRules
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Standing:
    """Rules as they stand; revision 0 are the defaults, which nobody has changed yet."""

    rules: SendingRules
    revision: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None


async def show(rt: Runtime, who: Principal) -> Standing:
    """Return the rules of the account that asks."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.sending_rules(conn, who.account_id)
    if found is None:
        return Standing(SendingRules())
    revision, written, by, at = found
    return Standing(sending_rules.read(written), revision, by, at)


async def change(rt: Runtime, who: Principal, changes: Mapping[str, object]) -> Standing:
    """Set some of the rules anew, by their names in `SendingRules`; they hold for what is accepted from now on.

    Raises NotAllowed (`scope_missing`) also where only the operator may (R56), InvalidInput (`bad_sending_rules`).
    """
    who.needs(Scope.OPERATOR if OPERATORS_ALONE & changes.keys() else Scope.ACCOUNT)
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        usual = sending_rules.write(SendingRules())
        before = await store.hold_sending_rules(conn, who.account_id, usual, by=who.name, now=now)
        after = sending_rules.write(sending_rules.change(sending_rules.read(before), changes))
        await store.put_sending_rules(conn, who.account_id, after, by=who.name, now=now)
        told = {"by": who.name, "changed": sorted(changes)}
        await record(conn, [Event(Kind.SENDING_RULES_CHANGED, who.account_id, who.account_id, told)], now=now)
    return await show(rt, who)
