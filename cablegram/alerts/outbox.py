"""The operator's look at letters: what waits, what failed and why, one by one; send again, and a test."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import LetterId
from cablegram.mail import outbox
from cablegram.mail.model import Letter, LetterState, MailServer, OutboxCounts, OutboxLine, Posted
from cablegram.mail.post import post
from cablegram.mail.server import sender_of, server_of
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Outbox:
    """How mail does. `server` is its address for people, empty where none is set; `sender` who letters come from."""

    server: str
    sender: str
    standing: MailServer
    counts: OutboxCounts


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter to look at. `is_hidden`: it holds a secret of somebody, and there is a mail server to bring it."""

    letter: Posted
    state: LetterState
    is_hidden: bool


async def look(rt: Runtime, who: Principal) -> Outbox:
    """Return how mail does."""
    who.needs(Scope.OPERATOR)
    server = server_of(rt.settings)
    async with rt.db.connection() as conn:
        standing, counts = await outbox.standing(conn)
    return Outbox(server.name if server else "", sender_of(rt.settings).header, standing, counts)


async def page(
    rt: Runtime, who: Principal, state: LetterState | None = None, *, after: LetterId | None = None, limit: int = 50
) -> list[OutboxLine]:
    """Return letters, newest first; of all states, or of one."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await outbox.page(conn, state, after=after, limit=limit)


async def show(rt: Runtime, who: Principal, letter_id: LetterId) -> Shown:
    """Return a letter. What works once is shown only where no mail server could bring it: then it is the only way.

    Raises NotFound (`letter_not_found`).
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        found = await outbox.read(conn, letter_id)
    if found is None:
        raise _unknown()
    letter, state = found
    return Shown(letter, state, is_hidden=letter.is_emptied and server_of(rt.settings) is not None)


async def send_again(rt: Runtime, who: Principal, letter_id: LetterId) -> None:
    """Have a letter that failed, or waits, tried at once; what was known of its address is forgotten.

    Raises NotFound (`letter_not_found`) where it is sent, is gone, or was emptied.
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        if not await outbox.send_again(conn, letter_id, now=rt.clock.now()):
            raise _unknown()


async def send_test(rt: Runtime, who: Principal, to: str) -> LetterId:
    """Post a letter that says that mail works. Raises InvalidInput (`bad_address`)."""
    who.needs(Scope.OPERATOR)
    now, server = rt.clock.now(), server_of(rt.settings)
    facts = {"by": who.name, "at": now, "server": server.name if server else "-"}
    async with rt.db.transaction() as conn:
        (letter_id,) = await post(conn, [Letter("mail_test", to, "en", facts, user_id=who.user_id)], now=now)
    return letter_id


def _unknown() -> NotFound:
    return NotFound("letter_not_found", "There is no such letter that could still be sent.")
