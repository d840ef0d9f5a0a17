"""Tickets by mail, and letters that came back: what a message does, once, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

import make
from books import rows
from cablegram.accounts import proofs
from cablegram.accounts.access import Principal, operator
from cablegram.accounts.model import User
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Conflict, InvalidInput
from cablegram.kit.ids import UserId, uuid7
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.runtime.runtime import Runtime
from cablegram.support import by_mail, tickets
from cablegram.support.model import Mail
from mailing import a_message, a_report

ANN = operator("Ann")


async def person(rt: Runtime, login: str, who: Principal | None, *, is_confirmed: bool = True) -> UserId:
    user_id = UserId(uuid7())
    async with rt.db.transaction() as conn:
        await conn.execute(
            "INSERT INTO app_user (id, login, display_name, is_operator, created_at, email, email_confirmed_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (user_id, login, login.title(), who is None, rt.clock.now(), f"{login}@example.com",
             rt.clock.now() if is_confirmed else None),
        )  # fmt: skip
        if who is not None:
            await conn.execute("INSERT INTO membership VALUES (%s, %s, 'owner')", (user_id, who.account_id))
    return user_id


@pytest.fixture
async def desk(rt: Runtime, who: Principal) -> Runtime:
    """Give an installation that takes mail: Ines owns the account, Ann runs the house, Ben owns another account."""
    await person(rt, "ines", who)
    await person(rt, "ann", None)
    await person(rt, "ben", await make.account(rt))
    settings = replace(rt.settings, support_address="support@acme.example", mail_from="Acme <news@acme.example>")
    return replace(rt, settings=settings)


async def answers_to(rt: Runtime, kind: str) -> str:
    """Return where an answer to the last letter of a kind goes."""
    return str((await rows(rt, "SELECT reply_to FROM letter WHERE kind = %s ORDER BY id DESC LIMIT 1", kind))[0][0])


async def came(rt: Runtime, **message: object) -> Mail:
    return await by_mail.receive(rt, a_message(**message))  # pyright: ignore[reportArgumentType] - its parameters


@pytest.mark.req("R12")
async def test_a_message_opens_a_ticket_and_both_sides_go_on_by_mail(desk: Runtime, who: Principal) -> None:
    opened = await came(desk, subject="Re: Charged twice", files=[("bill.pdf", b"%PDF-1.7"), ("x.exe", b"MZ\0")])
    assert (opened.verdict, opened.account_id) == ("opened", who.account_id)
    assert opened.ticket_id is not None
    talk = await tickets.show(desk, who, opened.ticket_id)
    assert (talk.ticket.title, talk.ticket.opened_by) == ("Charged twice", "Ines")
    assert (talk.entries[0].mail_from, talk.entries[0].is_proved) == ("ines@example.com", False)
    assert "x.exe" in talk.entries[0].text
    assert [file.name for file in talk.entries[0].files] == ["bill.pdf"]
    told = await answers_to(desk, "ticket_opened")
    said = await came(desk, text="You are right.", sender="Ann <ann@example.com>", to=told, message_id="<2@e>")
    assert (said.verdict, said.ticket_id) == ("answered", opened.ticket_id)
    told = await answers_to(desk, "ticket_answered")
    await came(desk, text="Thanks.\n\n> You are right.", to=told, message_id="<3@e>")
    talk = await tickets.show(desk, who, opened.ticket_id)
    assert [(one.by_operator, one.text, one.is_proved) for one in talk.entries[1:]] == [
        (True, "You are right.", True),
        (False, "Thanks.", True),
    ]
    assert talk.ticket.state == "open"
    verdicts = [(one.verdict, one.text) for one in await by_mail.page(desk, ANN)]
    assert verdicts == [("answered", ""), ("answered", ""), ("opened", "")]


@pytest.mark.req("R12")
async def test_a_message_that_comes_twice_is_taken_once(desk: Runtime, who: Principal) -> None:
    first = await came(desk)
    again = await by_mail.receive(desk, b"Received: by mx\r\n" + a_message())
    assert (again.id, again.ticket_id) == (first.id, first.ticket_id)
    assert len(await tickets.page(desk, who)) == 1
    nameless = a_message().replace(b"Message-ID: <1@example.com>\r\n", b"")
    assert (await by_mail.receive(desk, nameless)).id == (await by_mail.receive(desk, nameless)).id != first.id


@pytest.mark.req("R12")
async def test_who_does_not_belong_to_a_ticket_gets_nothing_into_it(desk: Runtime, who: Principal) -> None:
    ticket = await tickets.open_ticket(desk, who, title="Ours", text="x")
    told = await answers_to(desk, "ticket_opened")
    for sender, verdict in (("ben@example.com", "refused"), ("nobody@example.com", "stranger")):
        mail = await came(desk, sender=sender, to=told, message_id=f"<{sender}>")
        assert (mail.verdict, mail.ticket_id, mail.text) == (verdict, None, "It was charged twice.")
    name, host = told.split("@")
    forged = f"{name[:-16]}{'a' * 16}@{host}"
    mail = await came(desk, sender="ann@example.com", to=forged, message_id="<forged@e>")
    assert (mail.verdict, mail.ticket_id) == ("refused", None)
    mail = await came(desk, sender="ann@example.com", message_id="<new@e>")
    assert (mail.verdict, "Operators" in mail.why) == ("refused", True)
    assert len((await tickets.show(desk, who, ticket.id)).entries) == 1
    # A colleague may write to it although the letter was another's; that it was they is not proved.
    mail = await came(desk, sender="ines@example.com", to=told, message_id="<colleague@e>")
    assert (mail.verdict, (await tickets.show(desk, who, ticket.id)).entries[1].is_proved) == ("answered", False)


@pytest.mark.req("R12")
async def test_where_our_mail_server_proves_senders_what_it_does_not_prove_is_refused(desk: Runtime) -> None:
    proving = replace(desk, settings=replace(desk.settings, mail_authserv="mx.acme.example"))
    mail = await came(proving)
    assert (mail.verdict, "DMARC" in mail.why) == ("refused", True)
    proved = await came(
        proving, message_id="<2@e>", Authentication_Results="mx.acme.example; dmarc=pass header.from=example.com"
    )
    assert proved.verdict == "opened"
    told = await answers_to(proving, "ticket_opened")
    assert (await came(proving, sender="ann@example.com", to=told, message_id="<3@e>")).verdict == "answered"
    assert (await came(proving, to=told, message_id="<4@e>")).verdict == "refused"


@pytest.mark.req("R12")
async def test_machines_do_not_talk_for_long_and_floods_leave_little(desk: Runtime, who: Principal) -> None:
    assert (await came(desk, Auto_Submitted="auto-replied")).verdict == "automatic"
    assert (await came(desk, sender="news@acme.example", message_id="<2@e>")).verdict == "automatic"
    ticket = await tickets.open_ticket(desk, who, title="a", text="b")
    told = await answers_to(desk, "ticket_opened")
    verdicts = [
        (await came(desk, sender="ann@example.com", to=told, message_id=f"<l{n}@e>")).verdict for n in range(12)
    ]
    assert verdicts == ["answered"] * 10 + ["refused"] * 2
    assert len((await tickets.show(desk, who, ticket.id)).entries) == 11


@pytest.mark.req("R12")
async def test_what_a_ticket_can_not_have_leaves_nothing_but_the_message(desk: Runtime, who: Principal) -> None:
    mail = await came(desk, text="", subject="")
    assert (mail.verdict, await tickets.page(desk, who)) == ("refused", [])
    assert await rows(desk, "SELECT 1 FROM ticket") == []
    long = await came(desk, text="x" * 20_000, message_id="<2@e>")
    assert long.ticket_id is not None
    assert len((await tickets.show(desk, who, long.ticket_id)).entries[0].text) == tickets.MOST_TEXT
    off = replace(desk, settings=replace(desk.settings, support_address=None))
    assert (await came(off, message_id="<3@e>")).verdict == "refused"
    with pytest.raises(InvalidInput):
        await by_mail.receive(desk, b"")


async def test_messages_are_forgotten_after_a_month(desk: Runtime, clock: SetClock) -> None:
    await came(desk)
    clock.move(timedelta(days=31))
    await by_mail.forget(desk)
    assert await by_mail.page(desk, ANN) == []


async def letter_to(rt: Runtime, address: str, kind: str = "mail_test") -> UUID:
    facts = {
        "by": "Ann",
        "at": rt.clock.now(),
        "server": "here",
        "login": "ines",
        "url": "https://x.example",
        "address": "",
    }
    async with rt.db.transaction() as conn:
        (letter_id,) = await post(conn, [Letter(kind, address, "en", facts)], now=rt.clock.now())
        await conn.execute(
            "UPDATE letter SET state = 'sent', ended_at = %s WHERE id = %s AND state = 'waiting'",
            (rt.clock.now(), letter_id),
        )
    return letter_id


async def state_of(rt: Runtime, letter_id: UUID) -> str:
    return str((await rows(rt, "SELECT state FROM letter WHERE id = %s", letter_id))[0][0])


@pytest.mark.req("R151")
async def test_an_address_from_which_a_letter_came_back_gets_no_more_until_it_is_proved_anew(desk: Runtime) -> None:
    letter = await letter_to(desk, "Ines@example.com")
    mail = await by_mail.receive(desk, a_report(f"<{letter}@acme.example>"))
    assert (mail.verdict, mail.why) == ("returned", "550 5.1.1 No such user")
    assert await state_of(desk, letter) == "failed"
    assert await state_of(desk, await letter_to(desk, "ines@example.com")) == "failed"  # not even tried
    assert await state_of(desk, await letter_to(desk, "ines@example.com", "new_password")) == "sent"  # somebody waits
    ((ines,),) = await rows(desk, "SELECT id FROM app_user WHERE login = 'ines'")
    user = User(UserId(UUID(str(ines))), "ines", "Ines", is_operator=False, has_password=False, theme="system")
    await proofs.ask_to_confirm(desk, user, address="203.0.113.7")
    ((text,),) = await rows(desk, "SELECT text FROM letter WHERE kind = 'confirm_address'")
    await proofs.confirm(desk, str(text).split("/confirm/")[1].split()[0])
    assert await state_of(desk, await letter_to(desk, "ines@example.com")) == "sent"
    with pytest.raises(Conflict):
        await proofs.ask_to_confirm(desk, user, address="203.0.113.7")


@pytest.mark.req("R151")
async def test_a_forged_report_harms_nobody(desk: Runtime) -> None:
    letter = await letter_to(desk, "ines@example.com")
    for number, raw in enumerate(
        (a_report(f"<{uuid7()}@acme.example>"), a_report(f"<{letter}@acme.example>", "ben@example.com"), a_report("x"))
    ):
        renamed = raw.replace(b"report-1", f"forged-{number}".encode())
        assert (await by_mail.receive(desk, renamed)).verdict == "automatic"
    assert await state_of(desk, letter) == "sent"
    assert await state_of(desk, await letter_to(desk, "ben@example.com")) == "sent"


@pytest.mark.req("R151")
async def test_a_full_mailbox_fails_the_letter_alone(desk: Runtime) -> None:
    letter = await letter_to(desk, "ines@example.com")
    await by_mail.receive(desk, a_report(f"<{letter}@acme.example>", status="5.2.2", said="552 5.2.2 full"))
    assert await state_of(desk, letter) == "failed"
    assert await state_of(desk, await letter_to(desk, "ines@example.com")) == "sent"


@pytest.mark.req("R12")
async def test_a_stranger_who_writes_as_somebody_keeps_them_from_nothing(desk: Runtime, who: Principal) -> None:
    verdicts = [(await came(desk, message_id=f"<s{n}@evil>")).verdict for n in range(12)]
    assert verdicts == ["opened"] * 10 + ["refused"] * 2
    told = await answers_to(desk, "ticket_opened")
    await came(desk, sender="ann@example.com", to=told, message_id="<a@e>")
    theirs = await answers_to(desk, "ticket_answered")
    assert (await came(desk, to=theirs, message_id="<i@e>")).verdict == "answered"
    for n in range(28):
        await tickets.open_ticket(desk, who, title=f"{n}", text="I write myself.")
