"""What somebody should know of a text before it goes to many: warnings, never refusals. Pure.

A template is read as its recipients will: the words between the variables, and the defaults where a value may be
missing. What stands in people's own values is the forecast's to count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from cablegram.consent.folding import words
from cablegram.consent.vocabulary import standard
from cablegram.kit.errors import InvalidInput
from cablegram.links.model import LEAVE, LENGTH, UNSUBSCRIBE
from cablegram.templates.parse import Variable, parse
from cablegram.text import gsm0338
from cablegram.text.long_texts import SHORT, Habit, advice
from cablegram.text.long_texts import standard as standard_habits
from cablegram.text.profiles import FLAT160, GSM0338
from cablegram.text.segments import measure
from cablegram.text.transliterate import PLAIN, look_alike, smart

# A text in another script has to be Unicode; one in which so few characters are foreign does not. Typography is never
# meant to cost anything.
_FEW_IN_ALL = 0.1
_FEW_KINDS = 8

_WAY_OUT = re.compile(rf"https?://\S+/{LEAVE}/[0-9A-Za-z]{{{LENGTH}}}(?![0-9A-Za-z])")
_SHOUTED = re.compile(r"\b[^\W\d_a-z]{3,}\b")

OPT_OUT_HINTS = {
    "en": "Reply STOP to opt out",
    "es": "Responde BAJA para salir",
    "fr": "STOP pour se désabonner",
    "de": "Abmelden mit STOP",
    "pt": "Responda SAIR para sair",
    "it": "Rispondi STOP per non ricevere altro",
    "nl": "Afmelden? Antwoord STOP",
}
"""What to add where the hint is missing, by language; in words that GSM 03.38 holds."""

_SPOKEN = {
    "es": "ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY PR",
    "fr": "FR MC SN CI ML BF NE TG BJ GA CG CD",
    "de": "DE AT LI",
    "pt": "PT BR AO MZ CV",
    "it": "IT SM VA",
    "nl": "NL SR",
}
_LANGUAGES = {country: language for language, countries in _SPOKEN.items() for country in countries.split()}


def language_of(country: str | None) -> str:
    """Return the language in which a hint is suggested to people of a country (ISO code): English where unsure."""
    return _LANGUAGES.get(country or "", "en")


class Code(StrEnum):
    """What a warning is about."""

    LONE_CHARACTER = "lone_character"
    NO_OPT_OUT_HINT = "no_opt_out_hint"
    MAY_BE_SPLIT = "may_be_split"


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing to look at. `place` counts characters of the template from 1, 0: the whole text.

    `character` is what is meant by `place`; `instead` what could stand there, None where nothing could.
    """

    code: Code
    message: str
    place: int = 0
    character: str = ""
    instead: str | None = None


def lint(template: str, *, is_marketing: bool, language: str = "en") -> list[Warned]:
    """Return what to look at in a text or template, first characters, then the opt-out hint (R37, R45, R74).

    `language` is that of the suggested hint. Raises InvalidInput (`bad_template` and what else `parse` raises).
    """
    pieces = parse(template)
    readable = "".join(piece if isinstance(piece, str) else piece.default or "" for piece in pieces)
    has_way_out = any(isinstance(piece, Variable) and piece.name == UNSUBSCRIBE for piece in pieces)
    return _looked_at(template, readable, is_marketing=is_marketing and not has_way_out, language=language)


def look(
    text: str,
    *,
    is_marketing: bool,
    language: str = "en",
    profile: str = GSM0338.name,
    habits: Sequence[Habit] | None = None,
) -> list[Warned]:
    """Return what to look at in a text as its reader gets it: braces in it are text like any other.

    `profile` is how the account pays for segments: stores are advised to keep to one (R42). `habits` are what is known
    of carriers; None: what comes with the program.
    """
    found = _looked_at(text, text, is_marketing=is_marketing, language=language)
    return [*found, *([_too_long_for_some(habits)] if profile == FLAT160.name and len(text) > SHORT else [])]


