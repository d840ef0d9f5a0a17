"""The recorder: one writer that puts on disk what all links of a dispatcher heard, in batches as they come.

Links call it on the event loop and go on. Whatever came while the last transaction ran is the next one. While the
database is away everything waits here: nothing is acknowledged to a carrier before it is on disk, so nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from cablegram.connectors.contract import Arrival, Incoming, Link, Outcome, Receipt, Reply, Result
from cablegram.connectors.learn import learn_answers
from cablegram.connectors.model import IdForm
from cablegram.dispatch import metering, record
from cablegram.dispatch.model import Claimed, Pending, ToldOut, pending
from cablegram.dispatch.record import Answered, told_out
from cablegram.dispatch.unwritten import Unwritten
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import ConnectorId, MessageId, time_of, uuid7
from cablegram.messages.days import still_there
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

_RETRY = 0.5  # seconds between tries while the database is away
_REMEMBERED = 10_000  # messages in question whose late answer is still understood, as many as a session remembers


@dataclass(slots=True)
class Text:
    """A text from a phone; the id is given on arrival, so that recording it twice is recording it once."""

    id: UUID
    connector_id: ConnectorId
    incoming: Incoming
    arrived_at: datetime


class OnTexts(Protocol):
    """Who takes in texts, and opt-outs that providers told when they refused a message."""

    def __call__(self, conn: Conn, texts: Sequence[Text], *, outs: Sequence[ToldOut]) -> Awaitable[None]:
        """Take them in, in the caller's transaction."""
        ...


@dataclass(slots=True)
class _Batch:
    """What came since the last transaction. Of several answers about a message the last one says it all."""

    answered: dict[MessageId, Answered] = field(default_factory=dict[MessageId, Answered])
    receipts: dict[ConnectorId, list[Pending]] = field(default_factory=dict[ConnectorId, list[Pending]])
    replies: list[tuple[ConnectorId, MessageId, Pending]] = field(
        default_factory=list[tuple[ConnectorId, MessageId, Pending]]
    )
    learned: dict[ConnectorId, bool] = field(default_factory=dict[ConnectorId, bool])  # whether it answers questions
    texts: list[Text] = field(default_factory=list[Text])
    acknowledge: list[tuple[Link, Sequence[Arrival]]] = field(default_factory=list[tuple[Link, Sequence[Arrival]]])

    def is_empty(self) -> bool:
        return not (self.has_words() or self.texts or self.acknowledge)

    def has_words(self) -> bool:
        return bool(self.answered or self.receipts or self.replies or self.learned)

    def size(self) -> int:
        heard = sum(len(some) for some in self.receipts.values())
        return len(self.answered) + heard + len(self.replies) + len(self.learned) + len(self.texts)

    def pieces(self) -> Iterator[_Batch]:
        """Cut the batch into things that can fail alone; acknowledging stays with the whole."""
        yield from (_Batch(answered={message_id: one}) for message_id, one in self.answered.items())
        for connector_id, some in self.receipts.items():
            yield from (_Batch(receipts={connector_id: [one]}) for one in some)
        yield from (_Batch(replies=[one]) for one in self.replies)
        yield from (_Batch(learned={connector_id: answers}) for connector_id, answers in self.learned.items())
        yield from (_Batch(texts=[one]) for one in self.texts)

    def describe(self) -> str:
        """Say what this is, for a log line: ids, never texts or numbers."""
        ids = [str(one) for one in (*self.answered, *(text.id for text in self.texts))]
        ids += [str(one) for one in (*(message_id for _, message_id, _ in self.replies), *self.learned)]
        ids += [one.provider_id for some in self.receipts.values() for one in some]
        return ", ".join(ids)


