"""Tickets by mail (R12), and letters that came back: what a mail server hands over, once, whoever wrote it.

A person writes from an address that they proved. An answer to a letter of a ticket goes to an address of its own, which
proves that its writer got that letter; what comes to the plain address opens a new ticket in the oldest of their
accounts. What a program wrote opens and answers nothing, so that two machines never talk for long. Nobody is answered
by mail who was turned away, for the sender may be forged: the operator reads it in the list of what came.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import timedelta
from uuid import UUID

from cablegram.accounts import correspondents
from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import uuid7
from cablegram.mail import bounces
from cablegram.mail.facts import one_line
from cablegram.mail.incoming import Incoming
from cablegram.mail.reading import read
from cablegram.mail.server import sender_of
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.support import addresses, store, tickets
from cablegram.support.files import CheckedFile, check
from cablegram.support.model import ByMail, Mail, NewFile, Ticket

_MOST_AN_HOUR = 10  # messages to one ticket: more are two machines
_MOST_UNWANTED = 300  # an hour that are kept
_MOST_KEPT = 2_000  # characters of what nobody else has
_KEPT = timedelta(days=30)
_AT_ONCE = 1_000
_HOUR = timedelta(hours=1)
_ANSWERED = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|rv|sv|tr)\s*:)+\s*", re.IGNORECASE)
_MISSING = (
    "(Files of the message that are not here: {}. They were too many, too large, or of a kind that tickets can't have.)"
)


async def receive(rt: Runtime, raw: bytes) -> Mail:
    """Take in a message, and return what became of it; one that came before changes nothing.

    Raises TooLarge (`mail_too_large`), InvalidInput (`bad_mail`).
    """
    message = await asyncio.to_thread(read, raw, authserv=rt.settings.mail_authserv)
    mail = Mail(uuid7(), rt.clock.now(), message.sender, message.subject, len(raw), "refused")
    async with rt.db.transaction() as conn:
        digest = _digest(raw, message)
        if not await store.insert_mail(conn, digest, mail):
            return await store.known_mail(conn, digest) or mail
        try:
            async with conn.transaction():  # what is refused half-way leaves nothing of itself
                await _take(conn, rt, message, mail)
        except CablegramError as error:
            mail.verdict, mail.why = "refused", error.message
        if mail.ticket_id is None and mail.verdict != "returned":
            mail.text = message.text[:_MOST_KEPT]
            if await store.unwanted_since(conn, mail.at - _HOUR) > _MOST_UNWANTED:
                await store.drop_mail(conn, mail)
        await store.settle_mail(conn, mail)
    rt.log.info("a message came by mail", verdict=mail.verdict, ticket=str(mail.ticket_id or ""), bytes=mail.size)
    return mail


async def page(rt: Runtime, who: Principal, *, after: UUID | None = None, limit: int = 50) -> list[Mail]:
    """Return messages that came in, newest first, to the operator."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.page_of_mail(conn, after, limit=limit)


async def forget(rt: Runtime) -> None:
    """Forget messages that came a month ago."""
    while True:
        async with rt.db.transaction() as conn:
            gone = await store.forget_mail(conn, rt.clock.now() - _KEPT, limit=_AT_ONCE)
        if gone < _AT_ONCE:
            return


async def _take(conn: Conn, rt: Runtime, message: Incoming, mail: Mail) -> None:
    """Do what a message asks for, and note it in `mail`."""
    support = rt.settings.support_address
    if message.returned:
        known = await bounces.take_back(conn, message.returned, now=mail.at)
        mail.verdict = "returned" if known else "automatic"
        mail.why = message.returned[0].said
        return
    if message.is_automatic or message.sender in {support, sender_of(rt.settings).address.lower()}:
        mail.verdict, mail.why = "automatic", "A program wrote it."
        return
    if support is None:
        mail.why = "No tickets come by mail here: CABLEGRAM_SUPPORT_ADDRESS is not set."
        return
    writers = await correspondents.of_address(conn, message.sender) if message.sender else []
    if not writers:
        mail.verdict, mail.why = "stranger", "Nobody here has proved that this address is theirs."
        return
    named = addresses.ticket_of(support, message.recipients)
    if named is None:
        await _open(conn, rt, message, mail, writers)
    else:
        await _answer(conn, rt, message, mail, writers, named=named)


