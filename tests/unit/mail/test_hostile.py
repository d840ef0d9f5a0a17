"""Mail that is made to pass for somebody else's, to stop who reads it, or to keep them busy."""

from __future__ import annotations

import time

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.mail.plain import words_of_html
from cablegram.mail.reading import read
from mailing import a_message

pytestmark = pytest.mark.req("R12")

HEAD = b"From: a@example.com\r\nTo: s@example.com\r\n"
PART = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
REPORT = PART.replace(b"mixed", b"report") + b"Content-Type: message/delivery-status\r\n\r\n"


@pytest.mark.parametrize(
    "results",
    [
        "spf=pass smtp.mailfrom=dmarc=pass@evil.example; dmarc=fail header.from=example.com",
        "spf=pass smtp.mailfrom=x;dmarc=pass@evil.example; dmarc=fail header.from=example.com",
        'spf=pass smtp.mailfrom=x;dmarc=pass"@evil.example; dmarc=fail header.from=example.com; dkim=fail reason="',
        'dkim=fail reason="; dmarc=pass"; spf=none',
        "dkim=fail (; dmarc=pass); spf=none",
        "dmarc=pass header.from=evil.example",
        "dmarc=pass header.from=xample.com",
        "dmarc=pass" + " " * 9_000,
    ],
)
def test_words_of_a_stranger_within_our_mail_server_s_word_prove_nobody(results: str) -> None:
    raw = a_message(Authentication_Results=f"mx.acme.example; {results}")
    assert read(raw, authserv="mx.acme.example").is_proved is False


@pytest.mark.parametrize("results", ["dmarc=pass (p=none) header.from=example.com", "x=y; DMARC = Pass(p=reject (a))"])
def test_our_mail_server_s_word_is_read_with_its_remarks(results: str) -> None:
    raw = a_message(Authentication_Results=f"mx.acme.example 1; spf=pass; {results}")
    assert read(raw, authserv="mx.acme.example").is_proved is True


@pytest.mark.parametrize(
    "senders",
    [
        b'From: "a b"@evil.example, ines@example.com\r\n',
        b"From: ines@example.com\r\nFrom: x@evil.example\r\n",
        b'From: "a b"@evil.example\r\nFrom: ines@example.com\r\n',
        b"From: ines@example.com" + b" " * 9_000 + b", x@evil.example\r\n",
        b"From: nobody\r\n",
        b"To: ines@example.com\r\n",
    ],
)
def test_who_is_one_of_two_senders_is_none(senders: bytes) -> None:
    assert read(senders + b"Subject: x\r\n\r\nhi").sender == ""


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "unicode_escape", "zlib", "rot13", "no-such"])
def test_a_charset_that_no_mail_program_writes_stops_nobody(charset: str) -> None:
    raw = HEAD + f"Subject: =?{charset}?q?abc=FF?=\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert read(raw + b"a\xff").text.startswith("a")
    assert read(raw).subject.startswith("abc")


@pytest.mark.parametrize(
    "raw",
    [
        PART + b'Content-Disposition: attachment; filename="' + b";" * 40_000 + b"\r\n\r\nx\r\n--b--",
        PART + b"Content-Type: multipart/mixed; boundary=" + b"\r\n ;" * 9_000 + b"\r\n\r\nx\r\n--b--",
        HEAD + b"\r\n" + b"a\r" * 500_001,
        HEAD + b"\r\n" + b"--b\r" * 10_001,
        REPORT + b"a: b\n\n" * 20_001 + b"--b--",
        REPORT + b"a: b\r\n\r\n" * 20_001 + b"--b--",
    ],
)
def test_what_would_take_minutes_or_all_memory_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(raw)


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a", "<a x='", '<a x="', '<a x=">', "</", "<![CDATA[", "<?", "&", "<script>", "<style", "<"],
)
def test_html_that_never_ends_is_read_at_once(piece: str) -> None:
    began = time.process_time()
    words_of_html(piece * (200_000 // len(piece)))
    assert time.process_time() - began < 2  # the parser of the standard library takes up to four minutes


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("a &lt;b&gt; &amp; c<br>d", "a <b> & c\nd"),
        ('<p title="a > b">one</p><!-- <p>two</p> > -->three', "one\nthree"),
        ("<style>p > a { }</style><script>if (a<b) x('</p>')</SCRIPT >end", "end"),
        ("<head><title>x</title><meta y></head><body>hi<STYLE>z</STYLE></body>", "hi"),
        ("1 < 2 and 3 > 2, I <3 it", "1 < 2 and 3 > 2, I <3 it"),
        ("<!doctype html><?xml ?><![if !mso]>a</ x>b", "ab"),
        ("a<b", "a"),
        ("a<script>b", "a"),
        ("a<!-- b", "a"),
        ("<head>x < y</head>İ<BR>z", "İ\nz"),
    ],
)
def test_the_words_of_html_are_those_that_a_person_sees(html: str, words: str) -> None:
    assert words_of_html(html) == words
