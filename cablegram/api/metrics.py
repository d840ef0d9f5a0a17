"""`GET /metrics`: the figures of the installation, for Prometheus (docs/decisions/0015).

Never open: figures tell a competitor more than anybody would. Who asks gives an operator's key, or the token that
`CABLEGRAM_METRICS_TOKEN` names. Coming from this machine proves nothing, since a proxy before us comes from it too.
"""

from __future__ import annotations

import secrets
from typing import Any

from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler, get

from cablegram.accounts.access import Principal, Scope, operator
from cablegram.api import exposition
from cablegram.api.auth import key_of
from cablegram.api.door import Door
from cablegram.api.reading import Head, read_head
from cablegram.api.reference import VERSION
from cablegram.api.routes import failure, reply
from cablegram.overview import look
from cablegram.runtime.runtime import Runtime


def metrics(rt: Runtime, door: Door) -> HTTPRouteHandler:
    """Return the route that answers with all figures."""

    @get("/metrics")
    async def show(request: Request[Any, Any, Any]) -> Response[bytes]:
        try:
            head = read_head(request.scope["headers"])
            peer = request.client.host if request.client else ""
            who = await _reader(rt, door, head, peer)
            seen = await look.watched(rt, who)
        except Exception as error:  # noqa: BLE001 - each ends as an answer, and what is our fault in the log
            return failure(rt, error)
        return reply(200, exposition.write(seen, VERSION), media_type=exposition.MEDIA_TYPE)

    return show


async def _reader(rt: Runtime, door: Door, head: Head, peer: str) -> Principal:
    """Recognize who asks. Raises as `Door.known`, and NotAllowed (`scope_missing`)."""
    token = rt.settings.metrics_token
    if token and head.session_token is None:
        given = key_of(head.authorization, head.api_key)
        if secrets.compare_digest(given.encode(), token.encode()):
            return operator("metrics token")
    who = await door.known(head, peer)
    who.needs(Scope.OPERATOR)
    return who
