"""Write facts into words, as each language writes them. Pure.

`{name}` is the fact as it is; `{name:number}` an amount of things, `{name:credits}` micro-credits, `{name:money}` minor
units of the fact `currency`, `{name:day}` and `{name:time}` a moment (a datetime, or a text of RFC 3339).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cablegram.kit.currency import show_minor
from cablegram.kit.money import micro_to_credits
from cablegram.kit.storable import storable
from cablegram.mail.model import Fact, Facts

MOST_OF_A_FACT = 20_000  # characters

_SLOT = re.compile(r"\{([a-z_0-9]+)(?::([a-z]+))?\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}
_GROUPED_FROM = {"en": 4, "es": 5}  # digits (in Spanish, four stand together)


def fill(words: str, facts: Facts, language: str, *, escape: Callable[[str], str] = str) -> str:
    """Write facts into words; `escape` is applied to what facts bring along, not to the words.

    Raises KeyError for a fact or a form that is not there, ValueError where a fact does not fit its form.
    """

    def written(slot: re.Match[str]) -> str:
        return escape(write(facts[slot[1]], slot[2] or "", language, facts))

    return _SLOT.sub(written, words)


def asked_for(words: str) -> set[str]:
    """Return the names of the facts that words ask for."""
    found = {slot[1] for slot in _SLOT.finditer(words)}
    return found | ({"currency"} if ":money}" in words else set())


def write(fact: Fact, form: str, language: str, facts: Facts) -> str:
    """Write one fact; an empty text stays empty whatever its form."""
    if fact == "":
        return ""
    if form == "money":
        return _money(int(str(fact)), str(facts["currency"]).upper(), language)
    return _FORMS[form](fact, language)


def one_line(text: str, most: int) -> str:
    """Return a text as one line, of at most so many characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def clean(text: str) -> str:
    """Take out of a text what could hide or turn what stands around it: control and direction characters."""
    return _CONTROL.sub("", storable(text))


def _as_is(fact: Fact, language: str) -> str:
    return clean(_time(fact, language) if isinstance(fact, datetime) else str(fact))[:MOST_OF_A_FACT]


def _number(fact: Fact, language: str) -> str:
    return _grouped(str(int(str(fact))), language)


def _credits(fact: Fact, language: str) -> str:
    return _grouped(micro_to_credits(int(str(fact))), language)


def _money(minor: int, currency: str, language: str) -> str:
    return f"{_grouped(show_minor(minor, currency).split()[0], language)} {currency}"


def _day(fact: Fact, language: str) -> str:
    at = _moment(fact)
    return f"{at.day} {_MONTHS[language][at.month - 1]} {at.year}"


def _time(fact: Fact, language: str) -> str:
    return f"{_day(fact, language)}, {_moment(fact):%H:%M} UTC"


def _moment(fact: Fact) -> datetime:
    at = fact if isinstance(fact, datetime) else datetime.fromisoformat(str(fact))
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _grouped(text: str, language: str) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, part = digits.partition(".")
    group, point = (".", ",") if language == "es" else (",", ".")
    if len(whole) >= _GROUPED_FROM[language]:
        whole = f"{int(whole):,}".replace(",", group)
    return f"{sign}{whole}{point if part else ''}{part}"


_FORMS: Mapping[str, Callable[[Fact, str], str]] = {
    "": _as_is,
    "number": _number,
    "credits": _credits,
    "day": _day,
    "time": _time,
}
