"""What tables about providers share: a message, an answer, a call back, and what is made of each. No network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec

from cablegram.connectors.contract import Outgoing, PartResult
from cablegram.connectors.providers.contract import (
    CallbackRequest,
    Context,
    HttpAnswer,
    HttpRequest,
    Provider,
    Reading,
    Told,
)
from cablegram.kit.ids import MessageId

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CALLBACK = "https://sms.example.test/callbacks/token"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
HEX = f"{1:032x}"


def outgoing(changes: Mapping[str, Any] | None = None, *, place: int = 1) -> Outgoing:
    """Return a message; `place` is its id."""
    given: dict[str, Any] = {"source": "ACME", "number": "447700900000", "text": "Hello Anna", "segments": 1}
    return Outgoing(MessageId(UUID(int=place)), **given | dict(changes or {}))


def asked(provider: Provider, message: Outgoing, *, callback_url: str = CALLBACK, now: datetime = NOW) -> HttpRequest:
    """Return the request for one message."""
    (shipment,) = provider.ship([message], Context(now, callback_url))
    assert shipment.messages == (message,)
    return shipment.request


def form_of(request: HttpRequest) -> dict[str, str]:
    """Return the pairs of a request's form."""
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))


def json_of(request: HttpRequest) -> object:
    """Return what a request says in JSON."""
    assert dict(request.headers)["Content-Type"].startswith("application/")
    return msgspec.json.decode(request.body)


def answer(status: int, body: object = b"", **headers: str) -> HttpAnswer:
    """Return an answer; what is no bytes goes as JSON."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return HttpAnswer(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


def reading(provider: Provider, said: HttpAnswer, *messages: Outgoing) -> Reading:
    """Return what an answer says of messages that went in one request."""
    (shipment,) = provider.ship(messages or [outgoing()], Context(NOW, CALLBACK))
    return provider.read(shipment, said)


def verdict(provider: Provider, said: HttpAnswer) -> PartResult:
    """Return what an answer says of one message in one part."""
    ((part,),) = reading(provider, said).results
    return part


def call(
    body: Mapping[str, object] | bytes = b"", *, content_type: str = JSON, query: str = "", **headers: str
) -> CallbackRequest:
    """Return a call to us: a mapping goes as form or JSON."""
    if not isinstance(body, bytes):
        is_json = content_type.startswith(JSON)
        body = (msgspec.json.encode(body) if is_json else urlencode(body).encode()) if body else b""
    named = {"content-type": content_type} | {name.replace("_", "-"): value for name, value in headers.items()}
    method = "POST" if body else "GET"
    return CallbackRequest(method, f"{CALLBACK}?{query}" if query else CALLBACK, named, body, "203.0.113.9")


def heard(provider: Provider, request: CallbackRequest, *, now: datetime = NOW) -> Told:
    """Return the one thing that a call says."""
    (item,) = provider.hear(request, now=now).items
    return item
