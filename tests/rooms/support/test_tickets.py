from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

import make
import traffic
from books import rows
from cablegram.accounts import members, profile
from cablegram.accounts.access import Principal, operator
from cablegram.billing import ledger
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound, Unavailable
from cablegram.records import disputing
from cablegram.runtime.runtime import Runtime
from cablegram.support import tickets
from cablegram.support.model import About, NewFile
from letters import letters

ANN = operator("Ann")


async def reachable(rt: Runtime, who: Principal) -> Principal:
    """Make an owner and an operator with proved addresses, and return the owner."""
    await profile.first_operator(rt)
    member, _ = await members.invite(rt, who, login="ines", display_name="Inés", role="owner")
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE app_user SET email = login || '@example.com', email_confirmed_at = now()")
    return Principal(who.account_id, "Inés", who.scopes, user_id=member.user.id)


@pytest.mark.req("R12")
async def test_both_sides_write_and_each_is_told_by_mail(rt: Runtime, who: Principal) -> None:
    ines = await reachable(rt, who)
    ticket = await tickets.open_ticket(
        rt, ines, title="Twice", text="It was charged twice.", files=[NewFile("bill.pdf", b"%PDF-1.7")]
    )
    ((to, subject, text),) = await letters(rt, "ticket_opened")
    assert (to, "Twice" in subject, "It was charged twice." in text) == ("operator@example.com", True, True)
    await tickets.answer(rt, ANN, ticket.id, text="You are right.")
    ((to, _, text),) = await letters(rt, "ticket_answered")
    assert (to, "You are right." in text) == ("ines@example.com", True)
    talk = await tickets.answer(rt, ines, ticket.id, text="Thanks.", close=True)
    assert talk.ticket.state == "closed"
    assert [(one.by_operator, one.author) for one in talk.entries] == [(False, "Inés"), (True, "Ann"), (False, "Inés")]
    (file,) = talk.entries[0].files
    assert await tickets.file(rt, ANN, ticket.id, file.id) == ("bill.pdf", "application/pdf", b"%PDF-1.7")
    assert (await tickets.put_state(rt, ANN, ticket.id, "open")).state == "open"
    assert [one.id for one in await tickets.page_of_all(rt, ANN, state="open")] == [ticket.id]


@pytest.mark.req("R12")
async def test_another_account_s_tickets_are_not_there(rt: Runtime, who: Principal) -> None:
    ticket = await tickets.open_ticket(rt, who, title="a", text="b", files=[NewFile("a.txt", b"x")])
    (file,) = (await tickets.show(rt, who, ticket.id)).entries[0].files
    other = await make.account(rt)
    for deed in (
        tickets.show(rt, other, ticket.id),
        tickets.answer(rt, other, ticket.id, text="x"),
        tickets.put_state(rt, other, ticket.id, "closed"),
        tickets.file(rt, other, ticket.id, file.id),
        tickets.file(rt, who, ticket.id, uuid4()),
    ):
        with pytest.raises(NotFound):
            await deed
    assert await tickets.page(rt, other) == []
    with pytest.raises(NotAllowed):
        await tickets.page_of_all(rt, other)


@pytest.mark.req("R22")
async def test_a_dispute_names_a_message_or_a_line_of_one_s_own(rt: Runtime, who: Principal) -> None:
    await traffic.open_ways(rt)
    (message_id,) = await traffic.accepted(rt, [traffic.draft(who)])
    ((posting_id,),) = await rows(rt, "SELECT id FROM posting WHERE kind = 'charge'")
    other = await make.account(rt)
    assert isinstance(posting_id, UUID)
    disputed: list[tuple[About, UUID]] = [("message", message_id), ("posting", posting_id)]
    for about in disputed:
        ticket = await disputing.open_ticket(rt, who, title="a", text="b", about=about)
        assert (ticket.about, ticket.about_id) == about
        with pytest.raises(NotFound):
            await disputing.open_ticket(rt, other, title="a", text="b", about=about)
    assert await tickets.page(rt, other) == []


