"""Which mail server the settings mean, and how safe the way there is."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.kit.ids import LetterId, uuid7
from cablegram.mail.envelope import pack
from cablegram.mail.model import Posted
from cablegram.mail.server import Server, sender_of, server_of
from cablegram.runtime.settings import Settings

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def settings(**given: str) -> Settings:
    return Settings.read({f"CABLEGRAM_{name.upper()}": value for name, value in given.items()})


@pytest.mark.req("R151")
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", Server("mail.example.com", 587, None, None, False, None)),
        ("smtp://u%40x:p%2Fw@mail.example.com:25", Server("mail.example.com", 25, "u@x", "p/w", False, True)),
        ("smtps://u:p@mail.example.com", Server("mail.example.com", 465, "u", "p", True, False)),
        ("smtp://u:p@127.0.0.1:1025", Server("127.0.0.1", 1025, "u", "p", False, False)),
        ("smtp://localhost", Server("localhost", 587, None, None, False, False)),
        ("smtp://u:p@10.0.0.1", Server("10.0.0.1", 587, "u", "p", False, True)),
    ],
)
def test_a_password_never_leaves_in_the_clear(url: str, expected: Server) -> None:
    found = server_of(settings(smtp_url=url))
    assert found == expected
    assert found is not None
    assert found.name == f"{expected.host}:{expected.port}"


@pytest.mark.parametrize("url", ["smtp://", "http://x", "smtp://x/path", "smtp://x?a=b", "smtp://x:99999", "mail"])
def test_what_is_no_mail_server_is_no_setting(url: str) -> None:
    with pytest.raises(InvalidInput):
        settings(smtp_url=url)


def test_letters_come_from_the_public_host_unless_it_is_said_otherwise() -> None:
    assert server_of(settings()) is None
    assert sender_of(settings()).header == "Cablegram <cablegram@localhost>"
    own = sender_of(settings(public_url="https://sms.example.com"))
    assert (own.address, own.domain, own.reply_to) == ("cablegram@sms.example.com", "sms.example.com", None)
    named = sender_of(settings(mail_from="Acme <news@Acme.example>", mail_reply_to="desk@acme.example"))
    assert (named.address, named.domain, named.reply_to) == ("news@Acme.example", "acme.example", "desk@acme.example")
    assert sender_of(settings(mail_from="news@acme.example")).address == "news@acme.example"


@pytest.mark.parametrize("sender", ["x", "x@ümlaut.de", "<a@b.c>", "A <a@b.c", "a@b.c>", "A\nB <a@b.c>", "A <a b@c.d>"])
def test_who_letters_come_from_is_an_address(sender: str) -> None:
    with pytest.raises(InvalidInput):
        settings(mail_from=sender)


@pytest.mark.parametrize(
    ("sender", "header"),
    [
        ("Acme, Inc; <news@acme.example>", '"Acme, Inc;" <news@acme.example>'),
        ('"Acme" <news@acme.example>', "Acme <news@acme.example>"),
        ("Ácme <news@acme.example>", "Ácme <news@acme.example>"),
        ("news@acme.example", "news@acme.example"),
    ],
)
def test_a_name_before_the_address_may_have_any_signs(sender: str, header: str) -> None:
    posted = Posted(LetterId(uuid7()), "k", "en", "o'neil@example.com", "Grüße", "t", "<p>h</p>", False, "", 0, NOW)
    found = sender_of(settings(mail_from=sender, mail_reply_to=sender))
    packed = message_from_bytes(pack(posted, [], found, at=NOW), policy=policy.default)
    assert (packed["From"], packed["Reply-To"], packed["Subject"]) == (header, header, "Grüße")
    assert packed["From"].addresses[0].addr_spec == "news@acme.example"


def test_the_password_of_the_mail_server_is_in_no_log() -> None:
    assert "p4ss" not in repr(settings(smtp_url="smtp://u:p4ss@mail.example.com"))
