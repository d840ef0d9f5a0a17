"""Statements of the support room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cablegram.kit.ids import AccountId, TicketId, uuid7s
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load
from cablegram.support.model import Entry, File, Mail, Ticket, TicketState

queries = load(__file__)


async def insert_ticket(conn: Conn, new: Ticket) -> None:
    """Write a ticket."""
    await conn.execute(
        queries.insert_ticket,
        {
            "id": new.id,
            "account_id": new.account_id,
            "title": new.title,
            "about": new.about,
            "about_id": new.about_id,
            "opened_by": new.opened_by,
            "now": new.created_at,
        },
    )


async def insert_entry(conn: Conn, ticket: Ticket, new: Entry) -> None:
    """Write what somebody wrote."""
    await conn.execute(
        queries.insert_entry,
        {
            "id": new.id,
            "ticket_id": ticket.id,
            "account_id": ticket.account_id,
            "by_operator": new.by_operator,
            "author": new.author,
            "user_id": new.user_id,
            "text": new.text,
            "now": new.at,
            "mail_from": new.mail_from,
            "is_proved": new.is_proved,
        },
    )


async def insert_files(conn: Conn, ticket: Ticket, entry: Entry, files: Sequence[tuple[str, str, bytes]]) -> None:
    """Write files: name, media type, bytes."""
    await conn.execute(
        queries.insert_files,
        {
            "entry_id": entry.id,
            "ticket_id": ticket.id,
            "account_id": ticket.account_id,
            "ids": uuid7s(len(files)),
            "names": [name for name, _, _ in files],
            "kinds": [kind for _, kind, _ in files],
            "bytes": [data for _, _, data in files],
        },
    )


async def tickets(
    conn: Conn, account_id: AccountId | None, state: TicketState | None, after: UUID | None, *, limit: int
) -> list[Ticket]:
    """Read tickets of an account, or of all, newest first."""
    asked = {"account_id": account_id, "state": state, "after": after, "limit": limit}
    statement = queries.all_tickets if account_id is None else queries.tickets
    return [Ticket(*row) for row in await (await conn.execute(statement, asked)).fetchall()]


async def ticket(conn: Conn, ticket_id: UUID, of: AccountId | None) -> Ticket | None:
    """Read a ticket of an account, or of any."""
    row = await (await conn.execute(queries.ticket, {"id": ticket_id, "of": of})).fetchone()
    return Ticket(*row) if row else None


async def entries(conn: Conn, one: Ticket, *, limit: int) -> list[Entry]:
    """Read what was written, oldest first, with the files."""
    asked = {"ticket_id": one.id, "account_id": one.account_id, "limit": limit}
    found = [Entry(*row) for row in await (await conn.execute(queries.entries, asked)).fetchall()]
    files = [File(*row) for row in await (await conn.execute(queries.files, asked)).fetchall()]
    for entry in found:
        entry.files = [file for file in files if file.entry_id == entry.id]
    return found


async def file(conn: Conn, one: Ticket, file_id: UUID) -> tuple[str, str, bytes] | None:
    """Read a file: name, media type, bytes."""
    asked = {"id": file_id, "ticket_id": one.id, "account_id": one.account_id}
    return await (await conn.execute(queries.file, asked)).fetchone()


async def put_state(conn: Conn, one: Ticket, state: TicketState, now: datetime) -> None:
    """Write a ticket's state."""
    asked = {"id": one.id, "account_id": one.account_id, "state": state, "now": now}
    await conn.execute(queries.put_state, asked)


async def count_entries(conn: Conn, account_id: AccountId, ticket_id: TicketId) -> int:
    """Count what was written in a ticket."""
    cursor = await conn.execute(queries.count_entries, {"account_id": account_id, "ticket_id": ticket_id})
    row = await cursor.fetchone()
    return row[0] if row else 0


async def written_since(conn: Conn, account_id: AccountId, since: datetime) -> int:
    """Count what an account wrote since a moment."""
    row = await (await conn.execute(queries.opened_since, {"account_id": account_id, "since": since})).fetchone()
    return row[0] if row else 0


async def known_mail(conn: Conn, digest: bytes) -> Mail | None:
    """Read what became of a message that came before."""
    row = await (await conn.execute(queries.known_mail, {"digest": digest})).fetchone()
    return Mail(*row) if row else None


async def insert_mail(conn: Conn, digest: bytes, new: Mail) -> bool:
    """Write that a message came; False where it came before."""
    asked = {
        "id": new.id,
        "digest": digest,
        "at": new.at,
        "sender": new.sender,
        "subject": new.subject,
        "size": new.size,
        "verdict": new.verdict,
    }
    return await (await conn.execute(queries.insert_mail, asked)).fetchone() is not None


async def settle_mail(conn: Conn, one: Mail) -> None:
    """Write what became of a message."""
    asked = {"id": one.id, "verdict": one.verdict, "why": one.why, "account_id": one.account_id}
    await conn.execute(queries.settle_mail, {**asked, "ticket_id": one.ticket_id, "text": one.text})


async def drop_mail(conn: Conn, one: Mail) -> None:
    """Take back that a message came."""
    await conn.execute(queries.drop_mail, {"id": one.id})


async def by_mail_since(conn: Conn, account_id: AccountId, ticket_id: UUID, since: datetime) -> int:
    """Count what came to a ticket by mail since a moment."""
    asked = {"account_id": account_id, "ticket_id": ticket_id, "since": since}
    row = await (await conn.execute(queries.by_mail_since, asked)).fetchone()
    return row[0] if row else 0


async def claimed_since(conn: Conn, account_id: AccountId, since: datetime) -> int:
    """Count what came for an account by mail since a moment from whoever may have been another."""
    row = await (await conn.execute(queries.claimed_since, {"account_id": account_id, "since": since})).fetchone()
    return row[0] if row else 0


async def page_of_mail(conn: Conn, after: UUID | None, *, limit: int) -> list[Mail]:
    """Read messages that came in, newest first."""
    rows = await (await conn.execute(queries.page_of_mail, {"after": after, "limit": limit})).fetchall()
    return [Mail(*row) for row in rows]


async def unwanted_since(conn: Conn, since: datetime) -> int:
    """Count messages since a moment that opened and answered nothing."""
    row = await (await conn.execute(queries.unwanted_since, {"since": since})).fetchone()
    return row[0] if row else 0


async def forget_mail(conn: Conn, before: datetime, *, limit: int) -> int:
    """Forget messages that came before a moment; return how many."""
    return (await conn.execute(queries.forget_mail, {"before": before, "limit": limit})).rowcount
