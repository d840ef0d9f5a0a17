"""What receipts make of messages: pure.

Receipts come twice, late, out of order, and one for each part of a long message. Of several words about one part the
weightiest counts, and a late `delivered` more than any other; the message is what its worst part is once all have their
word. So the order in which receipts come makes no difference in the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.connectors.contract import Outcome
from cablegram.dispatch.model import SUFFIX, InQuestion, Match, Pending
from cablegram.messages.model import Move, State, weightier, worst

_STATES = {
    Outcome.DELIVERED: State.DELIVERED,
    Outcome.UNDELIVERED: State.UNDELIVERED,
    Outcome.EXPIRED: State.EXPIRED,
}
_BAD_WORDS = frozenset({State.UNDELIVERED, State.EXPIRED})
OPEN_TO_RECEIPTS = frozenset({State.SUBMITTED, State.UNKNOWN, State.UNDELIVERED, State.EXPIRED, State.FAILED})


def choose(receipt: Pending, matches: Sequence[Match]) -> Match | None:
    """Return the message a receipt is about: the number must agree; the plainest form of the id, then the newest."""
    fitting = [match for match in matches if is_same_number(receipt.number, match.number)]
    return min(fitting, key=lambda match: (match.key_place, -match.message_id.int), default=None)


def is_same_number(theirs: str, ours: str) -> bool:
    """Tell whether a receipt's number can be ours; one that is missing contradicts nothing."""
    return not theirs or theirs == ours or theirs[-SUFFIX:] == ours[-SUFFIX:]


class Folding:
    """One message while receipts are applied to it, in the order in which they came."""

    def __init__(self, match: Match) -> None:
        self._match = match
        self._state = match.state
        self._parts = list(match.part_states) if match.part_states else None
        self._error: str | None = None

    def take(self, part: int, receipt: Pending) -> None:
        """Apply one receipt; what can't change the state any more changes nothing."""
        said = _STATES.get(receipt.outcome)
        if said is None or not self._is_open():
            return
        if self._parts is not None:
            self._parts[part - 1] = weightier(self._parts[part - 1], said)
            said = worst(self._parts)
        elif self._state in _BAD_WORDS:
            said = weightier(self._state, said)
        if self._state.may_become(said):
            self._state = said
            self._error = receipt.error or None

    def _is_open(self) -> bool:
        if self._state is State.FAILED:
            return self._match.reason == "outcome_unknown"
        return self._state in OPEN_TO_RECEIPTS

    def move(self) -> Move | None:
        """Return the move that all this makes, if it changes anything."""
        match = self._match
        if self._state is match.state and self._parts == match.part_states:
            return None
        return Move(match.message_id, match.version, match.state, self._state, None, self._error, self._parts)


def only_fit(receipt: Pending, unknown: Sequence[InQuestion]) -> InQuestion | None:
    """Return the one message in question that a receipt can be about, when exactly one fits; else None.

    It must have gone to that number from that sender before the receipt came, and begin with the words that the
    receipt repeats. Long messages are left out: one part's word says nothing about the others.
    """
    fitting = [
        one
        for one in unknown
        if one.segments == 1
        and is_same_number(receipt.number, one.number)
        and (not receipt.source or receipt.source.lower() == one.source.lower())
        and one.claimed_at <= receipt.arrived_at
        and one.text.startswith(receipt.head)
    ]
    return fitting[0] if len(fitting) == 1 else None


def fits(pending: Sequence[Pending], unknown: Sequence[InQuestion]) -> list[tuple[Pending, InQuestion]]:
    """Return the receipts that can be about exactly one message in question, each with its message.

    A message that was found is no longer in question for the receipts behind it.
    """
    by_end: dict[str, list[InQuestion]] = {}
    for one in unknown:
        by_end.setdefault(one.number[-SUFFIX:], []).append(one)
    found: list[tuple[Pending, InQuestion]] = []
    for receipt in pending:
        candidates = by_end.get(receipt.number[-SUFFIX:], [])
        fit = only_fit(receipt, candidates)
        if fit is not None:
            candidates.remove(fit)
            found.append((receipt, fit))
    return found
