"""Remind subscribers every 30 days, each from the day they said yes (R76, Appendix C 19).

A reminder moves its own date in the transaction in which its message is accepted, so it goes once whatever happens.
After a standstill a subscriber gets one reminder, not those of all months; and so many go at a time that nothing else
waits for them. Who is paused is left out until the next date. Without credit a reminder waits, and goes when there is
some.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cablegram.billing import ledger
from cablegram.billing.prices import Prices
from cablegram.consent.case import Purpose
from cablegram.evidence import write
from cablegram.evidence.model import How, Kind, NewEvidence
from cablegram.kit.ids import ProgramId
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.programs.model import Standing
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import reminder_store, store, texts
from cablegram.sms_services.members import EVERY
from cablegram.sms_services.model import Says, Service, Status
from cablegram.sms_services.reminder_store import Due

MOST_AT_ONCE = 200
_SHORTEST = timedelta(days=15)  # from one reminder to the next: after a late one the date soon after it is left out
_WITHOUT_CREDIT = timedelta(minutes=15)
_NO_CREDIT = "insufficient_credit"
_BY = "the service itself"


def next_due(joined_at: datetime, now: datetime) -> datetime:
    """Return the next date of a subscriber's own, 30 days apart from the day they said yes. Pure."""
    return joined_at + ((now + _SHORTEST - joined_at) // EVERY + 1) * EVERY


async def remind(rt: Runtime, prices: Prices, *, most: int = MOST_AT_ONCE) -> int:
    """Send what is due, some hundreds at most; return how many dates were looked at."""
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        accounts = await reminder_store.accounts_to_remind(conn, now, limit=most)
        if not accounts:
            return 0
        await ledger.lock_balances(conn, accounts)  # before the rows: who lets people in holds these first
        due = await reminder_store.hold_due_reminders(conn, accounts, now, limit=most)
        services = await store.several_services(conn, {one.program_id for one in due})
        await _remind(conn, due, services, prices, now)
    return len(due)


async def _remind(
    conn: Conn, due: Sequence[Due], services: Mapping[ProgramId, Service], prices: Prices, now: datetime
) -> None:
    drafts = {
        (one.program_id, one.number): _draft(services[one.program_id], one)
        for one in due
        if one.standing is Standing.IN and services[one.program_id].status is Status.APPROVED
    }
    await accept(conn, list(drafts.values()), prices=prices, now=now)
    later: list[tuple[ProgramId, str, datetime | None, datetime]] = []
    gone: list[tuple[ProgramId, str]] = []
    for one in due:
        place = (one.program_id, one.number)
        draft = drafts.get(place)
        if one.standing not in {Standing.IN, Standing.PAUSED}:
            gone.append(place)
        elif draft is not None and draft.refusal is not None and draft.refusal.code == _NO_CREDIT:
            later.append((*place, None, now + _WITHOUT_CREDIT))
        else:
            again = next_due(one.joined_at, now)
            later.append((*place, again, again))
    await reminder_store.put_off_reminders(conn, later)
    await reminder_store.drop_reminders(conn, gone)
    await write.record(conn, [_evidence(draft, now) for draft in drafts.values() if draft.id], now=now)


def _draft(service: Service, due: Due) -> Draft:
    return Draft(
        account_id=service.account_id,
        to=f"+{due.number}",
        text=texts.render(Says.REMINDER, service.keyword, service.form, service.texts),
        sender=service.code.digits,
        contact_id=due.contact_id,
        program_id=service.id,
        purpose=Purpose.AUTOMATIC,
    )


def _evidence(draft: Draft, now: datetime) -> NewEvidence:
    return NewEvidence(
        account_id=draft.account_id,
        number=draft.number,
        scope=str(draft.program_id),
        kind=Kind.REMINDED,
        how=How.TEXT,
        by=_BY,
        at=now,
        words=draft.text,
        message_id=draft.id,
    )
