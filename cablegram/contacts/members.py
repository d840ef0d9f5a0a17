"""The people of a list, one by one: shown, added, taken off (R89, R90)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import fields, lists, record_store, store
from cablegram.contacts.model import Contact
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import ContactId, ListId, uuid7
from cablegram.numbers import e164
from cablegram.runtime.runtime import Runtime

_PATIENCE = "20s"  # how long one contact waits for an import of the same account


async def page(
    rt: Runtime, who: Principal, list_id: ListId, *, after: UUID | None = None, limit: int = 50
) -> list[Contact]:
    """Return people of a list, the newest contacts first. Raises NotFound (`list_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        await lists.many(conn, who.account_id, [list_id])
        return await store.page_of_members(conn, who.account_id, list_id, after=after, limit=limit)


async def put(rt: Runtime, who: Principal, list_id: ListId, *, number: str, variables: Mapping[str, str]) -> Contact:
    """Put somebody on a list; of a contact who is known the variables given change, the others stay.

    Raises InvalidInput (those of `e164.parse`, `bad_variable`, `value_unfit`), NotFound (`list_not_found`), Conflict
    (`list_in_use`).
    """
    who.needs(Scope.CONTACTS)
    home = (await directory.show(rt, who)).default_country
    found = e164.parse(number, home)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        held = await lists.hold_free(conn, who.account_id, list_id)
        values = await fields.canonical(conn, who.account_id, variables)
        fresh = Contact(ContactId(uuid7()), found.e164, found.country, values, now, now)
        contact = await store.put_contact(conn, who.account_id, fresh)
        is_new = await store.put_member(conn, list_id, contact.id)
        columns = list(dict.fromkeys([*held.variables, *variables]))
        size = held.size + int(is_new)
        await store.set_contents(conn, who.account_id, list_id, size=size, variables=columns, imported_at=None)
    return contact


async def remove(rt: Runtime, who: Principal, list_id: ListId, *, number: str) -> None:
    """Take somebody off a list; the contact stays.

    Raises InvalidInput (those of `e164.parse`), NotFound (`list_not_found`, `not_on_list`), Conflict (`list_in_use`).
    """
    who.needs(Scope.CONTACTS)
    home = (await directory.show(rt, who)).default_country
    found = e164.parse(number, home)
    async with rt.db.transaction() as conn:
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        held = await lists.hold_free(conn, who.account_id, list_id)
        if not await store.remove_member(conn, who.account_id, list_id, number=found.e164):
            raise NotFound("not_on_list", f"The number +{found.e164} is not on the list {held.name}.")
        await store.set_contents(
            conn, who.account_id, list_id, size=held.size - 1, variables=held.variables, imported_at=None
        )


async def add_all(rt: Runtime, who: Principal, list_id: ListId, *, from_ids: Sequence[ListId]) -> int:
    """Put the people of other lists on a list, too, each once; return how many were not on it.

    Raises NotFound (`list_not_found`), Conflict (`list_in_use`).
    """
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        await store.lock_contacts(conn, who.account_id, patience=_PATIENCE)
        held = await lists.hold_free(conn, who.account_id, list_id)
        others = await lists.many(conn, who.account_id, from_ids)
        columns = dict.fromkeys([*held.variables, *(name for one in others for name in one.variables)])
        joined = await record_store.copy_members(conn, who.account_id, list_id, [one.id for one in others])
        size = held.size + joined
        await store.set_contents(conn, who.account_id, list_id, size=size, variables=list(columns), imported_at=None)
    return joined
