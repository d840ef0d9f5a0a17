"""Accounts, the people who log in to them, and the keys that call for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import AccountId, KeyId, UserId

Role = Literal["owner", "admin", "developer", "marketer", "billing", "viewer"]
Language = Literal["en", "es"]
Theme = Literal["system", "paper", "ink"]


@dataclass(slots=True)
class Account:
    """The customer who pays."""

    id: AccountId
    name: str
    default_country: str  # ISO 3166 alpha-2: of numbers that are written without a country code (R31)
    open_senders: bool  # False: only senders granted to it may stand in `from` (R49)
    created_at: datetime
    segment_profile: str = "gsm0338"  # for how many segments it pays (text/profiles.py, R42)


@dataclass(slots=True)
class User:
    """A person who logs in. Without a password there is only the one-time login."""

    id: UserId
    login: str
    display_name: str
    is_operator: bool
    has_password: bool
    theme: Theme


@dataclass(slots=True)
class Member:
    """A person's place in an account."""

    user: User
    role: Role


@dataclass(slots=True)
class ApiKey:
    """A key as it is shown: of the key itself only the first characters are kept, and its SHA-256."""

    id: KeyId
    name: str
    hint: str
    scopes: frozenset[Scope]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(slots=True)
class Session:
    """A person at the panel. Without an account there is nobody to act for, and so no principal."""

    hash: bytes
    user: User
    account: Account | None
    principal: Principal | None
