"""In which language a page speaks: the person's choice, and before they are known, their browser's (R8).

English texts are the message ids; the other languages stand in `catalogue/*.po`. What a catalogue lacks stays English.
Numbers and dates follow the language, money stays in credits.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, cast

import jinja2
from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.pofile import read_po

from cablegram.panel import filters

ENGLISH = "en"
CATALOGUES = Path(__file__).parent / "catalogue"
LANGUAGES = (ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.po")))

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)
# Spanish writes 16.317,60 where English writes 16,317.60.
_COMMAS = frozenset({"es"})
_SWAPPED = str.maketrans(",.", ".,")

Words = dict[str, tuple[str, ...]]  # by the English text: what stands for it, one form, or one for each plural


@contextmanager
def spoken(language: str) -> Generator[None]:
    """Let everything that is written within the block be in a language; one that is not there is English."""
    token = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(token)


def of_browser(accepted: str) -> str:
    """Choose from what a browser says that it reads (`Accept-Language`, RFC 9110); English where nothing fits."""
    wanted = [(_weight(part), -place, part) for place, part in enumerate(accepted[:500].split(","))]
    tags = [
        part.partition(";")[0].strip().replace("-", "_") for weight, _, part in sorted(wanted, reverse=True) if weight
    ]
    return negotiate_locale(tags, LANGUAGES) or ENGLISH


def gettext(text: str) -> str:
    """Say a text in the language that is spoken."""
    return _words(_spoken.get()).get(text, (text,))[0]


def ngettext(one: str, many: str, count: int) -> str:
    """Say what is counted, with one form for one and another for all others (English, Spanish)."""
    forms = _words(_spoken.get()).get(one, ())
    return (forms if len(forms) > 1 else (one, many))[count != 1]


def said(text: object) -> object:
    """Say a text that came from the code, a word or a sentence; what the catalogue does not know stays as it is."""
    known = _words(_spoken.get()).get(str(text))
    return known[0] if known else text


def said_each(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Say the labels of choices that came from the code."""
    return [(value, str(said(label))) for value, label in choices]


def country(iso: str) -> str:
    """Name a country by its two letters."""
    language = _spoken.get()
    return filters.country(iso) if language == ENGLISH else _territories(language).get(iso) or filters.country(iso)


def teach(environment: jinja2.Environment) -> None:
    """Let the templates of an environment speak: `_()`, `ngettext()`, the filter `said`, and numbers and dates."""
    cast("Any", environment).install_gettext_callables(gettext, ngettext, newstyle=True)
    cast("dict[str, Any]", environment.globals)["spoken_language"] = _spoken.get
    cast("dict[str, Any]", environment.filters).update(
        said=said,
        said_each=said_each,
        money=_with_commas(filters.money),
        number=_with_commas(filters.number),
        percent=_with_commas(filters.percent),
        country=country,
    )


def date(text: str) -> str:
    """Say the months and days of a date that is written as English does: "Fri 27 Nov"."""
    if _spoken.get() == ENGLISH:
        return text
    return " ".join(_dated(word) for word in text.split(" "))


def _dated(word: str) -> str:
    bare = word.rstrip(",")
    return gettext(bare) + word[len(bare) :] if bare in filters.MONTHS or bare in filters.WEEKDAYS else word


def _with_commas(written: Callable[..., str]) -> Callable[..., str]:
    def filter_(*args: object) -> str:
        text = written(*args)
        return text.translate(_SWAPPED) if _spoken.get() in _COMMAS else text

    return filter_


@cache
def _words(language: str) -> Words:
    if language == ENGLISH:
        return {}
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    words: Words = {}
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key and all(forms) and not message.fuzzy:
            words[key] = tuple(str(form) for form in forms)
    return words


@cache
def _territories(language: str) -> dict[str, str]:
    try:
        return dict(cast("Any", Locale.parse(language)).territories)
    except UnknownLocaleError:  # a catalogue for a language that CLDR has no names in
        return {}


def _weight(part: str) -> float:
    name, _, value = part.partition(";")[2].strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
