"""Those who are spoken to in forms and addresses: Exotel, Nimbus, SMSINDIAHUB, Textlocal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from cablegram.simulators.provider.described.shape import (
    SMSC_STATES,
    as_object,
    by_form,
    by_query,
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


class Exotel:
    """Exotel, SMS API v1: one message a request; its own id and ours in receipts."""

    name = "exotel"
    _states: Final[Mapping[State, tuple[str, str]]] = {
        State.SENT: ("submitted", "DELIVERED_TO_OPERATOR"),
        State.DELIVERED: ("sent", "DELIVERED_TO_HANDSET"),
        State.UNDELIVERED: ("undelivered", "FAILED_OTHER"),
        State.FAILED: ("failed", "FAILED_INVALID_NUMBER"),
        State.REJECTED: ("failed", "FAILED_SPAM"),
        State.EXPIRED: ("expired", "EXPIRED"),
    }

    def __init__(self, account: str, secret: str) -> None:
        self._account, self._secret = account, secret

    def doors(self) -> Sequence[Door]:
        """Return the one door there is."""
        return [Door("POST", "/v1/Accounts/{sid}/Sms/send.json", self._send)]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:  # noqa: ARG002 - none signs
        """Return a status callback."""
        status, detail = self._states[report.state]
        pairs = {"SmsSid": accepted.id, "To": accepted.asked.number, "Status": status, "DetailedStatus": detail}
        return by_form(accepted.asked.callback_url, pairs | {"CustomField": accepted.asked.reference})

    def inbound(self, text: Text, stamp: Stamp) -> Call:  # noqa: ARG002 - none signs
        """Return a text as a number's app gets it."""
        said = {"SmsSid": text.id, "From": digits(text.source), "To": digits(text.to), "Body": text.text}
        return by_query(text.url, said)

    def _send(self, request: Request) -> Asking | Answer:
        if not is_shown(request, self._account, self._secret):
            return _rest_error(401, "Authentication failed")
        form = dict(request.form())
        if not digits(form.get("To", "")) or not form.get("Body") or not form.get("From"):
            return _rest_error(400, "Mandatory parameters missing")
        url, reference = form.get("StatusCallback", ""), form.get("CustomField", "")
        asked = Asked(digits(form["To"]), form["From"], form["Body"], url, reference)
        return Asking([asked], _sms_message, lambda refusal: _rest_error(status_of(refusal), refusal.value))


def _sms_message(told: Sequence[Told]) -> Answer:
    (one,) = told
    if not one.ids:
        return _rest_error(400, (one.refusal or Refusal.BROKEN).value)
    return answer(200, {"SMSMessage": {"Sid": one.ids[0], "To": one.asked.number, "Status": "queued"}})


def _rest_error(status: int, message: str) -> Answer:
    return answer(status, {"RestException": {"Status": status, "Message": message}})


class Nimbus:
    """Nimbus: one text for many in an address; user and password stand there too."""

    name = "nimbus"

    def __init__(self, account: str, secret: str) -> None:
        self._account, self._secret = account, secret

    def doors(self) -> Sequence[Door]:
        """Return the one door there is."""
        return [Door("GET", "/api/SmsApi/SendMultipleApi", self._send)]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:  # noqa: ARG002 - none signs
        """Return a call of our own making: what the real one says is not published."""
        return _smsc_receipt(accepted, report)

    def inbound(self, text: Text, stamp: Stamp) -> Call:  # noqa: ARG002 - none signs
        """Return a text in an address."""
        return by_query(text.url, {"from": digits(text.source), "to": digits(text.to), "text": text.text})

    def _send(self, request: Request) -> Asking | Answer:
        query = dict(request.query())
        if (query.get("UserID"), query.get("Password")) != (self._account, self._secret):
            return answer(200, {"Status": "Error", "Response": {"Message": "Invalid user or password"}})
        numbers = [digits(one) for one in query.get("Phno", "").split(",") if digits(one)]
        asked = [Asked(number, query.get("SenderID", ""), query.get("Msg", "")) for number in numbers]
        if not asked or not query.get("Msg"):
            return answer(200, {"Status": "Error", "Response": {"Message": "Phno and Msg are needed"}})
        return Asking(asked, self._told, self._refused, is_one_id=True)

    def _told(self, told: Sequence[Told]) -> Answer:
        taken = next((one.ids[0] for one in told if one.ids), "")
        if not taken:
            return self._refused(told[0].refusal or Refusal.BROKEN)
        return answer(200, {"Status": "OK", "Response": {"JobId": taken, "Message": "Done"}})

    def _refused(self, refusal: Refusal) -> Answer:
        status = status_of(refusal) if refusal in (Refusal.BROKEN, Refusal.UNAVAILABLE, Refusal.THROTTLED) else 200
        return answer(status, {"Status": "Error", "Response": {"Message": refusal.value}})


def _smsc_receipt(accepted: Accepted, report: Report) -> Call | None:
    said = {"id": accepted.id, "mobile": accepted.asked.number, "status": SMSC_STATES[report.state]}
    return by_query(accepted.asked.callback_url, said)


