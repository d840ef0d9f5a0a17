"""How Twilio's signatures are made, and which calls they don't fit."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from cablegram.connectors.providers.contract import CallbackRefused, CallbackRequest
from cablegram.connectors.providers.twilio_signature import check, signature

SID = "AC" + "1" * 32
TOKEN = "12345"
SHARED = "another"
URL = "https://hooks.example.test/dlr/twilio?m=42"
SM = "SM" + "0" * 32
RECEIPT = {"MessageSid": SM, "To": "+14155552345", "From": "+14155552344", "AccountSid": SID}


def call(pairs: dict[str, str], *, url: str = URL, secret: str = TOKEN, **headers: str) -> CallbackRequest:
    signed = {"x-twilio-signature": signature(secret, url, pairs.items())}
    form = {"content-type": "application/x-www-form-urlencoded"}
    return CallbackRequest("POST", url, form | signed | headers, urlencode(pairs).encode(), "127.0.0.1")


def accept(request: CallbackRequest, webhook_secret: str = SHARED) -> None:
    check(request, auth_token=TOKEN, webhook_secret=webhook_secret)


@pytest.mark.parametrize(
    ("url", "pairs", "algorithm", "expected"),
    [
        pytest.param(
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            {
                "CallSid": "CA1234567890ABCDE",
                "Caller": "+14158675310",
                "Digits": "1234",
                "From": "+14158675310",
                "To": "+18005551212",
            },
            "HMAC_SHA1",
            "GvWf1cFY/Q7PnoempGyD5oXAezc=",
            id="the documentation's",
        ),
        pytest.param(
            URL,
            RECEIPT | {"MessageStatus": "delivered", "ApiVersion": "2010-04-01"},
            "HMAC_SHA1",
            "giCSIDfWG4ZPdvr9edkoEZ0bgOY=",
            id="a receipt's",
        ),
    ],
)
def test_signatures_are_those_of_the_official_client(
    url: str, pairs: dict[str, str], algorithm: str, expected: str
) -> None:
    assert signature(TOKEN, url, pairs.items(), algorithm) == expected


DELIVERED = RECEIPT | {"MessageStatus": "delivered"}
SETTINGS = "x-twilio-webhooks-signature-settings"


@pytest.mark.parametrize(
    ("ours", "signed"),
    [
        (URL, "https://hooks.example.test:443/dlr/twilio?m=42"),
        ("https://hooks.example.test:443/dlr/twilio?m=42", URL),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("http://hooks.example.test/x", "http://hooks.example.test:80/x"),
        ("https://hooks.example.test:8443/x", "https://hooks.example.test:8443/x"),
    ],
)
def test_it_does_not_matter_whether_the_usual_port_is_named(ours: str, signed: str) -> None:
    right = {"x-twilio-signature": signature(TOKEN, signed, DELIVERED.items())}
    request = CallbackRequest("POST", ours, right, urlencode(DELIVERED).encode(), "127.0.0.1")
    accept(request)


def test_a_webhook_secret_signs_with_sha256() -> None:
    right = signature(SHARED, URL, DELIVERED.items(), "HMAC_SHA256")
    request = call(DELIVERED, **{"x-twilio-signature": right, SETTINGS: "key=1, algorithm=hmac_sha256"})
    accept(request)


def test_a_call_by_get_says_all_in_its_address() -> None:
    url = f"{URL}&{urlencode(DELIVERED)}"
    request = CallbackRequest("GET", url, {"x-twilio-signature": signature(TOKEN, url, ())}, b"", "127.0.0.1")
    accept(request)


BODY = b'{"a":1}'
JSON_URL = "https://hooks.example.test/j?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def json_call(url: str, body: bytes, signed: str) -> CallbackRequest:
    headers = {"content-type": "application/json", "x-twilio-signature": signed}
    return CallbackRequest("POST", url, headers, body, "127.0.0.1")


def test_a_call_in_json_is_signed_by_its_address_and_the_hash_in_it() -> None:
    accept(json_call(JSON_URL, BODY, "86FUwuGejtoruFbCk1u2D1EZwPU="))


@pytest.mark.req("R127")
@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(call(DELIVERED, secret="guessed"), id="wrong secret"),
        pytest.param(call(DELIVERED, **{"x-twilio-signature": ""}), id="no signature"),
        pytest.param(call(DELIVERED, **{"x-twilio-signature": "\udcff"}), id="a signature of no characters"),
        pytest.param(call(DELIVERED, **{SETTINGS: "algorithm=HMAC_SHA256"}), id="the other algorithm's name"),
        pytest.param(call(DELIVERED, **{SETTINGS: "key=1,algorithm=NONE"}), id="no algorithm"),
        pytest.param(
            CallbackRequest(
                "POST",
                URL,
                {"x-twilio-signature": signature(TOKEN, URL, DELIVERED.items())},
                urlencode(DELIVERED | {"MessageStatus": "failed"}).encode(),
                "127.0.0.1",
            ),
            id="another state under the same signature",
        ),
        pytest.param(json_call(JSON_URL, b'{"a":2}', "86FUwuGejtoruFbCk1u2D1EZwPU="), id="another JSON"),
        pytest.param(json_call(URL, BODY, signature(TOKEN, URL, ())), id="JSON without a hash"),
        pytest.param(call(DELIVERED, url="https://elsewhere.example/dlr/twilio?m=42"), id="to another address"),
    ],
)
def test_forged_calls_are_refused(request_: CallbackRequest) -> None:
    ours = CallbackRequest(
        request_.method,
        URL if "elsewhere" in request_.url else request_.url,
        request_.headers,
        request_.body,
        request_.address,
    )
    with pytest.raises(CallbackRefused) as caught:
        accept(ours)
    assert caught.value.code == "callback_forged"


def test_without_a_webhook_secret_sha256_is_refused() -> None:
    right = signature("", URL, DELIVERED.items(), "HMAC_SHA256")
    with pytest.raises(CallbackRefused) as caught:
        accept(call(DELIVERED, **{"x-twilio-signature": right, SETTINGS: "algorithm=HMAC_SHA256"}), "")
    assert caught.value.code == "callback_forged"
