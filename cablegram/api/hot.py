"""The calls that carry messages, as bare ASGI: a third of the price of a routed call (docs/decisions/0011).

A request is read, handed in at the desk and answered when its transaction is on disk. What many requests share stands
outside of them: decoders, headers, keys. Nothing is logged per request; the desk logs its flushes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from litestar.types import HTTPScope, Receive, Send

from cablegram.accounts.access import Scope
from cablegram.accounts.keyring import KeyRing
from cablegram.api.auth import key_of
from cablegram.api.errors import PROBLEM_JSON, SAFE, BadRequest, Headers, broken, headers_of, problem, refusal_problem
from cablegram.api.homes import Homes
from cablegram.api.messages import (
    SEND,
    SEND_BATCH,
    Accepted,
    Batch,
    ItemRefused,
    NewMessage,
    RefusedItem,
    Verdicts,
    shown_number,
)
from cablegram.api.operation import Operation
from cablegram.api.reading import ClientGone, Head, Pairs, need_media_type, read_body, read_head, read_json
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.messages.desk import Desk, Parcel
from cablegram.messages.model import Answer, Draft, Key, State
from cablegram.messages.submit import Wish
from cablegram.runtime.runtime import Runtime

T = TypeVar("T", bound=msgspec.Struct)
WriteAnswer = Callable[[Sequence[Draft]], Answer]

_MOST_AT_ONCE = 5_000  # requests that this process has in its hands, whatever they ask for
_KEY_FORM = re.compile(rb"[\x21-\x7e]{1,255}")
_JSON = "application/json"
_SAFE: Headers = [(name.encode(), value.encode()) for name, value in SAFE.items()]
_ANSWER: Headers = [(b"content-type", _JSON.encode()), *_SAFE]
_PROBLEM: Headers = [(b"content-type", PROBLEM_JSON.encode()), *_SAFE]
_REPLAY = (b"idempotent-replay", b"true")
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Written:
    """An answer, ready to send."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class _Call(Generic[T]):
    """One hot call: how its body is read, what it asks for, and how its answer is written."""

    operation: Operation
    decoder: msgspec.json.Decoder[T]
    asked: Callable[[T], Sequence[Wish]]
    write_answer: WriteAnswer


class HotCalls:
    """Answers `POST /v1/messages` and `POST /v1/messages/batch`."""

    def __init__(self, rt: Runtime, ring: KeyRing, desk: Desk) -> None:
        self._rt = rt
        self._ring = ring
        self._desk = desk
        self._homes = Homes(rt)
        self._in_hand = 0
        self._public = rt.settings.public
        single = _Call(SEND, msgspec.json.Decoder(NewMessage), lambda body: [body], self._write_single)
        batch = _Call(SEND_BATCH, msgspec.json.Decoder(Batch), lambda body: body.messages, _write_batch)
        self._calls: dict[tuple[str, str], _Call[Any]] = {
            (call.operation.method, call.operation.path): call for call in (single, batch)
        }

    def takes(self, method: str, path: str) -> bool:
        """Tell whether this is one of these calls."""
        return (method, path) in self._calls

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer a request, as an ASGI application does."""
        try:
            answer = await self.answer(scope["method"], scope["path"], scope["headers"], receive)
        except ClientGone:
            return
        headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})

    async def answer(self, method: str, path: str, headers: Pairs, receive: Receive) -> Written:
        """Return the answer to a request for one of these calls. Raises ClientGone."""
        self._in_hand += 1
        try:
            self._need_room()  # before anything of it is read: what can't be taken costs nothing
            return await self._accept(self._calls[method, path], read_head(headers), receive)
        except CablegramError as error:
            known = error
        except ClientGone:
            raise
        except Exception as error:
            # It ends here: in the log, and as an answer that says nothing of it.
            self._rt.log.exception("request failed", call=path, exc_info=error)
            known = broken()
        finally:
            self._in_hand -= 1
        status, body = problem(known, self._public)
        return Written(status, [*_PROBLEM, *headers_of(known)], body)

    def _need_room(self) -> None:
        if self._in_hand > _MOST_AT_ONCE:
            message = "This server has more requests in its hands than it takes at once. Nothing was done; try again."
            raise Unavailable("too_busy", message)
        self._desk.need_room()

    async def _accept(self, call: _Call[Any], head: Head, receive: Receive) -> Written:
        who = await self._ring.by_key(key_of(head.authorization, head.api_key))
        who.needs(Scope.SEND)
        need_media_type(head, _JSON)
        data = await read_body(receive, head, call.operation.most_bytes)
        asked = call.asked(read_json(data, call.decoder))
        parcel = Parcel(
            account_id=who.account_id,
            default_country=await self._homes.of(who),
            asked=asked,
            write_answer=call.write_answer,
            key=_key(head, call.operation, data),
        )
        answer = await self._desk.hand_in(parcel)
        headers = _ANSWER if answer.status < 300 else _PROBLEM
        return Written(answer.status, [*headers, _REPLAY] if answer.is_replay else headers, answer.body)

    def _write_single(self, drafts: Sequence[Draft]) -> Answer:
        (draft,) = drafts
        if draft.refusal:
            return Answer(*refusal_problem(draft.refusal, self._public))
        return Answer(202, _encode(_accepted(draft)))


def _write_batch(drafts: Sequence[Draft]) -> Answer:
    items: list[Accepted | ItemRefused] = []
    accepted = price = 0
    for draft in drafts:
        if draft.refusal:
            items.append(ItemRefused(RefusedItem(draft.refusal.code, draft.refusal.message, draft.refusal.field)))
            continue
        items.append(_accepted(draft))
        accepted += 1
        price += draft.price
    return Answer(202, _encode(Verdicts(items=items, accepted=accepted, price=price)))


def _accepted(draft: Draft) -> Accepted:
    if draft.id is None:
        raise ValueError("only an accepted draft can be answered so")
    return Accepted(
        id=draft.id,
        status=State.QUEUED,
        to=shown_number(draft.number),
        sender=draft.source,
        encoding=draft.encoding,
        segments=draft.segments,
        price=draft.price,
        country=draft.country,
        client_ref=draft.client_ref,
    )


def _key(head: Head, operation: Operation, data: bytes) -> Key | None:
    """Return what the client named its request. Raises BadRequest (`bad_idempotency_key`)."""
    name = head.idempotency_key
    if name is None:
        return None
    if not _KEY_FORM.fullmatch(name):
        message = "An Idempotency-Key has 1 to 255 visible ASCII characters."
        raise BadRequest("bad_idempotency_key", message)
    return Key(f"{operation.method} {operation.path}", name.decode("ascii"), hashlib.sha256(data).digest())
