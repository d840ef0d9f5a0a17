"""Play a call of a provider again that was kept: for support, after a secret or a mapping was mended.

It goes the way that calls go, as of the moment it came. Harmless by that: a receipt's move does not repeat, and texts
and opt-outs that were taken in once have their keys. Nonces alone are not asked: somebody wants it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from cablegram.accounts.access import Principal
from cablegram.billing.prices import Prices
from cablegram.connectors import exchanges, reading, registry
from cablegram.connectors.exchange_model import Exchange, Kind, read
from cablegram.connectors.providers.contract import CallbackRefused, CallbackRequest
from cablegram.connectors.providers.redact import HIDDEN
from cablegram.inbound import callbacks
from cablegram.inbound.callback_fetch import Fetch
from cablegram.inbound.callback_model import Call, clean
from cablegram.inbound.callers import caller, needed
from cablegram.kit.errors import InvalidInput, NotFound, Refused
from cablegram.kit.ids import MessageId
from cablegram.runtime.runtime import Runtime

_PLACE = f"/callbacks/{HIDDEN}"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: what was made of the call when it came, and now; the messages that it is about."""

    exchange_id: UUID
    before: str
    verdict: str
    message_ids: Sequence[MessageId]


async def replay(rt: Runtime, who: Principal, exchange_id: UUID) -> Replayed:
    """Play a call again. Who may configure its connector may do so.

    Raises NotAllowed, NotFound (`exchange_not_found`), InvalidInput (`exchange_no_callback`), Refused
    (`exchange_not_whole`; `callback_forged` and the like, for what its provider says of it now), Unavailable.
    """
    found = await exchanges.get(rt, who, exchange_id)
    if found.kind is not Kind.CALLBACK:
        raise InvalidInput(
            "exchange_no_callback", f"{exchange_id} is no call of a provider: only those are played again."
        )
    async with rt.db.connection() as conn:
        connectors = await reading.some(conn, [found.connector_id])
    if not connectors:
        raise NotFound("exchange_not_found", f"The connector of exchange {exchange_id} is there no more.")
    known = caller(rt, connectors[0])
    request = _request(found, rt.settings.public, registry.callback_token(connectors[0], rt.seal))
    try:
        provider = needed(known)
        callback = provider.hear(request, now=found.at)
        if callback.wants:
            is_own = connectors[0].account_id is not None
            fetched = {callback.wants: await Fetch(rt).get(callback.wants, is_own=is_own)}
            callback = provider.hear(replace(request, fetched=fetched), now=found.at)
    except CallbackRefused as error:
        raise Refused(error.code, error.message) from error
    clean(callback)
    clock = rt.clock
    call = Call(found.id, found.connector_id, known.redactor, request, found.at, clock.monotonic(), callback)
    call.is_replay = True
    async with rt.db.transaction() as conn:
        await callbacks.take(conn, [call], prices=Prices(), now=clock.now(), clock=clock.monotonic())
        await exchanges.judge(conn, found.id, f"{call.verdict()}, played again", call.message_ids)
    return Replayed(found.id, found.verdict, call.verdict(), call.message_ids)


def _request(found: Exchange, public: str, token: str) -> CallbackRequest:
    """Return a call as it came, at the connector's address of today. Raises Refused (`exchange_not_whole`)."""
    kept = read(found.request)
    headers = dict(kept[0]) if kept else {}
    length = headers.get("content-length", "")
    if kept is None or (length.isdigit() and int(length) != len(kept[1])):
        message = "Of this call not everything is kept, for it was long or is no text; the provider can send it again."
        raise Refused("exchange_not_whole", message)
    _, _, rest = found.url.partition(_PLACE)
    return CallbackRequest(found.method, f"{public}/callbacks/{token}{rest}", headers, kept[1], "")
