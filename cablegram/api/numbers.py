"""Numbers: what the account rents, what it could rent, and renting and giving back (R58-R60, R63)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Credits, HomeCountry, Id, Moment, Next, Paging
from cablegram.api.operation import Can, Export, Resource
from cablegram.api.paging import cut
from cablegram.api.senders import Type
from cablegram.connectors.providers.number_shop import Where
from cablegram.kit.ids import ConnectorId
from cablegram.rentals import buying, ending, finding, searching
from cablegram.rentals.buying import Order
from cablegram.rentals.model import Found, Price, Rental, State
from cablegram.rentals.searching import MOST_PAGES, Query
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import Capability, NumberType

numbers = Resource("Numbers", "Numbers that the account rents: find one, buy it, keep it by the month, give it back.")

_EXAMPLE = "+13055550100"
_RENAMED = {"number_type": "type"}
RentedNumber = Annotated[
    str, Meta(description="A number of 8 to 15 digits, with the country code.", examples=[_EXAMPLE])
]
Setup = Annotated[Credits, Meta(description="Micro-credits, once.", examples=[5_000_000])]
Monthly = Annotated[Credits, Meta(description="Micro-credits for each month.", examples=[2_000_000])]
_Micro = Annotated[int, Meta(ge=0, le=1_000_000_000_000_000, description="Micro-credits.")]


class RentalView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """A number that the account rents, or did."""

    id: Id
    number: Annotated[str, Meta(description="The number, in E.164.", examples=[_EXAMPLE])]
    number_type: Annotated[NumberType, Meta(description="What sort of number it is.")]
    country: Annotated[str, Meta(description="Two letters of ISO 3166.", examples=["US"])]
    state: Annotated[
        State,
        Meta(
            description="`buying`: a provider was asked to sell it, and it is being found out what came of that. "
            "`active`. `unpaid`: the balance did not cover the month; it works on until `grace_until`. `suspended`: it "
            "sends nothing and still receives, until `grace_until`; then it is taken back. `ended`. `refused`: it was "
            "not sold, and what it cost is given back."
        ),
    ]
    setup: Setup
    monthly: Monthly
    sender_id: Annotated[UUID | None, Meta(description="The sender that it is; its settings are there.")]
    began_at: Moment
    paid_months: Annotated[int, Meta(description="Months that are paid since then.")]
    next_charge_at: Annotated[Moment | None, Meta(description="When the next month is charged; null: never.")]
    grace_until: Annotated[Moment | None, Meta(description="Until when an unpaid month may be covered.")]
    ends_at: Annotated[Moment | None, Meta(description="When it is given back, as was asked for.")]
    ended_at: Annotated[Moment | None, Meta(description="When it ended.")]
    ended_why: Annotated[str, Meta(description="`released`, `unpaid`, or what the provider said.")]


class RentalPage(msgspec.Struct):
    """Rented numbers, newest first."""

    items: list[RentalView]
    next: Next


class RentalFilter(Paging):
    """Which numbers are wanted."""

    with_ended: Annotated[bool, Meta(description="Also those that were rented and are no more.")] = False


class OfferView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """A number that could be rented."""

    number: Annotated[str, Meta(description="The number, in E.164.", examples=[_EXAMPLE])]
    number_type: Annotated[NumberType, Meta(description="What sort of number it is.")]
    country: Annotated[str, Meta(description="Two letters of ISO 3166.", examples=["US"])]
    capabilities: Annotated[list[Capability], Meta(description="What it can carry.")]
    place: Annotated[str, Meta(description="Where it belongs to, as its provider says.", examples=["Miami, FL"])]
    setup: Setup
    monthly: Monthly
    connector_id: Annotated[
        UUID | None, Meta(description="Through which connector it is bought; null: out of the operator's stock.")
    ]


class Offers(msgspec.Struct, kw_only=True):
    """A page of what could be rented: the stock first, then what providers sell."""

    items: list[OfferView]
    has_more: Annotated[bool, Meta(description="Whether it is worth asking for the next page.")]
    not_asked: Annotated[list[str], Meta(description="Connectors whose provider could not be asked now.")]


class OfferFilter(msgspec.Struct, kw_only=True):
    """What is looked for."""

    country: HomeCountry
    type: Annotated[NumberType, Meta(description="Numbers of this type; else of each.")] | UnsetType = UNSET
    pattern: Annotated[
        str, Meta(max_length=15, pattern=r"^[0-9]*\Z", description="Digits that it has.", examples=["305"])
    ] = ""
    where_pattern: Annotated[
        Where, Meta(description="Where it has them; before what it starts with, the country code may be left out.")
    ] = Where.ANYWHERE
    page: Annotated[int, Meta(ge=1, le=MOST_PAGES, description="Which page, from 1.")] = 1


class OrderBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """What a search said of the number. The prices are looked at, if given: another price than that is not paid."""

    number_type: Type | None = None
    connector_id: Annotated[UUID | None, Meta(description="As the search gave it; null: out of the stock.")] = None
    setup: _Micro | None = None
    monthly: _Micro | None = None


class ReleaseQuery(msgspec.Struct, kw_only=True):
    """When it is given back."""

    at_once: Annotated[bool, Meta(description="Now, and not when the paid month is over.")] = False


class NumberPriceView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """What numbers of a country and type cost the account."""

    country: Annotated[str, Meta(description="Two letters of ISO 3166.", examples=["US"])]
    number_type: Annotated[NumberType, Meta(description="What sort of number.")]
    setup: Setup
    monthly: Monthly


class NumberPriceList(msgspec.Struct):
    """What numbers cost the account; what is not here can't be rented."""

    items: list[NumberPriceView]


