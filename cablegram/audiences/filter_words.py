"""Write a filter as a person would: what `filter_text.parse` reads again as the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from cablegram.audiences.filter_model import FIELD, SUBJECTS, All, AnyOf, Filter, Not, Op, Trait

_PLAIN: Final = re.compile(r'[^\s"=<>!(),]+')
_KEPT: Final = frozenset({"and", "or", "not", "set", "empty", "in", "is"})  # words of ours that a bare value can't be
_WHOLE: Final[Mapping[Op, str]] = {
    Op.IS_SET: "is set",
    Op.IS_EMPTY: "is empty",
    Op.IN_LAST: "in last {} days",
    Op.IN_NEXT: "in next {} days",
}
_OPS: Final[Mapping[Op, str]] = {
    Op.IS: "=",
    Op.IS_NOT: "!=",
    Op.LESS: "<",
    Op.AT_MOST: "<=",
    Op.MORE: ">",
    Op.AT_LEAST: ">=",
    Op.CONTAINS: "contains",
    Op.STARTS_WITH: "starts with",
    Op.ENDS_WITH: "ends with",
}
_FIRST_WORDS: Final = frozenset(word.split()[0] for word in SUBJECTS)


def write(found: Filter, names: Mapping[str, str] | None = None) -> str:
    """Write a filter; `names` are those of lists, programs and campaigns by id, and what has none is written by id."""
    return _write(found, names or {}, inside="")


def _write(found: Filter, names: Mapping[str, str], *, inside: str) -> str:
    match found:
        case All(parts):
            text = " and ".join(_write(part, names, inside="and") for part in parts)
            return text if inside in {"", "or"} else f"({text})"
        case AnyOf(parts):
            text = " or ".join(_write(part, names, inside="or") for part in parts)
            return f"({text})" if inside else text
        case Not(part):
            return f"not {_write(part, names, inside='not')}"
        case _:
            return _trait(found, names)


def _trait(trait: Trait, names: Mapping[str, str]) -> str:
    subject = _field(trait.name) if trait.subject == FIELD else trait.subject
    values = [_value(names.get(value, value)) for value in trait.values]
    if trait.op in _WHOLE:
        return f"{subject} {_WHOLE[trait.op].format(*trait.values)}"
    if len(values) > 1:
        return f"{subject} {'in' if trait.op is Op.IS else 'not in'} ({', '.join(values)})"
    return f"{subject} {_OPS[trait.op]} {values[0]}"


def _field(name: str) -> str:
    is_plain = _PLAIN.fullmatch(name) and name.casefold() not in _KEPT | _FIRST_WORDS
    return name if is_plain else _quoted(name)


def _value(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.casefold() not in _KEPT else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
