"""How many segments a text takes, and where it is cut (R38-R40, with the corrections of the ceil formulas).

A single segment holds 140 octets: 160 septets or 70 UTF-16 units. A part of a longer text gives 6 octets to its
header (3GPP TS 23.040, section 9.2.3.24.1): 153 septets or 67 units remain. Parts are filled greedily; neither ESC
and its code nor the two halves of a surrogate pair are ever torn apart, so a part may stay one unit short.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cablegram.text import gsm0338
from cablegram.text.encoding import Encoding, utf16


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text takes: `units` are septets or UTF-16 units; `units_left` fit before one more segment starts."""

    encoding: Encoding
    segments: int
    units: int
    units_left: int
    per_segment: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a text, the units it takes and the units it may hold (`size`: 160, 153, 70 or 67)."""

    text: str
    units: int
    size: int


@dataclass(frozen=True, slots=True)
class _Rule:
    """Sizes in bytes of the encoded text; a piece may not end on a unit that starts with one of `leads`."""

    encoding: Encoding
    octets: int
    single: int
    part: int
    leads: frozenset[int]


_GSM = _Rule(Encoding.GSM0338, octets=1, single=160, part=153, leads=frozenset({gsm0338.ESC}))
_UCS2 = _Rule(Encoding.UCS2, octets=2, single=140, part=134, leads=frozenset(range(0xD8, 0xDC)))


def measure(text: str) -> Measure:
    """Count units and segments. The empty text is one empty GSM segment, as it is on the wire.

    Raises InvalidInput (`bad_character`) for half a surrogate pair.
    """
    slots = gsm0338.slots(text)
    if slots is None:
        encoded = utf16(text)
        units = len(encoded) // 2
        return _even_ucs2(units) if units <= 70 or units == len(text) else _measure(_UCS2, encoded)
    if slots.isascii():
        return _even_gsm(len(slots))
    units = gsm0338.count(slots)
    return _even_gsm(units) if units <= 160 else _measure(_GSM, gsm0338.septets(slots))


def split(text: str) -> list[Segment]:
    """Cut a text into the segments it is sent in; joined they are the text again.

    Raises InvalidInput (`bad_character`) for half a surrogate pair.
    """
    encoding, pieces = cut(text)
    rule = _GSM if encoding is Encoding.GSM0338 else _UCS2
    size = (rule.single if len(pieces) == 1 else rule.part) // rule.octets
    return [Segment(_read(piece, encoding), len(piece) // rule.octets, size) for piece in pieces]


def cut(text: str) -> tuple[Encoding, list[bytes]]:
    """Encode a text and cut it into the payloads of its segments: unpacked septets or UTF-16BE.

    Raises InvalidInput (`bad_character`) for half a surrogate pair.
    """
    slots = gsm0338.slots(text)
    if slots is None:
        return Encoding.UCS2, _pieces(_UCS2, utf16(text))
    return Encoding.GSM0338, _pieces(_GSM, gsm0338.septets(slots))


def _measure(rule: _Rule, encoded: bytes) -> Measure:
    pieces = _pieces(rule, encoded)
    size = rule.single if len(pieces) == 1 else rule.part
    left = (size - len(pieces[-1])) // rule.octets
    return Measure(rule.encoding, len(pieces), len(encoded) // rule.octets, left, size // rule.octets)


def _pieces(rule: _Rule, encoded: bytes) -> list[bytes]:
    if len(encoded) <= rule.single:
        return [encoded]
    pieces: list[bytes] = []
    start = 0
    while start < len(encoded):
        end = start + rule.part
        if end < len(encoded) and encoded[end - rule.octets] in rule.leads:
            end -= rule.octets
        pieces.append(encoded[start:end])
        start = end
    return pieces


def _read(piece: bytes, encoding: Encoding) -> str:
    return gsm0338.decode(piece) if encoding is Encoding.GSM0338 else piece.decode("utf-16-be")


# Where no pair can stand at a cut, the number of units decides alone, and the answer is remembered.


@lru_cache(maxsize=2048)
def _even_gsm(units: int) -> Measure:
    return _even(Encoding.GSM0338, units, single=160, part=153)


@lru_cache(maxsize=2048)
def _even_ucs2(units: int) -> Measure:
    return _even(Encoding.UCS2, units, single=70, part=67)


def _even(encoding: Encoding, units: int, *, single: int, part: int) -> Measure:
    if units <= single:
        return Measure(encoding, 1, units, single - units, single)
    segments = -(-units // part)
    return Measure(encoding, segments, units, segments * part - units, part)
