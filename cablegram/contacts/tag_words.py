"""How tags are written: in lower case, with single spaces, without commas; each once and in order. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.names import read_name

LONGEST = 50
MOST = 100  # of one person


def read(words: Iterable[str], *, field: str = "tags") -> list[str]:
    """Return tags as they are kept. Raises InvalidInput (`bad_name`, `bad_tag`), naming the field."""
    return sorted({_one(word, field) for word in words})


def _one(word: str, field: str) -> str:
    name = unicodedata.normalize("NFC", " ".join(read_name(word, field=field, most=LONGEST).split())).lower()
    if "," in name or ";" in name:
        message = f"The tag {name!r} has a comma or semicolon: these stand between tags in a file."
        raise InvalidInput("bad_tag", message, faults=[Fault(field, "bad_tag", message)])
    return name
