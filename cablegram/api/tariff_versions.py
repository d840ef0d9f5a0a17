"""Versions of tariffs, with the dates they begin at: the accounts' in credits, the carriers' in money (R16)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.connectors import NO_CONNECTOR
from cablegram.api.credit_views import CURRENCY
from cablegram.api.fields import ONE_LINE, Id, Moment
from cablegram.api.operation import Can, Resource, Upload
from cablegram.api.tariffs import TARIFF_FILE
from cablegram.billing import importing, weighing
from cablegram.billing.comparing import Change, Recost
from cablegram.billing.version_model import NewVersion, Version
from cablegram.connectors import configure
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.runtime.runtime import Runtime

tariff_versions = Resource("Tariff versions", "Prices with dates. For the operator.")

VersionId = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,15}\Z", description="A version's number.", examples=["7"])]
_NO_VERSION = Can(404, "tariff_version_not_found", "there is no such version")
_TWO = Can(400, "tariffs_of_two", "the two are not versions of one tariff, or it is a carrier's")
_MOST_SHOWN = 1_000
_LONGEST_NUMBER = 16  # digits


class TariffVersionView(msgspec.Struct, kw_only=True):
    """A version: in force from its date until the next one's."""

    id: Annotated[int, Meta(description="Its number.")]
    connector_id: Annotated[UUID | None, Meta(description="Whose prices; null: what accounts pay.")]
    currency: Annotated[str | None, Meta(description="Of a carrier's prices; null: credits.", examples=["EUR"])]
    name: Annotated[str, Meta(description="What it is called.")]
    valid_from: Moment
    prefixes: Annotated[int, Meta(description="How many prefixes have a price.")]
    countries: Annotated[int, Meta(description="How many countries.")]
    is_demo: Annotated[bool, Meta(description="Whether its prices are invented.")]
    made_at: Moment
    made_by: Annotated[str, Meta(description="Who brought it.")]
    withdrawn_at: Annotated[Moment | None, Meta(description="When it was taken back, before its date.")]


class TariffVersions(msgspec.Struct):
    """Versions, the latest date first."""

    items: list[TariffVersionView]


class TariffVersionsOf(msgspec.Struct, kw_only=True):
    """Whose versions."""

    connector_id: Annotated[UUID, Meta(description="What this connector's carrier takes.")] | UnsetType = UNSET


class CarrierOptions(msgspec.Struct, kw_only=True):
    """From when on a carrier's prices count, and in which currency."""

    currency: Annotated[str, Meta(pattern=CURRENCY, description="Three letters of ISO 4217.", examples=["EUR"])]
    valid_from: (
        Annotated[datetime, Meta(tz=True, description="From when on; also in the past. Left out: now.")] | UnsetType
    ) = UNSET
    name: Annotated[str, Meta(max_length=100, pattern=ONE_LINE, description="A name for people.")] = ""


class Against(msgspec.Struct, kw_only=True):
    """With what to compare, weighed by whose traffic."""

    old: Annotated[int, Meta(ge=1, le=2**53, description="A version. Left out: the one in force.")] | UnsetType = UNSET
    account_id: Annotated[UUID, Meta(description="This account's traffic. Left out: all.")] | UnsetType = UNSET


class Whose(msgspec.Struct, kw_only=True):
    """Whose traffic."""

    account_id: Annotated[UUID, Meta(description="This account's. Left out: all.")] | UnsetType = UNSET


class DifferenceView(msgspec.Struct, kw_only=True):
    """A prefix that costs something else."""

    prefix: Annotated[str, Meta(description="First digits.", examples=["3460"])]
    country: Annotated[str, Meta(description="Its country.", examples=["ES"])]
    name: Annotated[str, Meta(description="What it is called.")]
    change: Annotated[Change, Meta(description="What became of it.")]
    old: Annotated[int | None, Meta(description="Millionths a segment before; null: no price.")]
    new: Annotated[int | None, Meta(description="Millionths a segment after.")]
    segments: Annotated[int, Meta(description="How many went there in thirty days.")]
    effect: Annotated[int, Meta(description="What those cost more, in millionths.")]


class ComparisonView(msgspec.Struct, kw_only=True):
    """Two versions beside each other."""

    old: Annotated[int | None, Meta(description="The version before; null: none.")]
    new: Annotated[int, Meta(description="The version after.")]
    counts: Annotated[dict[str, int], Meta(description="How many prefixes got dearer, cheaper, new, gone.")]
    same: Annotated[int, Meta(description="How many cost what they did.")]
    effect: Annotated[int, Meta(description="What thirty days' traffic costs more, in millionths.")]
    items: Annotated[list[DifferenceView], Meta(description="The thousand with the greatest effect, that first.")]


class RecostView(msgspec.Struct, kw_only=True):
    """What traffic cost, and would have cost."""

    account_id: Annotated[UUID | None, Meta(description="Whose; null: all together.")]
    account: Annotated[str, Meta(description="Its name.")]
    messages: Annotated[int, Meta(description="How many messages.")]
    segments: Annotated[int, Meta(description="Their segments, as they were paid.")]
    paid: Annotated[int, Meta(description="Micro-credits that they cost.")]
    would: Annotated[int, Meta(description="Micro-credits by this version.")]
    without_price: Annotated[int, Meta(description="Segments that could not have been sent.")]


