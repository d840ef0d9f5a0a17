"""A campaign of a million, killed five times at random; afterwards each message is accounted for, one by one.

    python -m proving.million                                  a million people, five kills
    python -m proving.million --people 20000 --seed 7          half a minute

It runs `cablegram up` with its own PostgreSQL, every acceptance on disk, and a carrier outside that takes what comes,
counts serial numbers, and sends receipts until it is thanked. The kills take turns: everything at once, the dispatcher
alone, PostgreSQL alone, all of ours but PostgreSQL. What has nobody left to start it again is started by `up`, anew.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.load import Sink, sink
from bench.machine import facts
from bench.sink import Behavior
from cablegram.accounts.access import operator
from cablegram.campaigns import lifecycle
from cablegram.campaigns.model import NewCampaign
from cablegram.contacts import importing, lists
from cablegram.runtime import Runtime
from proving.installation import WINDOW, Installation, Victim
from proving.saying import say

_FIRST = 34_600_000_000
_LOOK = 0.05
_STILL = 120.0  # seconds without any move: then it is stuck
_ANSWER = 0.005  # seconds that the carrier takes, so that a kill finds messages on the wire
_SHORT, _LASTS = 200_000, 15.0  # people, seconds
_EARLIEST, _LATEST = 0.03, 0.9  # share of the people at which a kill may come
_WITH_CARRIER = frozenset({"submitted", "delivered", "undelivered", "expired"})
_OPEN = (
    "SELECT coalesce(sum(n), 0)::int FROM progress WHERE state IN ('scheduled', 'queued', 'submitting', 'submitted')"
)


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill, when it came, and how long it took until the carrier got the next message."""

    victim: Victim
    submits: int
    recovery: float | None  # None: there was no next one


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; `faults` is empty when all is as it must be."""

    states: Counter[str]
    lost: int
    doubled: int
    drift: int
    faults: list[str]


def main() -> int:
    """Run it and print what came of it; 1 if anything is not as it must be."""
    parser = argparse.ArgumentParser(prog="proving.million", description="Kill a campaign at random; count everything.")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="decides when who is killed")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cablegram-million-"))
    say("\n".join(f"{name}: {value}" for name, value in facts().items()))
    with sink(folder) as carrier:
        carrier.reset(Behavior(delay=_ANSWER, repeats_receipts=True))
        house = Installation(folder, carrier.smpp_port)
        try:
            house.start()
            began = time.monotonic()
            start_campaign(house, given.people)
            say(f"{given.people:,} people imported, campaign started: {time.monotonic() - began:.0f} s")
            kills = kill_at_random(house, carrier, given.people, given.kills, given.seed)
            _until_over(house, carrier)
            say(f"all is over after {time.monotonic() - began:.0f} s")
            verdict = judge(house, carrier, given.people, given.kills)
        finally:
            house.stop()
    say("\n".join(report(kills, verdict)))
    if verdict.faults:
        say(f"what was left behind is in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def start_campaign(house: Installation, people: int) -> None:
    """Import a list of so many people, as a file, and start a campaign to all of them; each text has its serial."""
    # A short one would be over between two kills: it is made to last.
    account_id = house.furnish(throughput=0 if people > _SHORT else people / _LASTS).account_id

    async def deed(rt: Runtime) -> None:
        who = operator("proving", account_id)
        made = await lists.create(rt, who, "Million")
        await importing.import_csv(rt, who, made.id, _file(people))
        new = NewCampaign(name="Million", list_ids=[made.id], text="{{ serial }} Dear {{ name }}, the sale is on")
        campaign = await lifecycle.create(rt, who, new)
        await lifecycle.start(rt, who, campaign.id)

    house.act(deed)


async def _file(people: int) -> AsyncIterator[bytes]:
    yield b"number,name,serial\n"
    for start in range(0, people, 5000):
        rows = (f"+{_FIRST + n},P{n},#{n:010d}\n" for n in range(start, min(start + 5000, people)))
        yield "".join(rows).encode()


def kill_at_random(house: Installation, carrier: Sink, people: int, kills: int, seed: int) -> list[Kill]:
    """Kill so many times while the campaign runs, in turn everything that can be killed."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be guessed
    victims = list(Victim)
    chance.shuffle(victims)
    in_doubt = 2 * WINDOW * kills  # so many at most may never come
    moments = sorted(chance.uniform(_EARLIEST, _LATEST) for _ in range(kills))
    done: list[Kill] = []
    for place, moment in enumerate(moments):
        victim = victims[place % len(victims)]
        wait_while_moving(
            lambda: carrier.stats()["unique"], lambda seen, to=moment: seen >= to * people, "the campaign"
        )
        time.sleep(chance.uniform(0, 0.2))
        submits = int(carrier.stats()["submits"])
        took = recovery(house, carrier, victim, is_all_sent=lambda: carrier.stats()["unique"] >= people - in_doubt)
        done.append(Kill(victim, submits, took))
        say(f"killed {victim} at {submits:,} messages; the next one came after {_seconds(done[-1].recovery)}")
    return done


