"""The long form: kill the system at each fail point with many seeds, and keep a table of what came of it.

    python -m proving --minutes 90                        goes on where the last one stopped: 100 seeds a point
    python -m proving --point desk.committed              one point alone
    python -m proving --chain desk.committed@17           that run, whether it was done before or not
    python -m proving --minutes 0                         only prints the table

A run has a chain of up to eight deaths, at points with seeds of their own. Each is a line of JSON in
.prove/results.jsonl, which names the state of the code by a hash. What counts towards the hundred is what was reached
in the code as it is now; lines of earlier states stay in the file and in the last line of the table.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import format_exception
from types import FrameType

from cablegram.runtime.children import Child
from cablegram.runtime.failpoints import POINTS
from proving import kept
from proving.keeper import Keeper, keeping
from proving.planning import LONGEST, Chain, chained, read_chain
from proving.saying import say
from testbed import memory

_LOOK = 0.5  # seconds between looks at those who do the runs
_SAY_EVERY = 60.0
_STOP = ((signal.SIGTERM, 30.0),)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; `job` of `jobs`: this process does every so manieth run."""

    minutes: float
    seeds: int
    points: tuple[str, ...]
    chain: Chain | None
    longest: int
    results: Path
    jobs: int
    job: int | None
    patience: float
    stops_at_fault: bool

    def chains(self, code: str) -> list[Chain]:
        """Return the runs that are still to be done."""
        if self.chain is not None:
            return [self.chain]
        missing = kept.still_to_do(kept.of_code(kept.read(self.results), code), self.points, self.seeds)
        return chained(missing, self.longest)


def read_wish(words: Sequence[str]) -> Wish:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="proving", description="Kill the system again and again.")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long to go on")
    parser.add_argument("--seeds", type=int, default=100, help="in how many runs each point is to be reached")
    parser.add_argument("--point", choices=sorted(POINTS), action="append", help="only this point; may be repeated")
    parser.add_argument("--chain", type=read_chain, help="only this run, POINT@SEED,..., though it was done before")
    parser.add_argument("--deaths", type=int, default=LONGEST, help="how many deaths a run has at most")
    parser.add_argument("--kept", type=Path, default=Path(".prove/results.jsonl"), help="the file of all results")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many runs go on at the same time")
    parser.add_argument("--job", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--patience", type=float, default=60.0, help="seconds in which nothing at all may happen")
    parser.add_argument("--stop-at-fault", action="store_true", help="do no more runs after the first fault")
    given = parser.parse_args(words)
    return Wish(
        given.minutes,
        given.seeds,
        tuple(given.point or POINTS),
        given.chain,
        given.deaths,
        given.kept,
        given.jobs,
        given.job,
        given.patience,
        given.stop_at_fault,
    )


def main() -> int:
    """Do runs and print the table; 1 if anything of this code was lost, doubled, off, stuck or too much in question."""
    wish = read_wish(sys.argv[1:])
    wish.results.parent.mkdir(parents=True, exist_ok=True)
    code = kept.state_of_code()
    signal.signal(signal.SIGTERM, _end)  # so that what we started ends, too
    if wish.job is not None:
        _do(wish, wish.job, code)
        return 0
    has_broken = wish.minutes > 0 and not _have_done(wish, code)
    lines = kept.read(wish.results)
    say("\n".join(kept.table(lines, code)))
    bad = [line for line in kept.of_code(lines, code) if line["faults"]]
    for line in bad:
        say(f"{line['chain']}: {line['faults'][0]}")
        say(f"    once more: make prove ARGS='--chain {line['chain']}'")
    return 2 if has_broken else int(bool(bad))


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the form of a signal's handler
    sys.exit(128 + number)


def _have_done(wish: Wish, code: str) -> bool:
    """Let as many processes as are wanted do the runs, in rounds; tell whether all of them ended well."""
    until = time.monotonic() + wish.minutes * 60
    while (left := len(wish.chains(code))) and (seconds := until - time.monotonic()) > 0:
        jobs = min(wish.jobs, left)
        command = [sys.executable, "-m", "proving", *sys.argv[1:], "--minutes", str(seconds / 60), "--jobs", str(jobs)]
        workers = [Child([*command, "--job", str(job)], at_our_end=signal.SIGTERM) for job in range(jobs)]
        try:
            _wait(wish, workers, left, code)
        finally:
            codes = [worker.stop(_STOP) for worker in workers]
        if any(codes):
            say(f"a process of ours ended with {max(codes, key=abs)}")
            return False
        if wish.chain is not None or (wish.stops_at_fault and _faults(wish, code)):
            break
    return True


def _wait(wish: Wish, workers: Sequence[Child], left: int, code: str) -> None:
    """Wait for all, and say every minute how far they are."""
    began, said = time.monotonic(), time.monotonic()
    before = _runs(wish)
    while any(worker.exit_code() is None for worker in workers):
        time.sleep(_LOOK)
        now = time.monotonic()
        if now - said >= _SAY_EVERY:
            done, said = _runs(wish) - before, now
            rest = (left - done) * (now - began) / max(1, done) / 60
            say(f"{done} of {left} runs, {_faults(wish, code)} of them bad; {rest:.0f} minutes for the rest")


def _runs(wish: Wish) -> int:
    lines = kept.read(wish.results)
    return sum(line.get("chain", "").startswith(f"{line['point']}@{line['seed']}") for line in lines)


def _faults(wish: Wish, code: str) -> int:
    return sum(bool(line["faults"]) for line in kept.of_code(kept.read(wish.results), code))


def _do(wish: Wish, job: int, code: str) -> None:
    """Do our share of the runs that are still to be done. What is left of a run that went wrong stays where it is."""
    until = time.monotonic() + wish.minutes * 60
    chains = wish.chains(code)[job :: wish.jobs]  # before anybody writes down what was done
    folder = Path(tempfile.mkdtemp(prefix="cablegram-proving-", dir=memory()))
    has_faults = False
    with keeping(folder, patience=wish.patience) as keeper, wish.results.open("a", encoding="utf-8") as results:
        for chain in chains:
            if time.monotonic() > until or (has_faults and wish.stops_at_fault):
                break
            lines = _lines(keeper, chain, code)
            results.write("".join(json.dumps(line) + "\n" for line in lines))
            results.flush()
            if lines[0]["faults"]:
                has_faults = True
                say(f"{chain}: {lines[0]['faults']}; more is in {folder}")
    if not has_faults:
        shutil.rmtree(folder, ignore_errors=True)


def _lines(keeper: Keeper, chain: Chain, code: str) -> list[kept.Line]:
    try:
        return kept.lines_of(keeper.run(chain), code)
    except Exception as error:  # noqa: BLE001 - kept as what came of this run; the next one has its own ground
        return kept.stuck_lines(chain, code, "".join(format_exception(error))[-600:])


if __name__ == "__main__":
    sys.exit(main())
