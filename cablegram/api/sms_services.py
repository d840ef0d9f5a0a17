"""SMS services: ask for one, read it, give it texts of its own; its people, and how it is made known (R67-R84)."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.blacklist import NumberInPath
from cablegram.api.fields import NO_NULL, HomeCountry, Id, Moment, Next, Paging, Recipient
from cablegram.api.operation import Can, Export, Resource
from cablegram.api.paging import cut
from cablegram.kit.ids import ProgramId
from cablegram.programs.model import MEMBERS, Standing, Subscriber
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import noticing, promoting, reading, requesting, subscribing
from cablegram.sms_services import texts as service_texts
from cablegram.sms_services.model import Form, NoticeKind, OptInMode, Says, Service, Status, Use
from cablegram.sms_services.subscribing import Shown

services = Resource(
    "SMS services", "Keywords on short codes that people subscribe to by text, and that run by themselves."
)

_TEXT = Annotated[str, Meta(max_length=1_000, pattern=NO_NULL)]
_SHORT = Annotated[str, Meta(max_length=200, pattern=NO_NULL)]
Keyword = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9]{4,16}\Z",
        description="4 to 16 letters and digits, in any case; no word that is an answer by itself, as STOP is.",
        examples=["BESTDEALS"],
        extra={"form": "4 to 16 letters and digits", "codes": {"wrong_value": "bad_keyword"}},
    ),
]


class FormBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a service is for and how it works."""

    name: Annotated[_SHORT, Meta(description="What people know it by.", examples=["Best deals"])]
    minimum_age: Annotated[int, Meta(ge=0, le=99, description="How old subscribers have to be.", examples=[18])]
    opt_in: Annotated[OptInMode, Meta(description="Whether the keyword subscribes, or the keyword and YES.")]
    use: Annotated[Use, Meta(description="What it is for.")]
    frequency: Annotated[int, Meta(ge=1, le=300, description="Messages a month at most.", examples=[4])]
    terms_url: Annotated[_SHORT, Meta(description="Where the terms stand.", examples=["https://example.com/terms"])]
    phone: Annotated[_SHORT, Meta(description="For help; it stands in texts.", examples=["+1 305 570 2828"])]
    email: Annotated[_SHORT, Meta(description="For help; it stands in the disclosure.", examples=["a@example.com"])] = (
        ""
    )
    examples: Annotated[
        list[Annotated[_TEXT, Meta(examples=["BESTDEALS: all shoes 20 % off today."])]],
        Meta(min_length=1, max_length=10, description="One of every kind of message that it will send."),
    ]
    advertising: Annotated[
        list[Annotated[_TEXT, Meta(examples=["Text BESTDEALS to 12345 for weekly deals."])]],
        Meta(min_length=1, max_length=10, description="How the keyword will be made known."),
    ]

    def form(self) -> Form:
        """Return it as the room has it."""
        return Form(
            name=self.name,
            minimum_age=self.minimum_age,
            opt_in=self.opt_in,
            use=self.use,
            frequency=self.frequency,
            terms_url=self.terms_url,
            phone=self.phone,
            email=self.email,
            examples=tuple(self.examples),
            advertising=tuple(self.advertising),
        )


class NewService(FormBody, kw_only=True, forbid_unknown_fields=True):
    """A service to ask the operator for."""

    country: HomeCountry
    keyword: Keyword
    short_code: (
        Annotated[str, Meta(pattern=r"^[0-9]{5,6}\Z", description="A certain code; else the first that has it free.")]
        | None
    ) = None


class TextView(msgspec.Struct, kw_only=True):
    """A text that a service sends by itself."""

    text: Annotated[str, Meta(description="As people get it.")]
    template: Annotated[str, Meta(description="As it can be changed, with `{{ keyword }}` and the like.")]
    segments: Annotated[int, Meta(description="How many segments it takes.")]
    is_own: Annotated[bool, Meta(description="Whether the account changed it.")]


