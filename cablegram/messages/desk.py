"""The desk where requests are handed in: one commit for all that came in while the last one ran (`GroupCommit`).

A request holds one future; nothing here is per message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cablegram.billing.prices import Prices
from cablegram.kit.errors import CablegramError
from cablegram.kit.ids import AccountId
from cablegram.links import codes
from cablegram.messages import compose, idempotency, refused, submit
from cablegram.messages.accept import accept
from cablegram.messages.model import Answer, Draft, Key, Refusal
from cablegram.messages.submit import Wish
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.runtime.group_commit import GroupCommit

_LARGEST_FLUSH = 4_000  # messages: a few milliseconds of work, so that nobody waits long behind a large batch
_LITTLE = 150  # messages: so few go in along with the commit, and what a flush costs is mostly that it is one


@dataclass(slots=True)
class Parcel:
    """One request: what it asks for, how to write its answer, and its idempotency key if it has one.

    `media` says what stands against each picture that it has (`media.Media.check`): the desk fetches nothing.
    """

    account_id: AccountId
    default_country: str | None
    asked: Sequence[Wish]
    write_answer: Callable[[Sequence[Draft]], Answer]
    key: Key | None = None
    endpoint: str = ""  # where it was handed in: method and path
    media: Mapping[str, Refusal | None] = field(default_factory=dict[str, Refusal | None])
    drafts: list[Draft] = field(default_factory=list[Draft])
    answer: Answer | None = None


class Desk(GroupCommit[Parcel, Answer]):
    """Takes parcels, answers them when their transaction is on disk."""

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt, most=_LARGEST_FLUSH, little=_LITTLE)
        self._prices = Prices()
        self._shortener = codes.shortener(rt.settings)

    async def hand_in(self, parcel: Parcel) -> Answer:
        """Return the answer once it is durable.

        Raises Unavailable (`too_busy`, `database_unreachable`, `outcome_unknown`), InvalidInput
        (`idempotency_key_reused`), NotFound (`template_not_found`).
        """
        return await self.leave(parcel)

    def leave(self, parcel: Parcel) -> asyncio.Future[Answer]:
        """Hand in, and wait elsewhere: the future ends as `hand_in` does. Raises Unavailable if there is no room."""
        self.need_room(len(parcel.asked))
        # What takes no database is done here, while the writer waits for its own.
        if not submit.templates_wanted(parcel.asked):
            parcel.drafts = submit.write(
                parcel.account_id,
                parcel.asked,
                {},
                default_country=parcel.default_country,
                shortener=self._shortener,
            )
            _bar_pictures(parcel)
            compose.judge(parcel.drafts)
        return self.put(parcel)

    def size(self, parcel: Parcel) -> int:
        """Return how many messages a request asks for."""
        return len(parcel.asked)

    def undo(self, parcel: Parcel) -> None:
        """Forget drafts: they bear verdicts of the transaction that failed."""
        parcel.drafts = []

    def on_taken(self) -> None:
        """Pass the point before the transaction."""
        reach("desk.taken")

    def on_committed(self, parcels: Sequence[Parcel], seconds: float) -> None:
        """Say what was committed just now, in one line for all requests of the flush."""
        reach("desk.committed")
        asked = sum(len(parcel.asked) for parcel in parcels)
        self._rt.meters.took("accept", seconds, messages=asked)
        self._rt.log.info("requests committed", requests=len(parcels), messages=asked, ms=round(seconds * 1000, 1))

    def on_answered(self) -> None:
        """Pass the point behind the answers."""
        reach("desk.answered")

    async def write(self, conn: Conn, parcels: list[Parcel]) -> list[Answer | CablegramError]:
        """Accept the messages of requests, each under its idempotency key; one that is known gets its first answer."""
        now = self._rt.clock.now()
        conn.keep_plans()
        verdicts = await idempotency.begin(conn, [(one.account_id, one.key) for one in parcels], now=now)
        reach("desk.keys_claimed")
        fresh = [
            parcel for parcel, verdict in zip(parcels, verdicts, strict=True) if isinstance(verdict, idempotency.Fresh)
        ]
        for parcel in fresh:
            parcel.answer = None
            if not parcel.drafts:
                parcel.drafts = await submit.drafts(
                    conn,
                    parcel.account_id,
                    parcel.asked,
                    default_country=parcel.default_country,
                    shortener=self._shortener,
                )
                _bar_pictures(parcel)
        everything = [draft for parcel in fresh for draft in parcel.drafts]
        if everything:
            await accept(conn, everything, prices=self._prices, now=now, meanwhile=lambda: _write_answers(fresh))
            reach("desk.accepted")
        _write_answers(fresh)
        refused.note(conn, [(parcel.endpoint, parcel.drafts) for parcel in fresh], now=now)
        idempotency.end(conn, [(one.account_id, one.key, one.answer) for one in fresh if one.key and one.answer])
        reach("desk.keys_answered")
        return [_answer(place, parcels, verdicts) for place in range(len(parcels))]


def _bar_pictures(parcel: Parcel) -> None:
    """Refuse messages whose picture can't be sent."""
    for draft in parcel.drafts:
        if draft.media_url is not None and draft.refusal is None:
            draft.refusal = parcel.media[draft.media_url]


def _write_answers(parcels: Iterable[Parcel]) -> None:
    for parcel in parcels:
        if parcel.answer is None:
            parcel.answer = parcel.write_answer(parcel.drafts)


def _answer(place: int, parcels: Sequence[Parcel], verdicts: Sequence[idempotency.Verdict]) -> Answer | CablegramError:
    match verdicts[place]:
        case idempotency.Fresh():
            answer = parcels[place].answer
            if answer is None:
                raise RuntimeError("a fresh request was not answered")
            return answer
        case idempotency.Follows(first):
            found = _answer(first, parcels, verdicts)
            return replace(found, is_replay=True) if isinstance(found, Answer) else found
        case found:
            return found
