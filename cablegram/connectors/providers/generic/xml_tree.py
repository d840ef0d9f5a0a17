"""XML as the tree that places are looked up in: elements by their names, attributes by `@name`, words as texts. Pure.

An element that has nothing but words is these; one that stands several times is a list; of a name the part behind its
prefix counts. What has a document type, and with it entities of its own, is not read: no provider's answer needs any.
"""

from __future__ import annotations

from typing import Any, cast
from xml.parsers import expat

DEEPEST = 50
"""So many elements may stand in one another."""

_WORDS = "#text"
Node = dict[str, Any]


class _NotRead(Exception):
    """This is nothing that is read."""


class _Builder:
    """Hears of a document's parts, and builds its tree."""

    def __init__(self) -> None:
        self.root: Node = {}
        self._open: list[tuple[str, Node, list[str]]] = [("", self.root, [])]

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEEPEST:
            raise _NotRead
        node = {f"@{_local(key)}": value for key, value in attributes.items()}
        self._open.append((_local(name), node, []))

    def end(self, _name: str) -> None:
        name, node, said = self._open.pop()
        words = "".join(said).strip()
        value: Node | str = words if not node else {**node, _WORDS: words} if words else node
        around = self._open[-1][1]
        if name not in around:
            around[name] = value
        elif isinstance(around[name], list):
            cast("list[Any]", around[name]).append(value)
        else:
            around[name] = [around[name], value]

    def say(self, words: str) -> None:
        self._open[-1][2].append(words)

    def refuse(self, *_: object) -> None:
        raise _NotRead


def read(body: bytes) -> Node | None:
    """Return a document as a tree under the name of its root; None for what is no XML that is read."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    parser, builder = expat.ParserCreate(), _Builder()
    parser.buffer_text = True
    parser.StartElementHandler = builder.begin
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.say
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(body.lstrip(b" \t\r\n"), True)
    except (expat.ExpatError, _NotRead, ValueError, LookupError):  # the last: it names an encoding that there is not
        return None
    return builder.root


def _local(name: str) -> str:
    return name.rpartition(":")[2]