_EXPORT = Export(
    media_type="text/csv",
    description="All rented numbers as CSV: number, country, type, state, setup, monthly, rented_since, next_charge, "
    "ends_at. Prices in credits.",
    name="numbers.csv",
    write=finding.export_csv,
)
_BAD_NUMBER = Can(403, "number_invalid", "no such number can exist")
_NOT_RENTED = Can(404, "number_not_rented", "the account has not rented that number")
_BEING_BOUGHT = Can(409, "number_being_bought", "nobody knows yet whether it was sold")


@numbers.call("GET", "/v1/numbers", "listNumbers", scope=Scope.READ, export=_EXPORT)
async def page(rt: Runtime, who: Principal, query: RentalFilter) -> RentalPage:
    """List rented numbers.

    Newest first. With `Accept: text/csv` all of them as a file.
    """
    found = await finding.page(rt, who, after=query.after or None, limit=query.limit + 1, with_ended=query.with_ended)
    items, following = cut(found, "/v1/numbers", query)
    return RentalPage([view(one) for one in items], following)


@numbers.call("GET", "/v1/numbers/search", "searchNumbers", scope=Scope.READ)
async def search(rt: Runtime, who: Principal, query: OfferFilter) -> Offers:
    """Find a number to rent.

    In the operator's stock, and at providers that sell numbers; only what has a price here. Providers are given ten
    seconds; who does not answer is named, and left alone for a while.
    """
    wanted = Query(query.country, query.type or None, query.pattern, query.where_pattern, query.page)
    found = await searching.search(rt, who, wanted)
    return Offers(items=[_offer(one) for one in found.items], has_more=found.has_more, not_asked=found.closed)


@numbers.call("GET", "/v1/numbers/prices", "listNumberCosts", scope=Scope.READ)
async def prices(rt: Runtime, who: Principal) -> NumberPriceList:
    """List what numbers cost."""
    found = await finding.prices(rt, who)
    items = [
        NumberPriceView(country=country, number_type=kind, setup=price.setup, monthly=price.monthly)
        for (country, kind), price in sorted(found.items())
    ]
    return NumberPriceList(items)


