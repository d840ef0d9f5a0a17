"""Whose turn it is: in each lane, the shares of accounts are served one after the other. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cablegram.dispatch.model import Claimed
from cablegram.messages.model import LANES


class Turns:
    """Remembers, for each lane, the share that was served last; the next claim begins behind it.

    Often a link has room for one message and many accounts wait: without this the lowest share would have it always.
    """

    def __init__(self) -> None:
        self.after = [-1] * len(LANES)

    def note(self, claimed: Sequence[Claimed]) -> None:
        """Note what was claimed, one message of each share in turn."""
        served: dict[int, Counter[int]] = {}
        for one in claimed:
            served.setdefault(LANES[one.message_class], Counter())[one.share] += 1
        for lane, counts in served.items():
            rounds = max(counts.values())
            begun = self.after[lane]
            last_round = [(share <= begun, share) for share, count in counts.items() if count == rounds]
            self.after[lane] = max(last_round)[1]
