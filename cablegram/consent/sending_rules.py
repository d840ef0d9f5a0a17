"""What an account wants looked at before anything goes out, as it is kept: JSON, read and checked here.

What is left out has its default; the defaults are those of an account that never changed anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

import msgspec

from cablegram.consent import sending_hours
from cablegram.consent.case import DUPLICATE_WINDOW, Policy
from cablegram.consent.sending_hours import SendingHours
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.numbers.countries import COUNTRIES
from cablegram.numbers.ranges import OFF_BY_DEFAULT, Line
from cablegram.pacing import wall_clock
from cablegram.pacing.caps import Cap, Caps
from cablegram.senders.address import canonical

CLASSES = ("otp", "transactional", "marketing")
OPERATORS_ALONE = frozenset({"duplicate_guard"})
"""What only the operator changes (R56)."""

_MOST_NAMES = 1_000
_MOST_TERMS = 5
_WHERE = re.compile(r"(?P<what>.*) - at (?:`key` in )?`(?P<place>\$.*)`", re.DOTALL)

_PLACES = re.compile(r"\[([0-9.]+)\]")


class Term(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """At most so many messages to one person in so many hours."""

    most: int
    hours: int


class ClassCaps(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How often one person may be written to in one class; `dwell_minutes` lie between two messages."""

    terms: list[Term] = []
    dwell_minutes: int | None = None


class RegisteredName(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A sender name that a country's carriers or regulator have approved for the account."""

    country: str
    name: str


class SendingRules(msgspec.Struct, kw_only=True):
    """An account's sending rules.

    `countries` None: all that have a tariff. `lines_off`: kinds of numbers that get nothing. `unrecorded_subscription`:
    what it means for marketing that nobody ever said anything about a contact. `hours`: when no marketing goes out
    (sending_hours.py); `default_zone` is for people of whom no zone is known.
    """

    countries: list[str] | None = None
    lines_off: list[Line] = msgspec.field(default_factory=lambda: sorted(OFF_BY_DEFAULT))
    checks_senders: bool = True
    strict_names: bool = False
    registered_names: list[RegisteredName] = []
    unrecorded_subscription: Literal["allowed", "none"] = "allowed"
    duplicate_guard: bool = False
    caps: dict[Literal["otp", "transactional", "marketing"], ClassCaps] = {}
    hours: dict[str, Any] = {}
    default_zone: str | None = None


read = msgspec.json.Decoder(SendingRules).decode
_encode = msgspec.json.Encoder(order="sorted").encode


def write(rules: SendingRules) -> str:
    """Return rules as JSON, always the same for the same rules."""
    return _encode(rules).decode()


def change(rules: SendingRules, changes: Mapping[str, object]) -> SendingRules:
    """Return rules with some fields set anew, checked.

    Raises InvalidInput (`bad_sending_rules`) with a fault for each thing wrong.
    """
    unknown = sorted(changes.keys() - set(SendingRules.__struct_fields__))
    if unknown:
        raise _refused([_fault(name[:40], f"there is no such rule as {name[:40]!r}.") for name in unknown])
    try:
        changed = msgspec.convert({**msgspec.to_builtins(rules), **changes}, SendingRules)
    except msgspec.ValidationError as error:
        raise _refused([_misfit(str(error))]) from error
    faults = list(_faults(changed))
    if faults:
        raise _refused(faults)
    return changed


def policy(rules: SendingRules) -> Policy:
    """Return what the rules of `rules.py` are made for."""
    return Policy(
        countries=None if rules.countries is None else frozenset(rules.countries),
        lines_off=frozenset(rules.lines_off),
        duplicate_window=DUPLICATE_WINDOW if rules.duplicate_guard else None,
        knows_senders=rules.checks_senders,
        registered_names=frozenset((one.country, one.name.lower()) for one in rules.registered_names),
        is_strict_about_names=rules.strict_names,
        is_silence_consent=rules.unrecorded_subscription == "allowed",
        caps={name: made for name, caps in rules.caps.items() if (made := _caps(caps)) != Caps()},
    )


def hours(rules: SendingRules) -> SendingHours:
    """Return what the account says about hours."""
    return sending_hours.read(rules.hours, default_zone=rules.default_zone)


def _caps(caps: ClassCaps) -> Caps:
    terms = tuple(Cap(term.most, timedelta(hours=term.hours)) for term in caps.terms)
    return Caps(terms, None if caps.dwell_minutes is None else timedelta(minutes=caps.dwell_minutes))


def _faults(rules: SendingRules) -> Iterator[Fault]:
    for place, country in enumerate(rules.countries or ()):
        yield from _of_country(f"countries.{place}", country)
    if len(rules.registered_names) > _MOST_NAMES:
        yield _fault("registered_names", f"there are more than {_MOST_NAMES:,} names.")
    for place, one in enumerate(rules.registered_names[:_MOST_NAMES]):
        yield from _of_country(f"registered_names.{place}.country", one.country)
        if canonical(one.name) != one.name:
            yield _fault(f"registered_names.{place}.name", f"{one.name[:20]!r} can't be a sender.")
    for name, caps in rules.caps.items():
        yield from _of_caps(f"caps.{name}", caps)
    yield from _of_time(rules)


def _of_country(field: str, country: str) -> Iterator[Fault]:
    if country not in COUNTRIES:
        yield _fault(field, f"{country[:20]!r} is no country: write two capital letters of ISO 3166, such as ES.")


def _of_caps(field: str, caps: ClassCaps) -> Iterator[Fault]:
    if len(caps.terms) > _MOST_TERMS:
        yield _fault(f"{field}.terms", f"a class has at most {_MOST_TERMS} terms.")
        return
    try:
        _caps(caps)
    except (InvalidInput, OverflowError) as error:
        yield _fault(field, str(error) if isinstance(error, InvalidInput) else "the hours are too many.")


def _of_time(rules: SendingRules) -> Iterator[Fault]:
    try:
        sending_hours.read(rules.hours)
    except InvalidInput as error:
        yield from (_fault(one.field, one.message) for one in error.faults)
    if rules.default_zone is not None:
        try:
            wall_clock.zone(rules.default_zone)
        except InvalidInput as error:
            yield _fault("default_zone", error.message)


def _misfit(told: str) -> Fault:
    """Make a fault of what msgspec says of JSON that has another form."""
    found = _WHERE.fullmatch(told)
    what, place = (found["what"], found["place"]) if found else (told, "$")
    return _fault(_PLACES.sub(r".\1", place.removeprefix("$")).removeprefix("."), f"{what}.")


def _fault(field: str, what: str) -> Fault:
    return Fault(field, "bad_sending_rules", f"{field}: {what}" if field else what)


def _refused(faults: list[Fault]) -> InvalidInput:
    return InvalidInput("bad_sending_rules", f"The sending rules stay as they were. {faults[0].message}", faults=faults)
