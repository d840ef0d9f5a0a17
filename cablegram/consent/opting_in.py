"""Record that a person agreed to marketing on the account's own page, with the words that stood there (L22, R115)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cablegram.accounts.access import Principal, Scope
from cablegram.consent import proof, store
from cablegram.contacts import agreeing, suppression
from cablegram.evidence.model import MARKETING, Kind, NewEvidence
from cablegram.evidence.write import door, record
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import EvidenceId
from cablegram.kit.names import read_note
from cablegram.kit.storable import storable
from cablegram.numbers import e164
from cablegram.runtime.runtime import Runtime

_AHEAD = timedelta(minutes=5)  # that another machine's clock may be


@dataclass(frozen=True, slots=True)
class OptIn:
    """What an account tells: the person's number, the words that they were shown, and how it knows.

    `at` None: now. `address` is the person's, `url` the page's.
    """

    number: str
    words: str
    source: str
    words_version: str = ""
    url: str = ""
    address: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OptedIn:
    """What came of it: the event, and whether the number gets nothing all the same, since it is on the blacklist."""

    id: EvidenceId
    number: str
    at: datetime
    is_blacklisted: bool


async def opt_in(rt: Runtime, who: Principal, told: OptIn) -> OptedIn:
    """Subscribe a person, known or not, by their own yes, and keep that with the words.

    It lifts what is kept of somebody who asked to be forgotten; the blacklist is left as it is, also where a hash is
    all that is left of it.
    Raises InvalidInput: those of `e164.parse`, `words_needed`, `source_needed`, `bad_name` for the source, `at_ahead`.
    """
    who.needs(Scope.CONTACTS)
    source = read_note(told.source, field="source")
    if not told.words.strip():
        raise _lacking("words", "words_needed", "Give the words that the person was shown and agreed to.")
    if not source:
        raise _lacking("source", "source_needed", "Say where the person agreed, such as: web shop, checkout.")
    digits = await proof.read(rt, who, told.number)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        at = told.at or now
        if at > now + _AHEAD:
            raise _lacking("at", "at_ahead", "The person can't have agreed at a moment that is still to come.")
        event = NewEvidence(
            who.account_id,
            digits,
            MARKETING,
            Kind.OPT_IN,
            door(who),
            who.name,
            at,
            source=source,
            words=storable(told.words),
            words_version=storable(told.words_version),
            url=storable(told.url),
            address=storable(told.address),
        )
        number = e164.parse(f"+{digits}")
        held = await agreeing.subscribe(conn, who, number, source=source, evidence_id=event.id, now=now)
        barred = await store.entries_of_numbers(conn, who.account_id, [digits])
        barred = barred or await suppression.known(conn, who.account_id, digits)  # what a yes leaves of it is a STOP
        await record(conn, [replace(event, follows=held)], now=now)
    return OptedIn(event.id, digits, at, bool(barred))


def _lacking(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field, code, message)])
