"""The people of SMS services: listed, exported, subscribed and let go; and what carriers said of lines (R69, R167)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.blacklist import NumberInPath
from cablegram.api.fields import Id, Moment, Next, Paging, Recipient
from cablegram.api.keywords import BASE, NOT_THERE, ONE, Short, services
from cablegram.api.operation import Can, Export
from cablegram.api.paging import cut
from cablegram.kit.ids import ProgramId
from cablegram.programs.model import MEMBERS, Standing, Subscriber
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import noticing, reading, requesting, subscribing
from cablegram.sms_services.model import NoticeKind
from cablegram.sms_services.subscribing import Shown


class SubscriberView(msgspec.Struct, kw_only=True):
    """A person and where they stand with a service."""

    id: Annotated[Id, Meta(description="The contact.")]
    number: Annotated[str, Meta(description="In E.164.", examples=["+12015550118"])]
    standing: Annotated[
        Standing, Meta(description="`in` and `paused` are subscribed; a paused one gets nothing for a time.")
    ]
    since: Moment
    subscribed_at: Annotated[Moment | None, Meta(description="When they said yes last.")]
    evidence_id: Annotated[Id | None, Meta(description="What is known of their last move.")]


class SubscriberPage(msgspec.Struct):
    """People of a service, newest contacts first."""

    items: list[SubscriberView]
    next: Next


class SubscriberFilter(Paging):
    """Which people are wanted."""

    standing: (
        Annotated[
            Literal["subscribed", "asked", "in", "paused", "out"],
            Meta(description="`subscribed`, which is the default, are those who are in or paused."),
        ]
        | UnsetType
    ) = UNSET


class NewSubscriber(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who agreed, and what they were shown: the evidence of their consent."""

    number: Recipient
    words: Annotated[
        str,
        Meta(
            max_length=2_000,
            pattern=r"^[^\u0000]*[^\s\u0000][^\u0000]*\Z",
            description="What the person was shown when they agreed.",
            examples=["I agree to get recurring marketing texts of Best deals."],
            extra={"codes": {"wrong_value": "words_needed"}, "form": "words that can be seen"},
        ),
    ]
    url: Annotated[Short, Meta(description="The page on which they agreed.", examples=["https://example.com/join"])] = (
        ""
    )
    address: Annotated[
        Annotated[str, Meta(max_length=45, pattern=r"^[0-9A-Fa-f:.]*\Z")],
        Meta(description="The address from which they came.", examples=["203.0.113.7"]),
    ] = ""
    source: Annotated[Short, Meta(description="Where this comes from, in your words.", examples=["checkout"])] = ""


class JoinedView(msgspec.Struct, kw_only=True):
    """What became of it."""

    number: Annotated[str, Meta(description="Who subscribed, in E.164.")]
    standing: Annotated[Standing, Meta(description="`asked`: they have to answer YES.")]
    is_new: Annotated[bool, Meta(description="False where they were subscribed before.")]
    message_id: Annotated[Id | None, Meta(description="What thanks them or asks them.")]
    refusal: Annotated[str | None, Meta(description="Why that was not sent, as a code.")]


class NoticeView(msgspec.Struct, kw_only=True):
    """What a carrier said of a subscriber's line."""

    id: Id
    status: Annotated[NoticeKind, Meta(description="What it said.")]
    number: Annotated[str, Meta(description="Which line it is about.")]
    new_number: Annotated[str | None, Meta(description="The line's new number, where it changed.")]
    how: Annotated[str, Meta(description="How it came: api, file, connector.")]
    said_at: Moment
    taken_at: Moment


class NoticePage(msgspec.Struct):
    """Notices, newest first."""

    items: list[NoticeView]
    next: Next


_BAD_NUMBER = Can(403, "number_invalid", "no such number can exist")
_EXPORT = Export(
    media_type="text/csv",
    description="All subscribers as CSV: number, standing, since, subscribed_at, contact_id.",
    name="subscribers.csv",
    write=reading.export,
)


@services.call("GET", f"{ONE}/subscribers", "listSubscribers", scope=Scope.READ, errors=(NOT_THERE,), export=_EXPORT)
async def subscribers(rt: Runtime, who: Principal, service_id: Id, query: SubscriberFilter) -> SubscriberPage:
    """List the subscribers of a service.

    Newest contacts first. With `Accept: text/csv` all of them as a file.
    """
    asked = query.standing or "subscribed"
    standings = MEMBERS if asked == "subscribed" else {Standing(asked)}
    found = await reading.subscribers(
        rt, who, ProgramId(service_id), standings=standings, after=query.after or None, limit=query.limit + 1
    )
    items, following = cut([_subscriber(one) for one in found], f"{BASE}/{service_id}/subscribers", query)
    return SubscriberPage(list(items), following)


@services.call(
    "POST",
    f"{ONE}/subscribers",
    "subscribe",
    scope=Scope.CONTACTS,
    errors=(
        Can(400, "words_needed", "what the person was shown is missing"),
        _BAD_NUMBER,
        Can(403, "bad_url", "`url` is no address of a web page"),
        Can(403, "blacklisted", "the number is on the account's blacklist"),
        NOT_THERE,
        Can(409, "service_not_approved", "the operator has not approved it"),
        Can(503, "contacts_busy", "the account's contacts are being imported"),
    ),
)
async def subscribe(rt: Runtime, who: Principal, service_id: Id, body: NewSubscriber) -> JoinedView:
    """Subscribe somebody who agreed elsewhere.

    With single opt-in they are in, and thanked; with double opt-in they are asked by text, and in when they say YES.
    What they were shown is kept as evidence. Once more changes nothing, and thanks again.
    """
    shown = Shown(body.words, body.url, body.address, body.source)
    done = await subscribing.subscribe(rt, who, ProgramId(service_id), number=body.number, shown=shown)
    return JoinedView(
        number=f"+{done.number}",
        standing=done.standing,
        is_new=done.is_new,
        message_id=done.message_id,
        refusal=done.refusal,
    )


@services.call(
    "DELETE",
    f"{ONE}/subscribers/{{number}}",
    "unsubscribe",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_BAD_NUMBER, NOT_THERE, Can(404, "not_subscribed_here", "the number never was")),
)
async def unsubscribe(rt: Runtime, who: Principal, service_id: Id, number: NumberInPath) -> None:
    """Take somebody out of a service who asked for it.

    What waits for them of it is cancelled and refunded in the same moment.
    """
    await subscribing.unsubscribe(rt, who, ProgramId(service_id), number=number)


@services.call("GET", f"{ONE}/notices", "listCarrierNotices", scope=Scope.READ, errors=(NOT_THERE,))
async def notices(rt: Runtime, who: Principal, service_id: Id, query: Paging) -> NoticePage:
    """List what carriers said of a service's people.

    Newest first.
    """
    await requesting.get(rt, who, ProgramId(service_id))
    found = await noticing.of_service(rt, who, ProgramId(service_id), after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, f"{BASE}/{service_id}/notices", query)
    return NoticePage(
        [
            NoticeView(
                id=one.id,
                status=one.kind,
                number=f"+{one.number}",
                new_number=f"+{one.new_number}" if one.new_number else None,
                how=one.how,
                said_at=one.said_at,
                taken_at=one.taken_at,
            )
            for one in items
        ],
        following,
    )


def _subscriber(one: Subscriber) -> SubscriberView:
    return SubscriberView(
        id=UUID(int=one.contact_id.int),
        number=f"+{one.number}",
        standing=one.standing,
        since=one.since,
        subscribed_at=one.joined_at,
        evidence_id=one.evidence_id,
    )
