"""An account's sending rules, compiled: made once for each wording of them, and used for every batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import msgspec

from cablegram.consent import sending_rules
from cablegram.consent.rules import ORDER, Rules
from cablegram.consent.sending_hours import SendingHours
from cablegram.consent.sending_rules import SendingRules


class Ruleset(msgspec.Struct, frozen=True):
    """What a batch was judged by, as it is kept for whoever asks why: rules with their versions, and what they knew."""

    versions: dict[str, int]
    settings: SendingRules


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules ready to judge and hours to keep, the settings they were made of, and the ruleset's number and JSON."""

    settings: SendingRules
    rules: Rules
    hours: SendingHours
    ruleset: int
    written: str


_read_ruleset = msgspec.json.Decoder(Ruleset).decode
_write_ruleset = msgspec.json.Encoder(order="sorted").encode


@lru_cache(maxsize=2_000)
def compiled(written: str | None) -> Rulebook:
    """Return the rulebook of an account whose rules are written so; None: it never changed any.

    Equal rules have equal numbers (64 bits of a digest), in any process.
    """
    settings = SendingRules() if written is None else sending_rules.read(written)
    kept = _write_ruleset(Ruleset({rule.id: rule.version for rule in ORDER}, settings))
    number = int.from_bytes(blake2b(kept, digest_size=8).digest(), signed=True)
    return Rulebook(
        settings, Rules(sending_rules.policy(settings)), sending_rules.hours(settings), number, kept.decode()
    )


def read_ruleset(written: str) -> tuple[Ruleset, Rules]:
    """Return a ruleset that was kept, and its rules as they are today, to go through them once more."""
    ruleset = _read_ruleset(written)
    return ruleset, Rules(sending_rules.policy(ruleset.settings))
