from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.panel import cut as cutting
from cablegram.panel.cut import Sample, cut
from cablegram.text import gsm0338
from cablegram.text.transliterate import PLAIN, plain

CREDIT = 1_000_000


def test_a_plain_text_is_one_strip_and_nothing_is_wrong_with_it() -> None:
    found = cut("Your table is ready")
    assert found is not None
    assert (found.encoding, found.units, len(found.segments)) == ("gsm0338", 19, 1)
    assert (found.bad, found.swaps, found.problem) == ([], {}, "")


def test_typography_that_doubles_the_price_is_named_once_with_its_place() -> None:
    text = "We\u2019re open, it\u2019s late \u2013 " + "a" * 80
    found = cut(text, unit_price=2 * CREDIT)
    assert found is not None
    assert found.bad == [("\u2019", "right single quotation mark", 3), ("\u2013", "en dash", 23)]
    assert found.swaps == {"\u2019": "'", "\u2013": "-"}
    assert (len(found.segments), found.fewer, found.saves) == (2, 1, 2 * CREDIT)


def test_letters_are_named_but_never_replaced() -> None:
    found = cut("Привіт, Ana")
    assert found is not None
    assert found.bad[0] == ("П", "cyrillic capital letter pe", 1)
    assert found.swaps == {}
    assert found.fewer == 0


def test_a_text_in_another_script_is_not_blamed_for_its_letters() -> None:
    found = cut("Дякую! А можна забрати у суботу – о десятій?")
    assert found is not None
    assert found.encoding == "ucs2"
    assert found.bad == []


def test_a_character_without_a_name_is_called_by_its_number() -> None:
    found = cut("note \ue000")
    assert found is not None
    assert found.bad == [("\ue000", "u+e000", 6)]


def test_what_a_value_adds_is_cut_but_not_blamed_on_the_words() -> None:
    found = cut("Hi {{ name }}, welcome", [Sample("Олена", "Hi Олена, welcome", ["Олена"])])
    assert found is not None
    assert (found.encoding, found.bad, found.who) == ("ucs2", [], "Олена")


def test_a_text_that_is_too_short_is_drawn_with_its_problem() -> None:
    found = cut("Hi")
    assert found is not None
    assert "at least 5" in found.problem


@pytest.mark.parametrize("text", ["", "half \ud83d"])
def test_nothing_to_cut_is_none(text: str) -> None:
    assert cut(text) is None


def test_without_a_tariff_no_saving_is_promised() -> None:
    found = cut("We\u2019re open")
    assert found is not None
    assert found.saves is None


@pytest.mark.parametrize("char", PLAIN)
def test_every_plain_form_fits_gsm_and_its_original_does_not(char: str) -> None:
    assert gsm0338.is_gsm(PLAIN[char])
    assert not gsm0338.is_gsm(char)


@given(st.text())
def test_making_plain_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_the_longest_text_is_shown_and_the_saving_is_of_all() -> None:
    typed = "We\u2019re open, {{ name }}" + "a" * 60
    people = [Sample(name, typed.replace("{{ name }}", name)) for name in ("Ana", "Олена", "Zo" + "e" * 20)]
    found = cut(typed, people, unit_price=CREDIT)
    assert found is not None
    assert found.who == "Zo" + "e" * 20
    assert (found.sampled, found.helped, found.fewer, found.saves) == (3, 2, 2, 2 * CREDIT)


def test_people_whose_text_can_not_be_drawn_are_left_out() -> None:
    found = cut("Hi {{ name }}", [Sample("Ana", "Hi Ana"), Sample("nobody", "Hi \ud83d")])
    assert found is not None
    assert (found.who, found.sampled) == ("Ana", 1)


def test_three_dots_for_one_never_cost_more() -> None:
    found = cut("Привіт\u2026 " + "я" * 62, unit_price=CREDIT)
    assert found is not None
    assert (found.swaps, found.fewer, found.saves) == ({"\u2026": "..."}, 0, 0)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_the_strips_together_are_the_text(text: str) -> None:
    found = cutting.cut(text)
    assert found is not None
    assert "".join(segment.text for segment in found.segments) == text