async def test_what_can_not_be_leaves_nothing_and_floods_are_stopped(rt: Runtime, who: Principal) -> None:
    for title, text in (("", "b"), ("a", " "), ("a", "x" * 10_001)):
        with pytest.raises(InvalidInput):
            await tickets.open_ticket(rt, who, title=title, text=text)
    ticket = await tickets.open_ticket(rt, who, title="a", text="b\0c")
    assert [one.id for one in await tickets.page(rt, who)] == [ticket.id]
    for _ in range(29):
        await tickets.answer(rt, who, ticket.id, text="more")
    with pytest.raises(Unavailable):
        await tickets.answer(rt, who, ticket.id, text="more")
    await tickets.answer(rt, ANN, ticket.id, text="slowly")


@pytest.mark.req("R22")
async def test_a_dispute_ends_in_a_bonus_of_what_was_charged_once(rt: Runtime, who: Principal) -> None:
    await traffic.open_ways(rt)
    [message_id] = await traffic.accepted(rt, [traffic.draft(who, "Twice")])
    line = (await ledger.statement(rt, who))[0]
    disputes: list[tuple[About, UUID]] = [("message", message_id), ("posting", line.id)]
    for about in disputes:
        ticket = await disputing.open_ticket(rt, who, title="Twice", text="It never came.", about=about)
        charged = await disputing.disputed_credits(rt, ANN, ticket)
        assert charged is not None
        assert charged == -line.amount > 0
        before = await ledger.balance(rt, who)
        talk = await disputing.put_right(rt, ANN, ticket.id, amount=charged, text="Sorry.", key="1")
        assert (talk.ticket.state, talk.entries[-1].text) == ("closed", "Sorry.")
        with pytest.raises(Conflict):
            await disputing.put_right(rt, ANN, ticket.id, amount=charged, text="Sorry.", key="1")
        await tickets.put_state(rt, ANN, ticket.id, "open")
        await disputing.put_right(rt, ANN, ticket.id, amount=charged, text="Again.", key="1")
        assert await ledger.balance(rt, who) == before + charged
        assert (await ledger.statement(rt, who))[0].note == "for ticket: Twice"


async def test_two_operators_at_once_put_a_ticket_right_once(rt: Runtime, who: Principal) -> None:
    ticket = await tickets.open_ticket(rt, who, title="Twice", text="It never came.")
    before = await ledger.balance(rt, who)
    tries = [disputing.put_right(rt, ANN, ticket.id, amount=7, text="Sorry.", key=key) for key in ("a", "b", None)]
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in ends) == ["Conflict", "Conflict", "Talk"]
    assert await ledger.balance(rt, who) == before + 7


async def test_nothing_is_given_for_a_ticket_that_takes_no_word(
    rt: Runtime, who: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await tickets.open_ticket(rt, who, title="Long", text="First")
    before = await ledger.balance(rt, who)
    monkeypatch.setattr(tickets, "MOST_ENTRIES", 1)
    with pytest.raises(Conflict, match="entries"):
        await disputing.put_right(rt, ANN, ticket.id, amount=7, text="Sorry.", key=None)
    assert await ledger.balance(rt, who) == before


async def test_what_was_not_charged_puts_nothing_right_by_itself(rt: Runtime, who: Principal) -> None:
    plain = await tickets.open_ticket(rt, who, title="A question", text="How?")
    grant = (await ledger.statement(rt, who))[0]
    about: tuple[About, UUID] = ("posting", grant.id)
    given = await disputing.open_ticket(rt, who, title="A gift", text="Why?", about=about)
    assert [await disputing.disputed_credits(rt, ANN, one) for one in (plain, given)] == [None, None]
    with pytest.raises(NotAllowed):
        await disputing.put_right(rt, who, plain.id, amount=1, text="Mine", key=None)
    with pytest.raises(InvalidInput):
        await disputing.put_right(rt, ANN, plain.id, amount=1, text=" ", key=None)
    assert (await ledger.statement(rt, who))[0].id == grant.id
