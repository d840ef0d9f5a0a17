"""Buying credits by itself: when, by which card, and when to stop trying (R25). Pure.

A fall of the balance below the line is one crossing. While it is dealt with nothing else is bought: one payment at a
time, the default card first, then the others that are valid, until one pays. Where none does, it is said once, and is
tried again after an hour, then two, up to a day, for as long as the balance stays below. After a purchase nothing more
is bought until the balance has stood at the line or above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.kit.ids import AccountId, CardId
from cablegram.payments.model import OPEN, Card, Recharge, RechargeState

_FIRST_WAIT = timedelta(hours=1)
_LONGEST_WAIT = timedelta(days=1)
_AFTER_SILENCE = timedelta(minutes=5)
_NO_CARDS_FAULT = frozenset({"processor_silent", "interrupted"})


@dataclass(frozen=True, slots=True)
class AutoRecharge:
    """What an account wants bought by itself, and where that stands.

    `below` and `credits` are micro-credits; `money` and the most for a day and a month the currency's smallest unit.
    Either `credits` or `money` is given.
    """

    account_id: AccountId
    is_enabled: bool
    below: int
    credits: int | None
    money: int | None
    most_a_day: int | None
    most_a_month: int | None
    is_armed: bool
    crossing: UUID | None
    failures: int
    retry_at: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done now."""


@dataclass(frozen=True, slots=True)
class Arm:
    """The balance stands above the line again: the next fall counts."""


@dataclass(frozen=True, slots=True)
class Buy:
    """Try this card, for this crossing; None: it begins one."""

    card_id: CardId
    crossing: UUID | None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nothing was bought: try again later. `is_news`: people are to be told, who were not told of this fall yet.

    `counts`: no card pays, so the next wait is longer.
    """

    retry_at: datetime
    is_news: bool
    why: str
    explained: str
    counts: bool = True


Step = Wait | Arm | Buy | GiveUp


def step(auto: AutoRecharge, *, balance: int, cards: Sequence[Card], tried: Sequence[Recharge], now: datetime) -> Step:
    """Say what is to be done. `cards`: default first; `tried`: the recharges of this crossing, oldest first."""
    if any(one.state in OPEN for one in tried):
        return Wait()
    resting = _at_rest(auto, balance, now)
    if resting is not None:
        return resting
    if tried and tried[-1].reason in _NO_CARDS_FAULT:  # no card was asked, so none is to blame
        last = tried[-1]
        return GiveUp(now + _AFTER_SILENCE, is_news=False, why=last.reason, explained=last.explained, counts=False)
    used = {one.card_id for one in tried}
    card = next((one for one in cards if one.is_valid(now.date()) and one.id not in used), None)
    if card is not None:
        return Buy(card.id, auto.crossing)
    return give_up(auto, *_why(cards, tried), now=now)


def _at_rest(auto: AutoRecharge, balance: int, now: datetime) -> Step | None:
    """Say why nothing is to be bought; None where something is."""
    if balance >= auto.below:
        # In a crossing, somebody bought by hand meanwhile.
        return Wait() if auto.is_armed and not auto.failures and auto.crossing is None else Arm()
    if auto.crossing is None and (not auto.is_armed or (auto.retry_at is not None and now < auto.retry_at)):
        return Wait()
    return None


def give_up(auto: AutoRecharge, why: str, explained: str, *, now: datetime, retry_at: datetime | None = None) -> GiveUp:
    """Say that this fall could not be dealt with for now; the first time it is news."""
    wait = min(_FIRST_WAIT * 2 ** min(auto.failures, 10), _LONGEST_WAIT)
    return GiveUp(retry_at or now + wait, auto.failures == 0, why, explained)


def over_cap(auto: AutoRecharge, amount: int, *, today: int, month: int, now: datetime) -> tuple[str, datetime] | None:
    """Say which limit a purchase would break and until when, None where none; `today` and `month` were spent."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if auto.most_a_month is not None and month + amount > auto.most_a_month:
        following = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
        return "the most for a month is reached", following
    if auto.most_a_day is not None and today + amount > auto.most_a_day:
        return "the most for a day is reached", midnight + timedelta(days=1)
    return None


def _why(cards: Sequence[Card], tried: Sequence[Recharge]) -> tuple[str, str]:
    failed = [one for one in tried if one.state is RechargeState.FAILED]
    if failed:
        return failed[-1].reason or "card_declined", f"No card paid. The last one: {failed[-1].explained}"
    if cards:
        return "card_expired", "All cards have expired. Add one that is valid."
    return "no_card", "The account has no card. Add one."
