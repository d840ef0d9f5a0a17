"""What is seen of an installation at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cablegram.kit.ids import AccountId, ConnectorId


@dataclass(slots=True)
class Load:
    """What waits for a connector's links, what is on the wire, and what nobody can say about."""

    queued: int = 0
    in_flight: int = 0
    unknown: int = 0


@dataclass(slots=True)
class Traffic:
    """What an account moved since a moment: handed in, taken by carriers, delivered, and settled in any way."""

    account_id: AccountId
    accepted: int = 0
    submitted: int = 0
    delivered: int = 0
    handled: int = 0


@dataclass(slots=True)
class Pulse:
    """The installation at this moment: loads by connector, and what each account moved in the last `seconds`."""

    seconds: float
    loads: dict[ConnectorId, Load] = field(default_factory=dict[ConnectorId, Load])
    traffic: list[Traffic] = field(default_factory=list[Traffic])


@dataclass(frozen=True, slots=True)
class Process:
    """A process that hands messages to links, or did."""

    host: str
    pid: int
    since: datetime
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says of itself; the size in bytes."""

    version: str
    size: int
    since: datetime
