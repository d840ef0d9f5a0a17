"""How numbers, money, times and texts are written on a screen. Pure: what is now, and where, comes in.

The names are the filters of the templates: `{{ price | money }}`, `{{ count | number }}`, `{{ to | phone }}`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime, timedelta, tzinfo

from markupsafe import Markup, escape

from cablegram.kit.errors import InvalidInput
from cablegram.kit.money import MICRO
from cablegram.numbers import countries
from cablegram.numbers.format import international

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EM DASH}"
_MOST_PLACES = 6
_LONGEST_SHORT_CODE = 6
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def money(micro: int | None, places: int = 2) -> str:
    """Write micro-credits with thousands separated: 16317600000 -> "16,317.60".

    `places` is the most decimals, at least two: 2 in lists, 6 in the ledger. What would round to nothing keeps the
    places it needs, so that a price is never shown as zero. None (never charged) is a dash.
    """
    if micro is None:
        return DASH
    sign = MINUS if micro < 0 else ""
    size = abs(micro)
    if round(size, places - _MOST_PLACES) == 0:
        places = _MOST_PLACES
    unit = 10 ** (_MOST_PLACES - places)
    whole, part = divmod((size + unit // 2) // unit * unit, MICRO)
    digits = f"{part:06d}"[:places]
    return f"{sign}{whole:,}.{digits.rstrip('0'):0<2}"


def number(count: float | None) -> str:
    """Write a count with thousands separated, a fraction with one decimal; None is a dash."""
    if count is None:
        return DASH
    text = f"{count:,}" if isinstance(count, int) else f"{count:,.1f}".removesuffix(".0")
    return text.replace("-", MINUS)


def percent(part: float, whole: float) -> str:
    """Write a share: "47.3 %", with a second decimal below 1 %, and a dash when there is nothing to share."""
    if not whole:
        return DASH
    share = 100 * part / whole
    return f"{share:.2f} %" if 0 < share < 1 else f"{share:.1f} %"


def phone(address: str | None) -> str:
    """Write a number as its country groups it: "34600000118" -> "+34 600 000 118". Names and short codes stay."""
    if not address:
        return DASH
    digits = address.removeprefix("+")
    is_number = digits.isascii() and digits.isdigit() and len(digits) > _LONGEST_SHORT_CODE
    return international(digits) if is_number else address


def country(iso: str) -> str:
    """Name a country by its two letters; letters nobody knows stay."""
    try:
        return countries.name(iso)
    except InvalidInput:
        return iso


def duration(seconds: float) -> str:
    """Write a span in its two largest units: "0.38 s", "42 s", "2 min 21 s", "3 h 5 min", "2 d 4 h"."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10 and seconds != int(seconds):
        return f"{seconds:.1f} s"
    left = round(seconds)
    for size, name, small_size, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if left >= size:
            rest = left % size // small_size
            return f"{left // size} {name}" + (f" {rest} {small}" if rest else "")
    return f"{left} s"


def when(moment: datetime, now: datetime, zone: tzinfo = UTC) -> str:
    """Write a time as a list shows it: "14:18:07" today, "20 Nov, 14:18" this year, else "20 Nov 2025"."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M:%S}"
    day = f"{local.day} {MONTHS[local.month - 1]}"
    return f"{day}, {local:%H:%M}" if local.year == today.year else f"{day} {local.year}"


def minute(moment: datetime, zone: tzinfo = UTC) -> str:
    """Write a time of day to the minute, for what is about to happen: "14:20"."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, zone: tzinfo = UTC) -> str:
    """Write a day that is near: "Fri 27 Nov"."""
    local = moment.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"


def span(opens: datetime, closes: datetime, zone: tzinfo = UTC) -> str:
    """Write from when until when: "Fri 27 Nov, 09:00 - 21:00", with an en dash; a midnight that ends a day is 24:00."""
    first, last = opens.astimezone(zone), closes.astimezone(zone)
    is_midnight = (last.hour, last.minute) == (0, 0)
    ends_on = last - timedelta(minutes=1) if is_midnight else last
    end = "24:00" if is_midnight else f"{last:%H:%M}"
    until = end if first.date() == ends_on.date() else f"{day(ends_on, zone)}, {end}"
    return f"{day(first, zone)}, {first:%H:%M} \N{EN DASH} {until}"


def clock(moment: datetime, zone: tzinfo = UTC) -> str:
    """Write a time of day to the millisecond: "14:18:07.112"."""
    return f"{moment.astimezone(zone):%H:%M:%S.%f}"[:-3]


def full(moment: datetime, zone: tzinfo = UTC) -> str:
    """Write a time with its date and zone: "20 Nov 2026, 14:18:07 CET"."""
    local = moment.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M:%S %Z}"


def marked(text: str, bad: Collection[str] = (), values: Collection[str] = ()) -> Markup:
    """Escape a text and mark what costs: characters in `bad` (with code point and name), and filled-in `values`."""
    wanted = [*sorted(filter(None, values), key=len, reverse=True), *bad]
    if not wanted:
        return escape(text)
    pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", text)
    return Markup("").join(_mark(piece, bad) if i % 2 else escape(piece) for i, piece in enumerate(pieces))


def _mark(piece: str, bad: Collection[str]) -> Markup:
    if piece not in bad:
        return Markup('<span class="var">{}</span>').format(piece)
    title = f"U+{ord(piece):04X} {unicodedata.name(piece, 'unnamed').lower()}"
    return Markup('<mark class="bad" title="{}">{}</mark>').format(title, piece)


def named(character: str) -> str:
    """Name a character as Unicode does: "right single quotation mark (U+2019)"."""
    return f"{unicodedata.name(character, 'a character without a name').lower()} (U+{ord(character):04X})"


def points(values: Collection[float], ceiling: float, width: int, height: int) -> str:
    """Place values as the points of an SVG polyline in a box of `width` x `height`, `ceiling` at its upper edge."""
    step = width / max(len(values) - 1, 1)
    top = max(ceiling, *values, 0.001) if values else 1
    return " ".join(f"{i * step:.1f},{height - value / top * height:.1f}" for i, value in enumerate(values))
