"""Statements of the contacts room: lists, members, the audience of campaigns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation

from cablegram.contacts.model import (
    Contact,
    ContactList,
    Person,
    PhoneStatus,
    Statuses,
    Subscription,
)
from cablegram.kit.ids import AccountId, CampaignId, ContactId, ListId, uuid7s
from cablegram.runtime.connection import Reply, Statement
from cablegram.runtime.copying import array, value
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_READ_STATUSES = Statement(queries.statuses)
_MEET = Statement(queries.meet)
# Few there are, and nearly all people share one: rows are looked up here, and no object is made for each.
_STATUSES: dict[tuple[str, str | None], Statuses] = {
    (phone, said): Statuses(phone, said) for phone in PhoneStatus for said in (None, *Subscription)
}

# The variables come as JSON text: psycopg's own reading of jsonb takes several times as long as this.
_read_variables = msgspec.json.Decoder(dict[str, str]).decode
_LOWEST = UUID(int=0)


# Lists


async def insert_list(conn: Conn, account_id: AccountId, new: ContactList) -> bool:
    """Write a list; False when another of the account has its name."""
    cursor = await conn.execute(
        queries.insert_list,
        {
            "account_id": account_id,
            "list_id": new.id,
            "name": new.name,
            "description": new.description,
            "now": new.created_at,
        },
    )
    return await cursor.fetchone() is not None


async def list_name_is_taken(conn: Conn, account_id: AccountId, name: str) -> bool:
    """Tell whether a list of the account has a name."""
    row = await (await conn.execute(queries.list_name_is_taken, {"account_id": account_id, "name": name})).fetchone()
    return row is not None and row[0]


async def get_lists(conn: Conn, account_id: AccountId, list_ids: Sequence[ListId]) -> dict[ListId, ContactList]:
    """Read lists."""
    cursor = await conn.execute(queries.get_lists, {"account_id": account_id, "list_ids": list(list_ids)})
    return {row[0]: ContactList(*row) for row in await cursor.fetchall()}


async def page_of_lists(conn: Conn, account_id: AccountId, after: UUID | None, *, limit: int) -> list[ContactList]:
    """Read an account's lists, newest first."""
    cursor = await conn.execute(queries.page_of_lists, {"account_id": account_id, "after": after, "limit": limit})
    return [ContactList(*row) for row in await cursor.fetchall()]


async def hold_list(conn: Conn, account_id: AccountId, list_id: ListId) -> ContactList | None:
    """Lock a list and read it."""
    row = await (await conn.execute(queries.hold_list, {"account_id": account_id, "list_id": list_id})).fetchone()
    return ContactList(*row) if row else None


async def change_list(conn: Conn, account_id: AccountId, new: ContactList) -> bool:
    """Write a list's name and description; False, and the transaction is lost, when another has that name."""
    values = {"account_id": account_id, "list_id": new.id, "name": new.name, "description": new.description}
    try:
        await conn.execute(queries.change_list, values)
    except UniqueViolation:
        return False
    return True


async def delete_list(conn: Conn, account_id: AccountId, list_id: ListId) -> None:
    """Delete a list and its memberships; the people stay."""
    await conn.execute(queries.delete_list, {"account_id": account_id, "list_id": list_id})


