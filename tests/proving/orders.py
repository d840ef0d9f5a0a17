"""What a life of the system is told at its start, and what it tells when it ends."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Aim:
    """A point, and how often it is passed before it is the end: of this process, or of PostgreSQL instead."""

    point: str
    hit: int
    kills_server: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One life: where it finds its database and listens, and at which points it may end.

    The first of `aims` that is reached is the one; `later` is added once something has died. `told` gets a line then.
    `cluster`: the data of the PostgreSQL that may be killed. `gives_up`: messages in question are closed at once
    instead of after three days.
    """

    database_url: str
    port: int
    log: str
    told: str
    cluster: str
    aims: tuple[Aim, ...] = ()
    later: tuple[Aim, ...] = ()
    gives_up: bool = False

    def written(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def read_order(fields: dict[str, Any]) -> Order:
    """Read what `written` wrote."""
    order = Order(**fields)
    return replace(order, aims=_aims(fields["aims"]), later=_aims(fields["later"]))


@dataclass(frozen=True, slots=True)
class Death:
    """What a life writes down in the moment in which it dies, or kills PostgreSQL: by what, and what is left to aim at.

    Passages of points are counted over all lives, so `left` has what was not passed often enough.
    """

    point: str
    left: tuple[Aim, ...]

    def written(self) -> bytes:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


def deaths(told: Path) -> list[Death]:
    """Read what the lives of a run wrote."""
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return [Death(found["point"], _aims(found["left"])) for found in map(json.loads, lines)]


def _aims(found: list[dict[str, Any]]) -> tuple[Aim, ...]:
    return tuple(Aim(**one) for one in found)
