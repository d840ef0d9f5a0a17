"""Tariffs: what a segment costs, by the country or the longest prefix of a number (R16)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.credit_views import AccountPricesView
from cablegram.api.credit_views import view as prices_view
from cablegram.api.errors import BadRequest
from cablegram.api.fields import ONE_LINE, CountryCode, Credits, Moment
from cablegram.api.operation import Can, File, Resource, Upload
from cablegram.billing import credit_price, importing
from cablegram.billing.prices import Prices
from cablegram.billing.tariffs import CountryTariffs
from cablegram.billing.version_model import NewVersion
from cablegram.kit.errors import NotFound
from cablegram.numbers.countries import COUNTRIES
from cablegram.runtime.runtime import Runtime

tariffs = Resource("Tariffs", "What a segment costs, by country and prefix.")

AnyCase = Annotated[
    str, Meta(pattern=r"^[A-Za-z]{2}\Z", description="Two letters of ISO 3166, in either case.", examples=["es"])
]


class PrefixView(msgspec.Struct):
    """The price of a segment to numbers with a prefix; the longest prefix that fits a number decides."""

    prefix: Annotated[str, Meta(description="First digits, with the country code.", examples=["34"])]
    price: Credits
    is_demo: Annotated[bool, Meta(description="Whether the price is an invented one, of the demo tariff.")]


class CountryView(msgspec.Struct, kw_only=True):
    """The prices of a country."""

    country: CountryCode
    name: Annotated[str, Meta(description="The country's name.", examples=["Spain"])]
    price: Annotated[int, Meta(description="The usual price of a segment, in micro-credits.", examples=[850000])]
    highest_price: Annotated[int, Meta(description="The price of its dearest prefix, in micro-credits.")]
    prefixes: Annotated[list[PrefixView], Meta(description="All prices of the country, the shortest prefix first.")]
    prices: Annotated[
        AccountPricesView | UnsetType, Meta(description="What a credit costs the account; with one country alone.")
    ] = UNSET


class TariffList(msgspec.Struct):
    """The tariff in force, by country; all of it on one page."""

    items: list[CountryView]
    next: Annotated[None, Meta(description="Always null.")]
    prices: AccountPricesView


class TariffsImported(msgspec.Struct):
    """What an import brought."""

    prefixes: Annotated[int, Meta(description="How many prefixes have a price now.")]
    countries: Annotated[int, Meta(description="How many countries.")]
    version: Annotated[int, Meta(description="The version that the file became.")]
    valid_from: Moment


class TariffOptions(msgspec.Struct, kw_only=True):
    """From when on the tariff is in force."""

    valid_from: (
        Annotated[datetime, Meta(tz=True, description="From when on, not in the past. Left out: at once.")] | UnsetType
    ) = UNSET
    name: Annotated[str, Meta(max_length=100, pattern=ONE_LINE, description="A name for people.")] = ""


_COUNTRY = "|".join(sorted(COUNTRIES))
_NAME = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\",\s]{1,100}"
_ROW = rf"[1-9][0-9]{{0,14}},(?:{_COUNTRY}),{_NAME},[0-9]{{1,6}}(?:\.[0-9]{{1,6}})?"
TARIFF_FILE = File(
    media_type="text/csv",
    description="CSV in UTF-8: prefix, country, name, and the price of a segment in credits with at most 6 decimals. "
    "At most 10 MB.",
    pattern=rf"^prefix,country,name,price(?:\r?\n{_ROW})+(?:\r?\n)?$",
    example="prefix,country,name,price\n34,ES,Spain,0.85\n380,UA,Ukraine,3.33\n",
    most_bytes=10_000_000,
)
_HEADER = b"prefix,country,name,price"


@tariffs.call("GET", "/v1/tariffs", "listTariffs", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, prices: Prices) -> TariffList:
    """List the tariff.

    All that is in force, by country.
    """
    book = await prices.show(rt, who)
    credits_ = prices_view(await credit_price.show(rt, who))
    return TariffList([_view(one) for one in book.countries()], None, credits_)


@tariffs.call(
    "GET",
    "/v1/tariffs/{country}",
    "getTariff",
    scope=Scope.READ,
    errors=(Can(404, "tariff_not_found", "there is no tariff for that country, so nothing can be sent there"),),
)
async def get(rt: Runtime, who: Principal, country: AnyCase, prices: Prices) -> CountryView:
    """Get the prices of one country."""
    found = (await prices.show(rt, who)).of_country(country)
    if found is None:
        raise NotFound("tariff_not_found", f"There is no tariff for {country[:10]!r}, so nothing can be sent there.")
    view = _view(found)
    view.prices = prices_view(await credit_price.show(rt, who))
    return view


@tariffs.call(
    "PUT",
    "/v1/tariffs",
    "importTariffs",
    scope=Scope.OPERATOR,
    errors=(
        Can(400, "bad_tariff_file", "the first line is not `prefix,country,name,price`"),
        Can(400, "csv_broken_quoting", "a quotation mark is never closed, or stands where none may"),
        Can(403, "bad_tariff_file", "lines are bad; each is named"),
        Can(400, "bad_valid_from", "the date is past"),
    ),
    file=TARIFF_FILE,
)
async def put(rt: Runtime, who: Principal, query: TariffOptions, upload: Upload) -> TariffsImported:
    """Replace the whole tariff by a CSV file, at once or from a date on.

    All of it or nothing; messages that were accepted before keep their price.
    """
    data = b"".join([piece async for piece in upload])
    header = data.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    if header.replace(b'"', b"").replace(b" ", b"").strip().lower() != _HEADER:
        raise BadRequest("bad_tariff_file", f"The first line of the file must be {_HEADER.decode()}.")
    done = await importing.import_csv(rt, who, data, new=NewVersion(query.valid_from or None, query.name))
    return TariffsImported(done.prefixes, done.countries, done.version_id, done.valid_from)


def _view(one: CountryTariffs) -> CountryView:
    return CountryView(
        country=one.country,
        name=one.name,
        price=one.usual.price,
        highest_price=one.highest_price,
        prefixes=[PrefixView(tariff.prefix, tariff.price, tariff.is_demo) for tariff in one.tariffs],
    )
