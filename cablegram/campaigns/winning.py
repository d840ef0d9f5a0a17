"""Decide which of several texts the rest of a campaign gets, and say how sure that is (R149). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cablegram.campaigns import shares
from cablegram.campaigns.variants import By

FEW = 100
"""With fewer people than that for a text, what its figures say is chance."""
_WHAT = {By.REPLIES: "replied", By.OPT_OUTS: "opted out", By.CLICKS: "opened a link"}


class Why(StrEnum):
    """How sure a verdict is. The words are the API's words."""

    AHEAD = "ahead"  # by more than chance makes likely
    MAYBE_CHANCE = "maybe_chance"  # ahead, but chance may do that
    TIE = "tie"  # none is ahead: the first of them is taken
    TOO_FEW = "too_few"  # so few people that it says nothing; the one ahead, or the first, is taken
    BY_HAND = "by_hand"  # somebody chose


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one text: people it reached, and those of them who did what counts."""

    name: str
    reached: int
    reacted: int

    @property
    def rate(self) -> float:
        """Return the share of people who reacted."""
        return self.reacted / self.reached if self.reached else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which text won, by its place, and the figures of that moment."""

    place: int
    why: Why
    sentence: str
    by: By
    tried: tuple[Tried, ...]
    decided_by: str | None = None  # None: the campaign itself


def decide(by: By, tried: Sequence[Tried]) -> Verdict:
    """Return the text that is best by its share of people, the first of equals; one that reached anybody."""
    sign = -1 if by is By.OPT_OUTS else 1
    # A text that reached nobody has no opt-outs either, and is no text to send to everybody else.
    order = sorted(range(len(tried)), key=lambda place: (not tried[place].reached, -sign * tried[place].rate, place))
    first, second = tried[order[0]], tried[order[1]]
    why = _how_sure(first, second, tried)
    return Verdict(order[0], why, _said(by, why, first, second), by, tuple(tried))


def _how_sure(first: Tried, second: Tried, tried: Sequence[Tried]) -> Why:
    if any(one.reached < FEW for one in tried):
        return Why.TOO_FEW
    if first.rate == second.rate:
        return Why.TIE
    is_no_chance = shares.differ(first.reacted, first.reached, second.reacted, second.reached)
    return Why.AHEAD if is_no_chance else Why.MAYBE_CHANCE


def _said(by: By, why: Why, first: Tried, second: Tried) -> str:
    what = _WHAT[by]
    figures = (
        f"{first.reacted:,} of {first.reached:,} {what} with {first.name} ({first.rate:.1%}), "
        f"{second.reacted:,} of {second.reached:,} with {second.name} ({second.rate:.1%})"
    )
    match why:
        case Why.AHEAD:
            return f"{first.name} won: {figures}; chance alone would hardly do that."
        case Why.MAYBE_CHANCE:
            return f"{first.name} is ahead, but chance may have done that: {figures}."
        case Why.TIE:
            return f"Nothing is ahead, so the rest gets {first.name}: {figures}."
        case _:
            return f"Too few people got each text to tell, so {first.name} is as good as any: {figures}."
