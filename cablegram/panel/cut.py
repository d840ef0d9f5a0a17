"""What the composer shows of a text: where the network cuts it, and which characters make it dear. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cablegram.kit.errors import Fault
from cablegram.text import gsm0338
from cablegram.text.encoding import offenders
from cablegram.text.limits import admit
from cablegram.text.segments import Segment, split

# Typography that has a plain form in GSM 03.38 without changing a word. Letters are never replaced.
PLAIN: Mapping[str, str] = {
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{SINGLE LOW-9 QUOTATION MARK}": "'",
    "\N{PRIME}": "'",
    "\N{GRAVE ACCENT}": "'",
    "\N{ACUTE ACCENT}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}": '"',
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}": '"',
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{BULLET}": "-",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{THIN SPACE}": " ",
    "\N{ZERO WIDTH SPACE}": "",
    "\t": " ",
}
_TO_PLAIN = str.maketrans(dict(PLAIN))


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as the network cuts it; templates/compose/_tape.html draws it.

    `bad`: (character, its name, its place in the typed text, from 1), each character once. `swaps` are their plain
    forms, and `plain_segments` the segments the text would then take. `saves` in micro-credits, None without a tariff.
    """

    encoding: str
    units: int
    segments: Sequence[Segment]
    values: Sequence[str]
    bad: Sequence[tuple[str, str, int]]
    swaps: Mapping[str, str]
    plain_segments: int
    saves: int | None
    who: str
    problem: str


def cut(
    typed: str, rendered: str | None = None, *, values: Sequence[str] = (), who: str = "", unit_price: int | None = None
) -> Cut | None:
    """Cut a text; None for one that holds nothing, or half a character.

    `rendered` is the typed text with the `values` of the person `who` filled in. `unit_price` is the tariff, in
    micro-credits a segment.
    """
    text = typed if rendered is None else rendered
    found = admit(text)
    problem = found.message if isinstance(found, Fault) else ""
    if not text or (isinstance(found, Fault) and found.code == "bad_character"):
        return None
    segments = split(text)
    bad = _bad(typed)
    swaps = {char: PLAIN[char] for char, _, _ in bad if char in PLAIN}
    plain_segments = len(split(plain(text))) if swaps else len(segments)
    saves = None if unit_price is None else unit_price * max(len(segments) - plain_segments, 0)
    return Cut(
        encoding="gsm0338" if gsm0338.is_gsm(text) else "ucs2",
        units=sum(segment.units for segment in segments),
        segments=segments,
        values=values,
        bad=bad,
        swaps=swaps,
        plain_segments=plain_segments,
        saves=saves,
        who=who,
        problem=problem,
    )


def plain(text: str) -> str:
    """Return the text with typography in its plain form; words stay as they are."""
    return text.translate(_TO_PLAIN)


def _bad(typed: str) -> list[tuple[str, str, int]]:
    first: dict[str, int] = {}
    for found in offenders(typed):
        first.setdefault(found.character, found.position + 1)
    return [(char, unicodedata.name(char, f"U+{ord(char):04X}").lower(), place) for char, place in first.items()]
