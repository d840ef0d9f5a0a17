"""What a text is to a store: which store is meant, and what happens (R117-R119). Pure.

    what it says                     meant                                        does
    a stop word                      the keyword's store, else who wrote last     the customer leaves, told once
    a stop word for everything       all stores that the person talks with        they leave them all
    a stop word with keywords        those of them that the person talks with     they leave each, told once
    a help word                      the keyword's store, else who wrote last     the help text
    a keyword in front that lets in  its store                                    in at once, whatever the store's mode
    a responder in front             its store                                    its answer; no status changes
    yes, and a store waits for it    the one that asked last                      in, and what was kept goes out
    what may mean no                 who wrote last                               nothing goes until somebody read it
    all else                         who wrote last, of those one is in           a text of a customer

What stands behind a keyword does not matter. A text that means no store is nobody's here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from cablegram.consent.model import Doubtful, Help, OptIn, OptOut, Reading
from cablegram.kit.ids import ProgramId
from cablegram.programs.model import MEMBERS, Standing
from cablegram.stores.model import Keyword

_LOWEST = UUID(int=0)


class Deed(Enum):
    """What happens to a text that is for a store."""

    LEAVE = "leave"
    LEFT_BEFORE = "left before"  # who is out says it again
    HELP = "help"
    JOIN = "join"
    JOINED_BEFORE = "joined before"  # who is in says it again
    ANSWER = "answer"
    DOUBT = "doubt"
    TEXT = "text"


JOINS = frozenset({Deed.JOIN, Deed.JOINED_BEFORE})


@dataclass(frozen=True, slots=True)
class Place:
    """A store that a text may be for, and where the writer stands with it; `last` is the last message it sent them."""

    store_id: ProgramId
    standing: Standing | None = None
    since: datetime | None = None
    last: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What happens: at which store, by which keyword, and which others end with it."""

    deed: Deed
    store_id: ProgramId
    keyword: Keyword | None = None
    ends: tuple[ProgramId, ...] = ()


def decide(
    reading: Reading, leading: Keyword | None, named: Sequence[Keyword], places: Sequence[Place]
) -> Decided | None:
    """Return what a text is to the stores behind the number it was written to; None: nothing.

    `leading` is the keyword that it begins with, `named` are those that stand anywhere in it.
    """
    first = named[0] if named else None
    talks = [one for one in places if one.standing not in {None, Standing.OUT}]
    match reading:
        case OptOut():
            return _stop(reading, named, places, talks)
        case Help():
            return _one(Deed.HELP, first, places)
        case Doubtful():
            return _one(Deed.DOUBT, None, talks)
        case _ if leading is not None:
            return _keyword(leading, places)
        case OptIn() if asked := [one for one in places if one.standing is Standing.ASKED]:
            return Decided(Deed.JOIN, max(asked, key=_asked).store_id)
        case _:
            return _one(Deed.TEXT, None, talks)


def _stop(reading: OptOut, named: Sequence[Keyword], places: Sequence[Place], talks: Sequence[Place]) -> Decided | None:
    talked = {one.store_id for one in talks}
    left = [one for one in named if one.store_id in talked]
    first = next(iter([*left, *named]), None)
    found = _one(Deed.LEAVE, first, talks or places)
    if found is None:
        return None
    if found.store_id not in talked:
        return Decided(Deed.LEFT_BEFORE, found.store_id, first)
    ends = [one.store_id for one in talks] if reading.is_all else [one.store_id for one in left]
    others = tuple(one for one in dict.fromkeys(ends) if one != found.store_id)
    return Decided(Deed.LEAVE, found.store_id, first, others)


def _keyword(leading: Keyword, places: Sequence[Place]) -> Decided:
    if not leading.lets_in:
        return Decided(Deed.ANSWER, leading.store_id, leading)
    is_in = any(one.store_id == leading.store_id and one.standing in MEMBERS for one in places)
    return Decided(Deed.JOINED_BEFORE if is_in else Deed.JOIN, leading.store_id, leading)


def _one(deed: Deed, named: Keyword | None, places: Sequence[Place]) -> Decided | None:
    if named is not None:
        return Decided(deed, named.store_id, named)
    known = [one for one in places if one.standing is not None]
    return Decided(deed, max(known, key=_wrote).store_id) if known else None


def _wrote(place: Place) -> tuple[UUID, float]:
    return place.last or _LOWEST, _asked(place)


def _asked(place: Place) -> float:
    return place.since.timestamp() if place.since else 0.0
