"""Where something stands in a document: `status`, `data.id`, `errors[0].code`, `messages[*]`, `^.id`.

`[*]` is each element of a list, or each member of an object; `^` is the object around the one at hand. A leading `$`,
as in JSONPath, is allowed. Names with dots or brackets in them are written `['a.b']`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

from cablegram.kit.errors import InvalidInput


class Place(NamedTuple):
    """A value, the objects it stands in (nearest last), and its name where it is a member of an object."""

    value: Any
    around: tuple[Any, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """How many objects to go up, then the steps: a name, an index, or None for each.

    `names` are the steps of one that only goes down by names, as most do; None for all others.
    """

    ups: int
    steps: tuple[str | int | None, ...]
    names: tuple[str, ...] | None


_STEP = re.compile(r"\.?(?:([^.\[\]^*'\s][^.\[\]]*+)|\[(\d{1,6})\]|\[(\*)\]|\['([^']*+)'\])")


@lru_cache(maxsize=1024)
def parse(text: str) -> Path:
    """Return a path. Raises InvalidInput (`bad_path`) naming the character where reading stopped."""
    at = ups = 0
    if text == "$" or text.startswith(("$.", "$[")):
        at = 1
    while text.startswith("^", at):
        ups, at = ups + 1, at + 1
        at += text.startswith(".^", at)
    steps: list[str | int | None] = []
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            message = f"{text!r} tells no place: character {at + 1} does not fit. A place is such as errors[0].code."
            raise InvalidInput("bad_path", message)
        name, index, each, quoted = step.groups()
        steps.append(None if each else int(index) if index else name or quoted)
        at = step.end()
    names = tuple(step for step in steps if isinstance(step, str))
    return Path(ups, tuple(steps), names if not ups and len(names) == len(steps) else None)


def select(document: object, path: str) -> list[Place]:
    """Return all places that a path names; none where it leads nowhere."""
    return _follow(Place(document), parse(path))


def look(place: Place, path: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the first value that a path names from a place, None where it leads nowhere, or where no path is given."""
    if not path:
        return None
    parsed = parse(path)
    if parsed.names is not None:
        return _descend(place.value, parsed.names)
    found = _follow(place, parsed)
    return found[0].value if found else None


def say(place: Place, path: str) -> str:
    """Return what stands there as text: "" for nothing, `true` for True, 1 for 1.0."""
    return as_text(look(place, path))


def as_text(value: object) -> str:
    """Write a value as people would."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, Mapping | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _descend(value: Any, names: Iterable[str]) -> Any:  # noqa: ANN401 - any JSON
    for name in names:
        if not isinstance(value, dict):
            return None
        value = cast("dict[str, Any]", value).get(name)
    return value


def _follow(start: Place, path: Path) -> list[Place]:
    if path.ups:
        if path.ups > len(start.around):
            return []
        start = Place(start.around[-path.ups], start.around[: -path.ups])
    found = [start]
    for step in path.steps:
        found = [after for place in found for after in _step(place, step)]
    return found


def _step(place: Place, step: str | int | None) -> Sequence[Place]:
    match place.value:
        case dict():
            members = cast("dict[str, Any]", place.value)
            around = (*place.around, members)
            if step is None:
                return [Place(value, around, name) for name, value in members.items()]
            return [Place(members[step], around, step)] if isinstance(step, str) and step in members else []
        case list():
            elements = cast("list[Any]", place.value)
            if step is None:
                return [Place(value, place.around) for value in elements]
            return [Place(elements[step], place.around)] if isinstance(step, int) and step < len(elements) else []
        case _:
            return []
