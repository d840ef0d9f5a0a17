"""Which numbers a record had, and when: read from its own events, so that a history finds what was sent then. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from cablegram.events.model import Kind, Told
from cablegram.records.model import Span


def merged_ids(told: Iterable[Told]) -> list[UUID]:
    """Return the records that were joined to one, from its events."""
    return [UUID(one.data["merged"]) for one in told if one.kind == Kind.CONTACT_MERGED]


def spans(
    number: str, contact_id: UUID, told: Mapping[UUID, Sequence[Told]], *, high: UUID | None = None
) -> list[Span]:
    """Return the numbers of a record, and of those joined to it, each with the time for which it was theirs.

    `told` are the events of each record, newest first; `high` the event that ended this one.
    """
    found: list[Span] = []
    upper = high
    for one in told.get(contact_id, ()):
        if one.kind == Kind.CONTACT_CHANGED and "was" in one.data:
            found.append(Span(number, one.id, upper))
            number, upper = one.data["was"], one.id
        elif one.kind == Kind.CONTACT_MERGED:
            found += spans(one.data["number"], UUID(one.data["merged"]), told, high=one.id)
    return [*found, Span(number, None, upper)]
