"""How the gateway that carries an account's messages counts, and what it costs: a writer sees neither (R43, R171)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import AccountId
from cablegram.messages.by_rules import lot_of
from cablegram.messages.model import MessageClass
from cablegram.numbers.e164 import Number
from cablegram.routing import pick
from cablegram.routing.choose import Chooser, Way
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders import usable
from cablegram.senders.model import SenderRefusal


@dataclass(frozen=True, slots=True)
class Gateway:
    """The way of a message.

    `usable_characters`: by how many it bills a text; None: as the network cuts it. `fee`: micro-credits a segment over
    a connector of the account's own, 0 where nothing is charged; None: the tariff holds.
    """

    usable_characters: int | None = None
    fee: int | None = None


async def toward(
    rt: Runtime,
    who: Principal,
    to: Number,
    *,
    sender: str | None = None,
    message_class: MessageClass = MessageClass.TRANSACTIONAL,
) -> Gateway:
    """Return the gateway that a message of the account to a number would take, from a sender or from its default one.

    Over an account's own connectors it is the very one, so that its fee is what will be charged. Where there is no way
    out, it is one that counts as the network does, by the tariff.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        chooser = await _chooser(conn, who.account_id, sender, message_class)
    if chooser is None:
        return Gateway()
    drawn = chooser.draw(to.e164, to.country)
    payer = drawn.ways[0].account_id
    if payer is not None:
        return _gateway(drawn.by_lot(lot_of(payer, to.e164, None)))
    counts = {way.usable_characters for way in drawn.ways}  # its id decides, and it has none yet
    return Gateway(usable_characters=counts.pop() if len(counts) == 1 else None)


async def reachable(
    conn: Conn, account_id: AccountId, *, sender: str | None, message_class: MessageClass
) -> Sequence[Gateway]:
    """Return the gateways that messages of an account may take as things are, wherever they go; none: no way out."""
    chooser = await _chooser(conn, account_id, sender, message_class)
    return [_gateway(way) for way in chooser.reachable()] if chooser else []


async def _chooser(
    conn: Conn, account_id: AccountId, sender: str | None, message_class: MessageClass
) -> Chooser | None:
    """Return who chooses for messages from a sender; None where nothing carries them."""
    asked = pick.routes(conn, [account_id])
    (found,) = await usable.resolve(conn, [(account_id, sender)])
    ways = await asked
    if isinstance(found, SenderRefusal):
        wanted, address = (), sender or ""
    else:
        wanted, address = found.connector_ids, found.address
    usual = ways.choose(account_id, wanted)
    if usual is None:
        return None
    return ways.chooser(usual.account_id, account_id, sender=address, message_class=message_class.value, wanted=wanted)


def _gateway(way: Way) -> Gateway:
    return Gateway(way.usable_characters, None if way.account_id is None else way.fee or 0)
