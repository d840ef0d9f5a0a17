"""What a carrier's answer makes of a message: pure.

A part taken means the message is on its way and is never sent again. All parts refused means `rejected`. Only an
explicit "slower" or "not now" for the whole message puts it back into the queue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from cablegram.connectors.contract import PartResult, Result, Verdict
from cablegram.messages.model import State

MOST_ATTEMPTS = 10  # of a carrier that says "not now": about four minutes in all
_FIRST_PAUSE = timedelta(seconds=0.5)
_LONGEST_PAUSE = timedelta(minutes=2)


@dataclass(slots=True)
class Decision:
    """Where the message goes, why, and what to remember: `taken` holds (part, carrier's id)."""

    to_state: State
    reason: str | None = None
    error: str | None = None
    part_states: list[State] | None = None
    pause: timedelta | None = None
    taken: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


def decide(result: Result, *, state: State, attempts: int) -> Decision | None:
    """Decide for a message that is now in `state`; None when the answer changes nothing any more."""
    taken = [(index, part.provider_id) for index, part in enumerate(result.parts, 1) if part.verdict is Verdict.TAKEN]
    if taken:
        return _taken(result.parts, taken) if state in (State.SUBMITTING, State.UNKNOWN, State.FAILED) else None
    if state not in (State.SUBMITTING, State.UNKNOWN):
        return None
    code = next(part.code for part in result.parts)
    refused = all(part.verdict is Verdict.REFUSED for part in result.parts)
    if refused:
        return Decision(State.REJECTED, "carrier_refused", code)
    if state is State.UNKNOWN:
        # It was given up as lost, and now the carrier says it did not take it: known at last, and not sent again.
        return Decision(State.REJECTED, "carrier_busy", code)
    return _again(result.parts, code, attempts)


def _taken(parts: list[PartResult], taken: list[tuple[int, str]]) -> Decision:
    states = [State.SUBMITTED if part.verdict is Verdict.TAKEN else State.UNDELIVERED for part in parts]
    code = next((part.code for part in parts if part.verdict is not Verdict.TAKEN), None)
    return Decision(State.SUBMITTED, None, code, states if len(parts) > 1 else None, taken=taken)


def _again(parts: list[PartResult], code: str, attempts: int) -> Decision:
    if all(part.verdict is Verdict.THROTTLED for part in parts):
        return Decision(State.QUEUED, "throttled", code)  # the link has slowed down; the queue is the right place
    if attempts >= MOST_ATTEMPTS:
        return Decision(State.FAILED, "carrier_busy", code)
    return Decision(State.QUEUED, "carrier_busy", code, pause=min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE))
