"""What pauses a campaign by itself: too many opt-outs, too many errors, too much spent. Pure: counts come in."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.kit.errors import Fault, InvalidInput

OPT_OUTS = "opt_outs"
ERRORS = "errors"
SPEND = "spend_limit"
RATES = frozenset({OPT_OUTS, ERRORS})
REASONS = RATES | {SPEND}

LEAST = 50
"""So many messages have to be known before a rate counts: the first failure of a thousand is no rate of 100 %."""


@dataclass(frozen=True, slots=True)
class Guards:
    """Where a campaign stops: percent of those reached who opt out, percent of messages that fail, micro-credits.

    `least` is how many messages have to be known before rates count. None: no limit.
    """

    opt_outs: float | None = None
    errors: float | None = None
    least: int = LEAST
    spend: int | None = None

    @property
    def look_at_rates(self) -> bool:
        """Tell whether any rate is watched."""
        return self.opt_outs is not None or self.errors is not None


# Of a canary that nobody looks at, where nothing else was said: it goes on by itself unless something is off.
USUAL = Guards(opt_outs=3.0, errors=10.0)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a campaign: messages that carriers took, those of them (or refused) that failed, opt-outs."""

    reached: int = 0
    failed: int = 0
    opt_outs: int = 0

    def since(self, before: Figures) -> Figures:
        """Return what came after an earlier moment; a late receipt may have taken something back."""
        return Figures(
            max(0, self.reached - before.reached),
            max(0, self.failed - before.failed),
            max(0, self.opt_outs - before.opt_outs),
        )


NOTHING_YET = Figures()


@dataclass(frozen=True, slots=True)
class Off:
    """What is off, in words for people."""

    reason: str
    sentence: str


def judge(guards: Guards, figures: Figures) -> Off | None:
    """Say which rate is above its limit; None: neither, or too little is known."""
    tried = figures.reached + figures.failed
    if guards.opt_outs is not None and figures.reached >= guards.least:
        rate = 100 * figures.opt_outs / figures.reached
        if rate > guards.opt_outs:
            return Off(
                OPT_OUTS,
                f"{figures.opt_outs:,} of {figures.reached:,} people it reached opted out: {rate:.1f} %, and it stops "
                f"above {guards.opt_outs:g} %.",
            )
    if guards.errors is not None and tried >= guards.least:
        rate = 100 * figures.failed / tried
        if rate > guards.errors:
            return Off(
                ERRORS,
                f"{figures.failed:,} of {tried:,} messages failed: {rate:.1f} %, and it stops above "
                f"{guards.errors:g} %.",
            )
    return None


def check(guards: Guards) -> None:
    """Raise InvalidInput (`bad_guards`) where a limit can't be, naming its field."""
    for name, percent in (("opt_outs", guards.opt_outs), ("errors", guards.errors)):
        if percent is not None and not 0 < percent <= 100:
            raise _bad(f"guards.{name}", f"{percent:g} percent can't be a limit: write more than 0, up to 100.")
    if guards.least < 1:
        raise _bad("guards.least", "At least one message has to be known before a rate counts.")
    if guards.spend is not None and guards.spend < 1:
        raise _bad("guards.spend", "A limit of nothing would let nothing go out.")


def _bad(field: str, message: str) -> InvalidInput:
    return InvalidInput("bad_guards", message, faults=[Fault(field, "bad_guards", message)])
