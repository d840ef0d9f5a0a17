"""A text with variables as people would get it, for the composer to cut. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.links.shortening import Shortener
from cablegram.panel.cut import Sample
from cablegram.templates.parse import Variable, parse
from cablegram.templates.render import Template


def variables_of(text: str) -> list[tuple[str, str | None]]:
    """Return the variables of a text, each once, with their defaults; none while it is being written and is wrong."""
    found: dict[str, str | None] = {}
    for piece in _pieces(text):
        if isinstance(piece, Variable):
            found.setdefault(piece.name, piece.default)
    return list(found.items())


def with_defaults(text: str) -> list[Sample]:
    """Return a text as it stands, each variable shown by its default, or else its name."""
    pieces = _pieces(text)
    values = [_stand_in(piece) for piece in pieces if isinstance(piece, Variable)]
    shown = "".join(_stand_in(piece) if isinstance(piece, Variable) else piece for piece in pieces)
    return [Sample("", shown, values)]


def samples_of(text: str, people: Iterable[tuple[str, Mapping[str, str]]]) -> list[Sample]:
    """Return a text as people would get it: (how to call them, their values).

    Without people, without variables, or while it can't be filled in for any of them, as `with_defaults`.
    """
    names = [name for name, _ in variables_of(text)]
    if not names:
        return with_defaults(text)
    template = Template(text)
    found: list[Sample] = []
    for who, values in people:
        rendered = template.render_many([values])[0]
        if isinstance(rendered, str):
            found.append(Sample(who, rendered, [value for name in names if (value := values.get(name))]))
    return found or with_defaults(text)


def shortened(samples: Iterable[Sample], shortener: Shortener) -> list[Sample]:
    """Return texts with their links as short as they will be; one that has a bad link stays as it is."""
    found: list[Sample] = []
    for one in samples:
        made = shortener.shorten(one.text)
        found.append(one if isinstance(made, Fault) else replace(one, text=made.text))
    return found


def _pieces(text: str) -> list[str | Variable]:
    try:
        return parse(text)
    except InvalidInput:
        return [text]


def _stand_in(variable: Variable) -> str:
    return variable.name if variable.default is None else variable.default
