"""The review queue: texts that may mean no, each read by a person; until then their number gets nothing (R62, 0024).

The deeds stand where the texts are and where what waits is withdrawn: `inbound/reviewing.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cablegram.consent import ledger, store
from cablegram.consent.model import Decided, NewReview, Review
from cablegram.events.model import Event
from cablegram.events.model import Kind as News
from cablegram.events.record import record
from cablegram.evidence import write as evidence
from cablegram.evidence.model import Kind
from cablegram.kit.errors import Conflict, NotFound
from cablegram.kit.ids import AccountId
from cablegram.runtime.database import Conn


async def hold(conn: Conn, new: Sequence[NewReview], *, now: datetime) -> None:
    """Put texts into the queue, and hold their numbers by it; a text that is there already is no news.

    The caller holds the accounts' balances, as whoever adds to the blacklist.
    """
    if not new:
        return
    fresh = await store.open_reviews(conn, new, now=now)
    news = [
        Event(
            News.REVIEW_OPENED,
            one.account_id,
            one.text_id,
            {"number": one.number, "doubt": one.reading.doubt.name.lower()},
        )
        for one in new
        if one.text_id in fresh
    ]
    await record(conn, news, now=now)
    await evidence.record(conn, [ledger.doubted(one, now=now) for one in new if one.text_id in fresh], now=now)


async def page(
    conn: Conn, account_id: AccountId, *, is_open: bool = True, after: UUID | None = None, limit: int = 50
) -> list[Review]:
    """Return texts that nobody has looked at, or those that somebody decided; newest first."""
    return await store.page_of_reviews(conn, account_id, after, is_open=is_open, limit=limit)


async def count_open(conn: Conn, account_id: AccountId) -> int:
    """Return how many texts nobody has looked at."""
    return await store.count_open_reviews(conn, account_id)


async def get(conn: Conn, account_id: AccountId, text_id: UUID) -> Review:
    """Return a text of the queue. Raises NotFound (`review_not_found`)."""
    return _there(await store.get_review(conn, account_id, text_id), text_id)


async def decide(
    conn: Conn, account_id: AccountId, text_id: UUID, verdict: Decided, *, by: str, via: str, now: datetime
) -> Review:
    """Write down what somebody made of a text; `stop` is said of all open texts of its number.

    Deciding the same again changes nothing. Raises NotFound (`review_not_found`), Conflict (`review_decided`) where the
    text was a stop: what it did is undone at the blacklist. `via` is the way by which it was told (`evidence.door`).
    """
    held = _there(await store.hold_review(conn, account_id, text_id), text_id)
    if held.verdict is verdict:
        return held
    if held.verdict is Decided.STOP:
        raise _was_a_stop(held)
    number = held.number if verdict is Decided.STOP else None
    which = await store.decide_reviews(conn, account_id, text_id, number=number, verdict=verdict, by=by, now=now)
    await _tell(conn, account_id, which, held.number, verdict=verdict.value, by=by, now=now)
    if verdict is Decided.GO_ON:
        await evidence.record(conn, [ledger.read(account_id, held, Kind.CLEARED, via=via, by=by, now=now)], now=now)
    return await get(conn, account_id, text_id)


async def take_back(conn: Conn, account_id: AccountId, text_id: UUID, *, by: str, via: str, now: datetime) -> Review:
    """Take back that somebody may be written to: the text is open again, its number held.

    Raises NotFound (`review_not_found`), Conflict (`review_decided`) as `decide`.
    """
    held = _there(await store.hold_review(conn, account_id, text_id), text_id)
    if held.verdict is Decided.STOP:
        raise _was_a_stop(held)
    if held.verdict is Decided.GO_ON:
        await store.reopen_review(conn, account_id, text_id)
        await _tell(conn, account_id, [text_id], held.number, verdict="undecided", by=by, now=now)
        await evidence.record(conn, [ledger.read(account_id, held, Kind.DOUBTED, via=via, by=by, now=now)], now=now)
    return await get(conn, account_id, text_id)


async def _tell(
    conn: Conn,
    account_id: AccountId,
    texts: Sequence[UUID],
    number: str,
    *,
    verdict: str,
    by: str,
    now: datetime,
) -> None:
    facts = {"number": number, "verdict": verdict, "by": by}
    await record(conn, [Event(News.REVIEW_DECIDED, account_id, one, facts) for one in texts], now=now)


def _there(found: Review | None, text_id: UUID) -> Review:
    if found is None:
        raise NotFound("review_not_found", f"There is no text {text_id} in the account's review queue.")
    return found


def _was_a_stop(review: Review) -> Conflict:
    message = (
        f"{review.decided_by} read this text as a stop, and +{review.number} is on the blacklist since. "
        "Take the number off the blacklist, if the person asks for it."
    )
    return Conflict("review_decided", message)
