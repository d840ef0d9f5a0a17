"""What the rules said of one message, told rule by rule. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cablegram.consent.reasons import Reason


class Verdict(StrEnum):
    """What a rule says."""

    PASS = "pass"  # noqa: S105  no password
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Look:
    """What one rule saw and said of one message."""

    rule: str
    version: int
    verdict: Verdict
    sentence: str
    reason: Reason | None
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """The rules that were looked at, in order. The last is the one that stopped the message, if one did."""

    looks: tuple[Look, ...]

    @property
    def stopped(self) -> Look | None:
        """Return the look that stopped the message."""
        last = self.looks[-1] if self.looks else None
        return last if last and last.verdict is Verdict.STOP else None
