from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.text.encoding import Encoding
from cablegram.text.segments import Measure, Segment, measure, split

# Long runs of one character, so that every boundary is met; the alphabets hold what takes two units.
GSM_RUNS = st.lists(st.tuples(st.sampled_from("aé€[@"), st.integers(0, 170)), max_size=6)
UCS2_RUNS = st.lists(st.tuples(st.sampled_from("aж😀€中"), st.integers(0, 80)), max_size=6)
RUNS = st.one_of(GSM_RUNS, UCS2_RUNS).map(lambda runs: "".join(character * count for character, count in runs))
TEXTS = st.one_of(RUNS, st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))


@pytest.mark.req("R38")
@pytest.mark.parametrize(
    ("character", "count", "segments"),
    [
        *(("a", count, segments) for count, segments in [(160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)]),
        *(("ж", count, segments) for count, segments in [(70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]),
    ],
)
def test_plain_texts_follow_the_formulas(character: str, count: int, segments: int) -> None:
    assert measure(character * count).segments == segments
    assert len(split(character * count)) == segments


@pytest.mark.req("R38", "R39")
@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 152 + "€" + "a" * 152, 3),
        ("a" * 66 + "😀" + "a" * 66, 3),
        ("a" * 159 + "€", 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_pairs_are_never_split_over_two_segments(text: str, segments: int) -> None:
    assert measure(text).segments == segments
    assert len(split(text)) == segments


@pytest.mark.req("R39")
@pytest.mark.parametrize("character", list("^{}\\[~]|€\f"))
def test_a_character_of_the_extension_table_counts_two(character: str) -> None:
    assert measure(f"a{character}").units == 3


@pytest.mark.req("R38", "R45")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Measure(Encoding.GSM0338, 1, 0, 160, 160)),
        ("Hello", Measure(Encoding.GSM0338, 1, 5, 155, 160)),
        ("a" * 160, Measure(Encoding.GSM0338, 1, 160, 0, 160)),
        ("a" * 161, Measure(Encoding.GSM0338, 2, 161, 145, 153)),
        ("€" * 80, Measure(Encoding.GSM0338, 1, 160, 0, 160)),
        ("a" * 152 + "€" + "a" * 152, Measure(Encoding.GSM0338, 3, 306, 152, 153)),
        ("ж", Measure(Encoding.UCS2, 1, 1, 69, 70)),
        ("ж" * 71, Measure(Encoding.UCS2, 2, 71, 63, 67)),
        ("😀" * 35, Measure(Encoding.UCS2, 1, 70, 0, 70)),
        ("a" * 66 + "😀" + "a" * 66, Measure(Encoding.UCS2, 3, 134, 66, 67)),
    ],
)
def test_measure_says_units_and_what_still_fits(text: str, expected: Measure) -> None:
    assert measure(text) == expected


def test_an_empty_text_is_one_empty_segment() -> None:
    assert split("") == [Segment("", 0, 160)]


@pytest.mark.req("R40")
def test_a_segment_knows_how_many_units_it_may_hold() -> None:
    assert [(one.units, one.size) for one in split("a" * 160)] == [(160, 160)]
    assert [(one.units, one.size) for one in split("a" * 161)] == [(153, 153), (8, 153)]
    assert [(one.units, one.size) for one in split("ж" * 70)] == [(70, 70)]
    assert [(one.units, one.size) for one in split("ж" * 71)] == [(67, 67), (4, 67)]


@pytest.mark.req("R38", "R39")
@given(TEXTS)
def test_measure_and_split_agree(text: str) -> None:
    found, parts = measure(text), split(text)

    assert found.segments == len(parts)
    assert found.units == sum(part.units for part in parts)
    assert found.units_left == parts[-1].size - parts[-1].units
    assert found.per_segment == parts[0].size
    assert "".join(part.text for part in parts) == text


@pytest.mark.req("R38", "R39")
@given(TEXTS)
def test_parts_are_as_full_as_they_can_be(text: str) -> None:
    found, parts = measure(text), split(text)
    width = {Encoding.GSM0338: lambda character: 1 + (character in "^{}\\[~]|€\f"), Encoding.UCS2: _utf16_units}

    for part, following in pairwise(parts):
        assert part.units == sum(map(width[found.encoding], part.text))
        assert part.units + width[found.encoding](following.text[0]) > part.size
    assert all(0 < part.units <= part.size for part in parts) or text == ""


def _utf16_units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


@pytest.mark.parametrize("text", ["\ud800", "a\udc00b", "ж" * 100 + "\ud83d"])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    for deed in (measure, split):
        with pytest.raises(InvalidInput) as caught:
            deed(text)
        assert caught.value.code == "bad_character"