async def delete_lists_of_campaign(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> None:
    """Delete the list that was made of a campaign's file, with its memberships; the people stay."""
    await conn.execute(queries.delete_lists_of_campaign, {"account_id": account_id, "campaign_id": campaign_id})


async def set_contents(
    conn: Conn,
    account_id: AccountId,
    list_id: ListId,
    *,
    size: int,
    variables: Sequence[str],
    imported_at: datetime | None,
) -> None:
    """Write what a list has in it; without a time it was no import."""
    await conn.execute(
        queries.set_contents,
        {
            "account_id": account_id,
            "list_id": list_id,
            "size": size,
            "variables": list(variables),
            "imported_at": imported_at,
        },
    )


async def lists_to_use(conn: Conn, account_id: AccountId, list_ids: Sequence[ListId]) -> list[ListId]:
    """Lock lists against change, and return those that there are."""
    cursor = await conn.execute(queries.lists_to_use, {"account_id": account_id, "list_ids": list(list_ids)})
    return [row[0] for row in await cursor.fetchall()]


async def take_lists(conn: Conn, list_ids: Sequence[ListId], campaign_id: CampaignId) -> None:
    """Remember that a campaign uses lists."""
    await conn.execute(queries.take_lists, {"list_ids": list(list_ids), "campaign_id": campaign_id})


async def give_lists_back(conn: Conn, campaign_id: CampaignId) -> None:
    """Forget it."""
    await conn.execute(queries.give_lists_back, {"campaign_id": campaign_id})


async def list_is_used(conn: Conn, list_id: ListId) -> bool:
    """Tell whether any campaign uses a list."""
    row = await (await conn.execute(queries.list_is_used, {"list_id": list_id})).fetchone()
    return row is not None and row[0]


async def list_users(conn: Conn, account_id: AccountId, list_id: ListId) -> list[CampaignId]:
    """Read which campaigns use a list."""
    cursor = await conn.execute(queries.list_users, {"account_id": account_id, "list_id": list_id})
    return [row[0] for row in await cursor.fetchall()]


# People


async def lock_contacts(conn: Conn, account_id: AccountId, *, patience: str) -> None:
    """Wait, for as long as `patience` says ("20s"), until nobody else writes contacts of the account."""
    await conn.execute(queries.lock_contacts, {"account_id": account_id, "patience": patience})


async def put_contact(conn: Conn, account_id: AccountId, fresh: Contact) -> Contact:
    """Write a contact; one that is known keeps its id and its other variables."""
    cursor = await conn.execute(
        queries.put_contact,
        {
            "contact_id": fresh.id,
            "account_id": account_id,
            "number": fresh.number,
            "country": fresh.country,
            "variables": _written(fresh.variables),
            "now": fresh.updated_at,
        },
    )
    (row,) = await cursor.fetchall()
    return _contact(row)


async def put_member(conn: Conn, list_id: ListId, contact_id: ContactId) -> bool:
    """Put a contact on a list; False when it is there."""
    cursor = await conn.execute(queries.put_member, {"list_id": list_id, "contact_id": contact_id})
    return cursor.rowcount == 1


async def remove_member(conn: Conn, account_id: AccountId, list_id: ListId, *, number: str) -> bool:
    """Take a number off a list; False when it is not there."""
    values = {"account_id": account_id, "list_id": list_id, "number": number}
    return (await conn.execute(queries.remove_member, values)).rowcount == 1


async def page_of_members(
    conn: Conn, account_id: AccountId, list_id: ListId, *, after: UUID | None, limit: int
) -> list[Contact]:
    """Read the people of a list, newest contacts first."""
    values = {"account_id": account_id, "list_id": list_id, "after": after, "limit": limit}
    return [_contact(row) for row in await (await conn.execute(queries.page_of_members, values)).fetchall()]


async def page_of_contacts(
    conn: Conn,
    account_id: AccountId,
    after: UUID | None,
    *,
    list_id: ListId | None,
    phone_status: str | None,
    subscription: str | None,
    limit: int,
) -> list[Contact]:
    """Read contacts, newest first, of an account or a list, of all statuses or of one."""
    asked = {"account_id": account_id, "after": after, "list_id": list_id, "limit": limit}
    statuses_asked = {"phone_status": phone_status, "subscription": subscription}
    cursor = await conn.execute(queries.page_of_contacts, {**asked, **statuses_asked})
    return [_contact(row) for row in await cursor.fetchall()]


async def get_contact(conn: Conn, account_id: AccountId, number: str) -> Contact | None:
    """Read the contact of a number."""
    row = await (await conn.execute(queries.get_contact, {"account_id": account_id, "number": number})).fetchone()
    return _contact(row) if row else None


async def change_contact(conn: Conn, account_id: AccountId, new: Contact) -> bool:
    """Write a contact; False, and the transaction is lost, when another of the account has its number."""
    values = {
        "account_id": account_id,
        "contact_id": new.id,
        "number": new.number,
        "country": new.country,
        "variables": _written(new.variables),
        "phone_status": new.phone_status.value,
        "subscription": new.subscription.value if new.subscription else None,
        "subscription_source": new.subscription_source,
        "subscription_at": new.subscription_at,
        "evidence_id": new.evidence_id,
        "now": new.updated_at,
    }
    try:
        await conn.execute(queries.change_contact, values)
    except UniqueViolation:
        return False
    return True


async def bounce(
    conn: Conn, told: Sequence[tuple[AccountId, str, str]], *, now: datetime
) -> list[tuple[AccountId, ContactId, str, str]]:
    """Mark active contacts bounced, (account, number, error); return (account, contact, number, error) of those."""
    values = {
        "accounts": [account_id for account_id, _, _ in told],
        "numbers": [number for _, number, _ in told],
        "errors": [error for _, _, error in told],
        "now": now,
    }
    return [(row[0], row[1], row[2], row[3]) for row in await (await conn.execute(queries.bounce, values)).fetchall()]


async def people_after(
    conn: Conn, account_id: AccountId, list_ids: Sequence[ListId], *, after: ContactId | None, limit: int
) -> list[Person]:
    """Read the next people of several lists, each once, in the order of their ids."""
    values = {"account_id": account_id, "list_ids": list(list_ids), "after": after or _LOWEST, "limit": limit}
    cursor = await conn.execute(queries.people_after, values)
    return [
        Person(row[0], row[1], row[2], _read_variables(row[3]), _STATUSES[row[4], row[5]], row[6])
        for row in await cursor.fetchall()
    ]


def statuses(
    conn: Conn, accounts: Sequence[AccountId], numbers: Sequence[str], *, owners: Iterable[AccountId]
) -> Reply[list[tuple[int, Statuses]]]:
    """Read what is known of numbers, (place, statuses): of those alone of which anything is.

    `owners` are the accounts, each once.
    """
    reply = conn.later(
        _READ_STATUSES,
        accounts=array("uuid", accounts),
        numbers=array("text", numbers),
        owners=array("uuid", owners),
    )
    return reply.then(lambda rows: [(place - 1, _STATUSES[phone, said]) for place, phone, said in rows])


async def people_of_numbers(conn: Conn, account_id: AccountId, numbers: Collection[str]) -> list[Person]:
    """Read the contacts of numbers (digits of E.164); in no order."""
    cursor = await conn.execute(queries.people_of_numbers, {"account_id": account_id, "numbers": list(set(numbers))})
    return [
        Person(row[0], row[1], row[2], _read_variables(row[3]), _STATUSES[row[4], row[5]])
        for row in await cursor.fetchall()
    ]


async def count_people(conn: Conn, account_id: AccountId, list_ids: Sequence[ListId]) -> int:
    """Count the people of several lists, each once."""
    cursor = await conn.execute(queries.count_people, {"account_id": account_id, "list_ids": list(list_ids)})
    return (await cursor.fetchall())[0][0]


def _contact(row: Sequence[Any]) -> Contact:
    contact_id, number, country, variables, created_at, updated_at, phone, said, *evidence = row
    who = contact_id, number, country, _read_variables(variables), created_at, updated_at
    return Contact(*who, PhoneStatus(phone), Subscription(said) if said else None, *evidence)


def _written(variables: Mapping[str, str]) -> str:
    return msgspec.json.encode(variables).decode()


async def meet(
    conn: Conn, people: Sequence[tuple[AccountId, str]], countries: Sequence[str], *, now: datetime
) -> dict[tuple[AccountId, str], ContactId]:
    """Find the contacts of numbers, and make those that an account does not know yet."""
    rows = await conn.later(
        _MEET,
        ids=array("uuid", uuid7s(len(people))),
        accounts=array("uuid", [account_id for account_id, _ in people]),
        numbers=array("text", [number for _, number in people]),
        countries=array("text", countries),
        now=value("timestamptz", now),
    )
    return {(row[0], row[1]): row[2] for row in rows}
