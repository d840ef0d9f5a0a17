"""Statements about fields, their values, and what is recorded of somebody new. Private to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cablegram.contacts.field_model import Beginning, Field, FieldType
from cablegram.contacts.model import Subscription
from cablegram.kit.ids import AccountId, ContactId, EvidenceId, FieldId
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_LOWEST = UUID(int=0)


async def fields(conn: Conn, account_id: AccountId) -> list[Field]:
    """Read an account's own fields, in its order."""
    cursor = await conn.execute(queries.fields, {"account_id": account_id})
    return [
        Field(name, label, FieldType(kind), tuple(choices), place, field_id, updated_at)
        for name, label, kind, choices, place, field_id, updated_at in await cursor.fetchall()
    ]


async def insert_field(conn: Conn, account_id: AccountId, new: Field) -> bool:
    """Write a field; False when the account has one of that name."""
    cursor = await conn.execute(queries.insert_field, _values(account_id, new))
    return await cursor.fetchone() is not None


async def change_field(conn: Conn, account_id: AccountId, new: Field) -> None:
    """Write a field's label, type and choices."""
    await conn.execute(queries.change_field, _values(account_id, new))


async def order_fields(conn: Conn, account_id: AccountId, field_ids: Sequence[FieldId]) -> None:
    """Write the order of fields."""
    await conn.execute(queries.order_fields, {"account_id": account_id, "field_ids": list(field_ids)})


async def delete_field(conn: Conn, account_id: AccountId, field_id: FieldId) -> bool:
    """Delete a field and leave its values; False when it is not there."""
    cursor = await conn.execute(queries.delete_field, {"account_id": account_id, "field_id": field_id})
    return cursor.rowcount == 1


async def values_after(
    conn: Conn, account_id: AccountId, name: str, *, after: ContactId | None, limit: int
) -> list[tuple[ContactId, str]]:
    """Read the next values that stand under a name, in the order of contacts."""
    asked = {"account_id": account_id, "name": name, "after": after or _LOWEST, "limit": limit}
    cursor = await conn.execute(queries.values_after, asked)
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def set_values(
    conn: Conn, account_id: AccountId, name: str, *, new: Sequence[tuple[ContactId, str]], now: datetime
) -> None:
    """Write values under a name."""
    ids, values = [contact_id for contact_id, _ in new], [value for _, value in new]
    await conn.execute(
        queries.set_values, {"account_id": account_id, "name": name, "ids": ids, "values": values, "now": now}
    )


async def forget_values(conn: Conn, account_id: AccountId, name: str, *, now: datetime) -> int:
    """Delete what stands under a name; return of how many people."""
    return (await conn.execute(queries.forget_values, {"account_id": account_id, "name": name, "now": now})).rowcount


async def beginning(conn: Conn, account_id: AccountId) -> Beginning:
    """Read what is recorded of somebody new."""
    row = await (await conn.execute(queries.beginning, {"account_id": account_id})).fetchone()
    return Beginning(Subscription(row[0]), row[1], row[2], row[3]) if row else Beginning()


async def put_beginning(conn: Conn, account_id: AccountId, new: Beginning, evidence_id: EvidenceId) -> None:
    """Write what is recorded of somebody new, and on which event that rests."""
    values = {"account_id": account_id, "source": new.source, "by": new.changed_by, "now": new.changed_at}
    await conn.execute(queries.put_beginning, {**values, "subscription": new.subscription, "evidence_id": evidence_id})


async def delete_beginning(conn: Conn, account_id: AccountId) -> None:
    """Let nothing be recorded of somebody new."""
    await conn.execute(queries.delete_beginning, {"account_id": account_id})


def _values(account_id: AccountId, new: Field) -> dict[str, object]:
    return {
        "account_id": account_id,
        "field_id": new.id,
        "name": new.name,
        "label": new.label,
        "type": new.type.value,
        "choices": list(new.choices),
        "place": new.place,
        "now": new.updated_at,
    }
