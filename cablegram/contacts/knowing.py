"""Know a person by their number, with what was just told of them: a contact is made, or gets these values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cablegram.contacts import fields, store
from cablegram.contacts.model import Contact
from cablegram.kit.ids import AccountId, ContactId, uuid7
from cablegram.numbers.e164 import Number
from cablegram.runtime.database import Conn

_PATIENCE = "5s"  # how long one person waits for an import of the same account


async def know(
    conn: Conn, account_id: AccountId, number: Number, variables: Mapping[str, str], *, now: datetime
) -> Contact:
    """Return the contact of a number, made if there is none; the values given are set as their fields write them.

    The others stay. Raises InvalidInput (`bad_variable`, `value_unfit`). To be called before balances are locked, as
    whoever writes contacts.
    """
    await store.lock_contacts(conn, account_id, patience=_PATIENCE)
    written = await fields.canonical(conn, account_id, variables)
    fresh = Contact(ContactId(uuid7()), number.e164, number.country, written, now, now)
    return await store.put_contact(conn, account_id, fresh)
