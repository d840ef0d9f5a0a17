"""A provider that nobody knows: for who tries out a description of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.simulators.provider.described.shape import (
    as_object,
    by_json,
    digits,
    is_shown,
    objects,
    read_json,
    status_of,
)
from cablegram.simulators.provider.shape import (
    Accepted,
    Answer,
    Asked,
    Asking,
    Call,
    Door,
    Refusal,
    Report,
    Request,
    Stamp,
    Text,
    Told,
    answer,
)

_TOKEN = "simulated-token"  # noqa: S105 - of nobody
_SECONDS = 600


class Free:
    """Takes messages in JSON or an address from who shows user and password, the key, or a token."""

    name = "free"

    def __init__(self, account: str, secret: str) -> None:
        self._account, self._secret = account, secret

    def doors(self) -> Sequence[Door]:
        """Return the doors."""
        return [
            Door("POST", "/free/send", self._send),
            Door("GET", "/free/send", self._send_by_query),
            Door("POST", "/free/batch", self._send_batch),
            Door("POST", "/free/token", self._give_token),
        ]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:  # noqa: ARG002 - none signs
        """Return a receipt: id, our reference, number and state."""
        asked = accepted.asked
        said = {"id": accepted.id, "ref": asked.reference, "to": asked.number, "status": report.state.value}
        return by_json(asked.callback_url, said | ({"error": report.refusal.value} if report.refusal else {}))

    def inbound(self, text: Text, stamp: Stamp) -> Call:  # noqa: ARG002 - none signs
        """Return a text."""
        said = {"id": text.id, "from": digits(text.source), "to": digits(text.to), "text": text.text}
        return by_json(text.url, said)

    def _send(self, request: Request) -> Asking | Answer:
        given = as_object(read_json(request.body))
        return self._asked(request, [given]) if given else _not_so(400, "bad_json", "This is no object.")

    def _send_by_query(self, request: Request) -> Asking | Answer:
        return self._asked(request, [dict(request.query())])

    def _send_batch(self, request: Request) -> Asking | Answer:
        given = as_object(read_json(request.body))
        records = objects(given.get("messages"))
        return self._asked(request, records, is_batch=True) if records else _not_so(400, "bad_json", "No `messages`.")

    def _asked(
        self, request: Request, records: Sequence[dict[str, object]], *, is_batch: bool = False
    ) -> Asking | Answer:
        if not self._knows(request):
            return _not_so(401, "unknown_user", "Show user and password, the key, or a token.")
        if not all(digits(one.get("to", "")) and one.get("text") for one in records):
            return _not_so(400, "missing", "Each message needs `to` and `text`.")
        asked = [
            Asked(
                digits(one["to"]),
                str(one.get("from", "")),
                str(one["text"]),
                str(one.get("callback", "")),
                str(one.get("ref", "")),
            )
            for one in records
        ]
        return Asking(
            asked,
            lambda told: answer(200, {"results": [_said(one) for one in told]}) if is_batch else _one(told[0]),
            lambda refusal: _not_so(status_of(refusal), refusal.value, f"Refused: {refusal.value}."),
        )

    def _knows(self, request: Request) -> bool:
        by_key = request.headers.get("x-api-key") or dict(request.query()).get("key")
        by_token = request.headers.get("authorization") == f"Bearer {_TOKEN}"
        return is_shown(request, self._account, self._secret) or by_key == self._secret or by_token

    def _give_token(self, request: Request) -> Answer:
        form = dict(request.form())
        if (form.get("client_id"), form.get("client_secret")) != (self._account, self._secret):
            return answer(401, {"error": "invalid_client"})
        return answer(200, {"access_token": _TOKEN, "token_type": "bearer", "expires_in": _SECONDS})


def _one(told: Told) -> Answer:
    if told.ids:
        return answer(200, _said(told))
    refusal = told.refusal or Refusal.BROKEN
    return _not_so(400, refusal.value, f"Refused: {refusal.value}.")


def _said(told: Told) -> dict[str, str]:
    said = {"to": told.asked.number, "ref": told.asked.reference}
    return said | ({"id": told.ids[0]} if told.ids else {"error": (told.refusal or Refusal.BROKEN).value})


def _not_so(status: int, word: str, message: str) -> Answer:
    return answer(status, {"error": {"code": word, "message": message}})
