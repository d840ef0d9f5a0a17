"""Twilio: one table of what it answers, one of what it calls, and what its form takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec
import pytest

from cablegram.connectors.contract import Incoming, Outcome, Outgoing, PartResult, Receipt, Trouble, Verdict
from cablegram.connectors.providers.contract import (
    CallbackRefused,
    CallbackRequest,
    Click,
    Context,
    HttpAnswer,
    OptOut,
    Told,
)
from cablegram.connectors.providers.twilio import KIND, Twilio, TwilioSecrets, TwilioSettings
from cablegram.connectors.providers.twilio_signature import signature
from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import MessageId

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SID = "AC" + "1" * 32
SERVICE = "MG" + "2" * 32
TOKEN = "12345"
URL = "https://hooks.example.test/dlr/twilio?m=42"
SM = "SM" + "0" * 32


def twilio(**settings: str | bool) -> Twilio:
    return Twilio(
        msgspec.convert({"account_sid": SID, **settings}, TwilioSettings),
        TwilioSecrets(auth_token=TOKEN, webhook_secret="another"),
    )


def message(**changes: Any) -> Outgoing:  # noqa: ANN401 - of any field
    given: dict[str, Any] = {"source": "14155552344", "number": "14155552345", "text": "héllo", "segments": 1}
    return Outgoing(MessageId(UUID(int=1)), **given | changes)


def body_of(provider: Twilio, one: Outgoing, callback_url: str = "https://h/x") -> str:
    (shipment,) = provider.ship([one], Context(NOW, callback_url))
    return shipment.request.body.decode()


def call(pairs: dict[str, str], *, url: str = URL, secret: str = TOKEN, **headers: str) -> CallbackRequest:
    signed = {"x-twilio-signature": signature(secret, url, pairs.items())}
    form = {"content-type": "application/x-www-form-urlencoded"}
    return CallbackRequest("POST", url, form | signed | headers, urlencode(pairs).encode(), "127.0.0.1")


def heard(pairs: dict[str, str]) -> list[Told]:
    return twilio().hear(call(pairs), now=NOW).items


@pytest.mark.req("R127")
def test_a_message_is_written_as_the_official_client_writes_it() -> None:
    (shipment,) = twilio().ship(
        [message(media_url="https://h/1.png", valid_until=NOW + timedelta(seconds=60))], Context(NOW, "https://h/x")
    )
    request = shipment.request
    assert request.method == "POST"
    assert request.url == f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    assert request.body.decode() == (
        "To=%2B14155552345&StatusCallback=https%3A%2F%2Fh%2Fx&ValidityPeriod=60&From=%2B14155552344"
        "&Body=h%C3%A9llo&MediaUrl=https%3A%2F%2Fh%2F1.png"
    )
    assert dict(request.headers)["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("settings", "changes", "expected"),
    [
        pytest.param({}, {"source": "ACME"}, {"From": "ACME"}, id="a name has no plus"),
        pytest.param({}, {"source": "85500"}, {"From": "85500"}, id="a short code has no plus"),
        pytest.param(
            {"messaging_service_sid": SERVICE},
            {},
            {"MessagingServiceSid": SERVICE, "From": "+14155552344"},
            id="a service with our sender",
        ),
        pytest.param(
            {"messaging_service_sid": SERVICE, "service_chooses_sender": True},
            {},
            {"MessagingServiceSid": SERVICE, "From": None},
            id="a service that chooses",
        ),
        pytest.param({"messaging_service_sid": SERVICE}, {"source": ""}, {"From": None}, id="nobody in particular"),
        pytest.param({"smart_encoded": True}, {}, {"SmartEncoded": "true"}, id="plain quotes"),
        pytest.param(
            {"shorten_urls": True, "messaging_service_sid": SERVICE}, {}, {"ShortenUrls": "true"}, id="short links"
        ),
        pytest.param({}, {"valid_until": NOW + timedelta(days=3)}, {"ValidityPeriod": "36000"}, id="ten hours at most"),
        pytest.param({}, {"valid_until": NOW - timedelta(days=3)}, {"ValidityPeriod": "1"}, id="a second at least"),
        pytest.param(
            {},
            {"text": "", "media_url": "https://h/1.png"},
            {"Body": None, "MediaUrl": "https://h/1.png"},
            id="picture",
        ),
        pytest.param(
            {},
            {"values": {"template_id": "HX1", "variables": {"1": 'Ann "A" & co'}}},
            {"ContentSid": "HX1", "ContentVariables": '{"1":"Ann \\"A\\" & co"}', "Body": None},
            id="a content template",
        ),
        pytest.param(
            {}, {"values": {"template_id": "HX1"}}, {"ContentSid": "HX1", "ContentVariables": None}, id="bare"
        ),
    ],
)
def test_settings_and_values_are_in_the_request(
    settings: dict[str, Any], changes: dict[str, Any], expected: dict[str, str | None]
) -> None:
    pairs = dict(parse_qsl(body_of(twilio(**settings), message(**changes))))
    assert {name: pairs.get(name) for name in expected} == expected


def test_without_a_public_address_nothing_is_called_back() -> None:
    assert "StatusCallback" not in body_of(twilio(), message(), "")


def test_an_api_key_logs_in_and_the_token_still_checks_calls() -> None:
    key = "SK" + "3" * 32
    provider = Twilio(
        TwilioSettings(account_sid=SID, api_key_sid=key, base_url="http://127.0.0.1:2790/"),
        TwilioSecrets(auth_token=TOKEN, api_key_secret="s"),
    )
    (shipment,) = provider.ship([message()], Context(NOW))
    assert shipment.request.url.startswith(f"http://127.0.0.1:2790/2010-04-01/Accounts/{SID}/")
    login = dict(shipment.request.headers)["Authorization"].removeprefix("Basic ")
    assert list(provider.secrets()) == [TOKEN, "s", login]
    assert provider.hear(call({"MessageSid": SM, "MessageStatus": "sent"}), now=NOW).items


def error(code: int, words: str) -> bytes:
    return json.dumps({"code": code, "message": words, "status": 400}).encode()


def refused(trouble: Trouble, code: str, verdict: Verdict = Verdict.REFUSED) -> tuple[Verdict, str, Trouble]:
    return verdict, code, trouble


ANSWERS = [
    pytest.param(201, json.dumps({"sid": SM, "status": "queued"}).encode(), (Verdict.TAKEN, "", None), id="taken"),
    pytest.param(
        500, json.dumps({"sid": SM, "status": "queued"}).encode(), (Verdict.TAKEN, "", None), id="500 with id"
    ),
    pytest.param(400, error(21211, "no"), refused(Trouble.RECIPIENT, "21211"), id="recipient"),
    pytest.param(400, error(21610, "no"), refused(Trouble.OPTED_OUT, "21610"), id="opted out"),
    pytest.param(400, error(21408, "no"), refused(Trouble.CONTENT, "21408"), id="content"),
    pytest.param(400, error(30017, "no"), (Verdict.TEMPORARY, "30017", Trouble.TEMPORARY), id="temporary"),
    pytest.param(429, error(20429, "no"), (Verdict.THROTTLED, "20429", Trouble.THROTTLED), id="throttled"),
    pytest.param(429, b"", (Verdict.THROTTLED, "HTTP 429", Trouble.THROTTLED), id="throttled without a word"),
    pytest.param(429, error(99999, "no"), (Verdict.THROTTLED, "99999", Trouble.THROTTLED), id="throttled, new code"),
    pytest.param(401, error(20003, "no"), (Verdict.TURNED_AWAY, "20003", Trouble.ACCOUNT), id="account"),
    pytest.param(403, error(99999, "no"), (Verdict.TURNED_AWAY, "99999", Trouble.ACCOUNT), id="account, new code"),
    pytest.param(400, error(21606, "no"), refused(Trouble.CONFIG, "21606"), id="config"),
    pytest.param(400, error(99999, "no"), refused(Trouble.CONFIG, "99999"), id="a code of tomorrow"),
    pytest.param(500, error(20500, "no"), (Verdict.LOST, "HTTP 500", None), id="500 may have sent it"),
    pytest.param(201, b'{"sid": "SM', (Verdict.LOST, "HTTP 201", None), id="cut"),
    pytest.param(200, b"<html>\xff", (Verdict.LOST, "HTTP 200", None), id="a page"),
    pytest.param(200, b"[1]", (Verdict.LOST, "HTTP 200", None), id="JSON of another kind"),
    pytest.param(
        201,
        json.dumps({"sid": SM, "status": "failed", "error_code": 30007, "error_message": "no"}).encode(),
        refused(Trouble.CONTENT, "30007"),
        id="an error in a success",
    ),
]


@pytest.mark.req("R127", "R129")
@pytest.mark.parametrize(("status", "body", "expected"), ANSWERS)
def test_answers_are_read(status: int, body: bytes, expected: tuple[Verdict, str, Trouble | None]) -> None:
    provider = twilio()
    (shipment,) = provider.ship([message()], Context(NOW))
    reading = provider.read(shipment, HttpAnswer(status, {"retry-after": "7"}, body))
    ((part,),) = reading.results
    assert (part.verdict, part.code, part.trouble) == expected
    assert part.provider_id == (SM if part.verdict is Verdict.TAKEN else "")
    assert bool(reading.account_trouble) is (part.verdict is Verdict.TURNED_AWAY)
    assert reading.wait == (7.0 if status == 429 else None)


def test_a_refusal_says_what_it_means_and_what_twilio_said() -> None:
    provider = twilio()
    (shipment,) = provider.ship([message()], Context(NOW))
    ((part,),) = provider.read(shipment, HttpAnswer(400, {}, error(21614, "'To' number is not valid"))).results
    assert part == PartResult(
        Verdict.REFUSED, "", "21614", Trouble.RECIPIENT, "this is not a mobile number: 'To' number is not valid"
    )


RECEIPT = {"MessageSid": SM, "To": "+14155552345", "From": "+14155552344", "AccountSid": SID}


def receipt(outcome: Outcome, code: str, words: str, trouble: Trouble | None = None) -> Receipt:
    return Receipt(SM, outcome, code, "14155552344", "14155552345", "", words, trouble)


@pytest.mark.req("R127", "R136")
@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        *[(each, "", receipt(Outcome.ON_ITS_WAY, "", each)) for each in ("accepted", "scheduled", "queued", "sending")],
        ("sent", "", receipt(Outcome.ON_ITS_WAY, "", "sent")),
        ("delivered", "", receipt(Outcome.DELIVERED, "", "delivered")),
        ("read", "", receipt(Outcome.DELIVERED, "", "read")),
        ("partially_delivered", "", receipt(Outcome.DELIVERED, "", "partially_delivered")),
        (
            "undelivered",
            "30005",
            receipt(
                Outcome.UNDELIVERED, "30005", "undelivered 30005 (there is no such number any more)", Trouble.RECIPIENT
            ),
        ),
        ("failed", "99", receipt(Outcome.UNDELIVERED, "99", "failed 99")),
        ("canceled", "", receipt(Outcome.UNDELIVERED, "", "canceled")),
        (
            "failed",
            "30036",
            receipt(
                Outcome.EXPIRED, "30036", "failed 30036 (its validity ran out before it could go)", Trouble.TEMPORARY
            ),
        ),
        ("teleported", "", receipt(Outcome.ON_ITS_WAY, "", "teleported")),
    ],
)
def test_receipts_are_read(status: str, code: str, expected: Receipt) -> None:
    assert heard(RECEIPT | {"MessageStatus": status} | ({"ErrorCode": code} if code else {})) == [expected]


@pytest.mark.req("R137")
def test_a_receipt_that_tells_of_a_stop_is_an_opt_out_too() -> None:
    first, second = heard(RECEIPT | {"SmsStatus": "failed", "ErrorCode": "21610"})
    assert isinstance(first, Receipt)
    assert first.trouble is Trouble.OPTED_OUT
    assert second == OptOut("14155552345", "14155552344")


TEXT = {"MessageSid": SM, "SmsStatus": "received", "From": "+14155552345", "To": "+14155552344", "Body": "Hi \0"}


def test_texts_are_read_with_their_pictures() -> None:
    pictures = {"NumMedia": "2", "MediaUrl0": "https://m/0", "MediaUrl1": "https://m/1", "MediaUrl2": "https://m/2"}
    assert heard(TEXT | pictures) == [
        Incoming("14155552345", "14155552344", "Hi \ufffd", None, SM, ("https://m/0", "https://m/1"))
    ]


OPT_OUT = OptOut("14155552345", "14155552344")


@pytest.mark.parametrize(("kind", "told"), [("STOP", [OPT_OUT]), ("stop", [OPT_OUT]), ("START", []), ("HELP", [])])
def test_a_stop_that_twilio_understood_is_an_opt_out(kind: str, told: list[OptOut]) -> None:
    assert heard(TEXT | {"OptOutType": kind})[1:] == told


CLICK = {"event_type": "click", "sms_sid": SM, "link": "https://a.example/1", "click_time": "2026-11-22T12:00:00.000Z"}


@pytest.mark.req("R136")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, Click(SM, "https://a.example/1", NOW)),
        ({"event_type": "preview"}, Click(SM, "https://a.example/1", NOW, is_machine=True)),
        ({"sms_sid": "", "message_sid": SM, "link": "", "click_time": "?"}, Click(SM)),
    ],
)
def test_a_link_that_was_opened_is_told(said: dict[str, str], expected: Click) -> None:
    assert heard(CLICK | said) == [expected]


def test_a_call_is_answered_with_a_response_that_says_nothing() -> None:
    callback = twilio().hear(call(TEXT), now=NOW)
    assert (callback.status, callback.content_type, callback.once) == (200, "text/xml", ())
    assert callback.body == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param({"Nothing": "known"}, id="neither"),
        pytest.param({"MessageStatus": "sent"}, id="a receipt without an id"),
        pytest.param({"event_type": "click"}, id="a click without an id"),
        pytest.param(TEXT | {"From": ""}, id="a text of nobody"),
        pytest.param(TEXT | {"To": ""}, id="a text to nobody"),
    ],
)
def test_what_says_nothing_is_unreadable(pairs: dict[str, str]) -> None:
    with pytest.raises(CallbackRefused) as caught:
        heard(pairs)
    assert caught.value.code == "callback_unreadable"


def test_a_body_that_is_no_utf8_is_unreadable() -> None:
    request = CallbackRequest("POST", URL, {"x-twilio-signature": "x"}, b"Body=\xff%ff", "127.0.0.1")
    with pytest.raises(CallbackRefused) as caught:
        twilio().hear(request, now=NOW)
    assert caught.value.code == "callback_unreadable"


@pytest.mark.req("R127")
def test_a_forged_call_is_refused() -> None:
    with pytest.raises(CallbackRefused) as caught:
        twilio().hear(call(TEXT, secret="guessed"), now=NOW)
    assert caught.value.code == "callback_forged"


@pytest.mark.parametrize(
    ("settings", "field", "code"),
    [
        ({"api_key_sid": "SK" + "3" * 32}, "secrets.api_key_secret", "secret_missing"),
        ({"service_chooses_sender": True}, "settings.messaging_service_sid", "missing_field"),
        ({"shorten_urls": True}, "settings.messaging_service_sid", "missing_field"),
    ],
)
def test_what_does_not_fit_together_is_named(settings: dict[str, Any], field: str, code: str) -> None:
    made = msgspec.convert({"account_sid": SID, **settings}, TwilioSettings)
    assert KIND.build is not None
    with pytest.raises(InvalidInput) as caught:
        KIND.build(made, TwilioSecrets(auth_token=TOKEN))
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [(field, code)]
    assert isinstance(KIND.build(TwilioSettings(account_sid=SID), TwilioSecrets(auth_token=TOKEN)), Twilio)


@pytest.mark.parametrize("sid", ["AC123", SID + "\n", "SK" + "1" * 32, f"{SID}/../x"])
def test_settings_that_are_no_account_are_refused(sid: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        twilio(account_sid=sid)


def test_the_form_explains_every_field_and_the_table_every_class() -> None:
    assert {trouble for trouble, _ in KIND.errors.values()} == set(Trouble)
    assert any("{callback_url}" in step for step in KIND.console)
    for form in (KIND.settings, KIND.secrets):
        for name, field in msgspec.json.schema(form)["$defs"][form.__name__]["properties"].items():
            assert "description" in str(field), name


def test_what_a_get_has_for_a_body_counts_for_nothing_since_no_signature_covers_it() -> None:
    url = f"{URL}&MessageSid=SM1&MessageStatus=sent&To=%2B34600000118"
    headers = {"x-twilio-signature": signature(TOKEN, url, ()), "content-type": "application/x-www-form-urlencoded"}
    found = twilio().hear(CallbackRequest("GET", url, headers, b"MessageStatus=delivered", ""), now=NOW).items
    assert [one.outcome for one in found if isinstance(one, Receipt)] == [Outcome.ON_ITS_WAY]
