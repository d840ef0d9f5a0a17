"""What a campaign is told: the same fields for a group send, a campaign of lists, and one whose people come as CSV."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.api.fields import (
    WORDS,
    MediaUrl,
    Moment,
    Name,
    Note,
    Sender,
    Senders,
    Shorten,
    SmartEncoding,
    Variables,
)
from cablegram.api.goals import GoalForm
from cablegram.api.messages import ONE_WORDING, Brought, Class, one_wording
from cablegram.api.reading import Ruled
from cablegram.api.times import Closed, Hours, ValidFor, written_of
from cablegram.campaigns import guards as limits
from cablegram.campaigns import making
from cablegram.campaigns import variants as texts
from cablegram.campaigns.drawing import MOST_LISTS
from cablegram.campaigns.guards import Guards
from cablegram.campaigns.model import Action, Change, Launch, NewCampaign
from cablegram.campaigns.variants import By, Trial, Variant, Winner
from cablegram.consent.timing import Timing
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import ListId, ProgramId, SegmentId
from cablegram.library import shelf
from cablegram.messages.model import MessageClass
from cablegram.pacing import pace
from cablegram.pacing import schedule as schedules
from cablegram.senders.model import as_wanted
from cablegram.text.limits import LEAST_CHARACTERS

RENAMED = {"sender": "from", "message_class": "class"}
LONGEST_UNDO = 60  # seconds

Wording = Annotated[
    str,
    Meta(
        min_length=LEAST_CHARACTERS,
        max_length=shelf.LONGEST,
        pattern=WORDS,
        description="The words, with `{{ name }}` where a column of the lists is to stand.",
        examples=['Hello {{ first_name | default: "there" }}, doors open at eight.'],
        extra={
            "form": "a text without null characters",
            "codes": {"wrong_value": "bad_template", "too_short": "text_too_short", "too_long": "template_too_long"},
        },
    ),
]
TemplateRef = Annotated[UUID, Meta(description="A saved template, in place of `text`.")]
PerMinute = Annotated[
    int,
    Meta(ge=1, le=pace.MOST, description="At most so many messages in any minute, spread evenly.", examples=[600]),
]
PerFiveMinutes = Annotated[
    int,
    Meta(
        ge=1,
        le=pace.MOST,
        description="At most so many messages in any five minutes, spread evenly; left out, as fast as it goes.",
        examples=[3000],
    ),
]
_NONE = {"type": "null"}
_WORDINGS: dict[str, Any] = {
    "oneOf": [{**one, "properties": {**one["properties"], "variants": _NONE}} for one in ONE_WORDING["oneOf"]]
    + [
        {
            "title": "With several texts",
            "properties": {"variants": {"type": "array"}, "text": _NONE, "template_id": _NONE},
            "required": ["variants"],
        }
    ]
}


class Worded(Ruled, kw_only=True, forbid_unknown_fields=True, rename=RENAMED):
    """What many people are sent at once."""

    __schema__: ClassVar[dict[str, Any]] = ONE_WORDING

    text: Wording | None = None
    template_id: TemplateRef | None = None
    variables: Variables = msgspec.field(default_factory=dict[str, str])
    sender: Sender | Senders | None = None
    message_class: Class = MessageClass.MARKETING
    smart_encoding: SmartEncoding = False
    media_url: MediaUrl | None = None
    provider_values: Brought | None = None
    shorten: Shorten = False

    def broken_rule(self) -> Fault | None:
        """Say what is wrong between fields."""
        return one_wording(self.text, self.template_id)

    def worded(self, name: str) -> NewCampaign:
        """Return a campaign that has these words and nobody to go to yet."""
        return NewCampaign(
            name=name,
            text=self.text,
            template_id=self.template_id,
            variables=self.variables,
            sender=as_wanted(self.sender) if isinstance(self.sender, list) else self.sender,
            message_class=self.message_class,
            smart_encoding=self.smart_encoding,
            media_url=self.media_url,
            provider_values=self.provider_values,
            shorten=self.shorten,
        )


class VariantForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One of several texts: give `text` or `template_id`."""

    name: Annotated[str, Meta(min_length=1, max_length=texts.LONGEST_NAME, description="Its name.", examples=["A"])]
    share: Annotated[
        int, Meta(ge=1, le=99, description="How many percent get it. All shares add up to 100.", examples=[50])
    ]
    text: Wording | None = None
    template_id: TemplateRef | None = None


class WinnerForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How the best of several texts is found: `sample` percent get them first, and the rest gets the best."""

    by: Annotated[
        By, Meta(description="Most `replies` or `clicks`, or fewest `opt_outs`, each as a share of whom it reached.")
    ]
    after_minutes: Annotated[
        int,
        Meta(ge=1, le=texts.LONGEST_TEST, description="So long after the sample was sent it is decided."),
    ]
    sample: Annotated[
        int, Meta(ge=1, le=99, description="How many percent of the people get the texts that are tried.")
    ]


class GuardsForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What pauses a campaign by itself, until somebody lets it go on."""

    opt_outs: (
        Annotated[float, Meta(gt=0, le=100, description="More than so many percent of those reached opt out.")] | None
    ) = None
    errors: Annotated[float, Meta(gt=0, le=100, description="More than so many percent of messages fail.")] | None = (
        None
    )
    least: Annotated[
        int, Meta(ge=1, le=1_000_000, description="So many messages have to be known before a rate counts.")
    ] = limits.LEAST
    spend: (
        Annotated[int, Meta(ge=1, le=2**53, description="The next message would cost more, in micro-credits.")] | None
    ) = None

    def guards(self) -> Guards:
        """Return them as the campaign keeps them."""
        return Guards(opt_outs=self.opt_outs, errors=self.errors, least=self.least, spend=self.spend)


class CampaignSettings(Worded, kw_only=True, forbid_unknown_fields=True, rename=RENAMED):
    """A campaign whose people come as CSV: give `text`, the `template_id` of a saved one, or several `variants`."""

    __schema__: ClassVar[dict[str, Any]] = _WORDINGS

    name: Name
    description: Note = ""
    schedule: Hours | None = None
    start_at: (
        Annotated[
            Moment,
            Meta(
                description="Once it is started it waits for this moment, at most a year ahead. If nothing runs then, "
                "for longer than your sending rules allow, it is paused as `late` until somebody lets it go on."
            ),
        ]
        | None
    ) = None
    valid_for: ValidFor | None = None
    when_closed: Closed | None = None
    per_minute: PerMinute | None = None
    per_five_minutes: PerFiveMinutes | None = None
    service_id: Annotated[UUID, Meta(description="The SMS service in whose name it goes.")] | None = None
    store_id: Annotated[UUID, Meta(description="The store in whose name it goes, in place of `service_id`.")] | None = (
        None
    )
    variants: (
        Annotated[
            list[VariantForm],
            Meta(
                min_length=texts.LEAST,
                max_length=texts.MOST,
                description="Texts that are tried against each other, in place of `text`. Who gets which is drawn.",
            ),
        ]
        | None
    ) = None
    holdout: Annotated[
        int,
        Meta(
            ge=0,
            le=texts.MOST_HELD_OUT,
            description="How many percent of the people are drawn to get nothing, to be compared with the others. They "
            "are skipped with the reason `held_out`.",
        ),
    ] = 0
    winner: WinnerForm | None = None
    canary: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=making.MOST_CANARY,
                description="So many people are drawn to get it first; then it is paused as `canary` until somebody "
                "has looked and resumes it.",
                examples=[200],
            ),
        ]
        | None
    ) = None
    canary_minutes: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=making.LONGEST_CANARY,
                description="It goes on by itself so long after the first got theirs, unless a guard finds too many "
                "opt-outs or errors; without guards of its own, more than 3 and 10 percent.",
            ),
        ]
        | None
    ) = None
    guards: GuardsForm | None = None
    goal: GoalForm | None = None

    def broken_rule(self) -> Fault | None:
        """Say what is wrong between fields."""
        if self.variants is None:
            return one_wording(self.text, self.template_id)
        if self.text is None and self.template_id is None:
            return None
        message = "Give `variants` with a text each, or one `text` or `template_id`; not both."
        return Fault("text", "text_or_template", message)

    def timing(self) -> Timing:
        """Return what its messages are told about their time. Raises InvalidInput with a fault for each thing wrong."""
        written = None if self.schedule is None else written_of(self.schedule)
        return Timing(
            schedule=None if written is None else schedules.read(written),
            written=written,
            validity=None if self.valid_for is None else timedelta(seconds=self.valid_for),
            when_closed=self.when_closed,
        )

    def new(self) -> NewCampaign:
        """Return the campaign that is asked for. Raises InvalidInput as `timing`, and `two_programs`."""
        program = self.service_id or self.store_id
        if self.service_id and self.store_id:
            message = "A campaign is of one SMS service or of one store: give `service_id` or `store_id`."
            raise InvalidInput("two_programs", message, faults=[Fault("store_id", "two_programs", message)])
        return replace(
            self.worded(self.name),
            description=self.description,
            timing=self.timing(),
            start_at=self.start_at,
            per_minute=self.per_minute,
            per_five_minutes=self.per_five_minutes,
            program_id=ProgramId(program) if program else None,
            trial=self._trial(),
            canary=self.canary,
            canary_minutes=self.canary_minutes,
            guards=self.guards.guards() if self.guards else None,
            goal=self.goal.goal() if self.goal else None,
        )

    def _trial(self) -> Trial:
        return Trial(
            variants=tuple(Variant(one.name, one.share, one.text, one.template_id) for one in self.variants or ()),
            holdout=self.holdout,
            winner=Winner(self.winner.by, self.winner.after_minutes, self.winner.sample) if self.winner else None,
        )


