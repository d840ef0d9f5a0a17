"""Senders: addresses that stand in `from`, granted to accounts (R49, R58)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cablegram.kit.ids import AccountId, ConnectorId, SenderId


class Kind(StrEnum):
    """What a sender is, to a network. The words are the API's words."""

    NUMBER = "number"
    SHORT_CODE = "short_code"
    NAME = "name"


class NumberType(StrEnum):
    """What sort of number it is (R58): with the country it will set the price."""

    LOCAL = "local"
    NATIONAL = "national"
    MOBILE = "mobile"
    TOLL_FREE = "toll_free"


class Capability(StrEnum):
    """What a sender can carry."""

    SMS = "sms"
    MMS = "mms"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a number answers by itself, and what is found out about those who write to it (R61, R62).

    `stop_words` opt out as END does, where the number reads STOP; HELP gets `help_text`, where there is one.
    """

    autoresponder_enabled: bool = False
    autoresponder_text: str = ""
    stop_words_enabled: bool = False
    cnam_enabled: bool = False
    stop_words: tuple[str, ...] = ()
    help_text: str = ""


@dataclass(slots=True)
class Sender:
    """An address that an account may use.

    `country` is that of a number or a short code (ISO, "001" for numbers of none); None is not known: a short code
    without one is taken to reach everybody, as those of the simulated carrier do (R65). `connector_ids` are the ways
    out that can carry it; none: any that the account may use.
    """

    id: SenderId
    address: str
    kind: Kind
    number_type: NumberType | None
    country: str | None
    capabilities: tuple[Capability, ...]
    connector_ids: tuple[ConnectorId, ...]
    settings: Settings
    is_default: bool
    created_at: datetime
    used_at: datetime | None = None  # when it was last chosen out of several


@dataclass(frozen=True, slots=True)
class Usable:
    """What a message gets: the address to show, what it is, and the connectors that can carry it (none: any).

    `id` is None where the account may send as anything and this is no sender of its own: nothing is known of such a
    one but its kind. `country` is "" where it is not known.
    """

    address: str
    connector_ids: tuple[ConnectorId, ...] = ()
    kind: Kind = Kind.NAME
    country: str = ""
    id: SenderId | None = None
    can_mms: bool = False
    used_at: datetime | None = None  # where it is one of several: when it was last chosen
    is_shared: bool = False  # a code of several accounts: it sends for their programs alone


Wanted = str | tuple[str, ...] | None
"""What a message wants to be sent from: one sender, one of several, any (`any`), or, None, the account's default."""


def as_tuple(wanted: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return what is wanted as a list, of one where it is one."""
    return wanted if isinstance(wanted, tuple) else (wanted,)


def as_wanted(addresses: Sequence[str] | None) -> Wanted:
    """Return what a list asks for: the default where there is none, its only one where there is one."""
    if addresses is None:
        return None
    return addresses[0] if len(addresses) == 1 else tuple(addresses)


@dataclass(frozen=True, slots=True)
class SenderRefusal:
    """Why an account can't send from what it asked for: a stable code and a sentence."""

    code: str
    message: str


@dataclass(slots=True)
class Holder:
    """An account that has an address, and how it wants texts to it handled."""

    address: str
    account_id: AccountId
    sender_id: SenderId
    kind: Kind
    settings: Settings
    connector_ids: Sequence[ConnectorId]  # that can carry it; none: any


@dataclass(frozen=True, slots=True)
class Filter:
    """Which senders are wanted; None: whatever they are."""

    kind: Kind | None = None
    country: str | None = None
    number_type: NumberType | None = None
    address: str | None = None
