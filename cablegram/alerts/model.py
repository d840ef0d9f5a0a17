"""Notices: what there is to be told of, to whom, and how soon (R151)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from cablegram.events.model import Kind, Told
from cablegram.kit.ids import AccountId, UserId

Pace = Literal["off", "at_once", "hourly", "daily"]
PACES: tuple[Pace, ...] = ("at_once", "hourly", "daily", "off")
Choices = Mapping[tuple[UUID, UUID, str], Pace]  # by account, user and kind
QUIET = timedelta(minutes=10)  # from a letter to the next of its kind to the same person


class To(StrEnum):
    """Who hears of it."""

    ROLES = "roles"  # people of the account, by their roles
    SUBJECT = "subject"  # the person it happened to
    STARTER = "starter"  # the person who started it
    OPERATORS = "operators"  # who runs the installation


def _always(_: Told) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of notice: `name` is its letter's. `path` is where its link leads, with `{subject}` for the event's.

    `pace` holds where a person chose none. One that `is_fixed` nobody can switch off: it tells of who may log in.
    `counts` picks the events of the kind that are told. `lore` is what has to be looked up beside the event.
    """

    name: str
    event: Kind
    title: str
    to: To
    path: str
    roles: frozenset[str] = frozenset()
    pace: Pace = "at_once"
    is_fixed: bool = False
    counts: Callable[[Told], bool] = _always
    lore: Literal["", "program", "job", "text"] = ""
    quiet: timedelta = QUIET
    waits: timedelta = timedelta()  # for how long it waits for somebody to confirm their address


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be told."""

    user_id: UserId
    role: str
    email: str | None
    is_confirmed: bool
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class JobLore:
    """What is to be known of a job."""

    user_id: UserId | None
    is_told: bool  # its starter asked for it
    took: timedelta


@dataclass(frozen=True, slots=True)
class TextLore:
    """What somebody wrote."""

    number: str
    to: str
    text: str


@dataclass(slots=True)
class Lore:
    """All that has to be known to say who is told of some events, and what."""

    accounts: Mapping[AccountId, str] = field(default_factory=dict[AccountId, str])
    people: Mapping[AccountId, Sequence[Person]] = field(default_factory=dict[AccountId, Sequence[Person]])
    users: Mapping[UUID, Person] = field(default_factory=dict[UUID, Person])
    operators: Sequence[Person] = ()
    choices: Choices = field(default_factory=dict[tuple[UUID, UUID, str], Pace])
    inboxes: Mapping[AccountId, tuple[str, str]] = field(default_factory=dict[AccountId, tuple[str, str]])
    programs: Mapping[UUID, str] = field(default_factory=dict[UUID, str])
    jobs: Mapping[UUID, JobLore] = field(default_factory=dict[UUID, JobLore])
    texts: Mapping[UUID, TextLore] = field(default_factory=dict[UUID, TextLore])


@dataclass(slots=True)
class Folded:
    """What one reader is to be told of one kind, folded. Account: the nil id for what concerns all of them."""

    account_id: UUID
    reader_id: UUID
    kind: str
    count: int
    items: list[dict[str, Any]]
    due_at: datetime
    quiet: timedelta = QUIET


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account is told of beside its people's choices, as it is shown. Credits in micro-credits."""

    credit_below: int | None
    inbound_address: str | None
    is_inbound_confirmed: bool
    asked_at: datetime | None = None  # when an address was asked last whether it agrees


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change of what an account and a person are told; what is not given stays. Credits in micro-credits."""

    has_below: bool = False
    below: int | None = None
    has_inbox: bool = False
    inbox: str | None = None
    paces: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of notice and the pace that a person has for it."""

    kind: NoticeKind
    pace: Pace
