"""What a provider hands over by HTTP, in each form that providers have: the message, byte for byte, or a refusal."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from cablegram.api.errors import BadRequest
from cablegram.api.mail_door import message_of
from cablegram.api.reading import Head
from mailing import a_message

RAW = a_message(files=[("a.png", b"\x89PNG\r\n\x1a\n\xff")])
MULTIPART = "multipart/form-data; boundary=b"


def form(field: str, raw: bytes, extra: str = "") -> bytes:
    parts = (f'--b\r\nContent-Disposition: form-data; name="{name}"' for name in ("to", field))
    return "\r\n\r\nx\r\n".join(parts).encode() + f"{extra}\r\n\r\n".encode() + raw + b"\r\n--b--\r\n"


@pytest.mark.req("R12")
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("message/rfc822", RAW),
        ("", RAW),
        (MULTIPART, form("email", RAW)),
        ("application/x-www-form-urlencoded", urlencode({"to": "x", "body-mime": RAW}).encode()),
        ("application/json", json.dumps({"From": "x", "RawEmail": RAW.decode()}).encode()),
    ],
)
def test_the_whole_message_is_found_in_each_form_that_providers_give_it(kind: str, body: bytes) -> None:
    assert message_of(Head(content_type=kind.encode()), body) == RAW


@pytest.mark.req("R12")
def test_a_field_that_says_it_is_a_message_is_read_as_one() -> None:
    found = message_of(Head(content_type=MULTIPART.encode()), form("message", RAW, "\r\nContent-Type: message/rfc822"))
    assert b"Charged twice" in found


@pytest.mark.req("R12")
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        (MULTIPART, form("other", b"x")),
        ("application/x-www-form-urlencoded", b"a=b"),
        ("application/x-www-form-urlencoded", b"&".join([b"a=b"] * 300)),
        ("application/json", b"{"),
        ("application/json", b'{"RawEmail": 7}'),
        ("application/json", b'{"RawEmail": "\xff"}'),
        ("application/json", b"[" * 20_000),
        ("application/json", b"{}"),
    ],
)
def test_what_has_no_message_in_it_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        message_of(Head(content_type=kind.encode()), body)
    assert refused.value.code == "bad_mail"
