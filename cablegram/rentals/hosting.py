"""Let a number that stays with its telephone company get and send texts here (R96).

Asked for with the authorization that its owner signed and a copy of the bill, which become the files of a ticket: so
both sides talk about them where they talk about everything else. A yes makes it a sender of the account at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import Any
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import ConnectorId, HostedNumberId, SenderId, uuid7
from cablegram.kit.names import read_name
from cablegram.payments import receipts
from cablegram.rentals import hosting_store
from cablegram.rentals.hosting_model import COUNTRY, Hosted, State, Wanted, read_number
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.senders.grant import NewSender, grant
from cablegram.support import files as papers
from cablegram.support import tickets
from cablegram.support.model import NewFile

_MOST_WORD = 500


async def request(
    rt: Runtime, who: Principal, wanted: Wanted, *, authorization: NewFile | None, bill: NewFile | None
) -> Hosted:
    """Ask the operator to host a number, with the signed authorization and a copy of its telephone bill.

    Raises InvalidInput (`not_hostable`, `paper_missing`, `bad_file`, `bad_name` and those of `senders.reading`),
    TooLarge (`file_too_large`), Conflict (`already_requested`, `sender_exists`), Unavailable (`too_many_attempts`).
    """
    who.needs(Scope.ACCOUNT)
    number, number_type = read_number(wanted)
    company, signer = read_name(wanted.company, field="company"), read_name(wanted.signer, field="signer")
    files = papers.check([_paper(authorization, "authorization"), _paper(bill, "bill")])
    async with rt.db.transaction() as conn:
        title, text = (
            f"Hosted number +{number}",
            f"Host +{number} ({number_type.value}) for {company}. Signed: {signer}",
        )
        if await hosting_store.has(conn, who.account_id, number):
            raise Conflict("sender_exists", f"The account has +{number} already: it needs no hosting.")
        ticket = await tickets.begin(conn, rt, who, title=title, text=text, files=files)
        new = Hosted(
            id=HostedNumberId(uuid7()),
            account_id=who.account_id,
            number=number,
            number_type=number_type,
            company=company,
            signer=signer,
            ticket_id=ticket.id,
            state=State.REQUESTED,
            word="",
            requested_by=who.name,
            requested_at=rt.clock.now(),
            decided_by="",
            decided_at=None,
            sender_id=None,
        )
        if not await hosting_store.insert(conn, new):
            raise Conflict(
                "already_requested", f"The account has asked for +{number} already; the operator looks at it."
            )
        facts = {"number": number, "by": who.name}
        await record(conn, [Event(Kind.HOSTING_REQUESTED, who.account_id, new.id, facts)], now=new.requested_at)
    return new


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Hosted]:
    """Return the account's requests, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await hosting_store.page(conn, who.account_id, after, limit=limit)


async def show(rt: Runtime, who: Principal, hosted_id: UUID) -> Hosted:
    """Return a request of the account. Raises NotFound (`hosted_number_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await hosting_store.get(conn, who.account_id, hosted_id)
    if found is None:
        raise _not_there(hosted_id)
    return found


async def waiting(rt: Runtime, who: Principal, *, limit: int = 100) -> list[tuple[Hosted, str]]:
    """Return what waits for the operator, the longest first, with the names of its accounts."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await hosting_store.waiting(conn, limit=limit)


async def withdraw(rt: Runtime, who: Principal, hosted_id: UUID) -> Hosted:
    """Take a request back, as its account.

    Raises NotFound (`hosted_number_not_found`), Conflict (`hosting_decided`).
    """
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        one = await _held(conn, hosted_id, who)
        return await _decide(conn, rt, who, one, State.WITHDRAWN, word="", sender_id=None)


