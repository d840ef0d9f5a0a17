"""How carriers write ids in receipts, compared with their answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.connectors.model import IdForm
from cablegram.dispatch.id_forms import id_forms, telling
from cablegram.smpp.receipt import canonical


@pytest.mark.parametrize(
    ("answered", "reported", "form"),
    [
        ("1a2b3c", "1A2B3C", IdForm.SAME),
        ("0000012345", "12345", IdForm.SAME),
        ("12345", "0000012345", IdForm.SAME),
        ("1A2B3C", "1715004", IdForm.HEX_THEN_DECIMAL),
        ("001A2B3C", "0001715004", IdForm.HEX_THEN_DECIMAL),
        ("1715004", "1A2B3C", IdForm.DECIMAL_THEN_HEX),
        ("1715004", "001a2b3c", IdForm.DECIMAL_THEN_HEX),
        ("01890a5d-ac96-774b-bcce-b302099a8057", "01890A5D-AC96-774B-BCCE-B302099A8057", IdForm.SAME),
    ],
)
def test_an_id_is_found_in_every_form_and_in_the_one_that_is_known(answered: str, reported: str, form: IdForm) -> None:
    stored = canonical(answered)
    assert (form, stored) in id_forms(reported, IdForm.UNKNOWN)
    assert id_forms(reported, form) == [(form, stored)]


def test_the_plain_form_is_trusted_first() -> None:
    assert [form for form, _ in id_forms("1234", IdForm.UNKNOWN)] == [
        IdForm.SAME,
        IdForm.HEX_THEN_DECIMAL,
        IdForm.DECIMAL_THEN_HEX,
    ]


def test_an_id_that_can_t_be_of_the_known_form_has_none() -> None:
    assert id_forms("message-17", IdForm.HEX_THEN_DECIMAL) == []
    assert id_forms("message-17", IdForm.UNKNOWN) == [(IdForm.SAME, "message-17")]


@given(st.integers(1, 2**64))
def test_hexadecimal_and_decimal_find_each_other(number: int) -> None:
    assert (IdForm.HEX_THEN_DECIMAL, f"{number:x}") in id_forms(str(number), IdForm.UNKNOWN)
    assert (IdForm.DECIMAL_THEN_HEX, str(number)) in id_forms(f"{number:016X}", IdForm.UNKNOWN)


def test_short_ids_prove_nothing_since_they_may_read_the_same_by_chance() -> None:
    assert telling([(IdForm.SAME, "7"), (IdForm.DECIMAL_THEN_HEX, "123")]) is None
    assert telling([(IdForm.SAME, "7"), (IdForm.HEX_THEN_DECIMAL, "1a2b")]) is IdForm.HEX_THEN_DECIMAL
    assert telling([]) is None
