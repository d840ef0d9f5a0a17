"""Whether a message is taken, and what will become of it: the seed, the scripts, and the limits of the login."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from cablegram.simulators import scripts
from cablegram.simulators.fate import Dice, Fate
from cablegram.simulators.handset import plain
from cablegram.simulators.options import CarrierOptions
from cablegram.simulators.scripts import Script
from cablegram.smpp.receipt import State
from cablegram.smpp.status import ESME_RINVDSTADR, ESME_ROK, ESME_RTHROTTLED

_MOST_REMEMBERED: Final = 10_000

ORDINARY: Final = {
    State.DELIVERED: Script("delivered"),
    State.UNDELIVERABLE: Script("undelivered", (State.UNDELIVERABLE,), "001"),
    State.EXPIRED: Script("expired", (State.EXPIRED,), "027"),
    State.REJECTED: Script("rejected at once", refuse=ESME_RINVDSTADR),
}
"""How ordinary numbers end."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The status of the answer, and what follows if it is 0."""

    status: int
    script: Script
    fate: Fate

    @property
    def is_taken(self) -> bool:
        """Tell whether the carrier has the message now."""
        return self.status == ESME_ROK and self.script.is_taken


class Judge:
    """Judges one message after the other; remembers only how much came lately, and what was refused for a while.

    `chosen` numbers can always be reached; it is asked anew each time.
    """

    def __init__(self, options: CarrierOptions, *, chosen: AbstractSet[str]) -> None:
        self._dice = Dice(options)
        self._window = options.window
        self._rate = options.rate
        self._chosen = chosen
        self._allowances: dict[str, tuple[float, float]] = {}
        self._tries: OrderedDict[str, int] = OrderedDict()

    def judge(self, system_id: str, number: str, *, open_requests: int, now: float) -> Judgement:
        """Judge a message to a number, while `open_requests` of the same bind wait for their answers."""
        fate = self._dice.fate(number)
        script = scripts.of(number)
        if self._chosen and plain(number) in self._chosen:
            script = ORDINARY[State.DELIVERED]
        elif script is None:
            script = ORDINARY[fate.state]
        if self._window is not None and open_requests >= self._window:
            return Judgement(ESME_RTHROTTLED, script, fate)
        if self._rate is not None and not self._may_pass(system_id, self._rate, now=now):
            return Judgement(ESME_RTHROTTLED, script, fate)
        return Judgement(script.refuse if self._refuses(script, number) else ESME_ROK, script, fate)

    def _may_pass(self, system_id: str, rate: float, *, now: float) -> bool:
        """Take one from the login's allowance, which holds at most a second's worth."""
        left, since = self._allowances.get(system_id, (max(rate, 1.0), now))
        left = min(left + (now - since) * rate, max(rate, 1.0))
        may_pass = left >= 1
        self._allowances[system_id] = (left - 1 if may_pass else left, now)
        return may_pass

    def _refuses(self, script: Script, number: str) -> bool:
        if not script.refuse or not script.tries:
            return bool(script.refuse)
        tries = self._tries.pop(number, 0)
        if tries == script.tries:
            return False
        self._tries[number] = tries + 1
        if len(self._tries) > _MOST_REMEMBERED:
            self._tries.popitem(last=False)
        return True
