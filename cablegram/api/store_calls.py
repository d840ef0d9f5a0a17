"""The door for programs that were written for stores: one address, `/smapi/rest`, as bare ASGI (R113, R126).

A form comes in, XML goes out, and both HTTP's status and the answer's own say the same. Only POST is taken. Fields may
stand in the address as well, as some clients write them; those of the body win.
"""

from __future__ import annotations

from litestar.types import HTTPScope, Receive, Send

from cablegram.api import store_form, store_xml
from cablegram.api.errors import SAFE, Headers, MethodNotAllowed, broken, headers_of, status_of
from cablegram.api.hot import Written
from cablegram.api.reading import ClientGone, Pairs, read_body, read_head
from cablegram.api.store_form import Form
from cablegram.api.store_methods import METHODS, Call, Tools, method_of
from cablegram.billing.prices import Prices
from cablegram.kit.errors import CablegramError, InvalidInput, NotAuthenticated, Unavailable
from cablegram.kit.networks import caller as caller_of
from cablegram.kit.networks import read_networks
from cablegram.messages.media import Media
from cablegram.runtime.runtime import Runtime
from cablegram.stores.credentials import Door

PLACE = "smapi"
PATH = f"/{PLACE}/rest"
_MOST_AT_ONCE = 500
_HEADERS: Headers = [
    (b"content-type", store_xml.MEDIA_TYPE.encode()),
    *((name.encode(), value.encode()) for name, value in SAFE.items()),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
]
_BASIC = (b"www-authenticate", b'Basic realm="cablegram stores", charset="UTF-8"')


class StoreCalls:
    """Answers all that is asked of `/smapi/`. One of these a process."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._door = Door(rt)
        self._tools = Tools(rt, Media(rt), Prices())
        self._trusted = read_networks(rt.settings.trusted_proxies)
        self._in_hand = 0

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer a request, as an ASGI application does."""
        peer = scope["client"][0] if scope["client"] else ""
        self._in_hand += 1
        try:
            answer = await self._answer(scope, receive, peer)
        except ClientGone:
            return
        finally:
            self._in_hand -= 1
        headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _answer(self, scope: HTTPScope, receive: Receive, peer: str) -> Written:
        form = Form({})
        try:
            self._need_room()
            _need_post(scope)
            form = await _read(scope, receive)
            return await self._do(scope["headers"], form, peer)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - it ends here, as an answer
            return self._failed(error, form)

    def _need_room(self) -> None:
        if self._in_hand > _MOST_AT_ONCE:
            raise Unavailable("too_busy", "More calls for stores are in hand than this server takes at once.")

    async def _do(self, headers: Pairs, form: Form, peer: str) -> Written:
        login = store_form.read_login(read_head(headers).authorization)
        said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
        address = caller_of(peer, said.get("x-forwarded-for"), self._trusted) if peer else ""
        who = await self._door.enter(login.user, login.password, login.keyword, address=address)
        reply = await method_of(form)(Call(self._tools, who, form, address))
        return Written(200, _HEADERS, store_xml.answer(form.method, 200, reply.message, reply.content))

    def _failed(self, error: Exception, form: Form) -> Written:
        """Return the answer that an error is; of one that nobody foresaw only the log tells what it was."""
        known = error if isinstance(error, CablegramError) else broken()
        if known is not error:
            self._rt.log.error("a call for a store failed", method=form.method[:40], exc_info=error)
        op = form.method if form.method in METHODS else ""
        body = store_xml.answer(op, _status(known), f"{known.message} [{known.code}]")
        more = [_BASIC] if isinstance(known, NotAuthenticated) else headers_of(known)
        return Written(_status(known), [*_HEADERS, *more], body)


def _need_post(scope: HTTPScope) -> None:
    if scope["method"] != "POST" or scope["path"].rstrip("/") != PATH:
        raise MethodNotAllowed(scope["method"], f"POST, at {PATH}")


async def _read(scope: HTTPScope, receive: Receive) -> Form:
    head = read_head(scope["headers"])
    body = store_form.read_form((await read_body(receive, head, store_form.MOST_BYTES)).strip())
    if not scope["query_string"]:
        return body
    return Form({**store_form.read_form(scope["query_string"]).fields, **body.fields})


def _status(error: CablegramError) -> int:
    """Return the status that clients of this door know: 4xx for whatever they can do something about."""
    if isinstance(error, Unavailable) and error.code in {"too_many_attempts", "too_busy"}:
        return 429
    return 400 if isinstance(error, InvalidInput) else status_of(error)[0]
