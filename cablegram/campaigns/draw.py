"""Draw lots: who is held out, who goes first, who gets which text. Pure, and kept nowhere.

A person's lots come from the ids of campaign and contact, so they are the same whenever they are asked for: after a
crash, in a forecast, in a report. The functions `campaign_draw` and `campaign_variant` of migration 0033 do the same in
SQL.
"""

from __future__ import annotations

import hashlib
import math
import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from cablegram.kit.ids import CampaignId, ContactId

ALL = 1 << 32  # lots lie below it
_FOUR = struct.Struct(">4I")


class Stage(StrEnum):
    """Whose turn it is. A campaign has the stages that it needs, in this order, and always the last."""

    CANARY = "canary"  # a few people, before a look is taken
    SAMPLE = "sample"  # those with whom texts are tried
    REST = "rest"  # everybody else; the held out are noted here

    @property
    def order(self) -> int:
        """Return how many stages there may be before it."""
        return list(Stage).index(self)


@dataclass(frozen=True, slots=True)
class Lots:
    """What a person drew, each from 0 to 2^32 - 1."""

    held_out: int
    sample: int
    variant: int
    canary: int


def lots(campaign_id: CampaignId, contact_id: ContactId) -> Lots:
    """Draw a person's lots; they are as good as independent of each other and of everything else."""
    digest = hashlib.md5(campaign_id.bytes + contact_id.bytes, usedforsecurity=False).digest()
    return Lots(*_FOUR.unpack(digest))


def below(percent: int) -> int:
    """Return below which lot so many percent of all people are."""
    return ALL * percent // 100


def cuts(shares: Sequence[int]) -> list[int]:
    """Return the lots at which one text ends and the next begins; shares are percent and add up to 100."""
    return [below(total) for total in accumulate(shares[:-1])]


def canary_below(size: int, people: int) -> int:
    """Return below which lot `size` of so many people are, and as many more that chance hardly ever leaves fewer."""
    wanted = size + 5 * math.sqrt(size) + 10
    return ALL if wanted >= people else math.ceil(ALL * wanted / people)


@dataclass(frozen=True, slots=True)
class Draw:
    """How a campaign's lots are read. `canary_last` is the last contact whom the canary came to."""

    campaign_id: CampaignId
    holdout: int = 0  # percent
    cuts: tuple[int, ...] = ()
    sample_below: int | None = None
    won: int | None = None
    canary_below: int | None = None
    canary_last: ContactId | None = None

    @property
    def is_one_go(self) -> bool:
        """Tell whether everybody's turn comes in the last stage, whatever they get then."""
        return self.sample_below is None and self.canary_below is None

    def is_held_out(self, drawn: Lots) -> bool:
        """Tell whether a person gets nothing, to be compared with those who do (R149)."""
        return drawn.held_out < below(self.holdout)

    def variant(self, drawn: Lots) -> int | None:
        """Return which text a person gets; None where there is one alone, or the rest waits for the best."""
        if not self.cuts:
            return None
        return bisect_right(self.cuts, drawn.variant) if self._is_sampled(drawn) else self.won

    def turn(self, contact_id: ContactId, drawn: Lots) -> Stage:
        """Return in which stage a person's turn comes, or came.

        While the canary is under way everybody who may be in it is; afterwards those whom it came to.
        """
        if self.is_held_out(drawn) or not self._is_sampled(drawn):
            return Stage.REST
        if (
            self.canary_below is not None
            and drawn.canary < self.canary_below
            and (self.canary_last is None or contact_id <= self.canary_last)
        ):
            return Stage.CANARY
        return Stage.REST if self.sample_below is None else Stage.SAMPLE

    def _is_sampled(self, drawn: Lots) -> bool:
        return self.sample_below is None or drawn.sample < self.sample_below


def first_stage(*, has_canary: bool, has_winner: bool) -> Stage:
    """Return where a campaign begins."""
    if has_canary:
        return Stage.CANARY
    return Stage.SAMPLE if has_winner else Stage.REST


def next_stage(stage: Stage, *, has_winner: bool) -> Stage | None:
    """Return what comes after a stage; None: nothing, everybody's message is made."""
    if stage is Stage.CANARY and has_winner:
        return Stage.SAMPLE
    return None if stage is Stage.REST else Stage.REST
