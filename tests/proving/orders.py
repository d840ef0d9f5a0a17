"""What a life of the system is told at its start."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Order:
    """One life: where it finds its database and listens, and at which point it ends.

    `arm` is a fail point with its hit, or None. `postmaster`: there not this process is killed but that server, with
    all its backends. `told` gets a line when the armed point was reached. `gives_up`: messages in question are closed
    at once instead of after three days.
    """

    database_url: str
    port: int
    log: str
    told: str
    arm: str | None = None
    postmaster: int | None = None
    gives_up: bool = False

    def written(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def read_order(fields: dict[str, Any]) -> Order:
    """Read what `written` wrote."""
    return Order(**fields)
