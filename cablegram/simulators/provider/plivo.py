"""Plivo as it is from outside: Message API v1."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from cablegram.simulators.provider.plivo_numbers import Numbers
from cablegram.simulators.provider.shape import (
    Accepted,
    Answer,
    Asked,
    Asking,
    Call,
    Credentials,
    Door,
    Refusal,
    Report,
    Request,
    Stamp,
    State,
    Text,
    Told,
    answer,
)
from cablegram.text.segments import measure

_ACCOUNT: Final = "MASIMULATED000000001"
_MADE_UP_TOKEN: Final = "simulated-auth-token"  # noqa: S105 - of nobody
_CALL: Final = "a0000000-0000-4000-8000-000000000000"
_MOST: Final = 1000

_REFUSED: Final[Mapping[Refusal, tuple[int, str]]] = {
    Refusal.BAD_NUMBER: (400, "dst is not a valid destination."),
    Refusal.OPTED_OUT: (400, "dst has opted out of messages from src."),
    Refusal.CONTENT: (400, "text is not allowed."),
    Refusal.BAD_SENDER: (400, "src is not a valid source."),
    Refusal.BROKEN: (500, "Internal server error."),
    Refusal.UNAVAILABLE: (503, "Service unavailable."),
    Refusal.THROTTLED: (429, "Too many requests."),
    Refusal.NO_CREDIT: (400, "Insufficient Credit"),
}
_WHY: Final[Mapping[Refusal, int]] = {
    Refusal.BAD_NUMBER: 50,
    Refusal.OPTED_OUT: 200,
    Refusal.CONTENT: 30,
    Refusal.BAD_SENDER: 40,
    Refusal.BROKEN: 300,
    Refusal.UNAVAILABLE: 20,
    Refusal.THROTTLED: 20,
    Refusal.NO_CREDIT: 900,
}
_STATES: Final[Mapping[State, tuple[str, int | None]]] = {
    State.SENT: ("sent", None),
    State.DELIVERED: ("delivered", None),
    State.UNDELIVERED: ("undelivered", 80),
    State.FAILED: ("failed", 300),
    State.REJECTED: ("undelivered", 100),
    State.EXPIRED: ("undelivered", 420),
}


class Plivo:
    """One account. Its callbacks are signed by version 2: over address and nonce, with the token."""

    name = "plivo"
    told_later = frozenset({Refusal.OPTED_OUT, Refusal.CONTENT, Refusal.BAD_SENDER})

    def __init__(self, credentials: Credentials) -> None:
        self._account = credentials.account or _ACCOUNT
        self._token = credentials.secret or _MADE_UP_TOKEN
        self.numbers = Numbers("/v1/Account/{account}", is_known=self._is_known, refuse=_error)
        self._doors = [Door("POST", "/v1/Account/{account}/Message/", self._send), *self.numbers.doors()]

    def doors(self) -> Sequence[Door]:
        """Return the door that sends a text to one or many, and those for numbers."""
        return self._doors

    def make_id(self, seed: UUID) -> str:
        """Return a message uuid."""
        return str(seed)

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:
        """Return a message status callback."""
        status, code = _STATES[report.state]
        if report.refusal is not None:
            code = _WHY[report.refusal]
        asked = accepted.asked
        moment = accepted.at.strftime("%Y-%m-%d %H:%M:%S%z")
        pairs = {
            "ErrorCode": "000" if code is None else str(code),
            "From": asked.source,
            "MessageTime": moment,
            "MessageUUID": accepted.id,
            "ParentMessageUUID": accepted.id,
            "PartInfo": "1 of 1",
            "QueuedTime": moment,
            "Sequence": "1" if report.state is State.SENT else "2",
            "Status": status,
            "To": asked.number,
            "TotalAmount": "0.00500",
            "TotalRate": "0.00500",
            "Type": asked.notes.get("type", "sms"),
            "Units": str(measure(asked.text).segments),
        }
        return self._signed(asked.notes.get("method", "POST"), asked.callback_url, pairs, stamp)

    def inbound(self, text: Text, stamp: Stamp) -> Call:
        """Return the call that an application's message URL gets."""
        media = {f"Media{place}": url for place, url in enumerate(text.media_urls)}
        pairs = {
            "From": text.source.removeprefix("+"),
            "MessageUUID": str(UUID(text.id)),
            "Text": text.text,
            "To": text.to.removeprefix("+"),
            "TotalAmount": "0.00000",
            "TotalRate": "0.00000",
            "Type": "mms" if media else "sms",
            "Units": str(measure(text.text).segments),
            **media,
        }
        return self._signed("POST", text.url, pairs, stamp)

    def welcome(self) -> Mapping[str, str]:
        """Return what to fill in at the client."""
        return {"auth_id": self._account, "auth_token": self._token}

    def _is_known(self, request: Request) -> bool:
        shown = f"{self._account}:{self._token}".encode()
        wanted = f"Basic {base64.b64encode(shown).decode()}"
        return request.headers.get("authorization") == wanted and request.path["account"] == self._account

    def _send(self, request: Request) -> Asking | Answer:
        if not self._is_known(request):
            return _error(401, "authentication failed")
        given = _object(request.body)
        dst = [one.removeprefix("+") for one in str(given.get("dst", "")).split("<") if one]
        numbers = list(dict.fromkeys(one for one in dst if one.isascii() and one.isdigit()))
        invalid = [one for one in dst if one not in numbers]
        wrong = _fault(given, dst)
        if wrong:
            return _error(400, wrong)
        notes = {name: str(given[name]) for name in ("type", "method") if given.get(name)}
        source, text, url = (str(given.get(name) or "") for name in ("src", "text", "url"))
        messages = [Asked(number, source, text, url, notes=notes) for number in numbers]
        return Asking(messages, lambda told: _accepted(told, invalid), lambda refusal: _error(*_REFUSED[refusal]))

    def _signed(self, method: str, url: str, pairs: Mapping[str, str], stamp: Stamp) -> Call:
        secret = f"not {self._token}" if stamp.is_forged else self._token
        bare = urlsplit(url)._replace(query="", fragment="").geturl()
        made = hmac.new(secret.encode(), f"{bare}{stamp.nonce}".encode(), hashlib.sha256)
        signature = base64.b64encode(made.digest()).decode()
        headers = (
            ("X-Plivo-Signature-V2", signature),
            ("X-Plivo-Signature-Ma-V2", signature),
            ("X-Plivo-Signature-V2-Nonce", stamp.nonce),
        )
        if method.upper() == "GET":
            return Call("GET", f"{url}{'&' if '?' in url else '?'}{urlencode(pairs)}", headers)
        form = ("Content-Type", "application/x-www-form-urlencoded")
        return Call("POST", url, (form, *headers), urlencode(pairs).encode())


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _fault(given: Mapping[str, Any], dst: Sequence[str]) -> str:
    """Return what is wrong with a request to send, as Plivo looks at it."""
    source = str(given.get("src") or "").removeprefix("+")
    rules = (
        (bool(dst), "dst parameter is required."),
        (bool(source) != bool(given.get("powerpack_uuid")), "one of src and powerpack_uuid is required."),
        (bool(given.get("text") or given.get("media_urls")), "text parameter is required."),
        (len(dst) <= _MOST, f"dst has more than {_MOST} numbers."),
        (source not in dst, "src and dst cannot be same."),
    )
    return next((words for is_kept, words in rules if not is_kept), "")


def _accepted(told: Sequence[Told], invalid: Sequence[str]) -> Answer:
    unknown = [one.asked.number for one in told if not one.ids]
    content: dict[str, Any] = {
        "api_id": _CALL,
        "message": "message(s) queued",
        "message_uuid": [one.ids[0] for one in told if one.ids],
    }
    if unknown or invalid:
        content["invalid_number"] = [*unknown, *invalid]
    return answer(202, content)


def _error(status: int, words: str) -> Answer:
    return answer(status, {"api_id": _CALL, "error": words})
