"""Contacts, whatever lists they are in: found, shown, and changed by hand (R89, R142-R144)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import fields, lists, proofs, sheet, store, suppression
from cablegram.contacts.model import Contact, PhoneStatus, Subscription
from cablegram.contacts.suppression_model import Kept, Standing
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence import write
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import ListId
from cablegram.kit.names import read_note
from cablegram.numbers import e164
from cablegram.numbers.e164 import Number
from cablegram.runtime.runtime import Runtime

UNRECORDED: Final = "unrecorded"
"""The filter for people of whom nobody ever said anything."""

_PATIENCE = "20s"  # how long one contact waits for an import of the same account
_LONGEST_TOLD = 200  # characters of a value, before and after, in the history of a contact


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a contact; None stays. Who is subscribed by hand needs a `source`: where the person agreed.

    `reason` says why the phone's status is set by hand. `is_whole`: variables that are not given go;
    `without`: these do.
    """

    number: str | None = None
    phone_status: PhoneStatus | None = None
    subscription: Subscription | None = None
    source: str = ""
    variables: Mapping[str, str] | None = None
    reason: str = ""
    is_whole: bool = False
    without: Sequence[str] = ()


async def page(
    rt: Runtime,
    who: Principal,
    *,
    list_id: ListId | None = None,
    phone_status: PhoneStatus | None = None,
    subscription: Subscription | Literal["unrecorded"] | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Contact]:
    """Return contacts of the account or of a list, newest first, of all statuses or of one.

    Raises NotFound (`list_not_found`).
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        if list_id is not None:
            await lists.many(conn, who.account_id, [list_id])
        return await store.page_of_contacts(
            conn,
            who.account_id,
            after,
            list_id=list_id,
            phone_status=phone_status,
            subscription=subscription,
            limit=limit,
        )


async def get(rt: Runtime, who: Principal, number: str) -> Contact:
    """Return the contact of a number. Raises InvalidInput (those of `e164.parse`), NotFound (`contact_not_found`)."""
    who.needs(Scope.READ)
    asked = await _read(rt, who, number)
    async with rt.db.connection() as conn:
        return _there(await store.get_contact(conn, who.account_id, asked.e164), asked)


async def change(rt: Runtime, who: Principal, number: str, change: Change) -> Contact:
    """Change a contact by hand; another number is active again, whatever became of the one before.

    A no stays with the number that it was said under, too: a file that brings that again subscribes nobody.

    Raises InvalidInput (those of `e164.parse`, `source_needed`, `bad_name` for source and reason, `bad_variable`,
    `value_unfit`), NotFound (`contact_not_found`), Conflict (`contact_number_taken`), Refused
    (`asked_to_be_forgotten`).
    """
    who.needs(Scope.CONTACTS)
    source, reason = read_note(change.source, field="source"), read_note(change.reason, field="reason")
    sheet.check_variables(change.variables or {})
    if change.subscription is Subscription.SUBSCRIBED and not source:
        message = (
            "Say where the person agreed, such as: by telephone, 3 May. Without that nobody is subscribed by hand."
        )
        raise InvalidInput("source_needed", message, faults=[Fault("source", "source_needed", message)])
    asked = await _read(rt, who, number)
    moved = None if change.number is None else await _read(rt, who, change.number, field="number")
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        held = _there(await store.get_contact(conn, who.account_id, asked.e164), asked)
        variables = await fields.canonical(conn, who.account_id, change.variables or {})
        told = replace(change, source=source, reason=reason, variables=variables)
        new = _changed(held, told, moved, now)
        is_moved = new.number != held.number
        if (told.subscription or is_moved) and new.subscription is not Subscription.NOT_SUBSCRIBED:
            await suppression.refuse_to_subscribe(conn, who.account_id, new.number)
        if is_moved and held.subscription is Subscription.NOT_SUBSCRIBED:
            left = Kept(who.account_id, held.number, Standing.NO_MARKETING, "replaced")
            await suppression.keep(conn, [left], now=now)
        shown = proofs.of_change(who, held, new, at=now)
        if shown and new.subscription:
            new.evidence_id = shown[-1].id
        if not await store.change_contact(conn, who.account_id, new):
            message = f"Another contact has the number +{new.number}. Change or use that one."
            raise Conflict("contact_number_taken", message, faults=[Fault("number", "contact_number_taken", message)])
        news = _news(held, new, reason)
        if news:
            event = Event(Kind.CONTACT_CHANGED, who.account_id, held.id, {**news, "by": who.name})
            await record(conn, [event], now=now)
        await write.record(conn, shown, now=now)
    return new


def _changed(held: Contact, change: Change, moved: Number | None, now: datetime) -> Contact:
    kept = {name: value for name, value in held.variables.items() if not change.is_whole and name not in change.without}
    new = replace(held, variables={**kept, **(change.variables or {})}, updated_at=now)
    if moved and moved.e164 != held.number:
        new.number, new.country, new.phone_status = moved.e164, moved.country, PhoneStatus.ACTIVE
    if change.phone_status:
        new.phone_status = change.phone_status
    if change.subscription:
        new.subscription, new.subscription_source, new.subscription_at = change.subscription, change.source or None, now
    return new


def _news(held: Contact, new: Contact, reason: str) -> dict[str, object]:
    news: dict[str, object] = {}
    if new.number != held.number:
        news |= {"number": new.number, "was": held.number}
    if new.phone_status is not held.phone_status:
        news |= {"phone_status": new.phone_status.value, **({"reason": reason} if reason else {})}
    if new.subscription and _said(new) != _said(held):
        news |= {"subscription": new.subscription.value, "source": new.subscription_source}
    names = [*held.variables, *(name for name in new.variables if name not in held.variables)]
    told = {name: _told(held.variables.get(name), new.variables.get(name)) for name in names}
    edits = {name: edit for name, edit in told.items() if edit[0] != edit[1]}
    return news | ({"variables": edits} if edits else {})


def _told(*values: str | None) -> list[str | None]:
    return [None if value is None else value[:_LONGEST_TOLD] for value in values]


def _said(one: Contact) -> tuple[object, ...]:
    return one.subscription, one.subscription_source, one.subscription_at


async def _read(rt: Runtime, who: Principal, number: str, *, field: str = "") -> Number:
    home = (await directory.show(rt, who)).default_country
    (found,) = e164.parse_many([number], home)
    if isinstance(found, e164.BadNumber):
        faults = [Fault(field, found.code, found.message)] if field else []
        raise InvalidInput(found.code, found.message, faults=faults)
    return found


def _there(found: Contact | None, asked: Number) -> Contact:
    if found is None:
        raise NotFound("contact_not_found", f"The account has no contact +{asked.e164}.")
    return found
