"""Look at texts that may mean no, and decide: stop, or go on (R62, decision 0024)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import ledger
from cablegram.consent import review
from cablegram.consent.model import Decided, How, NewEntry, Review
from cablegram.evidence.write import door
from cablegram.inbound import store
from cablegram.messages import barring, hold
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Doubted:
    """A text of the review queue, in the person's own words; None where they are kept no longer."""

    review: Review
    text: str | None

    @property
    def id(self) -> UUID:
        """Return the text's id."""
        return self.review.id


async def page(
    rt: Runtime, who: Principal, *, is_open: bool = True, after: UUID | None = None, limit: int = 50
) -> list[Doubted]:
    """Return texts that nobody has looked at, or those that somebody decided; newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        found = await review.page(conn, who.account_id, is_open=is_open, after=after, limit=limit)
        bodies = await store.bodies(conn, who.account_id, [one.id for one in found])
    return [Doubted(one, bodies.get(one.id)) for one in found]


async def count_open(rt: Runtime, who: Principal) -> int:
    """Return how many texts wait for somebody to look at them."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await review.count_open(conn, who.account_id)


async def decide(rt: Runtime, who: Principal, text_id: UUID, verdict: Decided) -> Doubted:
    """Decide about a text: `stop` blacklists its number and withdraws what waits for it, `go_on` frees the number.

    What was kept for the number then goes out, in its hours and while it is valid. A number with other open texts is
    held until they are decided, too; a stop decides all of them.
    Raises NotFound (`review_not_found`), Conflict (`review_decided`) where the text was read as a stop before.
    """
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        if verdict is Decided.STOP:
            asked = await review.get(conn, who.account_id, text_id)
            said = (await store.bodies(conn, who.account_id, [text_id])).get(text_id, "")
            entry = NewEntry(
                who.account_id, asked.number, How.REVIEW, who.name, sender=asked.sender, text_id=text_id, said=said
            )
            # Before the queue's own rows: who receives a text takes what is to be taken in this order, too.
            await barring.bar(conn, who.account_id, [entry], now=now)
        else:
            await hold.lock_numbers(conn, [who.account_id])  # of two who free a number, the later one sees the earlier
        decided = await review.decide(conn, who.account_id, text_id, verdict, by=who.name, via=door(who), now=now)
        if verdict is Decided.GO_ON:
            await hold.free_number(conn, who.account_id, decided.number, now=now)
        bodies = await store.bodies(conn, who.account_id, [text_id])
    return Doubted(decided, bodies.get(text_id))


async def take_back(rt: Runtime, who: Principal, text_id: UUID) -> Doubted:
    """Take back that a text means nothing: it is open again, its number held, and what waits for it kept.

    Raises NotFound (`review_not_found`), Conflict (`review_decided`) where the text was read as a stop.
    """
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        # As when the text came in: nothing that was accepted since somebody freed the number goes out to it.
        await hold.lock_numbers(conn, [who.account_id])
        await ledger.lock_balances(conn, [who.account_id])
        again = await review.take_back(conn, who.account_id, text_id, by=who.name, via=door(who), now=now)
        held = {(who.account_id, again.number)}
        await hold.set_aside_numbers(conn, held, now=now)
        bodies = await store.bodies(conn, who.account_id, [text_id])
    return Doubted(again, bodies.get(text_id))
