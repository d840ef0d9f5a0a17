"""The desk where requests are handed in: natural batching, one commit for many.

There is one writer. Whatever arrives while a transaction runs is the next batch: alone on a quiet system, hundreds at
once on a busy one. A request holds one future; nothing here is per message. A batch that fails is halved and tried
again, so that one request's fault breaks no other's.

A database that hangs holds the writer, but not those who wait: after a while they are told, and nobody new is taken
until the writer is free again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cablegram.billing.prices import Prices
from cablegram.kit.errors import CablegramError, Unavailable
from cablegram.kit.ids import AccountId
from cablegram.messages import compose, idempotency, refused, submit
from cablegram.messages.accept import accept
from cablegram.messages.model import Answer, Draft, Key, Refusal
from cablegram.messages.submit import Wish
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

_LARGEST_FLUSH = 4_000  # messages: a few milliseconds of work, so that nobody waits long behind a large batch
_LITTLE = 150  # messages: so few go in along with the commit, and what a flush costs is mostly that it is one
_TURNS = 40  # of the event loop: less than half a millisecond when nothing happens in them
_LARGEST_BACKLOG = 100_000  # messages: about 80 MB; beyond it clients are asked to come back
_PATIENCE = 1.5  # times the database's: that finds out first whether anything was done, where it can be found out


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


class Desk:
    """Takes parcels, answers them when their transaction is on disk."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._prices = Prices()
        self._waiting: deque[tuple[Parcel, asyncio.Future[Answer]]] = deque()
        self._backlog = 0
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._is_writing = False
        self._is_stuck = False
        self._is_closed = False

    def open(self) -> None:
        """Start the writer."""
        self._writer = asyncio.create_task(self._write())

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is being written at this moment."""
        return not self._is_writing

    async def close(self) -> None:
        """Finish what is being written, and tell who still waits, or comes now, to come back."""
        self._is_closed = True
        self._send_away(_closed())
        self._wake.set()
        if self._writer:
            await self._writer

    def need_room(self, messages: int = 1) -> None:
        """Raise Unavailable (`too_busy`, `database_unreachable`, `shutting_down`) unless so many can be handed in."""
        if self._is_closed:
            raise _closed()
        if self._is_stuck:
            raise _stuck()
        if self._backlog + messages > _LARGEST_BACKLOG:
            message = "More messages are waiting to be accepted than this server takes at once. Try again in a moment."
            raise Unavailable("too_busy", message)

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
            parcel.drafts = submit.write(parcel.account_id, parcel.asked, {}, default_country=parcel.default_country)
            _bar_pictures(parcel)
            compose.judge(parcel.drafts)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, future))
        self._backlog += len(parcel.asked)
        self._wake.set()
        return future

    async def _write(self) -> None:
        while not self._is_closed:
            await self._wake.wait()
            self._wake.clear()
            while batch := self._take():
                self._is_writing = True
                await self._flush_in_time(batch)
                await self._gather(len(self._waiting) + len(batch))
            self._is_writing = False

    async def _gather(self, expected: int) -> None:
        """Give those who were just answered a moment to come back, if others wait already and all ask for little.

        Clients on kept connections ask again as soon as they are answered. They would miss this flush by a hair and
        make up the next one, so that for ever half of them would wait for the other half, and each commit hold half.
        """
        for _ in range(_TURNS):
            if not 0 < len(self._waiting) < expected or self._backlog > _LITTLE:
                return
            await asyncio.sleep(0)

    async def _flush_in_time(self, batch: list[tuple[Parcel, asyncio.Future[Answer]]]) -> None:
        """Flush, and leave nobody waiting for much longer than the database's patience."""
        loop, patience = asyncio.get_running_loop(), self._rt.db.patience
        began = loop.time()
        timer = loop.call_later(_PATIENCE * patience, self._lose_patience, batch)
        is_done = await self._flush(batch)
        timer.cancel()
        self._is_stuck = False
        if not is_done and loop.time() - began > patience / 2:
            self._send_away(_stuck())  # they have waited as long, and would wait once more

    def _lose_patience(self, batch: list[tuple[Parcel, asyncio.Future[Answer]]]) -> None:
        """Tell all who wait that it hangs. Its work goes on: whether it will be done, nobody can say."""
        self._is_stuck = True
        self._rt.log.warning("the database hangs; requests are turned away", requests=len(batch) + len(self._waiting))
        message = "The database has begun with it and does not come to an end; nobody can say yet whether it is done."
        _tell(batch, Unavailable("outcome_unknown", message, retry_after=5))
        self._send_away(_stuck())

    def _send_away(self, error: Unavailable) -> None:
        """Tell those who wait, of whom nothing was begun."""
        waiting, self._waiting = self._waiting, deque()
        self._backlog = 0
        _tell(waiting, error)

    def _take(self) -> list[tuple[Parcel, asyncio.Future[Answer]]]:
        batch: list[tuple[Parcel, asyncio.Future[Answer]]] = []
        messages = 0
        while self._waiting and (not batch or messages + len(self._waiting[0][0].asked) <= _LARGEST_FLUSH):
            parcel, future = self._waiting.popleft()
            self._backlog -= len(parcel.asked)
            if future.done():  # the client went away while it waited: nothing was done for it
                continue
            messages += len(parcel.asked)
            batch.append((parcel, future))
        return batch

    async def _flush(self, batch: list[tuple[Parcel, asyncio.Future[Answer]]]) -> bool:
        """Accept a batch in one transaction, or its halves; return whether the database was there to do so."""
        reach("desk.taken")
        began = self._rt.clock.monotonic()
        try:
            async with self._rt.db.transaction() as conn:
                answers = await self._accept(conn, [parcel for parcel, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the request that caused it
            return await self._halve(batch, error)
        reach("desk.committed")
        self._note([parcel for parcel, _ in batch], began)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Answer):
                future.set_result(answer)
            else:
                future.set_exception(answer)
        reach("desk.answered")
        return True

    def _note(self, parcels: Sequence[Parcel], began: float) -> None:
        """Say what was committed just now, in one line for all requests of the flush."""
        seconds = self._rt.clock.monotonic() - began
        asked = sum(len(parcel.asked) for parcel in parcels)
        self._rt.meters.took("accept", seconds, messages=asked)
        self._rt.log.info("requests committed", requests=len(parcels), messages=asked, ms=round(seconds * 1000, 1))

    async def _halve(self, batch: list[tuple[Parcel, asyncio.Future[Answer]]], error: Exception) -> bool:
        # The database being away is everybody's error: halving would only ask it again and again.
        if len(batch) == 1 or isinstance(error, Unavailable):
            _tell(batch, error)
            return not isinstance(error, Unavailable)
        self._rt.log.warning("flush failed and was halved", requests=len(batch), error=repr(error))
        for parcel, _ in batch:
            parcel.drafts = []  # they bear verdicts of the transaction that failed
        middle = len(batch) // 2
        is_first_done = await self._flush(batch[:middle])
        return await self._flush(batch[middle:]) and is_first_done

    async def _accept(self, conn: Conn, parcels: list[Parcel]) -> list[Answer | CablegramError]:
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
                    conn, parcel.account_id, parcel.asked, default_country=parcel.default_country
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


def _tell(them: Iterable[tuple[Parcel, asyncio.Future[Answer]]], error: Exception) -> None:
    for _, future in them:
        if not future.done():
            future.set_exception(error)


def _write_answers(parcels: Iterable[Parcel]) -> None:
    for parcel in parcels:
        if parcel.answer is None:
            parcel.answer = parcel.write_answer(parcel.drafts)


def _closed() -> Unavailable:
    return Unavailable("shutting_down", "The server is going down. Nothing was done.")


def _stuck() -> Unavailable:
    message = "The database hangs. Nothing was done; try again in a moment."
    return Unavailable("database_unreachable", message, retry_after=5)


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