def _too_long_for_some(habits: Sequence[Habit] | None) -> Warned:
    told = advice(standard_habits() if habits is None else habits)
    message = f"Some carriers cut texts of over {SHORT} characters: {told}. Stay at {SHORT} or under."
    return Warned(Code.MAY_BE_SPLIT, message)


def _looked_at(written: str, readable: str, *, is_marketing: bool, language: str) -> list[Warned]:
    found = list(_lone_characters(written, readable))
    if is_marketing and not says_how_to_opt_out(readable):
        found.append(_no_hint(language))
    return found


def says_how_to_opt_out(text: str) -> bool:
    """Tell whether a text names a word that opts out: one of the strong words anywhere, or END, BAJA ... in capitals.

    "The season's end" is no hint, "Txt END to end" is; so is the address of a page to unsubscribe.
    """
    if _WAY_OUT.search(text):
        return True
    known = standard()
    found = words(text)
    if any(word in known.strong for word in found) or ("opt", "out") in pairwise(found):
        return True
    return any(" ".join(words(word)) in known.alone for word in _SHOUTED.findall(text))


def _lone_characters(written: str, readable: str) -> Iterator[Warned]:
    foreign = [character for character in readable if not gsm0338.is_gsm(character)]
    kinds = list(dict.fromkeys(foreign))
    # Half a surrogate pair is refused when the text is sent; nobody can draw it here.
    if not foreign or any("\ud800" <= character <= "\udfff" for character in kinds):
        return
    letters = [character for character in foreign if character not in PLAIN]
    if len(set(letters)) > _FEW_KINDS or len(letters) > max(1, _FEW_IN_ALL * len(readable)):
        return
    now = measure(readable).segments
    then = measure("".join(_instead(character) for character in readable)).segments
    gain = f"; without it and its like {now} segments would be {then}" if then < now else ""
    for character in kinds:
        instead = look_alike(character)
        advice = "leave it out" if not instead else f"write {instead!r}"
        name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
        yield Warned(
            Code.LONE_CHARACTER,
            f"{character!r} ({name}) makes the whole text Unicode, 70 characters a segment{gain}: {advice}.",
            written.index(character) + 1,
            character,
            instead,
        )


def _instead(character: str) -> str:
    return character if gsm0338.is_gsm(character) else look_alike(character) or ""


def _no_hint(language: str) -> Warned:
    hint = OPT_OUT_HINTS.get(language, OPT_OUT_HINTS["en"])
    message = f"Nothing says how to opt out, which marketing texts need in most countries. Add, for example: {hint}."
    return Warned(Code.NO_OPT_OUT_HINT, message, instead=hint)


def smarten(template: str, *, letters: bool = False) -> str:
    """Return a template with characters in their plain form, the names of its variables as they are (smart encoding).

    With `letters` look-alikes stand for letters, too, where that makes the whole text GSM. Raises as `lint`.
    """
    pieces = parse(template)
    # Letters are replaced everywhere or nowhere, so the whole text decides.
    readable = "".join(piece if isinstance(piece, str) else piece.default or "" for piece in pieces)
    use_letters = letters and gsm0338.is_gsm(smart(readable, letters=True))
    made = "".join(
        smart(piece, letters=use_letters) if isinstance(piece, str) else _written(piece, letters=use_letters)
        for piece in pieces
    )
    return made if _places(made) == _places(template) else template


def _written(variable: Variable, *, letters: bool) -> str:
    if variable.default is None:
        return f"{{{{ {variable.name} }}}}"
    default = smart(variable.default, letters=letters)
    quote = "'" if '"' in default else '"'
    return f"{{{{ {variable.name} | default: {quote}{default}{quote} }}}}"


def _places(template: str) -> list[str] | None:
    """Return the variables' names; None where a look-alike has become syntax: a wide brace, both kinds of quotes."""
    try:
        return [piece.name for piece in parse(template) if isinstance(piece, Variable)]
    except InvalidInput:
        return None
