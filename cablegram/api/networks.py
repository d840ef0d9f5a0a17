"""Where messages can go: destinations with their price, and the mobile networks of the world (R32-R34)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.errors import BadRequest
from cablegram.api.fields import NO_NULL, CountryCode, Credits, Places
from cablegram.api.operation import Can, Export, File, Resource, Upload
from cablegram.api.paging import cut_at
from cablegram.billing.prices import Prices
from cablegram.consent import destinations as places
from cablegram.lookup import networks as deeds
from cablegram.lookup.model import Network
from cablegram.numbers.countries import COUNTRIES
from cablegram.runtime.runtime import Runtime

networks = Resource("Destinations and networks", "Where messages can go, and the mobile networks of the world.")

Mcc = Annotated[str, Meta(description="Mobile country code (ITU-T E.212).", examples=["214"])]
Mnc = Annotated[str, Meta(description="Mobile network code: text, zeros in front count.", examples=["07"])]
CodeInPath = Annotated[
    str,
    Meta(
        pattern=r"^[02345679][0-9]{2}-?[0-9]{2,12}\Z",
        description="MCC and MNC, with or without a hyphen between them, or an IMSI of at most 15 digits.",
        examples=["310-410"],
    ),
]


class DestinationSearch(Places, kw_only=True):
    """Which part of the destinations is wanted."""

    sort_by: Annotated[Literal["destination", "prefix", "price"], Meta(description="What decides the order.")] = (
        "destination"
    )


class DestinationView(msgspec.Struct, kw_only=True):
    """A prefix that has a price."""

    prefix: Annotated[str, Meta(description="First digits of numbers, with the country code.", examples=["34"])]
    country: CountryCode
    name: Annotated[str, Meta(description="What it is called in the tariff.", examples=["Spain"])]
    price: Credits
    is_allowed: Annotated[
        bool, Meta(description="Whether the account's sending rules let messages go to that country.")
    ]


class DestinationPage(msgspec.Struct):
    """Destinations."""

    items: list[DestinationView]
    next: Annotated[str | None, Meta(description="The address of the next page; null where this is the last.")]


class NetworkSearch(Places, kw_only=True):
    """Which networks are wanted."""

    q: Annotated[
        str, Meta(max_length=60, pattern=NO_NULL, description="Part of a name or country, or first digits.")
    ] = ""
    country: Annotated[str, Meta(pattern=r"^(?:[A-Za-z]{2})?\Z", description="Only those of this country.")] = ""
    mcc: Annotated[str, Meta(pattern=r"^(?:[0-9]{3})?\Z", description="Only those with this MCC.")] = ""
    sort_by: Annotated[Literal["mcc", "mnc", "name", "country"], Meta(description="What decides the order.")] = "mcc"


class NetworkView(msgspec.Struct, kw_only=True):
    """A mobile network, an operator's own or a virtual one's."""

    mcc: Mcc
    mnc: Mnc
    name: Annotated[str, Meta(description="What people know it by.", examples=["Movistar"])]
    country: Annotated[str | None, Meta(description="Two letters of ISO 3166; null: of no country.", examples=["ES"])]
    country_name: Annotated[str | None, Meta(description="The country in English.", examples=["Spain"])]


class NetworkPage(msgspec.Struct):
    """Mobile networks."""

    items: list[NetworkView]
    next: Annotated[str | None, Meta(description="The address of the next page; null where this is the last.")]
    total: Annotated[int, Meta(description="How many fit in all.")]


class CodeView(msgspec.Struct, kw_only=True):
    """What a code or an IMSI says."""

    mcc: Mcc
    mnc: Mnc
    subscriber: Annotated[str, Meta(description="What follows MCC and MNC, at most 10 digits; empty in a mere code.")]
    region: Annotated[str, Meta(description="Which part of the world the first digit means.", examples=["Europe"])]
    network: Annotated[NetworkView | None, Meta(description="The network; null where the list has none of that code.")]


class NetworksImported(msgspec.Struct):
    """What an import brought."""

    networks: Annotated[int, Meta(description="How many networks there are now.")]


_COUNTRY = "|".join(sorted(COUNTRIES))
_NAME = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\",\s]{1,100}"
_FILE = File(
    media_type="text/csv",
    description="CSV in UTF-8: mcc, mnc, name, country (two letters, empty for a network of no country). "
    "Each MCC and MNC once. At most 10 MB.",
    pattern=rf"^mcc,mnc,name,country\r?\n[2-7][0-9]{{2}},[0-9]{{2,3}},{_NAME},(?:{_COUNTRY})?(?:\r?\n)?$",
    example="mcc,mnc,name,country\n214,07,Movistar,ES\n",
    most_bytes=10_000_000,
)
_NETWORKS_CSV = Export(
    media_type="text/csv",
    description="All networks as CSV: mcc, mnc, name, country. It can be imported again.",
    name="networks.csv",
    write=deeds.export_csv,
)
_DESTINATIONS_CSV = Export(
    media_type="text/csv",
    description="All destinations as CSV: prefix, country, name, price in credits, is_allowed.",
    name="destinations.csv",
    write=places.export_csv,
)


@networks.call("GET", "/v1/destinations", "listDestinations", scope=Scope.READ, export=_DESTINATIONS_CSV)
async def destinations(rt: Runtime, who: Principal, query: DestinationSearch, prices: Prices) -> DestinationPage:
    """List destinations.

    Every prefix that has a price, and whether the account's rules allow it. With `Accept: text/csv` all as a file.
    """
    found = await places.page(rt, who, prices, sort_by=query.sort_by, order=query.order)
    items, following = cut_at(found[query.skip :], "/v1/destinations", query)
    views = [
        DestinationView(
            prefix=one.prefix, country=one.country, name=one.name, price=one.price, is_allowed=one.is_allowed
        )
        for one in items
    ]
    return DestinationPage(views, following)


@networks.call("GET", "/v1/networks", "listNetworks", scope=Scope.READ, export=_NETWORKS_CSV)
async def page(rt: Runtime, who: Principal, query: NetworkSearch) -> NetworkPage:
    """List mobile networks.

    Empty until the operator has imported a list. With `Accept: text/csv` all as a file.
    """
    found = await deeds.page(
        rt,
        who,
        q=query.q,
        country=query.country,
        mcc=query.mcc,
        sort_by=query.sort_by,
        order=query.order,
        skip=query.skip,
        limit=query.limit + 1,
    )
    items, following = cut_at(found.rows, "/v1/networks", query)
    return NetworkPage([_view(one) for one in items], following, found.total)


@networks.call(
    "GET",
    "/v1/networks/{code}",
    "getNetwork",
    scope=Scope.READ,
    errors=(Can(403, "imsi_invalid", "the digits are no code of a network and no IMSI"),),
)
async def get(rt: Runtime, who: Principal, code: CodeInPath) -> CodeView:
    """Get what a code or an IMSI says.

    How many digits the MNC has follows from the MCC, and where a country has both from the networks known.
    """
    imsi, network = await deeds.find(rt, who, code)
    return CodeView(
        mcc=imsi.mcc,
        mnc=imsi.mnc,
        subscriber=imsi.subscriber,
        region=imsi.region,
        network=_view(network) if network else None,
    )


@networks.call(
    "PUT",
    "/v1/networks",
    "importNetworks",
    scope=Scope.OPERATOR,
    errors=(
        Can(400, "bad_network_file", "the first line is not `mcc,mnc,name,country`"),
        Can(400, "csv_broken_quoting", "a quotation mark is never closed, or stands where none may"),
        Can(403, "bad_network_file", "lines are bad; each is named"),
    ),
    file=_FILE,
)
async def put(rt: Runtime, who: Principal, upload: Upload) -> NetworksImported:
    """Replace the list of networks by a CSV file.

    All of it or nothing.
    """
    data = b"".join([piece async for piece in upload])
    header = data.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
    if header.replace(b'"', b"").replace(b" ", b"").strip().lower() != b"mcc,mnc,name,country":
        raise BadRequest("bad_network_file", "The first line of the file must be mcc,mnc,name,country.")
    return NetworksImported(await deeds.import_csv(rt, who, data))


def _view(one: Network) -> NetworkView:
    return NetworkView(
        mcc=one.mcc,
        mnc=one.mnc,
        name=one.name,
        country=one.country or None,
        country_name=one.country_name or None,
    )
