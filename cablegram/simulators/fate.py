"""What becomes of an ordinary number, and how long things take: decided by the seed and the number alone.

So it makes no difference in which order, over which bind or in how many parts messages come.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from cablegram.simulators.options import CarrierOptions, IdForm
from cablegram.smpp.receipt import State

_FATES = struct.Struct(">HII")
_SPAN = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Fate:
    """The state a message to a number ends in (rejected: refused at once), and two delays in seconds."""

    state: State
    response_delay: float
    receipt_delay: float


class Dice:
    """Falls the same way for the same seed and number."""

    def __init__(self, options: CarrierOptions) -> None:
        self._key = options.seed.to_bytes(8, "big", signed=True)
        self._response, self._receipt = options.response_delay, options.receipt_delay
        mix = options.outcomes
        shares: tuple[tuple[State, int], ...] = (
            (State.UNDELIVERABLE, mix.undelivered),
            (State.EXPIRED, mix.expired),
            (State.REJECTED, mix.rejected),
        )
        self._states: list[State] = [state for state, share in shares for _ in range(share)]

    def fate(self, number: str) -> Fate:
        """Return the fate of a number."""
        digest = hashlib.blake2b(number.encode(), digest_size=_FATES.size, key=self._key).digest()
        place, response, receipt = _FATES.unpack(digest)
        share: int = place * 1000 >> 16  # which of a thousand
        state = self._states[share] if share < len(self._states) else State.DELIVERED
        return Fate(state, _between(self._response, response), _between(self._receipt, receipt))


def _between(bounds: tuple[float, float], draw: int) -> float:
    low, high = bounds
    return low + (high - low) * draw / _SPAN


def write_id(number: int, form: IdForm) -> str:
    """Write the number of a message as its id."""
    match form:
        case IdForm.DECIMAL:
            return str(number)
        case IdForm.HEX:
            return f"{number:x}"
        case IdForm.UPPER_HEX:
            return f"{number:X}"
        case IdForm.PADDED:
            return f"{number:020d}"
        case IdForm.UUID:
            digits = f"{number:032x}"
            return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
