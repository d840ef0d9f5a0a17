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
from cablegram.cli import choosing
from cablegram.cli.files import read_bytes
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import money, table
from cablegram.numbers import countries
from cablegram.runtime.runtime import Runtime

_DEMO = "These prices are invented, for trying things out. Bring your own with: cablegram tariffs import FILE"


def import_tariffs(file: Path, *, place: Place = HERE, json: AsJson = False) -> None:
    """Replace the tariff by a CSV file: prefix,country,name,price, the price in credits a segment."""
    data = read_bytes(file)

    async def deed(rt: Runtime) -> Imported:
        return await importing.import_csv(rt, operator(choosing.ME), data)

    done = act(place, deed)
    text = f"The tariff in force has {done.prefixes:,} prefixes in {done.countries:,} countries now."
    say(text, {"prefixes": done.prefixes, "countries": done.countries, "revision": done.revision}, as_json=json)


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
