"""A connector as it is configured: the settings of its kind, and what every statement may know without them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from cablegram.connectors.providers.kinds import HttpSettings
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
    notices_from: Annotated[
        str,
        msgspec.Meta(
            max_length=20,
            pattern=_ASCII,
            description="The address from which the carrier sends what became of subscribers' lines: a text to the "
            "short code with a line for each, status,number,new_number,at; empty: it sends none.",
        ),
    ] = ""
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


Settings = SmppSettings | HttpSettings


@dataclass(frozen=True, slots=True)
class Traits:
    """What is special about a connector, as its kind reads it from its settings whenever they are saved.

    `links` it keeps; `usable_characters` is by how many its gateway bills a text (R43), None: as the network cuts it;
    `needs` are the names of what each message must bring along (R132).
    """

    links: int = 1
    carries_media: bool = False
    usable_characters: int | None = None
    needs: tuple[str, ...] = ()


@dataclass(slots=True)
class Connector:
    """A way out. `account_id` None: the operator's, open to every account; else that account's own (R171).

    `answers_queries`: whether its carrier answers questions about messages; None while that is not known.
    `fee`: micro-credits a segment over an account's own; None: nothing. `tested_at`: when its provider last took a
    test; None: never, or not since it leads elsewhere. `paused_at`: since when its provider refuses all, and says why.
    """

    id: ConnectorId
    account_id: AccountId | None
    kind: str
    name: str
    settings: Settings
    is_simulated: bool
    is_enabled: bool
    receipt_id_form: IdForm
    created_at: datetime
    revision: int
    sealed_secret: bytes | None = field(repr=False, default=None)
    answers_queries: bool | None = None
    traits: Traits = field(default_factory=Traits)
    fee: int | None = None
    tested_at: datetime | None = None
    paused_at: datetime | None = None
    paused_reason: str | None = None
    sealed_callback_token: bytes | None = field(repr=False, default=None)

    @property
    def smpp(self) -> SmppSettings | None:
        """Its settings where it speaks SMPP."""
        return self.settings if isinstance(self.settings, SmppSettings) else None

    @property
    def http(self) -> HttpSettings | None:
        """Its settings where it speaks HTTP."""
        return self.settings if isinstance(self.settings, HttpSettings) else None

    @property
    def room(self) -> int:
        """How much may be under way at once: parts over SMPP, requests over HTTP."""
        settings = self.settings
        return settings.window * settings.binds if isinstance(settings, SmppSettings) else settings.concurrency

    @property
    def rate(self) -> float:
        """How much may go out a second: parts over SMPP, messages over HTTP; 0 is without limit."""
        settings = self.settings
        return settings.throughput * (settings.binds if isinstance(settings, SmppSettings) else 1)


@dataclass(slots=True)
class LinkStatus:
    """What one link of a connector is doing."""

    connector_id: ConnectorId
    number: int
    state: str
    detail: str
    since: datetime


def where_of(connector: Connector) -> str:
    """Return where a connector leads, for people: host and port, or the address of an API; "" for its usual one."""
    settings = connector.settings
    return f"{settings.host}:{settings.port}" if isinstance(settings, SmppSettings) else settings.base_url
