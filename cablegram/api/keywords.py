"""SMS services: ask for one, read it, give it texts of its own; its people, and how it is made known (R67-R84)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import NO_NULL, HomeCountry, Id, Moment, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.kit.ids import ProgramId
from cablegram.runtime.runtime import Runtime
from cablegram.sms_services import promoting, reading, requesting, subscribing
from cablegram.sms_services import texts as service_texts
from cablegram.sms_services.model import Form, OptInMode, Says, Service, Status, Use

services = Resource(
    "SMS services", "Keywords on short codes that people subscribe to by text, and that run by themselves."
)

LongText = Annotated[str, Meta(max_length=1_000, pattern=NO_NULL)]
Short = Annotated[str, Meta(max_length=200, pattern=NO_NULL)]
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

    name: Annotated[Short, Meta(description="What people know it by.", examples=["Best deals"])]
    minimum_age: Annotated[int, Meta(ge=0, le=99, description="How old subscribers have to be.", examples=[18])]
    opt_in: Annotated[OptInMode, Meta(description="Whether the keyword subscribes, or the keyword and YES.")]
    use: Annotated[Use, Meta(description="What it is for.")]
    frequency: Annotated[int, Meta(ge=1, le=300, description="Messages a month at most.", examples=[4])]
    terms_url: Annotated[Short, Meta(description="Where the terms stand.", examples=["https://example.com/terms"])]
    phone: Annotated[Short, Meta(description="For help; it stands in texts.", examples=["+1 305 570 2828"])]
    email: Annotated[Short, Meta(description="For help; it stands in the disclosure.", examples=["a@example.com"])] = ""
    examples: Annotated[
        list[Annotated[LongText, Meta(examples=["BESTDEALS: all shoes 20 % off today."])]],
        Meta(min_length=1, max_length=10, description="One of every kind of message that it will send."),
    ]
    advertising: Annotated[
        list[Annotated[LongText, Meta(examples=["Text BESTDEALS to 12345 for weekly deals."])]],
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
    name: Annotated[str, Meta(description="Its name.")]
    minimum_age: Annotated[int, Meta(description="How old subscribers have to be, in years.")]
    opt_in: OptInMode
    use: Use
    frequency: Annotated[int, Meta(description="Messages a month at most.")]
    terms_url: Annotated[str, Meta(description="Where its terms stand.")]
    phone: Annotated[str, Meta(description="Whom people call about it.")]
    email: Annotated[str, Meta(description="Whom people write to about it.")]
    examples: Annotated[list[str], Meta(description="A message of each kind that it sends.")]
    advertising: Annotated[list[str], Meta(description="How it is advertised.")]
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

    reminder: Annotated[LongText | UnsetType, Meta(description="What subscribers get every 30 days.")] = UNSET
    help: Annotated[LongText | UnsetType, Meta(description="What HELP is answered with.")] = UNSET
    opt_in: Annotated[LongText | UnsetType, Meta(description="The thanks for a subscription.")] = UNSET
    opt_out: Annotated[LongText | UnsetType, Meta(description="The last text to whoever leaves.")] = UNSET
    welcome: Annotated[LongText | UnsetType, Meta(description="How to subscribe, for who wrote the keyword alone.")] = (
        UNSET
    )


class CheckView(msgspec.Struct, kw_only=True):
    """A line of the checklist."""

    rule: Annotated[str, Meta(description="What is checked.")]
    is_met: Annotated[bool | None, Meta(description="Null: only you can know.")]
    detail: Annotated[str, Meta(description="What was found.")]


class PromotionView(msgspec.Struct, kw_only=True):
    """How a service is made known, and what carriers ask of it."""

    disclosure: Annotated[str, Meta(description="The summary terms, to stand whole in all that makes it known.")]
    warning: Annotated[str, Meta(description="What happens where the terms are left out.")]
    advice: Annotated[list[str], Meta(description="How often to write.")]
    page_words: Annotated[str, Meta(description="What its page says above the button, and is kept of who agrees.")]
    checklist: list[CheckView]
    most_in_30_days: Annotated[int, Meta(description="The most messages that one person got.")]
    over_frequency: Annotated[int, Meta(description="How many people got more than declared.")]


NOT_THERE = Can(404, "service_not_found", "the account has no such service")
_BAD_FORM = Can(403, "bad_service", "a field says what can't be; each is named")
_CLOSED = Can(409, "service_closed", "it was closed for good")
BASE = "/v1/sms_services"
ONE = f"{BASE}/{{service_id}}"


@services.call("GET", BASE, "listSmsServices", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: ServiceFilter) -> ServicePage:
    """List SMS services.

    Newest first.
    """
    found = await requesting.page(
        rt, who, status=query.status or None, after=query.after or None, limit=query.limit + 1
    )
    items, following = cut(found, BASE, query)
    return ServicePage([view(one) for one in items], following)


@services.call(
    "POST",
    BASE,
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


@services.call("GET", ONE, "getSmsService", scope=Scope.READ, errors=(NOT_THERE,))
async def get(rt: Runtime, who: Principal, service_id: Id) -> ServiceView:
    """Get one SMS service, with its texts and their segments."""
    return view(await requesting.get(rt, who, ProgramId(service_id)))


@services.call(
    "PUT",
    ONE,
    "changeSmsService",
    scope=Scope.ACCOUNT,
    errors=(
        _BAD_FORM,
        NOT_THERE,
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
    f"{ONE}/texts",
    "changeSmsServiceTexts",
    scope=Scope.ACCOUNT,
    errors=(Can(403, "bad_service_texts", "a text lacks what it must say; each is named"), NOT_THERE, _CLOSED),
)
async def change_texts(rt: Runtime, who: Principal, service_id: Id, body: ServiceTexts) -> ServiceView:
    """Give a service texts of its own.

    With `{{ keyword }}`, `{{ service_type }}`, `{{ terms_url }}` and `{{ phone }}`. Each begins with the keyword and
    says what carriers ask for.
    """
    own = {says: text for says in Says if (text := getattr(body, says.value)) is not UNSET}
    return view(await requesting.change_texts(rt, who, ProgramId(service_id), own))


@services.call("POST", f"{ONE}/close", "closeSmsService", scope=Scope.ACCOUNT, errors=(NOT_THERE,))
async def close(rt: Runtime, who: Principal, service_id: Id) -> ServiceView:
    """End a service for good.

    Its keyword is free and nobody gets anything of it. The evidence of consent stays.
    """
    return view(await requesting.close(rt, who, ProgramId(service_id)))


@services.call("GET", f"{ONE}/promotion", "getPromotion", scope=Scope.READ, errors=(NOT_THERE,))
async def promotion(rt: Runtime, who: Principal, service_id: Id) -> PromotionView:
    """Get the disclosure of a service and the checklist of carriers."""
    one = await requesting.get(rt, who, ProgramId(service_id))
    overdone = await reading.overdone(rt, who, one)
    return PromotionView(
        disclosure=promoting.disclosure(one, carriers=rt.settings.short_code_carriers),
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
