"""What the simulated carrier can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class IdForm(StrEnum):
    """How a message id is written."""

    DECIMAL = "decimal"
    HEX = "hex"
    UPPER_HEX = "upper-hex"
    PADDED = "padded"
    UUID = "uuid"


class IdDialect(StrEnum):
    """How ids are written in submit_sm_resp and in receipts; where one word stands, in both."""

    DECIMAL = "decimal"
    HEX = "hex"
    PADDED = "padded"
    UUID = "uuid"
    HEX_THEN_DECIMAL = "hex-then-decimal"
    DECIMAL_THEN_HEX = "decimal-then-hex"

    @property
    def forms(self) -> tuple[IdForm, IdForm]:
        """The form in responses and the form in receipts."""
        first, _, second = self.value.partition("-then-")
        return IdForm(first), IdForm(second or first)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many of a thousand numbers can't be reached, each in its way; the others are reached."""

    undelivered: int = 20
    expired: int = 10
    rejected: int = 10


@dataclass(frozen=True, slots=True)
class CarrierOptions:
    """Where the carrier listens and how it behaves. Delays are seconds, from and to.

    The same `seed` gives each number the same fate and the same delays. `password`: none means that any system_id may
    bind with any. `window`: more unanswered requests than that on a bind are throttled, as is more than `rate` a
    second of one system_id. `first_id`: the number of the first message; else one that no earlier start has used.
    """

    host: str = "127.0.0.1"
    smpp_port: int = 2775
    http_port: int = 2780
    seed: int = 1
    journal: Path | None = None
    system_id: str = "cablegram"
    password: str = field(default="", repr=False)
    refuse_bind: int = 0
    ids: IdDialect = IdDialect.DECIMAL
    first_id: int | None = None
    outcomes: Outcomes = Outcomes()
    response_delay: tuple[float, float] = (0.0, 0.002)
    receipt_delay: tuple[float, float] = (0.05, 0.3)
    late: float = 30.0
    window: int | None = None
    rate: float | None = None
    deliver_window: int = 200
    deliver_timeout: float = 30.0
    retry_after: float = 1.0
    handsets: tuple[str, ...] = ()
