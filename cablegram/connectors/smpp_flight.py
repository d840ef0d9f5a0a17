"""One message on its way over a link: its parts, and what was answered to each. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.connectors import smpp_wire
from cablegram.connectors.contract import Outgoing, PartResult, Result, Verdict
from cablegram.smpp.pdu import SubmitSm

_MOST_RETRIES = 20  # of parts whose sisters the carrier took
_WAITS = frozenset({Verdict.THROTTLED, Verdict.TEMPORARY})


@dataclass(slots=True, eq=False)
class Flying:
    """A message that a link was given at `since` (monotonic seconds). `is_written`: a byte of it may have left."""

    outgoing: Outgoing
    parts: list[SubmitSm]
    answers: list[PartResult | None]
    since: float
    retries: int = 0
    is_written: bool = False
    is_lost: bool = False

    @classmethod
    def of(cls, outgoing: Outgoing, *, reference: int, now: float, media_tag: int | None = None) -> Flying:
        """Write a message as PDUs; `reference` ties its parts together, `media_tag` takes the address of a picture."""
        parts = smpp_wire.requests(outgoing, reference, media_tag)
        return cls(outgoing, parts, [None] * len(parts), now)

    @property
    def is_told(self) -> bool:
        """Whether there is something to tell: all parts answered, or one of them lost."""
        return self.is_lost or None not in self.answers

    def result(self) -> Result:
        """Tell what became of each part so far."""
        missing = Verdict.LOST if self.is_written else Verdict.UNWRITTEN
        return Result(self.outgoing.id, [answer or PartResult(missing) for answer in self.answers], self.outgoing)

    def take_again(self) -> list[int]:
        """Return which parts to send again, and forget their answers: those put off whose sisters the carrier took.

        The message is half on its way then and must not stay so. Without a sister that was taken, all of it goes back
        to where it came from instead.
        """
        verdicts = [answer.verdict for answer in self.answers if answer]
        if Verdict.TAKEN not in verdicts or _WAITS.isdisjoint(verdicts) or self.retries >= _MOST_RETRIES:
            return []
        self.retries += 1
        again = [index for index, answer in enumerate(self.answers) if answer and answer.verdict in _WAITS]
        for index in again:
            self.answers[index] = None
        return again