async def approve(
    rt: Runtime, who: Principal, hosted_id: UUID, *, connector_ids: Sequence[ConnectorId] = (), word: str = ""
) -> Hosted:
    """Say yes, as the operator: the number is a sender of the account from now on, and the account is told.

    Raises NotFound (`hosted_number_not_found`, `connector_not_found`), Conflict (`hosting_decided`, `sender_taken`,
    `sender_exists`).
    """
    who.needs(Scope.OPERATOR)
    said = _word(word)
    async with rt.db.transaction() as conn:
        one = await _held(conn, hosted_id, None)
        new = NewSender(one.number, number_type=one.number_type, country=COUNTRY, connector_ids=connector_ids)
        now = rt.clock.now()
        sender = await grant(conn, one.account_id, new, now=now)
        text = f"+{one.number} is hosted: it sends and receives texts from now on."
        await _tell(conn, rt, who, one, f"{text}\n\n{said}" if said else text)
        facts = {"number": one.number, "country": COUNTRY, "type": one.number_type.value, "by": who.name}
        await record(conn, [Event(Kind.NUMBER_ASSIGNED, one.account_id, sender.id, facts)], now=now)
        return await _decide(conn, rt, who, one, State.APPROVED, word=said, sender_id=sender.id)


async def reject(rt: Runtime, who: Principal, hosted_id: UUID, *, word: str) -> Hosted:
    """Say no, as the operator, with the reason, which the account is told.

    Raises InvalidInput (`bad_reason`), NotFound (`hosted_number_not_found`), Conflict (`hosting_decided`).
    """
    who.needs(Scope.OPERATOR)
    said = _word(word)
    if not said:
        message = "Say why, so that the account knows what to bring."
        raise InvalidInput("bad_reason", message, faults=[Fault("reason", "bad_reason", message)])
    async with rt.db.transaction() as conn:
        one = await _held(conn, hosted_id, None)
        await _tell(conn, rt, who, one, f"+{one.number} is not hosted: {said}")
        return await _decide(conn, rt, who, one, State.REJECTED, word=said, sender_id=None)


async def form(rt: Runtime, who: Principal) -> bytes:
    """Return the authorization as a page to print and sign, in the name of whoever runs this installation."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        seller = await receipts.seller_name(conn)
    # What writes PDF takes a fifth of a second to load: only who prints needs it.
    module: Any = await asyncio.to_thread(import_module, "cablegram.rentals.hosting_form")
    return module.write(seller)


async def _held(conn: Conn, hosted_id: UUID, who: Principal | None) -> Hosted:
    found = await hosting_store.hold(conn, hosted_id, who.account_id if who else None)
    if found is None:
        raise _not_there(hosted_id)
    if found.state is not State.REQUESTED:
        raise Conflict("hosting_decided", f"This request is {found.state.value} already.")
    return found


async def _tell(conn: Conn, rt: Runtime, who: Principal, one: Hosted, text: str) -> None:
    await tickets.go_on(conn, rt, who, one.ticket_id, text=text, files=[], close=True)


async def _decide(
    conn: Conn, rt: Runtime, who: Principal, one: Hosted, state: State, *, word: str, sender_id: SenderId | None
) -> Hosted:
    now = rt.clock.now()
    await hosting_store.decide(conn, one, state, word=word, by=who.name, at=now, sender_id=sender_id)
    facts = {"number": one.number, "state": state.value, "by": who.name}
    await record(conn, [Event(Kind.HOSTING_DECIDED, one.account_id, one.id, facts)], now=now)
    decided = await hosting_store.get(conn, one.account_id, one.id)
    return decided or one


def _paper(file: NewFile | None, field: str) -> NewFile:
    if file is None or not file.data:
        message = "Both papers are needed: the signed authorization, and a copy of the telephone bill."
        raise InvalidInput("paper_missing", message, faults=[Fault(field, "paper_missing", message)])
    return file


def _word(text: str) -> str:
    word = text.strip()
    if len(word) > _MOST_WORD or not all(line.isprintable() for line in word.split("\n")):
        message = f"Write {_MOST_WORD} characters at most, without control characters."
        raise InvalidInput("bad_reason", message, faults=[Fault("reason", "bad_reason", message)])
    return word


def _not_there(hosted_id: UUID) -> NotFound:
    return NotFound("hosted_number_not_found", f"There is no request {hosted_id} for a hosted number.")
