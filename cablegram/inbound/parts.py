"""Parts of long texts as rows: what came before is read, what is there now is written back (R166)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.connectors.contract import Fragment
from cablegram.dispatch.recorder import Text
from cablegram.inbound import joining, store
from cablegram.inbound.joining import Joined, Key, Part, Piece
from cablegram.inbound.model import WholeText
from cablegram.runtime.database import Conn

_AT_ONCE = 500


async def join(conn: Conn, texts: Sequence[Text]) -> list[WholeText]:
    """Return the texts that are whole by now, in the order in which they became so.

    A part that comes after its text was handed on makes that text longer, where it stands; nothing else comes of it.
    """
    parts = [
        _part(text, fragment, arrived_at=text.arrived_at) for text in texts if (fragment := text.incoming.fragment)
    ]
    whole = [_single(text) for text in texts if text.incoming.fragment is None]
    if not parts:
        return whole
    addresses = {part.key[:3] for part in parts}
    await store.lock_groups(conn, addresses)
    outcome = joining.join(await store.groups(conn, addresses), parts)
    return [*whole, *await _keep(conn, outcome)]


async def expire(conn: Conn, now: datetime) -> list[WholeText]:
    """Hand on texts that have waited long enough for a part, some hundreds at a time, with a mark for each gap."""
    stale = await store.stale_addresses(conn, now - joining.WAIT, limit=_AT_ONCE)
    if not stale:
        return []
    await store.lock_groups(conn, stale)
    return await _keep(conn, joining.expire(await store.groups(conn, stale), now))


async def forget(conn: Conn, now: datetime) -> int:
    """Drop what is known of parts that nothing can belong to any more; return how many rows."""
    return await store.forget_groups(conn, now - joining.REACH, limit=_AT_ONCE)


async def _keep(conn: Conn, outcome: joining.Outcome) -> list[WholeText]:
    if outcome.changed:
        await store.put_groups(conn, outcome.changed)
    if outcome.amended:
        await store.amend_texts(conn, [(one.id, one.text, _there(one)) for one in outcome.amended])
    return [_joined(one) for one in outcome.texts]


def _part(text: Text, fragment: Fragment, *, arrived_at: datetime) -> Part:
    incoming = text.incoming
    key = Key(text.connector_id, incoming.source, incoming.destination, fragment.reference, fragment.total)
    return Part(text.id, key, fragment.sequence, Piece(fragment.octets, fragment.data_coding), arrived_at)


def _single(text: Text) -> WholeText:
    incoming = text.incoming
    return WholeText(
        text.id,
        text.connector_id,
        incoming.source,
        incoming.destination,
        incoming.text,
        text.arrived_at,
        media_urls=incoming.media_urls,
    )


def _joined(one: Joined) -> WholeText:
    key = one.key
    return WholeText(one.id, key.connector_id, key.source, key.destination, one.text, one.began_at, _there(one))


def _there(one: Joined) -> int:
    return one.key.total - len(one.missing)
