"""What an account disputes (R22): a message or a line of its ledger, looked up before a ticket names it.

A dispute can end in a bonus: what was charged, or another amount, with a word to the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import bonus, summary
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import PostingId
from cablegram.messages import story
from cablegram.runtime.runtime import Runtime
from cablegram.support import tickets
from cablegram.support.model import About, NewFile, Talk, Ticket


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


async def disputed_credits(rt: Runtime, who: Principal, ticket: Ticket) -> int | None:
    """Return the micro-credits that a disputed message cost, or a disputed line took; None where that is nothing."""
    who.needs(Scope.OPERATOR)
    if ticket.about_id is None:
        return None
    if ticket.about == "message":
        try:
            message = await story.get(rt, replace(who, account_id=ticket.account_id), ticket.about_id)
        except NotFound:  # erased since, with its person
            return None
        return message.price or None
    async with rt.db.connection() as conn:
        lines = await summary.lines(conn, ticket.account_id, [PostingId(ticket.about_id)])
    return next((-one.amount for one in lines if one.amount < 0), None)


async def put_right(rt: Runtime, who: Principal, ticket_id: UUID, *, amount: int, text: str, key: str | None) -> Talk:
    """Give the account of a ticket a bonus (micro-credits), say so in the ticket, and close it; as the operator.

    All of that happens or nothing does, and of two operators at once one finds the ticket closed. The same `key` again
    gives nothing again. Raises NotFound (`ticket_not_found`), Conflict (`ticket_closed`, `ticket_full`), InvalidInput
    (`bad_text`, `bad_amount`, `idempotency_key_reused`).
    """
    who.needs(Scope.OPERATOR)
    async with rt.db.transaction() as conn:
        ticket = await tickets.hold(conn, who, ticket_id)
        if ticket.state == "closed":
            raise Conflict("ticket_closed", "The ticket is closed. Open it again to give something for it.")
        reason = f"for ticket: {ticket.title}"[: bonus.LONGEST_REASON]
        own_key = f"ticket {ticket.id} {key}" if key else None
        await bonus.give_in(conn, who, ticket.account_id, amount=amount, reason=reason, key=own_key, now=rt.clock.now())
        await tickets.go_on(conn, rt, who, ticket.id, text=text, files=[], close=True)
    return await tickets.show(rt, who, ticket_id)


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
