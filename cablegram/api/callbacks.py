"""The door for providers, as bare ASGI: receipts, texts and opt-outs at `/callbacks/{token}` (R136, R137).

A call is read, proved genuine by its provider's rules, handed in at the desk, and answered as the provider wants it
once all that it tells is on disk. The address by which signatures are checked is the public one of this installation,
never what the caller says of itself.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import replace

from litestar.types import HTTPScope, Receive, Send

from cablegram.api.errors import PROBLEM_JSON, SAFE, BadRequest, Headers, broken, headers_of, problem
from cablegram.api.hot import Written
from cablegram.api.reading import ClientGone, Pairs, read_body, read_head
from cablegram.connectors.providers.contract import Callback, CallbackRefused, CallbackRequest
from cablegram.inbound.callback_desk import CallbackDesk
from cablegram.inbound.callback_fetch import Fetch
from cablegram.inbound.callback_model import Call, clean
from cablegram.inbound.callback_refusals import Refusals
from cablegram.inbound.callers import Caller, Callers, needed
from cablegram.kit.errors import CablegramError, NotAllowed, NotFound, TooLarge, Unavailable
from cablegram.kit.ids import uuid7
from cablegram.kit.networks import caller, holds, read_networks
from cablegram.runtime.runtime import Runtime

PLACE = "callbacks"
Asked = tuple[str, bytes, Pairs]
"""Method, path with query, headers."""

_TARGET = re.compile(rb"/callbacks/([A-Za-z0-9_\-]{16,128})(?:[/?].*)?", re.DOTALL)
_MOST_BYTES = 1_000_000
_MOST_AT_ONCE = 5_000
_LOOKS = frozenset({"HEAD", "OPTIONS"})  # at the address, to see that something answers there; they tell nothing
# What is answered may be an account's own words, and stands where people are logged in: no browser may run any of it.
_CLOSED = {"content-security-policy": "sandbox; default-src 'none'"}
_SAFE: Headers = [(name.encode(), value.encode()) for name, value in {**SAFE, **_CLOSED}.items()]
_PROBLEM: Headers = [(b"content-type", PROBLEM_JSON.encode()), *_SAFE]


class Callbacks:
    """Answers all that is asked of `/callbacks/`; `desk` is the caller's to open and close."""

    def __init__(self, rt: Runtime, desk: CallbackDesk) -> None:
        self._rt = rt
        self._desk = desk
        self._callers = Callers(rt)
        self._fetch = Fetch(rt)
        self._refusals: Refusals[object] = Refusals()
        self._trusted = read_networks(rt.settings.trusted_proxies)
        self._public = rt.settings.public
        self._in_hand = 0

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer a call, as an ASGI application does."""
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        peer = scope["client"][0] if scope["client"] else ""
        try:
            answer = await self.answer(scope["method"], target, scope["headers"], receive, peer=peer)
        except ClientGone:
            return
        headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def answer(self, method: str, target: bytes, headers: Pairs, receive: Receive, *, peer: str) -> Written:
        """Return the answer to a call; `target` is path and query as they came. Raises ClientGone."""
        self._in_hand += 1
        try:
            self._need_room()
            return await self._take(method, target, headers, receive, peer)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - it ends here, as an answer
            return self.failed(error)
        finally:
            self._in_hand -= 1

    def admit(self, method: bytes, target: bytes, headers: Pairs) -> Visit | None:
        """Admit a call if nothing has to be asked or said first (`cli/short_way.py`)."""
        found = _TARGET.fullmatch(target)
        if found is None or method.decode("latin-1") in _LOOKS:
            return None
        who = self._callers.known(found[1].decode("ascii"))
        if who is None or who.networks or who.provider is None:
            return None
        length = read_head(headers).content_length
        if length is None or length > _MOST_BYTES:
            return None
        try:
            self._need_room()
        except CablegramError:
            return None  # `answer` finds the same, and says it
        self._in_hand += 1
        return Visit(self, who, (method.decode("latin-1"), target, headers), length)

    def hear(self, who: Caller, asked: Asked, body: bytes) -> tuple[Callback, asyncio.Future[None]] | None:
        """Hand in a call that can be heard at once; None: it is refused, or something has to be fetched first.

        Raises Unavailable, and whatever a provider raises.
        """
        began, now = self._rt.clock.monotonic(), self._rt.clock.now()
        request = self._request(*asked, body=body)
        try:
            callback = needed(who).hear(request, now=now)
        except CallbackRefused:
            return None
        if callback.wants or callback.visit:
            return None
        clean(callback)
        call = Call(uuid7(), who.connector.id, who.redactor, request, now, began, callback, status=callback.status)
        return callback, self._desk.leave(call)

    def leave(self) -> None:
        """Have a call out of hand."""
        self._in_hand -= 1

    def _need_room(self) -> None:
        if self._in_hand > _MOST_AT_ONCE:
            message = "More calls are in hand than this server takes at once. Nothing was done; call again."
            raise Unavailable("too_busy", message)
        self._desk.need_room()

    async def _take(self, method: str, target: bytes, headers: Pairs, receive: Receive, peer: str) -> Written:
        who = await self._who(target)
        if method in _LOOKS:
            return Written(200, [(b"content-type", b"text/plain"), *_SAFE], b"")
        request = self._request(method, target, headers, peer=peer)
        if who.networks and not holds(who.networks, request.address):
            message = f"Calls to this connector are taken from listed addresses, and {request.address} is none of them."
            return await self._refuse(who, request, NotAllowed("callback_address", message))
        try:
            body = await read_body(receive, read_head(headers), _MOST_BYTES)
        except TooLarge as error:
            return await self._refuse(who, request, error)
        return await self._hear(who, replace(request, body=body))

    async def _who(self, target: bytes) -> Caller:
        """Return whose address is called. Raises NotFound (`callback_unknown`)."""
        found = _TARGET.fullmatch(target)
        who = await self._callers.by_token(found[1].decode("ascii")) if found else None
        if who is None:
            missed = self._refusals.note(None, self._rt.clock.monotonic())
            if missed is not None:
                self._rt.log.warning("calls to addresses that nobody has", more=missed)
            message = "No connector has this callback address. It may have got a new one since."
            raise NotFound("callback_unknown", message)
        return who

    def _request(
        self, method: str, target: bytes, headers: Pairs, *, body: bytes = b"", peer: str = ""
    ) -> CallbackRequest:
        said: dict[str, str] = {}
        for name, value in headers:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            said[key] = f"{said[key]}, {text}" if key in said else text
        address = caller(peer, said.get("x-forwarded-for"), self._trusted) if peer else ""
        return CallbackRequest(method, self._public + target.decode("latin-1"), said, body, address)

    async def _hear(self, who: Caller, request: CallbackRequest) -> Written:
        """Take in what a call says, and answer it when that is on disk."""
        began, now = self._rt.clock.monotonic(), self._rt.clock.now()
        provider, is_own = needed(who), who.connector.account_id is not None
        try:
            callback = provider.hear(request, now=now)
            if callback.wants:
                request = replace(
                    request, fetched={callback.wants: await self._fetch.get(callback.wants, is_own=is_own)}
                )
                callback = provider.hear(request, now=now)
        except CallbackRefused as error:
            kind = BadRequest if error.code == "callback_unreadable" else NotAllowed
            return await self._refuse(who, request, kind(error.code, error.message))
        clean(callback)
        call = Call(uuid7(), who.connector.id, who.redactor, request, now, began, callback, status=callback.status)
        await self._desk.leave(call)
        if callback.visit:
            await self._fetch.visit(callback.visit, is_own=is_own)
        return _written(callback)

    async def _refuse(self, who: Caller, request: CallbackRequest, error: CablegramError) -> Written:
        """Turn a call away; a few of each connector are kept to be looked at, all are counted."""
        self._rt.meters.count("refused_calls", str(who.connector.id), error.code)
        answer = self.failed(error)
        clock = self._rt.clock
        missed = self._refusals.note(who.connector.id, clock.monotonic())
        if missed is not None:
            self._rt.log.warning(
                "a provider's call was refused", connector=str(who.connector.id), code=error.code, more=missed
            )
            call = Call(uuid7(), who.connector.id, who.redactor, request, clock.now(), clock.monotonic())
            call.code, call.status, call.missed = error.code, answer.status, missed
            await self._desk.leave(call)
        return answer

    def failed(self, error: Exception) -> Written:
        """Return the answer that an error is; of one that nobody foresaw only the log tells what it was."""
        if isinstance(error, CablegramError):
            known = error
        else:
            # Never the address: its token is a secret.
            self._rt.log.error("a provider's call failed", exc_info=error)
            known = broken()
        status, body = problem(known, self._public)
        return Written(status, [*_PROBLEM, *headers_of(known)], body)


class Visit:
    """An ordinary call on the short way. What is wrong with it is left for the long one to say."""

    __slots__ = ("_asked", "_callback", "_door", "_length", "_who")

    def __init__(self, door: Callbacks, who: Caller, asked: Asked, length: int) -> None:
        self._door = door
        self._who = who
        self._asked = asked
        self._length = length
        self._callback: Callback | None = None

    def hand_in(self, body: bytes) -> asyncio.Future[None] | None:
        """Take the body; None: the call has to go the long way."""
        if len(body) != self._length:
            return None
        try:
            heard = self._door.hear(self._who, self._asked, body)
        except Exception:  # noqa: BLE001 - whatever it is, it is met again there, logged and answered
            return None
        if heard is None:
            return None
        self._callback, future = heard
        return future

    def answer(self, done: asyncio.Future[None]) -> tuple[int, Headers, bytes]:
        """Return status, headers and body, once that is done."""
        try:
            done.result()
            answer = _written(self._callback or Callback())
        except Exception as error:  # noqa: BLE001 - it ends here, as an answer
            answer = self._door.failed(error)
        return answer.status, answer.headers, answer.body

    def leave(self) -> None:
        """Have the call out of hand."""
        self._door.leave()


def _written(callback: Callback) -> Written:
    headers: Iterable[tuple[bytes, bytes]] = [(b"content-type", callback.content_type.encode("latin-1")), *_SAFE]
    return Written(callback.status, list(headers), callback.body)
