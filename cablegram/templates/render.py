"""Compile a template once, render it for each recipient (R85, R86)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.templates.parse import Variable, parse


@dataclass(frozen=True, slots=True)
class MissingVariables:
    """Which required variables of a recipient have no value; code `missing_variable`."""

    names: tuple[str, ...]

    code = "missing_variable"

    @property
    def message(self) -> str:
        """Say what is missing and what to do."""
        first = self.names[0]
        listed = ", ".join(self.names)
        return f'No value for: {listed}. Give one, or write a default: {{{{ {first} | default: "..." }}}}.'

    def error(self) -> InvalidInput:
        """Return it as an error to raise, with a fault for each variable."""
        faults = [Fault(f"variables.{name}", self.code, f"The template needs {name!r}.") for name in self.names]
        return InvalidInput(self.code, self.message, faults=faults)


class Template:
    """A compiled template. `variables` are all names used, `required` those used somewhere without a default.

    A value of "" is a value for a required variable, so that a contact list may have empty cells where nothing shall
    stand; with a default it counts as missing, as in Liquid, since that is what a default is for.
    """

    __slots__ = ("_form", "_values", "required", "text", "variables")

    def __init__(self, text: str) -> None:
        pieces = parse(text)
        places = [piece for piece in pieces if isinstance(piece, Variable)]
        self.text = text
        self.variables = tuple(dict.fromkeys(place.name for place in places))
        self.required = tuple(dict.fromkeys(place.name for place in places if place.default is None))
        # The user's text only ever stands in the form with its percent signs doubled; values are never a form.
        self._form = "".join("%s" if isinstance(piece, Variable) else piece.replace("%", "%%") for piece in pieces)
        self._values = _values(places)

    def render(self, variables: Mapping[str, str]) -> str:
        """Fill in the values; names that the template does not use are ignored.

        Raises InvalidInput (`missing_variable`) naming each required variable without a value.
        """
        rendered = self._fill(variables)
        if isinstance(rendered, MissingVariables):
            raise rendered.error()
        return rendered

    def render_many(self, rows: Iterable[Mapping[str, str]]) -> list[str | MissingVariables]:
        """Render for many recipients, in order; what is missing is a verdict in its place, never an exception."""
        return [self._fill(row) for row in rows]

    def _fill(self, variables: Mapping[str, str]) -> str | MissingVariables:
        try:
            return self._form % self._values(variables)
        except KeyError:
            return MissingVariables(tuple(name for name in self.required if name not in variables))


def _values(places: Sequence[Variable]) -> Callable[[Mapping[str, str]], tuple[str, ...] | str]:
    """Return what picks the values of the places, in order, out of a recipient's variables; KeyError if one lacks."""
    if places and all(place.default is None for place in places):
        return itemgetter(*(place.name for place in places))
    named = [(place.name, place.default) for place in places]
    return lambda variables: tuple(
        [variables[name] if default is None else variables.get(name) or default for name, default in named]
    )


def merge(stored: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return a message's variables: those stored with the contact and those given in the call, which win (R86)."""
    return {**stored, **given}
