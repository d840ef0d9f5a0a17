"""A filter as JSON, for programs and for keeping. Pure.

{"all": [{"field": "city", "op": "is", "values": ["Madrid"]},
         {"any": [{"what": "tag", "op": "is", "values": ["vip"]}, {"not": {...}}]},
         {"what": "delivered", "op": "in_last", "values": ["30"]}]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from cablegram.audiences.filter_model import (
    DEEPEST,
    FIELD,
    LONGEST_VALUE,
    MOST_TRAITS,
    MOST_VALUES,
    SUBJECTS,
    All,
    AnyOf,
    BadFilter,
    Filter,
    Kind,
    Not,
    Op,
    Place,
    Trait,
    too_deep,
    too_large,
)

_GROUPS: Final = frozenset({"all", "any", "not"})
_KEYS: Final = frozenset({"field", "what", "op", "values", "kind"})


def read(given: object) -> Filter:
    """Read a filter; names and values are not looked at yet. Raises BadFilter that says where.

    Codes: `filter_empty`, `filter_syntax`, `filter_unknown_field`, `filter_bad_operator`, `filter_bad_value`,
    `filter_too_deep`, `filter_too_large`.
    """
    return _Reader().read(given, "", 1)


def write(found: Filter) -> dict[str, Any]:
    """Write a filter; `read` gives the same again."""
    match found:
        case All(parts):
            return {"all": [write(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [write(part) for part in parts]}
        case Not(part):
            return {"not": write(part)}
        case _:
            about = {"field": found.name} if found.subject == FIELD else {"what": found.subject}
            values = {"values": list(found.values)} if found.values else {}
            kind = {"kind": found.kind.value} if found.kind and found.subject == FIELD else {}
            return {**about, "op": found.op.value, **values, **kind}


class _Reader:
    """Reads a filter and counts its traits."""

    def __init__(self) -> None:
        self._traits = 0

    def read(self, given: object, path: str, depth: int) -> Filter:
        at = Place(path=path)
        if depth > DEEPEST:
            raise too_deep(at)
        if not isinstance(given, dict):
            raise BadFilter("filter_syntax", "An object such as {'field': ..., 'op': ...} should stand here", at)
        node = cast("dict[str, object]", given)
        groups = _GROUPS & node.keys()
        if not groups:
            return self._trait(node, path)
        if len(node) > 1:
            raise BadFilter("filter_syntax", "A group is `all`, `any` or `not`, and nothing beside it", at)
        (name,) = groups
        inner = _below(path, name)
        if name == "not":
            return Not(self.read(node[name], inner, depth + 1))
        parts = node[name]
        if not isinstance(parts, list) or not parts:
            raise BadFilter("filter_empty", f"`{name}` needs a list of one or more", Place(path=inner))
        read = [self.read(part, _below(inner, n), depth + 1) for n, part in enumerate(cast("list[object]", parts))]
        return All(tuple(read)) if name == "all" else AnyOf(tuple(read))

    def _trait(self, node: Mapping[str, object], path: str) -> Trait:
        at = Place(path=path)
        self._traits += 1
        if self._traits > MOST_TRAITS:
            raise too_large("conditions", MOST_TRAITS, at)
        if strange := sorted(node.keys() - _KEYS):
            raise BadFilter("filter_syntax", f"{strange[0]!r} says nothing here", at)
        subject, name = _subject(node, at)
        op = node.get("op", Op.IS.value)
        if not isinstance(op, str) or op not in set(Op):
            message = f"`op` is one of: {', '.join(Op)}"
            raise BadFilter("filter_bad_operator", message, Place(path=_below(path, "op")))
        values, places = _values(node.get("values", []), _below(path, "values"))
        kind = node.get("kind")
        known = Kind(kind) if isinstance(kind, str) and kind in set(Kind) else None
        return Trait(subject, Op(op), values, name, known, at=at, values_at=places)


def _subject(node: Mapping[str, object], at: Place) -> tuple[str, str]:
    own, what = node.get("field"), node.get("what")
    if isinstance(own, str) and own and what is None:
        return FIELD, own
    if isinstance(what, str) and own is None:
        if what not in SUBJECTS:
            raise BadFilter("filter_unknown_field", f"`what` is one of: {', '.join(SUBJECTS)}", at)
        return what, ""
    raise BadFilter("filter_syntax", "Name a `field` of the account's, or `what` else to look at; one of them", at)


def _values(given: object, path: str) -> tuple[tuple[str, ...], tuple[Place, ...]]:
    if not isinstance(given, list):
        raise BadFilter("filter_bad_value", "`values` is a list", Place(path=path))
    found = cast("Sequence[object]", given)
    if len(found) > MOST_VALUES:
        raise too_large("values in one list", MOST_VALUES, Place(path=path))
    places = tuple(Place(path=_below(path, n)) for n in range(len(found)))
    return tuple(_value(one, place) for one, place in zip(found, places, strict=True)), places


def _value(given: object, at: Place) -> str:
    if isinstance(given, bool):
        return "yes" if given else "no"
    if not isinstance(given, str | int | float):
        raise BadFilter("filter_bad_value", "A value is a text, a number, true or false", at)
    text = str(given)
    if len(text) > LONGEST_VALUE:
        raise too_large("characters in one value", LONGEST_VALUE, at)
    if "\0" in text:
        raise BadFilter("filter_bad_value", "A value has a character that no text can have", at)
    return text


def _below(path: str, part: str | int) -> str:
    return f"{path}.{part}" if path else str(part)
