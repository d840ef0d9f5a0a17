"""What a mail server's refusal means (RFC 5321, section 4.2; enhanced codes: RFC 3463), and when to try again. Pure.

A refusal is about the letter, about its address, or about us: wrong login, wrong sender, a server that is closing. What
is about us is no letter's fault: all wait, and none is used up.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum


class Stage(StrEnum):
    """How far the talk with the server was."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"


class Outcome(StrEnum):
    """What comes of it."""

    TAKEN = "taken"
    LATER = "later"  # this letter is tried again
    SERVER = "server"  # nothing goes now; all letters wait
    REFUSED = "refused"  # this letter never goes
    DEAD = "dead"  # nor does another to its address


_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CLOSING = 421
_ABOUT_US = frozenset({421, 454, 530, 534, 535, 538})  # closing; login needed, refused, or too weak (RFC 4954)
_TOO_LARGE = frozenset({452, 552})
_NO_SUCH_ADDRESS = frozenset({550, 551, 553})
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))


def judge(stage: Stage, code: int, text: str) -> Outcome:
    """Say what an answer of a server means; `text` may carry an enhanced code."""
    if stage is Stage.CONNECT or code in _ABOUT_US:
        return Outcome.SERVER
    if stage is Stage.SENDER and code not in _TOO_LARGE:
        return Outcome.SERVER
    if code < 500:
        return Outcome.LATER
    return Outcome.DEAD if _is_dead(stage, code, text) else Outcome.REFUSED


def _is_dead(stage: Stage, code: int, text: str) -> bool:
    """Tell whether a refusal for good is about the address: there is none, or it takes nothing (X.1.x, X.2.1)."""
    enhanced = _ENHANCED.search(text)
    if enhanced is None:
        return stage is Stage.RECIPIENT and code in _NO_SUCH_ADDRESS
    return (enhanced[2] == "1" and enhanced[3] not in {"7", "8"}) or (enhanced[2], enhanced[3]) == ("2", "1")


def again(tries: int, now: datetime) -> datetime:
    """Return when a letter is tried again that was tried so many times."""
    return now + _PAUSES[min(max(tries, 1), len(_PAUSES)) - 1]
