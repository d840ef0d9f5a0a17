"""Write a letter out: subject, text and HTML of its kind's words and the facts given. Pure.

The HTML stands in `letter.html`, in pieces; every fact that goes into it is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from cablegram.mail.facts import fill, one_line
from cablegram.mail.model import LANGUAGES, Facts, LetterKind, Words, Written

_MOST_SUBJECT = 180  # characters
_NAME = re.compile(r"^<!-- name: ([a-z]+) -->$", re.MULTILINE)
_HOLE = re.compile(r"\[([a-z]+)\]")
_WEB = ("https://", "http://")
_FEET = {
    "en": ("You get this because you have a part in an account here.", "Choose what you are told of"),
    "es": ("Recibes este correo porque participas en una cuenta de aquí.", "Elige de qué te avisamos"),
}
_FOOT = {"en": "Sent by itself: nobody reads answers to it.", "es": "Se envía de forma automática: nadie lee las respuestas."}


def _pieces() -> Mapping[str, str]:
    source = Path(__file__).with_name("letter.html").read_text(encoding="utf-8")
    parts = _NAME.split(source)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


_PIECES = _pieces()


def write_out(kind: LetterKind, language: str, facts: Facts, *, notices_url: str = "") -> Written:
    """Write a letter out in a language; English where it is none of ours.

    Raises KeyError for a fact that its words ask for and that is not there, ValueError for one that does not fit.
    """
    language = language if language in LANGUAGES else "en"
    words = kind.words(language)
    subject = one_line(fill(words.subject, facts, language), _MOST_SUBJECT)
    url = str(facts["url"]) if words.button else ""
    if url and not url.startswith(_WEB):
        raise ValueError(f"the link of a letter is no web address: {url[:40]!r}")
    return Written(
        subject,
        _text(words, facts, language, url, notices_url),
        _html(words, facts, language, url, notices_url, subject),
    )


def line_of(kind: LetterKind, language: str, facts: Facts) -> str:
    """Say a letter in one sentence, as it stands among others."""
    language = language if language in LANGUAGES else "en"
    words = kind.words(language)
    return one_line(fill(words.line or words.lead, facts, language), 500)


def _text(words: Words, facts: Facts, language: str, url: str, notices_url: str) -> str:
    blocks = [fill(words.lead, facts, language)]
    blocks += [fill(one, facts, language) for one in words.body]
    rows = [(label, fill(value, facts, language)) for label, value in words.rows]
    blocks.append("\n".join(f"{label}: {value}" for label, value in rows if value))
    blocks += [f"{fill(words.button, facts, language)}:\n{url}" if url else "", fill(words.note, facts, language)]
    why, label = _FEET[language]
    blocks.append(f"-- \n{why} {label}:\n{notices_url}" if notices_url else f"-- \n{_FOOT[language]}")
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def _html(words: Words, facts: Facts, language: str, url: str, notices_url: str, subject: str) -> str:
    def told(text: str) -> str:
        return fill(text, facts, language, escape=_escaped)

    inside = [_piece("paragraph", text=text) for one in words.body if (text := told(one)).strip()]
    rows = [_piece("row", label=escape(label), value=value) for label, one in words.rows if (value := told(one))]
    inside += [_piece("rows", inside="".join(rows))] if rows else []
    inside += [_piece("button", url=escape(url), label=told(words.button))] if url else []
    inside += [_piece("note", text=text)] if (text := told(words.note)) else []
    why, label = _FEET[language]
    foot = _piece("choose", why=why, url=escape(notices_url), label=label) if notices_url else _FOOT[language]
    lead, title = told(words.lead), escape(subject)
    return _piece("frame", language=language, subject=title, lead=lead, inside="\n".join(inside), foot=foot)


def _piece(name: str, **texts: str) -> str:
    """Put texts into a piece; they are HTML already."""
    return _HOLE.sub(lambda hole: texts[hole[1]], _PIECES[name])


def _escaped(fact: str) -> str:
    return escape(fact).replace("\n", "<br>")
