"""The list of requirements and the marks of tests agree."""

from __future__ import annotations

import subprocess
import sys

from house.reading import ROOT
from system import unmeasured


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/requirements.py", "--short", *words],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=unmeasured(),
    )


def test_whatever_is_called_done_is_named_by_a_test_and_tests_name_what_exists() -> None:
    done = run()
    assert done.returncode == 0, done.stderr
    assert "172 requirements:" in done.stdout


def test_a_range_is_shown_and_what_it_lacks_is_named() -> None:
    done = run("R37-R40", "R17")
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[:5]] == ["R17", "R37", "R38", "R39", "R40"]
    assert "5 requirements:" in done.stdout
    lacking = run("R38-39", "R999")
    assert (lacking.returncode, lacking.stderr) == (1, "R999 is no requirement\n")
    assert run("R40-R38").returncode == 2
