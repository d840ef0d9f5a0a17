"""Read JSON as people paste it: with `//` comments, which are explanations (source of R133)."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from cablegram.kit.errors import Fault, InvalidInput

_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*+"|//[^\n]*+', re.DOTALL)


def read(text: str, field: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the value. Raises InvalidInput (`bad_json`) with line and column; `field` is where the text came from."""
    try:
        return json.loads(_without_comments(text), object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        message = f"This is no JSON: line {error.lineno}, column {error.colno}: {error.msg}."
    except RecursionError:
        message = "This is no JSON to work with: it is nested too deeply."
    except _Unfit as error:
        message = f"This is no JSON to work with: {error}."
    except ValueError:
        message = "This is no JSON to work with: a number in it has thousands of digits."
    raise InvalidInput("bad_json", message, faults=[Fault(field, "bad_json", message)])


class _Unfit(Exception):
    """Something that JSON readers take, each in another way."""


def _without_comments(text: str) -> str:
    # Spaces in their place, so that a position is still the one that people see.
    return _STRING_OR_COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else " " * len(found[0]), text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in made if names.count(name) > 1)
        raise _Unfit(f"{twice[:60]!r} stands twice in one object")
    return made


def _constant(name: str) -> NoReturn:
    raise _Unfit(f"{name} is no JSON number")
