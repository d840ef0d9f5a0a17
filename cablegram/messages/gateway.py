"""How the gateway that carries an account's messages counts, and what it costs: a writer sees neither (R43, R171)."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.accounts.access import Principal, Scope
from cablegram.routing import pick
from cablegram.runtime.runtime import Runtime
from cablegram.senders import usable
from cablegram.senders.model import SenderRefusal


@dataclass(frozen=True, slots=True)
class Gateway:
    """The way that messages usually take.

    `usable_characters`: by how many it bills a text; None: as the network cuts it. `fee`: micro-credits a segment over
    a connector of the account's own, 0 where nothing is charged; None: the tariff holds.
    """

    usable_characters: int | None = None
    fee: int | None = None


async def usual(rt: Runtime, who: Principal, *, sender: str | None = None) -> Gateway:
    """Return the gateway that usually carries the account's messages from a sender, or from its default one.

    Where there is no way out, it is one that counts as the network does, by the tariff.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        asked = pick.routes(conn, [who.account_id])
        (found,) = await usable.resolve(conn, [(who.account_id, sender)])
        ways = await asked
    wanted = () if isinstance(found, SenderRefusal) else found.connector_ids
    way = ways.choose(who.account_id, wanted)
    if way is None:
        return Gateway()
    return Gateway(ways.usable_characters.get(way.connector_id), ways.fees.get(way.connector_id))
