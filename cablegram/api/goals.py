"""Goals of campaigns: what a campaign is for, who reached it, and what people did elsewhere."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NAME_LINE, Moment, Recipient
from cablegram.api.operation import Can, Resource
from cablegram.campaigns import conversions as deeds
from cablegram.campaigns.conversions import MOST, Deed
from cablegram.campaigns.goals import LONGEST_EVENT, MOST_DAYS, USUAL_DAYS, Goal, GoalBy, Outcome
from cablegram.runtime.runtime import Runtime

conversions = Resource("Conversions", "What people did elsewhere, by which campaigns reach their goals.")

EventName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_EVENT,
        pattern=NAME_LINE,
        description="What your programs call it.",
        examples=["purchase"],
    ),
]


class GoalForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a campaign is for: that people open a link of it, write back, or do something that your programs tell of.

    Its report says how many of those who got it did so, and how many of those who were held out did it all the same.
    """

    by: Annotated[
        GoalBy,
        Meta(
            description="`clicked`: they open a short link of it, which takes `shorten`. `replied`: they write back, "
            "anything but a no. `event`: they do what `POST /v1/conversions` tells of."
        ),
    ]
    event: Annotated[EventName | None, Meta(description="Of a goal by `event`, its name.")] = None
    days: Annotated[
        int, Meta(ge=1, le=MOST_DAYS, description="So many days people have, from the moment they got it.")
    ] = USUAL_DAYS

    def goal(self) -> Goal:
        """Return it as the campaign keeps it."""
        return Goal(self.by, self.days, self.event or "")


class GoalView(msgspec.Struct, kw_only=True):
    """What a campaign is for."""

    by: Annotated[GoalBy, Meta(description="By what people reach it.")]
    event: Annotated[str | None, Meta(description="Of a goal by `event`, its name.")]
    days: Annotated[int, Meta(description="So many days people have.")]


class GoalResultView(msgspec.Struct, kw_only=True):
    """Who did what a campaign is for, of those who got it and of those who were held out."""

    reached: Annotated[int, Meta(description="People whom the campaign reached.")]
    converted: Annotated[int, Meta(description="Those of them who did it.")]
    held_out: Annotated[int, Meta(description="People who were drawn to get nothing.")]
    held_out_converted: Annotated[int, Meta(description="Those of them who did it all the same.")]
    gained: Annotated[
        float | None,
        Meta(description="How many did it because of the campaign, as the shares tell; null: nobody was held out."),
    ]
    is_sure: Annotated[bool, Meta(description="Whether chance alone would hardly make that difference.")]


class ConversionForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody did something."""

    to: Recipient
    event: EventName
    at: Annotated[Moment | None, Meta(description="When; left out, now. Told again with it, it counts once.")] = None


class ConversionsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What people did: all of it is noted or, if anything can't be, nothing."""

    items: Annotated[list[ConversionForm], Meta(min_length=1, max_length=MOST, description="In any order.")]


class ConversionsView(msgspec.Struct, kw_only=True):
    """What was noted."""

    noted: Annotated[int, Meta(description="What was not known before.")]
    known: Annotated[int, Meta(description="What had been told before, with the same time.")]


@conversions.call(
    "POST",
    "/v1/conversions",
    "tellConversions",
    scope=Scope.SEND,
    errors=(
        Can(403, "number_invalid", "there is no such number"),
        Can(403, "bad_event", "the name of an event is not one line of what can be seen"),
        Can(403, "bad_event_time", "its time has not come yet, or is more than ten years ago"),
    ),
)
async def tell(rt: Runtime, who: Principal, body: ConversionsBody) -> ConversionsView:
    """Tell what people did.

    A purchase, a visit, a booking: whatever a campaign's goal names. It is kept until the person is forgotten, and
    counts for each campaign that has such a goal and reached them, or held them out, within its days.
    """
    told = [Deed(one.to, one.event, one.at) for one in body.items]
    noted = await deeds.tell(rt, who, told)
    return ConversionsView(noted=noted, known=len(told) - noted)


def goal_view(one: Goal | None) -> GoalView | None:
    """Write a goal."""
    return None if one is None else GoalView(by=one.by, event=one.event or None, days=one.days)


def result_view(one: Outcome | None) -> GoalResultView | None:
    """Write who reached it."""
    if one is None:
        return None
    return GoalResultView(
        reached=one.reached,
        converted=one.converted,
        held_out=one.held_out,
        held_out_converted=one.held_converted,
        gained=None if one.gained is None else round(one.gained, 1),
        is_sure=one.is_sure,
    )
