"""Make letters of what a reader is to be told: one each where it is little, one for all where it is much. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cablegram.alerts.folding import MOST_ITEMS
from cablegram.alerts.model import Folded
from cablegram.mail.catalogue import CATALOGUE
from cablegram.mail.model import Facts
from cablegram.mail.render import line_of, write_out

_APART = 3  # letters at once to one reader; more are one
_MORE = {"en": "and {} more", "es": "y {} más"}


def letters_of(rows: Sequence[Folded], language: str, public: str) -> list[tuple[str, Facts]]:
    """Return (kind, facts) of the letters that tell one reader what waits; none where nothing of it can be told."""
    told = [(row.kind, _facts(row.kind, item, public)) for row in rows for item in row.items[:MOST_ITEMS]]
    told = [(kind, facts) for kind, facts in told if is_writable(kind, facts)]
    count = sum(row.count for row in rows)
    if not told or count <= _APART:
        return told
    return [("digest", _digest(told, count, language, public))]


def is_writable(kind: str, facts: Facts) -> bool:
    """Tell whether a letter can be made of some facts: an event of an older version may have others."""
    try:
        write_out(CATALOGUE[kind], "en", facts)
    except (KeyError, ValueError):
        return False
    return True


def _facts(kind: str, item: dict[str, Any], public: str) -> Facts:
    known = dict.fromkeys(CATALOGUE[kind].sample, "")
    return {**known, **item, "url": f"{public}{item.get('url', '/')}"}


def _digest(told: Sequence[tuple[str, Facts]], count: int, language: str, public: str) -> Facts:
    lines = list(_lines(told, language))
    more = count - len(lines)
    places = {str(facts["url"]) for _, facts in told}
    return {
        "account": str(told[0][1].get("account", "")),
        "count": count,
        "lines": "\n".join(lines),
        "more": _MORE.get(language, _MORE["en"]).format(more) if more else "",
        "url": places.pop() if len(places) == 1 else f"{public}/",
    }


def _lines(told: Sequence[tuple[str, Facts]], language: str) -> Iterator[str]:
    for kind, facts in told[:MOST_ITEMS]:
        yield f"• {line_of(CATALOGUE[kind], language, facts)}"
