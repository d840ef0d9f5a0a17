"""The operator's numbers: the stock, prices by country and type, reports of spam (R27, R58, R63)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.errors import BadRequest
from cablegram.api.fields import HomeCountry, Id, Moment, Name, Next, Note, Paging, Recipient
from cablegram.api.numbers import Monthly, RentedNumber, Setup
from cablegram.api.operation import Can, File, Resource, Upload
from cablegram.api.paging import cut
from cablegram.api.senders import Capabilities, Type
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.rentals import sheet, spam, stock
from cablegram.rentals.model import Keeping, NewStock, Price, PriceLine, StockNumber
from cablegram.runtime.runtime import Runtime
from cablegram.senders.model import Capability, NumberType

number_stock = Resource("Number stock", "The operator's numbers, what they cost, and what is reported about them.")

_EXAMPLE = "+13055550100"
_RENAMED = {"number_type": "type"}
_Micro = Annotated[int, Meta(ge=0, le=1_000_000_000_000_000, description="Micro-credits.", examples=[2_000_000])]
_Digits = Annotated[
    str,
    Meta(
        pattern=r"^\+?[1-9][0-9]{7,14}\Z",
        description="The number, with the country code.",
        examples=[_EXAMPLE],
        extra={"form": "8 to 15 digits with the country code", "codes": {"wrong_value": "number_invalid"}},
    ),
]


class StockView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """A number of the stock."""

    id: Id
    number: Annotated[str, Meta(description="The number, in E.164.", examples=[_EXAMPLE])]
    number_type: Annotated[NumberType, Meta(description="What sort of number it is.")]
    country: Annotated[str, Meta(description="Two letters of ISO 3166.", examples=["US"])]
    capabilities: Annotated[list[Capability], Meta(description="What it can carry.")]
    connector_id: Annotated[UUID | None, Meta(description="What carries it; null: any connector.")]
    is_bought: Annotated[bool, Meta(description="Whether it was bought at that connector's provider.")]
    state: Annotated[
        Keeping,
        Meta(
            description="`free`, `rented`, `resting` (given back, and nobody's until `rests_until`), `leaving` (being "
            "given back to its provider)."
        ),
    ]
    account_id: Annotated[UUID | None, Meta(description="Who rents it.")]
    setup: Annotated[Setup | None, Meta(description="Its own price; null: that of its country and type.")]
    monthly: Annotated[Monthly | None, Meta(description="As `setup`.")]
    rests_until: Annotated[Moment | None, Meta(description="When it is free again.")]
    missed_texts: Annotated[int, Meta(description="Texts that came to it since it rests, and were nobody's.")]
    note: Annotated[str, Meta(description="A note.")]
    added_at: Moment


class StockPage(msgspec.Struct):
    """The stock, newest first."""

    items: list[StockView]
    next: Next


class StockFilter(Paging):
    """Which part of the stock is wanted."""

    state: Annotated[Keeping, Meta(description="Only numbers that are there.")] | UnsetType = UNSET
    country: HomeCountry | UnsetType = UNSET
    q: Annotated[str, Meta(max_length=16, pattern=r"^\+?[0-9]*\Z", description="Digits that it has.")] = ""


class NewStockBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """A number for the stock. Type and country are read off it where they are left out; prices: both, or neither."""

    number: _Digits
    number_type: Type | None = None
    country: HomeCountry | None = None
    capabilities: Capabilities = msgspec.field(default_factory=lambda: [Capability.SMS])
    connector_id: Annotated[UUID | None, Meta(description="A connector of the operator's; null: any.")] = None
    setup: _Micro | None = None
    monthly: _Micro | None = None
    note: Note = ""


class StockTaken(msgspec.Struct):
    """What a file brought."""

    added: Annotated[int, Meta(description="Numbers that are new.")]
    updated: Annotated[int, Meta(description="Those that were there, and are now as the file says.")]


class PriceLineView(msgspec.Struct, kw_only=True, rename=_RENAMED):
    """What numbers of a country and type cost."""

    country: Annotated[str, Meta(description="Two letters of ISO 3166.", examples=["US"])]
    number_type: Annotated[NumberType, Meta(description="What sort of number.")]
    account_id: Annotated[UUID | None, Meta(description="Whose exception it is; null: everybody's price.")]
    setup: Setup
    monthly: Monthly


class PriceLines(msgspec.Struct):
    """All prices of numbers."""

    items: list[PriceLineView]


class PriceBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename=_RENAMED):
    """A price to set."""

    country: HomeCountry
    number_type: Type
    setup: _Micro
    monthly: _Micro
    account_id: Annotated[UUID | None, Meta(description="For this account alone; null: for everybody.")] = None
    for_rented: Annotated[
        bool, Meta(description="Also for what is rented already, from its next charge on; else only for who buys now.")
    ] = False


class PriceSet(msgspec.Struct):
    """What setting a price did."""

    rentals: Annotated[int, Meta(description="Rented numbers that cost the new price from their next charge on.")]


class PriceQuery(msgspec.Struct, kw_only=True):
    """Which price is meant."""

    country: HomeCountry
    type: Annotated[NumberType, Meta(description="Of numbers of this type.")]
    account_id: Annotated[UUID, Meta(description="An account's exception; else everybody's price.")] | UnsetType = UNSET


class SpamBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A report that a text from a number was spam."""

    number: _Digits
    source: Name
    reported_by: Recipient | None = None
    note: Note = ""


