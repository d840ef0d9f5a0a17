from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.text.encoding import Encoding
from cablegram.text.profiles import FLAT120, FLAT160, GSM0338, PROFILES, Profile, bill, flat
from cablegram.text.segments import Measure, measure


@pytest.mark.req("R42")
@pytest.mark.parametrize(("length", "pieces"), [(1, 1), (160, 1), (161, 2), (240, 2), (320, 2), (321, 3), (1600, 10)])
def test_stores_are_billed_by_started_160_characters(length: int, pieces: int) -> None:
    assert bill("a" * length, FLAT160).segments == pieces
    assert bill("€" * length, FLAT160).segments == pieces  # characters, whatever they take on the wire
    assert bill("😀" * length, FLAT160).segments == pieces


@pytest.mark.req("R42")
def test_a_store_text_of_1601_characters_is_refused() -> None:
    with pytest.raises(InvalidInput, match="has 1601 characters; flat160 takes 1600") as caught:
        bill("a" * 1601, FLAT160)
    assert caught.value.code == "text_too_long"


@pytest.mark.req("R43")
@pytest.mark.parametrize(("length", "pieces"), [(0, 1), (120, 1), (121, 2), (240, 2), (241, 3), (10_000, 84)])
def test_a_gateway_with_120_usable_characters_bills_by_them(length: int, pieces: int) -> None:
    assert bill("a" * length, FLAT120).segments == pieces


@pytest.mark.req("R44")
def test_241_characters_are_three_pieces_at_flat120_and_two_segments_in_gsm() -> None:
    text = "a" * 241
    assert [bill(text, PROFILES[name]).segments for name in ("flat120", "gsm0338", "flat160")] == [3, 2, 2]
    assert bill(text, FLAT120) == Measure(Encoding.GSM0338, 3, 241, 119, 120)


@pytest.mark.req("R43")
def test_a_gateway_can_have_figures_of_its_own() -> None:
    assert flat() == FLAT120
    assert flat(limit=140, overhead=10).usable == 130
    assert bill("a" * 101, flat(limit=127, overhead=7, usable=100)).segments == 2


@pytest.mark.req("R43")
@pytest.mark.parametrize("figures", [{"overhead": 6}, {"usable": 121}, {"usable": 0}, {"limit": 7}])
def test_figures_that_cannot_be_are_refused(figures: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match="change one of the three") as caught:
        flat(**figures)
    assert caught.value.code == "bad_profile"


@pytest.mark.req("R38", "R44")
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_the_default_profile_counts_what_the_network_cuts(text: str) -> None:
    assert bill(text) == bill(text, GSM0338) == measure(text)


@pytest.mark.req("R42", "R43")
@given(st.text(max_size=1600), st.sampled_from([FLAT120, FLAT160]))
def test_flat_pieces_hold_the_text_and_one_less_would_not(text: str, profile: Profile) -> None:
    found = bill(text, profile)
    assert found.units + found.units_left == found.segments * found.per_segment
    assert 0 <= found.units_left < found.per_segment or not text
