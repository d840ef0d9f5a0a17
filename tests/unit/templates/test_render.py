from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.templates.render import MissingVariables, Template, merge

NAMES = st.sampled_from(["name", "order", "first_name", "имя"])


@pytest.mark.req("R85")
@pytest.mark.parametrize(
    ("text", "variables", "rendered"),
    [
        ("Hello", {}, "Hello"),
        ("", {}, ""),
        ("Hello {{ name }}!", {"name": "Zoë"}, "Hello Zoë!"),
        ("{{ a }}{{ b }}{{ a }}", {"a": "1", "b": "2"}, "121"),
        ("100 % of %s {{ a }} %(x)s", {"a": "%d"}, "100 % of %s %d %(x)s"),
        ("{{ a }}", {"a": "{{ b }}", "b": "x"}, "{{ b }}"),  # a value is never a template
        ("Hi {{ name | default: 'there' }}", {}, "Hi there"),
        ("Hi {{ name | default: 'there' }}", {"name": "Ann"}, "Hi Ann"),
        ("Hi {{ name | default: 'there' }}", {"name": ""}, "Hi there"),  # empty counts as missing
        ("Hi {{ name }}.", {"name": ""}, "Hi ."),  # empty is a value where one is required
        ("{{ name | default: '100 %' }}", {}, "100 %"),
        ("{{ a }} {{ b | default: 'x' }}", {"a": "1"}, "1 x"),
        ("{{ a }}", {"a": "1", "unused": "2"}, "1"),
    ],
)
def test_variables_are_filled_in(text: str, variables: dict[str, str], rendered: str) -> None:
    template = Template(text)

    assert template.render(variables) == rendered
    assert template.render_many([variables]) == [rendered]


@pytest.mark.req("R85")
def test_a_template_knows_its_variables() -> None:
    template = Template("{{ b }} {{ a | default: 'x' }} {{ b }} {{ c | default: '' }} {{ c }}")

    assert template.text.startswith("{{ b }}")
    assert template.variables == ("b", "a", "c")
    assert template.required == ("b", "c")  # c has a default at one of its two places only


@pytest.mark.req("R85")
@pytest.mark.parametrize("text", ["{{ a }} {{ b }} {{ a }}", "{{ a }} {{ b }} {{ c | default: 'x' }}"])
def test_every_missing_variable_is_named(text: str) -> None:
    with pytest.raises(InvalidInput, match="No value for: a, b") as caught:
        Template(text).render({"c": "1"})

    assert caught.value.code == "missing_variable"
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("variables.a", "missing_variable"),
        ("variables.b", "missing_variable"),
    ]


@pytest.mark.req("R85")
def test_a_missing_variable_spoils_only_its_own_message() -> None:
    rendered = Template("Hi {{ name }}").render_many(iter([{"name": "Ann"}, {}, {"Name": "x"}, {"name": "Bob"}]))

    assert rendered == ["Hi Ann", MissingVariables(("name",)), MissingVariables(("name",)), "Hi Bob"]


def test_a_missing_variable_says_what_to_do() -> None:
    missing = MissingVariables(("name",))

    assert missing.code == "missing_variable"
    assert missing.message == 'No value for: name. Give one, or write a default: {{ name | default: "..." }}.'


def test_a_bad_template_is_refused_before_anything_is_rendered() -> None:
    with pytest.raises(InvalidInput) as caught:
        Template("Hi {{ name")

    assert caught.value.code == "bad_template"


@pytest.mark.req("R86")
def test_variables_of_the_call_win_over_those_of_the_contact() -> None:
    stored = {"name": "Ann", "city": "Rome"}

    assert merge(stored, {"name": "Bob", "order": "7"}) == {"name": "Bob", "city": "Rome", "order": "7"}
    assert merge(stored, {"city": ""})["city"] == ""
    assert stored == {"name": "Ann", "city": "Rome"}


@pytest.mark.req("R85")
@given(
    st.lists(st.tuples(st.text(alphabet=st.characters(exclude_characters="{}")), NAMES), max_size=6),
    st.dictionaries(NAMES, st.text(), min_size=4),
)
def test_rendering_is_putting_values_between_texts(pieces: list[tuple[str, str]], variables: dict[str, str]) -> None:
    text = "".join(f"{literal}{{{{ {name} }}}}" for literal, name in pieces)

    assert Template(text).render(variables) == "".join(literal + variables[name] for literal, name in pieces)
