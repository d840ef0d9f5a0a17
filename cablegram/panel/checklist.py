"""The four steps of the home page. Each is done when it is true, not when somebody said so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cablegram.accounts import notes
from cablegram.accounts.access import Principal
from cablegram.campaigns import find
from cablegram.connectors import configure
from cablegram.contacts import lists
from cablegram.messages import tally
from cablegram.messages.model import State
from cablegram.runtime import Runtime

KEYS = ("message", "contacts", "carrier", "campaign")
_NOTE = "checklist.skipped"


@dataclass(slots=True)
class Step:
    """A step as it is drawn; the open one shows how to do it."""

    key: str
    is_done: bool
    is_skipped: bool
    is_open: bool


def steps_of(done: Collection[str], skipped: Collection[str]) -> list[Step]:
    """Return the four steps; the first that is neither done nor skipped is open. Pure."""
    first_left = next((key for key in KEYS if key not in done and key not in skipped), None)
    return [Step(key, key in done, key in skipped, key == first_left) for key in KEYS]


def is_over(steps: Sequence[Step]) -> bool:
    """Tell whether no step is left. Pure."""
    return not any(step.is_open for step in steps)


async def steps(rt: Runtime, who: Principal) -> list[Step]:
    """Return where the account that asks is."""
    found = await notes.read(rt, who)
    return steps_of(await _done(rt, who), found.get(_NOTE, "").split())


async def skip(rt: Runtime, who: Principal, key: str) -> None:
    """Skip a step, for everybody in the account."""
    skipped = {*(await notes.read(rt, who)).get(_NOTE, "").split(), key} & set(KEYS)
    await notes.write(rt, who, _NOTE, " ".join(sorted(skipped)))


async def _done(rt: Runtime, who: Principal) -> set[str]:
    facts = {
        "message": State.DELIVERED in await tally.standing(rt, who),  # of all messages, however many came since
        "contacts": any(one.size for one in await lists.page(rt, who)),
        "carrier": any(not one.is_simulated and one.is_enabled for one in await configure.page(rt, who)),
        "campaign": any(one.started_at for one in await find.page(rt, who)),
    }
    return {key for key, is_true in facts.items() if is_true}
