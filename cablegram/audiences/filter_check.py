"""Settle a filter that was read: everything it names is there, and every value fits what it is compared with. Pure.

Lists, programs and campaigns are kept by their ids, so that another name of theirs changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Final

from cablegram.audiences.filter_model import (
    FIELD,
    MOST_DAYS,
    NAMED_BY,
    OF_FIELD,
    OPS,
    SUBJECTS,
    WITHOUT_VALUE,
    WORDED,
    All,
    AnyOf,
    BadFilter,
    Filter,
    Kind,
    Not,
    Op,
    Place,
    Trait,
    traits,
)
from cablegram.contacts import values
from cablegram.contacts.field_model import Field, FieldType
from cablegram.contacts.values import Unfit
from cablegram.kit.errors import InvalidInput
from cablegram.numbers import countries

_DAY: Final = Field("", "The day", FieldType.DATE)
_SAID: Final[Mapping[Op, str]] = {
    Op.IS: "=",
    Op.IS_NOT: "!=",
    Op.LESS: "<",
    Op.AT_MOST: "<=",
    Op.MORE: ">",
    Op.AT_LEAST: ">=",
    Op.CONTAINS: "contains",
    Op.STARTS_WITH: "starts with",
    Op.ENDS_WITH: "ends with",
    Op.IN_LAST: "in last ... days",
    Op.IN_NEXT: "in next ... days",
    Op.IS_SET: "is set",
    Op.IS_EMPTY: "is empty",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A list, program, campaign or tag: what is kept of it, and what people call it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """What an account has that a filter can name: its fields, variables without a field, and things by their kind."""

    fields: Mapping[str, Field] = field(default_factory=dict[str, Field])
    variables: frozenset[str] = frozenset()
    things: Mapping[str, Iterable[Named]] = field(default_factory=dict[str, Iterable[Named]])

    def field_names(self) -> list[str]:
        """Return the names of all that people have values of."""
        return [*self.fields, *sorted(self.variables - set(self.fields))]


def settle(found: Filter, catalog: Catalog) -> Filter:
    """Return a filter with kinds, ids and values in their one form. Raises BadFilter that says where.

    Codes: `filter_unknown_field`, `filter_unknown_name`, `filter_bad_operator`, `filter_bad_value`.
    """
    return _each(found, _Settler(catalog).settled)


def wanted(found: Filter) -> dict[str, set[str]]:
    """Return what a filter names, by kind: `{"list": {"Customers"}, "tag": {"vip"}}`."""
    out: dict[str, set[str]] = {}
    for trait in traits(found):
        if trait.subject in NAMED_BY:
            out.setdefault(NAMED_BY[trait.subject], set()).update(trait.values)
    return out


def _each(found: Filter, change: Callable[[Trait], Trait]) -> Filter:
    match found:
        case Trait():
            return change(found)
        case All(parts):
            return All(tuple(_each(part, change) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_each(part, change) for part in parts))
        case _:
            return Not(_each(found.part, change))


class _Settler:
    """Settles one trait after another against what an account has."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._things = {
            kind: {key: one for one in named for key in (one.name.casefold(), one.key.casefold())}
            for kind, named in catalog.things.items()
        }

    def settled(self, trait: Trait) -> Trait:
        """Return a trait with its kind and with its values in their one form."""
        own = self._field(trait) if trait.subject == FIELD else None
        kind = OF_FIELD[own.type] if own else SUBJECTS[trait.subject].kind
        called = own.name if own else trait.subject
        if trait.op not in OPS[kind]:
            can = ", ".join(said for op, said in _SAID.items() if op in OPS[kind])
            message = f"{called!r} can't be asked by {_SAID[trait.op]!r}. It can be by: {can}"
            raise BadFilter("filter_bad_operator", message, trait.at)
        _count_values(trait)
        places = trait.values_at or (trait.at,) * len(trait.values)
        values = tuple(self._value(trait, own, kind, (text, at)) for text, at in zip(trait.values, places, strict=True))
        return replace(trait, name=own.name if own else "", kind=kind, values=values)

    def _field(self, trait: Trait) -> Field:
        names = self._catalog.field_names()
        by_fold = {name.casefold(): name for name in names}
        name = trait.name if trait.name in names else by_fold.get(trait.name.casefold())
        if name is not None:
            return self._catalog.fields.get(name) or Field(name, name)
        near = _nearest(trait.name, [*names, *SUBJECTS])
        raise BadFilter("filter_unknown_field", f"Nobody has a field named {trait.name!r}{near}", trait.at)

    def _value(self, trait: Trait, own: Field | None, kind: Kind, given: tuple[str, Place]) -> str:
        text, at = given
        if trait.op in {Op.IN_LAST, Op.IN_NEXT}:
            return _days(text, at)
        if not text.strip():
            raise BadFilter("filter_bad_value", "A value is empty. To find who has none, write `is empty`", at)
        if own is not None:
            return text if trait.op in WORDED else _read(own, text, at)
        if trait.subject in NAMED_BY:
            return self._named(NAMED_BY[trait.subject], text, at)
        if kind is Kind.STATUS:
            return _status(text, SUBJECTS[trait.subject].choices, at)
        return _BY_KIND[kind](text, at)

    def _named(self, kind: str, text: str, at: Place) -> str:
        known = self._things.get(kind, {})
        if found := known.get(text.casefold()):
            return found.key
        near = _nearest(text, sorted({one.name for one in known.values()}))
        raise BadFilter("filter_unknown_name", f"The account has no {kind} named {text!r}{near}", at)


