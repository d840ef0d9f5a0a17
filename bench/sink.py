"""A carrier that costs next to nothing: takes submit_sm, counts serials, sends receipts. A process of its own.

    python -m bench.sink --smpp 2775 --control 2776 --callbacks 8181

It answers whatever came in one read with one write, so it can take far more than any gateway here sends. Each message
begins with `#` and a serial of ten digits: the sink knows how often it saw each, and when. The control port takes lines
(`reset {behavior as JSON}`, `stats`, `times`, `serials N`, `mark`, `talk {texts as JSON}`, `heard`) and answers each
with a line of JSON. The callback port answers 200 to any GET and counts: a gateway that reports by HTTP reports there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import time
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import uvloop

from bench.sink_wire import DELIVER_SM, HEAD, RESPONSE, SUBMIT_SM
from bench.talk import FIRST_SEQUENCE, Talk

THROTTLED = 0x58
SERIALS = 12_000_000
ACKNOWLEDGED = b"ACK/Jasmin"  # the one gateway that reads the answer wants these words
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n" + ACKNOWLEDGED


@dataclass(frozen=True)
class Behavior:
    """What the carrier does: seconds before an answer, messages a second that it takes (0: all), receipts or none."""

    delay: float = 0.0
    rate: int = 0
    receipts: bool = True
    receipt_after: float = 0.0  # seconds
    record_from: int = SERIALS  # the first serial whose time it remembers
    repeats_receipts: bool = False  # to who binds next, if the last one did not say thanks


@dataclass
class Count:
    """What it saw since the last reset. Times are of the monotonic clock, which all processes of a machine share."""

    submits: int = 0
    throttled: int = 0
    unique: int = 0
    twice: int = 0
    without_serial: int = 0
    receipts_answered: int = 0
    callbacks: int = 0
    first: float = 0.0
    last: float = 0.0
    last_receipt: float = 0.0
    last_callback: float = 0.0
    resumed: float = 0.0  # the first submit after the last mark
    held: float = 0.0  # seconds from reading to answering, of all messages together


@dataclass
class Seen:
    """Which serials it saw, and when."""

    serials: bytearray = field(default_factory=lambda: bytearray(SERIALS))
    times: dict[int, float] = field(default_factory=dict[int, float])


class Submit(NamedTuple):
    """What the sink reads of a submit_sm (SMPP 3.4, 4.4.1)."""

    source: bytes
    number: bytes
    wants_receipt: bool
    text: bytes


def read_submit(data: bytes, place: int) -> Submit:
    """Read the submit_sm whose header begins at `place`."""
    source_at = data.index(0, place + 16) + 3  # behind service_type and the sender's type and plan
    source_end = data.index(0, source_at)
    number_at = source_end + 3
    number_end = data.index(0, number_at)
    scheduled_end = data.index(0, number_end + 4)  # behind esm_class, protocol_id and priority
    flags_at = data.index(0, scheduled_end + 1) + 1
    text_at = flags_at + 5
    text = data[text_at : text_at + data[text_at - 1]]
    return Submit(data[source_at:source_end], data[number_at:number_end], bool(data[flags_at] & 1), text)


def receipt(message_id: int, submit: Submit, sequence: int) -> bytes:
    """Write a deliver_sm with a receipt as most carriers write it (SMPP 3.4, appendix B)."""
    text = (
        b"id:%010d sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:"
        % message_id
    )
    body = b"\0\x01\x01%b\0\x01\x01%b\0\x04\0\0\0\0\0\0\0\0%c%b" % (submit.number, submit.source, len(text), text)
    return HEAD.pack(16 + len(body), DELIVER_SM, 0, sequence) + body


class Carrier:
    """What all connections share."""

    def __init__(self) -> None:
        self.behavior, self.count, self.seen = Behavior(), Count(), Seen()
        self._next_id, self._sequence = 0, 0
        self.unthanked: dict[int, bytes] = {}  # receipts by their sequence number
        self.talk = Talk()
        self.receiver: Bind | None = None  # whoever bound last to receive
        self._second, self._taken = 0, 0

    def reset(self, behavior: Behavior) -> None:
        """Forget everything seen, and behave so from now on."""
        self.behavior, self.count, self.seen = behavior, Count(), Seen()

    def take(self, data: bytes, place: int, now: float) -> tuple[int, Submit] | None:
        """Take one message and give it an id; None for one above the rate."""
        if not self._allows(now):
            self.count.throttled += 1
            return None
        self.count.submits += 1
        self.count.first = self.count.first or now
        self.count.last = now
        self.count.resumed = self.count.resumed or now
        submit = read_submit(data, place)
        self._see(submit.text, now)
        self._next_id += 1
        return self._next_id, submit

    def report(self, message_id: int, submit: Submit) -> bytes:
        """Write a receipt, and keep it if it may have to be repeated."""
        self._sequence += 1
        written = receipt(message_id, submit, self._sequence)
        if self.behavior.repeats_receipts:
            self.unthanked[self._sequence] = written
        return written

    def _allows(self, now: float) -> bool:
        if not self.behavior.rate:
            return True
        if int(now) != self._second:
            self._second, self._taken = int(now), 0
        self._taken += 1
        return self._taken <= self.behavior.rate

    def _see(self, text: bytes, now: float) -> None:
        serial = int(text[1:11]) if text[:1] == b"#" and text[1:11].isdigit() else SERIALS
        if serial >= SERIALS:
            self.count.without_serial += 1
        elif self.seen.serials[serial]:
            self.count.twice += 1
        else:
            self.count.unique += 1
            self.seen.serials[serial] = 1
            if serial >= self.behavior.record_from:
                self.seen.times[serial] = now


class Bind(asyncio.Protocol):
    """One SMPP connection."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._transport: asyncio.Transport | None = None
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)
        self._socket = transport.get_extra_info("socket")

    def data_received(self, data: bytes) -> None:
        """Answer all whole PDUs at once; keep the rest."""
        # A gateway that leaves Nagle's algorithm on would wait 40 ms for our acknowledgement before it writes again.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        data = self._rest + data
        place, now = 0, time.monotonic()
        answers: list[bytes] = []
        receipts: list[bytes] = []
        while len(data) - place >= HEAD.size:
            length, command, status, sequence = HEAD.unpack_from(data, place)
            if len(data) - place < length:
                break
            if command == SUBMIT_SM:
                self._submit(self._carrier.take(data, place, now), sequence, answers, receipts)
            elif command == DELIVER_SM | RESPONSE and sequence >= FIRST_SEQUENCE:
                self._carrier.talk.note_answer(now)
                receipts.append(self._carrier.talk.more(1))
            elif command == DELIVER_SM | RESPONSE:
                self._carrier.count.receipts_answered += 1
                self._carrier.count.last_receipt = now
                if not status:
                    self._carrier.unthanked.pop(sequence, None)
            elif not command & RESPONSE:  # binds, enquire_link, unbind: all are welcome
                body = b"sink\0" if command in {1, 2, 9} else b""
                answers.append(HEAD.pack(16 + len(body), command | RESPONSE, 0, sequence) + body)
                if command in {1, 9}:  # whoever binds as a receiver
                    self._carrier.receiver = self
                    receipts.extend(self._carrier.unthanked.values())
            place += length
        self._rest = data[place:]
        self._say(b"".join(answers), self._carrier.behavior.delay, answered=len(answers), since=now)
        self._say(b"".join(receipts), self._carrier.behavior.delay + self._carrier.behavior.receipt_after)

    def _submit(
        self, taken: tuple[int, Submit] | None, sequence: int, answers: list[bytes], receipts: list[bytes]
    ) -> None:
        if taken is None:
            answers.append(HEAD.pack(16, SUBMIT_SM | RESPONSE, THROTTLED, sequence))
            return
        message_id, submit = taken
        answers.append(HEAD.pack(27, SUBMIT_SM | RESPONSE, 0, sequence) + b"%010d\0" % message_id)
        if submit.wants_receipt and self._carrier.behavior.receipts:
            receipts.append(self._carrier.report(message_id, submit))

    def begin_talk(self) -> None:
        """Write the first texts; each answer brings the next."""
        self._say(self._carrier.talk.more(self._carrier.talk.window), 0)

    def _say(self, data: bytes, delay: float, *, answered: int = 0, since: float = 0.0) -> None:
        if data and delay:
            asyncio.get_running_loop().call_later(delay, self._write, data, answered, since)
        elif data:
            self._write(data, answered, since)

    def _write(self, data: bytes, answered: int, since: float) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.write(data)
            self._carrier.count.held += answered * (time.monotonic() - since)


