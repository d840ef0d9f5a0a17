"""Which messages a carrier is asked about, and when: pure.

Ids stand in the order in which messages were made. Each round of questions walks along them, as far behind the present
as its age: a place in that order is all it has to remember, and nothing stands at a message or is written for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.connectors.contract import Question
from cablegram.kit.ids import lowest_at

ROUNDS = 3  # after that carriers have forgotten a message
SLICE = 5_000  # messages that are looked through at a time


@dataclass(frozen=True, slots=True)
class Round:
    """The messages that a round of questions is about now: ids from `begin` up to `end`, with the carrier long enough.

    `taken_before`: one that waited in the queue for long is not overdue yet. The next round meets it again.
    """

    number: int
    begin: UUID
    end: UUID
    taken_before: datetime


def rounds(now: datetime, first: timedelta) -> list[Round]:
    """Return the rounds: after the first time, twice and four times as long. Each leaves what is older to the next."""
    found: list[Round] = []
    for number in range(ROUNDS):
        age = first * 2**number
        # Half of the time is enough: ids are a moment older than the carrier's answer.
        found.append(Round(number, lowest_at(now - 2 * age), lowest_at(now - age), now - first / 2))
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a slice found: messages to ask about, and its last id if there may be more behind it."""

    questions: Sequence[Question]
    edge: UUID | None


def reached(seen: Seen, one: Round, *, most: int) -> tuple[UUID, bool]:
    """Return how far a round has come by a look for at most so many questions, and whether it has come to its end."""
    if len(seen.questions) >= most:
        return seen.questions[-1].id, False
    return (seen.edge, False) if seen.edge else (one.end, True)
