"""The carrier: takes messages, decides their fate, tells phones and clients of it.

Everything happens in batches: one read of a socket is one call of `requested`, all answers due within a millisecond
are one write. Of a message nothing is kept but what is still to happen, and of the last few thousand their state.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from typing import Final, TypeVar

from cablegram.kit.clock import Clock
from cablegram.simulators import wire
from cablegram.simulators.fate import Fate, write_id
from cablegram.simulators.handset import Handsets, Text, plain
from cablegram.simulators.journal import Entry, Journal
from cablegram.simulators.judge import Judge, Judgement
from cablegram.simulators.link import CarrierLink
from cablegram.simulators.mailbox import Delivery, Mailbox
from cablegram.simulators.options import CarrierOptions
from cablegram.simulators.scripts import Answer, Script
from cablegram.simulators.timetable import Timetable
from cablegram.simulators.wire import Report
from cablegram.smpp import commands, pdu, receipt, times
from cablegram.smpp.binding import GenericNack
from cablegram.smpp.events import BindAsked
from cablegram.smpp.pdu import DataSm, Pdu, SubmitSm
from cablegram.smpp.receipt import State
from cablegram.smpp.status import (
    ESME_RCANCELFAIL,
    ESME_RINVCMDID,
    ESME_RINVPASWD,
    ESME_ROK,
    ESME_RQUERYFAIL,
    ESME_RUNKNOWNERR,
)

V = TypeVar("V")

_MOST_REMEMBERED: Final = 10_000
_MOST_REFUSALS: Final = 20
_AFTER_RECEIPT: Final = 0.1
"""How long the answer stays behind when the receipt comes first, in seconds."""


@dataclass(slots=True)
class Stats:
    """What happened since the start."""

    submits: int = 0
    taken: int = 0
    refused: int = 0
    receipts: int = 0
    receipts_acknowledged: int = 0
    replies: int = 0
    replies_acknowledged: int = 0
    given_up: int = 0


@dataclass(slots=True)
class _Taken:
    """A message on its way to a phone; `step` counts the states it has reached."""

    message: SubmitSm | DataSm
    system_id: str
    script: Script
    fate: Fate
    receipt_id: str
    at: datetime
    state: State = State.ENROUTE
    done_at: datetime | None = None
    step: int = 0


@dataclass(slots=True)
class _Due:
    """An answer that is to be written."""

    link: CarrierLink
    answer: Answer
    response: Pdu


class Carrier:
    """What all links share. `clock` is for what people read; the loop's time is for delays."""

    def __init__(self, options: CarrierOptions, *, clock: Clock, journal: Journal | None) -> None:
        self.options = options
        self.phones = Handsets(options.handsets)
        self.links: set[CarrierLink] = set()
        self.stats = Stats()
        self._deserted = asyncio.Event()
        self._deserted.set()
        self._clock = clock
        self._journal = journal
        self._loop = asyncio.get_running_loop()
        self._judge = Judge(options, chosen=self.phones.chosen)
        # Ids go on where no earlier start has been: the time in microseconds rises faster than messages come.
        first = options.first_id if options.first_id is not None else int(clock.now().timestamp() * 1_000_000)
        self._ids = count(first)
        self._id_forms = options.ids.forms
        self._references = count(1)
        self._mailboxes: defaultdict[str, Mailbox] = defaultdict(Mailbox)
        self._unclaimed = Mailbox()
        self._senders: OrderedDict[str, str] = OrderedDict()
        self._recent: OrderedDict[str, _Taken] = OrderedDict()
        self._answers: Timetable[_Due] = Timetable(self._answer)
        self._steps: Timetable[_Taken] = Timetable(self._step)
        self._retries: Timetable[tuple[Mailbox, Delivery]] = Timetable(self._retry)

    # --- what links tell ---

    def connected(self, link: CarrierLink) -> None:
        """Note a new connection."""
        self.links.add(link)
        self._deserted.clear()

    def bind_asked(self, link: CarrierLink, asked: BindAsked) -> None:
        """Let anybody bind, unless told otherwise."""
        if self.options.refuse_bind:
            link.refuse(asked, self.options.refuse_bind)
        elif self.options.password and asked.request.password != self.options.password:
            link.refuse(asked, ESME_RINVPASWD)
        else:
            link.accept(asked, self.options.system_id)
            if link.is_receiver:
                mailbox = self._mailboxes[link.system_id]
                mailbox.receivers.append(link)
                mailbox.put(self._unclaimed.take_all())
                mailbox.flush()

    def requested(self, link: CarrierLink, requests: list[Pdu]) -> None:
        """Take what came in one read. The journal has it before the first answer is written."""
        entries: list[Entry] = []
        at = self._clock.now()
        for request in requests:
            match request:
                case SubmitSm() | DataSm():
                    entries.append(self._submit(link, request, at))
                case pdu.QuerySm():
                    link.respond([self._query(request)])
                case pdu.CancelSm():
                    link.respond([self._cancel(request)])
                case pdu.ReplaceSm():
                    link.respond([pdu.ReplaceSmResp(ESME_RINVCMDID, request.sequence)])
                case _:  # submit_multi is all that a client may ask otherwise
                    refusal = pdu.Other(
                        commands.SUBMIT_MULTI | commands.RESPONSE, b"", ESME_RINVCMDID, request.sequence
                    )
                    link.respond([refusal])
        if self._journal is not None and entries:
            self._journal.write(entries)

    def answered(self, link: CarrierLink, answers: list[tuple[Delivery, int, str]]) -> None:
        """Forget what was acknowledged; try again later what was refused."""
        mailbox = self._mailboxes[link.system_id]
        for delivery, status, _ in answers:
            if status == ESME_ROK:
                self._acknowledged(delivery)
            elif delivery.refusals < _MOST_REFUSALS:
                delivery.refusals += 1
                self._retries.put(self.options.retry_after, (mailbox, delivery))
            else:
                self.stats.given_up += 1
        mailbox.flush()

    def unanswered(self, link: CarrierLink, deliveries: list[Delivery]) -> None:
        """Deliver again what got no answer in time."""
        mailbox = self._mailboxes[link.system_id]
        mailbox.put_back(deliveries)
        mailbox.flush()

    def disconnected(self, link: CarrierLink, deliveries: list[Delivery]) -> None:
        """Deliver again, to whoever is bound next, what was in flight."""
        self.links.discard(link)
        if not self.links:
            self._deserted.set()
        mailbox = self._mailboxes[link.system_id]
        if link in mailbox.receivers:
            mailbox.receivers.remove(link)
        mailbox.put_back(deliveries)
        mailbox.flush()

    # --- what others ask ---

    def reply(self, number: str, to: str, text: str) -> Text:
        """Send a text from a phone to a sender; it waits until a receiver is bound and takes it.

        Raises InvalidInput: `text_too_long`, `bad_character`.
        """
        messages = wire.write_reply(plain(number), to, text, reference=next(self._references))
        sent = self.phones.send(plain(number), to, text, parts=len(messages), at=self._clock.now())
        self.stats.replies += 1
        mailbox = self._home(to)
        mailbox.put(Delivery(message, sent) for message in messages)
        mailbox.flush()
        return sent

    def counts(self) -> dict[str, int]:
        """Return what happened, and what is still to happen, by name."""
        boxes = [self._unclaimed, *self._mailboxes.values()]
        return asdict(self.stats) | {
            "links": len(self.links),
            "handsets": len(self.phones),
            "on_their_way": len(self._steps),
            "waiting": sum(map(len, boxes)) + len(self._retries),
            "dropped": sum(box.dropped for box in boxes),
        }

    def stop(self) -> None:
        """Let nothing more happen, and say good-bye to everybody."""
        for timetable in (self._answers, self._steps, self._retries):
            timetable.clear()
        for link in tuple(self.links):
            link.unbind()

    async def deserted(self) -> None:
        """Wait until nobody is connected."""
        await self._deserted.wait()

    # --- one message ---

    def _submit(self, link: CarrierLink, message: SubmitSm | DataSm, at: datetime) -> Entry:
        self.stats.submits += 1
        number = message.destination_addr
        judged = self._judge.judge(link.system_id, number, open_requests=link.open_requests, now=self._loop.time())
        message_id = ""
        if judged.is_taken:
            message_id = self._take(link.system_id, message, judged, at=at)
        elif judged.status:
            self.stats.refused += 1
        kind = pdu.SubmitSmResp if isinstance(message, SubmitSm) else pdu.DataSmResp
        self._answer_later(link, judged, kind(message_id, judged.status, message.sequence))
        return Entry(at, link.system_id, message, message_id, judged.status, judged.is_taken)

    def _take(self, system_id: str, message: SubmitSm | DataSm, judged: Judgement, *, at: datetime) -> str:
        """Take a message into the carrier's care; return the id that the client is told."""
        self.stats.taken += 1
        script, fate = judged.script, judged.fate
        number = next(self._ids)
        message_id = write_id(number, script.response_id or self._id_forms[0])
        receipt_id = write_id(number, script.receipt_id or self._id_forms[1])
        taken = _Taken(message, system_id, script, fate, receipt_id, at)
        _remember(self._senders, message.source_addr, system_id)
        _remember(self._recent, message_id, taken)
        if script.states:
            delay = self.options.late if script.is_late else fate.receipt_delay
            self._steps.put(0.0 if script.answer is Answer.AFTER_RECEIPT else delay, taken)
        return message_id

    def _answer_later(self, link: CarrierLink, judged: Judgement, response: Pdu) -> None:
        answer = judged.script.answer if judged.status == ESME_ROK else Answer.USUAL
        delay = judged.fate.response_delay
        match answer:
            case Answer.NEVER:
                return
            case Answer.LATE:
                delay = self.options.late
            case Answer.AFTER_RECEIPT:
                delay += _AFTER_RECEIPT
            case _:
                pass
        link.open_requests += 1
        self._answers.put(delay, _Due(link, answer, response))

    def _answer(self, due: list[_Due]) -> None:
        """Write the answers that are due, those for one link together."""
        responses: defaultdict[CarrierLink, list[Pdu]] = defaultdict(list)
        for each in due:
            each.link.open_requests -= 1
            match each.answer:
                case Answer.NACK:
                    responses[each.link].append(GenericNack(ESME_RUNKNOWNERR, each.response.sequence))
                case Answer.GARBAGE:
                    each.link.write_garbage()
                case Answer.HANG_UP:
                    each.link.hang_up()
                case _:
                    responses[each.link].append(each.response)
        for link, answers in responses.items():
            link.respond(answers)

    def _step(self, due: list[_Taken]) -> None:
        """Let messages reach their next state, and report it."""
        now = self._clock.now()
        reports: defaultdict[str, list[Delivery]] = defaultdict(list)
        for taken in due:
            if taken.state is State.DELETED:
                continue
            taken.state, taken.done_at = taken.script.states[taken.step], now
            taken.step += 1
            if wire.wants_receipt(taken.message, taken.state):
                reports[taken.system_id].append(Delivery(_receipt(taken, now)))
            if taken.step < len(taken.script.states):
                self._steps.put(taken.fate.receipt_delay, taken)
            if taken.state is State.DELIVERED and State.DELIVERED not in taken.script.states[: taken.step - 1]:
                self._arrive(taken, now)
        for system_id, deliveries in reports.items():
            self.stats.receipts += len(deliveries)
            self._mailboxes[system_id].put(deliveries)
            self._mailboxes[system_id].flush()

    def _arrive(self, taken: _Taken, now: datetime) -> None:
        text = self.phones.receive(wire.read_part(taken.message), now)
        if text is not None and taken.script.reply:
            self.reply(text.to, text.sender, taken.script.reply)

    # --- what comes back ---

    def _acknowledged(self, delivery: Delivery) -> None:
        if delivery.is_done:
            return
        delivery.is_done = True
        if delivery.text is None:
            self.stats.receipts_acknowledged += 1
        else:
            self.stats.replies_acknowledged += 1
            self.phones.taken(delivery.text)

    def _retry(self, due: Iterable[tuple[Mailbox, Delivery]]) -> None:
        for mailbox, delivery in due:
            mailbox.put([delivery])
            mailbox.flush()

    def _home(self, to: str) -> Mailbox:
        """Return the mailbox of the login that sends as `to`; else of any that can receive; else that of nobody."""
        owner = self._senders.get(to)
        if owner is not None:
            return self._mailboxes[owner]
        return next((box for box in self._mailboxes.values() if box.receivers), self._unclaimed)

    # --- questions about messages ---

    def _query(self, request: pdu.QuerySm) -> pdu.QuerySmResp:
        taken = self._recent.get(request.message_id)
        if taken is None:
            return pdu.QuerySmResp(status=ESME_RQUERYFAIL, sequence=request.sequence)
        final_date = times.absolute(taken.done_at) if taken.done_at else ""
        state = receipt.NUMBERS[taken.state]
        return pdu.QuerySmResp(request.message_id, final_date, state, sequence=request.sequence)

    def _cancel(self, request: pdu.CancelSm) -> pdu.CancelSmResp:
        taken = self._recent.get(request.message_id)
        if taken is None or taken.state is not State.ENROUTE:
            return pdu.CancelSmResp(ESME_RCANCELFAIL, request.sequence)
        taken.state, taken.done_at = State.DELETED, self._clock.now()
        return pdu.CancelSmResp(ESME_ROK, request.sequence)


def _receipt(taken: _Taken, now: datetime) -> pdu.DeliverSm:
    report = Report(taken.receipt_id, taken.state, taken.at, now, taken.script.error)
    return wire.write_receipt(taken.message, report, style=taken.script.style)


def _remember(memory: OrderedDict[str, V], key: str, value: V) -> None:
    """Remember the latest few thousand."""
    memory[key] = value
    if len(memory) > _MOST_REMEMBERED:
        memory.popitem(last=False)
