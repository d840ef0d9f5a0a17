from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cablegram.consent.keywords import read
from cablegram.consent.model import OptOut
from cablegram.kit.errors import InvalidInput
from cablegram.messages.lint import OPT_OUT_HINTS, Code, Warned, language_of, lint, look, says_how_to_opt_out, smarten
from cablegram.templates.parse import Variable, parse
from cablegram.text import gsm0338
from cablegram.text.long_texts import Habit


def lone(template: str) -> list[tuple[int, str, str | None]]:
    return [(one.place, one.character, one.instead) for one in lint(template, is_marketing=False)]


@pytest.mark.req("R37", "R45", "R85")
@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("Hello {{ name }}, it is time.", []),
        ("Hello {{ name }}, it’s time.", [(21, "’", "'")]),
        ("Hello {{ имя }}, it is time.", []),  # a variable's name is not sent
        ('Hello {{ name | default: "piñata’s" }}', [(33, "’", "'")]),
        ("Sale 🎉 today only for you {{ name }}", [(6, "🎉", None)]),
        ("It’s “time” to go out and see it’s fine", [(3, "’", "'"), (6, "“", '"'), (11, "”", '"')]),
        ("Наша распродажа начинается сегодня", []),  # another script has to be Unicode
        ("abcdefghijklmnop ①②③④⑤⑥⑦⑧⑨" + "x" * 200, []),  # nor is this an accident
        ("half \ud83d pair", []),
        ("", []),
    ],
)
def test_a_lone_character_that_makes_a_text_unicode_is_named_with_its_look_alike(
    template: str, found: list[tuple[int, str, str | None]]
) -> None:
    assert lone(template) == found


@pytest.mark.req("R45")
def test_the_warning_says_what_the_character_costs() -> None:
    (warned,) = lint("a" * 100 + "’", is_marketing=False)
    assert warned.message == (
        "'’' (right single quotation mark) makes the whole text Unicode, 70 characters a segment; without it and its "
        'like 2 segments would be 1: write "\'".'
    )
    (party,) = lint("Come to the party \U0001f389", is_marketing=False)
    assert party.message.endswith("(party popper) makes the whole text Unicode, 70 characters a segment: leave it out.")


@pytest.mark.req("R74", "R82", "R85")
@pytest.mark.parametrize(
    "text",
    [
        "Sale today! Reply STOP to opt out",
        "Sale! Txt END to end",
        "Oferta. Responde BAJA para salir",
        "To unsubscribe text back",
        "You can opt-out at any time",
        "Promo. Envoyez STOP",
        "Angebot. Abmelden: STOPP",
        "Распродажа. СТОП",
        *OPT_OUT_HINTS.values(),
    ],
)
def test_a_text_that_names_a_word_to_opt_out_gives_the_hint(text: str) -> None:
    assert says_how_to_opt_out(text)
    assert lint(text, is_marketing=True) == []


@pytest.mark.req("R74", "R82")
@pytest.mark.parametrize("text", ["Sale today!", "The season's end is near", "BIG SALE", "See https://x.com/stop", ""])
def test_a_marketing_text_without_the_hint_is_warned_of_and_others_are_not(text: str) -> None:
    assert lint(text, is_marketing=False) == []
    assert [one.code for one in lint(text, is_marketing=True)] == [Code.NO_OPT_OUT_HINT]


@pytest.mark.req("R74")
def test_the_suggested_hint_is_in_the_language_asked_for() -> None:
    def suggested(language: str) -> str | None:
        (found,) = lint("Oferta hoy", is_marketing=True, language=language)
        return found.instead

    assert suggested("es") == "Responde BAJA para salir"
    assert suggested("xx") == suggested("en") == "Reply STOP to opt out"


@pytest.mark.req("R62", "R74")
@pytest.mark.parametrize("language", OPT_OUT_HINTS)
def test_what_a_hint_tells_people_to_write_opts_them_out(language: str) -> None:
    (word,) = [one for one in OPT_OUT_HINTS[language].split() if one.isupper() and len(one) > 2]
    assert isinstance(read(word), OptOut)


