"""Read what a request brings: headers, query, ids in the path, a body. All that is wrong is said at once."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, cast
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from litestar.types import Receive, ReceiveMessage
from msgspec import inspect

from cablegram.api.errors import BadRequest, WrongMediaType, gathered
from cablegram.kit import faults
from cablegram.kit.errors import Fault, TooLarge
from cablegram.kit.whole_numbers import with_whole_numbers

T = TypeVar("T", bound=msgspec.Struct)
Pairs = Iterable[tuple[bytes, bytes]]

SMALL = 1_000_000  # bytes of a JSON body
_MOST_PARAMETERS = 100
_KEY_FORM = re.compile(rb"[\x21-\x7e]{1,255}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")


class ClientGone(Exception):
    """The client went away before its request was complete; there is nobody to answer."""


class Ruled(msgspec.Struct):
    """A body with a rule between its fields, which no field can check alone."""

    def broken_rule(self) -> Fault | None:
        """Return what is wrong between fields; nothing, until somebody knows better."""
        return None


@dataclass(slots=True)
class Head:
    """The headers that we read."""

    authorization: bytes | None = None
    api_key: bytes | None = None
    content_type: bytes | None = None
    content_length: int | None = None
    idempotency_key: bytes | None = None
    session_token: bytes | None = None
    forwarded: bytes | None = None


def read_head(headers: Pairs) -> Head:
    """Pick the headers that matter out of all of them, in one pass."""
    head = Head()
    for name, value in headers:
        match name:
            case b"authorization":
                head.authorization = value
            case b"x-api-key":
                head.api_key = value
            case b"content-type":
                head.content_type = value
            case b"content-length":
                head.content_length = int(value) if value.isdigit() else None
            case b"idempotency-key":
                head.idempotency_key = value
            case b"x-session-token":
                head.session_token = value.strip()
            case b"x-forwarded-for":
                head.forwarded = value if head.forwarded is None else head.forwarded + b"," + value
            case _:
                pass
    return head


def read_key(head: Head) -> str | None:
    """Return what the client named its request. Raises BadRequest (`bad_idempotency_key`)."""
    name = head.idempotency_key
    if name is None:
        return None
    if not _KEY_FORM.fullmatch(name):
        message = "An Idempotency-Key has 1 to 255 visible ASCII characters."
        raise BadRequest("bad_idempotency_key", message)
    return name.decode("ascii")


def media_type_of(head: Head) -> str:
    """Return of which kind the body says that it is, without parameters; empty where it says nothing."""
    return (head.content_type or b"").partition(b";")[0].strip().lower().decode("latin-1")


def need_media_type(head: Head, wanted: str, *others: str) -> None:
    """Raise WrongMediaType (`wrong_media_type`) unless the body says that it is of this kind, or one of others."""
    given = media_type_of(head)
    if given != wanted and given not in others:
        what = f"it says {given[:80]!r}" if given else "it does not say what it is"
        takes = " or ".join(f"`Content-Type: {one}`" for one in (wanted, *others))
        message = f"This call takes a body of {takes}, and {what}."
        raise WrongMediaType("wrong_media_type", message)


async def body_chunks(receive: Receive, head: Head, most: int) -> AsyncIterator[bytes]:
    """Yield a body piece by piece. Raises TooLarge (`body_too_large`) at `most` bytes, ClientGone."""
    if head.content_length is not None and head.content_length > most:
        raise _too_large(most)
    size = 0
    is_more = True
    while is_more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientGone
        piece = cast("bytes", event.get("body", b""))
        size += len(piece)
        if size > most:
            raise _too_large(most)
        is_more = bool(event.get("more_body", False))
        if piece:
            yield piece


async def read_body(receive: Receive, head: Head, most: int) -> bytes:
    """Return a whole body. Raises as `body_chunks`."""
    if head.content_length is not None and head.content_length > most:
        raise _too_large(most)
    event = await receive()
    # Nearly every body comes in one piece: a generator of one would take longer than all else here.
    if event["type"] == "http.request" and not event.get("more_body") and len(body := event.get("body", b"")) <= most:
        return body
    return b"".join([piece async for piece in body_chunks(_beginning_with(event, receive), head, most)])


def _beginning_with(event: ReceiveMessage, receive: Receive) -> Receive:
    """Return what receives an event once more that was received already, and then the rest."""
    held = [event]

    async def again() -> ReceiveMessage:
        return held.pop() if held else await receive()

    return again


def _too_large(most: int) -> TooLarge:
    return TooLarge("body_too_large", f"The body is larger than the {most:,} bytes that this call takes.")


def read_json(data: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode a JSON body. Raises BadRequest with a fault for each thing found wrong, or `body_not_json`."""
    try:
        body = decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        body = _second_look(data, decoder.type, error)
    return _kept_to_rule(body)


