"""Read what came in: texts, newest first, and conversations in both directions (R66)."""

from __future__ import annotations

import re
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.inbound import store, talk_store
from cablegram.inbound.model import Line, ReceivedText, Talk
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import ProgramId, UserId
from cablegram.programs import people as programs
from cablegram.runtime.runtime import Runtime

_NO_WORDS = re.compile("[\0\ud800-\udfff]")


async def page(
    rt: Runtime,
    who: Principal,
    *,
    after: UUID | None = None,
    phone: str | None = None,
    address: str | None = None,
    q: str | None = None,
    limit: int = 50,
) -> list[ReceivedText]:
    """Return the texts that came in, newest first: of one phone, to one of our addresses, or all.

    `q` is looked for in text and number.
    """
    who.needs(Scope.READ)
    words = _NO_WORDS.sub("", q or "").strip()
    async with rt.db.connection() as conn:
        return await store.page_of_texts(
            conn,
            who.account_id,
            after,
            phone=None if phone is None else written(phone),
            address=None if address is None else written(address),
            words=words or None,
            digits=_digits(words) or None,
            limit=limit,
        )


async def get(rt: Runtime, who: Principal, text_id: UUID) -> ReceivedText:
    """Return one text that came in. Raises NotFound (`text_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await store.get_text(conn, who.account_id, text_id)
    if found is None:
        raise NotFound("text_not_found", f"No text {text_id} came in for this account.")
    return found


async def conversations(
    rt: Runtime,
    who: Principal,
    *,
    after: UUID | None = None,
    q: str | None = None,
    is_done: bool | None = None,
    assigned_to: UserId | None = None,
    limit: int = 50,
) -> list[Talk]:
    """Return with whom there are conversations, whoever wrote last first; `q` is looked for in numbers.

    All of them, or those that are done, or are not; somebody's, or anybody's. A next page starts after the last text of
    the last one on this.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await talk_store.page(
            conn,
            who.account_id,
            after,
            digits=_digits(q or "") or None,
            is_done=is_done,
            assigned_to=assigned_to,
            limit=limit,
        )


async def conversation(
    rt: Runtime, who: Principal, number: str, *, after: UUID | None = None, limit: int = 50
) -> list[Line]:
    """Return what was written to and by one number, newest first. Empty where nothing ever was."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.conversation(conn, who.account_id, written(number), after, limit=limit)


async def program_to_answer(rt: Runtime, who: Principal, number: str, address: str) -> ProgramId | None:
    """Return in whose name an answer from an address of ours goes: the SMS service's that was written to there.

    None where the address is the account's own, and no service sends from it.
    """
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await talk_store.program_written_to(conn, who.account_id, written(number), written(address))
        its = (await programs.sending(conn, [found])).get(found) if found else None
    return found if its and its.address == written(address) else None


def written(address: str) -> str:
    """Write an address as it is kept: the digits of a number, anything else as it is."""
    bare = _NO_WORDS.sub("", address).strip()
    return bare if any(character.isalpha() for character in bare) else _digits(bare).removeprefix("00")


def _digits(text: str) -> str:
    return "".join(re.findall("[0-9]", text))
