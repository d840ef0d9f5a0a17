"""Reports that a text from a number was spam (R63): written down, told, shown beside the number."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import AccountId, SenderId
from cablegram.kit.names import read_name, read_note
from cablegram.numbers import e164
from cablegram.rentals import store
from cablegram.rentals.buying import digits_of
from cablegram.rentals.model import SpamReport
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders import usable

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it comes in. `source` is who says so: a carrier, a provider, a register; `reported_by` a phone."""

    number: str
    source: str
    reported_by: str = ""
    note: str = ""


async def report(rt: Runtime, who: Principal, told: Told) -> SpamReport:
    """Write down a report, as the operator, for whoever has the number now; its account hears of it.

    Raises InvalidInput (`number_invalid`, `bad_name`), NotFound (`sender_not_found`).
    """
    who.needs(Scope.OPERATOR)
    number = digits_of(told.number)
    phone = e164.parse(told.reported_by, None).e164 if told.reported_by.strip() else ""
    now = rt.clock.now()
    found = SpamReport(now, read_name(told.source, field="source"), phone, read_note(told.note, field="note"), who.name)
    async with rt.db.transaction() as conn:
        holder = next(iter(await usable.holders(conn, [number])), None)
        if holder is None:
            raise NotFound("sender_not_found", f"No account has +{number}, so nobody is to blame for it now.")
        await store.insert_report(conn, holder.account_id, holder.sender_id, number, found)
        facts = {"number": number, "source": found.source, "note": found.note, "by": who.name}
        await record(conn, [Event(Kind.SPAM_REPORTED, holder.account_id, holder.sender_id, facts)], now=now)
    return found


async def forget(conn: Conn, account_id: AccountId, number: str) -> None:
    """Forget that a person reported anything (L23); that somebody did stays."""
    await store.forget_reporter(conn, account_id, number)


async def of_sender(rt: Runtime, who: Principal, sender_id: SenderId) -> list[SpamReport]:
    """Return what was reported of one of the account's numbers, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.reports(conn, who.account_id, sender_id, limit=MOST_SHOWN)
