"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.csvio import guard, unguard


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1-2", "'+1-2"),
        ("-2+3", "'-2+3"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("-", "'-"),
        ("+34600000118", "+34600000118"),
        ("-12.5", "-12.5"),
        ("+1,5", "+1,5"),
        ("plain", "plain"),
        ("", ""),
        ("'tis", "'tis"),
    ],
)
def test_what_begins_like_a_formula_gets_an_apostrophe(cell: str, written: str) -> None:
    assert guard(cell) == written
    assert unguard(written) == cell


@given(st.text())
def test_what_was_guarded_comes_back_as_it_was(cell: str) -> None:
    assert guard(cell)[:1] not in set("=@\t\r")
    if not cell.startswith("'"):
        assert unguard(guard(cell)) == cell
