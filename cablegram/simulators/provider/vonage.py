"""Vonage as it is from outside: SMS API and Messages API of one account, with an application for the second."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, cast
from urllib.parse import urlencode
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

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
from cablegram.simulators.provider.vonage_numbers import Numbers
from cablegram.text.encoding import Encoding as TextEncoding
from cablegram.text.segments import measure, split

_ACCOUNT: Final = "simulate"
_APPLICATION: Final = "00000000-0000-4000-8000-000000000001"
_MADE_UP_SECRET: Final = "simulated-api-secret"  # noqa: S105 - of nobody
_MADE_UP_SIGNING_SECRET: Final = "simulated-signature-secret-of-forty-letters"  # noqa: S105 - of nobody
_PROBLEMS: Final = "https://developer.vonage.com/api-errors"
_FORM: Final = ("Content-Type", "application/x-www-form-urlencoded")
_JSON: Final = ("Content-Type", "application/json")
_LONGEST: Final = {"client-ref": 100, "callback": 100}
_PICTURES: Final = ("image", "video", "audio", "file", "vcard")

_REFUSED: Final[Mapping[Refusal, tuple[str, str]]] = {
    Refusal.BAD_NUMBER: ("6", "Unroutable message - rejected"),
    Refusal.BAD_SENDER: ("15", "Illegal Sender Address - rejected"),
    Refusal.THROTTLED: ("1", "Throughput Rate Exceeded - please wait [ 250 ] and retry"),
    Refusal.NO_CREDIT: ("9", "Quota Exceeded - rejected"),
}
_PROBLEM: Final[Mapping[Refusal, tuple[int, str, str]]] = {
    Refusal.BAD_NUMBER: (422, "1170", "Invalid or Missing Msisdn Param"),
    Refusal.BAD_SENDER: (422, "1120", "Illegal Sender Address - rejected"),
    Refusal.THROTTLED: (429, "1000", "Throttled"),
    Refusal.NO_CREDIT: (402, "1070", "Partner quota exceeded"),
    Refusal.BROKEN: (500, "1030", "Internal error"),
    Refusal.UNAVAILABLE: (503, "1100", "Communication Failed"),
}
# Of each state: status of the SMS API and its err-code, status of the Messages API and its code.
_STATES: Final[Mapping[State, tuple[str, str, str, str]]] = {
    State.SENT: ("buffered", "0", "submitted", ""),
    State.DELIVERED: ("delivered", "0", "delivered", ""),
    State.UNDELIVERED: ("failed", "2", "undeliverable", "1180"),
    State.FAILED: ("failed", "8", "undeliverable", "1230"),
    State.REJECTED: ("rejected", "6", "rejected", "1210"),
    State.EXPIRED: ("expired", "0", "rejected", "1360"),
}
_WHY: Final[Mapping[Refusal, tuple[str, str]]] = {
    Refusal.BAD_NUMBER: ("3", "1190"),
    Refusal.OPTED_OUT: ("9", "1240"),
    Refusal.CONTENT: ("6", "1210"),
    Refusal.BAD_SENDER: ("10", "1120"),
    Refusal.BROKEN: ("99", "1030"),
    Refusal.UNAVAILABLE: ("8", "1230"),
    Refusal.THROTTLED: ("16", "1000"),
    Refusal.NO_CREDIT: ("99", "1070"),
}


class Vonage:
    """One account and one application. Calls of the SMS API are signed by SHA-256 HMAC, those of the other by a JWT.

    `inbound_by` is the setting of the account that says which of the two hands over texts of phones.
    """

    told_later = frozenset({Refusal.OPTED_OUT, Refusal.CONTENT})

    def __init__(self, credentials: Credentials, *, inbound_by: Literal["sms", "messages"] = "sms") -> None:
        self.name = "vonage" if inbound_by == "sms" else "vonage_messages"
        self._account = credentials.account or _ACCOUNT
        self._secret = credentials.secret or _MADE_UP_SECRET
        self._signing_secret = credentials.signing_secret or _MADE_UP_SIGNING_SECRET
        self._inbound_by = inbound_by
        self._key = generate_private_key(public_exponent=65537, key_size=2048)
        self.numbers = Numbers(is_known=lambda request: self._knows(request, {}))
        sending = [Door("POST", "/sms/json", self._send_sms), Door("POST", "/v1/messages", self._send_message)]
        self._doors = [*sending, *self.numbers.doors()]

    def doors(self) -> Sequence[Door]:
        """Return one door for each API that sends, and those for numbers."""
        return self._doors

    def make_id(self, seed: UUID) -> str:
        """Return an id that both APIs may give; each writes it in its own way."""
        return str(seed)

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:
        """Return a delivery receipt, or a status webhook."""
        asked = accepted.asked
        status, error, word, code = _STATES[report.state]
        if report.refusal is not None:
            error, code = _WHY[report.refusal]
        if asked.notes["api"] == "messages":
            said: dict[str, Any] = {
                "message_uuid": accepted.id,
                "to": asked.number,
                "from": asked.source,
                "timestamp": f"{stamp.at:%Y-%m-%dT%H:%M:%SZ}",
                "status": word,
                "client_ref": asked.reference,
                "channel": asked.notes["channel"],
                "usage": {"currency": "EUR", "price": "0.0333"},
                "sms": {"count_total": str(measure(asked.text).segments)},
            }
            return self._with_token(asked.callback_url, said | ({"error": _told_problem(code)} if code else {}), stamp)
        pairs = {
            "msisdn": asked.number,
            "to": asked.source,
            "network-code": "12345",
            "messageId": _sms_id(accepted.id),
            "price": "0.03330000",
            "status": status,
            "scts": f"{accepted.at:%y%m%d%H%M}",
            "err-code": error,
            "api-key": self._account,
            "client-ref": asked.reference,
            "message-timestamp": f"{stamp.at:%Y-%m-%d %H:%M:%S}",
        }
        return self._signed(asked.callback_url, pairs, stamp)

    def inbound(self, text: Text, stamp: Stamp) -> Call:
        """Return an inbound webhook of the API that the account has chosen; the SMS API has one for each part."""
        source, to = text.source.removeprefix("+"), text.to.removeprefix("+")
        keyword = text.text.split(" ", 1)[0].upper()
        if self._inbound_by == "sms":
            first, *others = self._parts_of(text, source, to, stamp)
            return replace(first, behind=tuple(others))
        said: dict[str, Any] = {
            "to": to,
            "from": source,
            "channel": "mms" if text.media_urls else "sms",
            "message_uuid": str(UUID(text.id)),
            "timestamp": f"{stamp.at:%Y-%m-%dT%H:%M:%SZ}",
            "usage": {"currency": "EUR", "price": "0.0057"},
        }
        if text.media_urls:
            said |= {"message_type": "image", "image": {"url": text.media_urls[0], "caption": text.text}}
        else:
            segments = str(measure(text.text).segments)
            said |= {"message_type": "text", "text": text.text, "sms": {"num_messages": segments, "keyword": keyword}}
        return self._with_token(text.url, said, stamp)

    def _parts_of(self, text: Text, source: str, to: str, stamp: Stamp) -> list[Call]:
        """Return a webhook for each part of a text, as the network cut it."""
        measured = measure(text.text)
        pieces = [piece.text for piece in split(text.text)]
        calls: list[Call] = []
        for place, piece in enumerate(pieces, 1):
            pairs = {
                "api-key": self._account,
                "msisdn": source,
                "to": to,
                "messageId": f"{int(text.id, 16) + place:032X}",
                "text": piece,
                "type": "text" if measured.encoding is TextEncoding.GSM0338 else "unicode",
                "keyword": text.text.split(" ", 1)[0].upper(),
                "message-timestamp": f"{stamp.at:%Y-%m-%d %H:%M:%S}",
            }
            if len(pieces) > 1:
                pairs |= {
                    "concat": "true",
                    "concat-ref": str(int(text.id, 16) % 256),
                    "concat-total": str(len(pieces)),
                    "concat-part": str(place),
                }
            calls.append(self._signed(text.url, pairs, replace(stamp, nonce=f"{stamp.nonce}{place}")))
        return calls

    def welcome(self) -> Mapping[str, str]:
        """Return what to fill in at the client, for both APIs."""
        return {
            "api_key": self._account,
            "api_secret": self._secret,
            "signature_secret": self._signing_secret,
            "application_id": _APPLICATION,
            "private_key": self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        }

    def _send_sms(self, request: Request) -> Asking | Answer:
        form = dict(request.form())
        if not self._knows(request, form):
            status, words = ("14", "Invalid Signature") if "sig" in form else ("4", "Bad Credentials")
            return _parts([{"status": status, "error-text": words}])
        wrong = _fault(form)
        if wrong:
            return _parts([wrong])
        text = form["text"]
        is_shown = form.get("type") == "unicode" or measure(text).encoding is TextEncoding.GSM0338
        asked = Asked(
            form["to"],
            form["from"],
            # What does not fit the alphabet it was told of is not shown by phones either.
            text if is_shown else text.encode("ascii", "replace").decode(),
            form.get("callback", ""),
            form.get("client-ref", ""),
            parts=measure(text).segments,
            notes={"api": "sms"},
        )
        return Asking([asked], lambda told: _told_parts(told[0]), _refused_sms)

    def _send_message(self, request: Request) -> Asking | Answer:
        if not self._knows(request, {}) and not self._is_ours(request.headers.get("authorization", "")):
            kind = f"{_PROBLEMS}#unauthorized"
            return answer(
                401, {"type": kind, "title": "Unauthorized", "detail": "You did not provide correct credentials."}
            )
        try:
            given = _object(json.loads(request.body))
        except ValueError:
            given = {}
        missing = _missing(given)
        if missing:
            names = [{"name": name, "reason": "is required"} for name in missing]
            kind = f"{_PROBLEMS}#invalid-params"
            return answer(422, {"type": kind, "title": "Invalid params", "detail": "D", "invalid_parameters": names})
        picture = _object(given.get(given["message_type"]))
        asked = Asked(
            given["to"],
            given["from"],
            given.get("text") or picture.get("caption", ""),
            given.get("webhook_url", ""),
            given.get("client_ref", ""),
            notes={"api": "messages", "channel": given["channel"]},
        )
        return Asking([asked], _told_message, lambda refusal: _problem(*_PROBLEM[refusal]))

    def _knows(self, request: Request, form: Mapping[str, str]) -> bool:
        """Tell whether a request shows key and secret, in its head or in its form, or is signed."""
        shown = base64.b64encode(f"{self._account}:{self._secret}".encode()).decode()
        if request.headers.get("authorization") == f"Basic {shown}":
            return True
        if form.get("api_key") != self._account:
            return False
        return form.get("api_secret") == self._secret or form.get("sig") == self._signature(form, is_forged=False)

    def _is_ours(self, authorization: str) -> bool:
        try:
            token = authorization.removeprefix("Bearer ")
            claims = jwt.decode(token, self._key.public_key(), algorithms=["RS256"], leeway=60)
        except jwt.InvalidTokenError:
            return False
        return claims.get("application_id") == _APPLICATION

    def _signature(self, pairs: Mapping[str, str], *, is_forged: bool) -> str:
        secret = f"not {self._signing_secret}" if is_forged else self._signing_secret
        table = str.maketrans("&=", "__")
        whole = "".join(f"&{name}={pairs[name].translate(table)}" for name in sorted(pairs) if name != "sig")
        return hmac.new(secret.encode(), whole.encode(), hashlib.sha256).hexdigest()

    def _signed(self, url: str, pairs: Mapping[str, str], stamp: Stamp) -> Call:
        fresh = {**pairs, "timestamp": str(int(stamp.at.timestamp())), "nonce": stamp.nonce}
        fresh["sig"] = self._signature(fresh, is_forged=stamp.is_forged)
        return Call("POST", url, (_FORM,), urlencode(fresh).encode())

    def _with_token(self, url: str, said: Mapping[str, Any], stamp: Stamp) -> Call:
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        claims: dict[str, Any] = {
            "iat": int(stamp.at.timestamp()),
            "jti": stamp.nonce,
            "iss": "Vonage",
            "payload_hash": hashlib.sha256(body).hexdigest(),
            "api_key": self._account,
            "application_id": _APPLICATION,
        }
        secret = f"not {self._signing_secret}" if stamp.is_forged else self._signing_secret
        token = jwt.encode(claims, secret, algorithm="HS256")
        return Call("POST", url, (_JSON, ("Authorization", f"Bearer {token}")), body)


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _sms_id(message_id: str) -> str:
    return UUID(message_id).hex.upper()


def _fault(form: Mapping[str, str]) -> dict[str, str] | None:
    """Return what is wrong with a message, as the SMS API looks at it."""
    for name in ("to", "from", "text"):
        if not form.get(name):
            return {"status": "2", "error-text": f"Missing {name} param"}
    if not form["to"].isascii() or not form["to"].isdigit() or len(form["to"]) > 15:
        return {"status": "3", "error-text": "Invalid to param"}
    ttl = form.get("ttl", "20000")
    if not ttl.isdigit() or not 20_000 <= int(ttl) <= 604_800_000:
        return {"status": "16", "error-text": "Invalid TTL"}
    too_long = next((name for name, most in _LONGEST.items() if len(form.get(name, "")) > most), None)
    return {"status": "3", "error-text": f"Invalid {too_long} param"} if too_long else None


def _missing(given: Mapping[str, Any]) -> list[str]:
    """Return which fields a message lacks, as the Messages API looks at it."""
    kind = str(given.get("message_type"))
    wanted = ["to", "from", "channel", "message_type", kind if kind in ("text", *_PICTURES) else "text"]
    missing = [name for name in wanted if not given.get(name)]
    to = given.get("to")
    return missing if missing or (isinstance(to, str) and to.isascii() and to.isdigit()) else ["to"]


def _parts(entries: Sequence[Mapping[str, str]]) -> Answer:
    return answer(200, {"message-count": str(len(entries)), "messages": entries})


def _refused_sms(refusal: Refusal) -> Answer:
    if refusal not in _REFUSED:
        return Answer(503 if refusal is Refusal.UNAVAILABLE else 500, b"<html>Sorry</html>", "text/html")
    status, words = _REFUSED[refusal]
    return _parts([{"status": status, "error-text": words}])


def _told_parts(told: Told) -> Answer:
    asked = told.asked
    taken = [
        {
            "to": asked.number,
            "message-id": _sms_id(message_id),
            "status": "0",
            "remaining-balance": "3.14159265",
            "message-price": "0.03330000",
            "network": "12345",
            **({"client-ref": asked.reference} if asked.reference else {}),
        }
        for message_id in told.ids
    ]
    status, words = _REFUSED.get(told.refusal or Refusal.THROTTLED, ("5", "Internal Error"))
    # What is refused as a whole is told once, however long it is.
    count = asked.parts - len(taken) if taken else 1
    refused = [{"to": asked.number, "status": status, "error-text": words}] * count
    return _parts([*taken, *refused])


def _told_message(told: Sequence[Told]) -> Answer:
    (one,) = told
    if one.refusal is not None:
        return _problem(*_PROBLEM[one.refusal])
    return answer(202, {"message_uuid": one.ids[0]})


def _problem(status: int, code: str, title: str) -> Answer:
    kind = f"{_PROBLEMS}/messages#{code}"
    said = {"type": kind, "title": title, "detail": f"{title}.", "instance": "bf0ca0bf927b3b52e3cb03217e1a1ddf"}
    return answer(status, said)


def _told_problem(code: str) -> dict[str, str]:
    return {"type": f"{_PROBLEMS}/messages#{code}", "title": code, "detail": f"Error {code}.", "instance": "0"}