class ServiceView(msgspec.Struct, kw_only=True):
    """An SMS service."""

    id: Id
    keyword: Annotated[str, Meta(description="In capitals.", examples=["BESTDEALS"])]
    short_code: Annotated[str, Meta(description="Its code.", examples=["12345"])]
    country: Annotated[str, Meta(description="The code's country; it reaches nobody elsewhere.", examples=["US"])]
    status: Annotated[Status, Meta(description="Where it stands with the operator.")]
    reason: Annotated[str, Meta(description="What the operator said.")]
    name: str
    minimum_age: int
    opt_in: OptInMode
    use: Use
    frequency: Annotated[int, Meta(description="Messages a month at most.")]
    terms_url: str
    phone: str
    email: str
    examples: list[str]
    advertising: list[str]
    texts: Annotated[dict[Says, TextView], Meta(description="What it sends by itself.")]
    requested_at: Moment
    decided_at: Moment | None


class ServicePage(msgspec.Struct):
    """SMS services, newest first."""

    items: list[ServiceView]
    next: Next


class ServiceFilter(Paging):
    """Which services are wanted."""

    status: Annotated[Status, Meta(description="Of this status.")] | UnsetType = UNSET


class ServiceTexts(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Texts to change; one that is left out stays, an empty one takes the default again."""

    reminder: _TEXT | UnsetType = UNSET
    help: _TEXT | UnsetType = UNSET
    opt_in: _TEXT | UnsetType = UNSET
    opt_out: _TEXT | UnsetType = UNSET
    welcome: _TEXT | UnsetType = UNSET


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
    url: Annotated[
        _SHORT, Meta(description="The page on which they agreed.", examples=["https://example.com/join"])
    ] = ""
    address: Annotated[
        Annotated[str, Meta(max_length=45, pattern=r"^[0-9A-Fa-f:.]*\Z")],
        Meta(description="The address from which they came.", examples=["203.0.113.7"]),
    ] = ""
    source: Annotated[_SHORT, Meta(description="Where this comes from, in your words.", examples=["checkout"])] = ""


class JoinedView(msgspec.Struct, kw_only=True):
    """What became of it."""

    number: str
    standing: Annotated[Standing, Meta(description="`asked`: they have to answer YES.")]
    is_new: Annotated[bool, Meta(description="False where they were subscribed before.")]
    message_id: Annotated[Id | None, Meta(description="What thanks them or asks them.")]
    refusal: Annotated[str | None, Meta(description="Why that was not sent, as a code.")]


class NoticeView(msgspec.Struct, kw_only=True):
    """What a carrier said of a subscriber's line."""

    id: Id
    status: Annotated[NoticeKind, Meta(description="What it said.")]
    number: str
    new_number: str | None
    how: Annotated[str, Meta(description="How it came: api, file, connector.")]
    said_at: Moment
    taken_at: Moment


class NoticePage(msgspec.Struct):
    """Notices, newest first."""

    items: list[NoticeView]
    next: Next


class CheckView(msgspec.Struct, kw_only=True):
    """A line of the checklist."""

    rule: str
    is_met: Annotated[bool | None, Meta(description="Null: only you can know.")]
    detail: str


class PromotionView(msgspec.Struct, kw_only=True):
    """How a service is made known, and what carriers ask of it."""

    disclosure: Annotated[str, Meta(description="The summary terms, to stand whole in all that makes it known.")]
    warning: str
    advice: list[str]
    page_words: Annotated[str, Meta(description="What its page says above the button, and is kept of who agrees.")]
    checklist: list[CheckView]
    most_in_30_days: Annotated[int, Meta(description="The most messages that one person got.")]
    over_frequency: Annotated[int, Meta(description="How many people got more than declared.")]


_NOT_THERE = Can(404, "service_not_found", "the account has no such service")
_BAD_FORM = Can(403, "bad_service", "a field says what can't be; each is named")
_CLOSED = Can(409, "service_closed", "it was closed for good")
_BAD_NUMBER = Can(403, "number_invalid", "no such number can exist")
_BASE = "/v1/sms_services"
_ONE = f"{_BASE}/{{service_id}}"
_EXPORT = Export(
    media_type="text/csv",
    description="All subscribers as CSV: number, standing, since, subscribed_at, contact_id.",
    name="subscribers.csv",
    write=reading.export,
)


@services.call("GET", _BASE, "listSmsServices", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: ServiceFilter) -> ServicePage:
    """List SMS services.

    Newest first.
    """
    found = await requesting.page(
        rt, who, status=query.status or None, after=query.after or None, limit=query.limit + 1
    )
    items, following = cut(found, _BASE, query)
    return ServicePage([view(one) for one in items], following)


@services.call(
    "POST",
    _BASE,
    "requestSmsService",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(
        _BAD_FORM,
        Can(400, "bad_keyword", "the keyword is none"),
        Can(403, "keyword_reserved", "the keyword means something by itself"),
        Can(404, "no_short_code", "there is no short code in that country"),
        Can(409, "keyword_taken", "somebody has the keyword there"),
    ),
)
async def request(rt: Runtime, who: Principal, body: NewService) -> ServiceView:
    """Ask the operator for an SMS service.

    The keyword is kept for it from now on. It is heard when the operator has approved the service.
    """
    made = await requesting.request(
        rt, who, country=body.country, keyword=body.keyword, form=body.form(), digits=body.short_code
    )
    return view(made)


@services.call("GET", _ONE, "getSmsService", scope=Scope.READ, errors=(_NOT_THERE,))
async def get(rt: Runtime, who: Principal, service_id: Id) -> ServiceView:
    """Get one SMS service, with its texts and their segments."""
    return view(await requesting.get(rt, who, ProgramId(service_id)))


@services.call(
    "PUT",
    _ONE,
    "changeSmsService",
    scope=Scope.ACCOUNT,
    errors=(
        _BAD_FORM,
        _NOT_THERE,
        _CLOSED,
        Can(409, "service_reviewed", "it was approved as it is"),
        Can(409, "keyword_taken", "it was rejected, and somebody has the keyword by now"),
    ),
)
async def change(rt: Runtime, who: Principal, service_id: Id, body: FormBody) -> ServiceView:
    """Change what was asked for.

    Of a service that was approved, name, terms, phone and e-mail alone. One that was rejected is requested again.
    """
    return view(await requesting.change_form(rt, who, ProgramId(service_id), body.form()))


@services.call(
    "PATCH",
    f"{_ONE}/texts",
    "changeSmsServiceTexts",
    scope=Scope.ACCOUNT,
    errors=(Can(403, "bad_service_texts", "a text lacks what it must say; each is named"), _NOT_THERE, _CLOSED),
)
async def change_texts(rt: Runtime, who: Principal, service_id: Id, body: ServiceTexts) -> ServiceView:
    """Give a service texts of its own.

    With `{{ keyword }}`, `{{ service_type }}`, `{{ terms_url }}` and `{{ phone }}`. Each begins with the keyword and
    says what carriers ask for.
    """
    own = {says: text for says in Says if (text := getattr(body, says.value)) is not UNSET}
    return view(await requesting.change_texts(rt, who, ProgramId(service_id), own))


@services.call("POST", f"{_ONE}/close", "closeSmsService", scope=Scope.ACCOUNT, errors=(_NOT_THERE,))
async def close(rt: Runtime, who: Principal, service_id: Id) -> ServiceView:
    """End a service for good.

    Its keyword is free and nobody gets anything of it. The evidence of consent stays.
    """
    return view(await requesting.close(rt, who, ProgramId(service_id)))


@services.call("GET", f"{_ONE}/subscribers", "listSubscribers", scope=Scope.READ, errors=(_NOT_THERE,), export=_EXPORT)
async def subscribers(rt: Runtime, who: Principal, service_id: Id, query: SubscriberFilter) -> SubscriberPage:
    """List the subscribers of a service.

    Newest contacts first. With `Accept: text/csv` all of them as a file.
    """
    asked = query.standing or "subscribed"
    standings = MEMBERS if asked == "subscribed" else {Standing(asked)}
    found = await reading.subscribers(
        rt, who, ProgramId(service_id), standings=standings, after=query.after or None, limit=query.limit + 1
    )
    items, following = cut([_subscriber(one) for one in found], f"{_BASE}/{service_id}/subscribers", query)
    return SubscriberPage(list(items), following)


@services.call(
    "POST",
    f"{_ONE}/subscribers",
    "subscribe",
    scope=Scope.CONTACTS,
    errors=(
        Can(400, "words_needed", "what the person was shown is missing"),
        _BAD_NUMBER,
        Can(403, "bad_url", "`url` is no address of a web page"),
        Can(403, "blacklisted", "the number is on the account's blacklist"),
        _NOT_THERE,
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
    f"{_ONE}/subscribers/{{number}}",
    "unsubscribe",
    scope=Scope.CONTACTS,
    status=204,
    errors=(_BAD_NUMBER, _NOT_THERE, Can(404, "not_subscribed_here", "the number never was")),
)
async def unsubscribe(rt: Runtime, who: Principal, service_id: Id, number: NumberInPath) -> None:
    """Take somebody out of a service who asked for it.

    What waits for them of it is cancelled and refunded in the same moment.
    """
    await subscribing.unsubscribe(rt, who, ProgramId(service_id), number=number)


@services.call("GET", f"{_ONE}/notices", "listCarrierNotices", scope=Scope.READ, errors=(_NOT_THERE,))
async def notices(rt: Runtime, who: Principal, service_id: Id, query: Paging) -> NoticePage:
    """List what carriers said of a service's people.

    Newest first.
    """
    await requesting.get(rt, who, ProgramId(service_id))
    found = await noticing.of_service(rt, who, ProgramId(service_id), after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, f"{_BASE}/{service_id}/notices", query)
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


@services.call("GET", f"{_ONE}/promotion", "getPromotion", scope=Scope.READ, errors=(_NOT_THERE,))
async def promotion(rt: Runtime, who: Principal, service_id: Id) -> PromotionView:
    """Get the disclosure of a service and the checklist of carriers."""
    one = await requesting.get(rt, who, ProgramId(service_id))
    overdone = await reading.overdone(rt, who, one)
    return PromotionView(
        disclosure=promoting.disclosure(one),
        warning=promoting.WARNING,
        advice=promoting.advice(one),
        page_words=subscribing.page_words(one),
        checklist=[
            CheckView(rule=each.rule, is_met=each.is_met, detail=each.detail)
            for each in promoting.checklist(one, overdone)
        ],
        most_in_30_days=overdone.most,
        over_frequency=overdone.people,
    )


def view(one: Service) -> ServiceView:
    """Return a service as it is shown."""
    its = one.form
    return ServiceView(
        id=one.id,
        keyword=one.keyword,
        short_code=one.code.digits,
        country=one.code.country,
        status=one.status,
        reason=one.reason,
        name=its.name,
        minimum_age=its.minimum_age,
        opt_in=its.opt_in,
        use=its.use,
        frequency=its.frequency,
        terms_url=its.terms_url,
        phone=its.phone,
        email=its.email,
        examples=list(its.examples),
        advertising=list(its.advertising),
        texts={
            said.says: TextView(text=said.text, template=said.template, segments=said.segments, is_own=said.is_own)
            for said in service_texts.all_of(one.keyword, its, one.texts)
        },
        requested_at=one.requested_at,
        decided_at=one.decided_at,
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