class SpamView(msgspec.Struct, kw_only=True):
    """A report as it was written down."""

    source: Annotated[str, Meta(description="Who says so.", examples=["Carrier A"])]
    reported_by: Annotated[str, Meta(description="The phone that got the text; empty: not told.")]
    note: Annotated[str, Meta(description="A note.")]
    at: Moment


_NUMBER = r"\+?1305555[0-9]{4}"
_FILE = File(
    media_type="text/csv",
    description="CSV in UTF-8. The first line names the columns: `number`, and any of `country`, `type`, "
    "`capabilities`, `connector` (by name), `setup`, `monthly` (credits; both or neither), `note`. At most 10 MB.",
    pattern=rf"^number,country,type,capabilities,connector,setup,monthly,note(?:\r?\n{_NUMBER},(?:US)?,(?:local)?,(?:sms)?,"
    r",(?:[0-9]{1,4},[0-9]{1,4}|,),[A-Za-z ]{0,40})+(?:\r?\n)?$",
    example="number,country,type,capabilities,connector,setup,monthly,note\n+13055550123,US,local,sms,,5,2,\n",
    most_bytes=stock.MOST_BYTES,
)
_BAD_NUMBER = Can(403, "number_invalid", "no such number can exist")
_NOT_THERE = Can(404, "number_not_in_stock", "the stock has no such number")
_NOT_FREE = Can(409, "number_not_free", "somebody rents it")
_READ_OFF = (
    Can(403, "sender_number_unknown", "the number fits no numbering plan, and its type or country is not given"),
    Can(403, "sender_country_wrong", "the country has another dialing code"),
)


@number_stock.call("GET", "/v1/number-stock", "listNumberStock", scope=Scope.OPERATOR)
async def page(rt: Runtime, who: Principal, query: StockFilter) -> StockPage:
    """List the stock."""
    found = await stock.page(
        rt,
        who,
        state=query.state or None,
        country=query.country or None,
        digits=query.q,
        after=query.after or None,
        limit=query.limit + 1,
    )
    items, following = cut(found, "/v1/number-stock", query)
    return StockPage([_view(one) for one in items], following)


@number_stock.call(
    "POST",
    "/v1/number-stock",
    "addToNumberStock",
    scope=Scope.OPERATOR,
    status=201,
    errors=(
        _BAD_NUMBER,
        *_READ_OFF,
        Can(403, "bad_amount", "one of `setup` and `monthly` is given, and not the other"),
        Can(404, "connector_not_found", "the operator has no such connector"),
    ),
)
async def add(rt: Runtime, who: Principal, body: NewStockBody) -> StockView:
    """Put a number into the stock.

    One that is there already becomes what is said here; who rents it keeps it at its price.
    """
    if (body.setup is None) != (body.monthly is None):
        raise stock.half_a_price()
    new = NewStock(
        body.number,
        body.country,
        body.number_type,
        tuple(dict.fromkeys(body.capabilities)),
        None if body.connector_id is None else ConnectorId(body.connector_id),
        None if body.setup is None or body.monthly is None else Price(body.setup, body.monthly),
        body.note,
    )
    return _view(await stock.add(rt, who, new))


@number_stock.call(
    "POST",
    "/v1/number-stock/import",
    "importNumberStock",
    scope=Scope.OPERATOR,
    errors=(
        Can(400, "bad_stock_file", "the first line does not name the columns, `number` first"),
        Can(400, "csv_broken_quoting", "a quotation mark is never closed, or stands where none may"),
        Can(403, "bad_stock_file", "lines are bad; each is named"),
    ),
    file=_FILE,
)
async def put(rt: Runtime, who: Principal, upload: Upload) -> StockTaken:
    """Take numbers from a CSV file.

    All of them or none.
    """
    data = b"".join([piece async for piece in upload])
    if not sheet.has_header(data):
        raise BadRequest("bad_stock_file", "The first line of the file must name the columns, `number` first.")
    done = await stock.import_csv(rt, who, data)
    return StockTaken(done.added, done.updated)


