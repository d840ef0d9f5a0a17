"""Those who are spoken to in JSON: BulkSMS, MSG91, and Pinpoint's old call."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cablegram.simulators.provider.described.shape import (
    as_object,
    by_form,
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
    State,
    Text,
    Told,
    answer,
)


class BulkSms:
    """BulkSMS, JSON REST API v1: what is refused of a batch stands in its list, as failed."""

    name = "bulksms"
    _states: Final[Mapping[State, tuple[str, str | None]]] = {
        State.SENT: ("SENT", None),
        State.DELIVERED: ("DELIVERED", None),
        State.UNDELIVERED: ("FAILED", "HANDSET_ERROR"),
        State.FAILED: ("FAILED", "NOT_SENT"),
        State.REJECTED: ("FAILED", "BLOCKED"),
        State.EXPIRED: ("FAILED", "EXPIRED"),
    }

    def __init__(self, account: str, secret: str) -> None:
        self._account, self._secret = account, secret

    def doors(self) -> Sequence[Door]:
        """Return the one door there is."""
        return [Door("POST", "/v1/messages", self._send)]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:  # noqa: ARG002 - none signs
        """Return a webhook of SENT messages."""
        kind, subtype = self._states[report.state]
        return by_json(accepted.asked.callback_url, [_message(accepted.id, accepted.asked, kind, subtype)])

    def inbound(self, text: Text, stamp: Stamp) -> Call:  # noqa: ARG002 - none signs
        """Return a webhook of RECEIVED messages."""
        said = {
            "id": text.id,
            "type": "RECEIVED",
            "from": digits(text.source),
            "to": digits(text.to),
            "body": text.text,
        }
        return by_json(text.url, [said])

    def _send(self, request: Request) -> Asking | Answer:
        if not is_shown(request, self._account, self._secret):
            return _problem(401, "unauthorized", "Unauthorized")
        given = read_json(request.body)
        entries = objects(given if isinstance(given, list) else [given])
        if not entries or not all(digits(one.get("to", "")) and one.get("body") for one in entries):
            return _problem(400, "bad-request", "Bad Request")
        asked = [Asked(digits(one["to"]), str(one.get("from", "")), str(one["body"])) for one in entries]
        return Asking(asked, _entries, _refused_by_bulksms)


def _entries(told: Sequence[Told]) -> Answer:
    said = [
        _message(one.ids[0], one.asked, "ACCEPTED", None)
        if one.ids
        else _message("", one.asked, "FAILED", "BLOCKED" if one.refusal is Refusal.OPTED_OUT else "NOT_SENT")
        for one in told
    ]
    return answer(201, said)


def _message(message_id: str, asked: Asked, kind: str, subtype: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {"id": message_id} if message_id else {}
    return said | {
        "type": "SENT",
        "from": asked.source,
        "to": asked.number,
        "body": asked.text,
        "status": {"id": f"{kind}.{subtype or 'null'}", "type": kind, "subtype": subtype},
    }


def _refused_by_bulksms(refusal: Refusal) -> Answer:
    kind = "insufficient-credits" if refusal is Refusal.NO_CREDIT else refusal.value.replace("_", "-")
    return _problem(status_of(refusal), kind, refusal.value)


def _problem(status: int, kind: str, title: str) -> Answer:
    said = {"type": f"https://developer.bulksms.com/json/v1/errors#{kind}", "title": title, "status": status}
    return answer(status, said)


class Msg91:
    """MSG91, Flow API v5: one id for a whole request; refusals come with 200 and a type."""

    name = "msg91"
    _states: Final[Mapping[State, str]] = {
        State.DELIVERED: "1",
        State.UNDELIVERED: "2",
        State.FAILED: "2",
        State.REJECTED: "16",
        State.EXPIRED: "2",
    }

    def __init__(self, account: str, secret: str) -> None:  # noqa: ARG002 - it has a key alone
        self._key = secret

    def doors(self) -> Sequence[Door]:
        """Return the one door there is."""
        return [Door("POST", "/api/v5/flow", self._send)]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:  # noqa: ARG002 - none signs
        """Return a webhook, version 2: JSON in a form; it tells of nothing that is under way."""
        status = self._states.get(report.state)
        if status is None:
            return None
        if report.refusal is Refusal.OPTED_OUT:
            status = "17"
        one = {
            "number": accepted.asked.number,
            "status": status,
            "desc": report.state.value.upper(),
            "failedReason": "",
        }
        told = [{"requestId": accepted.id, "report": [one], "campaignName": "simulated"}]
        return by_form(accepted.asked.callback_url, {"data": json.dumps(told)})

    def inbound(self, text: Text, stamp: Stamp) -> Call:  # noqa: ARG002 - none signs
        """Return a text in JSON, which stands for what its panel lets one choose."""
        return by_json(
            text.url, {"from": digits(text.source), "to": digits(text.to), "message": text.text, "id": text.id}
        )

    def _send(self, request: Request) -> Asking | Answer:
        if request.headers.get("authkey") != self._key:
            return answer(401, {"message": "Invalid authkey", "type": "error", "code": "207"})
        given = as_object(read_json(request.body))
        recipients = objects(given.get("recipients"))
        if not given.get("template_id") or not recipients:
            return answer(200, {"message": "template_id and recipients are needed", "type": "error"})
        asked = [
            Asked(digits(one.get("mobiles", "")), "", json.dumps({"template": given["template_id"], **one}))
            for one in recipients
        ]
        return Asking(asked, _request_id, _refused_by_msg91, is_one_id=True)


def _request_id(told: Sequence[Told]) -> Answer:
    taken = next((one.ids[0] for one in told if one.ids), "")
    if not taken:
        return _refused_by_msg91(told[0].refusal or Refusal.BAD_NUMBER)
    return answer(200, {"message": taken, "type": "success"})


def _refused_by_msg91(refusal: Refusal) -> Answer:
    codes = {Refusal.NO_CREDIT: "301", Refusal.BAD_NUMBER: "202", Refusal.BAD_SENDER: "203"}
    status = status_of(refusal) if refusal in (Refusal.BROKEN, Refusal.UNAVAILABLE, Refusal.THROTTLED) else 200
    return answer(status, {"message": refusal.value, "type": "error", "code": codes.get(refusal, "0")})


class Pinpoint:
    """Pinpoint's SendMessages: an object named by numbers, in the request and in the answer. Nothing is told later."""

    name = "aws_pinpoint_legacy"
    _said: Final[Mapping[Refusal, str]] = {
        Refusal.OPTED_OUT: "OPT_OUT",
        Refusal.THROTTLED: "THROTTLED",
        Refusal.BAD_NUMBER: "PERMANENT_FAILURE",
    }

    def doors(self) -> Sequence[Door]:
        """Return the one door there is."""
        return [Door("POST", "/v1/apps/{app}/messages", self._send)]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:  # noqa: ARG002 - nothing is told
        """Return nothing: its events go another way."""
        return None

    def inbound(self, text: Text, stamp: Stamp) -> Call:  # noqa: ARG002 - none signs
        """Return a text in JSON, which stands for what its topic would say."""
        return by_json(text.url, {"originationNumber": text.source, "messageBody": text.text})

    def _send(self, request: Request) -> Asking | Answer:
        if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 "):
            return answer(403, {"message": "Missing Authentication Token"})
        given = as_object(read_json(request.body))
        addresses = as_object(given.get("Addresses"))
        asked = [
            Asked(digits(number), "", str(as_object(said).get("BodyOverride", "")))
            for number, said in addresses.items()
        ]
        return Asking(asked, self._told, lambda refusal: answer(status_of(refusal), {"__type": refusal.value}))

    def _told(self, told: Sequence[Told]) -> Answer:
        result = {
            f"+{one.asked.number}": {"DeliveryStatus": "SUCCESSFUL", "MessageId": one.ids[0], "StatusCode": 200}
            if one.ids
            else {"DeliveryStatus": self._said.get(one.refusal or Refusal.BROKEN, "UNKNOWN_FAILURE"), "StatusCode": 400}
            for one in told
        }
        return answer(200, {"MessageResponse": {"RequestId": "simulated", "Result": result}})
