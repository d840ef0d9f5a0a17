"""Tell people who open a link from what opens links before them: previews, filters, programs. Pure.

Nothing can be sure of it. What is known is a table (`machines.csv`): words that such callers put into their User-Agent.
Whoever only asks for the head, says that it loads ahead, or says nothing of itself is no person either; nor is an
address that opens more links within a second than people behind one address do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from cablegram.kit.csvio import CsvReader
from cablegram.links.model import Opened

WITHIN = timedelta(seconds=1)
MOST = 20
"""Different links that people behind one address open within a second: carriers put thousands behind one."""

_PHONES = ("cubot",)  # makers of phones whose names hold a word of the table
_AHEAD = ("prefetch", "preview", "prerender")


@dataclass(frozen=True, slots=True)
class Visit:
    """A link was opened at a moment from an address; `is_machine`: what the request said of itself tells so."""

    code: str
    at: datetime
    address: str
    is_machine: bool = False


@cache
def words() -> tuple[str, ...]:
    """Return the words of the table."""
    reader = CsvReader(most_columns=2)
    rows = reader.feed(resources.files("cablegram.links").joinpath("machines.csv").read_bytes()) + reader.close()
    return tuple(fields[0] for _, fields in rows[1:])


def says_machine(method: str, user_agent: str, purpose: str = "") -> bool:
    """Tell whether a request says of itself that no person opens the link.

    `purpose` is what stands in Sec-Purpose, Purpose, X-Purpose and X-Moz.
    """
    if method == "HEAD" or any(word in purpose.lower() for word in _AHEAD):
        return True
    told = user_agent.strip().lower()
    for phone in _PHONES:
        told = told.replace(phone, "")
    return not told or any(word in told for word in words())


def fast(visits: Sequence[Visit]) -> set[int]:
    """Return the places of visits from addresses that opened too many different links within a second."""
    own: dict[str, list[tuple[datetime, str, int]]] = defaultdict(list)
    for place, one in enumerate(visits):
        own[one.address].append((one.at, one.code, place))
    found: set[int] = set()
    for each in own.values():
        if len(each) > MOST:
            found |= _too_fast(sorted(each))
    return found


def _too_fast(visits: Sequence[tuple[datetime, str, int]]) -> set[int]:
    """Walk through the visits of one address in their order, with the second before each in a window."""
    found: set[int] = set()
    codes: Counter[str] = Counter()
    first = told = 0  # where the window begins, and up to where all are found
    for last, (at, code, _) in enumerate(visits):
        codes[code] += 1
        while at - visits[first][0] > WITHIN:
            codes[visits[first][1]] -= 1
            if not codes[visits[first][1]]:
                del codes[visits[first][1]]
            first += 1
        if len(codes) > MOST:
            found |= {place for _, _, place in visits[max(first, told) : last + 1]}
            told = last + 1
    return found


def sums(visits: Sequence[Visit], too_fast: set[int]) -> list[Opened]:
    """Add up how often each link was opened, by people and by machines, in the order of codes."""
    found: dict[str, Opened] = {}
    for place, one in enumerate(visits):
        opened = found.setdefault(one.code, Opened(one.code))
        if one.is_machine or place in too_fast:
            opened.by_machines += 1
            continue
        opened.clicks += 1
        opened.first_at = min(filter(None, (opened.first_at, one.at)))
        opened.last_at = max(filter(None, (opened.last_at, one.at)))
    return [found[code] for code in sorted(found)]