def recovery(
    house: Installation, carrier: Sink, victim: Victim, *, is_all_sent: Callable[[], bool] = lambda: False
) -> float | None:
    """Kill, start again what is not started by itself, and return for how many seconds the carrier got nothing more."""
    at = house.kill(victim)
    before = -1.0
    while (now := carrier.stats()["submits"]) != before:  # what was written before the kill may still be read
        before = now
        time.sleep(_LOOK)
    carrier.mark()
    if victim.takes_the_supervisor:
        house.start()
    resumed = wait_while_moving(
        lambda: carrier.stats()["resumed"], bool, f"sending after {victim} was killed", unless=is_all_sent
    )
    return resumed - at if resumed else None


def wait_while_moving(
    look: Callable[[], float],
    is_so: Callable[[float], object],
    what: str,
    *,
    unless: Callable[[], bool] = lambda: False,
) -> float:
    """Look until what is seen is so, or something else is; give up when it has not changed for a while."""
    seen, moved = look(), time.monotonic()
    while not is_so(seen) and not unless():
        time.sleep(_LOOK)
        last, seen = seen, look()
        if seen != last:
            moved = time.monotonic()
        if time.monotonic() - moved > _STILL:
            raise AssertionError(f"{what}: nothing has moved for {_STILL:.0f} s, at {seen}")
    return seen


def _until_over(house: Installation, carrier: Sink) -> None:
    """Wait until the campaign is finished and every message is in a state that stays."""
    unfinished = "SELECT count(*)::int FROM campaign WHERE finished_at IS NULL"

    def left() -> float:
        time.sleep(_LOOK * 10)
        return house.ask(unfinished)[0] * carrier.stats()["submits"] + house.ask(_OPEN)[0]

    wait_while_moving(left, lambda count: count == 0, "the end of the campaign")


def judge(house: Installation, carrier: Sink, people: int, kills: int) -> Verdict:
    """Compare what the carrier got with what the database says of each message."""
    came = carrier.serials(people)
    states: Counter[str] = Counter()
    lost: list[str] = []
    drift: list[str] = []
    rows = [0] * people
    with house.asking() as conn, conn.cursor().copy("COPY (SELECT dst, state FROM message) TO STDOUT") as copy:
        for number, state in copy.rows():
            serial = int(number) - _FIRST
            rows[serial] += 1
            states[state] += 1
            if state in _WITH_CARRIER and not came[serial]:
                lost.append(f"{number} is {state}, and the carrier never got it")
            elif state not in _WITH_CARRIER and state != "unknown" and came[serial]:
                drift.append(f"{number} is {state}, and the carrier has it")
    lost += [f"{_FIRST + serial} has no message" for serial, count in enumerate(rows) if not count]
    seen = carrier.stats()
    doubled = int(seen["twice"]) + sum(count - 1 for count in rows if count > 1)
    faults = [*lost[:5], *drift[:5], *house.audit()]
    if doubled:
        faults.append(f"{doubled} messages were sent or made twice")
    if states["unknown"] > 2 * WINDOW * kills:
        faults.append(f"{states['unknown']} messages are unknown, of at most {2 * WINDOW * kills}")
    if stuck := house.ask(_OPEN)[0]:
        faults.append(f"{stuck} messages are in no state that stays")
    return Verdict(states, len(lost), doubled, len(drift), faults)


def report(kills: Sequence[Kill], verdict: Verdict) -> list[str]:
    """Write the tables, in Markdown."""
    lines = ["", "| killed | at message | next message after |", "|---|---:|---:|"]
    lines += [f"| {kill.victim} | {kill.submits:,} | {_seconds(kill.recovery)} |" for kill in kills]
    lines += ["", "| state | messages |", "|---|---:|"]
    lines += [f"| {state} | {count:,} |" for state, count in sorted(verdict.states.items())]
    lines += [f"| **all** | {verdict.states.total():,} |", ""]
    lines.append(f"lost: {verdict.lost}, doubled: {verdict.doubled}, drift: {verdict.drift}")
    lines += verdict.faults or ["audit: ok"]
    return lines


def _seconds(recovery: float | None) -> str:
    return "(there was none)" if recovery is None else f"{recovery:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
