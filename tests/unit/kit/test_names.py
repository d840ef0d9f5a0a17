from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.kit.names import read_name, read_note


def test_spaces_around_a_name_are_no_part_of_it() -> None:
    assert read_name("  Inés & Co.  ") == "Inés & Co."
    assert read_note("  ") == ""


@pytest.mark.parametrize("text", ["", "   ", "x" * 101, "a\nb", "a\0b", "a\u2028b", "a\ud800b", "a\x1b[31mb"])
def test_a_name_that_no_screen_could_show_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_name(text, field="login")
    assert caught.value.code == "bad_name"
    assert [fault.field for fault in caught.value.faults] == ["login"]


def test_a_note_may_be_longer_but_not_endless() -> None:
    assert read_note("x" * 500) == "x" * 500
    with pytest.raises(InvalidInput):
        read_note("x" * 501)


@given(st.text())
def test_what_is_taken_can_be_stored_and_stands_on_one_line(text: str) -> None:
    try:
        name = read_name(text)
    except InvalidInput:
        return
    assert name == name.strip()
    assert len(name.encode()) >= 1
    assert name.isprintable() or len(name.splitlines()) == 1
    assert "\0" not in name
