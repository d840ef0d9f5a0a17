"""The calls that carry messages, as bare ASGI: a third of the price of a routed call (docs/decisions/0011).

A request is read, handed in at the desk and answered when its transaction is on disk. What many requests share stands
outside of them: decoders, headers, keys. Nothing is logged per request; the desk logs its flushes.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from litestar.types import HTTPScope, Receive, Send
from msgspec import UNSET

from cablegram.accounts.access import Principal, Scope
from cablegram.api import send as sends
from cablegram.api.door import Door
from cablegram.api.errors import PROBLEM_JSON, SAFE, Headers, broken, headers_of, problem, refusal_problem
from cablegram.api.homes import Homes
from cablegram.api.messages import (
    Accepted,
    Batch,
    ItemRefused,
    NewMessage,
    RefusedItem,
    Verdicts,
    shown_number,
    shown_sender,
)
from cablegram.api.operation import Operation
from cablegram.api.reading import ClientGone, Head, Pairs, need_media_type, read_body, read_head, read_json, read_key
from cablegram.api.send import SEND, SEND_BATCH, GroupMessage
from cablegram.campaigns.group import send as group_send
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.messages.desk import Desk, Parcel
from cablegram.messages.media import Media
from cablegram.messages.model import Answer, Draft, Key
from cablegram.messages.refused_calls import RefusedCalls
from cablegram.messages.submit import Wish
from cablegram.runtime.runtime import Runtime

T = TypeVar("T", bound=msgspec.Struct)
WriteAnswer = Callable[[Sequence[Draft]], Answer]

_MOST_AT_ONCE = 5_000  # requests that this process has in its hands, whatever they ask for
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

    def __init__(self, rt: Runtime, door: Door, desk: Desk) -> None:
        self._rt = rt
        self._door = door
        self._desk = desk
        self._homes = Homes(rt)
        self._media = Media(rt)
        self.refused = RefusedCalls(rt)
        self._group = msgspec.json.Decoder(GroupMessage)
        self.in_hand = 0  # requests that are being answered
        self._public = rt.settings.public
        single = _Call(SEND, msgspec.json.Decoder(NewMessage), lambda body: [body], self._write_single)
        batch = _Call(SEND_BATCH, msgspec.json.Decoder(Batch), lambda body: body.messages, _write_batch)
        self._calls: dict[tuple[str, str], _Call[Any]] = {
            (call.operation.method, call.operation.path): call for call in (single, batch)
        }
        self._by_target = {(method.encode(), path.encode()): call for (method, path), call in self._calls.items()}

    def takes(self, method: str, path: str) -> bool:
        """Tell whether this is one of these calls."""
        return (method, path) in self._calls

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer a request, as an ASGI application does."""
        try:
            peer = scope["client"][0] if scope["client"] else ""
            answer = await self.answer(scope["method"], scope["path"], scope["headers"], receive, peer=peer)
        except ClientGone:
            return
        headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})

    async def answer(self, method: str, path: str, headers: Pairs, receive: Receive, *, peer: str) -> Written:
        """Return the answer to a request for one of these calls. Raises ClientGone."""
        self.in_hand += 1
        try:
            self._need_room()  # before anything of it is read: what can't be taken costs nothing
            return await self._accept(self._calls[method, path], read_head(headers), receive, peer)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - it ends here, as an answer
            return self.failed(error, path)
        finally:
            self.in_hand -= 1

    def admit(self, method: bytes, target: bytes, headers: Pairs) -> Visit | None:
        """Admit a request for one of these calls if nothing has to be asked or said first (`cli/short_way.py`)."""
        call = self._by_target.get((method, target))
        if call is None:
            return None
        head = read_head(headers)
        if head.content_length is None or head.content_length > call.operation.most_bytes:
            return None
        try:
            who = self._door.remembered(head)
            country = self._homes.remembered(who) if who else None
            if who is None or country is None:
                return None
            self._need_room()
            who.needs(Scope.SEND)
            need_media_type(head, _JSON)
            if not self._door.lets(who):
                return None
        except CablegramError:
            return None  # `answer` finds the same, and says it
        self.in_hand += 1
        return Visit(self, call, head, who, country)

    def _need_room(self) -> None:
        if self.in_hand > _MOST_AT_ONCE:
            message = "This server has more requests in its hands than it takes at once. Nothing was done; try again."
            raise Unavailable("too_busy", message)
        self._desk.need_room()

    async def _accept(self, call: _Call[Any], head: Head, receive: Receive, peer: str) -> Written:
        who = await self._door.known(head, peer)
        try:
            return await self._take(call, who, head, receive)
        except CablegramError as error:
            self.refused.note(who, f"{call.operation.method} {call.operation.path}", error)
            raise

    async def _take(self, call: _Call[Any], who: Principal, head: Head, receive: Receive) -> Written:
        who.needs(Scope.SEND)
        need_media_type(head, _JSON)
        data = await read_body(receive, head, call.operation.most_bytes)
        if call.operation is SEND and _is_for_lists(data):
            return await self._to_lists(who, head, data)
        parcel = Visit(self, call, head, who, await self._homes.of(who)).parcel(data)
        if pictures := _pictures(parcel):
            parcel.media = await self._media.check(who.account_id, pictures)
        return written(await self._desk.hand_in(parcel))

    async def _to_lists(self, who: Principal, head: Head, data: bytes) -> Written:
        """Send to contact lists: a campaign, begun at once (R47)."""
        body = read_json(data, self._group)
        key = _key(head, SEND, data)
        return written(await group_send(self._rt, who, sends.asked(body), key=key, write_answer=sends.answer))

    def leave(self, parcel: Parcel) -> asyncio.Future[Answer]:
        """Hand a parcel in, and wait elsewhere. Raises Unavailable."""
        return self._desk.leave(parcel)

    def failed(self, error: Exception, path: str) -> Written:
        """Return the answer that an error is; of one that nobody foresaw only the log tells what it was."""
        if isinstance(error, CablegramError):
            known = error
        else:
            self._rt.log.error("request failed", call=path, exc_info=error)
            known = broken()
        status, body = problem(known, self._public)
        return Written(status, [*_PROBLEM, *headers_of(known)], body)

    def _write_single(self, drafts: Sequence[Draft]) -> Answer:
        (draft,) = drafts
        if draft.refusal:
            return Answer(*refusal_problem(draft.refusal, self._public))
        return Answer(202, _encode(_accepted(draft)))


