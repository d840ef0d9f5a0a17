"""What an account disputes (R22): a message or a line of its ledger, looked up before a ticket names it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cablegram.accounts.access import Principal
from cablegram.billing import summary
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import PostingId
from cablegram.messages import story
from cablegram.runtime.runtime import Runtime
from cablegram.support import tickets
from cablegram.support.model import About, NewFile, Ticket


async def open_ticket(
    rt: Runtime,
    who: Principal,
    *,
    title: str,
    text: str,
    about: tuple[About, UUID] | None = None,
    files: Sequence[NewFile] = (),
) -> Ticket:
    """Open a ticket as `tickets.open_ticket` does, after a look whether what is disputed is the account's own.

    Raises NotFound (`message_not_found`, `posting_not_found`) and what that raises.
    """
    if about is not None:
        await _look_up(rt, who, *about)
    return await tickets.open_ticket(rt, who, title=title, text=text, about=about, files=files)


async def _look_up(rt: Runtime, who: Principal, about: About, about_id: UUID) -> None:
    if about == "message":
        await story.get(rt, who, about_id)
        return
    async with rt.db.connection() as conn:
        if not await summary.lines(conn, who.account_id, [PostingId(about_id)]):
            raise NotFound("posting_not_found", f"The ledger has no line {about_id}.")


def incomplete() -> InvalidInput:
    """Say that a dispute names what it is about with its id, or nothing."""
    message = "A dispute says both: `about`, message or posting, and `about_id`, the id of that."
    return InvalidInput("bad_dispute", message, faults=[Fault("about_id", "bad_dispute", message)])
