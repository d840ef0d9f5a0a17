"""The list of requirements and the marks of tests agree."""

from __future__ import annotations

import subprocess
import sys

from house.reading import ROOT


def test_whatever_is_called_done_is_named_by_a_test_and_tests_name_what_exists() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/requirements.py", "--short"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "172 requirements:" in done.stdout
