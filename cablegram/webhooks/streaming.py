"""Listen without a server: a stream keeps its events, and whoever asks gets those after a number (`cablegram listen`).

A stream is an endpoint that nothing is sent to. It has a secret of its own, so that who listens can sign what they hand
on, and it goes by itself when nobody has listened for a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import EndpointId
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import endpoints, log_store, store, telling
from cablegram.webhooks.model import NewEndpoint, Transport

SILENT_AFTER = timedelta(days=1)
_HEARD_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """An event of a stream: `body` is what a server would be sent."""

    id: UUID
    sequence: int
    kind: str
    body: str


async def open_stream(rt: Runtime, who: Principal, kinds: Sequence[str]) -> tuple[EndpointId, str]:
    """Begin to listen; return the stream and its secret. Raises as `endpoints.create`."""
    made, secret = await endpoints.create(rt, who, NewEndpoint("listen", kinds=kinds, transport=Transport.STREAM))
    return made.id, secret


async def read(rt: Runtime, who: Principal, stream_id: UUID, *, after: int, limit: int) -> list[Heard]:
    """Return events of a stream after a number, oldest first. Raises NotFound (`webhook_not_found`)."""
    who.needs(Scope.WEBHOOKS)
    async with rt.db.connection() as conn:
        found = await store.get_endpoint(conn, who.account_id, stream_id)
        if found is None or found.transport is not Transport.STREAM:
            raise NotFound("webhook_not_found", f"The account has no stream {stream_id}. Begin a new one.")
        rows = await log_store.after(conn, who.account_id, found.id, after, limit=limit)
        await store.hear(conn, found.id, rt.clock.now(), each=_HEARD_EVERY)
    return [Heard(row[0], row[1], row[2], telling.body(row[2], row[3], row[1], row[4])) for row in rows]
