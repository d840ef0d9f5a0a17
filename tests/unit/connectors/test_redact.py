from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest

from cablegram.connectors.providers.redact import HIDDEN, Redactor

SECRET = 'p/ä "1+ß&'
WRITTEN = {
    "as it is": SECRET,
    "in a path": quote(SECRET),
    "in a query": quote(SECRET, safe=""),
    "in a query, in small letters": quote(SECRET, safe="").lower(),
    "in a form": quote_plus(SECRET),
    "in JSON": json.dumps(SECRET)[1:-1],
    "in JSON of UTF-8": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "as base64": b64encode(SECRET.encode()).decode(),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_secret_is_taken_out_however_it_is_written(written: str) -> None:
    assert Redactor(["other", SECRET]).text(f"key={written}&to=34600000118") == f"key={HIDDEN}&to=34600000118"


def test_of_secrets_of_which_one_begins_like_the_other_nothing_is_left() -> None:
    assert Redactor(["token", "token-of-ours"]).text("token-of-ours token") == f"{HIDDEN} {HIDDEN}"


@pytest.mark.parametrize("secrets", [[], ["", "abc"]])
def test_without_secrets_and_of_tiny_ones_nothing_is_taken_out(secrets: list[str]) -> None:
    assert Redactor(secrets).text("abc and more") == "abc and more"


def test_logins_among_headers_are_left_out_whole() -> None:
    headers = [("Authorization", "Bearer x"), ("Cookie", "a=b"), ("X-Mine", "say token-of-ours"), ("Accept", "*/*")]
    assert Redactor(["token-of-ours"]).headers(headers) == [
        ("Authorization", HIDDEN),
        ("Cookie", HIDDEN),
        ("X-Mine", f"say {HIDDEN}"),
        ("Accept", "*/*"),
    ]
