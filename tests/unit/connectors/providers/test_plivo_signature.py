"""How Plivo's two signatures are made, and which calls they don't fit."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from cablegram.connectors.providers.contract import CallbackRefused, CallbackRequest
from cablegram.connectors.providers.plivo_signature import check, signature_v2, signature_v3

TOKEN = "MAXXXXXXXXXXXXXXXXXX_token"
NONCE = "05429567804466091622"
URL = "https://hooks.example.test/plivo/dlr?m=42"
UUID_1 = "83876bdb-2033-4876-bfaf-0ff8693705af"
RECEIPT = {"MessageUUID": UUID_1, "From": "14155552344", "To": "14155552345"}


def call(
    pairs: dict[str, str], *, version: str = "v2", url: str = URL, token: str = TOKEN, method: str = "POST"
) -> CallbackRequest:
    body = b"" if method == "GET" else urlencode(pairs).encode()
    if method == "GET":
        url = f"{url}&{urlencode(pairs)}"
    made = signature_v2(token, url, NONCE)
    if version == "v3":
        made = signature_v3(token, url, NONCE, None if method == "GET" else pairs.items())
    name = f"x-plivo-signature-{version}"
    return CallbackRequest(method, url, {name: made, f"{name}-nonce": NONCE}, body, "127.0.0.1")


DELIVERED = RECEIPT | {"Status": "delivered"}


def test_signatures_are_those_of_the_official_client() -> None:
    pairs = {"From": "14155552344", "To": "14155552345", "Status": "delivered", "MessageUUID": UUID_1}
    assert signature_v2(TOKEN, URL, NONCE) == "UsB/jTV5icdRVk747j/WwO35xxI4f/M+yyr4gYiJz6Y="
    assert signature_v3(TOKEN, URL, NONCE, pairs.items()) == "YmyJlgMkmuBCs99UKFZ7HnMZjmgn59xfhvCGWM9qBCs="
    bare = "https://hooks.example.test/callbacks/abc"
    assert (
        signature_v3(TOKEN, bare, NONCE, [("To", "1"), ("Status", "sent")])
        == "8HxwC0zfPJf1E/W19gYXoKsaCM3Dj/ecwZ86z8hhbLE="
    )
    assert signature_v3(TOKEN, bare, NONCE, None) == "pwl+1zDgz1SPyzp6uuOqjqgMmFxsERgf4lOQ5hdoIvY="
    by_get = f"https://hooks.example.test/plivo/dlr?m=42&{urlencode(pairs)}"
    assert signature_v3(TOKEN, by_get, NONCE, None) == "Pg/P8l+Jae42pcmepPV10skOXJ4AcYqJtKhr+1yRpfo="


@pytest.mark.parametrize("version", ["v2", "v3"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("url", [URL, f"{URL}&a=1"])
def test_both_versions_are_taken_by_both_methods(version: str, method: str, url: str) -> None:
    assert check(call(DELIVERED, version=version, method=method, url=url), TOKEN) == NONCE


def test_a_main_account_signs_for_its_subaccounts() -> None:
    headers = {
        "x-plivo-signature-v2": "of another token",
        "x-plivo-signature-ma-v2": signature_v2(TOKEN, URL, NONCE),
        "x-plivo-signature-v2-nonce": NONCE,
    }
    request = CallbackRequest("POST", URL, headers, urlencode(DELIVERED).encode(), "127.0.0.1")
    assert check(request, TOKEN) == NONCE


def changed(request: CallbackRequest, **headers: str) -> CallbackRequest:
    return CallbackRequest(request.method, request.url, {**request.headers, **headers}, request.body, request.address)


@pytest.mark.req("R127")
@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(call(DELIVERED, token="guessed"), id="wrong token"),
        pytest.param(call(DELIVERED, token="guessed", version="v3"), id="wrong token, version 3"),
        pytest.param(changed(call(DELIVERED), **{"x-plivo-signature-v2": ""}), id="no signature"),
        pytest.param(changed(call(DELIVERED), **{"x-plivo-signature-v2": "\udcff"}), id="no characters"),
        pytest.param(changed(call(DELIVERED), **{"x-plivo-signature-v2-nonce": ""}), id="no nonce"),
        pytest.param(changed(call(DELIVERED), **{"x-plivo-signature-v2-nonce": "1"}), id="another nonce"),
        pytest.param(changed(call(DELIVERED), **{"x-plivo-signature-v3": "x"}), id="version 3 without its nonce"),
        pytest.param(
            CallbackRequest(
                "POST",
                URL,
                call(DELIVERED, version="v3").headers,
                urlencode(DELIVERED | {"Status": "failed"}).encode(),
                "127.0.0.1",
            ),
            id="another state under the same version 3",
        ),
    ],
)
def test_forged_calls_are_refused(request_: CallbackRequest) -> None:
    with pytest.raises(CallbackRefused) as caught:
        check(request_, TOKEN)
    assert caught.value.code == "callback_forged"


def test_a_body_that_is_no_utf8_cannot_have_version_3() -> None:
    request = call({}, version="v3")
    broken = CallbackRequest("POST", request.url, request.headers, b"Text=\xff", request.address)
    with pytest.raises(CallbackRefused) as caught:
        check(broken, TOKEN)
    assert caught.value.code == "callback_unreadable"
