"""Find a person's record by one of their numbers."""

from __future__ import annotations

from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal
from cablegram.contacts.model import Contact
from cablegram.events.model import Told
from cablegram.events.record import page
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId
from cablegram.numbers import e164
from cablegram.records.model import Span
from cablegram.records.spans import merged_ids, spans
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_MOST_EVENTS = 1_000  # of one record, that are read to learn its numbers
_MOST_RECORDS = 20  # that were joined to one, one after another


async def digits(rt: Runtime, who: Principal, number: str, *, field: str = "") -> str:
    """Return a number's digits of E.164. Raises InvalidInput (those of `e164.parse`)."""
    home = (await directory.show(rt, who)).default_country
    (found,) = e164.parse_many([number], home)
    if isinstance(found, e164.BadNumber):
        faults = [Fault(field, found.code, found.message)] if field else []
        raise InvalidInput(found.code, found.message, faults=faults)
    return found.e164


async def past(conn: Conn, account_id: AccountId, contact: Contact) -> tuple[list[UUID], list[Span]]:
    """Return the ids of all records that this one is made of, and its numbers with the times for which it had them."""
    told: dict[UUID, list[Told]] = {}
    wanted: list[UUID] = [contact.id]
    while wanted and len(told) < _MOST_RECORDS:
        one = wanted.pop()
        told[one] = await page(conn, account_id, [one], limit=_MOST_EVENTS)
        wanted += [other for other in merged_ids(told[one]) if other not in told]
    return list(told), spans(contact.number, contact.id, told)
