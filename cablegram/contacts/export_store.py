"""Statements of exports. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from cablegram.contacts.model import Person, PhoneStatus, Statuses, Subscription
from cablegram.kit.ids import AccountId, ContactId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_read_variables = msgspec.json.Decoder(dict[str, str]).decode
_LOWEST = UUID(int=0)


async def contacts_after(conn: Conn, account_id: AccountId, *, after: ContactId | None, limit: int) -> list[Person]:
    """Read the next of everybody, in the order of their ids."""
    values = {"account_id": account_id, "after": after or _LOWEST, "limit": limit}
    return [
        Person(
            row[0],
            row[1],
            row[2],
            _read_variables(row[3]),
            Statuses(PhoneStatus(row[4]), Subscription(row[5]) if row[5] else None),
        )
        for row in await (await conn.execute(queries.contacts_after, values)).fetchall()
    ]


async def lists_of_contacts(conn: Conn, account_id: AccountId, contacts: Sequence[ContactId]) -> dict[ContactId, str]:
    """Read the names of the lists that people are on, semicolons between them; of no list nothing."""
    values = {"account_id": account_id, "contacts": list(contacts)}
    return dict(await (await conn.execute(queries.lists_of_contacts, values)).fetchall())


async def variables_of_contacts(conn: Conn, account_id: AccountId) -> list[str]:
    """Read the names of the variables that people of an account may have."""
    cursor = await conn.execute(queries.variables_of_contacts, {"account_id": account_id})
    return [row[0] for row in await cursor.fetchall()]
