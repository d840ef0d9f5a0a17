"""Contact lists: made, named, used by campaigns, and deleted (R90)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import store
from cablegram.contacts.model import ContactList
from cablegram.kit.errors import Conflict, Fault, NotFound
from cablegram.kit.ids import AccountId, CampaignId, ListId, uuid7
from cablegram.kit.names import read_name, read_note
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def create(rt: Runtime, who: Principal, name: str, *, description: str = "") -> ContactList:
    """Make an empty list. Raises InvalidInput (`bad_name`), Conflict (`list_name_taken`)."""
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        return await make(conn, who.account_id, name, description=description, now=rt.clock.now())


async def make(conn: Conn, account_id: AccountId, name: str, *, description: str = "", now: datetime) -> ContactList:
    """Make an empty list. Raises as `create`."""
    new = ContactList(ListId(uuid7()), read_name(name), read_note(description), 0, [], now, None)
    if not await store.insert_list(conn, account_id, new):
        raise _name_taken(new.name)
    return new


async def new_name(rt: Runtime, who: Principal, name: str) -> str:
    """Return a name as a list would have it. Raises InvalidInput (`bad_name`), Conflict (`list_name_taken`)."""
    who.needs(Scope.CONTACTS)
    wanted = read_name(name)
    async with rt.db.connection() as conn:
        if await store.list_name_is_taken(conn, who.account_id, wanted):
            raise _name_taken(wanted)
    return wanted


async def get(rt: Runtime, who: Principal, list_id: ListId) -> ContactList:
    """Return a list. Raises NotFound (`list_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        (found,) = await many(conn, who.account_id, [list_id])
    return found


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[ContactList]:
    """Return the account's lists, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.page_of_lists(conn, who.account_id, after, limit=limit)


async def change(
    rt: Runtime, who: Principal, list_id: ListId, *, name: str | None = None, description: str | None = None
) -> ContactList:
    """Change what is not None. Raises InvalidInput (`bad_name`), Conflict (`list_name_taken`), NotFound."""
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        held = await hold(conn, who.account_id, list_id)
        new = replace(
            held,
            name=held.name if name is None else read_name(name),
            description=held.description if description is None else read_note(description),
        )
        if not await store.change_list(conn, who.account_id, new):
            raise _name_taken(new.name)
    return new


async def delete(rt: Runtime, who: Principal, list_id: ListId) -> None:
    """Delete a list; its people keep their record. Raises NotFound (`list_not_found`), Conflict (`list_in_use`)."""
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        await hold_free(conn, who.account_id, list_id)
        await store.delete_list(conn, who.account_id, list_id)


async def ensure_free(rt: Runtime, who: Principal, list_id: ListId) -> None:
    """Raise NotFound (`list_not_found`) or Conflict (`list_in_use`) before somebody begins a long import."""
    async with rt.db.transaction() as conn:
        await hold_free(conn, who.account_id, list_id)


async def used_by(rt: Runtime, who: Principal, list_id: ListId) -> list[CampaignId]:
    """Return the campaigns that need a list as it is."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.list_users(conn, who.account_id, list_id)


async def many(conn: Conn, account_id: AccountId, list_ids: Sequence[ListId]) -> list[ContactList]:
    """Return lists in the order asked. Raises NotFound (`list_not_found`) for the first that the account has not."""
    found = await store.get_lists(conn, account_id, list_ids)
    missing = [list_id for list_id in list_ids if list_id not in found]
    if missing:
        raise _no_such_list(missing[0])
    return [found[list_id] for list_id in list_ids]


async def hold(conn: Conn, account_id: AccountId, list_id: ListId) -> ContactList:
    """Lock a list until the transaction ends. Raises NotFound (`list_not_found`)."""
    held = await store.hold_list(conn, account_id, list_id)
    if held is None:
        raise _no_such_list(list_id)
    return held


async def hold_free(conn: Conn, account_id: AccountId, list_id: ListId) -> ContactList:
    """Lock a list that no campaign uses. Raises NotFound (`list_not_found`), Conflict (`list_in_use`)."""
    held = await hold(conn, account_id, list_id)
    if await store.list_is_used(conn, list_id):
        message = (
            f"The list {held.name} is used by a campaign that is not finished, so its people can't change now. "
            "Cancel the campaign or wait for its end."
        )
        raise Conflict("list_in_use", message)
    return held


async def take(conn: Conn, account_id: AccountId, list_ids: Sequence[ListId], *, campaign_id: CampaignId) -> None:
    """Keep lists as they are while a campaign goes through them; twice is as good as once.

    Raises NotFound (`list_not_found`) when one was deleted.
    """
    there = await store.lists_to_use(conn, account_id, list_ids)
    missing = [list_id for list_id in list_ids if list_id not in there]
    if missing:
        raise _no_such_list(missing[0])
    await store.take_lists(conn, list_ids, campaign_id)


async def give_back(conn: Conn, campaign_id: CampaignId) -> None:
    """Let lists change again, as far as this campaign goes."""
    await store.give_lists_back(conn, campaign_id)


def _no_such_list(list_id: ListId) -> NotFound:
    return NotFound("list_not_found", f"The account has no contact list {list_id}.")


def _name_taken(name: str) -> Conflict:
    message = f"There is already a contact list named {name}. Choose another name."
    return Conflict("list_name_taken", message, faults=[Fault("name", "list_name_taken", message)])
