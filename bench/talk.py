"""Texts that the sink writes as a carrier brings them: deliver_sm, a window of them unanswered at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench.sink_wire import DELIVER_SM, HEAD

FIRST_SEQUENCE = 0x40000000  # of texts; receipts have those below
_FIRST_PHONE = 34_600_000_000
_WORDS = b"Hello, are you open on Sunday?"


@dataclass
class Talk:
    """So many texts to one address, each from a phone of its own; every `stop_each`-th says STOP (0: none)."""

    count: int = 0
    to: str = ""
    window: int = 500
    stop_each: int = 0
    sent: int = 0
    answered: int = 0
    first: float = 0.0
    last: float = 0.0

    def more(self, most: int) -> bytes:
        """Write the next texts, at most so many."""
        upto = min(self.count, self.sent + most)
        written = b"".join(self._text(n) for n in range(self.sent, upto))
        self.first = self.first or time.monotonic()
        self.sent = upto
        return written

    def note_answer(self, now: float) -> None:
        """Note that one is on disk at the other end."""
        self.answered += 1
        self.last = now

    def _text(self, n: int) -> bytes:
        words = b"STOP" if self.stop_each and n % self.stop_each == 0 else _WORDS
        addresses = b"\x01\x01%d\0\x01\x01%b\0" % (_FIRST_PHONE + n, self.to.encode())
        # esm_class, protocol, priority, two times, four flags, the length (SMPP 3.4, 4.6.1)
        body = b"\0%b\0\0\0\0\0\0\0\0\0%c%b" % (addresses, len(words), words)
        return HEAD.pack(16 + len(body), DELIVER_SM, 0, FIRST_SEQUENCE + n) + body
