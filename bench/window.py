"""What a slow carrier lets through at most: a client of SMPP that keeps its window full and does nothing else.

It stands in the table beside ours, for the sink on a busy machine takes a little longer than it was asked to.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import cast

import uvloop

from bench.load import Sink
from bench.sink import Behavior
from bench.sink_wire import DELIVER_SM, HEAD, RESPONSE, SUBMIT_SM
from bench.works import Row, first_serial, unanswered

_BIND_TRANSCEIVER = 9
_WARM_UP = 0.5


class _Client(asyncio.Protocol):
    """Sends a message for each answer."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._serial = first_serial()
        self._sequence = 0
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bind and fill the window."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._pdu(_BIND_TRANSCEIVER, bytes(7)))
        self._send(self._window)

    def data_received(self, data: bytes) -> None:
        """Answer receipts, and send as many messages as were answered."""
        data = self._rest + data
        place = answered = 0
        thanks: list[bytes] = []
        while len(data) - place >= HEAD.size:
            length, command, _, sequence = HEAD.unpack_from(data, place)
            if len(data) - place < length:
                break
            answered += command == SUBMIT_SM | RESPONSE
            if command == DELIVER_SM:
                thanks.append(HEAD.pack(HEAD.size + 1, DELIVER_SM | RESPONSE, 0, sequence) + b"\0")
            place += length
        self._rest = data[place:]
        self._send(answered)
        self._transport.write(b"".join(thanks))

    def _send(self, count: int) -> None:
        self._transport.write(b"".join(self._messages(count)))

    def _messages(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            self._serial += 1
            text = b"#%010d Dear Ana, your table is booked for tonight at nine." % self._serial
            body = b"\0\3\x001000\0\1\x0134600000000\0\0\0\0\0\0\1\0\0\0%c%b" % (len(text), text)
            yield self._pdu(SUBMIT_SM, body)

    def _pdu(self, command: int, body: bytes) -> bytes:
        self._sequence += 1
        return HEAD.pack(HEAD.size + len(body), command, 0, self._sequence) + body


def kept_full(sink: Sink, *, window: int, delay: float, seconds: float) -> Row:
    """Keep a window full for some seconds, with a carrier that takes its time."""

    async def press() -> dict[str, float]:
        sink.reset(Behavior(delay=delay))
        transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: _Client(window), "127.0.0.1", sink.smpp_port
        )
        await asyncio.sleep(_WARM_UP)
        sink.reset(Behavior(delay=delay))
        began = time.monotonic()
        await asyncio.sleep(seconds)
        stats = sink.stats() | {"took": time.monotonic() - began}
        transport.close()
        return stats

    stats = uvloop.run(press())
    note = f"a client that does nothing else; {unanswered(stats)}"
    return Row("slow carrier, at most", "bare client", stats["submits"] / stats["took"], note=note)
