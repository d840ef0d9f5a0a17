"""Identifiers: UUIDv7 (RFC 9562, section 5.7), sortable by the millisecond they were made in.

One process hands them out in strictly rising order, so that rows written one after another stand one after another
in every index. `NewType`s keep an account's id from being passed where a message's is wanted.
"""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime
from typing import NewType
from uuid import UUID, SafeUUID

AccountId = NewType("AccountId", UUID)
UserId = NewType("UserId", UUID)
KeyId = NewType("KeyId", UUID)
InvitationId = NewType("InvitationId", UUID)
TicketId = NewType("TicketId", UUID)
SenderId = NewType("SenderId", UUID)
ConnectorId = NewType("ConnectorId", UUID)
MessageId = NewType("MessageId", UUID)
PostingId = NewType("PostingId", UUID)
TemplateId = NewType("TemplateId", UUID)
ContactId = NewType("ContactId", UUID)
ListId = NewType("ListId", UUID)
FieldId = NewType("FieldId", UUID)
WebsiteTagId = NewType("WebsiteTagId", UUID)
CampaignId = NewType("CampaignId", UUID)
ShareId = NewType("ShareId", UUID)
SavedReportId = NewType("SavedReportId", UUID)
RouteId = NewType("RouteId", UUID)
EvidenceId = NewType("EvidenceId", UUID)
ProgramId = NewType("ProgramId", UUID)
ShortCodeId = NewType("ShortCodeId", UUID)
SegmentId = NewType("SegmentId", UUID)
JobId = NewType("JobId", UUID)
FileId = NewType("FileId", UUID)
CardId = NewType("CardId", UUID)
RechargeId = NewType("RechargeId", UUID)
ReturnId = NewType("ReturnId", UUID)
ReceiptId = NewType("ReceiptId", UUID)
LetterId = NewType("LetterId", UUID)
EndpointId = NewType("EndpointId", UUID)
DeliveryId = NewType("DeliveryId", UUID)
RentalId = NewType("RentalId", UUID)
StockId = NewType("StockId", UUID)
HostedNumberId = NewType("HostedNumberId", UUID)

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)
_RANDOM_BITS = 74
_LOW = (1 << 62) - 1


class IdSource:
    """Makes rising UUIDv7s; a counter in the random part keeps the order inside one millisecond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = self._last_apart = 0

    def uuid7(self) -> UUID:
        """Return a UUID larger than any this source returned before."""
        return self.many(1)[0]

    def many(self, count: int) -> list[UUID]:
        """Return `count` rising UUIDs, a good deal cheaper than one by one."""
        with self._lock:
            # 48 bits of time, then 74 bits that start at random (top bit clear: room to count) and go up by odd steps.
            fresh = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS - 1)
            value = max(fresh, self._last + 1)
            step = (secrets.randbits(31) << 1) | 1
            out = [_assemble(value + i * step) for i in range(count)]
            self._last = value + max(count - 1, 0) * step
        return out

    def apart(self, count: int) -> list[UUID]:
        """Return `count` rising UUIDs of 74 random bits each: who knows some of them can't tell the others.

        For ids that prove something. Those of `many` are a step apart, also of what others made in the same moment.
        """
        with self._lock:
            at = self._last_apart = max(time.time_ns() // 1_000_000, self._last_apart + 1)
        bits = sorted(secrets.randbits(_RANDOM_BITS) for _ in range(count))
        return [_assemble(at << _RANDOM_BITS | one) for one in bits]


def _assemble(value: int) -> UUID:
    # Time stays in front, twelve random bits come behind the version, the last 62 behind the variant.
    high = value >> 62
    number = (high >> 12 << 80) | ((high & 0xFFF) << 64) | (value & _LOW) | _VERSION_AND_VARIANT
    # UUID's own constructor first finds out what it was given: two thirds of what an id would cost.
    made = object.__new__(UUID)
    object.__setattr__(made, "int", number)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


_source = IdSource()
uuid7 = _source.uuid7
uuid7s = _source.many
uuid7s_apart = _source.apart


def time_of(uuid: UUID) -> datetime:
    """Return when a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((uuid.int >> 80) / 1000, UTC)


def lowest_at(moment: datetime) -> UUID:
    """Return the lowest UUIDv7 of a moment: the bound of a day's partition, of a search by date."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80))
