"""Carriers' invoices that were compared with what we sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cablegram.kit.ids import ConnectorId


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice to compare. `columns` name what is in which column; without a time it is that of its lines."""

    connector_id: ConnectorId
    name: str
    columns: dict[str, str] = field(default_factory=dict[str, str])
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """What came of comparing one; amounts in millionths of the currency, `currency` empty without a tariff."""

    id: UUID
    connector_id: ConnectorId
    name: str
    made_at: datetime
    made_by: str
    since: datetime
    until: datetime
    currency: str
    lines: int
    matched: int
    differences: int
    invoiced: int
    expected: int
