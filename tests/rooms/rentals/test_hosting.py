"""Numbers that stay with their telephone company: asked for with papers, decided once, and then they send."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

import make
from books import rows
from cablegram.accounts.access import Principal
from cablegram.kit.errors import CablegramError, Conflict, InvalidInput, NotAllowed, NotFound
from cablegram.rentals import hosting
from cablegram.rentals.hosting_model import Hosted, State, Wanted
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.model import NumberType
from cablegram.support import tickets
from cablegram.support.model import NewFile

NUMBER = "+1 305 555 0100"
PAPER = NewFile("signed.pdf", b"%PDF-1.7 signed")
BILL = NewFile("bill.png", b"\x89PNG\r\n\x1a\nbill")


async def ask(rt: Runtime, who: Principal, number: str = NUMBER) -> Hosted:
    return await hosting.request(rt, who, Wanted(number, "Acme Inc.", "Ann Doe"), authorization=PAPER, bill=BILL)


@pytest.mark.req("R96")
async def test_a_number_is_asked_for_with_papers_and_sends_after_a_yes(
    rt: Runtime, who: Principal, boss: Principal
) -> None:
    asked = await ask(rt, who)
    assert (asked.state, asked.number, asked.number_type) == (State.REQUESTED, "13055550100", NumberType.LOCAL)
    assert asked.due_at - asked.requested_at == timedelta(hours=24)
    talk = await tickets.show(rt, boss, asked.ticket_id)
    assert [file.name for file in talk.entries[0].files] == ["signed.pdf", "bill.png"]
    assert [one.id for one, _ in await hosting.waiting(rt, boss)] == [asked.id]
    done = await hosting.approve(rt, boss, asked.id, word="Welcome.")
    assert (done.state, done.word, await hosting.waiting(rt, boss)) == (State.APPROVED, "Welcome.", [])
    (sender,) = await grant.page(rt, who)
    assert (sender.id, sender.address) == (done.sender_id, asked.number)
    talk = await tickets.show(rt, who, asked.ticket_id)
    assert (talk.ticket.state, "Welcome." in talk.entries[-1].text) == ("closed", True)
    told = await rows(rt, "SELECT data->>'number' FROM event WHERE kind = 'number.assigned'")
    assert told == [(asked.number,)]
    with pytest.raises(Conflict, match=r"has \+13055550100 already"):
        await ask(rt, who)
    await grant.remove(rt, replace(boss, account_id=who.account_id), sender.id)
    assert (await hosting.show(rt, who, asked.id)).state is State.REMOVED, "what was taken away is not said to work"
    assert (await ask(rt, who)).state is State.REQUESTED


@pytest.mark.req("R96")
async def test_a_request_is_decided_once_and_a_no_says_why(rt: Runtime, who: Principal, boss: Principal) -> None:
    asked = await ask(rt, who)
    with pytest.raises(Conflict, match="already"):
        await ask(rt, who)
    with pytest.raises(InvalidInput, match="Say why"):
        await hosting.reject(rt, boss, asked.id, word=" ")
    deeds = (hosting.approve(rt, boss, asked.id), hosting.reject(rt, boss, asked.id, word="The bill is old."))
    found = await asyncio.gather(*deeds, hosting.withdraw(rt, who, asked.id), return_exceptions=True)
    assert sum(isinstance(one, Hosted) for one in found) == 1
    assert sum(isinstance(one, Conflict) for one in found) == 2
    again = await ask(rt, who, "+18005550199")
    assert again.number_type is NumberType.TOLL_FREE
    assert (await hosting.withdraw(rt, who, again.id)).state is State.WITHDRAWN
    assert [one.id for one in await hosting.page(rt, who)] == [again.id, asked.id]


@pytest.mark.req("R96")
async def test_nobody_hosts_what_is_another_s_or_sees_it(rt: Runtime, who: Principal, boss: Principal) -> None:
    asked, other = await ask(rt, who), await make.account(rt)
    for deed in (hosting.show(rt, other, asked.id), hosting.withdraw(rt, other, asked.id)):
        with pytest.raises(NotFound):
            await deed
    with pytest.raises(NotAllowed):
        await hosting.approve(rt, who, asked.id)
    rival = await ask(rt, other)
    await hosting.approve(rt, boss, asked.id)
    with pytest.raises(Conflict, match="another account"):
        await hosting.approve(rt, boss, rival.id)
    assert (await hosting.show(rt, other, rival.id)).state is State.REQUESTED


@pytest.mark.req("R96")
async def test_what_can_not_be_hosted_leaves_nothing(rt: Runtime, who: Principal, boss: Principal) -> None:
    for number in ("+34600000118", "Acme", "70001", "nonsense", "1"):
        with pytest.raises(CablegramError):
            await ask(rt, who, number)
    wanted = Wanted(NUMBER, "Acme Inc.", "Ann Doe")
    for authorization, bill in ((None, BILL), (PAPER, None), (PAPER, NewFile("bill.pdf", b""))):
        with pytest.raises(InvalidInput, match="Both papers"):
            await hosting.request(rt, who, wanted, authorization=authorization, bill=bill)
    with pytest.raises(InvalidInput):
        await hosting.request(rt, who, Wanted(NUMBER, " ", "Ann"), authorization=PAPER, bill=BILL)
    assert await hosting.page(rt, who) == []
    assert await tickets.page(rt, who) == []
    assert (await hosting.form(rt, boss)).startswith(b"%PDF")
