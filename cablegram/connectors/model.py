"""A connector as it is configured."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from cablegram.kit.ids import AccountId, ConnectorId

_HOST = r"^[A-Za-z0-9._:\-]+\Z"
_ASCII = r"^[\x20-\x7e]*\Z"  # of SMPP's C-octet strings, what can be shown (SMPP 3.4, section 3.1)


class BindMode(StrEnum):
    """How a link binds: one connection for both ways, or one each."""

    TRANSCEIVER = "transceiver"
    PAIR = "transmitter_receiver"


class SmppSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of an SMPP connector; the password is kept apart, sealed."""

    host: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=253,
            pattern=_HOST,
            description="The carrier's host name or address.",
            examples=["smpp.example.com"],
        ),
    ]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535, description="The carrier's port.")] = 2775
    system_id: Annotated[
        str, msgspec.Meta(min_length=1, max_length=15, pattern=_ASCII, description="Our login at the carrier.")
    ]
    system_type: Annotated[
        str, msgspec.Meta(max_length=12, pattern=_ASCII, description="Rarely needed: as the carrier says.")
    ] = ""
    mode: Annotated[BindMode, msgspec.Meta(description="One connection for both ways, or one each.")] = (
        BindMode.TRANSCEIVER
    )
    binds: Annotated[int, msgspec.Meta(ge=1, le=50, description="How many links to keep.")] = 1
    window: Annotated[int, msgspec.Meta(ge=1, le=1000, description="Unanswered parts a link may have.")] = 50
    throughput: Annotated[
        float, msgspec.Meta(ge=0, le=100_000, description="Parts a second on each link; 0 is without limit.")
    ] = 0
    enquire_link_seconds: Annotated[int, msgspec.Meta(ge=1, le=3600, description="Quiet time before a probe.")] = 30
    response_seconds: Annotated[
        int, msgspec.Meta(ge=1, le=600, description="Without an answer by then a message is `unknown`.")
    ] = 30
    query_after_hours: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=720,
            description="Without a receipt by then the carrier is asked about a message, and again after twice and "
            "four times as long; 0 is never.",
        ),
    ] = 24
    media_tlv: (
        Annotated[
            int,
            msgspec.Meta(
                ge=0x1400,
                le=0x3FFF,
                description="The carrier's own parameter in which it takes the address of a picture (MMS): a tag from "
                "5120 to 16383 (SMPP 3.4, section 5.3.2); null: it carries none.",
            ),
        ]
        | None
    ) = None
    segment_limit: (
        Annotated[
            int,
            msgspec.Meta(
                ge=8,
                le=1000,
                description="Characters that the gateway names as its limit of a segment, such as 127, where it bills "
                "by its own count; null: it bills as the network cuts. It only counts: no text is refused for it.",
            ),
        ]
        | None
    ) = None
    segment_overhead: Annotated[
        int, msgspec.Meta(ge=7, le=900, description="How many of them the gateway keeps for itself.")
    ] = 7
    segment_usable: (
        Annotated[
            int,
            msgspec.Meta(
                ge=1, le=1000, description="How many of them a text can use, such as 120; null: all that are left."
            ),
        ]
        | None
    ) = None


class IdForm(StrEnum):
    """How a carrier writes ids in receipts, compared with its responses."""

    UNKNOWN = "unknown"
    SAME = "same"
    HEX_THEN_DECIMAL = "hex_then_decimal"  # response hexadecimal, receipt decimal
    DECIMAL_THEN_HEX = "decimal_then_hex"


@dataclass(slots=True)
class Connector:
    """A way out. `account_id` None: the operator's, open to every account.

    `answers_queries`: whether its carrier answers questions about messages; None while that is not known.
    """

    id: ConnectorId
    account_id: AccountId | None
    kind: str
    name: str
    settings: SmppSettings
    is_simulated: bool
    is_enabled: bool
    receipt_id_form: IdForm
    created_at: datetime
    revision: int
    sealed_secret: bytes | None = field(repr=False, default=None)
    answers_queries: bool | None = None


@dataclass(slots=True)
class LinkStatus:
    """What one link of a connector is doing."""

    connector_id: ConnectorId
    number: int
    state: str
    detail: str
    since: datetime
