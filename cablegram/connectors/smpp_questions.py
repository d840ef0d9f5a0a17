"""Questions about messages that one connection has on the wire (query_sm), kept apart from the parts of messages. Pure.

A question is worth less than any message: few stand in the window at a time, they go out slowly, and what becomes of
them never moves a message by itself. A carrier that is silent is asked no more over this connection.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import cast

from cablegram.connectors import smpp_wire
from cablegram.connectors.contract import Question, Reply
from cablegram.connectors.smpp_ready import Token
from cablegram.pacing.bucket import Bucket
from cablegram.smpp import events, status
from cablegram.smpp.pdu import Pdu, QuerySmResp

Asked = Token | Question  # what a session knows a request by

_SHARE = 20  # one place in so many of the window, and one request in so many of a second's
_MOST_A_SECOND = 10.0
_PAUSE = 60.0  # seconds without questions, after a carrier asked for less


class Questions:
    """The questions of one connection; times are monotonic seconds."""

    def __init__(self, window: int, *, now: float) -> None:
        self.on_wire = 0
        self._has_asked = False
        self._most = max(1, window // _SHARE)
        self._bucket = Bucket.full(_MOST_A_SECOND, min(_MOST_A_SECOND, self._most), now=now)
        self._not_before = -math.inf
        self._told: list[Reply] = []

    def room(self, *, free: int, rate: float, now: float) -> int:
        """Return how many may go out now, of the window's free places, on a link of so many parts a second."""
        if now < self._not_before:
            return 0
        self._bucket = self._bucket.at_rate(min(_MOST_A_SECOND, rate / _SHARE), now)
        return self._bucket.take(max(0, min(free, self._most - self.on_wire)), now).granted

    def note(self, count: int, *, now: float) -> None:
        """Note that questions went out, at most as many as there was room for."""
        self._bucket = self._bucket.take(count, now).bucket
        self.on_wire += count
        self._has_asked = True

    def sift(self, happened: Sequence[events.Event[Asked]], *, now: float) -> Sequence[events.Event[Token]]:
        """Take out of events what concerns questions; return the rest, which is about parts of messages alone."""
        if not self._has_asked:
            return cast("Sequence[events.Event[Token]]", happened)
        return [rest for event in happened if (rest := self._rest(event, now))]

    def told(self) -> list[Reply]:
        """Return what came of questions since this was asked last."""
        told, self._told = self._told, []
        return told

    def _rest(self, event: events.Event[Asked], now: float) -> events.Event[Token] | None:
        match event:
            case events.Answered(answers, late):
                for token, code, _ in answers:
                    if isinstance(token, Question) and not late:
                        self._hear(smpp_wire.refusal(token, code), code, now)
                parts = [(each[0], each[1], each[2]) for each in answers if not isinstance(each[0], Question)]
                return events.Answered(parts, late) if parts else None
            case events.TimedOut(tokens):
                for token in tokens:
                    if isinstance(token, Question):
                        self._not_before = math.inf
                        self._take(smpp_wire.silence(token))
                return events.TimedOut(rest) if (rest := parts_of(tokens)) else None
            case events.Replied(replies):
                for token, answer in replies:
                    self._replied(token, answer, now)
                return None
            case _:
                return event

    def _replied(self, token: Asked, answer: Pdu, now: float) -> None:
        if isinstance(token, Question) and isinstance(answer, QuerySmResp):
            self._hear(smpp_wire.answer(token, answer), answer.status, now)
        elif isinstance(token, Question):
            self._take(smpp_wire.refusal(token, status.ESME_ROK))  # an answer to something else

    def _hear(self, reply: Reply, code: int, now: float) -> None:
        if status.of(code).kind is status.Kind.THROTTLED:
            self._not_before = now + _PAUSE
        self._take(reply)

    def _take(self, reply: Reply) -> None:
        self.on_wire -= 1
        self._told.append(reply)


def parts_of(tokens: Iterable[Asked]) -> list[Token]:
    """Return those tokens that are parts of messages."""
    return [token for token in tokens if not isinstance(token, Question)]
