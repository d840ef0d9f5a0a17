"""Accounts, the people who log in to them, and the keys that call for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from cablegram.accounts.access import Principal, Scope
from cablegram.kit.ids import AccountId, InvitationId, KeyId, UserId

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
    suspended_at: datetime | None = None  # since when the operator lets it do nothing


@dataclass(slots=True)
class User:
    """A person who logs in. Without a password there is only the one-time login."""

    id: UserId
    login: str
    display_name: str
    is_operator: bool
    has_password: bool
    theme: Theme
    language: Language = "en"
    email: str | None = None
    is_confirmed: bool = False  # the address is theirs: a letter to it was read
    has_second_factor: bool = False


@dataclass(slots=True)
class Profile:
    """What a person says of themselves (R8). `time_zone` is a name of the IANA database.

    `comes_back` is what a mail server said of letters to their address that came back; None: none did.
    """

    first_name: str
    last_name: str
    company: str
    email: str | None
    is_confirmed: bool
    language: Language
    time_zone: str
    comes_back: str | None = None


@dataclass(slots=True)
class Member:
    """A person's place in an account. `comes_back`: letters to their address do, so none is sent."""

    user: User
    role: Role
    comes_back: bool = False


@dataclass(slots=True)
class Invitation:
    """Somebody is invited to an account; of the link only a hash is kept."""

    id: InvitationId
    email: str
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


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
    expires_at: datetime | None = None
    replaced_by: KeyId | None = None  # which one follows it; until it expires both work


@dataclass(frozen=True, slots=True)
class Visiting:
    """An operator acts for a customer's account: for a reason that the customer can read, and not for long."""

    why: str
    until: datetime


@dataclass(slots=True)
class Session:
    """A person at the panel. Without an account there is nobody to act for, and so no principal."""

    hash: bytes
    user: User
    account: Account | None
    principal: Principal | None
    id: UUID
    visiting: Visiting | None = None


@dataclass(slots=True)
class SessionLine:
    """A session in a list of a person's own. `agent` is what the browser said of itself."""

    id: UUID
    kind: Literal["panel", "api"]
    address: str
    agent: str
    created_at: datetime
    last_seen_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody comes from: the address, and what their browser or program says of itself."""

    address: str
    agent: str = ""


@dataclass(slots=True)
class Action:
    """Something that somebody did; `account_id` is None for what concerns the installation, or a person alone."""

    id: UUID
    at: datetime
    account_id: AccountId | None
    kind: str
    subject: UUID | None
    done_by: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sought:
    """What to look for in the log of actions. `kind` is a kind of event, or what begins it (`key`)."""

    kind: str = ""
    done_by: str = ""
    since: datetime | None = None
    until: datetime | None = None
