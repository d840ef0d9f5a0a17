"""What a simulated provider can be told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Receipts(StrEnum):
    """Which receipts are told: all, only how it ended, none."""

    ALL = "all"
    FINAL = "final"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ProviderOptions:
    """Where a provider listens and how it behaves. Delays are seconds.

    `callback_url` is told receipts of requests that name no address of their own, and `inbound_url` texts of phones.
    More than `rate` requests a second are refused with 429 and `retry_after`. A callback that is not answered 2xx
    is tried again up to `retries` times, after 1, 2, 4 ... times `retry_delay`.
    """

    host: str = "127.0.0.1"
    port: int = 2790
    journal: Path | None = None
    callback_url: str = ""
    inbound_url: str = ""
    answer_delay: float = 0.0
    receipt_delay: float = 0.2
    receipts: Receipts = Receipts.ALL
    rate: float | None = None
    retry_after: int = 1
    slow_seconds: float = 5.0
    callers: int = 32
    retries: int = 3
    retry_delay: float = 1.0