class SmsIndiaHub:
    """SMSINDIAHUB: one text for many in an address, an id for each; a wrong key is told in bare words."""

    name = "smsindiahub"
    _codes: Final[Mapping[Refusal, str]] = {Refusal.NO_CREDIT: "021", Refusal.CONTENT: "006"}

    def __init__(self, account: str, secret: str) -> None:  # noqa: ARG002 - it has a key alone
        self._key = secret

    def doors(self) -> Sequence[Door]:
        """Return the one door there is."""
        return [Door("GET", "/vendorsms/pushsms.aspx", self._send)]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:  # noqa: ARG002 - none signs
        """Return a call of our own making: what the real one says is not published."""
        return _smsc_receipt(accepted, report)

    def inbound(self, text: Text, stamp: Stamp) -> Call:  # noqa: ARG002 - none signs
        """Return a text in an address."""
        return by_query(text.url, {"from": digits(text.source), "to": digits(text.to), "text": text.text})

    def _send(self, request: Request) -> Asking | Answer:
        query = dict(request.query())
        if query.get("APIKey") != self._key:
            return Answer(200, b"Failed#Invalid Login", "text/plain")
        numbers = [digits(one) for one in query.get("msisdn", "").split(",") if digits(one)]
        asked = [Asked(number, query.get("sid", ""), query.get("msg", "")) for number in numbers]
        return Asking(asked, self._told, self._refused)

    def _told(self, told: Sequence[Told]) -> Answer:
        taken = [{"Number": one.asked.number, "MessageId": one.ids[0]} for one in told if one.ids]
        if not taken:
            return self._refused(told[0].refusal or Refusal.BROKEN)
        return answer(200, {"ErrorCode": "000", "ErrorMessage": "Done", "JobId": "1", "MessageData": taken})

    def _refused(self, refusal: Refusal) -> Answer:
        status = status_of(refusal) if refusal in (Refusal.BROKEN, Refusal.UNAVAILABLE, Refusal.THROTTLED) else 200
        return answer(status, {"ErrorCode": self._codes.get(refusal, "010"), "ErrorMessage": refusal.value})


class Textlocal:
    """Textlocal: single and in bulk; receipts repeat what we gave along, and no id of its own."""

    name = "textlocal"
    _states: Final[Mapping[State, str]] = {
        State.SENT: "?",
        State.DELIVERED: "D",
        State.UNDELIVERED: "U",
        State.FAILED: "I",
        State.REJECTED: "U",
        State.EXPIRED: "E",
    }

    def __init__(self, account: str, secret: str) -> None:  # noqa: ARG002 - it has a key alone
        self._key = secret

    def doors(self) -> Sequence[Door]:
        """Return the doors for one text to many and for many texts."""
        return [Door("POST", "/send/", self._send), Door("POST", "/bulk_json/", self._send_bulk)]

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:  # noqa: ARG002 - none signs
        """Return a delivery receipt."""
        asked = accepted.asked
        said = {"number": asked.number, "status": self._states[report.state], "customID": asked.reference}
        return by_form(asked.callback_url, said)

    def inbound(self, text: Text, stamp: Stamp) -> Call:  # noqa: ARG002 - none signs
        """Return a text as an inbox forwards it."""
        return by_form(
            text.url, {"sender": digits(text.source), "inNumber": digits(text.to), "content": text.text, "keyword": ""}
        )

    def _send(self, request: Request) -> Asking | Answer:
        form = dict(request.form())
        if form.get("apikey") != self._key:
            return _failure(3, "Invalid login details")
        numbers = [digits(one) for one in form.get("numbers", "").split(",") if digits(one)]
        source, text, url, ours = (form.get(name, "") for name in ("sender", "message", "receipt_url", "custom"))
        return self._asking([Asked(number, source, text, url, ours) for number in numbers])

    def _send_bulk(self, request: Request) -> Asking | Answer:
        form = dict(request.form())
        if form.get("apikey") != self._key:
            return _failure(3, "Invalid login details")
        data = as_object(read_json(form.get("data", "").encode()))
        url = str(data.get("receiptUrl", ""))
        source = str(data.get("sender", ""))
        return self._asking(
            [
                Asked(digits(one.get("number", "")), source, str(one.get("text", "")), url)
                for one in objects(data.get("messages"))
            ]
        )

    def _asking(self, asked: list[Asked]) -> Asking | Answer:
        if not asked:
            return _failure(4, "No recipients specified")
        return Asking(asked, _batch, _refused_by_textlocal)


def _batch(told: Sequence[Told]) -> Answer:
    taken = [{"id": one.ids[0], "recipient": int(one.asked.number)} for one in told if one.ids]
    if not taken:
        return _refused_by_textlocal(told[0].refusal or Refusal.BROKEN)
    warnings = [{"code": 3, "message": f"Invalid number {one.asked.number}"} for one in told if not one.ids]
    said = {"num_messages": len(taken), "messages": taken, "status": "success"}
    return answer(200, said | ({"warnings": warnings} if warnings else {}))


def _refused_by_textlocal(refusal: Refusal) -> Answer:
    if refusal in (Refusal.BROKEN, Refusal.UNAVAILABLE, Refusal.THROTTLED):
        return Answer(status_of(refusal), json.dumps({"status": "failure"}).encode())
    codes = {Refusal.NO_CREDIT: 7, Refusal.BAD_NUMBER: 51, Refusal.CONTENT: 80, Refusal.BAD_SENDER: 43}
    return _failure(codes.get(refusal, 5), refusal.value)


def _failure(code: int, message: str) -> Answer:
    return answer(200, {"errors": [{"code": code, "message": message}], "status": "failure"})
