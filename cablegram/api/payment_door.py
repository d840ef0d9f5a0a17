"""The door for the payment processor's own calls, at `/callbacks/stripe`: signed, answered when they are on disk."""

from __future__ import annotations

from litestar.types import HTTPScope, Receive

from cablegram.api.errors import BadRequest, MethodNotAllowed
from cablegram.api.outer_door import Answer, OuterDoor
from cablegram.api.reading import read_body, read_head
from cablegram.kit.errors import CablegramError, InvalidInput, Unavailable
from cablegram.payments import hooks

PATH = "/callbacks/stripe"

_MOST_BYTES = 300_000
_MOST_AT_ONCE = 50  # each may ask the processor something
_SIGNATURE = b"stripe-signature"


class PaymentDoor(OuterDoor):
    """Hears the processor: the signature is of the body's very bytes."""

    name = "stripe"

    async def take(self, scope: HTTPScope, receive: Receive) -> tuple[str, bytes]:
        """Hear a call."""
        if scope["method"] != "POST":
            raise MethodNotAllowed(scope["method"], "POST")
        if self.in_hand > _MOST_AT_ONCE:
            raise Unavailable("too_busy", "More calls are in hand than are taken at once. Call again.")
        headers = list(scope["headers"])
        body = await read_body(receive, read_head(headers), _MOST_BYTES)
        signature = next((value for name, value in headers if name == _SIGNATURE), b"")
        try:
            await hooks.hear(self.rt, body, signature.decode("latin-1"))
        except InvalidInput as error:
            raise BadRequest(error.code, error.message) from error
        return "text/plain", b""

    def refused(self, error: CablegramError) -> Answer:
        """Say it in the log, too: who pays waits for what the processor had to tell."""
        self.rt.log.warning("a call of the payment processor was refused", code=error.code)
        return super().refused(error)
