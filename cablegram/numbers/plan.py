"""The numbering plan of each country, compiled once from libphonenumber's metadata.

phonenumbers looks every pattern up again for every number (25 us, 200 us when the countries are mixed); the patterns
compiled here answer in one. They say the same: tests compare them with phonenumbers over all countries.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

Test = Callable[[str], re.Match[str] | None]


class Kind(Enum):
    """What the plan says of a number."""

    TEXTABLE = "mobile, or of a kind that may take texts"
    LANDLINE = "fixed line and nothing else"
    UNTYPED = "of the plan's shape, in a range that the plan gives to no kind"


@dataclass(frozen=True, slots=True)
class Plan:
    """One country's plan; each test takes the national number and has to fit it whole, lengths included."""

    iso: str
    code: str
    lengths: tuple[int, ...]
    fits: Test
    is_mobile: Test
    is_fixed: Test
    is_other: Test
    leading_digits: Test | None
    trunk_prefix: Test | None  # from the start; may match no digit at all
    plain_trunk_prefix: str  # where it is always the same digits and is simply left away, else ""
    exit_prefix: Test  # what one dials first to call abroad

    def kind(self, national: str) -> Kind | None:
        """Return what kind of number this is; None when it does not fit the plan."""
        if self.is_mobile(national) or self.is_other(national):
            return Kind.TEXTABLE
        if self.is_fixed(national):
            return Kind.LANDLINE
        return Kind.UNTYPED if self.fits(national) else None


_NEVER = r"(?!)"
_KNOWN = (Kind.TEXTABLE, Kind.LANDLINE)
_CODES = {str(code): regions for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}
# No code is the start of another (E.164), so three digits tell which it is.
_CODE_BY_START = {
    f"{code}{rest:0{3 - len(code)}d}"[:3]: code for code in _CODES for rest in range(10 ** (3 - len(code)))
}
_LONE: dict[str, tuple[Plan | None]] = {}  # by the first three digits, as they are asked for


def calling_code(digits: str) -> str:
    """Return the dialing code an international number starts with, "" if it is none."""
    return _CODE_BY_START.get(digits[:3], "")


@cache
def plans(code: str) -> tuple[Plan, ...]:
    """Return the plans of the countries that share a dialing code, the main one first."""
    return tuple(plan(iso, code) for iso in _CODES[code])


def lone_plan(start: str) -> Plan | None:
    """Return the plan behind the first three digits of an international number, if it is a single country's code."""
    found = _LONE.get(start)
    if found is None and start in _CODE_BY_START:
        sharing = plans(_CODE_BY_START[start])
        found = _LONE[start] = (sharing[0] if len(sharing) == 1 else None,)
    return found[0] if found else None


@cache
def plan(iso: str, code: str) -> Plan:
    """Return a country's plan. The code tells apart the networks of no country (001), each with its own."""
    found = PhoneMetadata.metadata_for_region_or_calling_code(int(code), iso)
    if found is None or found.general_desc is None:
        raise LookupError(f"The numbering data has no plan for {iso} +{code}.")
    others = (
        found.premium_rate,
        found.toll_free,
        found.shared_cost,
        found.voip,
        found.personal_number,
        found.pager,
        found.uan,
        found.voicemail,
    )
    trunk = found.national_prefix_for_parsing or ""
    plain = trunk if trunk.isdigit() and not found.national_prefix_transform_rule else ""
    return Plan(
        iso=iso,
        code=code,
        lengths=found.general_desc.possible_length,
        fits=_whole(found.general_desc),
        is_mobile=_whole(found.mobile),
        is_fixed=_whole(found.fixed_line),
        is_other=_whole(*others),
        leading_digits=re.compile(found.leading_digits).match if found.leading_digits else None,
        trunk_prefix=re.compile(trunk).match if trunk else None,
        plain_trunk_prefix=plain,
        exit_prefix=re.compile(found.international_prefix or _NEVER).match,
    )


def locate(sharing: tuple[Plan, ...], national: str) -> tuple[Plan, Kind | None]:
    """Return the plan, of those that share a code, that a number belongs to, and its kind there.

    The first that knows the number owns it; nobody's numbers go to the main one.
    """
    main = sharing[0]
    kind = main.kind(national)
    if kind in _KNOWN or len(sharing) == 1:
        return main, kind
    for other in sharing[1:]:
        if other.leading_digits is None:
            others_kind = other.kind(national)
            if others_kind in _KNOWN:
                return other, others_kind
        elif other.leading_digits(national):
            return other, other.kind(national)
    return main, kind


def _whole(*descriptions: PhoneNumberDesc | None) -> Test:
    """Compile patterns and their possible lengths to one test."""
    found = [_pattern(one) for one in descriptions if one is not None and one.national_number_pattern]
    return re.compile("|".join(found) or _NEVER).fullmatch


def _pattern(description: PhoneNumberDesc) -> str:
    pattern = f"(?:{description.national_number_pattern})"
    lengths = "|".join(rf"\d{{{length}}}" for length in description.possible_length)
    return rf"(?=(?:{lengths})\Z){pattern}" if lengths else pattern
