"""What is reported about rented numbers, as events. Pure."""

from __future__ import annotations

from datetime import datetime

from cablegram.events.model import Event, Kind
from cablegram.rentals.model import Rental


def assigned(rental: Rental) -> list[Event]:
    """Tell that an account has a number now, and what it was charged for it."""
    facts = {
        "number": rental.number,
        "country": rental.country,
        "type": rental.number_type.value,
        "by": rental.bought_by,
    }
    told = [Event(Kind.NUMBER_ASSIGNED, rental.account_id, rental.sender_id, facts)]
    if rental.price.setup:
        told.append(_charged(rental, rental.price.setup, "setup", None))
    return [*told, charged(rental, rental.next_at)]


def charged(rental: Rental, until: datetime | None) -> Event:
    """Tell that a month is paid, and until when."""
    return _charged(rental, rental.price.monthly, "monthly", until)


def not_charged(rental: Rental) -> Event:
    """Tell that the balance did not cover a month, and when what follows from that."""
    facts = {
        "number": rental.number,
        "amount": rental.price.monthly,
        "state": rental.state.value,
        "grace_until": _day(rental.grace_until),
    }
    return Event(Kind.NUMBER_CHARGE_FAILED, rental.account_id, rental.id, facts)


def released(rental: Rental, by: str) -> Event:
    """Tell that an account has a number no more."""
    facts = {"number": rental.number, "reason": rental.ended_why, "by": by}
    return Event(Kind.NUMBER_RELEASED, rental.account_id, rental.sender_id, facts)


def _charged(rental: Rental, amount: int, what: str, until: datetime | None) -> Event:
    facts = {
        "number": rental.number,
        "amount": amount,
        "what": what,
        "until": _day(until),
    }
    return Event(Kind.NUMBER_CHARGED, rental.account_id, rental.id, facts)


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"
