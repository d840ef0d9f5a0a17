"""What kind of line a number is by its country's plan, and which kinds cost those who write to them dearly (R93).

Premium and satellite numbers are how money is pumped out of a platform for texts: nobody writes to them by intention,
so they are off until an account says otherwise. Numbers that the plan gives to several kinds count as the first of
them here, as in libphonenumber. Compiled once; one look costs about half a microsecond.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from enum import StrEnum
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

from cablegram.numbers.plan import calling_code

IsBarred = Callable[[str, str], bool]


class Line(StrEnum):
    """Kinds of numbers that take texts, or may."""

    PREMIUM = "premium"
    TOLL_FREE = "toll_free"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL = "personal"
    PAGER = "pager"
    COMPANY = "company"
    VOICEMAIL = "voicemail"
    SATELLITE = "satellite"
    INTERNATIONAL = "international"
    FIXED = "fixed"
    MOBILE = "mobile"
    UNTYPED = "untyped"


# In libphonenumber's own order: the first whose pattern fits is what the number is.
_PATTERNS = {
    Line.PREMIUM: "premium_rate",
    Line.TOLL_FREE: "toll_free",
    Line.SHARED_COST: "shared_cost",
    Line.VOIP: "voip",
    Line.PERSONAL: "personal_number",
    Line.PAGER: "pager",
    Line.COMPANY: "uan",
    Line.VOICEMAIL: "voicemail",
    Line.MOBILE: "mobile",  # also where a plan can't tell mobile from fixed, as that of the US
    Line.FIXED: "fixed_line",
}
# Dialing codes that are networks and no countries (ITU-T E.164, list of assigned codes).
_NETWORKS = {
    "870": Line.SATELLITE,
    "881": Line.SATELLITE,
    "800": Line.TOLL_FREE,
    "808": Line.SHARED_COST,
    "878": Line.PERSONAL,
    "882": Line.INTERNATIONAL,
    "883": Line.INTERNATIONAL,
    "888": Line.INTERNATIONAL,
    "979": Line.PREMIUM,
}
NO_COUNTRY = "001"

OFF_BY_DEFAULT = frozenset(
    {Line.PREMIUM, Line.SHARED_COST, Line.PERSONAL, Line.PAGER, Line.VOICEMAIL, Line.SATELLITE, Line.INTERNATIONAL}
)
"""Kinds that a text is hardly ever meant for, and that cost much."""


def line(number: str, country: str) -> Line:
    """Return what kind of line a number is: `number` in E.164 digits, `country` as `e164.parse` found it."""
    code = calling_code(number)
    if code in _NETWORKS:
        return _NETWORKS[code]
    national = number[len(code) :]
    return next((kind for kind, name in _PATTERNS.items() if _test(country, code, name)(national)), Line.UNTYPED)


def barrier(kinds: Collection[Line]) -> IsBarred:
    """Return what says of a number (E.164 digits, and its country) whether it is of one of these kinds."""
    wanted = frozenset(kinds)
    tests = _Tests(wanted)
    # The wide test lets nearly every number pass in one step; only what it stops is looked at closely.
    return lambda number, country: tests[country](number) is not None and line(number, country) in wanted


class _Tests(dict[str, Callable[[str], re.Match[str] | None]]):
    """Country -> one test of the whole number for all kinds that are off, not as strict with lengths as the plan.

    Each is made when its country is first met.
    """

    def __init__(self, kinds: frozenset[Line]) -> None:
        super().__init__()
        self._kinds = kinds

    def __missing__(self, country: str) -> Callable[[str], re.Match[str] | None]:
        if country == NO_COUNTRY:
            patterns = [rf"{code}\d*" for code, kind in _NETWORKS.items() if kind in self._kinds]
        else:
            code = str(_code_of(country))
            kinds = [_description(country, code, name) for kind, name in _PATTERNS.items() if kind in self._kinds]
            national = "|".join(found.national_number_pattern or "" for found in kinds if found)
            patterns = [f"{code}(?:{national})"] if national else []
        self[country] = test = _compiled(patterns)
        return test


@cache
def _code_of(country: str) -> int:
    found = next((code for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if country in regions), None)
    if found is None:
        raise LookupError(f"The numbering data has no country {country}.")
    return found


@cache
def _test(country: str, code: str, name: str) -> Callable[[str], re.Match[str] | None]:
    found = _description(country, code, name)
    return _compiled([] if found is None else [_pattern(found)])


def _description(country: str, code: str, name: str) -> PhoneNumberDesc | None:
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(int(code), country)
    found: PhoneNumberDesc | None = getattr(metadata, name, None)
    return found if found is not None and found.national_number_pattern else None


def _pattern(found: PhoneNumberDesc) -> str:
    lengths = "|".join(rf"\d{{{length}}}" for length in found.possible_length)
    return rf"(?=(?:{lengths})\Z)(?:{found.national_number_pattern})"


def _compiled(patterns: list[str]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(patterns) or r"(?!)").fullmatch
