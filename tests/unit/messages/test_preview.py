"""A template as people will get it."""

from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.contacts.model import Person
from cablegram.kit.ids import ContactId
from cablegram.messages.lint import Code
from cablegram.messages.model import MessageClass
from cablegram.messages.preview import Preview, Reader, Wording, show
from cablegram.templates.render import Template

INES = Person(ContactId(UUID(int=1)), "34600000118", "ES", {"name": "Inés", "place": "Vigo"})


def shown(text: str, *people: Person | None, smart: bool = False, marketing: bool = False, **given: str) -> Preview:
    wording = Wording(text, MessageClass.MARKETING if marketing else MessageClass.OTP, smart_encoding=smart)
    return show(wording, Template(text), people or (INES,), given=given, reader=Reader("es"))


@pytest.mark.req("R86")
def test_a_value_of_the_call_wins_over_the_stored_one_and_everybody_has_a_number() -> None:
    (item,) = shown("{{ name }} in {{ place }} at {{ number }}", place="Lugo").items
    assert (item.text, item.number, item.problem) == ("Inés in Lugo at +34600000118", "34600000118", None)


@pytest.mark.req("R85")
def test_who_lacks_a_value_gets_a_problem_and_no_text() -> None:
    known, nobody = shown("Hello {{ name }}", INES, None).items
    assert known.text == "Hello Inés"
    assert (nobody.number, nobody.text, nobody.segments) == ("", "", 0)
    assert nobody.problem is not None
    assert (nobody.problem.field, nobody.problem.code) == ("variables", "missing_variable")


@pytest.mark.req("R41")
@pytest.mark.parametrize(
    ("name", "code", "text"),
    [("a", "text_too_short", "a"), ("a\0bcdef", "bad_character", ""), ("\ud83d12345", "bad_character", "")],
)
def test_a_text_that_would_be_refused_says_so(name: str, code: str, text: str) -> None:
    (item,) = shown("{{ name }}", name=name).items
    assert item.problem is not None
    assert (item.problem.code, item.text) == (code, text)


@pytest.mark.req("R45")
def test_each_text_is_looked_at_with_its_own_values_and_the_template_without() -> None:
    found = shown("Hello {{ name }}!", marketing=True, name="Łukasz {{")
    assert [one.code for one in found.warnings] == [Code.NO_OPT_OUT_HINT]
    (item,) = found.items
    assert [(one.code, one.place, one.instead) for one in item.warnings][:1] == [(Code.LONE_CHARACTER, 7, "L")]
    assert (item.encoding, item.warnings[-1].instead) == ("ucs2", "Responde BAJA para salir")


@pytest.mark.req("R37")
def test_smart_encoding_is_shown_as_it_would_be_sent() -> None:
    (item,) = shown("Hello {{ name }}", smart=True, name="Łukasz").items
    assert (item.text, item.encoding, item.warnings) == ("Hello Lukasz", "gsm0338", ())
