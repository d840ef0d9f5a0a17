"""`cablegram ledger`: prove that closed days are as they were, and write statements."""

from __future__ import annotations

from cablegram.accounts.access import operator
from cablegram.billing import closing
from cablegram.billing.close_model import Fault
from cablegram.cli import choosing
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import many
from cablegram.runtime.runtime import Runtime


def verify(*, place: Place = HERE, json: AsJson = False) -> int:
    """Compare every closed day with its postings; exit status 1 names each account's day that was changed."""

    async def deed(rt: Runtime) -> tuple[int, list[Fault]]:
        return await closing.verify(rt, operator(choosing.ME))

    days, faults = act(place, deed)
    told = [f"closed day {fault}" + (f" (account {fault.account_id})" if fault.account_id else "") for fault in faults]
    verdict = f"{many(days, 'closed day')}: {'as they were' if not faults else 'NOT as they were'}."
    facts = {
        "days": days,
        "is_ok": not faults,
        "faults": [{"day": one.day.isoformat(), "account_id": one.account_id, "what": one.what} for one in faults],
    }
    say("\n".join([*told, verdict]), facts, as_json=json)
    return 1 if faults else 0
