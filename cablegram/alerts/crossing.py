"""Whether a balance crossed the amount at which its account wants to be told (R26): once, and no flapping. Pure.

It is low below the amount that was set, empty at nothing. It is told again only after it was well above: 5 % over the
amount, and at least a credit over nothing, so that a refund and the next message are no second crossing.
"""

from __future__ import annotations

from typing import Literal

from cablegram.events.model import Kind
from cablegram.kit.money import MICRO

Level = Literal["fine", "low", "empty"]
_WELL_ABOVE = 20  # a twentieth


def cross(was: Level, balance: int, below: int | None) -> tuple[Level, Kind | None]:
    """Return where a balance stands now, and what is to be told; in micro-credits, `below` None: none was set."""
    if balance <= 0:
        return "empty", None if was == "empty" else Kind.BALANCE_EMPTY
    if below is not None and balance < below:
        if was == "empty":
            return ("low", None) if balance >= MICRO else ("empty", None)
        return "low", None if was == "low" else Kind.BALANCE_LOW
    if was == "fine":
        return "fine", None
    if below is None and was == "low":
        return "fine", None  # the amount was taken away
    enough = MICRO if below is None else below + below // _WELL_ABOVE
    return ("fine", Kind.BALANCE_RECOVERED) if balance >= enough else (was, None)
