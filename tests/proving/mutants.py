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

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from proving.__main__ import FAULTS
from proving.saying import say

ROOT = Path(__file__).resolve().parents[2]
PATCHES = ROOT / "tests" / "mutants"
SEEDS = 2
_PATIENCE = 240  # seconds for one command


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
        subprocess.run(["patch", "-p0", "--quiet", "-i", str(mutant.patch)], cwd=into, check=True)


def catch(mutant: Mutant, tree: Path) -> list[str]:
    """Run what is to catch it, until it is caught; return what was found wrong."""
    tests = str(tree / "tests")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([tests, str(tree)])}
    for point in mutant.points:
        if found := _judged(tree, environ, point):
            return found
    if mutant.suite:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", *mutant.suite]
        done = subprocess.run(
            command, cwd=tree, env=environ, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        if done.returncode not in {0, 1}:
            raise RuntimeError(f"the suite broke: {done.stdout}{done.stderr}")
        return [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    return []


def _judged(tree: Path, environ: dict[str, str], point: str) -> list[str]:
    kept = tree / f"{point}.jsonl"
    command = [sys.executable, "-m", "proving", "--point", point, "--seeds", str(SEEDS), "--shares", "1"]
    subprocess.run(
        [*command, "--minutes", "3", "--patience", "30", "--stop-at-fault", "--kept", str(kept)],
        cwd=tree,
        env=environ,
        capture_output=True,
        check=False,
        timeout=_PATIENCE,
    )
    lines = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    if not lines or any(line["faults"] and not any(line[what] for what in FAULTS) for line in lines):
        raise RuntimeError(f"the crash harness broke at {point}: {lines}")
    return [f"{point}: {fault}" for line in lines for fault in line["faults"]]


def main() -> int:
    """Plant all and print a table; 1 if one was not caught, or if something is wrong without any."""
    wanted = sys.argv[1:]
    mutants = [read(path) for path in sorted(PATCHES.glob("*.patch"))]
    points = tuple(dict.fromkeys(point for mutant in mutants for point in mutant.points))
    mutants = [Mutant("00-none", None, "No bug at all.", points, ()), *mutants]
    chosen = [mutant for mutant in mutants if not wanted or mutant.name.startswith(tuple(wanted))]
    faults = 0
    for mutant in chosen:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="cablegram-mutant-") as folder:
            plant(mutant, Path(folder))
            found = catch(mutant, Path(folder))
        is_right = bool(found) is (mutant.patch is not None)
        faults += not is_right
        verdict = "caught" if found else "clean" if mutant.patch is None else "NOT CAUGHT"
        say(f"{mutant.name}: {verdict} in {time.monotonic() - began:.0f} s. {mutant.about}")
        for line in found[:2]:
            say(f"    {line[:200]}")
    say(f"{len(chosen) - faults} of {len(chosen)} as they should be")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
