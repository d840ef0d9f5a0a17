"""Read a template: text with `{{ name }}` and `{{ name | default: "there" }}`, as in Liquid (R85).

A name starts with a letter or "_" of any script and goes on with letters, digits, "_" and "-", so that the columns of
a contact list can be used. A default stands in single or double quotes. A single brace is text like any other; `{{`,
`}}` and `{%` are always syntax, because a typing error there would reach every recipient.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cablegram.kit.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Variable:
    """A place to fill in; without a default (None) it needs a value."""

    name: str
    default: str | None


LONGEST = 40_000
"""Characters of a template: 255 segments hold 39,015."""
MOST_PLACES = 1_000
"""Places to fill in: a contact has 100 columns at most, and each may stand several times."""

_MARK = re.compile(r"\{\{|\}\}|\{%")
# Possessive throughout: a template that is almost right is refused in linear time.
_NAME = r"[^\W\d][\w-]*+"
_PLACE = re.compile(
    rf"\{{\{{\s*+({_NAME})\s*+(?:\|\s*+default\s*+:\s*+(?:\"([^\"]*+)\"|'([^']*+)')\s*+)?+\}}\}}",
)
_NAMED = re.compile(rf"\{{\{{\s*+{_NAME}\s*+(\||\}}\}})")
_FILTER = re.compile(rf"\s*+({_NAME})?+\s*+:?")


def is_name(text: str) -> bool:
    """Tell whether a text can name a variable, as a column of a contact list must."""
    return re.fullmatch(_NAME, text) is not None


def parse(text: str) -> list[str | Variable]:
    """Return the pieces of a template in order: texts as they are, variables to fill in.

    Raises InvalidInput: `bad_template`, naming the line and the character where reading stopped, `template_too_long`,
    `too_many_variables`.
    """
    if len(text) > LONGEST:
        message = f"A template has at most {LONGEST:,} characters, not {len(text):,}: no message holds more."
        raise InvalidInput("template_too_long", message)
    if text.count("{{") > MOST_PLACES:
        message = f"A template has at most {MOST_PLACES:,} variables, each counted as often as it stands: use fewer."
        raise InvalidInput("too_many_variables", message)
    pieces: list[str | Variable] = []
    done = 0
    while (mark := _MARK.search(text, done)) is not None:
        if mark.start() > done:
            pieces.append(text[done : mark.start()])
        place = _PLACE.match(text, mark.start())
        if place is None:
            raise _error(text, mark.start(), _what_is_wrong(text, mark))
        name, double_quoted, single_quoted = place.groups()
        pieces.append(Variable(name, single_quoted if double_quoted is None else double_quoted))
        done = place.end()
    if done < len(text):
        pieces.append(text[done:])
    return pieces


def _what_is_wrong(text: str, mark: re.Match[str]) -> str:
    if mark[0] == "{%":
        return "tags ({% ... %}) can't be used in a message: only variables such as {{ name }}."
    if mark[0] == "}}":
        return "this }} closes nothing: a variable is written {{ name }}."
    if "}}" not in text[mark.end() :]:
        return "this {{ is not closed: a variable is written {{ name }}."
    named = _NAMED.match(text, mark.start())
    if named is None or named[1] != "|":
        return "after {{ comes the name of a variable, of letters, digits and _, such as {{ first_name }}."
    found = _FILTER.match(text, named.end())
    if found is not None and found[1] not in (None, "default"):
        return (
            f'there is no filter {found[1][:40]!r}: the only one is default, as in {{{{ name | default: "there" }}}}.'
        )
    return 'after the bar comes a default in quotes, as in {{ name | default: "there" }}.'


def _error(text: str, at: int, what: str) -> InvalidInput:
    line = text.count("\n", 0, at) + 1
    character = at - (text.rfind("\n", 0, at) + 1) + 1
    return InvalidInput("bad_template", f"Line {line}, character {character}: {what}")
