"""Write what programs for stores are answered: `<response op= status= message=>` and what stands in it (R113). Pure.

Everything is escaped by one function, and characters that XML can't have become the replacement character: whatever a
customer wrote, the answer can be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MEDIA_TYPE = "text/xml; charset=utf-8"
_LONGEST_MESSAGE = 500
# XML 1.0, section 2.2: what is no Char.
_NO_CHAR = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;",
})  # fmt: skip
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Element:
    """An element with words, or with others in it."""

    name: str
    content: str | Sequence[Element] = ""


def answer(op: str, status: int, message: str, content: Sequence[Element] = ()) -> bytes:
    """Return a whole answer; `op` is the method that was asked for, whatever somebody wrote there."""
    inside = "".join(_written(one) for one in content)
    head = f'op="{escaped(op[:_LONGEST_MESSAGE])}" status="{status}" message="{escaped(message[:_LONGEST_MESSAGE])}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<response {head}>{inside}</response>\n'.encode()


def escaped(text: str) -> str:
    """Return words as they may stand in an attribute or an element."""
    return _NO_CHAR.sub("\ufffd", text).translate(_ENTITIES)


def _written(one: Element) -> str:
    if not _NAME.fullmatch(one.name):
        raise ValueError(f"{one.name!r} is no name of an element")
    inside = escaped(one.content) if isinstance(one.content, str) else "".join(map(_written, one.content))
    return f"<{one.name}>{inside}</{one.name}>"
