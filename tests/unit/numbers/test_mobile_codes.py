"""Codes of mobile networks: what an IMSI begins with."""

from __future__ import annotations

import pytest

from cablegram.kit.errors import InvalidInput
from cablegram.numbers.mobile_codes import REGIONS, read_code, read_imsi


@pytest.mark.req("R33")
@pytest.mark.parametrize(
    ("imsi", "parts"),
    [
        ("310410123456789", ("310", "410", "123456789")),
        ("214071234567890", ("214", "07", "1234567890")),
        ("21407", ("214", "07", "")),
        ("310-410", ("310", "410", "")),
        ("405 07 1234567890", ("405", "07", "1234567890")),
        ("405 756 123456789", ("405", "756", "123456789")),
        ("001011234567890", ("001", "01", "1234567890")),
    ],
)
def test_the_length_of_the_network_follows_from_the_country(imsi: str, parts: tuple[str, str, str]) -> None:
    found = read_imsi(imsi)
    assert (found.mcc, found.mnc, found.subscriber) == parts


@pytest.mark.req("R33")
def test_networks_that_are_known_decide_where_a_country_has_both_lengths() -> None:
    assert read_imsi("35099123", {("350", "99")}).mnc == "99"
    assert read_imsi("350007123", {("350", "00"), ("350", "007")}).mnc == "007"
    assert read_imsi("31026", {("310", "26")}).mnc == "26"


@pytest.mark.req("R33")
def test_the_first_digit_says_which_part_of_the_world() -> None:
    assert {digit: read_imsi(f"{digit}0101234567").region for digit in REGIONS} == REGIONS
    assert REGIONS["9"] == "Satellite, air, sea, Antarctica"
    assert set(REGIONS) == set("02345679")


@pytest.mark.req("R33")
@pytest.mark.parametrize(
    "text", ["", "2140", "31041", "1140712345", "81407123", "2140712345678901", "21407x", "٢١٤٠٧١٢٣"]
)
def test_what_can_be_no_imsi_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no IMSI"):
        read_imsi(text)


@pytest.mark.req("R33")
def test_the_code_of_a_network_is_text_of_two_digits_or_three() -> None:
    assert read_code("214", "07") == ("214", "07")
    for mcc, mnc in (("114", "07"), ("21", "07"), ("214", "7"), ("214", "0007"), ("214", "0a")):
        with pytest.raises(InvalidInput) as refused:
            read_code(mcc, mnc)
        assert refused.value.code == "network_code_invalid"
