"""Check what is asked for when somebody wants an SMS service: the keyword and every field of the form (R68). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from cablegram.consent import keywords
from cablegram.consent.folding import words
from cablegram.consent.vocabulary import standard
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.storable import storable
from cablegram.sms_services.model import Form

_KEYWORD = re.compile(r"[A-Z0-9]{4,16}")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{4,24}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_OLDEST = 99
MOST_EXAMPLES = 10
LONGEST_EXAMPLE = 500
LONGEST_NAME = 60
LONGEST_URL = 200
MOST_A_MONTH = 300


def keyword_of(text: str) -> str:
    """Return a keyword as it is kept, in capitals. Raises InvalidInput (`bad_keyword`, `keyword_reserved`).

    4 to 16 letters and digits, and no word that means something by itself: an answer of one such word has to be clear.
    Nor one that is read as another, so that two keywords of a code are never the same to it.
    """
    keyword = text.strip().upper()
    if not _KEYWORD.fullmatch(keyword):
        message = f"A keyword has 4 to 16 letters (A to Z) and digits and no spaces, not {text[:40]!r}."
        raise _bad("keyword", "bad_keyword", message)
    if "".join(words(keyword)) != keyword.lower():
        message = (
            f"{keyword} would be read as another word: we take the stretch out of DEAAALS, and shorthand such as TXTS "
            "for what it stands for. Take a word that is written one way."
        )
        raise _bad("keyword", "bad_keyword", message)
    if is_reserved(keyword):
        message = f"{keyword} means something by itself when people text it. Take a word that no answer would be."
        raise _bad("keyword", "keyword_reserved", message)
    return keyword


def is_reserved(keyword: str) -> bool:
    """Tell whether a word is an answer by itself: STOP, HELP, YES and what else means these, in all our languages."""
    return keywords.read(keyword) is not None or keyword.lower() in standard().courtesy


def check(form: Form) -> None:
    """See that a form can be what somebody wants. Raises InvalidInput (`bad_service`) with a fault for each field."""
    found = list(faults(form))
    if found:
        message = "The request lacks something or says what can't be: look at its fields."
        raise InvalidInput("bad_service", message, faults=found)


def faults(form: Form) -> Iterator[Fault]:
    """Say what is wrong with a form."""
    if not 1 <= len(form.name.strip()) <= LONGEST_NAME or storable(form.name) != form.name:
        yield Fault("name", "bad_name", f"Give the service a name of 1 to {LONGEST_NAME} characters.")
    if not 0 <= form.minimum_age <= _OLDEST:
        yield Fault("minimum_age", "bad_age", f"The minimum age is a number of years from 0 to {_OLDEST}.")
    if not 1 <= form.frequency <= MOST_A_MONTH:
        message = f"Say how many messages a subscriber gets in a month at most: 1 to {MOST_A_MONTH}."
        yield Fault("frequency", "bad_frequency", message)
    if not is_web_address(form.terms_url):
        message = f"The terms need an address that begins with https:// or http://, of up to {LONGEST_URL} characters."
        yield Fault("terms_url", "bad_url", message)
    if not _PHONE.fullmatch(form.phone):
        yield Fault("phone", "bad_phone", "Give a phone number that subscribers can call, such as +1 305 570 2828.")
    if form.email and not _EMAIL.fullmatch(form.email):
        yield Fault("email", "bad_email", "That is no e-mail address.")
    yield from _examples("examples", form.examples, "Give an example of every kind of message that you will send.")
    yield from _examples("advertising", form.advertising, "Say how you will make the keyword known, with an example.")


def is_web_address(text: str) -> bool:
    """Tell whether a text is the address of a web page; `javascript:` and the like are none."""
    if len(text) > LONGEST_URL or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _examples(field: str, given: tuple[str, ...], needed: str) -> Iterator[Fault]:
    if not given:
        yield Fault(field, f"{field}_needed", needed)
    if len(given) > MOST_EXAMPLES:
        yield Fault(field, "too_many_examples", f"Give {MOST_EXAMPLES} examples at most.")
    for place, text in enumerate(given):
        if not 1 <= len(text.strip()) <= LONGEST_EXAMPLE or storable(text) != text:
            message = f"An example has 1 to {LONGEST_EXAMPLE} characters."
            yield Fault(f"{field}.{place}", "bad_example", message)


def _bad(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field, code, message)])
