"""People who write to an account: a contact each, whether it knew them or not (R66)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.contacts import store, waiting_store
from cablegram.kit.ids import AccountId, ContactId
from cablegram.numbers import e164
from cablegram.numbers.ranges import NO_COUNTRY
from cablegram.runtime.database import Conn


async def meet(
    conn: Conn, people: Sequence[tuple[AccountId, str]], *, now: datetime, is_patient: bool = False
) -> dict[tuple[AccountId, str], ContactId]:
    """Return the contacts of numbers (E.164 digits, each once for an account), made where there was none.

    Somebody new is left out while an import writes the account's contacts: their next text makes the contact. Who
    `is_patient` waits for the import instead.
    """
    if is_patient:
        await waiting_store.wait_for_imports(conn, sorted({account_id for account_id, _ in people}))
    found = e164.parse_many([f"+{number}" for _, number in people])
    countries = [one.country if isinstance(one, e164.Number) else NO_COUNTRY for one in found]
    return await store.meet(conn, people, countries, now=now)
