"""What commands print, and to whom."""

from __future__ import annotations

import os
import sys

import pytest

from cablegram.cli.output import say


def test_a_reader_that_has_enough_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        say("one line", {}, as_json=False)
        say("another", {}, as_json=False)
