"""What a short link is: a code of nine characters in one person's text, and what leads from it. Pure.

Nine of 62 characters are 53 bits: with a hundred million codes alive, one guess in a hundred million finds any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cablegram.kit.ids import AccountId, CampaignId, ContactId, MessageId, ProgramId

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 9
SAMPLES = tuple(f"xxxxxxx{number:02}" for number in range(100))
"""Stand for any codes where only their length counts: all are of GSM 03.38's characters that take one septet."""
BITS = 64
"""Of chance that one code takes: so many more than it holds that none is likelier than another."""

LINK, LEAVE = "l", "u"
"""The first parts of paths: short links, and the pages on which people unsubscribe."""
UNSUBSCRIBE = "unsubscribe_link"
"""The variable that is replaced by the address of a person's own page."""

DAYS = 90
"""How long a link leads to where it did, unless an account wants it otherwise."""
MOST_DAYS = 730
LEAVING_DAYS = 730
"""How long the page to unsubscribe is there, whatever an account wants."""
MOST_LINKS = 20
"""In one text."""
LONGEST_URL = 2_000

_PAIRS = tuple(one + other for one in ALPHABET for other in ALPHABET)
_CHARACTERS = frozenset(ALPHABET)


def code_of(chance: int) -> str:
    """Write a number of `BITS` bits as a code."""
    rest, found = chance, ""
    for _ in range(LENGTH // 2):
        rest, pair = divmod(rest, len(_PAIRS))
        found += _PAIRS[pair]
    return found + ALPHABET[rest % len(ALPHABET)]


def is_code(text: str) -> bool:
    """Tell whether a text has the form of a code."""
    return len(text) == LENGTH and _CHARACTERS.issuperset(text)


@dataclass(frozen=True, slots=True)
class Placed:
    """A code as it stands in one text; `url` None: the page on which its reader unsubscribes."""

    code: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """The codes of a message that was accepted."""

    account_id: AccountId
    message_id: MessageId
    campaign_id: CampaignId | None
    contact_id: ContactId | None
    program_id: ProgramId | None
    number: str  # digits of E.164
    country: str
    placed: Sequence[Placed]


@dataclass(frozen=True, slots=True)
class Link:
    """A short link as it stands: `clicks` of people, `by_machines` of what looks at links before people do."""

    code: str
    account_id: AccountId
    message_id: MessageId
    campaign_id: CampaignId | None
    program_id: ProgramId | None
    contact_id: ContactId | None
    number: str
    url: str | None
    expires_at: datetime
    first_at: datetime | None
    last_at: datetime | None
    clicks: int
    by_machines: int

    def is_open(self, now: datetime) -> bool:
        """Tell whether it still leads to where it did."""
        return now < self.expires_at


@dataclass(slots=True)
class Opened:
    """How often a link was opened within a batch, by people and by machines; `first` and `last` are of people."""

    code: str
    clicks: int = 0
    by_machines: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clicked:
    """A link that people opened: for whoever is told of it."""

    account_id: AccountId
    campaign_id: CampaignId | None
    message_id: MessageId
    number: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """An address that links of a campaign lead to, without what stands behind its question mark."""

    url: str
    clicks: int
    people: int
    by_machines: int


@dataclass(slots=True)
class Clicks:
    """What was opened of a campaign: `people` and `clicks` of theirs, and how often machines did.

    `of` counts people by country and text, `hours` by when each opened their first link.
    """

    people: int = 0
    clicks: int = 0
    by_machines: int = 0
    of: list[tuple[str, int | None, int]] = field(default_factory=list[tuple[str, int | None, int]])
    targets: list[Target] = field(default_factory=list[Target])
    hours: list[tuple[datetime, int]] = field(default_factory=list[tuple[datetime, int]])
