"""Which senders carriers take, by country: names, registered names, numbers from abroad.

Not legal advice and never complete: an operator sees the source and the date of each line. Countries without a line
take any sender, as far as we know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

LONGEST_SHORT_CODE = 7


class Names(Enum):
    """What becomes of a name as sender."""

    ANY = "taken as it is"
    REGISTERED = "taken when it is registered; else replaced, marked or dropped"
    NONE = "not carried"


class SenderKind(Enum):
    """What a sender is, to a network."""

    NAME = "name"
    SHORT_CODE = "short code"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class SenderRule:
    """One country's rule. `blocked` are names in lower case that no one may use; `source` says who publishes it."""

    names: Names
    source: str
    seen: str
    takes_foreign_numbers: bool = True
    calling_code: str = ""
    blocked: frozenset[str] = frozenset()


_NANP = SenderRule(Names.NONE, "carriers of the US and Canada, as their aggregators publish", "2026-11")
_REGISTERED = SenderRule(
    Names.REGISTERED, "AWS End User Messaging, countries that want sender IDs registered", "2026-11"
)
_GENERIC = frozenset({"alert", "alerts", "info", "notice", "security", "sms", "text", "urgent", "verify"})

SENDER_RULES: Mapping[str, SenderRule] = {
    "US": _NANP,
    "CA": _NANP,
    **dict.fromkeys(("AU", "BY", "CN", "EG", "FI", "IN", "ID", "IE", "JO", "KZ", "KE", "KW", "PH"), _REGISTERED),
    **dict.fromkeys(("QA", "RU", "SA", "SG", "LK", "TH", "TR", "AE", "VN", "ZM"), _REGISTERED),
    "GB": SenderRule(
        Names.REGISTERED,
        "UK operators' rules on sender IDs: no generic words, no numbers from abroad",
        "2026-11",
        takes_foreign_numbers=False,
        calling_code="44",
        blocked=_GENERIC,
    ),
}


@lru_cache(maxsize=4096)
def kind(sender: str) -> SenderKind:
    """Return what an address (`senders.address.canonical`) is."""
    if not sender.isdigit():
        return SenderKind.NAME
    return SenderKind.SHORT_CODE if len(sender) <= LONGEST_SHORT_CODE else SenderKind.NUMBER
