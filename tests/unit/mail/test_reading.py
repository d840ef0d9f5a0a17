"""Mail that came in, as it is read: of people and of programs, what comes back, and what is made to hurt."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput, TooLarge
from cablegram.kit.ids import uuid7
from cablegram.mail.incoming import Returned
from cablegram.mail.parts import parts_of
from cablegram.mail.plain import own_words, words_of_html
from cablegram.mail.reading import MOST_BYTES, MOST_FILES, read
from mailing import a_message, a_report

pytestmark = pytest.mark.req("R12")


def test_who_wrote_to_whom_what_and_with_which_files_is_read() -> None:
    found = read(
        a_message(
            "Hóla",
            to="Support <Support@Acme.example>, support+x@acme.example",
            subject="¿Por qué?",
            files=[("factura ñ.pdf", b"%PDF-1.7 \xff\r\n"), ("a.txt", b"x")],
            Delivered_To="other@acme.example",
        )
    )
    assert (found.sender, found.name, found.subject, found.text) == ("ines@example.com", "Inés", "¿Por qué?", "Hóla")
    assert found.recipients == ("support@acme.example", "support+x@acme.example", "other@acme.example")
    assert found.files == (("factura ñ.pdf", b"%PDF-1.7 \xff\r\n"), ("a.txt", b"x"))
    assert (found.message_id, found.is_automatic, found.returned) == ("<1@example.com>", False, ())


def test_files_beyond_the_most_and_empty_ones_are_counted() -> None:
    found = read(a_message(files=[("empty", b"")] + [(f"{n}", b"x") for n in range(MOST_FILES + 2)]))
    assert (len(found.files), found.left_out) == (MOST_FILES, 3)


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("Yes.\n\nOn Mon, 5 Jan 2026 at 10:00, Acme <a@b.c> wrote:\n> What?\n> So?", "Yes."),
        ("Yes.\n\nOn Mon, 5 Jan 2026 at 10:00, Acme\n<support@acme.example> wrote:\n\n> What?", "Yes."),
        ("Sí.\nEl lun, 5 ene 2026 a las 10:00, Acme (<a@b.c>) escribió:\n> ¿Qué?", "Sí."),
        ("Yes.\n\n-----Original Message-----\nFrom: Acme", "Yes."),
        ("Yes.\n________________________________\nFrom: Acme", "Yes."),
        ("Yes.\n-- \nInés, Café Lavapiés", "Yes."),
        ("Yes.\n\n> What?\n>\n> So?\n", "Yes."),
        ("> What?\nYes, below.", "> What?\nYes, below."),
        ("> only what was quoted", "> only what was quoted"),
        ("  a\n   b  ", "a\n   b"),
        ("", ""),
    ],
)
def test_of_an_answer_only_what_its_writer_added_is_kept(written: str, own: str) -> None:
    assert own_words(written) == own


def test_of_html_alone_the_words_are_read_and_nothing_that_would_run() -> None:
    html = "<html><head><title>t</title><style>p{}</style></head><p>One&amp;two</p><script>x()</script>a<br>b</html>"
    assert words_of_html(html) == "One&two\na\nb"
    assert words_of_html("</style>a<p><p>b") == "a\n\nb"
    raw = f"From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
    assert read(raw).text == "One&two\na\nb"
    both = (
        b"From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n \n"
        b"--b\nContent-Type: text/html\n\n<p>rich\n--b\nContent-Type: text/html\n\n<p>other\n--b--"
    )
    assert read(both).text == "rich"
    assert read(b"From: a@b.example\nContent-Type: image/png\n\nx").text == ""


@pytest.mark.parametrize(
    "heads",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.com>"},
        {"List_Unsubscribe": "<mailto:x@example.com>"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"subject": "Automatic reply: Charged twice"},
        {"subject": "Out of office"},
        {"subject": "Respuesta automática: hola"},
    ],
)
def test_what_a_program_wrote_is_known(heads: dict[str, str]) -> None:
    assert read(a_message(**heads)).is_automatic  # pyright: ignore[reportArgumentType] - heads are text


@pytest.mark.parametrize(
    "heads", [{"Auto_Submitted": "no"}, {"Precedence": "normal"}, {"Return_Path": "<ines@example.com>"}]
)
def test_what_a_person_wrote_is_taken_for_that(heads: dict[str, str]) -> None:
    assert not read(a_message(**heads)).is_automatic  # pyright: ignore[reportArgumentType] - heads are text


@pytest.mark.parametrize(
    ("results", "is_proved"),
    [
        ("mx.acme.example; spf=pass; dmarc=pass header.from=example.com", True),
        ("MX.acme.example 1; dkim=pass; DMARC = Pass", True),
        ("mx.acme.example; dmarc=fail", False),
        ("mx.acme.example; dkim=pass", False),
        ("mx.evil.example; dmarc=pass", False),
        ("", False),
    ],
)
def test_only_our_own_mail_server_s_word_proves_a_sender(results: str, *, is_proved: bool) -> None:
    raw = a_message(Authentication_Results=results) if results else a_message()
    assert read(raw, authserv="mx.acme.example").is_proved is is_proved
    assert read(raw).is_proved is None
    forged = b"Authentication-Results: mx.acme.example; dmarc=fail\r\n" + a_message(
        Authentication_Results="mx.acme.example; dmarc=pass"
    )
    assert read(forged, authserv="mx.acme.example").is_proved is False


@pytest.mark.req("R151")
def test_a_letter_that_came_back_is_named_with_what_was_said() -> None:
    letter = uuid7()
    told = Returned("ines@example.com", letter, "550 5.1.1 No such user", is_dead=True)
    assert read(a_report(f"<{letter}@acme.example>")).returned == (told,)
    assert read(a_report(f"<{letter}@acme.example>", comes_back="message/rfc822")).returned == (told,)


@pytest.mark.req("R151")
@pytest.mark.parametrize(("status", "is_dead"), [("5.1.1", True), ("5.2.1", True), ("5.2.2", False), ("4.1.1", False)])
def test_only_an_address_that_is_none_is_dead(status: str, *, is_dead: bool) -> None:
    (told,) = read(a_report(f"<{uuid7()}@acme.example>", status=status, said="")).returned
    assert (told.is_dead, told.said) == (is_dead, status)
    (told,) = read(a_report("<other@acme.example>", status="?", said="")).returned
    assert (told.letter_id, told.is_dead) == (None, False)


@pytest.mark.req("R151")
def test_a_delay_or_what_is_no_report_says_nothing_of_an_address() -> None:
    letter = f"<{uuid7()}@acme.example>"
    assert read(a_report(letter, action="delayed", status="4.4.1")).returned == ()
    assert read(a_report(letter, recipient="nobody")).returned == ()
    assert read(a_report(letter).replace(b"message/delivery-status", b"text/plain")).returned == ()
    assert read(a_report(letter).replace(b"multipart/report", b"multipart/mixed")).returned == ()
    without = a_report(letter).replace(b"text/rfc822-headers", b"text/plain")
    assert [one.letter_id for one in read(without).returned] == [None]
    assert [one.letter_id for one in read(a_report("nothing").replace(b"Message-ID: nothing", b"X: y")).returned] == [
        None
    ]


def deep(levels: int) -> bytes:
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels))
    return f"From: a@b.example\n{heads}\nx".encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"X: " + b"y" * 70_000 + b"\n\nz",
        b"From: a@b.example\n\n" + b"--b\n" * 20_000,
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 300,
        deep(25),
        b"From: a@b.example\n\n" + b"\n" * 1_000_001,
    ],
    ids=["nothing", "empty lines", "head", "boundaries", "parts", "nesting", "lines"],
)
def test_what_is_made_to_hurt_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(raw)
    assert refused.value.code == "bad_mail"


def test_what_is_too_large_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        read(b"x" * (MOST_BYTES + 1))


def test_strange_heads_are_read_as_far_as_they_can_be() -> None:
    raw = (
        b"\xef\xbb\xbf\nFrom: =?x-none?b?w6k=?= <A@B.example>\nTo: <>, nobody, (c) b@c.example\n"
        b"Subject: =?utf-8?b?!!!?= =?utf-8?q?=00caf=C3=A9?=\nMessage-ID: x\n"
        b"Content-Type: text/plain; charset=none-such\n\nol\xe9\r\nx\ry"
    )
    found = read(raw)
    assert (found.sender, found.recipients, found.text) == ("a@b.example", ("b@c.example",), "ol\ufffd\nx\ny")
    assert "\0" not in found.subject
    assert read(b"From: a@b.example, c@d.example\n\nx").sender == ""
    assert read(b"Subject: x\n\ny").name == ""


def test_the_parts_of_what_has_none_are_none() -> None:

    assert parts_of(message_from_bytes(b"A: b\n\nc")) == []


@settings(max_examples=60)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"From: a@b.example\nContent-Type: multipart/report; boundary=b\n"])
)
def test_whatever_comes_is_read_or_refused(raw: bytes, head: bytes) -> None:
    try:
        found = read(head + raw)
    except InvalidInput:
        return
    assert "\0" not in found.subject + found.text + found.sender
