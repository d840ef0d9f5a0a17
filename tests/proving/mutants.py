"""Prove that the proof works: plant known bugs, one at a time, and see each of them caught.

    python -m proving.mutants                 all of tests/mutants
    python -m proving.mutants 04 08           some of them

Each patch in tests/mutants is a bug that other products shipped. It is applied to a copy of the tree, and the crash
harness (tests/proving) or a part of the suite runs there. The head of a patch says which:

    Judged at: desk.committed claim.sent      the judge of the crash harness, at these fail points
    Suite: tests/unit/smpp                    the tests of this folder

A bug is caught when something is found wrong. The same runs without any patch must find nothing: that is `00-none`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from proving import kept
from proving.saying import say

ROOT = Path(__file__).resolve().parents[2]
PATCHES = ROOT / "tests" / "mutants"
SEEDS = 2
_PATIENCE = 240.0  # seconds for one command
_STILL = 15.0  # seconds without any move in a run: then it is stuck


@dataclass(frozen=True, slots=True)
class Mutant:
    """A planted bug: its patch, what it does, and who is to catch it."""

    name: str
    patch: Path | None
    about: str
    points: tuple[str, ...]
    suite: tuple[str, ...]


def read(path: Path) -> Mutant:
    """Read a patch's head."""
    head = path.read_text(encoding="utf-8").partition("\n--- ")[0]
    about = head.split("\n", 1)[0]
    return Mutant(path.stem, path, about, _words(head, "Judged at"), _words(head, "Suite"))


def _words(head: str, name: str) -> tuple[str, ...]:
    found = re.search(rf"^{name}: (.+)$", head, re.MULTILINE)
    return tuple(found[1].split()) if found else ()


def plant(mutant: Mutant, into: Path) -> None:
    """Copy the tree, as git knows it, and apply the patch. Raises CalledProcessError when it does not fit any more."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(
        ["tar", "-c", "--null", "--ignore-failed-read", "-T", "-", "-f", str(into / "tree.tar")],
        cwd=ROOT,
        input=listed.stdout,
        check=True,
    )
    subprocess.run(["tar", "-x", "-f", "tree.tar"], cwd=into, check=True)
    if mutant.patch:
        fit(mutant.patch, into)


def fit(patch: Path, into: Path) -> None:
    """Apply a patch to a tree, where each of its lines stands as it is written. Raises CalledProcessError."""
    subprocess.run(["patch", "-p0", "--quiet", "--fuzz=0", "-i", str(patch)], cwd=into, check=True)


def catch(mutant: Mutant, tree: Path) -> list[str]:
    """Run what is to catch it, until it is caught; return what was found wrong."""
    tests = str(tree / "tests")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([tests, str(tree)])}
    found = _judged(tree, environ, mutant.points) if mutant.points else []
    if mutant.suite and not found:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", *mutant.suite]
        done = subprocess.run(
            command, cwd=tree, env=environ, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        if done.returncode not in {0, 1}:
            raise RuntimeError(f"the suite broke: {done.stdout}{done.stderr}")
        found = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    return found


def _judged(tree: Path, environ: dict[str, str], points: Sequence[str]) -> list[str]:
    """Run the crash harness at these points until it finds something."""
    results = tree / "results.jsonl"
    command = [sys.executable, "-m", "proving", *(word for point in points for word in ("--point", point))]
    command += ["--seeds", str(SEEDS), "--deaths", "1", "--jobs", "1", "--stop-at-fault"]
    done = subprocess.run(
        [*command, "--minutes", str(_PATIENCE / 60), "--patience", str(_STILL), "--kept", str(results)],
        cwd=tree,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE * 2,
    )
    lines = kept.read(results)
    if not lines or any(kept.is_stuck(line) for line in lines):
        raise RuntimeError(f"the crash harness broke: {lines} {done.stdout}{done.stderr}")
    return [f"{line['chain']}: {fault}" for line in lines for fault in line["faults"]]


def _try(mutant: Mutant) -> tuple[float, list[str]]:
    """Plant one and have it caught; return the seconds that took, and what was found."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cablegram-mutant-") as folder:
        plant(mutant, Path(folder))
        found = catch(mutant, Path(folder))
    return time.monotonic() - began, found


def _tell(mutant: Mutant, seconds: float, found: Sequence[str]) -> bool:
    """Print what came of one; return whether that is as it should be."""
    verdict = "caught" if found else "clean" if mutant.patch is None else "NOT CAUGHT"
    say(f"{mutant.name}: {verdict} in {seconds:.0f} s. {mutant.about}")
    for line in found[:2]:
        say(f"    {line[:200]}")
    return bool(found) is (mutant.patch is not None)


def main() -> int:
    """Plant all and print a table; 1 if one was not caught, or if something is wrong without any."""
    parser = argparse.ArgumentParser(
        prog="proving.mutants", description="Plant known bugs and see each of them caught."
    )
    parser.add_argument("names", nargs="*", help="how the names of those begin that are wanted; all of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many are tried at the same time")
    given = parser.parse_args()
    began = time.monotonic()
    mutants = [read(path) for path in sorted(PATCHES.glob("*.patch"))]
    points = tuple(dict.fromkeys(point for mutant in mutants for point in mutant.points))
    mutants = [Mutant("00-none", None, "No bug at all.", points, ()), *mutants]
    chosen = [mutant for mutant in mutants if not given.names or mutant.name.startswith(tuple(given.names))]
    with ThreadPoolExecutor(given.jobs) as pool:
        # 00-none comes first because it takes longest; what is said stands in order.
        right = [_tell(mutant, *tried) for mutant, tried in zip(chosen, pool.map(_try, chosen), strict=True)]
    planted = [(mutant, is_right) for mutant, is_right in zip(chosen, right, strict=True) if mutant.patch]
    caught = [mutant for mutant, is_right in planted if is_right]
    judged = sum(bool(mutant.points) for mutant in caught)
    minutes = (time.monotonic() - began) / 60
    say(f"{len(caught)} of {len(planted)} caught, {judged} of them by the judge, in {minutes:.1f} minutes")
    return int(not all(right))


if __name__ == "__main__":
    sys.exit(main())
