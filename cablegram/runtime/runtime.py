"""What a deed gets as `rt`: everything outside itself that it may use. Built once, in `cli`; there are no globals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog

from cablegram.kit.clock import Clock, SystemClock
from cablegram.kit.seal import Seal
from cablegram.runtime.database import Database
from cablegram.runtime.meters import Meters
from cablegram.runtime.settings import Settings


def _log() -> Any:  # noqa: ANN401 - structlog's own type for a lazily bound logger
    return structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, database, clock, seal, log and meters of one process."""

    settings: Settings
    db: Database
    seal: Seal
    clock: Clock = field(default_factory=SystemClock)
    log: Any = field(default_factory=_log)
    meters: Meters = field(default_factory=Meters)