def _kept_to_rule(asked: T) -> T:
    fault = asked.broken_rule() if isinstance(asked, Ruled) else None
    if fault:
        raise gathered([fault])
    return asked


def _second_look(data: bytes, kind: type[T], error: Exception) -> T:
    """Say all that is wrong with a body that could not be decoded; or decode it, where only 24 is written as 24.0."""
    if not data.strip():
        raise BadRequest("body_not_json", f"The body is empty. {_what_to_send(kind)}")
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        raise BadRequest("body_not_json", f"The body is not JSON in UTF-8: {broken}.") from None
    found = faults.find(value, kind)
    if found:
        raise gathered(found)
    try:
        return msgspec.convert(with_whole_numbers(value), kind)
    except msgspec.ValidationError:
        raise gathered([Fault("", "wrong_value", f"{error}.")]) from None


def _what_to_send(kind: type[msgspec.Struct]) -> str:
    fields = cast("inspect.StructType", inspect.type_info(kind)).fields
    needed = ", ".join(f"`{field.encode_name}`" for field in fields if field.required)
    if needed:
        return f"Send a JSON object with at least {needed}; what else it may have stands at /docs."
    return f"Send a JSON object with any of {', '.join(f'`{field.encode_name}`' for field in fields)}."


def read_query(text: bytes, kind: type[T]) -> T:
    """Read a query string. Raises BadRequest with a fault for each parameter that is unknown, doubled or wrong."""
    fields = _query_fields(kind)
    values: dict[str, object] = {}
    found: list[Fault] = []
    try:
        pairs = parse_qsl(
            text.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, errors="strict"
        )
    except ValueError:
        raise gathered([Fault("", "wrong_value", "The query is not UTF-8, or has too many parameters.")]) from None
    for name, given in pairs:
        field = fields.get(name)
        if field is None:
            known = ", ".join(fields) or "none"
            message = f"`{name[:40]}` is no parameter of this call. It takes: {known}."
            found.append(Fault(name[:40], "unknown_field", message))
        elif name in values:
            found.append(Fault(name, "wrong_value", f"`{name}` stands twice."))
        else:
            values[name] = _plain(given, field.type)
            found += [
                Fault(fault.field or name, fault.code, fault.message)
                for fault in faults.find_as(values[name], field.type, name)
            ]
    missing = [field.encode_name for field in fields.values() if field.required and field.encode_name not in values]
    found += [Fault(name, "missing_field", f"`{name}` is missing, and it is needed.") for name in missing]
    if found:
        raise gathered(found)
    try:
        query = msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise gathered([Fault("", "wrong_value", f"{error}.")]) from None
    return _kept_to_rule(query)


@lru_cache(maxsize=64)
def _query_fields(kind: type[msgspec.Struct]) -> dict[str, inspect.Field]:
    info = cast("inspect.StructType", inspect.type_info(kind))
    return {field.encode_name: field for field in info.fields}


def _plain(text: str, kind: inspect.Type) -> object:
    """Read a parameter's text as JSON would have given it: numbers and yes or no have a type of their own there."""
    if isinstance(kind, inspect.Metadata):
        return _plain(text, kind.type)
    if isinstance(kind, inspect.IntType) and _WHOLE.fullmatch(text):
        return int(text)
    if isinstance(kind, inspect.BoolType) and text in {"true", "false"}:
        return text == "true"
    if isinstance(kind, inspect.DictType):
        with contextlib.suppress(msgspec.DecodeError, RecursionError):
            return msgspec.json.decode(text)
    return text


def read_id(text: str, name: str) -> UUID:
    """Read an id of the path. Raises BadRequest (`wrong_value`) naming it."""
    if not _UUID.fullmatch(text):
        message = f"`{name}` in the path is {text[:40]!r}, which is not a UUID."
        raise BadRequest("wrong_value", message, faults=[Fault(name, "wrong_value", message)])
    return UUID(text)


def read_word(text: str, name: str, kind: object) -> str:
    """Read a word of the path that may have a form. Raises BadRequest naming it."""
    if kind is not str and (found := faults.find_as(text, _type_of(kind), name)):
        raise gathered(found)
    return text


@lru_cache(maxsize=64)
def _type_of(kind: object) -> inspect.Type:
    return inspect.type_info(kind)
