"""A text with variables as people would get it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.panel.cut import Sample
from cablegram.panel.personal import samples_of, variables_of, with_defaults

TEXT = 'Hi {{ name | default: "there" }}, {{ place }} and {{ place }}'


def test_variables_are_named_once_with_their_defaults() -> None:
    assert variables_of(TEXT) == [("name", "there"), ("place", None)]


@pytest.mark.parametrize("text", ["Hi {{ na", "{% if x %}", "Hi }}", "{{ 1 }}"])
def test_what_is_still_being_written_stands_as_it_is(text: str) -> None:
    assert variables_of(text) == []
    assert with_defaults(text) == [Sample("", text, [])]
    assert samples_of(text, [("Ana", {"name": "Ana"})]) == [Sample("", text, [])]


def test_without_people_a_variable_is_shown_by_its_default_or_its_name() -> None:
    shown = [Sample("", "Hi there, place and place", ["there", "place", "place"])]
    assert with_defaults(TEXT) == shown
    assert samples_of(TEXT, []) == shown


def test_each_person_gets_their_own_text_and_their_values_are_named() -> None:
    people = [("Ana", {"name": "Ana", "place": "Madrid"}), ("Olena", {"place": "Kyiv"})]
    assert samples_of(TEXT, people) == [
        Sample("Ana", "Hi Ana, Madrid and Madrid", ["Ana", "Madrid"]),
        Sample("Olena", "Hi there, Kyiv and Kyiv", ["Kyiv"]),
    ]


def test_who_lacks_a_value_is_no_example() -> None:
    assert samples_of(TEXT, [("Ana", {"name": "Ana"})]) == with_defaults(TEXT)


def test_the_same_text_for_everybody_needs_no_example() -> None:
    assert samples_of("Hello all", [("Ana", {"name": "Ana"})]) == [Sample("", "Hello all", [])]


@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    assert len(with_defaults(text)) == 1
