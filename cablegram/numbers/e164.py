"""Read telephone numbers into one canonical form: country code first, digits alone, no "+" (ITU-T E.164; R30, R31).

A number is taken as it is written by people: with "+" or "00" and a country code, or with neither. Digits without
either are read both ways, as a number of the default country and as country code and number, which is how the API
and most carriers write them. A reading in a range that is in use beats one that only fits the plan's shape; where
both are as good, the default country wins.

A number is good when it fits its country's numbering plan, not only when its range is known to be in use: ranges open
every month, and what to do with an unused number is the carrier's to say. A fixed line gets no texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from cablegram.kit.errors import InvalidInput
from cablegram.numbers.countries import country, name
from cablegram.numbers.plan import Kind, Plan, calling_code, locate, lone_plan, plan, plans

MOST_DIGITS = 15

# One way to read digits, and how good it is: in a range that is known, of the plan's shape, or of none.
Reading = tuple[int, "Number | BadNumber"]
IN_USE, IN_SHAPE, UNFIT = 2, 1, 0

# What people and spreadsheets put between digits: spaces of all widths, dashes, dots, slashes, brackets, and the
# invisible marks of writing direction that come along when a number is copied from an address book.
_DECORATION = re.compile(r"[\s./()\[\]\-\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_SHOWN = 40  # characters of a bad number that are shown back


class Number(NamedTuple):
    """A telephone number: digits with country code and without "+", and the two letters of its country."""

    e164: str
    country: str


@dataclass(frozen=True, slots=True)
class BadNumber:
    """Why a text is no number that gets texts: `number_invalid`, `number_too_long` or `number_landline`."""

    raw: str
    code: str
    message: str

    def error(self) -> InvalidInput:
        """Return it as an error to raise."""
        return InvalidInput(self.code, self.message)


def parse(raw: str, default_country: str | None = None) -> Number:
    """Read one number: `parse("600 000 118", "ES")` is `Number("34600000118", "ES")`.

    Raises InvalidInput: `number_invalid`, `number_too_long`, `number_landline`; `unknown_country` for the default.
    """
    found = _read(raw, _home(default_country))
    if isinstance(found, BadNumber):
        raise found.error()
    return found


def parse_many(raws: Iterable[str], default_country: str | None = None) -> list[Number | BadNumber]:
    """Read many numbers, in order; a bad one is a verdict in its place, never an exception.

    Raises InvalidInput (`unknown_country`) for the default country alone.
    """
    home = _home(default_country)
    return [_read(raw, home) for raw in raws]


def _home(default_country: str | None) -> Plan | None:
    if default_country is None:
        return None
    found = country(default_country)
    return plan(found.iso, found.calling_code)


def _read(raw: str, home: Plan | None) -> Number | BadNumber:
    return _at_a_glance(raw) or _at_length(raw, home)


def _at_a_glance(raw: str) -> Number | None:
    """Read a mobile number that is written as E.164, of a code that one country has alone: nearly all are."""
    digits = raw[1:]
    lone = lone_plan(digits[:3])
    if lone is None or raw[0] != "+" or len(digits) > MOST_DIGITS or not digits.isascii():
        return None
    national = digits[len(lone.code) :]
    # No pattern of a mobile number takes anything but digits.
    return None if not lone.is_mobile(national) or _has_trunk_prefix(lone, national) else Number(digits, lone.iso)


def _at_length(raw: str, home: Plan | None) -> Number | BadNumber:
    digits, is_international = _digits(raw)
    if not (digits.isdigit() and digits.isascii()):
        return _refuse(raw, "number_invalid", "is no telephone number: write it like +34600000118.")
    if is_international or home is None:
        return _international(raw, digits)[1]
    return _national(raw, digits, home)[1]


def _digits(raw: str) -> tuple[str, bool]:
    """Take away what is only decoration; say whether the country code was announced by "+" or "00"."""
    if raw[:1] == "+" and raw[1:].isdigit():  # nearly all
        return raw[1:], True
    bare = raw if raw.isdigit() else _DECORATION.sub("", raw)
    if bare.startswith("+"):
        return bare[1:], True
    if bare.startswith("00"):
        return bare[2:], True
    return bare, False


def _international(raw: str, digits: str) -> Reading:
    code = calling_code(digits)
    if not code:
        why = "starts with no country code that exists: write it like +34600000118."
        return UNFIT, _refuse(raw, "number_invalid", why)
    sharing = plans(code)
    national = digits[len(code) :]
    if not _has_trunk_prefix(sharing[0], national):
        found = _verdict(raw, sharing, national)
        if found is not None:
            return found
    return by_the_book(raw, digits, None)


def _national(raw: str, digits: str, home: Plan) -> Reading:
    at_home = _at_home(raw, digits, home)
    if at_home[0] == IN_USE:
        return at_home
    abroad = _international(raw, digits)
    return abroad if abroad[0] > at_home[0] else at_home


def _at_home(raw: str, digits: str, home: Plan) -> Reading:
    sharing = plans(home.code)
    fits_home = any(country_plan.fits(digits) for country_plan in sharing)
    national = _national_number(digits, home, fits_home=fits_home)
    found = None if national is None else _verdict(raw, sharing, national)
    if found is not None:
        return found
    if fits_home or _may_be_dialed(digits, home):
        return by_the_book(raw, digits, home)
    return UNFIT, _unfit(raw, digits, home)


def _national_number(digits: str, home: Plan, *, fits_home: bool) -> str | None:
    """Return the national number where that is plain to see, None where the book has to be asked."""
    if home.exit_prefix(digits):
        return None
    if digits.startswith(home.code):
        rest = digits[len(home.code) :]
        return rest if not fits_home and home.fits(rest) and not _has_trunk_prefix(home, rest) else None
    if _has_trunk_prefix(home, digits):
        rest = digits[len(home.plain_trunk_prefix) :]
        return rest if home.plain_trunk_prefix and not fits_home and home.fits(rest) else None
    return digits if home.fits(digits) else None


def _may_be_dialed(digits: str, home: Plan) -> bool:
    """Say whether digits start with something one dials at home before a number."""
    has_prefix = home.exit_prefix(digits) is not None or _has_trunk_prefix(home, digits)
    return has_prefix or digits.startswith(home.code)


def _has_trunk_prefix(where: Plan, national: str) -> bool:
    found = where.trunk_prefix(national) if where.trunk_prefix else None
    return found is not None and found.end() > 0


def _verdict(raw: str, sharing: tuple[Plan, ...], national: str) -> Reading | None:
    where, kind = locate(sharing, national)
    e164 = where.code + national
    if kind is None or len(e164) > MOST_DIGITS:
        return None
    if kind is Kind.LANDLINE:
        return IN_USE, _landline(raw, where.iso)
    return IN_USE if kind is Kind.TEXTABLE else IN_SHAPE, Number(e164, where.iso)


def by_the_book(raw: str, digits: str, home: Plan | None) -> Reading:
    """Read digits with phonenumbers alone, the authority: slow, and knows every way of dialing.

    `home` is the plan of the country where they are dialed; None means that they start with a country code.
    """
    try:
        parsed = phonenumbers.parse(f"+{digits}", None) if home is None else phonenumbers.parse(digits, home.iso)
    except NumberParseException:
        return UNFIT, _unfit(raw, digits, home)
    code = parsed.country_code or 0
    national = phonenumbers.national_significant_number(parsed)
    iso = phonenumbers.region_code_for_number(parsed) or phonenumbers.region_code_for_country_code(code)
    where = plan(iso, str(code))
    e164 = f"{code}{national}"
    if not where.fits(national) or len(e164) > MOST_DIGITS:
        return UNFIT, _unfit(raw, national, where)
    kind = phonenumbers.number_type(parsed)
    if kind == PhoneNumberType.FIXED_LINE:
        return IN_USE, _landline(raw, iso)
    return IN_SHAPE if kind == PhoneNumberType.UNKNOWN else IN_USE, Number(e164, iso)


def _unfit(raw: str, digits: str, where: Plan | None) -> BadNumber:
    """Say what is wrong with digits, those of a national number where its plan is known."""
    if where is None:
        most, plan_name, part = MOST_DIGITS, "E.164", "in all"
    else:
        longest = max(max(sharing.lengths) for sharing in plans(where.code))
        most, plan_name = min(MOST_DIGITS - len(where.code), longest), f"+{where.code} ({name(where.iso)})"
        part = "after the country code"
    if len(digits) > most:
        why = f"is too long: {plan_name} allows at most {most} digits {part}, this number has {len(digits)}."
        return _refuse(raw, "number_too_long", why)
    if where is None:
        return _refuse(raw, "number_invalid", "is too short: look for missing digits after the country code.")
    why = f"does not fit the numbering plan of {plan_name}: look for a missing or a wrong digit."
    return _refuse(raw, "number_invalid", why)


def _landline(raw: str, iso: str) -> BadNumber:
    return _refuse(raw, "number_landline", f"is a fixed line ({name(iso)}), which gets no texts: use a mobile number.")


def _refuse(raw: str, code: str, why: str) -> BadNumber:
    shown = raw if len(raw) <= _SHOWN else raw[:_SHOWN] + "..."
    return BadNumber(raw, code, f"{shown!r} {why}")
