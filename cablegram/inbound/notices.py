"""Carriers' notices of subscribers' lines that come by connectors: in calls of providers, and in texts over SMPP (R79).

A provider's call has them where its description says (`notices` of a described provider). Over SMPP a carrier sends a
text from the address that the connector's settings name (`notices_from`) to the short code that it is about, with a
line for each: `status,number,new_number,at`, as in a carrier's file. From anybody else such a text is a text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.connectors import reading
from cablegram.connectors.contract import CarrierNotice, NoticeKind
from cablegram.connectors.model import SmppSettings
from cablegram.inbound.callback_model import Call, plain
from cablegram.inbound.model import WholeText
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import ConnectorId
from cablegram.runtime.database import Conn
from cablegram.sms_services import connector_notices, noticing

_FATE = "notice"
_NOBODYS = "notice of no code"
_ALIKE = re.compile(rf"\s*(?:status|{'|'.join(NoticeKind)})\s*,\s*(?:number|\+?[0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice in a call, with the key under which it counts once."""

    call: Call
    key: str
    notice: CarrierNotice


async def take(conn: Conn, connector_id: ConnectorId, noticed: Sequence[Noticed], *, now: datetime) -> None:
    """Leave to be done what calls to one connector tell, and note on each call what became of it."""
    if not noticed:
        return
    is_own = bool(await reading.owners(conn, [connector_id]))
    said = [one.notice for one in noticed]
    left = [None] * len(said) if is_own else await connector_notices.leave(conn, connector_id, said, now=now)
    for one, found in zip(noticed, left, strict=True):
        one.call.fates.append(_FATE if found else _NOBODYS)
        if found is None:
            one.call.unheeded.append(one.key)


async def set_aside(conn: Conn, whole: Sequence[WholeText], *, now: datetime) -> Sequence[WholeText]:
    """Leave to be done what carriers say by texts, and return the texts of people.

    What can't be read, or is about no code of the connector, stays a text, so that it is found in the log.
    """
    alike = [text for text in whole if text.destination.isdigit() and _ALIKE.match(text.text)]
    if not alike:
        return whole
    connectors = {one.id: one for one in await reading.some(conn, list({text.connector_id for text in alike}))}
    taken: set[int] = set()
    for text in alike:
        connector = connectors.get(text.connector_id)
        if connector is None or connector.account_id is not None or not isinstance(connector.settings, SmppSettings):
            continue
        its = connector.settings.notices_from
        if its and plain(text.source) == plain(its) and await _leave(conn, text, now):
            taken.add(id(text))
    return [text for text in whole if id(text) not in taken]


async def _leave(conn: Conn, text: WholeText, now: datetime) -> bool:
    try:
        lines = noticing.read_csv(text.text.encode())
    except InvalidInput:
        return False
    said = [CarrierNotice(one.kind, text.destination, one.number, one.new_number or "", one.said_at) for one in lines]
    return bool(said) and any(await connector_notices.leave(conn, text.connector_id, said, now=now))