class Recorder:
    """Collects what links hear and writes it down."""

    def __init__(self, rt: Runtime, on_texts: OnTexts) -> None:
        self._rt = rt
        self._on_texts = on_texts
        self._batch = _Batch()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.forms: dict[ConnectorId, IdForm] = {}
        # What was claimed and handed to a link, until its outcome is on disk. What is not in here was never written.
        self.in_flight: dict[MessageId, Claimed] = {}
        self._doubtful: deque[Claimed] = deque()
        self._day: date | None = None  # of the messages claimed last: most receipts are about it

    def take_claimed(self, claimed: Sequence[Claimed], unwritten: Unwritten) -> None:
        """Note messages that go to a link now; call it before their first byte is written."""
        unwritten.add(len(claimed))
        for one in claimed:
            one.unwritten = unwritten
            self.in_flight[one.id] = one
        if claimed:
            self._day = time_of(claimed[-1].id).date()

    def take_results(self, results: Sequence[Result]) -> None:
        """Note what became of messages in flight."""
        for result in results:
            claimed = self.in_flight.get(result.id)
            # Of a message that is on the wire a second time, the answer to the first has come too late.
            if claimed and (result.outgoing is None or result.outgoing is claimed.outgoing):
                self._batch.answered[result.id] = Answered(result, claimed)
        self._stir()

    def take_arrivals(self, link: Link, arrivals: Sequence[Arrival]) -> None:
        """Note receipts and texts; the carrier hears of it when they are on disk."""
        now = self._rt.clock.now()
        for arrival in arrivals:
            match arrival.content:
                case Receipt() as receipt:
                    self._batch.receipts.setdefault(link.connector_id, []).append(pending(receipt, now))
                case Incoming() as incoming:
                    self._batch.texts.append(Text(uuid7(), link.connector_id, incoming, now))
                case None:
                    self._rt.log.warning("unreadable receipt was dropped", connector=str(link.connector_id))
        self._batch.acknowledge.append((link, arrivals))
        self._stir()

    def take_replies(self, connector_id: ConnectorId, replies: Sequence[Reply], *, learned: bool | None) -> None:
        """Note what came of questions, and whether the carrier answers such, where that is news."""
        now = self._rt.clock.now()
        self._batch.replies += [(connector_id, one.question.id, _reply(one, now)) for one in replies]
        if learned is not None:
            self._batch.learned[connector_id] = learned
        self._stir()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._batch = self._batch, _Batch()
            reach("recorder.taken")
            await self._write_until_done(batch)
            if batch.acknowledge:
                reach("recorder.written")
            for link, arrivals in batch.acknowledge:
                link.acknowledge(arrivals)
            if batch.acknowledge:
                reach("recorder.acknowledged")
            if self._batch.is_empty():
                self._idle.set()

    async def finish(self, timeout: float) -> None:
        """Wait until everything noted so far is written, at most `timeout` seconds."""
        async with asyncio.timeout(timeout):
            await self._idle.wait()

    def _stir(self) -> None:
        self._idle.clear()
        self._wake.set()

    async def _write_until_done(self, batch: _Batch) -> None:
        while True:
            try:
                await self._write(batch)
            except Unavailable as error:
                self._rt.log.warning("recording waits for the database", error=error.message)
                await asyncio.sleep(_RETRY)
            except Exception:
                if batch.size() > 1:
                    for piece in batch.pieces():
                        await self._write_until_done(piece)
                else:
                    # One thing alone that can't be written: it is said aloud, and stops nothing else. A message stays
                    # known as in flight, so that nobody takes it for one that was never written.
                    self._rt.log.exception("could not be recorded", what=batch.describe())
                    _give_room(batch.answered.values())
                return
            else:
                self._forget(batch.answered.values())
                return

    async def _write(self, batch: _Batch) -> None:
        now, clock = self._rt.clock.now(), self._rt.clock.monotonic
        # Before the refusals that told of them: after a death between the two, nobody would tell of them again.
        await self._hear(batch, told_out(batch.answered.values(), now))
        began = clock()
        if batch.has_words():
            async with self._rt.db.transaction() as conn:
                await record.results(conn, list(batch.answered.values()), now=now)
                reach("results.recorded")
                for connector_id, receipts in batch.receipts.items():
                    form = self.forms.get(connector_id, IdForm.UNKNOWN)
                    day = still_there(self._day, now)
                    await record.receipts(conn, connector_id, receipts, form=form, now=now, day=day)
                if batch.replies:
                    await record.replies(conn, [one[1:] for one in batch.replies], now=now)
                for connector_id, answers in batch.learned.items():
                    await learn_answers(conn, connector_id, answers=answers)
                reach("recorder.recorded")
            reach("recorder.committed")
        recorded = clock()
        if batch.texts:
            # On their own: refunds and what a text costs would lock balances in two orders otherwise.
            async with self._rt.db.transaction() as conn:
                await self._on_texts(conn, batch.texts, outs=())
                reach("recorder.texts_recorded")
            metering.note_texts(self._rt, [text.connector_id for text in batch.texts], seconds=clock() - recorded)
        if batch.answered or batch.receipts:
            # After the texts: if those fail, all of it is written and counted once more.
            seconds = recorded - began
            metering.note_recorded(self._rt, batch.answered.values(), batch.receipts, seconds=seconds)
        if batch.replies:
            said = [(connector_id, word.outcome) for connector_id, _, word in batch.replies]
            metering.note_replies(self._rt, said, seconds=recorded - began)

    async def _hear(self, batch: _Batch, outs: Sequence[ToldOut]) -> None:
        """Take in opt-outs, on their own as texts; one that can't be must not keep its refusal from being written."""
        if not outs:
            return
        try:
            async with self._rt.db.transaction() as conn:
                await self._on_texts(conn, (), outs=outs)
        except Unavailable:
            raise
        except Exception:
            if batch.size() > 1:
                raise
            self._rt.log.exception("an opt-out could not be recorded", what=batch.describe())

    def _forget(self, answered: Collection[Answered]) -> None:
        """Drop what is settled. What is in question stays known for a while, since an answer may still come."""
        _give_room(answered)
        for one in answered:
            if not one.result.is_complete:
                self._doubtful.append(one.claimed)
            else:
                self._drop(one.claimed)
        while len(self._doubtful) > _REMEMBERED:
            self._drop(self._doubtful.popleft())

    def _drop(self, claimed: Claimed) -> None:
        # A message that went back to the queue may be in flight again already, by another claim.
        if self.in_flight.get(claimed.id) is claimed:
            del self.in_flight[claimed.id]


def _give_room(answered: Iterable[Answered]) -> None:
    for one in answered:
        claimed = one.claimed
        if claimed.unwritten:  # else an answer was written before, which left it in question
            claimed.unwritten.drop()
            claimed.unwritten = None


def _reply(reply: Reply, now: datetime) -> Pending:
    """Return a reply as a receipt; one that says nothing of the message is only told in its story."""
    if reply.receipt:
        return pending(reply.receipt, now)
    question = reply.question
    return Pending(
        None,
        question.provider_id,
        Outcome.ON_ITS_WAY,
        "",
        question.source,
        question.number,
        "",
        now,
        reply.words,
    )
