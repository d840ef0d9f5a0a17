"""Plivo: what travels together, one table of what it answers, and one of what it calls."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest

from cablegram.connectors.contract import Incoming, Outcome, Outgoing, Receipt, Trouble, Verdict
from cablegram.connectors.providers.contract import CallbackRefused, CallbackRequest, Context, HttpAnswer, OptOut, Told
from cablegram.connectors.providers.plivo import KIND, Plivo, PlivoSecrets, PlivoSettings
from cablegram.connectors.providers.plivo_signature import signature_v2
from cablegram.kit.ids import MessageId

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
AUTH = "MAXXXXXXXXXXXXXXXXXX"
TOKEN = "MAXXXXXXXXXXXXXXXXXX_token"
NONCE = "05429567804466091622"
URL = "https://hooks.example.test/plivo/dlr?m=42"
UUID_1 = "83876bdb-2033-4876-bfaf-0ff8693705af"


def plivo(**settings: str | int) -> Plivo:
    return Plivo(msgspec.convert({"auth_id": AUTH, **settings}, PlivoSettings), PlivoSecrets(auth_token=TOKEN))


def message(number: str = "14155552345", **changes: Any) -> Outgoing:  # noqa: ANN401 - of any field
    given: dict[str, Any] = {"source": "14155552344", "text": "hi", "segments": 1}
    return Outgoing(MessageId(UUID(int=int(number))), number=number, **given | changes)


def bodies(provider: Plivo, batch: list[Outgoing], callback_url: str = "") -> list[dict[str, Any]]:
    shipments = provider.ship(batch, Context(NOW, callback_url))
    assert sorted(one.id.int for ship in shipments for one in ship.messages) == sorted(one.id.int for one in batch)
    return [msgspec.json.decode(one.request.body, type=dict[str, Any]) for one in shipments]


@pytest.mark.req("R127", "R139")
def test_a_message_is_written_as_the_official_client_writes_it() -> None:
    provider = plivo(dlt_entity_id="1", dlt_template_category="promotional")
    batch = [message(number, values={"template_id": "2"}) for number in ("14155552345", "14155552346")]
    (shipment,) = provider.ship(batch, Context(NOW, "https://h.example.com/x"))
    assert shipment.request.url == f"https://api.plivo.com/v1/Account/{AUTH}/Message/"
    assert shipment.request.method == "POST"
    assert dict(shipment.request.headers)["Content-Type"] == "application/json"
    assert list(shipment.messages) == batch
    assert json.loads(shipment.request.body) == {
        "src": "14155552344",
        "dst": "14155552345<14155552346",
        "text": "hi",
        "type": "sms",
        "url": "https://h.example.com/x",
        "method": "POST",
        "log": "true",
        "dlt_entity_id": "1",
        "dlt_template_id": "2",
        "dlt_template_category": "promotional",
    }


def test_without_a_public_address_nothing_is_called_back() -> None:
    assert not {"url", "method"} & bodies(plivo(), [message()])[0].keys()


@pytest.mark.parametrize(
    ("settings", "changes", "expected"),
    [
        pytest.param(
            {"powerpack_uuid": UUID_1},
            {},
            {"powerpack_uuid": UUID_1, "src": None},
            id="a powerpack instead of a sender",
        ),
        pytest.param(
            {},
            {"text": "", "media_url": "https://h/1.png"},
            {"type": "mms", "media_urls": ["https://h/1.png"], "text": None},
            id="picture",
        ),
        pytest.param(
            {}, {"valid_until": NOW + timedelta(days=3)}, {"message_expiry": 10_800}, id="three hours at most"
        ),
        pytest.param({}, {"valid_until": NOW + timedelta(seconds=150)}, {"message_expiry": 120}, id="whole minutes"),
        pytest.param({}, {"valid_until": NOW + timedelta(seconds=30)}, {"message_expiry": 30}, id="short ones exactly"),
        pytest.param({}, {"valid_until": NOW}, {"message_expiry": 5}, id="five seconds at least"),
        pytest.param({}, {"source": "+14155552344"}, {"src": "14155552344"}, id="a sender with plus"),
        pytest.param({}, {"source": "ACME"}, {"src": "ACME"}, id="a name"),
        pytest.param({"log": "false"}, {}, {"log": "false"}, id="nothing kept"),
        pytest.param(
            {"dlt_entity_id": "1"},
            {
                "values": {
                    "values": {"dlt_entity_id": "9", "dlt_template_id": "8", "dlt_template_category": "transactional"}
                }
            },
            {"dlt_entity_id": "9", "dlt_template_id": "8", "dlt_template_category": "transactional"},
            id="the message's own DLT ids",
        ),
    ],
)
def test_settings_and_values_are_in_the_request(
    settings: dict[str, str], changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    (body,) = bodies(plivo(**settings), [message(**changes)])
    assert {name: body.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        pytest.param([message("14155550001"), message("14155550002")], ["14155550001<14155550002"], id="alike"),
        pytest.param(
            [message("14155550001"), message("14155550002", text="other")], ["14155550001", "14155550002"], id="text"
        ),
        pytest.param(
            [message("14155550001"), message("14155550002", source="ACME")],
            ["14155550001", "14155550002"],
            id="another sender",
        ),
        pytest.param([message("14155550001"), message("34661319196")], ["14155550001", "34661319196"], id="country"),
        pytest.param(
            [message("14155550001"), message("14155550001"), message("14155550002")],
            ["14155550001", "14155550001<14155550002"],
            id="a number twice",
        ),
        pytest.param(
            [message("14155550001"), message("14155552344"), message("14155550002")],
            ["14155550001", "14155552344", "14155550002"],
            id="the sender's own number",
        ),
        pytest.param(
            [message("14155552344"), message("14155550002")],
            ["14155552344", "14155550002"],
            id="the sender's own number first",
        ),
        pytest.param(
            [message(f"1415555000{digit}") for digit in range(5)],
            ["14155550000<14155550001", "14155550002<14155550003", "14155550004"],
            id="two at most",
        ),
        pytest.param(
            [
                message("14155550001", valid_until=NOW + timedelta(seconds=130)),
                message("14155550002", valid_until=NOW + timedelta(seconds=170)),
            ],
            ["14155550001<14155550002"],
            id="within a minute",
        ),
        pytest.param([], [], id="nothing"),
    ],
)
def test_what_is_alike_travels_together(batch: list[Outgoing], expected: list[str]) -> None:
    assert [body["dst"] for body in bodies(plivo(most_numbers=2), batch)] == expected


@pytest.mark.req("R133")
def test_a_thousand_numbers_fill_a_request() -> None:
    batch = [message(f"1415{number:07}") for number in range(2500)]
    assert [body["dst"].count("<") + 1 for body in bodies(plivo(), batch)] == [1000, 1000, 500]
    with pytest.raises(msgspec.ValidationError):
        plivo(most_numbers=1001)


def said(**content: object) -> bytes:
    return json.dumps({"api_id": "x", **content}).encode()


def error(words: str) -> bytes:
    return said(error=words)


NO_ID = (Verdict.LOST, "", None, "")
ANSWERS = [
    pytest.param(
        202,
        said(message="message(s) queued", message_uuid=["a", "b"]),
        [(Verdict.TAKEN, "", None, "a"), (Verdict.TAKEN, "", None, "b")],
        id="taken",
    ),
    pytest.param(
        202,
        said(message_uuid=["b"], invalid_number=["+14155552345"]),
        [(Verdict.REFUSED, "50", Trouble.RECIPIENT, ""), (Verdict.TAKEN, "", None, "b")],
        id="one is invalid",
    ),
    pytest.param(
        202,
        said(message_uuid=[], invalid_number=["14155552345", "14155552346"]),
        [(Verdict.REFUSED, "50", Trouble.RECIPIENT, "")] * 2,
        id="all are invalid",
    ),
    pytest.param(500, said(message_uuid=["a", "b"]), [(Verdict.TAKEN, "", None, i) for i in "ab"], id="500 with ids"),
    pytest.param(202, said(message_uuid=["a"]), [NO_ID] * 2, id="too few ids"),
    pytest.param(202, said(message_uuid=["a", None]), [NO_ID] * 2, id="an id that is none"),
    pytest.param(
        202,
        said(message_uuid=["a", "b"], invalid_number=["14155552346"]),
        [NO_ID, (Verdict.REFUSED, "50", Trouble.RECIPIENT, "")],
        id="too many ids",
    ),
    pytest.param(202, b'{"message_uuid": ["', [(Verdict.LOST, "HTTP 202", None, "")] * 2, id="cut"),
    pytest.param(200, b"\xff<html>", [(Verdict.LOST, "HTTP 200", None, "")] * 2, id="a page"),
    pytest.param(500, error("oops"), [(Verdict.LOST, "HTTP 500", None, "")] * 2, id="500 may have sent it"),
    pytest.param(429, error("slow"), [(Verdict.THROTTLED, "HTTP 429", Trouble.THROTTLED, "")] * 2, id="throttled"),
    pytest.param(401, error("who"), [(Verdict.TURNED_AWAY, "HTTP 401", Trouble.ACCOUNT, "")] * 2, id="account"),
    pytest.param(
        400, error("Insufficient Credit"), [(Verdict.TURNED_AWAY, "900", Trouble.ACCOUNT, "")] * 2, id="no credit"
    ),
    pytest.param(
        403, error("Geo Permission denied"), [(Verdict.REFUSED, "450", Trouble.CONFIG, "")] * 2, id="country barred"
    ),
    pytest.param(403, error("no"), [(Verdict.TURNED_AWAY, "HTTP 403", Trouble.ACCOUNT, "")] * 2, id="forbidden"),
    pytest.param(400, error("src"), [(Verdict.REFUSED, "HTTP 400", Trouble.CONFIG, "")] * 2, id="config"),
]


@pytest.mark.req("R127", "R129")
@pytest.mark.parametrize(("status", "body", "expected"), ANSWERS)
def test_answers_are_read(status: int, body: bytes, expected: list[tuple[Verdict, str, Trouble | None, str]]) -> None:
    provider = plivo()
    (shipment,) = provider.ship([message("14155552345"), message("14155552346")], Context(NOW))
    reading = provider.read(shipment, HttpAnswer(status, {"retry-after": "7"}, body))
    parts = [part for (part,) in reading.results]
    assert [(part.verdict, part.code, part.trouble, part.provider_id) for part in parts] == expected
    assert bool(reading.account_trouble) is (parts[0].verdict is Verdict.TURNED_AWAY)
    assert reading.wait == (7.0 if status == 429 else None)


def call(pairs: dict[str, str], token: str = TOKEN) -> CallbackRequest:
    headers = {"x-plivo-signature-v2": signature_v2(token, URL, NONCE), "x-plivo-signature-v2-nonce": NONCE}
    return CallbackRequest("POST", URL, headers, urlencode(pairs).encode(), "127.0.0.1")


def heard(pairs: dict[str, str]) -> list[Told]:
    return plivo().hear(call(pairs), now=NOW).items


RECEIPT = {"MessageUUID": UUID_1, "From": "14155552344", "To": "14155552345"}
STOPPED = "undelivered 200 (this number sent STOP to this sender)"
EXPIRED = "undelivered 420 (its validity ran out before it was delivered)"


def receipt(outcome: Outcome, code: str, words: str, trouble: Trouble | None = None) -> Receipt:
    return Receipt(UUID_1, outcome, code, "14155552344", "14155552345", "", words, trouble)


@pytest.mark.req("R127", "R136")
@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("queued", "", receipt(Outcome.ON_ITS_WAY, "", "queued")),
        ("sent", "000", receipt(Outcome.ON_ITS_WAY, "", "sent")),
        ("delivered", "000", receipt(Outcome.DELIVERED, "", "delivered")),
        ("Read", "", receipt(Outcome.DELIVERED, "", "read")),
        (
            "failed",
            "300",
            receipt(
                Outcome.UNDELIVERED, "300", "failed 300 (Plivo could not hand the message over)", Trouble.TEMPORARY
            ),
        ),
        ("undelivered", "420", receipt(Outcome.EXPIRED, "420", EXPIRED, Trouble.TEMPORARY)),
        (
            "failed",
            "900",
            receipt(Outcome.UNDELIVERED, "900", "failed 900 (the Plivo account has no credit left)", Trouble.ACCOUNT),
        ),
        ("rejected", "77", receipt(Outcome.UNDELIVERED, "77", "rejected 77")),
        (
            "teleported",
            "50",
            receipt(Outcome.ON_ITS_WAY, "50", "teleported 50 (this number is none, or cannot get messages)"),
        ),
    ],
)
def test_receipts_are_read(status: str, code: str, expected: Receipt) -> None:
    assert heard(RECEIPT | {"Status": status, "ErrorCode": code}) == [expected]


@pytest.mark.req("R137")
def test_a_receipt_that_tells_of_a_stop_is_an_opt_out_too() -> None:
    assert heard(RECEIPT | {"Status": "undelivered", "ErrorCode": "200"}) == [
        receipt(Outcome.UNDELIVERED, "200", STOPPED, Trouble.OPTED_OUT),
        OptOut("14155552345", "14155552344"),
    ]


TEXT = {"MessageUUID": UUID_1, "Type": "mms", "From": "14155552345", "To": "14155552344", "Text": "Hi \0"}


def test_texts_are_read_with_their_pictures() -> None:
    pictures = {"Media0": "https://m/0", "Media1": "https://m/1", "MediaX": "https://m/x"}
    media = ("https://m/0", "https://m/1")
    assert heard(TEXT | pictures) == [Incoming("14155552345", "14155552344", "Hi \ufffd", None, UUID_1, media)]
    alone = {name: value for name, value in (TEXT | pictures).items() if name != "Text"}
    assert heard(alone) == [Incoming("14155552345", "14155552344", "", None, UUID_1, media)]


def test_a_body_that_is_no_utf8_is_unreadable() -> None:
    request = call({})
    broken = CallbackRequest("POST", request.url, request.headers, b"Text=\xff", request.address)
    with pytest.raises(CallbackRefused) as caught:
        plivo().hear(broken, now=NOW)
    assert caught.value.code == "callback_unreadable"


def test_a_call_is_answered_and_counts_only_once() -> None:
    callback = plivo().hear(call(TEXT), now=NOW)
    assert (callback.status, callback.content_type, callback.body) == (200, "application/xml", b"<Response/>")
    assert callback.once == (NONCE,)


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param({"Nothing": "known"}, id="neither"),
        pytest.param({"Status": "sent"}, id="a receipt without an id"),
        pytest.param(TEXT | {"From": ""}, id="a text of nobody"),
        pytest.param(TEXT | {"To": ""}, id="a text to nobody"),
    ],
)
def test_what_says_nothing_is_unreadable(pairs: dict[str, str]) -> None:
    with pytest.raises(CallbackRefused) as caught:
        heard(pairs)
    assert caught.value.code == "callback_unreadable"


@pytest.mark.req("R127")
def test_a_forged_call_is_refused() -> None:
    with pytest.raises(CallbackRefused) as caught:
        plivo().hear(call(TEXT, token="guessed"), now=NOW)
    assert caught.value.code == "callback_forged"


def test_secrets_are_the_token_and_the_login_made_of_it() -> None:
    provider = plivo(base_url="http://127.0.0.1:2790")
    (shipment,) = provider.ship([message()], Context(NOW))
    assert shipment.request.url == f"http://127.0.0.1:2790/v1/Account/{AUTH}/Message/"
    assert list(provider.secrets()) == [TOKEN, dict(shipment.request.headers)["Authorization"].removeprefix("Basic ")]


def test_the_form_explains_every_field_and_the_table_names_what_there_is() -> None:
    assert {trouble for trouble, _ in KIND.errors.values()} == set(Trouble) - {Trouble.THROTTLED}
    assert any("{callback_url}" in step for step in KIND.console)
    for form in (KIND.settings, KIND.secrets):
        for name, field in msgspec.json.schema(form)["$defs"][form.__name__]["properties"].items():
            assert "description" in str(field), name
