"""How the gateway that carries an account's messages counts characters: the limit that a writer does not see (R43)."""

from __future__ import annotations

from cablegram.accounts.access import Principal, Scope
from cablegram.routing import pick
from cablegram.runtime.runtime import Runtime


async def usable_characters(rt: Runtime, who: Principal) -> int | None:
    """Return by how many characters the gateway that usually carries the account's messages bills them.

    None: as the network cuts them, or there is no way out.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        ways = await pick.routes(conn, [who.account_id])
    way = ways.choose(who.account_id)
    return ways.usable_characters.get(way.connector_id) if way else None