class DryRunView(msgspec.Struct):
    """The last thirty days by a version."""

    total: RecostView
    accounts: Annotated[list[RecostView], Meta(description="By account, those that paid most first.")]


@tariff_versions.call("GET", "/v1/tariff_versions", "listTariffVersions", scope=Scope.OPERATOR)
async def page(rt: Runtime, who: Principal, query: TariffVersionsOf) -> TariffVersions:
    """List versions.

    Of the accounts' tariff, or of what a carrier takes; the latest date first, 200 at most.
    """
    found = await importing.versions(rt, who, ConnectorId(query.connector_id) if query.connector_id else None)
    return TariffVersions([view(one) for one in found])


@tariff_versions.call(
    "DELETE",
    "/v1/tariff_versions/{version_id}",
    "withdrawTariffVersion",
    scope=Scope.OPERATOR,
    errors=(_NO_VERSION, Can(409, "tariff_in_force", "its date has come")),
)
async def withdraw(rt: Runtime, who: Principal, version_id: VersionId) -> TariffVersionView:
    """Take a version back before its date."""
    return view(await importing.withdraw(rt, who, _number(version_id)))


@tariff_versions.call(
    "GET",
    "/v1/tariff_versions/{version_id}/comparison",
    "compareTariffVersions",
    scope=Scope.OPERATOR,
    errors=(_NO_VERSION, _TWO),
)
async def compare(rt: Runtime, who: Principal, version_id: VersionId, query: Against) -> ComparisonView:
    """Compare a version with another one.

    What got dearer, cheaper, new or can't be sent to any more, weighed by the traffic of the last thirty days.
    """
    found = await weighing.compare(
        rt,
        who,
        _number(version_id),
        old_id=query.old or None,
        account_id=AccountId(query.account_id) if query.account_id else None,
    )
    return ComparisonView(
        old=found.old.id if found.old else None,
        new=found.new.id,
        counts={change.value: found.found.counts.get(change, 0) for change in Change},
        same=found.found.same,
        effect=found.found.effect,
        items=[
            DifferenceView(
                prefix=one.prefix,
                country=one.country,
                name=one.name,
                change=one.change,
                old=one.old,
                new=one.new,
                segments=one.segments,
                effect=one.effect,
            )
            for one in found.found.differences[:_MOST_SHOWN]
        ],
    )


@tariff_versions.call(
    "GET",
    "/v1/tariff_versions/{version_id}/dry_run",
    "dryRunTariffVersion",
    scope=Scope.OPERATOR,
    errors=(_NO_VERSION, _TWO),
)
async def dry_run(rt: Runtime, who: Principal, version_id: VersionId, query: Whose) -> DryRunView:
    """Tell what the last thirty days would have cost by a version."""
    account_id = AccountId(query.account_id) if query.account_id else None
    found = await weighing.dry_run(rt, who, _number(version_id), account_id=account_id)
    return DryRunView(
        _recost(None, "", found.total),
        [_recost(each, name, one) for each, (name, one) in found.accounts.items()],
    )


@tariff_versions.call(
    "PUT",
    "/v1/connectors/{connector_id}/tariff",
    "importCarrierTariff",
    scope=Scope.OPERATOR,
    errors=(
        NO_CONNECTOR,
        Can(400, "bad_tariff_file", "the file's first line is another, or lines are bad; each is named"),
        Can(400, "csv_broken_quoting", "a quotation mark is never closed, or stands where none may"),
        Can(403, "bad_tariff_file", "lines are bad; each is named"),
    ),
    file=TARIFF_FILE,
)
async def put_carrier(
    rt: Runtime, who: Principal, connector_id: Id, query: CarrierOptions, upload: Upload
) -> TariffVersionView:
    """Bring what a carrier takes, as a CSV file.

    The same form as the accounts' tariff, with prices in money. Days that are counted already are counted again.
    """
    await configure.get(rt, who, ConnectorId(connector_id))
    data = b"".join([piece async for piece in upload])
    new = NewVersion(query.valid_from or None, query.name, ConnectorId(connector_id), query.currency)
    done = await importing.import_csv(rt, who, data, new=new)
    found = await importing.versions(rt, who, ConnectorId(connector_id))
    return view(next(one for one in found if one.id == done.version_id))


def _number(text: str) -> int:
    """Return a version's number; 0, which none has, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else 0


def view(one: Version) -> TariffVersionView:
    """Return how a version is shown."""
    return TariffVersionView(
        id=one.id,
        connector_id=one.connector_id,
        currency=one.currency,
        name=one.name,
        valid_from=one.valid_from,
        prefixes=one.prefixes,
        countries=one.countries,
        is_demo=one.is_demo,
        made_at=one.made_at,
        made_by=one.made_by,
        withdrawn_at=one.withdrawn_at,
    )


def _recost(account_id: AccountId | None, name: str, one: Recost) -> RecostView:
    return RecostView(
        account_id=account_id,
        account=name,
        messages=one.messages,
        segments=one.segments,
        paid=one.paid,
        would=one.would,
        without_price=one.without_price,
    )
