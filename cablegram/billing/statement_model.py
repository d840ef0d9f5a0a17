"""A statement: the lines of an account's ledger that are asked for, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cablegram.billing.model import Posting, PostingKind
from cablegram.kit.ids import CampaignId
from cablegram.kit.money import micro_to_credits

COLUMNS = ("number", "at", "kind", "messages", "credits", "balance", "campaign", "reference", "note", "id")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: kinds (none: all), from a moment up to another, of a campaign, with a text in note or reference."""

    kinds: tuple[PostingKind, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    campaign_id: CampaignId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What lines come to, in micro-credits: `given` and `taken` (negative) of those asked for.

    `opening` and `closing` are the balances before and after the time asked for, whatever else is left out.
    `is_final`: all its days are closed, so it never changes.
    """

    count: int
    given: int
    taken: int
    opening: int
    closing: int
    is_final: bool


def cells(one: Posting, campaign: str) -> list[str]:
    """Return a line as the cells of a file: credits exactly, the moment in UTC."""
    return [
        str(one.seq),
        one.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        one.kind.value,
        str(one.count),
        micro_to_credits(one.amount),
        micro_to_credits(one.balance_after),
        campaign,
        one.reference,
        one.note,
        str(one.id),
    ]