class Callbacks(asyncio.Protocol):
    """One HTTP connection of a gateway that reports receipts."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._transport: asyncio.Transport | None = None
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer as many requests as are whole; they are GETs, so each ends with its head."""
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        if requests and self._transport:
            self._carrier.count.callbacks += len(requests)
            self._carrier.count.last_callback = time.monotonic()
            self._transport.write(OK * len(requests))


async def control(carrier: Carrier, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Obey lines until the other end hangs up."""
    while line := await reader.readline():
        word, _, rest = line.decode().partition(" ")
        answer: object = carrier.count.__dict__
        match word.strip():
            case "reset":
                carrier.reset(Behavior(**json.loads(rest or "{}")))
            case "times":
                answer = carrier.seen.times
            case "serials":  # a digit for each of the first ones: 1 if it came
                answer = carrier.seen.serials[: int(rest)].hex()[1::2]
            case "talk":
                carrier.talk = Talk(**json.loads(rest))
                if carrier.receiver:
                    carrier.receiver.begin_talk()
                answer = carrier.talk.__dict__
            case "heard":
                answer = carrier.talk.__dict__
            case "mark":
                carrier.count.resumed = 0.0
            case _:
                pass
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
    writer.close()


async def serve(smpp: int, control_port: int, callbacks: int) -> None:
    """Serve all three ports until cancelled."""
    loop = asyncio.get_running_loop()
    carrier = Carrier()
    await loop.create_server(lambda: Bind(carrier), "127.0.0.1", smpp)
    await loop.create_server(lambda: Callbacks(carrier), "127.0.0.1", callbacks)
    await asyncio.start_server(lambda r, w: control(carrier, r, w), "127.0.0.1", control_port)
    print("ready", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Read the ports and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("smpp", "control", "callbacks"):
        parser.add_argument(f"--{name}", type=int, required=True)
    ports = parser.parse_args()
    uvloop.run(serve(ports.smpp, ports.control, ports.callbacks))


if __name__ == "__main__":
    main()
