"""The door for the payment processor's own calls, at `/callbacks/stripe`: signed, answered when they are on disk."""

from __future__ import annotations

from litestar.types import HTTPScope, Receive, Send

from cablegram.api.errors import PROBLEM_JSON, SAFE, BadRequest, MethodNotAllowed, broken, headers_of, problem
from cablegram.api.reading import ClientGone, read_body, read_head
from cablegram.kit.errors import CablegramError, InvalidInput, Unavailable
from cablegram.payments import hooks
from cablegram.runtime.runtime import Runtime

PATH = "/callbacks/stripe"

_MOST_BYTES = 300_000
_MOST_AT_ONCE = 50  # each may ask the processor something
_SIGNATURE = b"stripe-signature"
_SAFE = [(name.encode(), value.encode()) for name, value in SAFE.items()]


class PaymentDoor:
    """Answers what is asked of the door, as bare ASGI: the signature is of the body's very bytes."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._in_hand = 0

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer a call, as an ASGI application does."""
        self._in_hand += 1
        try:
            await self._take(scope, receive)
            status, body, headers = 200, b"", [(b"content-type", b"text/plain"), *_SAFE]
        except ClientGone:
            return
        except CablegramError as error:
            status, body, headers = self._refused(error)
        except Exception:
            self._rt.log.exception("a call of the payment processor failed")
            status, body, headers = self._refused(broken())
        finally:
            self._in_hand -= 1
        headers = [*headers, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _take(self, scope: HTTPScope, receive: Receive) -> None:
        if scope["method"] != "POST":
            raise MethodNotAllowed(scope["method"], "POST")
        if self._in_hand > _MOST_AT_ONCE:
            raise Unavailable("too_busy", "More calls are in hand than are taken at once. Call again.")
        headers = list(scope["headers"])
        body = await read_body(receive, read_head(headers), _MOST_BYTES)
        signature = next((value for name, value in headers if name == _SIGNATURE), b"")
        try:
            await hooks.hear(self._rt, body, signature.decode("latin-1"))
        except InvalidInput as error:
            raise BadRequest(error.code, error.message) from error

    def _refused(self, error: CablegramError) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        self._rt.meters.count("refused_calls", "stripe", error.code)
        self._rt.log.warning("a call of the payment processor was refused", code=error.code)
        status, body = problem(error, self._rt.settings.public)
        return status, body, [(b"content-type", PROBLEM_JSON.encode()), *_SAFE, *headers_of(error)]
