"""Texts that came in (R66)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, Id, Moment, Next, Paging
from cablegram.api.messages import shown_number, shown_sender
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.inbound import inbox
from cablegram.inbound.model import ReceivedText
from cablegram.inbound.order import Rule
from cablegram.runtime.runtime import Runtime

received = Resource(
    "Received",
    "Read what people wrote. To answer, send a message from the number they wrote to: `from` takes the text's `to`.",
)

_RENAMED = {"source": "from", "destination": "to"}
Words = Annotated[str, Meta(description="The words.")]
Decided = Annotated[
    Rule | None, Meta(description="The rule that decided what was done with it; null of texts from before 2026-11.")
]
Why = Annotated[str | None, Meta(description="What was done with it and why, in words.")]
Contact = Annotated[UUID | None, Meta(description="The contact who wrote.")]
CallerName = Annotated[str | None, Meta(description="The name that belongs to the number, where that was asked for.")]
Media = Annotated[
    list[str],
    Meta(description="Addresses of pictures that came with it; the provider keeps them, and may want a login."),
]
Query = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NULL)]
Address = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NULL, examples=["+34600000118"])]


class ReceivedView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """A text that came in."""

    id: Id
    source: Annotated[str, Meta(description="Who wrote, in E.164 where it is a number.", examples=["+34600000118"])]
    destination: Annotated[str, Meta(description="Which of the account's senders they wrote to.")]
    text: Words
    received_at: Moment
    rule: Decided
    why: Why
    parts: Annotated[int, Meta(description="In how many parts it came; it cost one text whatever they are.")]
    contact_id: Contact
    caller_name: CallerName
    answer_id: Annotated[UUID | None, Meta(description="The message that answered by itself.")]
    answer_error: Annotated[
        str | None, Meta(description="Why no message answered by itself, as a code.", examples=["insufficient_funds"])
    ]
    media_urls: Media


class ReceivedPage(msgspec.Struct):
    """Texts that came in, newest first."""

    items: list[ReceivedView]
    next: Next


class ReceivedFilter(Paging, rename=_RENAMED):
    """Which texts are wanted."""

    source: Annotated[Address, Meta(description="Of this number.")] | UnsetType = UNSET
    destination: Annotated[Address, Meta(description="To this sender of the account.")] | UnsetType = UNSET
    q: Annotated[Query, Meta(description="With these words in the text or these digits in the number.")] | UnsetType = (
        UNSET
    )


NO_TEXT = Can(404, "text_not_found", "no such text came in for the account")


@received.call("GET", "/v1/received", "listReceived", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: ReceivedFilter) -> ReceivedPage:
    """List texts that came in.

    Newest first, and only those that all given filters fit.
    """
    found = await inbox.page(
        rt,
        who,
        phone=query.source or None,
        address=query.destination or None,
        q=query.q or None,
        after=query.after or None,
        limit=query.limit + 1,
    )
    items, following = cut(found, "/v1/received", query)
    return ReceivedPage([view(text) for text in items], following)


@received.call("GET", "/v1/received/{text_id}", "getReceived", scope=Scope.READ, errors=(NO_TEXT,))
async def get(rt: Runtime, who: Principal, text_id: Id) -> ReceivedView:
    """Get one text that came in."""
    return view(await inbox.get(rt, who, text_id))


def view(text: ReceivedText) -> ReceivedView:
    """Show a text that came in as the API writes it."""
    return ReceivedView(
        id=text.id,
        source=shown_number(text.source),
        destination=shown_sender(text.destination),
        text=text.text,
        received_at=text.received_at,
        rule=Rule(text.rule) if text.rule else None,
        why=text.why,
        parts=text.parts,
        contact_id=text.contact_id,
        caller_name=text.caller_name,
        answer_id=text.answer_id,
        answer_error=text.answer_error,
        media_urls=list(text.media_urls or ()),
    )
