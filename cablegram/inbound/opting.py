"""Whose opt-out it is of which a provider tells: it knows the number and sometimes our sender, and no account.

First the account of the message that it is about, then that of the connector, then whose sender it is; of several the
one that wrote last, for that is whom the person answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.connectors import reading
from cablegram.dispatch import sent
from cablegram.dispatch.model import Sent, ToldOut
from cablegram.inbound import facts
from cablegram.inbound.callback_model import Call
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.runtime.database import Conn
from cablegram.senders import usable
from cablegram.senders.address import canonical

_FATE = "opt_out"
_NOBODYS = "opt_out of nobody"


@dataclass(slots=True)
class Out:
    """An opt-out that a call tells of; `sent` is the message that it is about, where we know it by `provider_id`."""

    call: Call
    key: str
    number: str
    sender: str
    words: str = ""
    provider_id: str = ""
    sent: Sent | None = None


async def resolve(conn: Conn, outs: Sequence[Out], *, now: datetime) -> list[ToldOut]:
    """Return the opt-outs with the accounts that they are for, and note on each call what became of it."""
    if not outs:
        return []
    connectors = {one.id: one for one in await reading.some(conn, list({out.call.connector_id for out in outs}))}
    unsettled = [out for out in outs if out.sent is None and facts.number_of(out.number)]
    for connector_id, connector in sorted(connectors.items()):
        own = [out for out in unsettled if out.call.connector_id == connector_id]
        await _find(conn, connector_id, connector.account_id, own, now)
    told: list[ToldOut] = []
    for out in outs:
        number = facts.number_of(out.sent.number) if out.sent else None
        out.call.fates.append(_FATE if number else _NOBODYS)
        if not number:
            out.call.unheeded.append(out.key)
        if out.sent and number:
            connector = connectors.get(out.call.connector_id)
            words = ": ".join(part for part in (connector.name if connector else "", out.words) if part)
            told.append(ToldOut(out.sent.account_id, number, out.sent.source, words[:200], out.call.at))
    return told


async def _find(
    conn: Conn, connector_id: ConnectorId, owner: AccountId | None, outs: Sequence[Out], now: datetime
) -> None:
    """Find whom a connector's opt-outs are for, by their numbers and senders."""
    held = await usable.holders(conn, sorted({address for out in outs if (address := canonical(out.sender))}))
    for out in outs:
        holders = [one for one in held if one.address.lower() == out.sender.lower()]
        accounts = [owner] if owner else [one.account_id for one in holders] or None
        pair = (out.number, out.sender)
        found = (await sent.last_to(conn, connector_id, [pair], accounts=accounts, now=now)).get(pair)
        if found is None and accounts:
            found = Sent(accounts[0], out.sender, out.number)
        out.sent = found
