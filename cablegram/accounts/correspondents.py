"""Who writes from an address: the people who proved that it is theirs, acting for each of their accounts."""

from __future__ import annotations

from cablegram.accounts import person_store, store
from cablegram.accounts.access import Principal
from cablegram.accounts.sessions import principal_of
from cablegram.runtime.database import Conn


async def of_address(conn: Conn, email: str) -> list[Principal]:
    """Return everybody who may be meant by an address, each once for each account, the oldest account first.

    An operator comes once, acting for none.
    """
    found = await person_store.writers(conn, email)
    accounts = await store.accounts(conn, [account_id for _, account_id, _ in found if account_id])
    principals: list[Principal] = []
    for user_id, account_id, role in found:
        known = await store.user_by_id(conn, user_id)
        if known is None or (known[0].is_operator and any(one.user_id == user_id for one in principals)):
            continue
        account = None if known[0].is_operator or account_id is None else accounts.get(account_id)
        if (who := principal_of(known[0], account, role)) is not None:
            principals.append(who)
    return principals