@numbers.call("GET", "/v1/numbers/{number}", "getNumber", scope=Scope.READ, errors=(_BAD_NUMBER, _NOT_RENTED))
async def get(rt: Runtime, who: Principal, number: RentedNumber) -> RentalView:
    """Get one rented number.

    One that the account gave back is shown as it was last.
    """
    return view(await finding.get(rt, who, number))


@numbers.call(
    "POST",
    "/v1/numbers/{number}",
    "buyNumber",
    scope=Scope.BILLING,
    status=201,
    errors=(
        _BAD_NUMBER,
        Can(402, "insufficient_credit", "setup and the first month are more than the balance"),
        Can(403, "sender_number_unknown", "the number fits no numbering plan"),
        Can(404, "number_not_offered", "it is not to be had, or has no price"),
        Can(404, "connector_not_found", "no numbers are sold through that connector"),
        Can(409, "number_not_free", "somebody has it, or it rests after somebody had it"),
        Can(409, "number_price_changed", "it costs something else than `setup` and `monthly`"),
        Can(409, "number_refused", "the provider did not sell it; nothing is charged"),
        Can(409, "sender_exists", "the account can send from it already"),
        Can(409, "sender_taken", "another account was given it by hand"),
        Can(503, "number_shop_closed", "the provider sells nothing now"),
    ),
)
async def buy(rt: Runtime, who: Principal, number: RentedNumber, body: OrderBody) -> RentalView:
    """Buy a number.

    Its setup and the first month are charged at once. Where the provider's answer does not come, the state is `buying`:
    it is asked whether the number was sold, never asked to sell it again, and all is given back if it was not.
    """
    seen = None if body.setup is None or body.monthly is None else Price(body.setup, body.monthly)
    connector_id = None if body.connector_id is None else ConnectorId(body.connector_id)
    return view(await buying.buy(rt, who, Order(number, body.number_type, connector_id, seen)))


@numbers.call(
    "DELETE",
    "/v1/numbers/{number}",
    "releaseNumber",
    scope=Scope.BILLING,
    errors=(_BAD_NUMBER, _NOT_RENTED, _BEING_BOUGHT),
)
async def release(rt: Runtime, who: Principal, number: RentedNumber, query: ReleaseQuery) -> RentalView:
    """Give a number back.

    It works until its paid month is over, and is charged no more; with `at_once` it goes now. What is paid is not given
    back. Its settings go with it, and campaigns that name it pause.
    """
    return view(await ending.release(rt, who, number, at_once=query.at_once))


@numbers.call(
    "POST",
    "/v1/numbers/{number}/keep",
    "keepNumber",
    scope=Scope.BILLING,
    errors=(_BAD_NUMBER, _NOT_RENTED, _BEING_BOUGHT),
)
async def keep(rt: Runtime, who: Principal, number: RentedNumber) -> RentalView:
    """Keep a number after all.

    As long as it is not given back yet.
    """
    return view(await ending.keep(rt, who, number))


def view(one: Rental) -> RentalView:
    """Return a rental as it is shown."""
    is_charged = one.state in (State.ACTIVE, State.UNPAID, State.SUSPENDED) and one.ends_at is None
    return RentalView(
        id=one.id,
        number=f"+{one.number}",
        number_type=one.number_type,
        country=one.country,
        state=one.state,
        setup=one.price.setup,
        monthly=one.price.monthly,
        sender_id=one.sender_id if one.state is not State.ENDED else None,
        began_at=one.began_at,
        paid_months=one.period,
        next_charge_at=one.next_at if is_charged else None,
        grace_until=one.grace_until,
        ends_at=one.ends_at,
        ended_at=one.ended_at,
        ended_why=one.ended_why,
    )


def _offer(one: Found) -> OfferView:
    return OfferView(
        number=f"+{one.number}",
        number_type=one.number_type,
        country=one.country,
        capabilities=list(one.capabilities),
        place=one.place,
        setup=one.price.setup,
        monthly=one.price.monthly,
        connector_id=one.connector_id,
    )
