"""The fields that an account keeps of its people: made, ordered, changed and deleted; and how somebody new begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import field_store, proofs, sheet, store, values
from cablegram.contacts.field_model import BUILT_IN, Beginning, Field, FieldType
from cablegram.contacts.model import Subscription
from cablegram.contacts.values import Unfit
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence import write
from cablegram.evidence.model import NewEvidence
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, ContactId, FieldId, uuid7
from cablegram.kit.names import read_name, read_note
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_FIELDS = 100  # of an account
MOST_CHOICES = 100

_PATIENCE = "20s"  # how long a change waits for an import of the same account
_SLICE = 10_000  # values that are read again at a time when a field gets another type
_MOST_FAULTS = 10


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What to change of a field; None stays. Its name stays for good: templates and files know it by that."""

    label: str | None = None
    type: FieldType | None = None
    choices: Sequence[str] | None = None


async def every(rt: Runtime, who: Principal) -> list[Field]:
    """Return all fields: those that are built in first, then the account's own in their order."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return [*BUILT_IN, *await field_store.fields(conn, who.account_id)]


async def own(conn: Conn, account_id: AccountId) -> dict[str, Field]:
    """Return an account's own fields by name, in their order."""
    return {one.name: one for one in await field_store.fields(conn, account_id)}


async def canonical(conn: Conn, account_id: AccountId, variables: Mapping[str, str]) -> dict[str, str]:
    """Return variables as they are kept. Raises InvalidInput (`bad_variable`, `value_unfit`), naming each."""
    sheet.check_variables(variables)
    return values.canonical(await own(conn, account_id), variables) if variables else {}


async def create(
    rt: Runtime, who: Principal, name: str, *, label: str = "", kind: FieldType, choices: Sequence[str] = ()
) -> Field:
    """Make a field, behind the others; values that stand under its name already are written as it writes them.

    Raises InvalidInput (`bad_variable` for the name, `bad_name`, `bad_choices`), Conflict (`field_name_taken`,
    `too_many_fields`, `values_unfit`: people have values that do not fit, and nothing was done).
    """
    who.needs(Scope.CONTACTS)
    sheet.check_variables({name: ""})
    new = Field(name, read_name(label or name, field="label"), kind, _choices(kind, choices), id=FieldId(uuid7()))
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        known = await field_store.fields(conn, who.account_id)
        if len(known) >= MOST_FIELDS:
            message = f"The account has {MOST_FIELDS} fields, and there can be no more. Delete one that nobody uses."
            raise Conflict("too_many_fields", message)
        new = replace(new, place=max((one.place for one in known), default=0) + 1, updated_at=now)
        if not await field_store.insert_field(conn, who.account_id, new):
            message = f"There is already a field named {name}, in upper or lower case."
            raise Conflict("field_name_taken", message, faults=[Fault("name", "field_name_taken", message)])
        await _write_again(conn, who.account_id, new, now)
        await _report(conn, who, new, "made", now)
    return new


async def change(rt: Runtime, who: Principal, field_id: FieldId, change: FieldChange) -> Field:
    """Change a field; with another type or other choices all values are read again.

    Raises NotFound (`field_not_found`), InvalidInput (`bad_name`, `bad_choices`), Conflict (`values_unfit`).
    """
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        held = await _held(conn, who.account_id, field_id)
        kind = change.type or held.type
        asked = held.choices if change.choices is None and kind is held.type else change.choices or ()
        label = held.label if change.label is None else read_name(change.label, field="label")
        new = replace(held, label=label, type=kind, choices=_choices(kind, asked), updated_at=now)
        await field_store.change_field(conn, who.account_id, new)
        if (new.type, new.choices) != (held.type, held.choices):
            await _write_again(conn, who.account_id, new, now)
        await _report(conn, who, new, "changed", now)
    return new


async def order(rt: Runtime, who: Principal, field_ids: Sequence[FieldId]) -> list[Field]:
    """Put the account's own fields in an order; each is named once.

    Raises InvalidInput (`bad_order`) when these are not all of them.
    """
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        known = {one.id for one in await field_store.fields(conn, who.account_id)}
        if len(field_ids) != len(known) or set(field_ids) != known:
            message = f"An order names each of the account's {len(known)} own fields once."
            raise InvalidInput("bad_order", message, faults=[Fault("field_ids", "bad_order", message)])
        await field_store.order_fields(conn, who.account_id, field_ids)
        return [*BUILT_IN, *await field_store.fields(conn, who.account_id)]


