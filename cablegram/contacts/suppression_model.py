"""What is kept of a number that nothing else is kept of (L23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from cablegram.kit.ids import AccountId


class Standing(StrEnum):
    """What such a number may get."""

    NO_MARKETING = "no_marketing"
    STOPPED = "stopped"  # nothing: the person said so, and may say otherwise
    BARRED = "barred"  # nothing: the account said so


@dataclass(frozen=True, slots=True)
class Kept:
    """A number that asked for nothing more; `why` is erased, merged or replaced (by another, or by a file of all)."""

    account_id: AccountId
    number: str  # digits of E.164; in the database there is only a hash of it
    standing: Standing
    why: str = "erased"
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)  # when it was written; the store knows
