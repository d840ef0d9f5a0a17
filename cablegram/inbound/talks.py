"""Work on conversations as a team: done or not, who cares for it, notes beside it (R66)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cablegram.accounts import members
from cablegram.accounts.access import Principal, Scope
from cablegram.inbound import talk_store
from cablegram.inbound.inbox import written
from cablegram.inbound.model import Heard
from cablegram.inbound.talk_model import WANTS_SOMEBODY, Care, Change, Note, TalkCount
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, uuid7
from cablegram.kit.storable import storable
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_NOTED = 2_000
"""Characters of a note."""

_MOST_NOTES = 200  # read at once


def hear(conn: Conn, heard: Sequence[Heard]) -> None:
    """Open the conversations of those who wrote what a person has to read, and begin those that are new."""
    last: dict[tuple[AccountId, str], tuple[UUID, bool]] = {}
    for one in heard:
        if one.account_id and one.text.source:
            pair = one.account_id, one.text.source
            newest, is_done = last.get(pair, (one.text.id, True))
            last[pair] = max(newest, one.text.id), is_done and one.row.rule not in WANTS_SOMEBODY
    if last:
        talk_store.hear(conn, last)


async def care_of(rt: Runtime, who: Principal, number: str) -> Care | None:
    """Return where a conversation stands; None while its number never wrote."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await talk_store.get(conn, who.account_id, written(number))


async def count(rt: Runtime, who: Principal) -> TalkCount:
    """Count the conversations that are open."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await talk_store.count(conn, who.account_id, who.user_id)


async def change(rt: Runtime, who: Principal, number: str, wanted: Change) -> Care:
    """Say that a conversation is done or open again, or who cares for it.

    Raises NotFound (`conversation_not_found`), InvalidInput (`user_not_found`).
    """
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        if wanted.assigned_to is not None and isinstance(wanted.assigned_to, UUID):
            team = await members.of_account(conn, who.account_id)
            if wanted.assigned_to not in {one.user.id for one in team}:
                message = "Nobody with this id belongs to the account. See who does under Settings, Team."
                raise InvalidInput("user_not_found", message, faults=[Fault("assigned_to", "user_not_found", message)])
        now = rt.clock.now()
        found = await talk_store.change(conn, who.account_id, written(number), wanted, by=who.name, now=now)
    if found is None:
        raise no_such_conversation(number)
    return found


async def see(rt: Runtime, who: Principal, number: str) -> None:
    """Note that somebody of the team has looked at all that a number wrote."""
    who.needs(Scope.READ)
    async with rt.db.transaction() as conn:
        await talk_store.see(conn, who.account_id, written(number))


async def note(rt: Runtime, who: Principal, number: str, text: str) -> Note:
    """Write a note beside a conversation. Raises InvalidInput (`bad_note`), NotFound (`conversation_not_found`)."""
    who.needs(Scope.SEND)
    words = storable(text).strip()
    if not words or len(words) > MOST_NOTED:
        message = f"A note has 1 to {MOST_NOTED:,} characters, and this one {len(words):,}."
        raise InvalidInput("bad_note", message, faults=[Fault("text", "bad_note", message)])
    async with rt.db.transaction() as conn:
        if await talk_store.get(conn, who.account_id, written(number)) is None:
            raise no_such_conversation(number)
        noted = Note(uuid7(), words, who.name, who.user_id, rt.clock.now())
        await talk_store.insert_note(conn, who.account_id, written(number), noted)
    return noted


async def notes(
    rt: Runtime, who: Principal, number: str, *, since: UUID | None = None, before: UUID | None = None
) -> list[Note]:
    """Return what the team noted beside a conversation between two ids, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await talk_store.notes(
            conn, who.account_id, written(number), since=since, before=before, limit=_MOST_NOTES
        )


async def take_back(rt: Runtime, who: Principal, note_id: UUID) -> None:
    """Take back a note of one's own. Raises NotFound (`note_not_found`)."""
    who.needs(Scope.SEND)
    async with rt.db.transaction() as conn:
        if not await talk_store.delete_note(conn, who.account_id, note_id, who.user_id, by=who.name):
            raise NotFound("note_not_found", "There is no such note of yours; others' notes are theirs to take back.")


def no_such_conversation(number: str) -> NotFound:
    """Return the error of a number that never wrote."""
    return NotFound("conversation_not_found", f"Nobody with the number {written(number)[:20]} ever wrote to you.")
