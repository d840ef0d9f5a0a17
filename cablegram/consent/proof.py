"""The proof of consent of one number: what is recorded of it, what that allows, and what holds it in place (U10, L22).

A person's own events name their number. What an account told of many at once, a file or what it says of all new
contacts, is one event that names nobody; the contact, or a later event of theirs, names that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.consent import store
from cablegram.consent.model import Entry
from cablegram.contacts import reading
from cablegram.contacts.model import Contact
from cablegram.evidence import look, standing
from cablegram.evidence.model import MARKETING, Evidence
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import AccountId, EvidenceId
from cablegram.numbers import e164
from cablegram.programs import people as programs
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_PRINTED = 200
"""Events of one number in its proof; more are counted, and given by the pages of events."""


@dataclass(frozen=True, slots=True)
class Proof:
    """All that is known of a number's consent at a moment; `events` newest first, `allows` the one for marketing.

    `more` tells that there are older events besides. `names` are those of programs, by events' scopes.
    """

    number: str
    account: str
    at: datetime
    contact: Contact | None
    barred: Entry | None
    allows: Evidence | None
    events: tuple[Evidence, ...]
    more: bool
    names: Mapping[str, str] = field(default_factory=dict[str, str])


async def read(rt: Runtime, who: Principal, number: str) -> str:
    """Return a number's digits. Raises InvalidInput (those of `e164.parse`)."""
    home = (await directory.show(rt, who)).default_country
    (found,) = e164.parse_many([number], home)
    if isinstance(found, e164.BadNumber):
        raise InvalidInput(found.code, found.message)
    return found.e164


async def events(
    rt: Runtime, who: Principal, number: str, *, after: EvidenceId | None = None, limit: int = 50
) -> list[Evidence]:
    """Return the events that name a number, newest first. Raises InvalidInput (those of `e164.parse`)."""
    who.needs(Scope.READ)
    digits = await read(rt, who, number)
    async with rt.db.connection() as conn:
        return await look.of_number(conn, who.account_id, digits, after=after, limit=limit)


async def of(rt: Runtime, who: Principal, number: str) -> Proof:
    """Return the proof of a number, also where nothing is known of it. Raises InvalidInput (those of `e164.parse`)."""
    who.needs(Scope.READ)
    digits = await read(rt, who, number)
    account = await directory.show(rt, who)
    async with rt.db.connection() as conn:
        contact = await reading.of_number(conn, who.account_id, digits)
        found = await known(conn, who.account_id, digits, contact, limit=MOST_PRINTED + 1)
        barred = await store.entries_of_numbers(conn, who.account_id, [digits])
        names = {str(one.id): one.name for one in await programs.of_account(conn, who.account_id)}
    return Proof(
        digits,
        account.name,
        rt.clock.now(),
        contact,
        barred[0] if barred else None,
        standing.allowing(found, MARKETING) if is_open(contact, barred) else None,
        tuple(found[:MOST_PRINTED]),
        len(found) > MOST_PRINTED,
        names,
    )


async def known(
    conn: Conn, account_id: AccountId, number: str, contact: Contact | None, *, limit: int = look.MOST
) -> list[Evidence]:
    """Return the events of a number and those of many that it rests on, newest first."""
    own = await look.of_number(conn, account_id, number, limit=limit)
    rests_on = [contact.evidence_id] if contact and contact.evidence_id else []
    shared = await look.some(conn, account_id, _others(own, rests_on))
    return sorted([*own, *shared.values()], key=lambda one: one.seq, reverse=True)


async def allowed(conn: Conn, account_id: AccountId, number: str, *, scope: str, at: datetime) -> Evidence | None:
    """Return the event that allowed something to a number at a moment, as the ledger had it then."""
    contact = await reading.of_number(conn, account_id, number)
    return standing.allowing(await known(conn, account_id, number, contact), scope, at=at)


def is_open(contact: Contact | None, barred: Sequence[Entry]) -> bool:
    """Tell whether a number may get marketing by what stands in its record now."""
    return contact is not None and contact.subscription == "subscribed" and not barred


def _others(own: Iterable[Evidence], rests_on: Iterable[EvidenceId]) -> list[EvidenceId]:
    there = {one.told.id for one in own}
    named = [one.told.follows for one in own if one.told.follows]
    return [one for one in dict.fromkeys([*rests_on, *named]) if one not in there]
