"""Forget a person on request: what tells of them goes, and a hash stays, so that nothing brings their no back (L23).

What the account did and paid for stays without saying to whom: messages and texts are empty, the ledger of consent has
its hashes, bills their sums. decision 0043 lists what goes, what stays, and what goes later by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.alerts import forgetting as notices
from cablegram.campaigns import conversions
from cablegram.consent import forgetting
from cablegram.consent.model import BY_WORD, How
from cablegram.contacts import ending, suppression
from cablegram.contacts.model import Contact
from cablegram.contacts.suppression_model import Kept, Standing
from cablegram.events import record as news
from cablegram.events.model import Event, Kind
from cablegram.evidence import erase as ledger
from cablegram.evidence import write
from cablegram.inbound import forgetting as texts
from cablegram.kit.names import read_note
from cablegram.links import reading as links
from cablegram.messages import hold, leaving, redact
from cablegram.programs import standing
from cablegram.programs.model import Standing as Member
from cablegram.programs.model import Step
from cablegram.records import finding
from cablegram.records.model import Erased
from cablegram.rentals import spam
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import forgetting as webhooks

REASON = "erased"  # why messages were cancelled


async def erase(rt: Runtime, who: Principal, number: str, *, reason: str = "") -> Erased:
    """Forget who has a number, with all numbers that their record had before; one that is no contact, too.

    What waits for them is withdrawn with refund; they leave all lists and programs. From now on the number gets no
    marketing, and nothing at all where it stood on the blacklist, whoever imports it or writes to it, until the person
    says otherwise. `reason` is kept, so it names nobody.
    Raises InvalidInput (those of `e164.parse`, `bad_name` for the reason).
    """
    who.needs(Scope.CONTACTS)
    reason = read_note(reason, field="reason")
    digits = await finding.digits(rt, who, number)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        (contact,) = await ending.hold(conn, who.account_id, [digits])
        await leaving.lock(conn, [who.account_id])
        numbers, subjects = [digits], []
        if contact:
            subjects, had = await finding.past(conn, who.account_id, contact)
            older = list(dict.fromkeys(span.number for span in had if span.number != digits))
            others = await ending.hold(conn, who.account_id, older)
            numbers += [one for one, other in zip(older, others, strict=True) if other is None]
        told = await webhooks.about(conn, who.account_id, numbers)
        done = await _numbers(conn, who, numbers, contact, now)
        if contact:
            await ending.forget(conn, who.account_id, contact)
        await news.forget(conn, who.account_id, subjects, numbers=numbers)
        await notices.forget(conn, who.account_id, numbers)
        await webhooks.forget(conn, who.account_id, numbers, messages=told)
        facts = {"reason": reason, "messages": done.messages, "texts": done.texts, "by": who.name}
        await news.record(conn, [Event(Kind.CONTACT_ERASED, who.account_id, None, facts)], now=now)
        await ledger.erase(conn, who.account_id, numbers, by=who.name, how=write.door(who), now=now)
    return done


async def _numbers(
    conn: Conn, who: Principal, numbers: Sequence[str], contact: Contact | None, now: datetime
) -> Erased:
    account_id = who.account_id
    subscribed = await standing.everywhere(conn, [(account_id, one) for one in numbers])
    steps = [
        Step(account_id, one.program_id, one.contact_id, one.number, write.door(who), who.name, source=REASON)
        for rows in subscribed.values()
        for one in rows
        if one.standing is not Member.OUT
    ]
    await leaving.leave(conn, steps, now=now)
    withdrawn = await hold.withdraw_numbers(conn, [(account_id, one) for one in numbers], reason=REASON, now=now)
    kept: list[Kept] = []
    emptied = is_open = heard = 0
    for one in numbers:
        how = await forgetting.forget(conn, account_id, one)
        kept.append(Kept(account_id, one, _standing(how)))
        await links.forget_number(conn, account_id, one)
        await spam.forget(conn, account_id, one)
        gone = await redact.number(conn, account_id, one, now=now)
        emptied, is_open = emptied + gone.emptied, is_open + gone.open
        heard += await texts.forget(conn, account_id, one)
    await conversions.forget(conn, account_id, numbers)
    await suppression.keep(conn, kept, now=now)
    return Erased(contact is not None, emptied, is_open, heard, withdrawn)


def _standing(how: How | None) -> Standing:
    if how is None:
        return Standing.NO_MARKETING
    return Standing.STOPPED if how in BY_WORD else Standing.BARRED