async def delete(rt: Runtime, who: Principal, field_id: FieldId, *, forget_values: bool = False) -> int:
    """Delete a field. Its values stay with people as texts, unless they are to be forgotten; return of how many then.

    Raises NotFound (`field_not_found`).
    """
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        held = await _held(conn, who.account_id, field_id)
        await field_store.delete_field(conn, who.account_id, field_id)
        await _report(conn, who, held, "deleted", now)
        return await field_store.forget_values(conn, who.account_id, held.name, now=now) if forget_values else 0


async def beginning(rt: Runtime, who: Principal) -> Beginning:
    """Return what is recorded of people who become contacts and of whom nothing is said."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await field_store.beginning(conn, who.account_id)


async def begin_with(rt: Runtime, who: Principal, subscription: Subscription | None, *, source: str = "") -> Beginning:
    """Set what is recorded of people who become contacts from now on; None: nothing (R144, appendix C 47).

    Who is to be subscribed needs a `source`: where such people agree. It counts for those whom the account adds, by
    hand, by API or by a file; who comes by a text or by a form of a web page has not agreed there.
    Raises InvalidInput (`source_needed`, `bad_name` for the source).
    """
    who.needs(Scope.CONTACTS)
    source = read_note(source, field="source")
    if subscription is Subscription.SUBSCRIBED and not source:
        message = "Say where everybody whom you add agrees, such as: contract, section 4. Without that nobody is."
        raise InvalidInput("source_needed", message, faults=[Fault("source", "source_needed", message)])
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        new = Beginning(subscription, source, who.name, now) if subscription else Beginning()
        told: list[NewEvidence] = []
        if subscription:
            told.append(proofs.of_subscription(who, None, subscription, source=source, at=now))
            await field_store.put_beginning(conn, who.account_id, new, told[0].id)
        else:
            await field_store.delete_beginning(conn, who.account_id)
        facts = {"subscription": subscription.value if subscription else None, "source": source, "by": who.name}
        await record(conn, [Event(Kind.CONTACT_DEFAULT_CHANGED, who.account_id, None, facts)], now=now)
        await write.record(conn, told, now=now)
    return new


async def _held(conn: Conn, account_id: AccountId, field_id: FieldId) -> Field:
    found = [one for one in await field_store.fields(conn, account_id) if one.id == field_id]
    if not found:
        raise NotFound("field_not_found", f"The account has no field {field_id} of its own.")
    return found[0]


def _choices(kind: FieldType, given: Sequence[str]) -> tuple[str, ...]:
    if kind is not FieldType.CHOICE:
        if given:
            raise _bad_choices(f"A field of the type {kind} has no choices.")
        return ()
    choices = tuple(read_name(one, field="choices") for one in given)
    if not choices or len(choices) > MOST_CHOICES:
        raise _bad_choices(f"A choice has 1 to {MOST_CHOICES} things to choose from.")
    if len({one.casefold() for one in choices}) < len(choices):
        raise _bad_choices("Two choices differ in nothing but upper and lower case.")
    return choices


def _bad_choices(message: str) -> InvalidInput:
    return InvalidInput("bad_choices", message, faults=[Fault("choices", "bad_choices", message)])


async def _write_again(conn: Conn, account_id: AccountId, field: Field, now: datetime) -> None:
    """Write all values of a field as it writes them. Raises Conflict (`values_unfit`) when some do not fit."""
    faults: list[Fault] = []
    unfit, last = 0, None
    while some := await field_store.values_after(conn, account_id, field.name, after=last, limit=_SLICE):
        changed: list[tuple[ContactId, str]] = []
        for contact_id, text in some:
            value = values.read(field, text)
            if isinstance(value, Unfit):
                unfit += 1
                faults += [Fault(f"contacts.{contact_id}", "value_unfit", value.message)][: _MOST_FAULTS - len(faults)]
            elif value != text:
                changed.append((contact_id, value))
        if changed and not unfit:
            await field_store.set_values(conn, account_id, field.name, new=changed, now=now)
        last = some[-1][0]
    if unfit:
        message = (
            f"{unfit:,} people have a value that does not fit. {faults[0].message} Correct these values first, or "
            "choose the type text."
        )
        raise Conflict("values_unfit", message, faults=faults)


async def _report(conn: Conn, who: Principal, field: Field, what: str, now: datetime) -> None:
    facts = {"name": field.name, "type": field.type.value, "what": what, "by": who.name}
    await record(conn, [Event(Kind.CONTACT_FIELD_CHANGED, who.account_id, field.id, facts)], now=now)
