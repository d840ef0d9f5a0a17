"""What credits cost in money: steps by the size of a purchase (R15). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cablegram.kit.currency import card_step, decimals, minor_units, show_minor
from cablegram.kit.errors import Fault, InvalidInput, Refused
from cablegram.kit.money import MICRO, micro_to_credits

MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Step:
    """From so many micro-credits bought at once, a credit costs `price` millionths of the currency."""

    from_credits: int
    price: int


@dataclass(frozen=True, slots=True)
class CreditPrices:
    """An account's price of a credit, by steps, the smallest purchase first; `is_own` unless it has the usual one."""

    currency: str
    steps: tuple[Step, ...]
    is_own: bool = False

    @property
    def usual(self) -> Step:
        """Return the step of small purchases: the price to show where no purchase is meant."""
        return self.steps[0]

    def of(self, credits_micro: int) -> int:
        """Return the price of a credit where so many micro-credits are bought, in millionths of the currency."""
        return [self.usual, *(one for one in self.steps if one.from_credits <= credits_micro)][-1].price


@dataclass(frozen=True, slots=True)
class Quote:
    """What a purchase costs: whole minor units of the currency (cents), for so many micro-credits."""

    credits_micro: int
    amount: int
    currency: str


def check(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps in their order.

    Raises InvalidInput (`bad_credit_price`) unless one begins at 0 credits, each begins elsewhere, and every price is
    more than nothing.
    """
    faults: list[Fault] = []
    ordered = tuple(sorted(steps, key=lambda one: one.from_credits))
    if not ordered or ordered[0].from_credits != 0 or len(ordered) > MOST_STEPS:
        faults.append(_fault("steps", f"write 1 to {MOST_STEPS} steps, the first from 0 credits on."))
    for place, one in enumerate(steps):
        if one.price <= 0:
            faults.append(_fault(f"steps.{place}.price", "a credit costs more than nothing."))
        if sum(other.from_credits == one.from_credits for other in steps) > 1:
            at = micro_to_credits(one.from_credits)
            faults.append(_fault(f"steps.{place}.from_credits", f"two steps begin at {at} credits."))
    if faults:
        raise InvalidInput("bad_credit_price", f"The prices were not changed: {faults[0].message}", faults=faults)
    return ordered


def quote(prices: CreditPrices, credits_micro: int) -> Quote:
    """Price a purchase: all of it at the price of its step, rounded half up to what a card can be charged.

    A card takes whole minor units, and tens of them where these are thousandths.

    Raises Refused (`too_few_credits`) for what costs less than the smallest amount.
    """
    # Both are millionths: their product becomes an amount in one division, so that nothing is rounded twice.
    step = card_step(prices.currency)
    unit = MICRO * MICRO // 10 ** decimals(prices.currency) * step
    amount = (credits_micro * prices.of(credits_micro) + unit // 2) // unit * step
    if amount <= 0:
        raise Refused("too_few_credits", f"So few credits cost less than the smallest amount of {prices.currency}.")
    return Quote(credits_micro, amount, prices.currency)


def credits_for(prices: CreditPrices, amount: int) -> Quote:
    """Return how many credits an amount (minor units) buys: the most that any step gives, never rounded up (R25).

    Raises Refused (`too_few_credits`) for an amount that buys nothing, InvalidInput (`bad_amount`) for one that no card
    can be charged.
    """
    if amount % card_step(prices.currency):
        least = show_minor(card_step(prices.currency), prices.currency)
        raise InvalidInput("bad_amount", f"A card is charged whole multiples of {least}.")
    unit = MICRO * MICRO // 10 ** decimals(prices.currency)
    bought = [amount * unit // one.price for one in prices.steps]
    found = [micro for micro, one in zip(bought, prices.steps, strict=True) if micro >= one.from_credits and micro > 0]
    if not found:
        raise Refused("too_few_credits", f"That amount of {prices.currency} buys no credit.")
    return Quote(max(found), amount, prices.currency)


def _fault(field: str, what: str) -> Fault:
    return Fault(field, "bad_credit_price", what[0].upper() + what[1:])


def worth(credits_micro: int, price: int, currency: str) -> int:
    """Return what micro-credits are worth in minor units at a price (millionths a credit)."""
    return minor_units(credits_micro * price // MICRO, currency)
