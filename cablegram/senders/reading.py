"""Say what a sender is from how it is written: its kind, and of a number its type and its country (R58). Pure.

describe("+34 600 000 118")    a mobile number of Spain
describe("12125550100")        a local number of the United States: its plan does not tell mobile from fixed
describe("70001")              a short code; nobody can see of which country
describe("Acme")               a name
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.numbers import countries
from cablegram.numbers.plan import Plan, calling_code, locate, plans
from cablegram.numbers.ranges import Line, line
from cablegram.senders.address import ANY, RULE, canonical
from cablegram.senders.model import Capability, Kind, NumberType

LONGEST_SHORT_CODE = 7  # digits


@dataclass(frozen=True, slots=True)
class Described:
    """What an address is. Only numbers have a type; a name has no country, a short code the one that was told."""

    address: str
    kind: Kind
    number_type: NumberType | None = None
    country: str | None = None


def kind_of(address: str) -> Kind:
    """Return what a canonical address is."""
    if not address.isdigit():
        return Kind.NAME
    return Kind.SHORT_CODE if len(address) <= LONGEST_SHORT_CODE else Kind.NUMBER


def describe(text: str, *, number_type: NumberType | None = None, country: str | None = None) -> Described:
    """Say what an address is; what is told of it wins over what its numbering plan says.

    Raises InvalidInput: `sender_invalid`, `unknown_country`, `sender_number_unknown` where its form is in no plan and
    its type or country is not told, `sender_country_wrong` where the country has another dialing code,
    `sender_type_wrong` where what is no number is given a type, or a name a country.
    """
    address = canonical(text)
    if address is None:
        raise bad("address", "sender_invalid", f"{text[:30]!r} can't be a sender. {RULE}")
    if address.lower() == ANY:
        raise bad("address", "sender_invalid", "No sender can be named `any`: in `from` that means any of them.")
    iso = None if country is None else countries.country(country).iso
    kind = kind_of(address)
    if kind is Kind.NUMBER:
        return _number(address, number_type, iso)
    if number_type is not None or (kind is Kind.NAME and iso is not None):
        message = f"{address} is no telephone number: only these have a type, and names have no country either."
        raise bad("type" if number_type else "country", "sender_type_wrong", message)
    return Described(address, kind, None, iso)


def _number(digits: str, number_type: NumberType | None, iso: str | None) -> Described:
    code = calling_code(digits)
    if iso is not None and code != countries.country(iso).calling_code and _is_planned(digits, code):
        message = f"+{digits} begins with the dialing code {code}, which is not that of {countries.name(iso)}."
        raise bad("country", "sender_country_wrong", message)
    found = _plan_of(digits, code)
    said_type = number_type or (None if found is None else _type(found, digits, code))
    said_country = iso or (None if found is None else found.iso)
    if said_type is None or said_country is None:
        message = (
            f"+{digits} fits no numbering plan well enough to tell what it is. Look for a missing or a wrong digit, or "
            "say its type and its country."
        )
        raise bad("address", "sender_number_unknown", message)
    return Described(digits, Kind.NUMBER, said_type, said_country)


def _is_planned(digits: str, code: str) -> bool:
    return _plan_of(digits, code) is not None


def _plan_of(digits: str, code: str) -> Plan | None:
    """Return the plan that a number fits, None where it fits none."""
    if not code:
        return None
    found, kind = locate(plans(code), digits[len(code) :])
    return None if kind is None else found


def _type(found: Plan, digits: str, code: str) -> NumberType | None:
    """Return the type of a number that fits its plan; None in a range that the plan gives to no kind."""
    national = digits[len(code) :]
    if found.is_fixed(national):  # maybe mobile too, as all of the North American plan
        return NumberType.LOCAL
    match line(digits, found.iso):
        case Line.MOBILE:
            return NumberType.MOBILE
        case Line.TOLL_FREE:
            return NumberType.TOLL_FREE
        case Line.UNTYPED:
            return None
        case _:
            return NumberType.NATIONAL


def check_capabilities(kind: Kind, capabilities: Collection[Capability]) -> None:
    """See that a sender can do something, and a name nothing but texts. Raises InvalidInput."""
    if not capabilities:
        message = "A sender that can do nothing is none: say sms, mms or voice."
        raise bad("capabilities", "sender_capabilities_wrong", message)
    if kind is Kind.NAME and set(capabilities) != {Capability.SMS}:
        raise bad("capabilities", "sender_capabilities_wrong", "A name carries plain texts (sms) and nothing else.")


def bad(field: str, code: str, message: str) -> InvalidInput:
    """Return an error about one field, to raise."""
    return InvalidInput(code, message, faults=[Fault(field, code, message)])
