"""Read contacts inside somebody's transaction."""

from __future__ import annotations

from cablegram.contacts import store
from cablegram.contacts.model import Contact
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn


async def of_number(conn: Conn, account_id: AccountId, number: str) -> Contact | None:
    """Return the contact of a number (digits of E.164), None where it is nobody's."""
    return await store.get_contact(conn, account_id, number)
