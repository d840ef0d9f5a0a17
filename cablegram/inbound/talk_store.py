"""Statements about conversations as a team works on them. Private to the room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from cablegram.inbound.model import Talk
from cablegram.inbound.talk_model import AS_IT_IS, MOST_COUNTED, Care, Change, Note, TalkCount
from cablegram.kit.ids import AccountId, ProgramId, UserId
from cablegram.runtime.connection import Statement
from cablegram.runtime.copying import array
from cablegram.runtime.database import Conn
from cablegram.runtime.queries import load

queries = load(__file__)

_HEAR = Statement(queries.hear)


def hear(conn: Conn, heard: Mapping[tuple[AccountId, str], tuple[UUID, bool]]) -> None:
    """Note the last text of each writer, and whether nobody has to read it; with the next question."""
    conn.later(
        _HEAR,
        accounts=array("uuid", [account_id for account_id, _ in heard]),
        numbers=array("text", [number for _, number in heard]),
        ids=array("uuid", [text_id for text_id, _ in heard.values()]),
        done=array("bool", [is_done for _, is_done in heard.values()]),
    )


async def page(
    conn: Conn,
    account_id: AccountId,
    after: UUID | None,
    *,
    digits: str | None,
    is_done: bool | None,
    assigned_to: UserId | None,
    limit: int,
) -> list[Talk]:
    """Read conversations by the last text of theirs, newest first."""
    values = {
        "account_id": account_id, "after": after, "digits": digits, "is_done": is_done, "assigned_to": assigned_to,
        "limit": limit,
    }  # fmt: skip
    # Not prepared: a page is planned for what it asks, so that it goes by the index of those that are open.
    return [Talk(*row) for row in await (await conn.execute(queries.page, values, prepare=False)).fetchall()]


async def get(conn: Conn, account_id: AccountId, number: str) -> Care | None:
    """Read where a conversation stands."""
    row = await (await conn.execute(queries.get, {"account_id": account_id, "number": number})).fetchone()
    return Care(*row) if row else None


async def count(conn: Conn, account_id: AccountId, user_id: UserId | None) -> TalkCount:
    """Count what is open."""
    values = {"account_id": account_id, "user_id": user_id, "most": MOST_COUNTED}
    row = await (await conn.execute(queries.count, values)).fetchone()
    return TalkCount(*row) if row else TalkCount(0, 0)


async def change(
    conn: Conn, account_id: AccountId, number: str, change: Change, *, by: str, now: datetime
) -> Care | None:
    """Change where a conversation stands; None where there is none."""
    is_assigning = change.assigned_to != AS_IT_IS
    values = {
        "account_id": account_id, "number": number, "is_done": change.is_done, "by": by, "now": now,
        "is_assigning": is_assigning, "assigned_to": change.assigned_to if is_assigning else None,
    }  # fmt: skip
    row = await (await conn.execute(queries.change, values)).fetchone()
    return Care(*row) if row else None


async def see(conn: Conn, account_id: AccountId, number: str) -> None:
    """Note that the team has seen all there is."""
    await conn.execute(queries.see, {"account_id": account_id, "number": number})


async def insert_note(conn: Conn, account_id: AccountId, number: str, note: Note) -> None:
    """Keep a note."""
    values = {
        "id": note.id, "account_id": account_id, "number": number, "text": note.text, "by": note.by,
        "user_id": note.user_id, "now": note.at,
    }  # fmt: skip
    await conn.execute(queries.insert_note, values)


async def notes(
    conn: Conn, account_id: AccountId, number: str, *, since: UUID | None, before: UUID | None, limit: int
) -> list[Note]:
    """Read notes between two ids, newest first."""
    values = {"account_id": account_id, "number": number, "since": since, "before": before, "limit": limit}
    return [Note(*row) for row in await (await conn.execute(queries.notes, values)).fetchall()]


async def delete_note(conn: Conn, account_id: AccountId, note_id: UUID, user_id: UserId | None, *, by: str) -> bool:
    """Drop a note of somebody's own; tell whether it was there."""
    values = {"account_id": account_id, "id": note_id, "user_id": user_id, "by": by}
    return bool((await conn.execute(queries.delete_note, values)).rowcount)


async def forget(conn: Conn, account_id: AccountId, number: str) -> None:
    """Drop a conversation and what was noted beside it."""
    await conn.execute(queries.forget, {"account_id": account_id, "number": number})


async def program_written_to(conn: Conn, account_id: AccountId, number: str, address: str) -> ProgramId | None:
    """Read which program somebody last wrote to at an address of ours."""
    values = {"account_id": account_id, "number": number, "address": address}
    row = await (await conn.execute(queries.program_written_to, values)).fetchone()
    return row[0] if row else None
