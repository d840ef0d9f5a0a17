"""The planted bugs fit the code as it is, so that `make mutants` tries what their heads say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from proving.mutants import PATCHES, ROOT, fit, read


@pytest.mark.parametrize("patch", sorted(PATCHES.glob("*.patch")), ids=lambda patch: patch.stem)
def test_a_planted_bug_fits_and_can_be_run(patch: Path, tmp_path: Path) -> None:
    places = re.findall(r"^\+\+\+ (\S+)", patch.read_text(encoding="utf-8"), re.MULTILINE)
    for place in places:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / place, tmp_path / place)
    fit(patch, tmp_path)
    for place in places:
        if place.endswith(".py"):
            compile((tmp_path / place).read_text(encoding="utf-8"), place, "exec")
    assert read(patch).points or read(patch).suite
