"""Draw codes for short links: from the machine's own chance, so that nobody guesses the code of another's text."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import cycle

from cablegram.links.model import BITS, SAMPLES, code_of
from cablegram.links.shortening import Shortener
from cablegram.runtime.settings import Settings

_AT_ONCE = 512
_OCTETS = BITS // 8


def _drawn() -> Iterator[str]:
    while True:
        chance = secrets.token_bytes(_OCTETS * _AT_ONCE)
        for start in range(0, len(chance), _OCTETS):
            yield code_of(int.from_bytes(chance[start : start + _OCTETS]))


_fresh = _drawn()


def shortener(settings: Settings) -> Shortener:
    """Return what shortens the links of texts that are sent.

    That two codes are the same is not looked for: the transaction that keeps the second one fails, and is made again
    with others. With a hundred million codes alive it happens to one message in a hundred million.
    """
    return Shortener(settings.links, _fresh)


def sampler(settings: Settings) -> Shortener:
    """Return what shortens the links of texts that are only looked at: to the same length, and nothing is drawn."""
    return Shortener(settings.links, cycle(SAMPLES))
