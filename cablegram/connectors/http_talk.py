"""One connector's talk with its provider: a request goes out, an answer comes or not, and what both mean.

The loop of messages (`http_link`) and test messages both talk so. Nothing is repeated here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cablegram.connectors.contract import PartResult, Verdict
from cablegram.connectors.exchange_model import Exchange, Kind, written
from cablegram.connectors.providers.contract import (
    HttpAnswer,
    HttpRequest,
    LoginRefused,
    LogsIn,
    Provider,
    Reading,
    Shipment,
    Token,
)
from cablegram.connectors.providers.redact import Redactor
from cablegram.kit.clock import Clock
from cablegram.kit.ids import ConnectorId, MessageId, uuid7
from cablegram.runtime.caller import Caller, Unanswered, Unsent
from cablegram.runtime.failpoints import reach

MOST_READ = 1 << 20  # bytes of an answer
_KEPT = 8_000  # bytes of a body
_SLACK = 4_000  # bytes behind them that are looked through too, so that no half of a secret stays


@dataclass(slots=True)
class Told:
    """What came of a shipment. `is_down`: the provider did not answer, or failed; `why` says so, for people."""

    shipment: Shipment
    reading: Reading
    exchange: Exchange
    is_down: bool
    why: str


@dataclass(slots=True)
class Asked:
    """What came of a request that carries no message. `answer` None: there was none, and `why` says why, for people.

    `may_have_arrived`: whether a byte of the request may have left this machine.
    """

    answer: HttpAnswer | None
    may_have_arrived: bool
    why: str
    exchange: Exchange


class Talk:
    """Talks for one connector. `seconds` are for an answer; `kind` is what exchanges are kept as.

    `callback_url` goes along with requests, and its last part is as secret as a password: who knows it may call us.
    """

    def __init__(
        self,
        connector_id: ConnectorId,
        provider: Provider,
        caller: Caller,
        *,
        clock: Clock,
        log: Any,  # noqa: ANN401 - structlog's
        seconds: float,
        kind: Kind = Kind.SEND,
        callback_url: str = "",
    ) -> None:
        self._connector_id = connector_id
        self._provider = provider
        self._caller = caller
        self._clock = clock
        self.log = log
        self._seconds = seconds
        self._kind = kind
        self._hidden = [*provider.secrets(), callback_url.rpartition("/")[2]]
        self._redactor = Redactor(self._hidden)

    async def send(self, shipment: Shipment) -> Told:
        """Send a shipment and read what is answered; a shipment that comes with its verdict is not sent."""
        began = (self._clock.monotonic(), self._clock.now())
        answer: HttpAnswer | None = None
        why, is_down = "", False
        if shipment.verdict:
            reading = shipment.verdict
        else:
            try:
                answer = await self._ask(shipment.request)
                reading = self._read(shipment, answer)
                is_down = answer.status >= 500
                why = f"it answers {answer.status}" if is_down else ""
            except Unsent as error:
                said = self._redactor.text(str(error))  # what can be no address is told whole, with what stands in it
                reading, why, is_down = _all(shipment, Verdict.UNWRITTEN, said), f"not sent: {said}", True
            except Unanswered as error:
                said = self._redactor.text(str(error))
                reading, why, is_down = _all(shipment, Verdict.LOST, said), said, True
        reading = self._without_secrets(reading)
        verdict = _verdict(reading, why if answer is None else "")
        about = [one.id for one in shipment.messages]
        exchange = self._exchange(began, shipment.request, answer, verdict, about=about)
        return Told(shipment, reading, exchange, is_down, why)

    async def log_in(self, ask: LogsIn, request: HttpRequest) -> tuple[Token | LoginRefused, Exchange]:
        """Ask for a token; return it, or why there is none."""
        began = (self._clock.monotonic(), self._clock.now())
        answer: HttpAnswer | None = None
        found: Token | LoginRefused
        try:
            answer = await self._ask(request)
            found = ask.read_login(answer)
        except LoginRefused as error:
            found = LoginRefused(error.code, self._redactor.text(error.message))
        except (Unsent, Unanswered) as error:
            found = LoginRefused("login_refused", self._redactor.text(f"The provider's login did not answer: {error}."))
        if isinstance(found, Token):
            # It is a secret from now on, and stands in the very answer that is kept.
            self._redactor = Redactor([*self._hidden, found.value])
        verdict = "token received" if isinstance(found, Token) else found.message
        exchange = self._exchange(began, request, answer, verdict, kind=Kind.LOGIN)
        return found, exchange

    async def ask(self, request: HttpRequest) -> Asked:
        """Put a request that carries no message; whoever asks writes into the exchange what he makes of the answer."""
        began = (self._clock.monotonic(), self._clock.now())
        answer: HttpAnswer | None = None
        may_have_arrived, why = True, ""
        try:
            answer = await self._ask(request)
        except Unsent as error:
            may_have_arrived, why = False, f"not sent: {self._redactor.text(str(error))}"
        except Unanswered as error:
            why = self._redactor.text(str(error))
        exchange = self._exchange(began, request, answer, why)
        return Asked(answer, may_have_arrived, why, exchange)

    def without_secrets(self, text: str) -> str:
        """Return a provider's words as they may be shown."""
        return self._redactor.text(text)

    async def _ask(self, request: HttpRequest) -> HttpAnswer:
        answered = await self._caller.call(
            request.method,
            request.url,
            headers=request.headers,
            body=request.body,
            seconds=self._seconds,
            most=MOST_READ,
        )
        reach("http.answer_read")
        return HttpAnswer(answered.status, answered.headers, answered.body, answered.is_cut)

    def _read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        try:
            reading = self._provider.read(shipment, answer)
        except Exception:
            # A mistake of ours in reading says nothing about the messages: they are in question, and the log says why.
            self.log.exception("an answer could not be read", connector=str(self._connector_id), status=answer.status)
            return _all(shipment, Verdict.LOST, "its answer could not be read")
        if len(reading.results) != len(shipment.messages) or not all(reading.results):
            self.log.error("an answer was read for other messages", connector=str(self._connector_id))
            return _all(shipment, Verdict.LOST, "its answer does not fit what was sent")
        return reading

    def _without_secrets(self, reading: Reading) -> Reading:
        """Return what was read; a provider that repeats our secret in its complaint would have it shown everywhere."""
        reading.account_trouble = self._redactor.text(reading.account_trouble)
        for parts in reading.results:
            for place, part in enumerate(parts):
                if part.words and (words := self._redactor.text(part.words)) != part.words:
                    parts[place] = replace(part, words=words)
        return reading

    def _exchange(
        self,
        began: tuple[float, datetime],
        request: HttpRequest,
        answer: HttpAnswer | None,
        verdict: str,
        *,
        kind: Kind | None = None,
        about: Sequence[MessageId] = (),
    ) -> Exchange:
        """Write down a request and its answer until now; `began` is the moment by the steady clock, and of the day."""
        ticks, at = began
        took = round((self._clock.monotonic() - ticks) * 1000)
        said = (*self._kept(request), *self._said(answer))
        return Exchange(uuid7(), self._connector_id, kind or self._kind, at, took, about, *said, verdict=verdict)

    def _kept(self, request: HttpRequest) -> tuple[str, str, str]:
        return (
            request.method,
            self._redactor.text(request.url),
            self._written(request.headers, request.body),
        )

    def _said(self, answer: HttpAnswer | None) -> tuple[int | None, str]:
        if answer is None:
            return None, ""
        return answer.status, self._written(answer.headers.items(), answer.body)

    def _written(self, headers: Iterable[tuple[str, str]], body: bytes) -> str:
        text = self._redactor.text(written((), body[: _KEPT + _SLACK]))[1:]
        more = len(body) - _KEPT
        if more > 0:
            text = f"{text[:_KEPT]}\n[cut here: {more:,} more bytes]"
        return written(self._redactor.headers(headers), b"") + text


def _all(shipment: Shipment, verdict: Verdict, words: str) -> Reading:
    return Reading([[PartResult(verdict, words=words)] for _ in shipment.messages])


def _verdict(reading: Reading, why: str) -> str:
    """Say in a word what was made of an answer; with the explanation, where all have the same."""
    if reading.account_trouble:
        return f"account: {reading.account_trouble}"
    parts = [part for parts in reading.results for part in parts]
    counts = Counter(part.verdict.value for part in parts)
    said = next(iter(counts)) if len(parts) == 1 else ", ".join(f"{n} {word}" for word, n in counts.items())
    words = {part.words for part in parts}
    explained = why or (words.pop() if len(words) == 1 else "")
    return f"{said}: {explained}" if explained else said
