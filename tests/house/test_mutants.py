"""The planted bugs still fit the code that they are planted in; whether they are caught is told by `make mutants`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from house.reading import ROOT

PATCHES = sorted((ROOT / "tests" / "mutants").glob("*.patch"))


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_each_planted_bug_fits_the_code_as_it_is(patch: Path) -> None:
    words = ["patch", "-p0", "--dry-run", "--force", "-i", str(patch)]
    tried = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stdout


def test_ten_bugs_are_planted() -> None:
    assert len(PATCHES) == 10
