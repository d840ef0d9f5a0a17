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


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """At which points a process may end: at the first of `aims` that it reaches; `later` is added once something died.

    `told` gets a line then. `cluster`: the data of the PostgreSQL that may be killed.
    """

    told: str
    cluster: str
    aims: tuple[Aim, ...] = ()
    later: tuple[Aim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Armed):
    """One life: where it finds its database and listens. `gives_up`: it closes messages in question at once."""

    database_url: str
    port: int
    log: str
    gives_up: bool = False

    def written(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def read_order(fields: dict[str, Any]) -> Order:
    """Read what `written` wrote."""
    return replace(Order(**fields), aims=_aims(fields["aims"]), later=_aims(fields["later"]))


def read_armed(fields: dict[str, Any]) -> Armed:
    """Read what `asdict` made of one."""
    return replace(Armed(**fields), aims=_aims(fields["aims"]), later=_aims(fields["later"]))


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
