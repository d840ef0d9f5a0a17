"""Links that people opened, as providers tell it that shorten links themselves (R136)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from cablegram.connectors.providers.contract import Click
from cablegram.inbound.callback_model import Call
from cablegram.kit.ids import MessageId
from cablegram.links import told
from cablegram.links.told import Opening
from cablegram.runtime.database import Conn

_FATE = "click"
_NOBODYS = "click of no message"


async def take(
    conn: Conn, clicks: Sequence[tuple[Call, str, Click]], messages: Mapping[str, MessageId], *, now: datetime
) -> None:
    """Count what was opened of our messages, and note on each call what became of it.

    Each comes with the key under which it counts once; `messages` are ours by the provider's ids. One about a message
    that is not known by now may be told again.
    """
    opened: list[Opening] = []
    for call, key, click in clicks:
        message_id = messages.get(click.provider_id)
        if message_id is None:
            call.fates.append(_NOBODYS)
            call.unheeded.append(key)
            continue
        call.fates.append(_FATE)
        call.message_ids.append(message_id)
        # No clock of a provider's makes anybody open a link tomorrow.
        at = min(click.at or call.at, call.at)
        opened.append(Opening(message_id, click.url, at, is_machine=click.is_machine))
    if opened:
        await told.count(conn, opened, now=now)
