"""What a campaign is, the states it can be in, and who may move it where (R98, R100, R103).

The table of moves is the only one: doors, deeds, workers, docs and tests go by it. A campaign is finished when every
message was made and none waits for a link; receipts may still be on their way (R106). R100 also names `stopped`: that
is `paused` here, whose reason says who or what stopped it. `start` and `resume` both bring it back, whoever paused it;
nothing else does, no new credit either. For good it is `cancelled`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import UNSET, UnsetType

from cablegram.audiences.model import Audience
from cablegram.campaigns.draw import Draw, Stage
from cablegram.campaigns.goals import Goal
from cablegram.campaigns.guards import NOTHING_YET, Figures, Guards
from cablegram.campaigns.variants import ONE_TEXT, Trial
from cablegram.campaigns.winning import Verdict
from cablegram.connectors.needs import ProviderValues
from cablegram.consent.timing import AS_IT_COMES, Timing
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import (
    AccountId,
    CampaignId,
    ContactId,
    JobId,
    ListId,
    MessageId,
    ProgramId,
    SegmentId,
    TemplateId,
)
from cablegram.messages.model import Count, MessageClass, State
from cablegram.senders.model import Wanted


class CampaignState(StrEnum):
    """Where a campaign is. The words are the API's words."""

    CREATING = "creating"  # a job reads its people in (R99)
    READY = "ready"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What people can do with a campaign. The words are the API's words."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    UNDO = "undo"  # a start, while nothing has left: `starting.undo`


class Happening(StrEnum):
    """What moves a campaign by itself."""

    MADE = "made"  # the job that made it is done
    NOT_MADE = "not_made"  # the job that made it failed
    DUE = "due"  # its moment to start has come
    HELD = "held"  # something is off: no credit, a guard, the moment was missed, a restore
    DONE = "done"  # nothing of it waits for a link any more


_S, _A, _H = CampaignState, Action, Happening
MOVES: Mapping[CampaignState, Mapping[Action | Happening, CampaignState]] = {
    _S.CREATING: {_H.MADE: _S.READY, _H.NOT_MADE: _S.CANCELLED, _A.CANCEL: _S.CANCELLED},
    # Where it is to start at a moment to come, `start` leads to `scheduled`.
    _S.READY: {_A.START: _S.RUNNING, _A.CANCEL: _S.CANCELLED},
    _S.SCHEDULED: {
        _A.START: _S.RUNNING,
        _A.PAUSE: _S.PAUSED,
        _A.CANCEL: _S.CANCELLED,
        _A.UNDO: _S.READY,
        _H.DUE: _S.RUNNING,
        _H.HELD: _S.PAUSED,
    },
    _S.RUNNING: {
        _A.PAUSE: _S.PAUSED,
        _A.CANCEL: _S.CANCELLED,
        _A.UNDO: _S.READY,
        _H.HELD: _S.PAUSED,
        _H.DONE: _S.FINISHED,
    },
    # Where that moment has not come yet, both lead to `scheduled`.
    _S.PAUSED: {_A.START: _S.RUNNING, _A.RESUME: _S.RUNNING, _A.CANCEL: _S.CANCELLED},
    _S.FINISHED: {},
    _S.CANCELLED: {},
}
_DONE = {
    _A.START: "started",
    _A.PAUSE: "paused",
    _A.RESUME: "resumed",
    _A.CANCEL: "cancelled",
    _A.UNDO: "undone",
}

BY_HAND = "by_hand"
OUT_OF_FUNDS = "out_of_funds"
AFTER_RESTORE = "after_restore"
LATE = "late"


_NOBODY = Audience()

CANARY = "canary"
"""Reasons for which it is paused, beside those of `guards.py` and the codes of refusals."""


