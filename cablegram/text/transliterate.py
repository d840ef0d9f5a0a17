"""The plain forms of characters that GSM 03.38 has not: what one clever quotation mark costs can be saved (R37, R45).

Two steps. *Typography* changes no word: quotation marks, dashes, spaces. *Letters* are look-alikes and do change words
("á" becomes "a"): only where somebody asks for it, and only when the whole text becomes GSM by it; half of it would
save nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from cablegram.text import gsm0338

# Typography that has a plain form in GSM 03.38 without changing a word. Letters are never replaced.
PLAIN: Mapping[str, str] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a\u2032\u0060\u00b4\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7", "-"),
    **dict.fromkeys(
        "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    **dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""),
    "\u2026": "...",
    "\u2044": "/",
    "\u00d7": "x",
    "\u2122": "(TM)",
    "\u00a9": "(c)",
    "\u00ae": "(R)",
}
_TO_PLAIN = str.maketrans(dict(PLAIN))

# Letters of other scripts that look like Latin ones: they come in by copying, or from a keyboard left in another mode.
_TWINS = dict(zip("АВЕЅІЈКМНОРСТХУаеіјорсхуѕЗ", "ABESIJKMHOPCTXYaeijopcxys3", strict=True))
_LETTERS = {**_TWINS, "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "œ": "oe", "Œ": "OE", "ç": "c", "ĳ": "ij"}


def plain(text: str) -> str:
    """Return a text with typography in its plain form; words stay as they are."""
    return text.translate(_TO_PLAIN)


@lru_cache(maxsize=8192)
def look_alike(character: str) -> str | None:
    """Return what in GSM 03.38 looks like a character or means it; None where nothing does, or it is GSM itself."""
    if gsm0338.is_gsm(character):
        return None
    if character in PLAIN:
        return PLAIN[character]
    if character in _LETTERS:
        return _LETTERS[character]
    # "Ａ" is "A" in another width, "ﬁ" are two letters, "á" is "a" with a mark on it.
    for form in ("NFKC", "NFKD"):
        apart = unicodedata.normalize(form, character)
        bare = "".join(one for one in apart if not unicodedata.combining(one))
        if bare and gsm0338.is_gsm(bare):
            return bare
    return None


def smart(text: str, *, letters: bool = False) -> str:
    """Return a text in its plain form; with `letters` also look-alikes, where they make the whole text GSM."""
    found = plain(text)
    if not letters or gsm0338.is_gsm(found):
        return found
    replaced = "".join(look_alike(one) or one for one in found)
    return replaced if gsm0338.is_gsm(replaced) else found


def swaps(text: str, *, letters: bool = False) -> dict[str, str]:
    """Return which characters `smart` replaces in a text, and by what, in the order in which they come first."""
    found = plain(text)
    made = smart(text, letters=letters)
    if made == text:
        return {}
    use_letters = made != found
    pairs = ((one, look_alike(one) if use_letters or one in PLAIN else None) for one in dict.fromkeys(text))
    return {one: instead for one, instead in pairs if instead is not None}
