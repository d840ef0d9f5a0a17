"""What a campaign is, the states it can be in, and who may move it where (R100, R103).

    ready     -> running cancelled, scheduled (where it is to start at a moment to come)
    scheduled -> running cancelled paused
    running   -> paused finished cancelled
    paused    -> running cancelled, scheduled (where that moment has not come yet)
    finished, cancelled: the end

`start` and `resume` both bring a paused campaign back, whoever paused it; nothing else does, no new credit either.
A campaign is finished when every message was made and none waits for a link; receipts may still be on their way (R106).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from cablegram.connectors.needs import ProviderValues
from cablegram.consent.timing import AS_IT_COMES, Timing
from cablegram.kit.errors import Conflict
from cablegram.kit.ids import AccountId, CampaignId, ContactId, ListId, TemplateId
from cablegram.messages.model import Count, MessageClass, State
from cablegram.senders.model import Wanted
from cablegram.text.encoding import Encoding


class CampaignState(StrEnum):
    """Where a campaign is. The words are the API's words."""

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


_S, _A = CampaignState, Action
MOVES: Mapping[CampaignState, Mapping[Action, CampaignState]] = {
    _S.READY: {_A.START: _S.RUNNING, _A.CANCEL: _S.CANCELLED},
    _S.SCHEDULED: {_A.START: _S.RUNNING, _A.PAUSE: _S.PAUSED, _A.CANCEL: _S.CANCELLED},
    _S.RUNNING: {_A.PAUSE: _S.PAUSED, _A.CANCEL: _S.CANCELLED},
    _S.PAUSED: {_A.START: _S.RUNNING, _A.RESUME: _S.RUNNING, _A.CANCEL: _S.CANCELLED},
    _S.FINISHED: {},
    _S.CANCELLED: {},
}
_DONE = {_A.START: "started", _A.PAUSE: "paused", _A.RESUME: "resumed", _A.CANCEL: "cancelled"}

BY_HAND = "by_hand"
OUT_OF_FUNDS = "out_of_funds"
AFTER_RESTORE = "after_restore"
LATE = "late"


def after(name: str, state: CampaignState, action: Action) -> CampaignState:
    """Return the state to which an action leads. Raises Conflict (`illegal_move`) that says what is possible."""
    moves = MOVES[state]
    if action in moves:
        return moves[action]
    possible = f"Possible now: {', '.join(moves)}." if moves else "Nothing can be done with it any more."
    raise Conflict("illegal_move", f"The campaign {name} is {state}, so it can't be {_DONE[action]}. {possible}")


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What somebody gives for a new campaign: `text`, or `template_id` of a saved template.

    `variables` are the same for everybody and win over those of the contacts (R86).
    """

    name: str
    list_ids: Sequence[ListId]
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


@dataclass(slots=True)
class Campaign:
    """A campaign as it stands. `reason` says why it is paused: `by_hand`, `out_of_funds`, `late`, or a refusal's code.

    Fan-out made the messages of everybody up to `last_contact_id`. `finished_at` of a cancelled one is empty while
    something of it may still come back from a link.
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


@dataclass(slots=True)
class CountryForecast:
    """What a campaign will send to a country (ISO code); `tariff` is per segment, None where prefixes differ."""

    country: str
    people: int = 0
    segments: int = 0
    price: int = 0
    tariff: int | None = None


@dataclass(slots=True)
class Preview:
    """A text as one person will get it."""

    number: str
    text: str
    encoding: Encoding
    segments: int
    price: int


@dataclass(slots=True)
class Forecast:
    """What a campaign would do if it started now; money in micro-credits.

    recipients = accepted + the sum of `skipped`, which counts people by the reason's code. `balance` is what the
    account has; when it is less than `price` the campaign will pause on its way. `longest` has the most segments.
    """

    recipients: int = 0
    accepted: int = 0
    segments: int = 0
    price: int = 0
    balance: int = 0
    several_segments: int = 0  # people whose text takes more than one
    skipped: dict[str, int] = field(default_factory=dict[str, int])
    encodings: dict[Encoding, int] = field(default_factory=dict[Encoding, int])
    countries: list[CountryForecast] = field(default_factory=list[CountryForecast])
    samples: list[Preview] = field(default_factory=list[Preview])
    longest: Preview | None = None


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


@dataclass(slots=True)
class CountryReport:
    """What became of a campaign in a country (ISO code, empty where unknown); money in micro-credits."""

    country: str
    counts: dict[State, int]
    messages: int  # accepted
    delivered: int
    segments: int
    charged: int


@dataclass(slots=True)
class Report:
    """What became of a campaign, for the last page: `skipped` counts people by the reason's code."""

    campaign: Campaign
    counts: dict[State, Count]
    countries: list[CountryReport]
    skipped: dict[str, int]
    segments: int
    charged: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Second:
    """One point of a campaign's line: messages that became `submitted` and `delivered` in this second."""

    at: datetime
    submitted: int
    delivered: int
