"""The kept results: a line of JSON for each death that was planned, which names the state of the code; and the table.

A run has a chain of deaths, and each of its lines names the whole chain. What is found wrong in a run stands in the
first of its lines alone, so that sums are right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from cablegram.runtime.failpoints import POINTS
from proving.planning import Chain, Plan, plan_of
from proving.runs import Result

ROOT = Path(__file__).resolve().parents[2]
FAULTS = ("lost", "doubled", "drift")
_MOST_TRIES = 3  # for each run that is wanted: a point that is passed too seldom is no reason to go on for ever
_HEAD = "| point | runs | reached | PostgreSQL | lost | doubled | drift | stuck | unknown at most | texts again | s |"

Line = dict[str, Any]


def state_of_code(root: Path = ROOT) -> str:
    """Name the state of the product's code: the same for the same Python and SQL, whatever git thinks of it."""
    digest = hashlib.sha256()
    for path in sorted(path for kind in ("py", "sql") for path in (root / "cablegram").rglob(f"*.{kind}")):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def read(path: Path) -> list[Line]:
    """Read all lines; there are none before the first run."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def of_code(lines: Sequence[Line], code: str) -> list[Line]:
    """Return what was found of this state of the code."""
    return [line for line in lines if line.get("code") == code]


def still_to_do(lines: Sequence[Line], points: Sequence[str], seeds: int) -> list[Plan]:
    """Return plans until each point was reached in so many runs: first all points with one seed, then with the next."""
    wanted: list[tuple[int, int, Plan]] = []
    for place, point in enumerate(points):
        mine = [line for line in lines if line["point"] == point]
        tried = {line["seed"] for line in mine}
        missing = seeds - sum(line["fired"] for line in mine)
        fresh = [seed for seed in range(seeds * _MOST_TRIES) if seed not in tried][: max(0, missing)]
        wanted += [(seed, place, plan_of(point, seed)) for seed in fresh]
    return [plan for _, _, plan in sorted(wanted, key=lambda one: one[:2])]


def lines_of(result: Result, code: str) -> list[Line]:
    """Write down a run that came to its end."""
    verdict = result.verdict
    found: dict[str, Any] = {
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "drift": len(verdict.drift),
        "again": verdict.again,
        "faults": result.faults[:20],
    }
    each: dict[str, Any] = {
        "deaths": result.deaths,
        "seconds": round(result.seconds / len(result.chain.plans), 2),
        "unknown": verdict.unknown,
    }
    lines = [{**_head(plan, result.chain, code), "fired": plan.point in result.fired} for plan in result.chain.plans]
    return [{**line, **each, **(_NOTHING if place else found)} for place, line in enumerate(lines)]


def stuck_lines(chain: Chain, code: str, why: str) -> list[Line]:
    """Write down a run that came to none."""
    zero = {"fired": False, "deaths": 0, "seconds": 0.0, "unknown": 0, **_NOTHING}
    lines = [{**_head(plan, chain, code), **zero} for plan in chain.plans]
    lines[0]["faults"] = [why]
    return lines


_NOTHING: dict[str, Any] = {**dict.fromkeys((*FAULTS, "again"), 0), "faults": []}


def _head(plan: Plan, chain: Chain, code: str) -> Line:
    victim = "postgres" if plan.kills_server else "ours"
    head = {"code": code, "point": plan.point, "seed": plan.seed, "victim": victim, "hit": plan.aim.hit}
    return {**head, "chain": str(chain)}


def is_stuck(line: Line) -> bool:
    """Tell whether a run went wrong in another way than that something was lost, doubled or off."""
    return bool(line["faults"]) and not any(line[what] for what in FAULTS)


def table(lines: Sequence[Line], code: str) -> Iterator[str]:
    """Return the results of this code by fail point, in Markdown; the sums of this code, and of all that is kept."""
    yield _HEAD
    yield "|---|" + "---:|" * 10
    current = of_code(lines, code)
    for point in POINTS:
        if mine := [line for line in current if line["point"] == point]:
            yield _row(f"`{point}`", mine)
    if current:
        yield _row(f"**this code, {code}**", current)
    if lines:
        codes = len({line.get("code") for line in lines})
        yield _row(f"**all that is kept, of {codes} states of the code**", lines)


def _row(name: str, mine: Sequence[Line]) -> str:
    cells = [
        len(mine),
        sum(line["fired"] for line in mine),
        sum(line["victim"] == "postgres" for line in mine),
        *(sum(line[what] for line in mine) for what in FAULTS),
        sum(is_stuck(line) for line in mine),
        max(line["unknown"] for line in mine),
        sum(line["again"] for line in mine),
        f"{median(line['seconds'] for line in mine):.1f}",
    ]
    return f"| {name} | {' | '.join(map(str, cells))} |"
