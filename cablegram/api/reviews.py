"""The review queue: texts that may mean no, for a person to read (R62)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id, Moment, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.consent.model import Decided
from cablegram.inbound import reviewing
from cablegram.inbound.reviewing import Doubted
from cablegram.runtime.runtime import Runtime

reviews = Resource("Review queue", "Texts that may mean no. Their numbers get nothing until somebody has decided.")


class ReviewView(msgspec.Struct, kw_only=True):
    """A text that may mean no."""

    id: Annotated[Id, Meta(description="The text's id.")]
    number: Annotated[str, Meta(description="Who wrote it, in E.164.", examples=["+34600000118"])]
    sender: Annotated[str, Meta(description="Which of the account's senders it was written to.")]
    text: Annotated[str | None, Meta(description="What it says; null where texts of that age are kept no longer.")]
    matched: Annotated[str, Meta(description="The word or saying that raised the doubt.", examples=["stop"])]
    doubt: Annotated[
        str, Meta(description="Why a person has to look.", examples=["a stop word stands inside the text"])
    ]
    opened_at: Moment
    verdict: Annotated[Decided | None, Meta(description="What somebody decided; null: nobody has looked.")]
    decided_by: Annotated[str | None, Meta(description="Who decided.")]
    decided_at: Annotated[Moment | None, Meta(description="When.")]


class ReviewPage(msgspec.Struct):
    """Texts of the queue, newest first."""

    items: list[ReviewView]
    next: Next


class ReviewFilter(Paging):
    """Which texts are wanted."""

    state: Annotated[
        Literal["open", "decided"], Meta(description="Those that nobody has looked at, or those that somebody decided.")
    ] = "open"


class ReviewVerdict(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to make of a text."""

    verdict: Annotated[
        Literal["stop", "go_on", "undecided"],
        Meta(
            description="`stop`: the number goes to the blacklist, and what waits for it is cancelled and refunded. "
            "`go_on`: the text does not mean no. `undecided`: take a `go_on` back; the number is held again."
        ),
    ]


@reviews.call("GET", "/v1/reviews", "listReviews", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: ReviewFilter) -> ReviewPage:
    """List texts that may mean no.

    Newest first.
    """
    is_open = query.state == "open"
    found = await reviewing.page(rt, who, is_open=is_open, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/reviews", query)
    return ReviewPage([_view(one) for one in items], following)


@reviews.call(
    "POST",
    "/v1/reviews/{text_id}",
    "decideReview",
    scope=Scope.CONTACTS,
    errors=(
        Can(404, "review_not_found", "there is no such text in the account's queue"),
        Can(409, "review_decided", "it was read as a stop: take the number off the blacklist instead"),
    ),
)
async def decide(rt: Runtime, who: Principal, text_id: Id, body: ReviewVerdict) -> ReviewView:
    """Decide about a text.

    A `stop` decides all open texts of its number; with `go_on` the number is free once none of its texts is open.
    """
    if body.verdict == "undecided":
        return _view(await reviewing.take_back(rt, who, text_id))
    return _view(await reviewing.decide(rt, who, text_id, Decided(body.verdict)))


def _view(one: Doubted) -> ReviewView:
    review = one.review
    return ReviewView(
        id=review.id,
        number=f"+{review.number}",
        sender=review.sender,
        text=one.text,
        matched=review.matched,
        doubt=review.doubt.value,
        opened_at=review.opened_at,
        verdict=review.verdict,
        decided_by=review.decided_by,
        decided_at=review.decided_at,
    )