def after(name: str, state: CampaignState, action: Action) -> CampaignState:
    """Return the state to which an action leads. Raises Conflict (`illegal_move`) that says what is possible."""
    moves = MOVES[state]
    if action in moves:
        return moves[action]
    offered = [move for move in moves if isinstance(move, Action)]
    possible = f"Possible now: {', '.join(offered)}." if offered else "Nothing can be done with it any more."
    raise Conflict("illegal_move", f"The campaign {name} is {state}, so it can't be {_DONE[action]}. {possible}")


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What somebody gives for a new campaign: `text`, or `template_id` of a saved template, or `trial` of several.

    It goes to those on `list_ids`, in `segment_ids`, or with `all_subscribers` to those of `program_id`, the service or
    store whose campaign it is (R98), less those of `except_...`. `variables` are the same for everybody and win over
    those of the contacts (R86).
    """

    name: str
    list_ids: Sequence[ListId] = ()
    text: str | None = None
    template_id: UUID | None = None
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    sender: Wanted = None
    message_class: MessageClass = MessageClass.MARKETING
    description: str = ""
    timing: Timing = AS_IT_COMES  # of each message
    start_at: datetime | None = None  # None: when somebody starts it
    smart_encoding: bool = False  # replace what makes a text Unicode, in each person's own
    media_url: str | None = None  # of a picture that goes along
    per_five_minutes: int | None = None  # at most so many messages in any five minutes; None: as fast as it goes
    provider_values: ProviderValues | None = None  # its texts may have the variables of a template (R132)
    per_minute: int | None = None  # as `per_five_minutes`; one of them at most
    segment_ids: Sequence[SegmentId] = ()
    except_list_ids: Sequence[ListId] = ()
    except_segment_ids: Sequence[SegmentId] = ()
    program_id: ProgramId | None = None
    all_subscribers: bool = False
    trial: Trial = ONE_TEXT
    canary: int | None = None  # so many people first; None: everybody in one go
    canary_minutes: int | None = None  # so long after them it goes on by itself; None: when somebody says so
    guards: Guards | None = None  # what pauses it by itself
    shorten: bool = False  # replace links by short ones that tell who opened them
    goal: Goal | None = None  # what it is for; None: nothing in particular

    @property
    def audience(self) -> Audience:
        """Return to whom it goes."""
        return Audience(
            list_ids=tuple(dict.fromkeys(self.list_ids)),
            segment_ids=tuple(dict.fromkeys(self.segment_ids)),
            program_id=self.program_id if self.all_subscribers else None,
            except_list_ids=tuple(dict.fromkeys(self.except_list_ids)),
            except_segment_ids=tuple(dict.fromkeys(self.except_segment_ids)),
        )


@dataclass(frozen=True, slots=True)
class Launch:
    """How carefully a campaign is started: `confirm` is the number of people that whoever starts it believes in.

    Where `needs_count`, that has to be said of more than a thousand. For `undo_for` nothing leaves.
    """

    confirm: int | None = None
    needs_count: bool = False
    undo_for: timedelta = timedelta()


AT_ONCE = Launch()


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a campaign; what is UNSET stays."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    guards: Guards | UnsetType | None = UNSET
    per_minute: int | UnsetType | None = UNSET
    per_five_minutes: int | UnsetType | None = UNSET


@dataclass(slots=True)
class Campaign:
    """A campaign as it stands. `reason` says why it is paused, or could not be made.

    `by_hand`, `out_of_funds`, `late`, `after_restore`, `canary`, a guard's (`opt_outs`, `errors`, `spend_limit`), or a
    refusal's code. Fan-out made the messages of everybody of this `stage` up to `last_contact_id`; `stage_made_at` says
    since when all of them are made, where another stage follows. `finished_at` of a cancelled one is empty while
    something of it may still come back from a link. `recipients` is who was there at the start, and, once everybody's
    message is made, whose were.
    """

    id: CampaignId
    account_id: AccountId
    name: str
    description: str
    list_ids: list[ListId]
    sender: Wanted
    template_id: TemplateId | None
    text: str
    variables: dict[str, str]
    message_class: MessageClass
    state: CampaignState
    reason: str | None
    last_contact_id: ContactId | None
    is_fanned_out: bool
    recipients: int
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    timing: Timing = AS_IT_COMES
    start_at: datetime | None = None
    smart_encoding: bool = False
    media_url: str | None = None
    per_five_minutes: int | None = None
    provider_values: ProviderValues | None = None
    per_minute: int | None = None
    audience: Audience = _NOBODY
    program_id: ProgramId | None = None
    job_id: JobId | None = None  # what makes or made it
    trial: Trial = ONE_TEXT  # its variants have the words of their templates
    verdict: Verdict | None = None
    canary: int | None = None
    canary_minutes: int | None = None
    guards: Guards | None = None
    baseline: Figures = NOTHING_YET  # what guards had counted when somebody let it go on all the same
    draw: Draw | None = None  # how its lots are read; None: nothing depends on any
    stage: Stage = Stage.REST
    stage_made_at: datetime | None = None
    goes_at: datetime | None = None  # its start may be undone until then: nothing is made before
    shorten: bool = False
    goal: Goal | None = None
    taken_out: int = 0  # people who were cancelled before their message was made

    @property
    def goes_on_at(self) -> datetime | None:
        """Return when the next stage begins by itself; None where none waits for its time."""
        if self.stage_made_at is None or self.state is not CampaignState.RUNNING:
            return None
        if self.stage is Stage.SAMPLE and self.trial.winner is not None:
            return self.stage_made_at + timedelta(minutes=self.trial.winner.after)
        if self.stage is Stage.CANARY and self.canary_minutes is not None:
            return self.stage_made_at + timedelta(minutes=self.canary_minutes)
        return None


@dataclass(frozen=True, slots=True)
class Made:
    """A slice of a campaign was made: so many messages accepted, so many people skipped."""

    accepted: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Done:
    """The last slice was made, or there was none left."""

    accepted: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """Nothing more can be made now: the campaign's state says why, or the reason for which it was just paused."""

    reason: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Nothing is to be made at this moment: somebody else is at work on it, or its pace wants it to wait."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a campaign and what became of their message; `state` None: it is not made yet.

    `variant` is the name of the text that they get or got, where there are several and it is known.
    """

    message_id: MessageId | None
    contact_id: ContactId | None
    number: str
    country: str
    state: State | None = None
    reason: str | None = None
    error: str | None = None
    segments: int = 0
    price: int = 0
    accepted_at: datetime | None = None
    submitted_at: datetime | None = None
    finished_at: datetime | None = None
    variant: str | None = None

    @property
    def id(self) -> UUID:
        """Return what a next page starts behind: the message, or the contact where none is made."""
        return self.message_id or self.contact_id or UUID(int=0)


@dataclass(slots=True)
class Progress:
    """Where a campaign is at this moment; money in micro-credits.

    `rate` is messages handed to carriers a second, lately; None while nothing moves. `seconds_left` and `done_at` are
    what it would take at that rate.
    """

    campaign: Campaign
    counts: dict[State, Count]
    handled: int  # left the queue, whatever became of them
    left: int  # people for whom nothing was handed over yet
    not_made: int  # of them: no message made, nothing charged
    rate: float | None
    seconds_left: float | None
    done_at: datetime | None
    charged: int
    refunded: int
    in_question: int
    resent: int
    segments: int = 0  # of all that was accepted so far, as gateways count them (R44)


@dataclass(frozen=True, slots=True)
class Second:
    """One point of a campaign's line: messages that became `submitted` and `delivered` in this second."""

    at: datetime
    submitted: int
    delivered: int
