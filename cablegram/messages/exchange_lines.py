"""What was said between us and providers about a message, as lines of its story. Pure.

Each is found by its connector and its time: a request stands between a message's claim and the answer to it, a call at
the moment that its receipt has. Whoever may not configure the connector does not see where it leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.messages.model import Message, Moment

_BEFORE, _AFTER = timedelta(seconds=1), timedelta(seconds=2)
_LONGEST = timedelta(minutes=10)  # that a request takes at most: the longest time-out there is
_LONGEST_URL = 200
_MOST_TRIES = 10

Span = tuple[datetime, datetime]


def spans(message: Message, noted: Sequence[Moment]) -> list[Span]:
    """Return when requests about a message began: that of its last claim, and those that were answered before."""
    if message.claimed_at is None:
        return []
    answered = [one.at for one in noted if one.kind in ("answered", "lost")]
    ended = [one for one in (message.submitted_at, *answered) if one and one >= message.claimed_at]
    last = max(ended, default=message.claimed_at + _LONGEST)
    before = sorted(one for one in answered if one < message.claimed_at)[-_MOST_TRIES:]
    return [
        *((max(one - _LONGEST, message.accepted_at), one) for one in before),
        (message.claimed_at - _BEFORE, last + _AFTER),
    ]


def calls(message: Message, noted: Sequence[Moment]) -> list[datetime]:
    """Return the moments at which receipts of a message came."""
    told = [one.at for one in noted if one.kind == "receipt"]
    return [*told, message.receipt_at] if message.receipt_at else told


def lines(said: Sequence[Exchange], *, is_open: bool) -> list[Moment]:
    """Return exchanges as lines, for who may see all of them (`is_open`) and for others."""
    return [Moment(one.at, "exchange", 0, _line(one, is_open=is_open)) for one in said]


def _line(one: Exchange, *, is_open: bool) -> str:
    status = "no answer" if one.status is None else str(one.status)
    outcome = f"{status} after {one.took_ms:,} ms: "
    if not is_open:
        # Only the word of it: what stands behind may be about the operator's account, or where its gateway is.
        who = "the provider called us" if one.kind is Kind.CALLBACK else "asked the provider"
        return f"{who}: {outcome}{one.verdict.partition(':')[0]}"
    outcome += one.verdict
    where = f"{one.method} {one.url[:_LONGEST_URL]}"
    who = "the provider called us" if one.kind is Kind.CALLBACK else "asked the provider"
    return f"{who}: {where}: {outcome} (exchange {one.id})"
