from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.text import gsm0338
from cablegram.text.encoding import Encoding, Offender, choose, offenders, utf16


@pytest.mark.req("R37")
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("", Encoding.GSM0338),
        ("Hello", Encoding.GSM0338),
        ("Año €5 [x]", Encoding.GSM0338),
        ("Привет", Encoding.UCS2),
        ("Hello `you`", Encoding.UCS2),
        ("Hello 😀", Encoding.UCS2),
        ("façade", Encoding.UCS2),
    ],
)
def test_one_character_outside_gsm_makes_a_text_unicode(text: str, encoding: Encoding) -> None:
    assert choose(text) is encoding


def test_encodings_have_a_word_for_the_api_and_a_number_for_the_database() -> None:
    assert [(one.value, one.code) for one in Encoding] == [("gsm0338", 0), ("ucs2", 1)]
    assert [Encoding.of(one.code) for one in Encoding] == list(Encoding)
    assert Encoding("ucs2") is Encoding.UCS2
    assert json.dumps(Encoding.UCS2) == '"ucs2"'


@pytest.mark.req("R45")
def test_offenders_are_named_with_place_and_code_point() -> None:
    found = offenders("a😀b’’")

    assert found == [Offender(1, "😀"), Offender(3, "’"), Offender(4, "’")]
    assert [one.code_point for one in found] == ["U+1F600", "U+2019", "U+2019"]


@pytest.mark.req("R37", "R45")
@given(st.text())
def test_a_text_without_its_offenders_is_gsm(text: str) -> None:
    found = offenders(text)
    places = {one.position for one in found}

    assert all(text[one.position] == one.character for one in found)
    assert gsm0338.is_gsm("".join(character for place, character in enumerate(text) if place not in places))
    assert bool(found) == (choose(text) is Encoding.UCS2)


def test_half_a_surrogate_pair_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidInput, match="Character 3 is half") as caught:
        utf16("ab\ud83d")

    assert caught.value.code == "bad_character"
