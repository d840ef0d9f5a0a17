"""What people did elsewhere, as an account's programs tell it: what goals of campaigns are reached by (R149)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.campaigns import goal_store
from cablegram.campaigns.goal_store import Conversion
from cablegram.campaigns.goals import LONGEST_EVENT
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.messages.timekeeping import CLOCK_SKEW
from cablegram.numbers import e164
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST = 1_000
"""In one call."""
MOST_SHOWN = 1_000
"""Of one person, in the copy of all that is known of them."""
OLDEST = timedelta(days=3_652)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did: `number` as it is written, `at` None for just now."""

    number: str
    event: str
    at: datetime | None = None


async def tell(rt: Runtime, who: Principal, deeds: Sequence[Deed]) -> int:
    """Note what people did, all of it or, if anything can't be, nothing; return how much of it was not known.

    What is told again with its time is known. Raises InvalidInput (`number_invalid` and the like, `bad_event`,
    `bad_event_time`) with a fault for each that can't be.
    """
    who.needs(Scope.SEND)
    home, now = (await directory.show(rt, who)).default_country, rt.clock.now()
    numbers = e164.parse_many([one.number for one in deeds], home)
    told: list[Conversion] = []
    faults: list[Fault] = []
    for place, (deed, number) in enumerate(zip(deeds, numbers, strict=True)):
        fault = _fault(place, deed, now)
        if isinstance(number, e164.BadNumber):
            faults.append(Fault(f"items.{place}.to", number.code, number.message))
        elif fault is not None:
            faults.append(fault)
        else:
            told.append(Conversion(number.e164, deed.event, deed.at or now))
    if faults:
        raise InvalidInput(faults[0].code, faults[0].message, faults=faults)
    async with rt.db.transaction() as conn:
        return await goal_store.put(conn, who.account_id, told, now=now)


async def of_numbers(conn: Conn, account_id: AccountId, numbers: Sequence[str]) -> list[tuple[str, datetime]]:
    """Return what was told of numbers (digits of E.164), newest first: (event, when); a thousand at most."""
    return await goal_store.of_numbers(conn, account_id, numbers, limit=MOST_SHOWN)


async def forget(conn: Conn, account_id: AccountId, numbers: Sequence[str]) -> None:
    """Forget what was told of numbers."""
    await goal_store.forget(conn, account_id, numbers)


def _fault(place: int, deed: Deed, now: datetime) -> Fault | None:
    if not deed.event or len(deed.event) > LONGEST_EVENT or not deed.event.isprintable():
        message = f"The name of an event is one line of 1 to {LONGEST_EVENT} characters."
        return Fault(f"items.{place}.event", "bad_event", message)
    if deed.at is not None and not now - OLDEST < deed.at <= now + CLOCK_SKEW:
        message = "The time at which it was done has not come yet, or is more than ten years ago."
        return Fault(f"items.{place}.at", "bad_event_time", message)
    return None
