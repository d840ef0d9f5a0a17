"""The long form: kill the system at each fail point with many seeds, and keep a table of what came of it.

    python -m proving --minutes 90                 goes on where the last one stopped, until 100 seeds a point are done
    python -m proving --point desk.committed       one point alone
    python -m proving --minutes 0                  only prints the table

Each run is a line of JSON in .prove/results.jsonl; a run is never done twice.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from traceback import format_exception
from typing import Any

from cablegram.runtime.failpoints import POINTS
from proving.keeper import keeping
from proving.runs import Plan, Result, plans
from proving.saying import say

FAULTS = ("lost", "doubled", "drift")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; `share` of `shares`: this process does every so manieth run."""

    minutes: float
    seeds: int
    point: str | None
    kept: Path
    shares: int
    share: int | None
    patience: float
    stops_at_fault: bool


def read_wish(words: list[str]) -> Wish:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="proving", description="Kill the system again and again.")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long to go on")
    parser.add_argument("--seeds", type=int, default=100, help="how many runs a point are wanted in all")
    parser.add_argument("--point", choices=sorted(POINTS), help="only this point")
    parser.add_argument("--kept", type=Path, default=Path(".prove/results.jsonl"), help="the file of all results")
    parser.add_argument("--shares", type=int, default=2, help="how many runs go on at the same time")
    parser.add_argument("--share", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--patience", type=float, default=60.0, help="seconds that a run may take")
    parser.add_argument("--stop-at-fault", action="store_true", help="do no more runs after the first fault")
    given = parser.parse_args(words)
    return Wish(
        given.minutes,
        given.seeds,
        given.point,
        given.kept,
        given.shares,
        given.share,
        given.patience,
        given.stop_at_fault,
    )


def main() -> int:
    """Do runs and print the table; 1 if anything was ever lost, doubled, off, stuck or too much in question."""
    wish = read_wish(sys.argv[1:])
    wish.kept.parent.mkdir(parents=True, exist_ok=True)
    if wish.share is not None:
        return _do(wish, wish.share)
    if wish.minutes > 0:
        command = [sys.executable, "-m", "proving", *sys.argv[1:], "--shares", str(wish.shares)]
        sharers = [subprocess.Popen([*command, "--share", str(share)]) for share in range(wish.shares)]
        ends = [sharer.wait() for sharer in sharers]
        if any(ends):
            say(f"a process of ours ended with {max(ends, key=abs)}")
            return 2
    results = _kept(wish.kept)
    say("\n".join(table(results)))
    return int(any(line["faults"] for line in results))


def _do(wish: Wish, share: int) -> int:
    """Do our share of the runs that are still to be done."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that what we started ends, too
    until = time.monotonic() + wish.minutes * 60
    done = {(line["point"], line["seed"]) for line in _kept(wish.kept)}
    folder = Path(tempfile.mkdtemp(prefix="cablegram-proving-"))
    with keeping(folder, patience=wish.patience) as keeper, wish.kept.open("a", encoding="utf-8") as kept:
        for plan in _left(wish, share, done):
            if time.monotonic() > until:
                break
            try:
                line = _line(keeper.run(plan))
            except Exception as error:  # noqa: BLE001 - kept as what came of this run; the next one has its own ground
                line = _stuck(plan, "".join(format_exception(error))[-600:])
            kept.write(json.dumps(line) + "\n")
            kept.flush()
            if line["faults"]:
                say(f"{plan}: {line['faults']}; more is in {folder}")
                if wish.stops_at_fault:
                    break
    return 0


def _left(wish: Wish, share: int, done: set[tuple[str, int]]) -> Iterator[Plan]:
    every = [plan for seed in range(wish.seeds) for plan in plans(seed)]
    wanted = [plan for plan in every if wish.point in {None, plan.point} and (plan.point, plan.seed) not in done]
    yield from wanted[share :: wish.shares]


def _line(result: Result) -> dict[str, Any]:
    plan, verdict = result.plan, result.verdict
    return {
        "point": plan.point,
        "seed": plan.seed,
        "hit": result.hit,
        "victim": "postgres" if plan.kills_server else "ours",
        "fired": result.has_fired,
        "deaths": result.deaths,
        "seconds": round(result.seconds, 2),
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "drift": len(verdict.drift),
        "unknown": verdict.unknown,
        "again": verdict.again,
        "faults": result.faults[:20],
    }


def _stuck(plan: Plan, why: str) -> dict[str, Any]:
    zero = dict.fromkeys((*FAULTS, "hit", "deaths", "seconds", "unknown", "again"), 0)
    victim = "postgres" if plan.kills_server else "ours"
    return {**zero, "point": plan.point, "seed": plan.seed, "victim": victim, "fired": False, "faults": [why]}


def _kept(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(results: list[dict[str, Any]]) -> list[str]:
    """Return the results by fail point, in Markdown; the last line is all of them together."""
    lines = [
        "| point | runs | reached | PostgreSQL | lost | doubled | drift | stuck | unknown at most | texts again | s |",
        "|---|" + "---:|" * 10,
    ]
    for point in POINTS:
        mine = [line for line in results if line["point"] == point]
        if mine:
            lines.append(_row(f"`{point}`", mine))
    return [*lines, _row("**all**", results)] if results else lines


def _row(name: str, mine: list[dict[str, Any]]) -> str:
    sums = [sum(line[what] for line in mine) for what in FAULTS]
    stuck = sum(bool(line["faults"]) and not any(line[what] for what in FAULTS) for line in mine)
    cells = [
        len(mine),
        sum(line["fired"] for line in mine),
        sum(line["victim"] == "postgres" for line in mine),
        *sums,
        stuck,
        max(line["unknown"] for line in mine),
        sum(line["again"] for line in mine),
        f"{median(line['seconds'] for line in mine):.1f}",
    ]
    return f"| {name} | {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
