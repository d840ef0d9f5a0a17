from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.kit.errors import InvalidInput
from cablegram.templates.parse import Variable, is_name, parse


@pytest.mark.req("R85")
@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("Hello", ["Hello"]),
        ("{{ name }}", [Variable("name", None)]),
        ("{{name}}", [Variable("name", None)]),
        ("Hi {{\n name\t}}!", ["Hi ", Variable("name", None), "!"]),
        ("{{a}}{{b}}", [Variable("a", None), Variable("b", None)]),
        ('{{ name | default: "there" }}', [Variable("name", "there")]),
        ("{{name|default:'there'}}", [Variable("name", "there")]),
        ('{{ name | default: "" }}', [Variable("name", "")]),
        ("{{ name | default: '' }}", [Variable("name", "")]),
        ("""{{ name | default: "it's }} {{" }}""", [Variable("name", "it's }} {{")]),
        ("""{{ name | default: 'say "hi"' }}""", [Variable("name", 'say "hi"')]),
        (
            "{{ first_name }} {{ _x }} {{ a-1 }}",
            [Variable("first_name", None), " ", Variable("_x", None), " ", Variable("a-1", None)],
        ),
        ("{{ имя }}{{ 名 }}", [Variable("имя", None), Variable("名", None)]),
        ("{ a } 5 % off {", ["{ a } 5 % off {"]),
    ],
)
def test_a_template_is_read_into_texts_and_variables(text: str, pieces: list[str | Variable]) -> None:
    assert parse(text) == pieces


@pytest.mark.req("R85")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{", "Line 1, character 1: this {{ is not closed"),
        ("Hi {{ name", "Line 1, character 4: this {{ is not closed"),
        ("{{ name }", "Line 1, character 1: this {{ is not closed"),
        ("a\nbc {{ name\n", "Line 2, character 4: this {{ is not closed"),
        ("{{ a }}\n}}", "Line 2, character 1: this }} closes nothing"),
        ("{name}}", "Line 1, character 6: this }} closes nothing"),
        ("{{}}", "after {{ comes the name"),
        ("{{ 1x }}", "after {{ comes the name"),
        ("{{ a b }}", "after {{ comes the name"),
        ("{{{ name }}}", "after {{ comes the name"),
        ("{{ a {{ b }}", "after {{ comes the name"),
        ("{{ name | upcase }}", "there is no filter 'upcase'"),
        ("{{ name | " + "x" * 1000 + " }}", "there is no filter 'xxxx"),
        ("{{ name | }}", "after the bar comes a default in quotes"),
        ("{{ name | default }}", "after the bar comes a default in quotes"),
        ("{{ name | default: there }}", "after the bar comes a default in quotes"),
        ("{{ name | default: 'there }}", "after the bar comes a default in quotes"),
        ("{{ name | default: 'a' | upcase }}", "after the bar comes a default in quotes"),
        ('{{ name | "x" }}', "after the bar comes a default in quotes"),
        ("{% if name %}Hi{% endif %}", "Line 1, character 1: tags"),
    ],
)
def test_a_typing_error_is_named_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(text)

    assert caught.value.code == "bad_template"
    assert sentence in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(("text", "expected"), [("first_name", True), ("имя", True), ("1x", False), ("a b", False)])
def test_a_column_can_be_a_variable_if_a_template_can_name_it(text: str, expected: bool) -> None:  # noqa: FBT001  a parameter
    assert is_name(text) is expected


@given(st.text(alphabet="{}%|: \n'\"ab1_-défault", max_size=80))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    try:
        pieces = parse(text)
    except InvalidInput as error:
        assert error.message.startswith("Line ")  # noqa: PT017  either is right
    else:
        literal = "".join(piece for piece in pieces if isinstance(piece, str))
        assert "{%" not in literal
        assert "" not in pieces


@pytest.mark.parametrize("text", ["{{ a" + " " * 200_000, "{{ a | default: '" + "x" * 200_000, "{{" * 100_000])
def test_a_long_typing_error_is_refused_at_once(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse(text)


@pytest.mark.req("R85")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * 40_001, "template_too_long"),
        ("{{a}}" * 10_000, "template_too_long"),
        ("{{a}}" * 1_001, "too_many_variables"),
        ("{{" * 10_000, "too_many_variables"),
        ("{{ a " * 900, "bad_template"),
    ],
)
def test_a_template_without_end_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(text)
    assert caught.value.code == code


@pytest.mark.req("R85")
def test_the_largest_template_is_read() -> None:
    assert parse("{{a}}" * 1_000) == [Variable("a", None)] * 1_000
    assert parse("a" * 40_000) == ["a" * 40_000]
