"""Tickets (R12): an account opens one, both sides write, the operator closes it. Each turn tells the other by mail.

A dispute (R22) is a ticket that names the message or the line of the ledger it is about; whoever opens it has looked
that up, since this room knows neither. What comes by mail (`by_mail`) goes through the same two moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from cablegram.accounts import directory, members, operators
from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound, Unavailable
from cablegram.kit.ids import TicketId, uuid7
from cablegram.kit.names import read_name
from cablegram.kit.storable import storable
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.support import addresses, store
from cablegram.support import files as its_files
from cablegram.support.files import CheckedFile
from cablegram.support.model import About, ByMail, Entry, NewFile, Talk, Ticket, TicketState

MOST_TEXT = 10_000  # characters
MOST_ENTRIES = 500
PURPOSE = "addresses of tickets"  # what the key of their proofs is derived for
_MOST_AN_HOUR = 30  # that an account writes


async def open_ticket(
    rt: Runtime,
    who: Principal,
    *,
    title: str,
    text: str,
    about: tuple[About, UUID] | None = None,
    files: Sequence[NewFile] = (),
) -> Ticket:
    """Open a ticket, and tell the operators.

    Raises InvalidInput (`bad_name`, `bad_text`, `too_many_files`, `bad_file`), TooLarge (`file_too_large`), Unavailable
    (`too_many_attempts`).
    """
    who.needs(Scope.READ)
    found = its_files.check(list(files))
    async with rt.db.transaction() as conn:
        return await begin(conn, rt, who, title=title, text=text, about=about, files=found)


async def begin(
    conn: Conn,
    rt: Runtime,
    who: Principal,
    *,
    title: str,
    text: str,
    about: tuple[About, UUID] | None = None,
    files: list[CheckedFile],
    by_mail: ByMail | None = None,
) -> Ticket:
    """Open a ticket within a transaction. Raises as `open_ticket`."""
    now = rt.clock.now()
    account = await directory.hold(conn, who.account_id)
    await _count(conn, who, rt)
    kind, about_id = about or (None, None)
    ticket = Ticket(
        TicketId(uuid7()), account.id, read_name(title, field="title"), "open", kind, about_id, who.name, now, now
    )
    await store.insert_ticket(conn, ticket)
    entry = await _write(conn, ticket, who, text, files=files, by_mail=by_mail, rt=rt)
    await _tell_operators(conn, rt, ticket, entry, account.name)
    facts = {"title": ticket.title, "by": who.name}
    await record(conn, [Event(Kind.TICKET_OPENED, account.id, ticket.id, facts)], now=now)
    return ticket


async def answer(
    rt: Runtime, who: Principal, ticket_id: UUID, *, text: str, files: Sequence[NewFile] = (), close: bool = False
) -> Talk:
    """Write in a ticket, as the account (it is open again) or as the operator (it is answered), and tell the others.

    Raises NotFound (`ticket_not_found`), Conflict (`ticket_full`) and as `open_ticket`.
    """
    who.needs(Scope.READ)
    found = its_files.check(list(files))
    async with rt.db.transaction() as conn:
        ticket = await go_on(conn, rt, who, ticket_id, text=text, files=found, close=close)
        return Talk(ticket, await store.entries(conn, ticket, limit=MOST_ENTRIES))


async def go_on(
    conn: Conn,
    rt: Runtime,
    who: Principal,
    ticket_id: UUID,
    *,
    text: str,
    files: list[CheckedFile],
    close: bool = False,
    by_mail: ByMail | None = None,
) -> Ticket:
    """Write in a ticket within a transaction. Raises as `answer`."""
    ticket = await _one(conn, who, ticket_id)
    account = await directory.hold(conn, ticket.account_id)
    if await store.count_entries(conn, ticket.account_id, ticket.id) >= MOST_ENTRIES:
        raise Conflict("ticket_full", f"A ticket has {MOST_ENTRIES} entries at most. Open another one.")
    if not who.is_operator:
        await _count(conn, who, rt)
    entry = await _write(conn, ticket, who, text, files=files, by_mail=by_mail, rt=rt)
    state: TicketState = "closed" if close else "answered" if who.is_operator else "open"
    await store.put_state(conn, ticket, state, rt.clock.now())
    ticket.state = state
    if who.is_operator:
        await _tell_account(conn, rt, ticket, entry)
    else:
        await _tell_operators(conn, rt, ticket, entry, account.name)
    await _record(conn, rt, ticket, who)
    return ticket


async def hold(conn: Conn, who: Principal, ticket_id: UUID) -> Ticket:
    """Return a ticket in which nobody else writes until the transaction ends. Raises NotFound (`ticket_not_found`)."""
    await directory.hold(conn, (await _one(conn, who, ticket_id)).account_id)
    return await _one(conn, who, ticket_id)


async def put_state(rt: Runtime, who: Principal, ticket_id: UUID, state: TicketState) -> Ticket:
    """Close a ticket, or open it again, without a word. Raises NotFound (`ticket_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.transaction() as conn:
        ticket = await _one(conn, who, ticket_id)
        await store.put_state(conn, ticket, state, rt.clock.now())
        ticket.state = state
        await _record(conn, rt, ticket, who)
    return ticket


async def page(
    rt: Runtime, who: Principal, *, state: TicketState | None = None, after: UUID | None = None, limit: int = 50
) -> list[Ticket]:
    """Return the tickets of the account that asks, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.tickets(conn, who.account_id, state, after, limit=limit)


async def page_of_all(
    rt: Runtime, who: Principal, *, state: TicketState | None = None, after: UUID | None = None, limit: int = 50
) -> list[Ticket]:
    """Return the tickets of all accounts, newest first, to the operator."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.tickets(conn, None, state, after, limit=limit)


async def show(rt: Runtime, who: Principal, ticket_id: UUID) -> Talk:
    """Return a ticket with all that was written. Raises NotFound (`ticket_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        ticket = await _one(conn, who, ticket_id)
        return Talk(ticket, await store.entries(conn, ticket, limit=MOST_ENTRIES))


async def file(rt: Runtime, who: Principal, ticket_id: UUID, file_id: UUID) -> tuple[str, str, bytes]:
    """Return a file: name, media type, bytes. Raises NotFound (`ticket_not_found`, `file_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.file(conn, await _one(conn, who, ticket_id), file_id)
    if found is None:
        raise NotFound("file_not_found", f"The ticket has no file {file_id}.")
    return found


def check_text(text: str) -> str:
    """Return what somebody wrote as it is kept. Raises InvalidInput (`bad_text`)."""
    words = storable(text).strip()
    if not words or len(words) > MOST_TEXT:
        message = f"Write 1 to {MOST_TEXT:,} characters."
        raise InvalidInput("bad_text", message, faults=[Fault("text", "bad_text", message)])
    return words


async def _one(conn: Conn, who: Principal, ticket_id: UUID) -> Ticket:
    found = await store.ticket(conn, ticket_id, None if who.is_operator else who.account_id)
    if found is None:
        raise NotFound("ticket_not_found", f"There is no ticket {ticket_id}.")
    return found


async def _count(conn: Conn, who: Principal, rt: Runtime) -> None:
    lately = await store.written_since(conn, who.account_id, rt.clock.now() - timedelta(hours=1))
    if lately >= _MOST_AN_HOUR and not who.is_operator:
        message = f"This account wrote {lately} times within an hour. Wait a little; what you wrote before is there."
        raise Unavailable("too_many_attempts", message, retry_after=600)


async def _write(
    conn: Conn,
    ticket: Ticket,
    who: Principal,
    text: str,
    *,
    files: list[CheckedFile],
    by_mail: ByMail | None,
    rt: Runtime,
) -> Entry:
    words = check_text(text)
    entry = Entry(uuid7(), who.is_operator, who.name, who.user_id, words, rt.clock.now())
    if by_mail is not None:
        entry.mail_from, entry.is_proved = by_mail.sender, by_mail.is_proved
    await store.insert_entry(conn, ticket, entry)
    if files:
        await store.insert_files(conn, ticket, entry, files)
    return entry


async def _tell_operators(conn: Conn, rt: Runtime, ticket: Ticket, entry: Entry, account: str) -> None:
    letters = [
        Letter(
            "ticket_opened",
            user.email,
            user.language,
            {
                "title": ticket.title,
                "account": account,
                "by": entry.author,
                "text": entry.text[:2_000],
                "url": f"{rt.settings.public}/operator/tickets/{ticket.id}",
            },
            user_id=user.id,
            reply_to=_answers_go(rt, ticket, user.email),
        )
        for user in await operators.all_of_them(conn)
        if user.email and user.is_confirmed
    ]
    await post(conn, letters, now=entry.at)


async def _tell_account(conn: Conn, rt: Runtime, ticket: Ticket, entry: Entry) -> None:
    """Tell those who wrote in it, as far as they still belong to the account; else its owners."""
    wrote = {one.user_id for one in await store.entries(conn, ticket, limit=MOST_ENTRIES)}
    people = await members.of_account(conn, ticket.account_id)
    readers = [one for one in people if one.user.id in wrote] or [one for one in people if one.role == "owner"]
    letters = [
        Letter(
            "ticket_answered",
            one.user.email,
            one.user.language,
            {
                "title": ticket.title,
                "by": entry.author,
                "state": ticket.state,
                "text": entry.text[:2_000],
                "url": f"{rt.settings.public}/help/tickets/{ticket.id}",
            },
            account_id=ticket.account_id,
            user_id=one.user.id,
            reply_to=_answers_go(rt, ticket, one.user.email),
        )
        for one in readers
        if one.user.email and one.user.is_confirmed
    ]
    await post(conn, letters, now=entry.at)


def _answers_go(rt: Runtime, ticket: Ticket, email: str) -> str:
    """Return where an answer of a person goes by mail; empty where no mail comes in here."""
    support = rt.settings.support_address
    return addresses.address_of(support, ticket.id, email, rt.seal.derive(PURPOSE)) if support else ""


async def _record(conn: Conn, rt: Runtime, ticket: Ticket, who: Principal) -> None:
    facts = {"title": ticket.title, "state": ticket.state, "by": who.name}
    await record(conn, [Event(Kind.TICKET_ANSWERED, ticket.account_id, ticket.id, facts)], now=rt.clock.now())