class CampaignBody(CampaignSettings, kw_only=True, forbid_unknown_fields=True, rename=RENAMED):
    """A campaign to make, of lists, segments or all subscribers of a program.

    Give `text`, the `template_id` of a saved one, or several `variants`.
    """

    __schema__: ClassVar[dict[str, Any]] = _WORDINGS

    contact_list_ids: Annotated[
        list[UUID],
        Meta(max_length=MOST_LISTS, description="To everybody on these lists: each person once, however many lists."),
    ] = msgspec.field(default_factory=list[UUID])
    segment_ids: Annotated[
        list[UUID], Meta(max_length=MOST_LISTS, description="To everybody in these segments when their turn comes.")
    ] = msgspec.field(default_factory=list[UUID])
    all_subscribers: Annotated[bool, Meta(description="To all subscribers of the service or store.")] = False
    as_job: Annotated[
        bool, Meta(description="It is `creating` while the job in `job_id` finds its people and counts them.")
    ] = False
    except_list_ids: Annotated[
        list[UUID], Meta(max_length=MOST_LISTS, description="To nobody who is on one of these lists.")
    ] = msgspec.field(default_factory=list[UUID])
    except_segment_ids: Annotated[
        list[UUID], Meta(max_length=MOST_LISTS, description="To nobody who is in one of these segments.")
    ] = msgspec.field(default_factory=list[UUID])

    def new(self) -> NewCampaign:
        """Return the campaign that is asked for. Raises InvalidInput as `CampaignSettings.new`."""
        return replace(
            super().new(),
            list_ids=[ListId(one) for one in self.contact_list_ids],
            segment_ids=[SegmentId(one) for one in self.segment_ids],
            all_subscribers=self.all_subscribers,
            except_list_ids=[ListId(one) for one in self.except_list_ids],
            except_segment_ids=[SegmentId(one) for one in self.except_segment_ids],
        )


class CampaignChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a campaign; what is left out stays, and null takes away."""

    name: Name | UnsetType = UNSET
    description: Note | UnsetType = UNSET
    guards: GuardsForm | UnsetType | None = UNSET
    per_minute: PerMinute | UnsetType | None = UNSET
    per_five_minutes: PerFiveMinutes | UnsetType | None = UNSET

    def change(self) -> Change:
        """Return it as the deed takes it."""
        return Change(
            name=self.name,
            description=self.description,
            guards=self.guards.guards() if isinstance(self.guards, GuardsForm) else self.guards,
            per_minute=self.per_minute,
            per_five_minutes=self.per_five_minutes,
        )


class LifecycleBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to do with a campaign."""

    action: Annotated[
        Action,
        Meta(
            description="`start` and `resume` both bring back a paused campaign; `undo` takes a start back while none "
            "of its messages is made."
        ),
    ]
    confirm: (
        Annotated[
            int,
            Meta(
                ge=0,
                le=2**53,
                description="How many people you believe that it goes to: it is started only if that is so.",
                examples=[48210],
            ),
        ]
        | None
    ) = None
    undo_for: Annotated[
        int, Meta(ge=0, le=LONGEST_UNDO, description="For so many seconds after `start` nothing leaves, to be undone.")
    ] = 0

    def launch(self) -> Launch:
        """Return how carefully it is started."""
        return Launch(confirm=self.confirm, undo_for=timedelta(seconds=self.undo_for))


class ChooseBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which text the rest of a campaign gets."""

    variant: Annotated[str, Meta(min_length=1, max_length=texts.LONGEST_NAME, description="Its name.", examples=["B"])]
