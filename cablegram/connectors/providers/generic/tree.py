"""Templates as trees: read once, filled in for each message. What is filled in is a value and never becomes template.

A member whose whole value is one mark with nothing behind it (no template id, no entity id) is left out, and so is an
object of which nothing is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, cast

import msgspec

from cablegram.connectors.providers.generic import marks
from cablegram.connectors.providers.generic.paths import as_text
from cablegram.connectors.providers.generic.settings import VariablesForm
from cablegram.kit.errors import Fault

Values = Mapping[str, Any]
Node = Callable[[Values], Any]

JSON = "$json"
"""The only name of an object that becomes a text of JSON: for JSON inside a form."""
SPREAD = "..."
"""A name whose value's members become members of the object around it."""
ELEMENTS: Final = "[]"
"""Under this name the rendered records of a batch stand among the values; `]` is in no name."""
CALLBACK: Final = "{{callback_url}}"
"""Under this name stands where the provider is to report to."""


class Absent(Enum):
    """What a mark gives that has nothing behind it."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
HOLE: Final = object()
"""Stands in a payload where a batch's records go."""


@dataclass(slots=True)
class Loom:
    """Makes nodes of template texts and trees, and notes which names they use and what is wrong with them."""

    known: Mapping[str, str] | None  # the connector's own values, secrets among them; None: whatever is asked for
    form: VariablesForm
    separator: str
    used: set[str] = field(default_factory=set[str])
    faults: list[Fault] = field(default_factory=list[Fault])

    def fault(self, where: str, code: str, message: str) -> None:
        """Note what is wrong."""
        self.faults.append(Fault(where, code, message))

    def fixed(self, text: str, where: str) -> str:
        """Return a text that is the same for all messages, the connector's values filled in."""
        found = marks.pieces(text)
        if any(isinstance(piece, marks.Placeholder) for piece in found):
            self._misplaced(text, where)
        return "".join(self._fill(piece, where) for piece in found)

    def text(self, text: str, where: str, *, form: VariablesForm | None = None) -> Node:
        """Return the node of a text. A mark that is all of it keeps its type; beside others it becomes words."""
        found = self._known(marks.pieces(text), where)
        if len(found) == 1 and isinstance(found[0], marks.Placeholder):
            return self._whole(found[0].name, form or self.form)
        if all(isinstance(piece, str) for piece in found):
            return _constant("".join(cast("list[str]", found)) or (ABSENT if text else ""))
        return self._woven(found)

    def tree(self, value: object, where: str, *, form: VariablesForm | None = None) -> Node:
        """Return the node of anything that JSON can say."""
        if value is HOLE:
            return _get(ELEMENTS)
        if isinstance(value, str):
            return self.text(value, where, form=form)
        if isinstance(value, list):
            return self._list(cast("list[object]", value), where)
        if isinstance(value, dict):
            return self._object(cast("dict[str, object]", value), where)
        return _constant(value)

    def name(self, text: str, where: str) -> None:
        """Note marks in a name, where none can be."""
        if any(not isinstance(piece, str) for piece in marks.pieces(text)):
            self._misplaced(text, where)

    def _list(self, elements: list[object], where: str) -> Node:
        nodes = [self.tree(one, f"{where}.{place}") for place, one in enumerate(elements)]

        def build(values: Values) -> Any:  # noqa: ANN401 - any JSON
            return [made for node in nodes if (made := node(values)) is not ABSENT]

        return build

    def _object(self, members: dict[str, object], where: str) -> Node:
        if members.keys() == {JSON}:
            inner = self.tree(members[JSON], f"{where}.{JSON}", form=self.form)
            return lambda values: msgspec.json.encode(inner(values)).decode()
        nodes: list[tuple[str, Node]] = []
        spread: Node | None = None
        for name, value in members.items():
            here = f"{where}.{name}"
            if name == SPREAD:
                spread = self._spread(value, here)
                continue
            self.name(name, here)
            nodes.append((name, self.tree(value, here)))
        return _object(nodes, spread)

    def _spread(self, value: object, where: str) -> Node:
        found = marks.pieces(value) if isinstance(value, str) else []
        if len(found) != 1 or not isinstance(found[0], marks.Placeholder):
            self.fault(where, "placeholder_in_wrong_place", 'Beside "..." stands one placeholder and nothing else.')
            return _constant(ABSENT)
        return self._whole(found[0].name, VariablesForm.OBJECT)

    def _whole(self, name: str, form: VariablesForm) -> Node:
        self.used.add(name)
        if name == marks.VARIABLES:
            separator = self.separator
            return lambda values: shaped(values[name], form, separator)

        def get(values: Values) -> Any:  # noqa: ANN401 - any JSON
            value = values[name]
            return ABSENT if value is None or value == "" else value

        return get

    def _woven(self, found: Sequence[marks.Piece]) -> Node:
        separator = self.separator
        parts: list[tuple[str, bool]] = []
        needs_callback = False
        for piece in found:
            if isinstance(piece, marks.Placeholder):
                self.used.add(piece.name)
                parts.append((piece.name, True))
            elif isinstance(piece, marks.Setting):
                needs_callback = True
                parts.append((CALLBACK, True))
            else:
                parts.append((piece, False))

        def weave(values: Values) -> Any:  # noqa: ANN401 - text, or nothing
            if needs_callback and not values[CALLBACK]:
                return ABSENT  # where nobody can be told, half an address helps nobody
            return "".join(in_words(values[part], separator) if is_mark else part for part, is_mark in parts)

        return weave

    def _known(self, found: Sequence[marks.Piece], where: str) -> list[marks.Piece]:
        """Fill in the connector's values, all but the callback's address, which is told with each request."""
        return [
            self._fill(piece, where) if isinstance(piece, marks.Setting) and piece.name != marks.CALLBACK else piece
            for piece in found
        ]

    def _fill(self, piece: marks.Piece, where: str) -> str:
        if isinstance(piece, str):
            return piece
        if self.known is None:
            return "x"
        value = self.known.get(piece.name)
        if value is None and isinstance(piece, marks.Setting):
            message = f"There is no value for {{{{{piece.name}}}}}: give one among `values`, or among the secrets."
            self.fault(where, "value_missing", message)
        return value or ""

    def _misplaced(self, text: str, where: str) -> None:
        message = f"{text[:80]!r} stands where no placeholder can be: they go into values of the payload, of headers, "
        self.fault(where, "placeholder_in_wrong_place", message + "and into the path and the query of the address.")


