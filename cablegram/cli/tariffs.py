"""`cablegram tariffs`: set what messages cost, and see it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from cablegram.accounts.access import operator
from cablegram.billing import importing
from cablegram.billing.importing import Imported
from cablegram.billing.prices import Prices
from cablegram.billing.tariffs import CountryTariffs, Tariff, TariffBook
from cablegram.billing.version_model import NewVersion
from cablegram.cli import choosing
from cablegram.cli.files import read_bytes
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.pricing import moment_of
from cablegram.cli.showing import moment, money, table
from cablegram.kit.ids import ConnectorId
from cablegram.numbers import countries
from cablegram.runtime.runtime import Runtime

_DEMO = "These prices are invented, for trying things out. Bring your own with: cablegram tariffs import FILE"


def import_tariffs(
    file: Path,
    *,
    valid_from: Annotated[
        str | None, Parameter(name="--from", help="In force from then on, such as 2026-12-01T09:00. Without: at once.")
    ] = None,
    name: Annotated[str, Parameter(help="What to call this version.")] = "",
    connector: Annotated[str | None, Parameter(help="It is what this connector's carrier takes, in money.")] = None,
    currency: Annotated[str | None, Parameter(help="Of a carrier's prices: three letters, such as EUR.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Replace the tariff by a CSV file: prefix,country,name,price, the price in credits a segment."""
    data, begins = read_bytes(file), moment_of(valid_from)

    async def deed(rt: Runtime) -> Imported:
        its_id = ConnectorId((await choosing.connector(rt, connector)).id) if connector else None
        new = NewVersion(begins, name, its_id, currency if connector else None)
        return await importing.import_csv(rt, operator(choosing.ME), data, new=new)

    done = act(place, deed)
    what = f"{done.prefixes:,} prefixes in {done.countries:,} countries"
    if connector:
        text = f"What the carrier takes has {what} from {moment(done.valid_from)} on."
    elif begins:
        text = f"Version {done.version_id} has {what}, and is in force from {moment(done.valid_from)} on."
    else:
        text = f"The tariff in force has {what} now."
    facts = {
        "prefixes": done.prefixes,
        "countries": done.countries,
        "revision": done.revision,
        "version": done.version_id,
        "valid_from": done.valid_from,
    }
    say(text, facts, as_json=json)


def list_tariffs(
    *,
    country: Annotated[str | None, Parameter(help="All prefixes of this country: two letters, such as ES.")] = None,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Show the tariff: one line a country, or the prefixes of one."""
    iso = countries.country(country).iso if country else None

    async def deed(rt: Runtime) -> TariffBook:
        return await Prices().show(rt, operator(choosing.ME))

    book = act(place, deed)
    if iso:
        found = book.of_country(iso)
        tariffs = found.tariffs if found else ()
        rows = [(one.prefix, one.name, money(one.price)) for one in tariffs]
        text = table(("prefix", "name", "credits a segment"), rows, numbers=("credits a segment",))
        facts = [_facts(one) for one in tariffs]
    else:
        rows = [_line(one) for one in book.countries()]
        text = table(
            ("country", "name", "prefixes", "credits a segment"), rows, numbers=("prefixes", "credits a segment")
        )
        facts = [_facts(one) for one in book.tariffs]
    if not rows:
        text = "There is no tariff, so nothing can be sent there."
    say(f"{text}\n{_DEMO}" if rows and book.is_demo else text, facts, as_json=json)


def _line(found: CountryTariffs) -> tuple[str, str, str, str]:
    prices = sorted({one.price for one in found.tariffs})
    shown = money(prices[0]) if len(prices) == 1 else f"{money(prices[0])} to {money(prices[-1])}"
    return found.country, found.name, f"{len(found.tariffs):,}", shown


def _facts(tariff: Tariff) -> dict[str, Any]:
    return {
        "prefix": tariff.prefix, "country": tariff.country, "name": tariff.name, "price": tariff.price,
        "is_demo": tariff.is_demo,
    }  # fmt: skip
