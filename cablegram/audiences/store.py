"""Statements of the audiences room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from cablegram.audiences.model import Audience
from cablegram.contacts.model import Person, PhoneStatus, Statuses, Subscription
from cablegram.kit.ids import AccountId, ContactId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

# The variables come as JSON text: psycopg's own reading of jsonb takes several times as long as this.
_read_variables = msgspec.json.Decoder(dict[str, str]).decode
_LOWEST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Slice:
    """People who were found among so many that were looked at, `last` the last of those; None: there was nobody."""

    people: list[Person]
    looked_at: int
    last: ContactId | None


async def people_of_lists(
    conn: Conn, account_id: AccountId, audience: Audience, *, after: ContactId | None, until: datetime, limit: int
) -> Slice:
    """Look at the next people of an audience's lists, and return those who are on none of those left out."""
    values = {
        "account_id": account_id,
        "list_ids": list(audience.list_ids),
        "except_list_ids": list(audience.except_list_ids),
        "after": after or _LOWEST,
        "until": until,
        "limit": limit,
    }
    return _slice(await (await conn.execute(queries.people_of_lists, values)).fetchall())


async def count_of_lists(conn: Conn, account_id: AccountId, audience: Audience) -> int:
    """Count the people of an audience's lists who are on none of those left out."""
    values = {
        "account_id": account_id,
        "list_ids": list(audience.list_ids),
        "except_list_ids": list(audience.except_list_ids),
    }
    return (await (await conn.execute(queries.count_of_lists, values)).fetchall())[0][0]


def _slice(rows: Sequence[Sequence[Any]]) -> Slice:
    looked_at, last, *_ = rows[0]
    return Slice([_person(row[2:]) for row in rows if row[2] is not None], looked_at, last)


def _person(row: Sequence[Any]) -> Person:
    contact_id, number, country, variables, phone, said = row
    statuses = Statuses(PhoneStatus(phone), Subscription(said) if said else None)
    return Person(contact_id, number, country, _read_variables(variables), statuses)
