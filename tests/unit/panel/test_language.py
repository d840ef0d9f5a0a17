"""Pages speak the person's language, and English where their catalogue lacks a text."""

from __future__ import annotations

import importlib
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from babel.messages.pofile import read_po

from cablegram.panel import language
from cablegram.panel.environment import make_environment

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
WORDS = importlib.import_module("words")
PLACE = re.compile(r"%\(\w+\)s")


def drawn(source: str, speaks: str, **values: object) -> str:
    with language.spoken(speaks):
        return make_environment().from_string(source).render(now=datetime(2026, 11, 22, tzinfo=UTC), zone=UTC, **values)


@pytest.mark.req("R8")
@pytest.mark.parametrize(
    ("source", "english", "spanish"),
    [
        ("{{ _('Messages') }}", "Messages", "Mensajes"),
        ("{{ 'Campaigns' | said }}", "Campaigns", "Campañas"),
        ("{{ 'A name of theirs' | said }}", "A name of theirs", "A name of theirs"),
        ("{{ 16317600000 | money }}", "16,317.60", "16.317,60"),
        ("{{ 12408 | number }}", "12,408", "12.408"),
        ("{{ 1 | percent(8) }}", "12.5 %", "12,5 %"),
        ("{{ 'DE' | country }}", "Germany", "Alemania"),
        ("{{ at | day }}", "Sun 4 Jan", "dom 4 ene"),
        ("{{ _('en') }}", "en", "es"),
    ],
)
def test_a_page_speaks_the_language_of_its_reader(source: str, english: str, spanish: str) -> None:
    at = datetime(2026, 1, 4, tzinfo=UTC)
    assert drawn(source, "en", at=at) == english
    assert drawn(source, "es", at=at) == spanish


def test_a_language_that_is_not_there_is_english() -> None:
    assert drawn("{{ _('Messages') }}", "tlh") == "Messages"


@pytest.mark.req("R8")
@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-GB,en;q=0.9,es;q=0.5", "en"),
        ("fr,de;q=0.9", "en"),
        ("fr,es;q=0.3", "es"),
        ("es;q=0,en", "en"),
        ("", "en"),
        (";;q=x,,", "en"),
        ("es;q=much", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_before_somebody_is_known_the_browser_says_what_they_read(accepted: str, spoken: str) -> None:
    assert language.of_browser(accepted) == spoken


@pytest.mark.parametrize("path", sorted(language.CATALOGUES.glob("*.po")), ids=lambda path: path.stem)
def test_what_is_translated_keeps_the_places_for_values(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    for message in catalogue:
        texts, forms = forms_of(message.id), forms_of(message.string)
        known = set(PLACE.findall("".join(texts)))
        for form in filter(None, forms):
            assert set(PLACE.findall(form)) <= known, texts
            assert form.count("%%") == texts[0].count("%%"), texts
            assert len(texts) > 1 or set(PLACE.findall(form)) == known, texts


@pytest.mark.req("R8")
@pytest.mark.parametrize("spoken", language.LANGUAGES[1:])
def test_every_text_of_the_panel_is_there_in_every_language(spoken: str) -> None:
    assert WORDS.missing(spoken) == [], "run python scripts/words.py, and fill in what is empty"


def forms_of(text: object) -> list[str]:
    return [str(form) for form in cast("tuple[object, ...]", text)] if isinstance(text, tuple | list) else [str(text)]
