"""Find everything that is wrong with what somebody gave, not only the first thing. Pure.

msgspec decodes and checks a body in one go, and stops at the first fault. That is right for the good ones, which are
nearly all; for the others this walks the same types once more and names each fault by its dotted path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from msgspec import inspect

from cablegram.kit.errors import Fault

_MOST_FAULTS = 100
_MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]
_SHOWN = 40  # characters of a wrong value that are shown back

Explain = Callable[[str], Fault | None]
"""Says of a wrong value what is wrong with it, better than its pattern could: `Meta(extra={"explain": ...})`."""


def find(value: object, kind: object) -> list[Fault]:
    """Return what is wrong with a decoded JSON value as a `kind`, a hundred faults at most; empty if nothing is.

    Codes: `wrong_type`, `missing_field`, `unknown_field`, `too_short`, `too_long`, `wrong_value`, and those that a
    type's Meta names in `extra["codes"]`.
    """
    return find_as(value, _type_of(kind), "")


def find_as(value: object, kind: inspect.Type, path: str) -> list[Fault]:
    """Return what is wrong with a value that stands at `path`."""
    return list(islice(_walk(value, kind, path, {}), _MOST_FAULTS))


@lru_cache(maxsize=256)
def _type_of(kind: object) -> inspect.Type:
    return inspect.type_info(kind)


def _walk(value: object, kind: inspect.Type, path: str, extra: Mapping[str, Any]) -> Iterator[Fault]:
    match kind:
        case inspect.Metadata(type=inner):
            own = cast("dict[str, Any] | None", kind.extra)
            yield from _walk(value, inner, path, {**extra, **(own or {})})
        case inspect.StructType():
            yield from _struct(value, kind, path)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            yield from _list(value, kind, item, path=path)
        case inspect.DictType():
            yield from _dict(value, kind, path)
        case inspect.StrType():
            yield from _text(value, kind, path, extra)
        case inspect.IntType() | inspect.FloatType():
            yield from _number(value, kind, path)
        case inspect.UnionType(types=kinds):
            if value is None and any(isinstance(one, inspect.NoneType) for one in kinds):
                return
            known = [one for one in kinds if not isinstance(one, inspect.NoneType)]
            if (tags := _tags(known)) and isinstance(value, dict):
                yield from _tagged(cast("dict[str, object]", value), known[0], tags, path=path)
            else:
                yield from _walk(value, _meant(value, known), path, extra)
        case _:
            yield from _leaf(value, kind, path)


def _meant(value: object, known: list[inspect.Type]) -> inspect.Type:
    """Return which of several kinds is meant: a list or object where one is given and may be, else the first."""
    if isinstance(value, (list, dict)):
        wanted = inspect.ListType if isinstance(value, list) else inspect.DictType
        return min(known, key=lambda one: not isinstance(_bare(one), wanted))
    return known[0]


def _tags(known: list[inspect.Type]) -> dict[str, inspect.StructType]:
    """Return structs by the words that tell them apart; none where that is not how they are told apart."""
    structs = [one for one in known if isinstance(one, inspect.StructType) and one.tag_field]
    return {str(one.tag): one for one in structs} if len(structs) == len(known) else {}


def _tagged(
    value: dict[str, object], first: inspect.Type, tags: dict[str, inspect.StructType], *, path: str
) -> Iterator[Fault]:
    field = cast("str", cast("inspect.StructType", first).tag_field)
    where = _join(path, field)
    tag = value.get(field)
    if field not in value:
        yield Fault(where, "missing_field", f"`{where}` is missing, and it is needed.")
    elif isinstance(tag, str) and tag in tags:
        yield from _struct(value, tags[tag], path)
    else:
        yield from _choice(tag, list(tags), where)


def _bare(kind: inspect.Type) -> inspect.Type:
    return _bare(kind.type) if isinstance(kind, inspect.Metadata) else kind


def _struct(value: object, kind: inspect.StructType, path: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong_type(path, "an object", value)
        return
    given = cast("dict[str, object]", value)
    known = {field.encode_name: field for field in kind.fields}
    for name, field in known.items():
        where = _join(path, name)
        if name in given:
            yield from _walk(given[name], field.type, where, {})
        elif field.required:
            yield Fault(where, "missing_field", f"`{where}` is missing, and it is needed.")
    for name in given:
        if name not in known and name != kind.tag_field:
            where = _join(path, name[:_SHOWN])
            yield Fault(where, "unknown_field", f"`{where}` is no field of this call. It takes: {', '.join(known)}.")


def _list(
    value: object, kind: inspect.ListType | inspect.VarTupleType, item: inspect.Type, *, path: str
) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _wrong_type(path, "a list", value)
        return
    items = cast("list[object]", value)
    yield from _size(len(items), kind, path, unit="items", codes={})
    for place, one in enumerate(items):
        yield from _walk(one, item, _join(path, str(place)), {})


def _dict(value: object, kind: inspect.DictType, path: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong_type(path, "an object", value)
        return
    given = cast("dict[str, object]", value)
    yield from _size(len(given), kind, path, unit="entries", codes={})
    for name, one in given.items():
        where = _join(path, name[:_SHOWN])
        yield from _walk(name, kind.key_type, where, {})
        yield from _walk(one, kind.value_type, where, {})


def _text(value: object, kind: inspect.StrType, path: str, extra: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield _wrong_type(path, "a text", value)
        return
    codes = cast("dict[str, str]", extra.get("codes", {}))
    sizes = list(_size(len(value), kind, path, unit="characters", codes=codes))
    misfits = kind.pattern is not None and re.search(kind.pattern, value) is None
    explain = cast("Explain | None", extra.get("explain"))
    better = explain(value) if explain and (sizes or misfits) else None
    if better:
        yield Fault(path, better.code, better.message)
    elif sizes:
        yield from sizes
    elif misfits:
        form = extra.get("form", f"the pattern {kind.pattern}")
        message = f"`{path}` is {_shown(value)}, which is not of the form that it must have: {form}."
        yield Fault(path, codes.get("wrong_value", "wrong_value"), message)


def _size(
    size: int,
    kind: inspect.StrType | inspect.ListType | inspect.VarTupleType | inspect.DictType,
    path: str,
    *,
    unit: str,
    codes: Mapping[str, str],
) -> Iterator[Fault]:
    if kind.min_length is not None and size < kind.min_length:
        code = codes["too_short"] if "too_short" in codes else "too_short"  # noqa: SIM401 - scripts/reference.py reads it
        yield Fault(path, code, f"`{path}` has {size} {unit}; it needs at least {kind.min_length}.")
    if kind.max_length is not None and size > kind.max_length:
        code = codes["too_long"] if "too_long" in codes else "too_long"  # noqa: SIM401 - as above
        yield Fault(path, code, f"`{path}` has {size} {unit}; it may have {kind.max_length:,}.")


def _number(value: object, kind: inspect.IntType | inspect.FloatType, path: str) -> Iterator[Fault]:
    is_whole = isinstance(kind, inspect.IntType)
    fits = isinstance(value, int) or (isinstance(value, float) and (not is_whole or value.is_integer()))
    if not fits or isinstance(value, bool):
        yield _wrong_type(path, "a whole number" if is_whole else "a number", value)
        return
    number = cast("float", value)
    if (kind.ge is not None and number < kind.ge) or (kind.le is not None and number > kind.le):
        message = f"`{path}` is {_shown(value)}; it must be from {kind.ge} to {kind.le}."
        yield Fault(path, "wrong_value", message)


def _leaf(value: object, kind: inspect.Type, path: str) -> Iterator[Fault]:
    match kind:
        case inspect.AnyType():
            return  # whoever takes it says what it has to be
        case inspect.BoolType():
            if not isinstance(value, bool):
                yield _wrong_type(path, "true or false", value)
        case inspect.EnumType(cls=words):
            yield from _choice(value, [str(word.value) for word in words], path)
        case inspect.LiteralType(values=words):
            yield from _choice(value, [str(word) for word in words], path)
        case inspect.UUIDType():
            yield from _convertible(value, UUID, path, form="a UUID such as 0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11")
        case inspect.DateTimeType():
            yield from _convertible(value, _MOMENT, path, form="a time with zone such as 2026-11-22T09:30:00Z")
        case inspect.DateType():
            yield from _convertible(value, date, path, form="a day such as 2026-11-22")
        case _:
            raise TypeError(f"there is no way to explain a {type(kind).__name__}")


def _choice(value: object, words: list[str], path: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield _wrong_type(path, "a text", value)
    elif value not in words:
        yield Fault(path, "wrong_value", f"`{path}` is {_shown(value)}; it must be one of {', '.join(words)}.")


def _convertible(value: object, target: Any, path: str, *, form: str) -> Iterator[Fault]:  # noqa: ANN401 - as msgspec
    if not isinstance(value, str):
        yield _wrong_type(path, f"a text: {form}", value)
        return
    try:
        msgspec.convert(value, target)
    except msgspec.ValidationError:
        yield Fault(path, "wrong_value", f"`{path}` is {_shown(value)}, which is not {form}.")


def _wrong_type(path: str, wanted: str, value: object) -> Fault:
    where = f"`{path}`" if path else "The body"
    return Fault(path, "wrong_type", f"{where} must be {wanted}, not {_KINDS.get(type(value), 'something else')}.")


_KINDS: dict[type, str] = {
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