def _count_values(trait: Trait) -> None:
    if trait.op in WITHOUT_VALUE:
        if trait.values:
            raise BadFilter("filter_bad_value", f"{_SAID[trait.op]!r} takes no value", trait.at)
    elif not trait.values:
        raise BadFilter("filter_bad_value", f"{_SAID[trait.op]!r} needs a value", trait.at)
    elif len(trait.values) > 1 and trait.op not in {Op.IS, Op.IS_NOT}:
        raise BadFilter("filter_bad_value", f"{_SAID[trait.op]!r} takes one value", trait.at)


def _days(text: str, at: Place) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS)) and 1 <= int(text) <= MOST_DAYS):
        raise BadFilter("filter_bad_value", f"{text!r} is no number of days: write 1 to {MOST_DAYS:,}", at)
    return str(int(text))


def _status(text: str, choices: tuple[str, ...], at: Place) -> str:
    word = text.casefold().replace(" ", "_")
    if word in choices:
        return word
    near = _nearest(word, choices)
    raise BadFilter("filter_bad_value", f"{text!r} is none of: {', '.join(choices)}{near}", at)


def _country(text: str, at: Place) -> str:
    iso = text.upper()
    try:
        countries.name(iso)
    except InvalidInput:
        message = f"{text!r} is no country: write its two letters, such as ES"
        raise BadFilter("filter_bad_value", message, at) from None
    return iso


def _phone(text: str, at: Place) -> str:
    digits = "".join(char for char in text if char not in "+ -.()")
    if not (digits.isascii() and digits.isdigit()):
        raise BadFilter("filter_bad_value", f"{text!r} is no number: write it with its country code, as +34...", at)
    return digits


def _read(own: Field, text: str, at: Place) -> str:
    value = values.read(own, text)
    if isinstance(value, Unfit):
        raise BadFilter("filter_bad_value", value.message, at)
    return value


def _moment(text: str, at: Place) -> str:
    return _read(_DAY, text, at)


def _as_it_is(text: str, _at: Place) -> str:
    return text


def _nearest(word: str, known: Iterable[str]) -> str:
    by_fold = {one.casefold(): one for one in known}
    near = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f". Did you mean {by_fold[near[0]]!r}?" if near else ""


_BY_KIND: Final[Mapping[Kind, Callable[[str, Place], str]]] = {
    Kind.TEXT: _as_it_is,
    Kind.MOMENT: _moment,
    Kind.PHONE: _phone,
    Kind.COUNTRY: _country,
}
