"""What a program is, where people stand with it, and the moves between these standings. Pure.

    what happens   from                          to
    meet           nowhere                       guest     known, and said nothing
    ask            nowhere guest asked out       asked     was asked, and has not answered
    enter          nowhere guest asked out       in        said yes
    leave          guest asked in paused         out       said no
    pause          in                            paused    the carrier says that the line rests
    resume         paused                        in        the carrier says that it is back

Whatever does not stand here changes nothing: who is in and says yes again stays in since the first time, and what a
carrier paused only a carrier resumes. A change of number is no move: `programs.move.renumber`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cablegram.events.model import Kind as News
from cablegram.kit.ids import AccountId, ContactId, EvidenceId, ProgramId, uuid7


class ProgramKind(StrEnum):
    """What a program is."""

    SERVICE = "service"
    STORE = "store"


class Standing(StrEnum):
    """Where a person stands with a program; who has no row stands nowhere."""

    GUEST = "guest"
    ASKED = "asked"
    IN = "in"
    PAUSED = "paused"
    OUT = "out"


MEMBERS = frozenset({Standing.IN, Standing.PAUSED})
"""Who belongs to a program: what is sent goes to those who are in, and says of the paused ones that they are."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program of an account."""

    id: ProgramId
    account_id: AccountId
    kind: ProgramKind
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """From what a program sends (None: the account's default sender), and whether it may."""

    account_id: AccountId
    address: str | None
    may_send: bool


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person's standing with a program; `number` is digits of E.164, `joined_at` when they said yes last."""

    program_id: ProgramId
    contact_id: ContactId
    number: str
    standing: Standing
    since: datetime
    joined_at: datetime | None
    evidence_id: EvidenceId | None


@dataclass(frozen=True, slots=True)
class Step:
    """What one person did, or was done about them, towards one program, and how that is known.

    `how`, `by` and what follows are those of the evidence that is written of it (`evidence.model.NewEvidence`).
    """

    account_id: AccountId
    program_id: ProgramId
    contact_id: ContactId
    number: str  # digits of E.164
    how: str
    by: str
    source: str = ""
    words: str = ""
    words_version: str = ""
    said: str = ""
    text_id: UUID | None = None
    url: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Renumbering:
    """Somebody has another number now: `step` is about the old one, the contact is that of the new one.

    `is_member`: whether they belong to the program under the new number; known when it is done.
    """

    step: Step
    new_number: str
    new_contact_id: ContactId
    evidence_id: EvidenceId = field(default_factory=lambda: EvidenceId(uuid7()))
    is_member: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the table above: `proof` is the kind of evidence that is written of it, `news` the event."""

    legal: frozenset[Standing | None]
    to: Standing
    proof: str | None
    news: News | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A step that changed where somebody stands; `before` None: they stood nowhere."""

    step: Step
    move: Move
    before: Standing | None
    evidence_id: EvidenceId | None


_S = Standing
MEET = Move(frozenset({None}), _S.GUEST, None, None)
ASK = Move(frozenset({None, _S.GUEST, _S.ASKED, _S.OUT}), _S.ASKED, "asked", News.SUBSCRIBER_ASKED)
ENTER = Move(frozenset({None, _S.GUEST, _S.ASKED, _S.OUT}), _S.IN, "opt_in", News.SUBSCRIBER_OPTED_IN)
LEAVE = Move(frozenset({_S.GUEST, _S.ASKED, _S.IN, _S.PAUSED}), _S.OUT, "opt_out", News.SUBSCRIBER_OPTED_OUT)
PAUSE = Move(frozenset({_S.IN}), _S.PAUSED, "paused", News.SUBSCRIBER_PAUSED)
RESUME = Move(frozenset({_S.PAUSED}), _S.IN, "resumed", News.SUBSCRIBER_RESUMED)
MOVES: Mapping[str, Move] = {
    "meet": MEET, "ask": ASK, "enter": ENTER, "leave": LEAVE, "pause": PAUSE, "resume": RESUME,
}  # fmt: skip


def joined(move: Move, before: Subscriber | None, now: datetime) -> datetime | None:
    """Return since when somebody is counted as having said yes, after a move."""
    if move is ENTER:
        return now
    return before.joined_at if before else None


def merged(old: Subscriber, other: Subscriber | None, *, number: str, contact_id: ContactId) -> Subscriber:
    """Return the one subscriber that a person is under a new number, who may have stood there before (Appendix C 32).

    Two memberships become one, since the earlier day; a member and a stranger become a member. Who said no under the
    new number stays out: that was said by the number that would get the texts.
    """
    if other is None or (old.standing in MEMBERS and other.standing in {Standing.GUEST, Standing.ASKED}):
        return replace(old, number=number, contact_id=contact_id)
    if old.standing in MEMBERS and other.standing in MEMBERS:
        first = min((old, other), key=lambda one: one.joined_at or one.since)
        return replace(other, since=first.since, joined_at=first.joined_at)
    return other
