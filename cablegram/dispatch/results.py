"""What a carrier's answer makes of a message: pure.

A part taken means the message is on its way and is never sent again; a part nobody can say about, that it may be. All
parts refused means `rejected`. Only an explicit "slower" or "not now" for the whole message, or the certainty that not
a byte of it was written, puts it back into the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cablegram.connectors.contract import PartResult, Result, Verdict
from cablegram.messages.model import State, weightier, worst

MOST_ATTEMPTS = 10  # of a carrier that says "not now": about four minutes in all
_FIRST_PAUSE = timedelta(seconds=0.5)
_LONGEST_PAUSE = timedelta(minutes=2)
_LONGEST_BREAK = timedelta(seconds=8)  # of a message that was throttled, however often
_OF_THE_LINK = 3  # so many times it is throttled while the link learns its pace: for these no break grows
# What the answer says of a part for itself. A part that was refused while another was taken will not be delivered.
_WORDS = {Verdict.TAKEN: State.SUBMITTED, Verdict.LOST: State.UNKNOWN}
_TOOK_IT = frozenset({State.SUBMITTED, State.DELIVERED, State.EXPIRED})


@dataclass(slots=True)
class Decision:
    """Where the message goes, why, and what to remember: `taken` holds (part, carrier's id) of parts newly known."""

    to_state: State
    reason: str | None = None
    error: str | None = None
    part_states: list[State] | None = None
    pause: timedelta | None = None
    words: str = ""  # the provider's own explanation, for people
    taken: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def decide(result: Result, *, state: State, attempts: int, parts: Sequence[State] | None = None) -> Decision | None:
    """Decide for a message that is now in `state`; None when the answer changes nothing any more.

    `parts` is what receipts and earlier answers said of its parts already.
    """
    verdicts = {part.verdict for part in result.parts}
    if verdicts & {Verdict.TAKEN, Verdict.LOST}:
        return _sent(result.parts, state, parts)
    if state is State.SUBMITTING:
        return _not_sent(result.parts, verdicts, attempts)
    if state is State.UNKNOWN:
        # It was given up as lost, and now the carrier says it did not take it: known at last, and not sent again.
        reason = "carrier_refused" if Verdict.REFUSED in verdicts else "carrier_busy"
        first = _first(result.parts, Verdict.REFUSED)
        return Decision(State.REJECTED, reason, first.code, words=first.words)
    return None


def _sent(answers: Sequence[PartResult], state: State, parts: Sequence[State] | None) -> Decision | None:
    if state not in (State.SUBMITTING, State.UNKNOWN, State.FAILED):
        return None
    known = list(parts) if parts else [State.UNKNOWN] * len(answers)
    said = [weightier(_WORDS.get(one.verdict, State.UNDELIVERED), old) for one, old in zip(answers, known, strict=True)]
    to_state = worst(said)
    is_news = said != known if to_state is state else state.may_become(to_state)
    if not is_news:
        return None  # still nobody can say
    reason = "no_answer" if to_state is State.UNKNOWN else None
    code = next((part.code for part in answers if part.code), None)
    taken = [
        (place, one.provider_id)
        for place, (one, old) in enumerate(zip(answers, known, strict=True), 1)
        if one.verdict is Verdict.TAKEN and old is State.UNKNOWN
    ]
    words = next((part.words for part in answers if part.words), "")
    return Decision(to_state, reason, code, said if len(said) > 1 else None, words=words, taken=taken)


def _not_sent(answers: Sequence[PartResult], verdicts: set[Verdict], attempts: int) -> Decision:
    code, words = answers[0].code, answers[0].words
    if Verdict.UNWRITTEN in verdicts:
        return Decision(State.QUEUED, "not_written", words=words)
    if Verdict.REFUSED in verdicts:
        first = _first(answers, Verdict.REFUSED)
        return Decision(State.REJECTED, "carrier_refused", first.code, words=first.words)
    if Verdict.TURNED_AWAY in verdicts:
        # It is refused for our sake, not for its own: it waits until that is mended, and this was no attempt.
        return Decision(State.QUEUED, "turned_away", code, words=words)
    if verdicts == {Verdict.THROTTLED}:
        # The link slows down by itself; a number that is throttled for its own sake must not spin through the queue.
        own = max(1, attempts - _OF_THE_LINK + 1)
        return Decision(State.QUEUED, "throttled", code, pause=_pause(own, _LONGEST_BREAK), words=words)
    if attempts >= MOST_ATTEMPTS:
        return Decision(State.FAILED, "carrier_busy", code, words=words)
    return Decision(State.QUEUED, "carrier_busy", code, pause=_pause(attempts, _LONGEST_PAUSE), words=words)


def _pause(attempts: int, longest: timedelta) -> timedelta:
    return min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), longest)


def _first(answers: Sequence[PartResult], verdict: Verdict) -> PartResult:
    """Return the first part that was answered so, or the first of all."""
    return next((part for part in answers if part.verdict is verdict), answers[0])


def give_up(parts: Sequence[State] | None) -> State:
    """Return what a message becomes that was in question for too long: `failed`, unless a part of it was taken."""
    return State.UNDELIVERED if parts and not _TOOK_IT.isdisjoint(parts) else State.FAILED
