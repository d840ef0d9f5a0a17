"""Cells of a workbook as a person would type them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from cablegram.contacts.workbook_child import written


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Ana", "Ana"),
        (34600000118.0, "34600000118"),
        (12.5, "12.5"),
        (True, "yes"),
        (False, "no"),
        (datetime(2026, 5, 3), "2026-05-03"),  # noqa: DTZ001 - a sheet knows no zones
        (datetime(2026, 5, 3, 9, 30), "2026-05-03 09:30:00"),  # noqa: DTZ001 - as above
        (date(2026, 5, 3), "2026-05-03"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=1), "1:00:00"),
    ],
)
def test_a_cell_is_written_as_a_person_would_type_it(cell: object, text: str) -> None:
    assert written(cell) == text
