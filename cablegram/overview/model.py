"""What is seen of an installation at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.messages.model import State
from cablegram.runtime.meters import Figures


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
class Stopped:
    """The operator stopped all sending: since when, and, for the operator's eyes, who did it and why."""

    since: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says of itself; the size in bytes."""

    version: str
    size: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Lane:
    """What waits in a lane of a connector: how many, counted up to a limit, and since when the oldest does."""

    connector_id: ConnectorId
    lane: int
    waiting: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """A connector as figures show it; `window` is that of all its links together."""

    id: ConnectorId
    name: str
    is_enabled: bool
    window: int


@dataclass(frozen=True, slots=True)
class Reported:
    """What a process says of itself; `lives` as long as it keeps saying so."""

    name: str
    host: str
    pid: int
    since: datetime
    lives: bool
    figures: Figures


@dataclass(slots=True)
class Watched:
    """The installation in figures. `came` and `standing` are of all that was ever counted."""

    at: datetime
    came: dict[State, int]
    standing: dict[State, int]
    lanes: list[Lane]
    aside: dict[ConnectorId, int]
    loads: dict[ConnectorId, Load]
    ways: list[Way]
    links: list[tuple[ConnectorId, int, str]]
    reports: list[Reported]
    dispatchers: int
    database: int
    stopped: Stopped | None = None
    resent: int = 0

    @property
    def accepted(self) -> int:
        """Return how many messages were ever accepted: all that are anywhere, but for those that never were."""
        return sum(n for state, n in self.standing.items() if state is not State.SKIPPED)
