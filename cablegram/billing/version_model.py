"""Versions of a tariff: each is in force from its date until the next one's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cablegram.kit.ids import ConnectorId


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to bring. `valid_from` None: at once. With a connector it is what that carrier takes, in `currency`."""

    valid_from: datetime | None = None
    name: str = ""
    connector_id: ConnectorId | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it was brought; `withdrawn_at` where it was taken back before its date."""

    id: int
    connector_id: ConnectorId | None
    currency: str | None
    name: str
    valid_from: datetime
    prefixes: int
    countries: int
    is_demo: bool
    made_at: datetime
    made_by: str
    withdrawn_at: datetime | None


def in_force(versions: list[Version], now: datetime) -> Version | None:
    """Return the one of a carrier's or the accounts' versions that is in force at a moment. Pure."""
    come = [one for one in versions if one.withdrawn_at is None and one.valid_from <= now]
    return max(come, key=lambda one: (one.valid_from, one.id), default=None)