class Visit:
    """A request of somebody we know. On the short way, what is wrong with it is left for the long one to say."""

    __slots__ = ("_hot", "call", "country", "head", "who")

    def __init__(self, hot: HotCalls, call: _Call[Any], head: Head, who: Principal, country: str) -> None:
        self._hot = hot
        self.call, self.head, self.who, self.country = call, head, who, country

    def parcel(self, body: bytes) -> Parcel:
        """Read the body. Raises BadRequest."""
        call = self.call
        asked = call.asked(read_json(body, call.decoder))
        key = _key(self.head, call.operation, body)
        endpoint = f"{call.operation.method} {call.operation.path}"
        return Parcel(self.who.account_id, self.country, asked, call.write_answer, key, endpoint)

    def hand_in(self, body: bytes) -> asyncio.Future[Answer] | None:
        """Take the body; None: the request has to go the long way."""
        if len(body) != self.head.content_length:
            return None
        try:
            parcel = self.parcel(body)
            return None if _pictures(parcel) else self._hot.leave(parcel)
        except Exception:  # noqa: BLE001 - whatever it is, it is met again there, logged and answered
            return None

    def answer(self, done: asyncio.Future[Answer]) -> tuple[int, Headers, bytes]:
        """Return status, headers and body, once that is done."""
        try:
            answer = written(done.result())
        except Exception as error:  # noqa: BLE001 - it ends here, as an answer
            answer = self._hot.failed(error, self.call.operation.path)
        return answer.status, answer.headers, answer.body

    def leave(self) -> None:
        """Have the request out of hand."""
        self._hot.in_hand -= 1


def _is_for_lists(data: bytes) -> bool:
    """Tell whether a message goes to contact lists and not to a number."""
    if b'"contact_list_ids"' not in data:
        return False
    try:
        return "contact_list_ids" in msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False  # whoever reads it as a message says what is wrong


def _pictures(parcel: Parcel) -> list[str]:
    """Return the pictures of a request, which have to be looked at before it is handed in."""
    return [one.media_url for one in parcel.asked if one.media_url is not None]


def written(answer: Answer) -> Written:
    """Return what the desk answered with its headers."""
    headers = _ANSWER if answer.status < 300 else _PROBLEM
    return Written(answer.status, [*headers, _REPLAY] if answer.is_replay else headers, answer.body)


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
        status=draft.state,
        to=shown_number(draft.number),
        sender=shown_sender(draft.source),
        encoding=draft.encoding,
        segments=draft.segments,
        billed_segments=draft.billed_segments or draft.segments,
        price=draft.price,
        country=draft.country,
        client_ref=draft.client_ref,
        waits_until=UNSET if draft.when is None else draft.when.due(draft.id) or UNSET,
        replaced=UNSET if draft.swaps is None else dict(draft.swaps),
    )


def _key(head: Head, operation: Operation, data: bytes) -> Key | None:
    """Return what the client named its request. Raises BadRequest (`bad_idempotency_key`)."""
    name = read_key(head)
    if name is None:
        return None
    return Key(f"{operation.method} {operation.path}", name, hashlib.sha256(data).digest())
