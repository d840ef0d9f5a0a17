"""Which words may be keywords of stores, and which keyword a text begins with (R119). Pure."""

from __future__ import annotations

import re

from cablegram.consent.vocabulary import standard
from cablegram.kit.errors import Fault, InvalidInput

LEAST, MOST = 4, 19
_FORM = re.compile(rf"(?=[0-9]*[A-Z])[A-Z0-9]{{{LEAST},{MOST}}}")
_WORD = re.compile(r"[A-Za-z0-9]+")
# Words that say something of every program; and those that people say without meaning a store.
_TAKEN = frozenset({"SUBSCRIBE", "KEYWORD", "INFO", "YES", "HELP", "STOP", "QUIT", "BAJA", "START", "JOIN"})


def read(text: str, *, field: str = "keyword") -> str:
    """Return a keyword as it is kept: in upper case.

    Raises InvalidInput: `bad_keyword` unless it is 4 to 19 letters and digits of ASCII with a letter among them,
    `keyword_reserved` for words by which people opt out, in, or ask for help.
    """
    keyword = text.strip().upper() if text.isascii() else ""
    if not _FORM.fullmatch(keyword):
        message = (
            f"A keyword is {LEAST} to {MOST} letters and digits without spaces, with at least one letter, such as "
            "PIZZA123."
        )
        raise _bad(field, "bad_keyword", message)
    if is_reserved(keyword):
        message = f"{keyword} means the same to every store: people say it to opt out, to opt in or to get help."
        raise _bad(field, "keyword_reserved", message)
    return keyword


def is_reserved(keyword: str) -> bool:
    """Tell whether a word of this form is one that is read as an answer."""
    known, word = standard(), keyword.lower()
    groups = (known.strong, known.alone, known.help, known.start, known.yes)
    return keyword in _TAKEN or any(word in group for group in groups)


def candidates(text: str) -> list[str]:
    """Return the words of a text that could be keywords, in their order, as keywords are kept."""
    return [word for found in _WORD.findall(text) if _FORM.fullmatch(word := found.upper())]


def leading(text: str) -> str | None:
    """Return the first word of a text as a keyword would be kept; None where it could be none.

    What stands behind it does not matter: PIZZA, please! is PIZZA.
    """
    found = _WORD.search(text)
    word = found[0].upper() if found else ""
    return word if _FORM.fullmatch(word) else None


def _bad(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field, code, message)])