def in_words(value: object, separator: str) -> str:
    """Write a value into a longer text; several are joined."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return separator.join(as_text(one) for one in cast("Mapping[str, object]", value).values())
    if isinstance(value, list):
        return separator.join(as_text(one) for one in cast("list[object]", value))
    return as_text(value)


def shaped(variables: object, form: VariablesForm, separator: str) -> Any:  # noqa: ANN401 - as the form says
    """Return a template's variables in the form that a provider wants. Those without names are VAR1, VAR2, ..."""
    if not variables:
        return ABSENT
    if form is VariablesForm.TEXT:
        return in_words(variables, separator)
    if isinstance(variables, Mapping):
        named = cast("Mapping[str, object]", variables)
        return named if form is VariablesForm.OBJECT else list(named.values())
    listed = cast("list[object]", variables)
    if form is VariablesForm.LIST:
        return listed
    return {f"VAR{place}": value for place, value in enumerate(listed, 1)}


def _constant(value: object) -> Node:
    return lambda _values: value


def _get(name: str) -> Node:
    return lambda values: values[name]


def _object(nodes: Sequence[tuple[str, Node]], spread: Node | None) -> Node:
    is_empty = not nodes and spread is None

    def build(values: Values) -> Any:  # noqa: ANN401 - an object, or nothing
        made: dict[str, Any] = {}
        for name, node in nodes:
            value = node(values)
            if value is not ABSENT:
                made[name] = value
        if spread is not None and isinstance(more := spread(values), Mapping):
            made = {**cast("Mapping[str, Any]", more), **made}
        return made if made or is_empty else ABSENT

    return build