@number_stock.call(
    "DELETE",
    "/v1/number-stock/{number}",
    "removeFromNumberStock",
    scope=Scope.OPERATOR,
    status=204,
    errors=(
        _BAD_NUMBER,
        _NOT_THERE,
        _NOT_FREE,
        Can(409, "number_refused", "its provider has not said that it took it back; it stays as `leaving`"),
        Can(503, "number_shop_closed", "its provider can't be asked now; it stays as `leaving`"),
    ),
)
async def remove(rt: Runtime, who: Principal, number: RentedNumber) -> None:
    """Take a number out of the stock.

    One that was bought at a provider is given back there first.
    """
    await stock.remove(rt, who, number)


@number_stock.call(
    "POST",
    "/v1/number-stock/{number}/free",
    "freeNumber",
    scope=Scope.OPERATOR,
    status=204,
    errors=(
        _BAD_NUMBER,
        _NOT_THERE,
        _NOT_FREE,
        Can(409, "number_refused", "it is `leaving`, and its provider does not say that it is ours"),
        Can(503, "number_shop_closed", "it is `leaving`, and its provider can't be asked now"),
    ),
)
async def free(rt: Runtime, who: Principal, number: RentedNumber) -> None:
    """End the rest of a number before its time.

    One that was to be given back is kept, where its provider says that it is still ours.
    """
    await stock.free(rt, who, number)


@number_stock.call("GET", "/v1/number-prices", "listNumberPrices", scope=Scope.OPERATOR)
async def price_lines(rt: Runtime, who: Principal) -> PriceLines:
    """List the prices of numbers.

    What everybody pays, each before its exceptions.
    """
    return PriceLines(
        [
            PriceLineView(
                country=one.country,
                number_type=one.number_type,
                account_id=one.account_id,
                setup=one.price.setup,
                monthly=one.price.monthly,
            )
            for one in await stock.price_lines(rt, who)
        ]
    )


@number_stock.call(
    "PUT",
    "/v1/number-prices",
    "setNumberPrice",
    scope=Scope.OPERATOR,
    errors=(Can(404, "account_not_found", "there is no such account"),),
)
async def set_price(rt: Runtime, who: Principal, body: PriceBody) -> PriceSet:
    """Set what numbers of a country and type cost.

    For everybody, or for one account.
    """
    account_id = None if body.account_id is None else AccountId(body.account_id)
    line = PriceLine(body.country, body.number_type, Price(body.setup, body.monthly), account_id)
    return PriceSet(await stock.set_price(rt, who, line, for_rented=body.for_rented))


@number_stock.call(
    "DELETE",
    "/v1/number-prices",
    "dropNumberPrice",
    scope=Scope.OPERATOR,
    status=204,
    errors=(Can(404, "number_price_not_found", "there is no such price"),),
)
async def drop_price(rt: Runtime, who: Principal, query: PriceQuery) -> None:
    """Drop a price.

    What has none is not offered; what is rented stays at its price.
    """
    account_id = None if query.account_id is UNSET else AccountId(query.account_id)
    await stock.drop_price(rt, who, PriceLine(query.country, query.type, Price(0, 0), account_id))


@number_stock.call(
    "POST",
    "/v1/spam-reports",
    "reportSpam",
    scope=Scope.OPERATOR,
    status=201,
    errors=(_BAD_NUMBER, Can(404, "sender_not_found", "no account has that number")),
)
async def report_spam(rt: Runtime, who: Principal, body: SpamBody) -> SpamView:
    """Write down that a text from a number was called spam.

    As carriers and providers tell it. Whoever has the number now is told, and sees it there.
    """
    made = await spam.report(rt, who, spam.Told(body.number, body.source, body.reported_by or "", body.note))
    by = f"+{made.reported_by}" if made.reported_by else ""
    return SpamView(source=made.source, reported_by=by, note=made.note, at=made.at)


def _view(one: StockNumber) -> StockView:
    return StockView(
        id=one.id,
        number=f"+{one.number}",
        number_type=one.number_type,
        country=one.country,
        capabilities=list(one.capabilities),
        connector_id=one.connector_id,
        is_bought=one.is_bought,
        state=one.state,
        account_id=one.rented_by,
        setup=one.price.setup if one.price else None,
        monthly=one.price.monthly if one.price else None,
        rests_until=one.rests_until,
        missed_texts=one.missed,
        note=one.note,
        added_at=one.added_at,
    )
