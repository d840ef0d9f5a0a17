"""Letters on a real database, through a real mail server: each arrives, whatever the server does in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, TooLarge
from cablegram.kit.ids import LetterId
from cablegram.mail import send, store
from cablegram.mail.model import Attachment, Letter, OutboxLine
from cablegram.mail.post import MOST_BYTES, post
from cablegram.mail.send import Postman
from cablegram.runtime.runtime import Runtime
from letterbox import Letterbox, letterbox, parts

FACTS = {"by": "Inés\r\nBcc: all@example.com", "at": "2026-01-15T12:00:00+00:00", "server": "here"}
SECRET = {"login": "ines", "url": "https://sms.example.com/reset/secret", "address": "203.0.113.7"}


def a_letter(to: str = "ines@example.com", **changes: object) -> Letter:
    return replace(Letter("mail_test", to, "en", FACTS), **changes)  # pyright: ignore[reportArgumentType] - its fields


async def posted(rt: Runtime, *letters: Letter) -> list[LetterId]:
    async with rt.db.transaction() as conn:
        return await post(conn, letters or [a_letter()], now=rt.clock.now())


async def outbox(rt: Runtime) -> list[OutboxLine]:
    async with rt.db.connection() as conn:
        return sorted(await store.page_of_letters(conn, None, after=None, limit=100), key=lambda one: one.id)


async def states(rt: Runtime) -> list[str]:
    return [one.state for one in await outbox(rt)]


def sending(rt: Runtime, url: str) -> Runtime:
    settings = replace(
        rt.settings, smtp_url=url, mail_from="Acme <news@acme.example>", public_url="https://acme.example"
    )
    return replace(rt, settings=settings)


async def send_all(rt: Runtime, box: Letterbox | str, *, steps: int = 4) -> float:
    postman = Postman(sending(rt, box if isinstance(box, str) else box.url))
    pause = 0.0
    try:
        for _ in range(steps):
            pause = await postman.step()
    finally:
        await postman.close()
    return pause


@pytest.mark.req("R151")
async def test_a_letter_arrives_as_text_and_html_and_answers_by_itself_are_asked_not_to_come(rt: Runtime) -> None:
    file = Attachment("receipt.pdf", "application/pdf", b"%PDF-1.7 ...")
    (letter_id,) = await posted(rt, a_letter(attachments=(file,), notices_url="https://acme.example/settings/notices"))
    async with letterbox() as box:
        await send_all(rt, box)
    (letter,) = box.letters
    assert letter["From"] == "Acme <news@acme.example>"
    assert letter["Message-ID"] == f"<{letter_id}@acme.example>"
    assert (letter["Auto-Submitted"], letter["Bcc"], letter["Reply-To"]) == ("auto-generated", None, None)
    assert letter["List-Unsubscribe"] == "<https://acme.example/settings/notices>"
    text, html = parts(letter)
    assert "Mail works" in text and "Mail works" in html  # noqa: PT018 - one thing in two forms
    (attached,) = letter.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("receipt.pdf", file.data)
    assert await states(rt) == ["sent"]


async def test_one_connection_carries_all_letters(rt: Runtime) -> None:
    await posted(rt, *[a_letter(f"n{number}@example.com") for number in range(52)])
    async with letterbox() as box:
        await send_all(rt, box)
    assert (len(box.letters), len(box.sessions)) == (52, 1)
    async with rt.db.connection() as conn:
        assert (await store.server(conn)).sent_at == rt.clock.now()


@pytest.mark.req("R151")
async def test_what_is_posted_while_the_mail_server_is_down_for_a_day_arrives_when_it_is_back(
    rt: Runtime, clock: SetClock
) -> None:
    async with letterbox() as gone:
        url = gone.url
    await posted(rt, *[a_letter(f"n{number}@example.com") for number in range(3)])
    postman = Postman(sending(rt, url))
    pauses = set[float]()
    for _ in range(48):
        pauses.add(await postman.step())
        clock.move(timedelta(minutes=30))
    await posted(rt, a_letter("late@example.com"))
    assert max(pauses) <= 300
    async with rt.db.connection() as conn:
        standing = await store.server(conn)
    assert standing.failing_since is not None
    assert "127.0.0.1" in standing.verdict
    assert {(one.state, one.tries) for one in await outbox(rt)} == {("waiting", 0)}
    async with letterbox(gone.port) as box:
        await postman.step()
        await postman.close()
    assert sorted(letter["To"] for letter in box.letters) == [
        "late@example.com",
        *(f"n{n}@example.com" for n in range(3)),
    ]
    async with rt.db.connection() as conn:
        assert (await store.server(conn)).failing_since is None


async def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(rt: Runtime, clock: SetClock) -> None:
    answers = {"busy@example.com": "450 4.2.0 greylisted", "gone@example.com": "550 5.1.1 no such user"}
    await posted(rt, a_letter("busy@example.com"), a_letter("gone@example.com"), a_letter("spam@example.com"))
    async with letterbox() as box:
        box.says = lambda stage, to: answers.get(to) if stage == "recipient" else "554 5.7.1 spam"
        await send_all(rt, box)
        assert await states(rt) == ["waiting", "failed", "failed"]
        assert [one.verdict for one in await outbox(rt)][1:] == ["550 5.1.1 no such user", "554 5.7.1 spam"]
        box.says = lambda stage, to: None  # noqa: ARG005 - takes all
        clock.move(timedelta(seconds=59))
        await send_all(rt, box)
        assert box.letters == []
        clock.move(timedelta(seconds=2))
        await send_all(rt, box)
    assert [letter["To"] for letter in box.letters] == ["busy@example.com"]
    async with rt.db.connection() as conn:
        assert set(await store.refused(conn, ["gone@example.com", "spam@example.com"], times=1)) == {"gone@example.com"}


async def test_an_address_that_is_refused_three_times_is_left_alone_until_somebody_asks(rt: Runtime) -> None:
    async with letterbox() as box:
        box.says = lambda stage, to: "550 5.1.1 no such user" if stage == "recipient" else None  # noqa: ARG005 - any
        for _ in range(3):
            await posted(rt, a_letter("Gone@example.com"))
            await send_all(rt, box)
        await posted(rt, a_letter("gone@example.com"))
        assert (await outbox(rt))[-1].verdict == "Not sent: its address was refused before. 550 5.1.1 no such user"
        box.says = lambda stage, to: None  # noqa: ARG005 - there is somebody again
        await posted(rt, a_letter("gone@example.com", kind="new_password", facts=SECRET))
        await send_all(rt, box)
        await posted(rt, a_letter("gone@example.com"))
        await send_all(rt, box)
    assert len(box.to("gone@example.com")) == 2


async def test_wrong_logins_and_senders_are_no_letters_fault(rt: Runtime, clock: SetClock) -> None:
    await posted(rt, a_letter("a@example.com"), a_letter("b@example.com"))
    async with letterbox() as box:
        box.says = lambda stage, to: "530 5.7.0 Authentication required"  # noqa: ARG005 - whoever it is
        assert await send_all(rt, box, steps=1) == 5.0
        assert [(one.state, one.tries) for one in await outbox(rt)] == [("waiting", 0)] * 2
        box.says = lambda stage, to: None  # noqa: ARG005 - the operator mended it
        clock.move(timedelta(seconds=6))
        await send_all(rt, box)
    assert len(box.letters) == 2


async def test_a_secret_goes_with_its_letter_and_never_outlives_it(rt: Runtime, clock: SetClock) -> None:
    sent, late = await posted(
        rt, a_letter(kind="new_password", facts=SECRET), a_letter(kind="new_password", facts=SECRET)
    )
    async with rt.db.transaction() as conn:
        held = await store.claim(conn, now=clock.now(), until=clock.now() + timedelta(days=9), limit=1)
    assert [one.id for one in held] == [sent]
    async with letterbox() as box:
        await send_all(rt, box)
    assert "https://sms.example.com/reset/secret" in parts(box.letters[0])[0]
    clock.move(timedelta(days=10))
    await Postman(rt).step()
    async with rt.db.connection() as conn:
        kept = [await store.letter(conn, one) for one in (sent, late)]
    assert [(found[0].text, found[0].html, found[1]) for found in kept if found] == [
        (None, None, "failed"),
        (None, None, "sent"),
    ]


async def test_who_dies_behind_the_servers_yes_leaves_a_letter_that_comes_twice_under_one_id(
    rt: Runtime, clock: SetClock
) -> None:
    await posted(rt)
    async with letterbox() as box:
        dying = Postman(sending(rt, box.url))
        async with rt.db.transaction() as conn:
            (letter,) = await store.claim(conn, now=clock.now(), until=clock.now() + timedelta(minutes=5), limit=1)
        assert dying._wire is not None
        await dying._wire.hand_over("news@acme.example", letter.recipient, b"Message-ID: <x>\r\nTo: x\r\n\r\nx")
        await dying.close()
        await send_all(rt, box)
        assert len(box.letters) == 1  # the lease holds
        clock.move(timedelta(minutes=5))
        await send_all(rt, box)
        await send_all(rt, box)
    assert len(box.letters) == 2
    assert await states(rt) == ["sent"]


async def test_two_who_send_at_once_send_each_letter_once(rt: Runtime) -> None:
    await posted(rt, *[a_letter(f"n{number}@example.com") for number in range(55)])
    async with letterbox() as box:
        one, other = Postman(sending(rt, box.url)), Postman(sending(rt, box.url))
        async with rt.db.transaction() as conn:  # the first has taken its letters
            held = await store.claim(conn, now=rt.clock.now(), until=rt.clock.now() + timedelta(minutes=5), limit=50)
        await other.step()
        await one.step()
        await one.close()
        await other.close()
    assert (len(held), len(box.letters)) == (50, 5)


async def test_without_a_mail_server_letters_stay_and_end_in_their_time(rt: Runtime, clock: SetClock) -> None:
    await posted(rt)
    assert await Postman(rt).step() == 30.0
    assert await states(rt) == ["waiting"]
    clock.move(timedelta(days=5))
    await Postman(rt).step()
    assert [(one.state, one.verdict) for one in await outbox(rt)] == [("failed", "No mail server took it in its time.")]
    clock.move(timedelta(days=31))
    await send.forget(rt)
    assert await outbox(rt) == []


@pytest.mark.parametrize("address", ["nobody", "a@b\nBcc: c@d.example", ""])
async def test_what_is_no_address_is_refused_before_anything_is_written(rt: Runtime, address: str) -> None:
    with pytest.raises(InvalidInput, match="no e-mail address"):
        await posted(rt, a_letter(address))
    assert await outbox(rt) == []


async def test_files_have_a_limit_and_no_letters_are_fine(rt: Runtime) -> None:
    files: Sequence[Attachment] = [
        Attachment(f"{n}.pdf", "application/pdf", bytes(MOST_BYTES // 2 + 1)) for n in (1, 2)
    ]
    with pytest.raises(TooLarge):
        await posted(rt, a_letter(attachments=files))
    async with rt.db.transaction() as conn:
        assert await post(conn, [], now=rt.clock.now()) == []


async def test_a_mail_server_that_hangs_up_is_called_again(rt: Runtime, clock: SetClock) -> None:
    await posted(rt, a_letter("a@example.com"), a_letter("b@example.com"))
    async with letterbox() as box:
        box.says = lambda stage, to: "421 4.3.2 going down" if stage == "data" and to == "a@example.com" else None
        await send_all(rt, box, steps=1)
        box.says = lambda stage, to: None  # noqa: ARG005 - it is up again
        clock.move(timedelta(seconds=6))
        await send_all(rt, box)
    assert sorted(letter["To"] for letter in box.letters) == ["a@example.com", "b@example.com"]


async def test_a_letter_that_cant_be_written_keeps_no_others(rt: Runtime) -> None:
    strange = Attachment("list.csv", "text/csv\r\nBcc: all@example.com", b"a")
    await posted(rt, a_letter(attachments=(strange,)), a_letter("after@example.com"))
    async with letterbox() as box:
        await send_all(rt, box)
    assert [letter["To"] for letter in box.letters] == ["after@example.com"]
    assert await states(rt) == ["failed", "sent"]
