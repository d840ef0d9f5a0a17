"""What the composer shows of a text: where the network cuts it, and which characters make it dear. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.text.encoding import choose, offenders
from cablegram.text.limits import admit
from cablegram.text.segments import Segment, measure, split
from cablegram.text.transliterate import PLAIN, plain

_FEW_LETTERS = 8  # different ones; with more it is another alphabet


@dataclass(frozen=True, slots=True)
class Sample:
    """A person's text: the typed one with their `values` filled in. `who` is how to call them."""

    who: str
    text: str
    values: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as the network cuts it; templates/compose/_tape.html draws it.

    `bad`: (character, its name, its place in the typed text, from 1), each character once; `swaps` are their plain
    forms. With these, `helped` of `sampled` people need `fewer` segments in all, which `saves` micro-credits (None
    without a tariff).
    """

    encoding: str
    units: int
    segments: Sequence[Segment]
    values: Sequence[str]
    who: str
    problem: str
    bad: Sequence[tuple[str, str, int]]
    swaps: Mapping[str, str]
    sampled: int
    helped: int
    fewer: int
    saves: int | None


def cut(typed: str, samples: Sequence[Sample] = (), *, unit_price: int | None = None) -> Cut | None:
    """Cut a text, as the sampled person gets it whose text is the longest; None for one that can't be drawn.

    Without samples the text goes out as it is typed. `unit_price` is the tariff, in micro-credits a segment.
    """
    drawn = [sample for sample in samples or [Sample("", typed)] if _is_drawable(sample.text)]
    if not drawn:
        return None
    worst = max(drawn, key=_size)
    found = admit(worst.text)
    segments = split(worst.text)
    bad = _bad(typed)
    swaps = {char: PLAIN[char] for char, _, _ in bad if char in PLAIN}
    gains = [_gain(sample.text) for sample in drawn] if swaps else []
    fewer = sum(gains)
    return Cut(
        encoding=choose(worst.text),
        units=sum(segment.units for segment in segments),
        segments=segments,
        values=worst.values,
        who=worst.who,
        problem=found.message if isinstance(found, Fault) else "",
        bad=bad,
        swaps=swaps,
        sampled=len(drawn),
        helped=sum(1 for gain in gains if gain),
        fewer=fewer,
        saves=None if unit_price is None else unit_price * fewer,
    )


def _is_drawable(text: str) -> bool:
    try:
        measure(text)
    except InvalidInput:  # half of a surrogate pair
        return False
    return bool(text)


def _size(sample: Sample) -> tuple[int, int]:
    size = measure(sample.text)
    return size.segments, size.units


def _gain(text: str) -> int:
    return max(measure(text).segments - measure(plain(text)).segments, 0)


def _bad(typed: str) -> list[tuple[str, str, int]]:
    """Name what makes a text Unicode; nothing of one in another script, which has to be (segments.js does the same)."""
    first: dict[str, int] = {}
    for found in offenders(typed):
        first.setdefault(found.character, found.position + 1)
    if sum(char.isalpha() for char in first) > _FEW_LETTERS:
        return []
    return [(char, unicodedata.name(char, f"U+{ord(char):04X}").lower(), place) for char, place in first.items()]
