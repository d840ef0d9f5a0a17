"""The time zones a number may be in, as names of the IANA time zone database.

A number tells its country, and sometimes an area. Where mobile numbers have area codes (North America, Brazil, Mexico)
the zones are those of the area, all of them: libphonenumber's data goes down to exchanges, which once were places, and
a mobile number is at home in the whole area. Everywhere else a mobile number can be anywhere in its country; the zones
of a country are those of the time zone database itself, because libphonenumber's data for whole countries is rough
(it puts Nicaragua in Chicago's zone and Kaliningrad in Bucharest's, which have summer time where they have none).

What is known of the person beats what the number says; that is the caller's to look at first.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from phonenumbers.tzdata import TIMEZONE_DATA

from cablegram.numbers.countries import COUNTRIES
from cablegram.numbers.e164 import Number

# Digits, with the country code, that tell the area of a mobile number.
_AREA_DIGITS = {"1": 4, "52": 5, "55": 4}
_LONGEST = max(_AREA_DIGITS.values())
_WITH_AREAS = {code[0] for code in _AREA_DIGITS}

# Christmas Island and the Cocos Islands have numbers that nobody can tell from Australia's.
_ALSO = {"AU": ("CX", "CC")}

# The database knows the time that many in Xinjiang go by; legal time is Beijing's in all of China.
_LEGAL = {"CN": ("Asia/Shanghai",)}

# The database lists a country's zones from a corner of the map where it does not begin with the most populous.
_MAIN = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
}


def zones(number: Number) -> tuple[str, ...]:
    """Return all zones a number may be in: `("Atlantic/Canary", "Africa/Ceuta", ...)` of a Spanish mobile (R109).

    None for the networks of no country. Costs a fraction of a microsecond: the answer is kept for each area.
    """
    digits, country = number
    return _zones(digits[:_LONGEST] if digits[0] in _WITH_AREAS else "", country)


def main_zone(country: str) -> str | None:
    """Return the zone most people of a country live in, by its two letters; None where there is no such country."""
    return _MAIN.get(country) or next(iter(_country(country)), None)


@cache
def _zones(start: str, country: str) -> tuple[str, ...]:
    everywhere = _country(country) + tuple(zone for island in _ALSO.get(country, ()) for zone in _country(island))
    here = _area(start)
    # An area with a zone from abroad is one where the data only means "the same time as".
    return tuple(sorted(here if here and here <= set(everywhere) else everywhere))


def _area(start: str) -> frozenset[str]:
    """Return the zones of the area a number's first digits tell; none where there are no areas, or no such one."""
    code = next((code for code in _AREA_DIGITS if start.startswith(code)), None)
    return frozenset() if code is None else _exchanges(start[: _AREA_DIGITS[code]], code)


@cache
def _exchanges(area: str, code: str) -> frozenset[str]:
    around = next((area[:size] for size in range(len(area), len(code), -1) if area[:size] in TIMEZONE_DATA), area)
    return frozenset(
        zone for prefix, found in TIMEZONE_DATA.items() if prefix == around or prefix.startswith(area) for zone in found
    )


def _country(iso: str) -> tuple[str, ...]:
    if iso in _LEGAL:
        return _LEGAL[iso]
    known = COUNTRIES.get(iso)
    if known is None:
        return ()
    # Ascension, Tristan da Cunha and Kosovo are no countries to the database, and have one zone each.
    return _by_country().get(iso) or TIMEZONE_DATA[known.calling_code]


@cache
def _by_country() -> dict[str, tuple[str, ...]]:
    """Read the database's own table: country, coordinates, zone, and perhaps a comment."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found
