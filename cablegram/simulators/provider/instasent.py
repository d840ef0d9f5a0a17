"""Instasent as it is from outside: the transactional API, single and in packets, and its older address."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast
from uuid import UUID

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
from cablegram.text.gsm0338 import is_gsm

_MADE_UP_TOKEN: Final = "simulated-api-sms-token"  # noqa: S105 - of nobody
_MOST: Final = 100
_LONGEST_NAME: Final = 11
_LONGEST_REFERENCE: Final = 40
_HOMES: Final = ("/transactional/v1", "")

_FIELDS: Final[Mapping[Refusal, tuple[str, str]]] = {
    Refusal.BAD_NUMBER: ("to", "This value is not a valid mobile number."),
    Refusal.BAD_SENDER: ("from", "This value is not valid."),
    Refusal.THROTTLED: ("text", "This value is not valid."),
}
_REFUSED: Final[Mapping[Refusal, tuple[int, str]]] = {
    Refusal.BROKEN: (500, "Internal Server Error"),
    Refusal.UNAVAILABLE: (503, "Service Unavailable"),
    Refusal.THROTTLED: (429, "Too Many Requests"),
    Refusal.NO_CREDIT: (402, "Payment Required"),
}
_STATES: Final[Mapping[State, tuple[str, int]]] = {
    State.SENT: ("sent", 0),
    State.DELIVERED: ("delivered", 0),
    State.UNDELIVERED: ("failed", 27),
    State.FAILED: ("error", 99),
    State.REJECTED: ("rejected", 30),
    State.EXPIRED: ("expired", 0),
}
_UNKNOWN_SUBSCRIBER: Final = 1


class Instasent:
    """One token. It has no signatures, so what is said to be forged is like everything else."""

    name = "instasent"
    told_later = frozenset({Refusal.OPTED_OUT, Refusal.CONTENT})

    def __init__(self, credentials: Credentials) -> None:
        self._token = credentials.secret or _MADE_UP_TOKEN

    def doors(self) -> Sequence[Door]:
        """Return the doors for one message and for many, at both of its addresses."""
        return [
            Door("POST", f"{home}{path}", serve)
            for home in _HOMES
            for path, serve in (("/sms", self._send_one), ("/sms/bulk", self._send_many))
        ]

    def make_id(self, seed: UUID) -> str:
        """Return an id."""
        return seed.hex[8:]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:
        """Return what the token's callback address is told; an opt-out is told as the text that it is."""
        status, code = _STATES[report.state]
        if report.refusal is Refusal.BAD_NUMBER:
            code = _UNKNOWN_SUBSCRIBER
        said: dict[str, Any] = {
            "id": accepted.id,
            "clientId": accepted.asked.reference,
            "status": status,
            "code": code,
            "eventAt": f"{stamp.at:%Y-%m-%dT%H:%M:%SZ}",
        }
        if report.refusal is Refusal.OPTED_OUT:
            said |= {"status": "stop", "code": 0, "message": "STOP"}
        return _call(accepted.asked.callback_url, said)

    def inbound(self, text: Text, stamp: Stamp) -> Call:
        """Return a text, at the same address as receipts."""
        said = {
            "id": text.id,
            "status": "stop" if text.is_opt_out else "received",
            "code": 0,
            "eventAt": f"{stamp.at:%Y-%m-%dT%H:%M:%SZ}",
            "from": text.source,
            "to": text.to,
            "message": text.text,
        }
        return _call(text.url, said)

    def welcome(self) -> Mapping[str, str]:
        """Return what to fill in at the client."""
        return {"api_token": self._token}

    def _send_one(self, request: Request) -> Asking | Answer:
        refused = self._refusal_of(request)
        if refused is not None:
            return refused
        found = _read(request.body)
        given = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        faults = _faults(given)
        if faults:
            return answer(400, {"errors": faults})
        return Asking([_asked(given)], _told_one, _refused)

    def _send_many(self, request: Request) -> Asking | Answer:
        refused = self._refusal_of(request)
        if refused is not None:
            return refused
        found = _read(request.body)
        items = cast("list[Any]", found) if isinstance(found, list) else []
        if not 1 <= len(items) <= _MOST:
            return answer(400, {"message": f"Send an array of 1 to {_MOST} messages."})
        given = [cast("dict[str, Any]", item) if isinstance(item, dict) else {} for item in items]
        wrong = [(item, faults) for item in given if (faults := _faults(item))]
        errors = [{"clientId": item.get("clientId"), "errors": faults} for item, faults in wrong]
        asked = [_asked(item) for item in given if not _faults(item)]
        return Asking(asked, lambda told: _told_many(told, errors), _refused)

    def _refusal_of(self, request: Request) -> Answer | None:
        if request.headers.get("authorization") == f"Bearer {self._token}":
            return None
        return answer(401, {"message": "Unauthorized"})


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _faults(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with a message, field by field."""
    to, source, text = (str(given.get(name) or "") for name in ("to", "from", "text"))
    digits = to.removeprefix("+")
    rules = {
        "to": to.startswith("+") and digits.isascii() and digits.isdigit() and len(digits) <= 15,
        "from": bool(source) and (source.startswith("+") or len(source) <= _LONGEST_NAME),
        "text": bool(text) and (given.get("allowUnicode") is True or is_gsm(text)),
        "clientId": len(str(given.get("clientId") or "")) <= _LONGEST_REFERENCE,
    }
    return {name: ["This value is not valid."] for name, is_kept in rules.items() if not is_kept}


def _asked(given: Mapping[str, Any]) -> Asked:
    number = str(given["to"]).removeprefix("+")
    return Asked(number, str(given["from"]), str(given["text"]), reference=str(given.get("clientId") or ""))


def _entity(told: Told) -> dict[str, Any]:
    asked = told.asked
    return {
        "id": told.ids[0],
        "clientId": asked.reference,
        "from": asked.source,
        "to": f"+{asked.number}",
        "text": asked.text,
        "status": "enqueued",
        "createdAt": f"{told.at:%Y-%m-%dT%H:%M:%SZ}",
    }


def _errors(refusal: Refusal | None) -> dict[str, list[str]]:
    name, words = _FIELDS[refusal or Refusal.BAD_NUMBER]
    return {name: [words]}


def _told_one(told: Sequence[Told]) -> Answer:
    (one,) = told
    return answer(201, {"entity": _entity(one)}) if one.ids else answer(400, {"errors": _errors(one.refusal)})


def _told_many(told: Sequence[Told], errors: Sequence[Mapping[str, Any]]) -> Answer:
    refused = [{"clientId": one.asked.reference, "errors": _errors(one.refusal)} for one in told if not one.ids]
    return answer(201, {"entities": [_entity(one) for one in told if one.ids], "errors": [*errors, *refused]})


def _refused(refusal: Refusal) -> Answer:
    status, words = _REFUSED[refusal]
    return answer(status, {"message": words})


def _call(url: str, said: Mapping[str, Any]) -> Call:
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return Call("POST", url, (("Content-Type", "application/json"),), body)
