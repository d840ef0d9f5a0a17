"""Which event allows what: the ledger of a person, read from its beginning to a moment. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cablegram.evidence.model import EVERYTHING, YES, Evidence, Kind

_ENDS = frozenset({Kind.OPT_OUT, Kind.NOT_KNOWN})
SUBSCRIBED = "subscribed"
"""What stood `before`, of an opt-out that ended a subscription, and of a word that brings it back."""


def allowing(events: Iterable[Evidence], scope: str, *, at: datetime | None = None) -> Evidence | None:
    """Return the event that allows what a scope is about, of those known at a moment (None: of all); None if none does.

    `events` are a person's, whichever their order. A no about everything ends every scope; a yes about everything
    (START) brings back what had stood before the no, and nothing else. What an account itself barred and lets go again
    is as it was.
    """
    allows: Evidence | None = None
    barred: Evidence | None = None
    for one in sorted(events, key=lambda one: one.seq):
        if at is not None and one.recorded_at > at:
            break
        told = one.told
        if told.scope not in {scope, EVERYTHING}:
            continue
        if told.kind in _ENDS:
            barred = allows if told.scope == EVERYTHING and not told.before else None
            allows = None
        elif told.kind == Kind.RESUMED:
            allows = allows or barred
        elif told.before == SUBSCRIBED if told.kind == Kind.CHANGED or told.scope != scope else told.kind in YES:
            allows = one
    return allows
