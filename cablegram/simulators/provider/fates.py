"""What becomes of a message, chosen by the last four digits of its number. Other numbers are delivered.

One list for all providers, so that who knows one knows all; docs/reference/simulated-providers.md shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cablegram.simulators.provider.shape import Refusal, Report, State


class Wire(StrEnum):
    """What happens to the answer of a request that was taken."""

    USUAL = "usual"
    AFTER_RECEIPT = "after_receipt"  # the receipt is told first
    HANG = "hang"  # never answered
    SLOW = "slow"  # answered after `slow_seconds`
    RESET = "reset"  # the connection breaks
    CUT = "cut"  # the connection breaks in the middle of the answer
    GARBLED = "garbled"  # 200 and a page that is nobody's JSON
    ERROR = "error"  # 500, and yet it was taken
    HUGE = "huge"  # the answer has ten megabytes behind it


class Care(StrEnum):
    """What happens to receipts on their way."""

    USUAL = "usual"
    TWICE = "twice"  # told twice, signed anew
    REPLAYED = "replayed"  # the very same call comes again
    FORGED = "forged"  # signed by somebody who does not know the secret


_SENT: Final = Report(State.SENT)
_DELIVERED: Final = Report(State.DELIVERED)


@dataclass(frozen=True, slots=True)
class Fate:
    """One way to end. `whole` refuses the request, `refusal` this message alone; `tries`: how often (0: always)."""

    words: str
    reports: tuple[Report, ...] = (_SENT, _DELIVERED)
    refusal: Refusal | None = None
    whole: Refusal | None = None
    tries: int = 0
    is_partial: bool = False
    wire: Wire = Wire.USUAL
    care: Care = Care.USUAL


ORDINARY: Final = Fate("delivered")

FATES: Final[dict[str, Fate]] = {
    "0001": ORDINARY,
    "0002": Fate("undelivered", reports=(_SENT, Report(State.UNDELIVERED))),
    "0003": Fate("refused: its owner opted out", refusal=Refusal.OPTED_OUT),
    "0004": Fate("429 the first time, then taken", whole=Refusal.THROTTLED, tries=1),
    "0005": Fate("500, and not taken", whole=Refusal.BROKEN),
    "0006": Fate("taken, but never answered", wire=Wire.HANG),
    "0007": Fate("the receipt comes before the answer", wire=Wire.AFTER_RECEIPT),
    "0008": Fate("each receipt comes twice", care=Care.TWICE),
    "0009": Fate("delivered is told before sent", reports=(_DELIVERED, _SENT)),
    "0010": Fate("no receipt ever", reports=()),
    "0011": Fate("of several parts only the first is taken; a single one is refused", is_partial=True),
    "0012": Fate("refused: no credit left", whole=Refusal.NO_CREDIT),
    "0013": Fate("receipts have a wrong signature", care=Care.FORGED),
    "0014": Fate("receipts are replayed", care=Care.REPLAYED),
    "0015": Fate("500, and yet taken", wire=Wire.ERROR),
    "0016": Fate("taken, and answered late", wire=Wire.SLOW),
    "0017": Fate("taken, and the connection breaks", wire=Wire.RESET),
    "0018": Fate("taken, and the connection breaks amid the answer", wire=Wire.CUT),
    "0019": Fate("taken, and answered with a page instead of JSON", wire=Wire.GARBLED),
    "0020": Fate("taken, and answered with ten megabytes too many", wire=Wire.HUGE),
    "0021": Fate("refused: no such number", refusal=Refusal.BAD_NUMBER),
    "0022": Fate("refused: a filter does not like the text", refusal=Refusal.CONTENT),
    "0023": Fate("refused: the sender is not allowed", refusal=Refusal.BAD_SENDER),
    "0024": Fate("503 the first time, then taken", whole=Refusal.UNAVAILABLE, tries=1),
    "0025": Fate("expired", reports=(_SENT, Report(State.EXPIRED))),
    "0026": Fate("failed: no such number, told by receipt", reports=(Report(State.FAILED, Refusal.BAD_NUMBER),)),
    "0027": Fate("rejected: opted out, told by receipt", reports=(Report(State.REJECTED, Refusal.OPTED_OUT),)),
    "0028": Fate("rejected: filtered, told by receipt", reports=(Report(State.REJECTED, Refusal.CONTENT),)),
    "0029": Fate("429 always", whole=Refusal.THROTTLED),
    "0030": Fate("refused the first time: no credit left; then taken", whole=Refusal.NO_CREDIT, tries=1),
}


def fate(number: str) -> Fate:
    """Return what becomes of a message to this number, digits alone."""
    return FATES.get(number[-4:], ORDINARY)
