"""What an endpoint is, what waits for it, and what came of each attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId, DeliveryId, EndpointId


class Transport(StrEnum):
    """How an endpoint is reached."""

    HTTP = "http"  # a POST to its address
    SNS = "sns"  # published to a topic (R152)
    STREAM = "stream"  # asked for by whoever listens (`cablegram listen`)


class Form(StrEnum):
    """What is sent: the documented shapes, or one flat object with `notification_type` (R152)."""

    STANDARD = "standard"
    NOTIFICATION = "notification"


class Off(StrEnum):
    """Why an endpoint is off."""

    BY_HAND = "by_hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # it took nothing for days


class Standing(StrEnum):
    """How it stands with one event."""

    WAITING = "waiting"  # not tried yet
    RETRYING = "retrying"  # tried in vain, and tried again by the schedule
    DELIVERED = "delivered"
    MISSED = "missed"  # given up, or its endpoint was off: sent again when somebody asks for it


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an account wants its news. `sequence` is the number of its last event."""

    id: EndpointId
    account_id: AccountId
    transport: Transport
    form: Form
    name: str
    url: str
    topic: str
    kinds: tuple[str, ...]
    is_enabled: bool
    off_reason: str
    off_at: datetime | None
    is_callback: bool
    old_secret_until: datetime | None
    created_by: str
    created_at: datetime
    sequence: int
    failing_since: datetime | None
    last_ok_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint to be made. `access_key` and `secret_key` are those of SNS."""

    name: str
    url: str = ""
    kinds: Sequence[str] | None = None  # None: the usual ones
    transport: Transport = Transport.HTTP
    form: Form = Form.STANDARD
    topic: str = ""
    access_key: str = ""
    secret_key: str = ""
    is_callback: bool = False


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """What to change of an endpoint; None stays."""

    name: str | None = None
    url: str | None = None
    kinds: Sequence[str] | None = None
    form: Form | None = None
    is_enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What sending to an endpoint needs; secrets are sealed still."""

    id: EndpointId
    account_id: AccountId
    transport: Transport
    form: Form
    url: str
    topic: str
    secret: bytes
    old_secret: bytes | None
    old_until: datetime | None
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class Due:
    """An event that is to be sent now; `tries` were made before."""

    endpoint_id: EndpointId
    id: DeliveryId
    next_at: datetime
    tries: int
    kind: str
    at: datetime
    sequence: int
    data: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt; no status: no answer, and `error` says why. `asked` is its `Retry-After`."""

    status: int | None
    milliseconds: int
    answer: str
    error: str
    is_ok: bool
    asked: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An attempt to be written down: of what, when, what came of it, and when it is tried again (None: it is not)."""

    due: Due
    at: datetime
    outcome: Outcome
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event of an endpoint, as people look for it."""

    id: DeliveryId
    endpoint_id: EndpointId
    sequence: int
    kind: str
    at: datetime
    subject: UUID | None
    data: str
    standing: Standing
    tries: int
    next_at: datetime | None
    last_status: int | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, as it was written down."""

    at: datetime
    number: int
    is_ok: bool
    status: int | None
    milliseconds: int
    answer: str
    error: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """What happened in one hour: how many attempts were taken, how many failed."""

    hour: datetime
    taken: int
    failed: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events of an endpoint: all of what is given has to fit. `until` is the moment after the last."""

    kinds: Sequence[str] | None = None
    subject: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    standing: Standing | None = None

    def values(self) -> dict[str, Any]:
        """Return it as statements take it."""
        return {
            "kinds": None if self.kinds is None else list(self.kinds),
            "subject": self.subject,
            "since": self.since,
            "until": self.until,
        }
