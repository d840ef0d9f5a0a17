"""The heart of a simulated provider: it decides what becomes of messages, writes it down, and tells of it later."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cablegram.kit.clock import Clock
from cablegram.kit.ids import uuid7, uuid7s
from cablegram.simulators.provider.calling import Caller, Heard
from cablegram.simulators.provider.fates import Care, Fate, Wire, fate
from cablegram.simulators.provider.ledger import Ledger
from cablegram.simulators.provider.options import ProviderOptions, Receipts
from cablegram.simulators.provider.shape import (
    Accepted,
    Answer,
    Api,
    Asked,
    Asking,
    Call,
    Refusal,
    Report,
    Stamp,
    State,
    Text,
    Told,
)
from cablegram.simulators.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Decided:
    """What a request is answered, how that answer goes out, and the receipts that are due before or after it."""

    answer: Answer
    wire: Wire
    receipts: Sequence[Sequence[Call]]


@dataclass(slots=True)
class _Allowance:
    """A bucket of requests: `rate` a second, a second's worth at most."""

    rate: float
    left: float
    at: float

    def take(self, now: float) -> bool:
        self.left = min(max(self.rate, 1), self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Desk:
    """One provider at work. `caller` is open while it is."""

    def __init__(self, api: Api, options: ProviderOptions, *, clock: Clock, ledger: Ledger, caller: Caller) -> None:
        self.api = api
        self.options = options
        self.ledger = ledger
        self.caller = caller
        self.requests = 0
        self.outcomes: Counter[str] = Counter()
        self.accepted: dict[str, Accepted] = {}
        self._clock = clock
        self._tried: Counter[str] = Counter()
        self._later: Timetable[Sequence[Call]] = Timetable(self._due)
        now = clock.monotonic()
        self._allowance = None if options.rate is None else _Allowance(options.rate, max(options.rate, 1), now)

    def decide(self, asking: Asking) -> Decided:
        """Take or refuse a request's messages, and write that down."""
        self.requests += 1
        now = self._clock.now()
        fates = [fate(asked.number) for asked in asking.messages]
        why = self._refusal_of_all(asking.messages, fates)
        if why is not None:
            self.outcomes[why] += len(asking.messages)
            self.ledger.write_refused(asking.messages, why, now)
            return Decided(self._with_patience(asking.refuse(why)), Wire.USUAL, ())
        seeds = uuid7s(1 if asking.is_one_id else sum(asked.parts for asked in asking.messages))
        told: list[Told] = []
        receipts: list[Sequence[Call]] = []
        for asked, its_fate in zip(asking.messages, fates, strict=True):
            one = replace(self._tell(asked, its_fate, seeds, is_one_id=asking.is_one_id), at=now)
            told.append(one)
            receipts += self._receipts(one, its_fate, now)
            self.outcomes["taken" if one.ids else one.refusal or "refused"] += 1
        self.ledger.write(told, now)
        wire = next((each.wire for each in fates if each.wire is not Wire.USUAL), Wire.USUAL)
        return Decided(asking.answer(told), wire, receipts)

    def tell_later(self, receipts: Sequence[Sequence[Call]]) -> None:
        """Have receipts told after the usual while."""
        for calls in receipts:
            self._later.put(self.options.receipt_delay, calls)

    async def report(self, message_id: str, report: Report) -> Heard | None:
        """Tell of a message's state at once; None where the id is unknown or the provider tells nobody of this."""
        accepted = self.accepted.get(message_id)
        call = None if accepted is None else self.api.receipt(accepted, report, self._stamp(self._clock.now()))
        return None if call is None else await self.caller.make(call)

    async def hand_over(self, text: Text, *, is_forged: bool = False) -> Heard:
        """Tell of a text from a phone at once."""
        call = self.api.inbound(text, self._stamp(self._clock.now(), is_forged=is_forged))
        heard = await self.caller.make(call)
        for one in call.behind:
            heard = await self.caller.make(one)
        return heard

    def close(self) -> None:
        """Forget what is due later."""
        self._later.clear()

    def _refusal_of_all(self, messages: Sequence[Asked], fates: Sequence[Fate]) -> Refusal | None:
        if self._allowance is not None and not self._allowance.take(self._clock.monotonic()):
            return Refusal.THROTTLED
        for asked, its_fate in zip(messages, fates, strict=True):
            if its_fate.whole is None:
                continue
            if its_fate.tries == 0:
                return its_fate.whole
            # After so many refusals it is taken, and the count begins anew.
            tried = self._tried.pop(asked.number, 0)
            if tried < its_fate.tries:
                self._tried[asked.number] = tried + 1
                return its_fate.whole
        return None

    def _with_patience(self, refused: Answer) -> Answer:
        if refused.status != 429:
            return refused
        patience = ("Retry-After", str(self.options.retry_after))
        return Answer(refused.status, refused.body, refused.content_type, (*refused.headers, patience))

    def _tell(self, asked: Asked, its_fate: Fate, seeds: list[UUID], *, is_one_id: bool) -> Told:
        if its_fate.refusal is not None and its_fate.refusal not in self.api.told_later:
            return Told(asked, (), its_fate.refusal)
        if its_fate.is_partial and asked.parts == 1:
            return Told(asked, (), Refusal.BAD_NUMBER)
        wanted = 1 if its_fate.is_partial or is_one_id else asked.parts
        ids = tuple(self.api.make_id(seeds[0] if is_one_id else seeds.pop()) for _ in range(wanted))
        return Told(asked, ids, Refusal.THROTTLED if its_fate.is_partial else None)

    def _receipts(self, told: Told, its_fate: Fate, now: datetime) -> list[Sequence[Call]]:
        reports = its_fate.reports
        if its_fate.refusal is not None:
            reports = (Report(State.REJECTED, its_fate.refusal),)
        if self.options.receipts is not Receipts.ALL:
            reports = tuple(each for each in reports if each.state is not State.SENT)
        receipts: list[Sequence[Call]] = []
        for message_id in told.ids:
            accepted = Accepted(message_id, told.asked, now)
            self.accepted[message_id] = accepted
            if len(self.accepted) > _MOST_KNOWN:
                del self.accepted[next(iter(self.accepted))]
            if self.options.receipts is not Receipts.NONE:
                receipts.append(self._calls(accepted, reports, its_fate.care))
        return [calls for calls in receipts if calls]

    def _calls(self, accepted: Accepted, reports: Sequence[Report], care: Care) -> list[Call]:
        if not accepted.asked.callback_url:
            accepted.asked.callback_url = self.options.callback_url
        if not accepted.asked.callback_url:
            return []
        calls: list[Call] = []
        for report in reports:
            stamp = self._stamp(accepted.at, is_forged=care is Care.FORGED)
            call = self.api.receipt(accepted, report, stamp)
            if call is None:
                continue
            calls.append(call)
            if care is Care.REPLAYED:
                calls.append(call)
            if care is Care.TWICE:
                again = self.api.receipt(accepted, report, self._stamp(accepted.at))
                calls += [] if again is None else [again]
        return calls

    def _stamp(self, at: datetime, *, is_forged: bool = False) -> Stamp:
        return Stamp(at, str(int.from_bytes(secrets.token_bytes(8))).zfill(20), is_forged)

    def _due(self, due: list[Sequence[Call]]) -> None:
        for calls in due:
            self.caller.put(calls)


_MOST_KNOWN = 100_000
"""Messages whose state can still be told by hand."""


def text_id() -> str:
    """Return a fresh id for a text from a phone."""
    return uuid7().hex