async def _open(conn: Conn, rt: Runtime, message: Incoming, mail: Mail, writers: list[Principal]) -> None:
    who = next((one for one in writers if not one.is_operator), None)
    if who is None:
        mail.why = "Operators open no tickets: they answer by the address that a ticket's letter comes with."
        return
    if message.is_proved is False:
        mail.why = "The mail server does not prove who sent it (DMARC)."
        return
    if message.is_proved is None and await _is_flooded(conn, who, mail):
        return
    text, files = _written(message)
    title = one_line(_ANSWERED.sub("", message.subject), 100) or one_line(text, 60)
    by_mail = ByMail(message.sender, is_proved=message.is_proved is True)
    ticket = await tickets.begin(conn, rt, who, title=title, text=text, files=files, by_mail=by_mail)
    _note(mail, "opened", ticket)


async def _answer(
    conn: Conn, rt: Runtime, message: Incoming, mail: Mail, writers: list[Principal], *, named: tuple[UUID, str]
) -> None:
    ticket_id, proof = named
    is_theirs = addresses.is_for(ticket_id, message.sender, proof, rt.seal.derive(tickets.PURPOSE))
    who, ticket = await _writer(conn, writers, ticket_id, is_theirs=is_theirs)
    if who is None or ticket is None:
        mail.why = "Its sender does not belong to the ticket's account."
        return
    if not is_theirs and message.is_proved is False:
        mail.why = "The mail server does not prove who sent it (DMARC)."
        return
    if await store.by_mail_since(conn, ticket.account_id, ticket.id, mail.at - _HOUR) >= _MOST_AN_HOUR:
        mail.why = f"{_MOST_AN_HOUR} messages came to this ticket within an hour: two machines may answer each other."
        return
    if not is_theirs and message.is_proved is None and await _is_flooded(conn, who, mail):
        return
    text, files = _written(message)
    by_mail = ByMail(message.sender, is_proved=is_theirs or message.is_proved is True)
    _note(mail, "answered", await tickets.go_on(conn, rt, who, ticket.id, text=text, files=files, by_mail=by_mail))


async def _is_flooded(conn: Conn, who: Principal, mail: Mail) -> bool:
    """Tell whether an account got so much of which nobody proved who wrote it that it may be a stranger's."""
    if await store.claimed_since(conn, who.account_id, mail.at - _HOUR) < _MOST_AN_HOUR:
        return False
    mail.why = f"{_MOST_AN_HOUR} messages without proof came for the account within an hour: they may be a stranger's."
    return True


async def _writer(
    conn: Conn, writers: list[Principal], ticket_id: UUID, *, is_theirs: bool
) -> tuple[Principal | None, Ticket | None]:
    """Return as whom somebody writes in a ticket; as the operator only who was sent its letter, and is no customer."""
    for who in sorted(writers, key=lambda one: one.is_operator):
        if who.is_operator and not is_theirs:
            continue
        ticket = await store.ticket(conn, ticket_id, None if who.is_operator else who.account_id)
        if ticket is not None:
            return who, ticket
    return None, None


def _note(mail: Mail, verdict: str, ticket: Ticket) -> None:
    mail.verdict = "opened" if verdict == "opened" else "answered"
    mail.account_id, mail.ticket_id = ticket.account_id, ticket.id


def _written(message: Incoming) -> tuple[str, list[CheckedFile]]:
    """Return what stands in a ticket of a message, and the files that it may have."""
    files: list[CheckedFile] = []
    missing = ["…"] * message.left_out
    for name, data in message.files:
        try:
            files += check([NewFile(name, data)])
        except CablegramError:
            missing.append(one_line(name, 60))
    text = message.text or message.subject
    note = "\n\n" + _MISSING.format(", ".join(missing)[:500]) if missing else ""
    most = tickets.MOST_TEXT - len(note)
    return (text if len(text) <= most else f"{text[: most - 2]} …") + note, files


def _digest(raw: bytes, message: Incoming) -> bytes:
    """Return what makes a message one: mail servers hand some over twice, with other lines on top."""
    known = f"{message.message_id}\n{message.sender}".encode() if message.message_id else raw
    return hashlib.sha256(known).digest()