@pytest.mark.req("R85")
def test_a_template_that_cannot_be_read_is_an_error_as_everywhere() -> None:
    with pytest.raises(InvalidInput, match="is not closed"):
        lint("Hi {{ name", is_marketing=False)


@pytest.mark.req("R37", "R85")
@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("It’s {{name}}", "It's {{ name }}"),
        ("{{ a | default: 'it’s' }}", '{{ a | default: "it\'s" }}'),
        ("{{ a | default: '“x”' }}", "{{ a | default: '\"x\"' }}"),
        ("{{ a | default: '“it’s”' }} …", "{{ a | default: '“it’s”' }} …"),  # no quotes are left for it
        ("café está", "café está"),
    ],
)
def test_smart_encoding_writes_a_template_plainly(template: str, made: str) -> None:
    assert smarten(template) == made


@pytest.mark.req("R37")
def test_letters_are_replaced_on_request_where_the_whole_text_becomes_gsm() -> None:
    assert smarten("Está {{ name | default: 'ahí' }}", letters=True) == 'Esta {{ name | default: "ahi" }}'
    assert smarten("Está 中 {{ name }}", letters=True) == "Está 中 {{ name }}"
    assert smarten("wide ｛{{ name }}", letters=True) == "wide ｛{{ name }}"  # a brace would become syntax


@given(st.text(st.sampled_from("aé’“á😀中ж{}｛ '"), max_size=80), st.booleans())
def test_a_smart_template_reads_as_the_one_before(text: str, letters: bool) -> None:  # noqa: FBT001  hypothesis hands it in
    template = text.replace("{", "").replace("}", "") + "{{ name | default: 'it’s' }}"
    made = smarten(template, letters=letters)

    assert [one.name for one in parse(made) if isinstance(one, Variable)] == ["name"]
    assert smarten(made, letters=letters) == made
    assert gsm0338.is_gsm(made) or not gsm0338.is_gsm(template)


@pytest.mark.req("R45")
def test_braces_of_a_readers_text_are_no_syntax() -> None:
    assert [(one.place, one.instead) for one in look("Hi {{ it’s", is_marketing=False)] == [(9, "'")]
    assert [one.code for one in look("Sale {%", is_marketing=True)] == [Code.NO_OPT_OUT_HINT]


@pytest.mark.parametrize(
    ("country", "language"), [("MX", "es"), ("AT", "de"), ("US", "en"), ("BE", "en"), (None, "en")]
)
def test_a_hint_is_suggested_in_the_language_of_the_country(country: str | None, language: str) -> None:
    assert language_of(country) == language
    assert language in OPT_OUT_HINTS


@pytest.mark.req("R42")
def test_stores_are_advised_to_keep_to_160_characters() -> None:
    assert look("a" * 161, is_marketing=False) == []
    assert look("a" * 160, is_marketing=False, profile="flat160") == []
    (warned,) = look("a" * 161, is_marketing=False, profile="flat160")
    assert warned.code is Code.MAY_BE_SPLIT
    assert "Sprint may split them" in warned.message
    known = [Habit("ES", "Uno", is_split=True, consulted=date(2026, 11, 22), note="")]
    (warned,) = look("a" * 161, is_marketing=False, profile="flat160", habits=known)
    assert "Uno may split them. Stay at 160" in warned.message


@given(st.text(max_size=200), st.booleans())
def test_any_text_is_linted_or_refused(text: str, is_marketing: bool) -> None:  # noqa: FBT001  hypothesis hands it in
    try:
        found = lint(text, is_marketing=is_marketing)
    except InvalidInput as error:
        assert error.code == "bad_template"  # noqa: PT017  either is right
    else:
        assert all(isinstance(one, Warned) and one.message for one in found)


def test_a_page_to_unsubscribe_is_a_way_out() -> None:
    assert lint("Sale today {{ unsubscribe_link }}", is_marketing=True) == []
    assert look("Sale today https://t.example.com/u/h4Zb09xQe.", is_marketing=True) == []
    assert look("Sale today https://t.example.com/l/h4Zb09xQe.", is_marketing=True) != []
