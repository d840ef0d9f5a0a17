"""Twilio as it is from outside: Programmable Messaging, API of 2010-04-01."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlencode
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
from cablegram.simulators.provider.twilio_names import Names
from cablegram.simulators.provider.twilio_numbers import Numbers
from cablegram.text.segments import measure

_ACCOUNT: Final = "AC" + "0" * 31 + "1"
_MADE_UP_TOKEN: Final = "simulated-auth-token"  # noqa: S105 - of nobody
_API: Final = "2010-04-01"
_LONGEST: Final = 1600
_MOST_MEDIA: Final = 10
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{5,14}")

_REFUSED: Final[Mapping[Refusal, tuple[int, int, str]]] = {
    Refusal.BAD_NUMBER: (400, 21211, "The 'To' number is not a valid phone number."),
    Refusal.OPTED_OUT: (400, 21610, "Attempt to send to unsubscribed recipient."),
    Refusal.BAD_SENDER: (400, 21606, "The 'From' number is not a phone number that this account may send from."),
    Refusal.BROKEN: (500, 20500, "Internal server error."),
    Refusal.UNAVAILABLE: (503, 20503, "Service unavailable."),
    Refusal.THROTTLED: (429, 20429, "Too many requests."),
    Refusal.NO_CREDIT: (403, 20005, "The account is not active."),
    Refusal.CONTENT: (400, 30007, "Message filtered."),
}
_WHY: Final[Mapping[Refusal, int]] = {
    Refusal.BAD_NUMBER: 30005,
    Refusal.OPTED_OUT: 21610,
    Refusal.CONTENT: 30007,
    Refusal.NO_CREDIT: 30002,
    Refusal.THROTTLED: 30022,
    Refusal.BROKEN: 30008,
    Refusal.UNAVAILABLE: 30017,
    Refusal.BAD_SENDER: 21606,
}
_STATES: Final[Mapping[State, tuple[str, int | None]]] = {
    State.SENT: ("sent", None),
    State.DELIVERED: ("delivered", None),
    State.UNDELIVERED: ("undelivered", 30003),
    State.FAILED: ("failed", 30008),
    State.REJECTED: ("failed", 30007),
    State.EXPIRED: ("failed", 30036),
}


class Twilio:
    """One account. Its callbacks are signed with HMAC-SHA1 by the token, or with HMAC-SHA256 by a signing secret."""

    name = "twilio"
    told_later = frozenset({Refusal.CONTENT})

    def __init__(self, credentials: Credentials) -> None:
        self._account = credentials.account or _ACCOUNT
        self._token = credentials.secret or _MADE_UP_TOKEN
        self._signing_secret = credentials.signing_secret
        root = f"/{_API}/Accounts/{{account}}"
        self.numbers = Numbers(root, is_known=self._is_known, refuse=_error)
        self.names = Names(is_known=self._shows_login, refuse=_error)
        sending = Door("POST", f"{root}/Messages.json", self._send)
        self._doors = [sending, *self.numbers.doors(), *self.names.doors()]

    def doors(self) -> Sequence[Door]:
        """Return the door that sends a message, and those for numbers and names."""
        return self._doors

    def make_id(self, seed: UUID) -> str:
        """Return a sid of 34 characters."""
        return f"SM{seed.hex}"

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:
        """Return a status callback."""
        status, code = _STATES[report.state]
        if report.refusal is not None:
            code = _WHY[report.refusal]
        asked = accepted.asked
        pairs = {
            "SmsSid": accepted.id,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": f"+{asked.number}",
            **({"MessagingServiceSid": asked.notes["service"]} if asked.notes.get("service") else {}),
            "MessageSid": accepted.id,
            "AccountSid": self._account,
            "From": asked.source,
            "ApiVersion": _API,
            **({"ErrorCode": str(code)} if code is not None else {}),
        }
        return self._signed(asked.callback_url, pairs, stamp)

    def inbound(self, text: Text, stamp: Stamp) -> Call:
        """Return an incoming message webhook."""
        sid = f"SM{text.id}"
        media = [(f"MediaUrl{place}", url) for place, url in enumerate(text.media_urls)]
        kinds = [(f"MediaContentType{place}", "image/jpeg") for place, _ in enumerate(text.media_urls)]
        pairs = {
            "ToCountry": "US",
            "SmsMessageSid": sid,
            "NumMedia": str(len(text.media_urls)),
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": text.text,
            "To": text.to,
            "NumSegments": str(measure(text.text).segments),
            "MessageSid": sid,
            "AccountSid": self._account,
            "From": text.source,
            "ApiVersion": _API,
            **dict(media),
            **dict(kinds),
            **({"OptOutType": "STOP"} if text.is_opt_out else {}),
        }
        return self._signed(text.url, pairs, stamp)

    def welcome(self) -> Mapping[str, str]:
        """Return what to fill in at the client."""
        return {"account_sid": self._account, "auth_token": self._token}

    def _is_known(self, request: Request) -> bool:
        return self._shows_login(request) and request.path["account"] == self._account

    def _shows_login(self, request: Request) -> bool:
        shown = f"{self._account}:{self._token}".encode()
        return request.headers.get("authorization") == f"Basic {base64.b64encode(shown).decode()}"

    def _send(self, request: Request) -> Asking | Answer:
        if not self._is_known(request):
            return _error(401, 20003, "Authenticate")
        form = request.form()
        given = dict(form)
        media = [value for name, value in form if name == "MediaUrl"]
        wrong = _fault(given, media)
        if wrong is not None:
            return wrong
        service = given.get("MessagingServiceSid", "")
        asked = Asked(
            given["To"].removeprefix("+"),
            given.get("From", ""),
            given.get("Body", ""),
            given.get("StatusCallback", ""),
            notes={"service": service},
        )
        return Asking(
            [asked], lambda told: self._answer(told[0], len(media)), lambda refusal: _error(*_REFUSED[refusal])
        )

    def _answer(self, told: Told, media: int) -> Answer:
        if told.refusal is not None:
            return _error(*_REFUSED[told.refusal])
        sid, asked = told.ids[0], told.asked
        service = asked.notes["service"]
        moment = format_datetime(told.at)
        uri = f"/{_API}/Accounts/{self._account}/Messages/{sid}"
        return answer(
            201,
            {
                "account_sid": self._account,
                "api_version": _API,
                "body": asked.text,
                "date_created": moment,
                "date_sent": None,
                "date_updated": moment,
                "direction": "outbound-api",
                "error_code": None,
                "error_message": None,
                "from": asked.source or None,
                "messaging_service_sid": service or None,
                "num_media": str(media),
                "num_segments": "0" if service else str(measure(asked.text).segments),
                "price": None,
                "price_unit": "USD",
                "sid": sid,
                "status": "accepted" if service else "queued",
                "subresource_uris": {"media": f"{uri}/Media.json"},
                "to": f"+{asked.number}",
                "uri": f"{uri}.json",
            },
        )

    def _signed(self, url: str, pairs: Mapping[str, str], stamp: Stamp) -> Call:
        message = url + "".join(f"{name}{pairs[name]}" for name in sorted(pairs))
        secret, digest = self._token, hashlib.sha1
        headers = [("Content-Type", "application/x-www-form-urlencoded")]
        if self._signing_secret:
            secret, digest = self._signing_secret, hashlib.sha256
            headers.append(("X-Twilio-Webhooks-Signature-Settings", "key=1,algorithm=HMAC_SHA256"))
        if stamp.is_forged:
            secret = f"not {secret}"
        signature = hmac.new(secret.encode(), message.encode(), digest).digest()
        headers.append(("X-Twilio-Signature", base64.b64encode(signature).decode()))
        return Call("POST", url, tuple(headers), urlencode(pairs).encode())


def _fault(given: Mapping[str, str], media: Sequence[str]) -> Answer | None:
    """Return what is wrong with a request to send, as Twilio looks at it."""
    to, body = given.get("To", ""), given.get("Body", "")
    rules = (
        (bool(to), 21604, "A 'To' phone number is required."),
        (bool(_NUMBER.fullmatch(to)), 21211, f"The 'To' number {to} is not a valid phone number."),
        (bool(given.get("From") or given.get("MessagingServiceSid")), 21603, "A 'From' phone number is required."),
        (bool(body or media or given.get("ContentSid")), 21602, "Message body is required."),
        (len(body) <= _LONGEST, 21617, "The concatenated message body exceeds the 1600 character limit."),
        (len(media) <= _MOST_MEDIA, 21623, "Number of media files exceeds allowed limit."),
    )
    return next((_error(400, code, words) for is_kept, code, words in rules if not is_kept), None)


def _error(status: int, code: int, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return answer(status, {"code": code, "message": message, "more_info": more, "status": status})
