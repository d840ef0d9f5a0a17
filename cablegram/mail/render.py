"""Write a letter out: subject, text and HTML of its kind's words and the facts given. Pure.

The HTML stands in `letter.html`, in pieces; every fact that goes into it is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from cablegram.mail.facts import fill, one_line
from cablegram.mail.letters.foot import CHOICE, PLAIN, STOP
from cablegram.mail.model import LANGUAGES, Facts, LetterKind, Words, Written

_MOST_SUBJECT = 180  # characters
_NAME = re.compile(r"^<!-- name: ([a-z]+) -->$", re.MULTILINE)
_HOLE = re.compile(r"\[([a-z]+)\]")
_WEB = ("https://", "http://")


def _pieces() -> Mapping[str, str]:
    source = Path(__file__).with_name("letter.html").read_text(encoding="utf-8")
    parts = _NAME.split(source)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


_PIECES = _pieces()


@dataclass(frozen=True, slots=True)
class _Page:
    words: Words
    facts: Facts
    language: str
    url: str
    notices_url: str
    stops: bool
    subject: str

    @property
    def choice(self) -> tuple[str, str]:
        """Return why somebody gets it, and the words on the link that changes that."""
        return (STOP if self.stops else CHOICE)[self.language]

    def told(self, words: str) -> str:
        """Fill words in."""
        return fill(words, self.facts, self.language)

    def drawn(self, words: str) -> str:
        """Fill words in, as HTML."""
        return fill(words, self.facts, self.language, escape=_escaped)


def write_out(kind: LetterKind, language: str, facts: Facts, *, notices_url: str = "", stops: bool = False) -> Written:
    """Write a letter out in a language; English where it is none of ours.

    `notices_url` is where its reader chooses what to be told of; with `stops`, where they end such letters.

    Raises KeyError for a fact that its words ask for and that is not there, ValueError for one that does not fit.
    """
    language = language if language in LANGUAGES else "en"
    words = kind.words(language)
    subject = one_line(fill(words.subject, facts, language), _MOST_SUBJECT)
    url = str(facts["url"]) if words.button else ""
    if url and not url.startswith(_WEB):
        raise ValueError(f"the link of a letter is no web address: {url[:40]!r}")
    page = _Page(words, facts, language, url, notices_url, stops, subject)
    return Written(subject, _text(page), _html(page))


def line_of(kind: LetterKind, language: str, facts: Facts) -> str:
    """Say a letter in one sentence, as it stands among others."""
    language = language if language in LANGUAGES else "en"
    words = kind.words(language)
    return one_line(fill(words.line or words.lead, facts, language), 500)


def _text(page: _Page) -> str:
    words = page.words
    rows = [(label, page.told(value)) for label, value in words.rows]
    why, label = page.choice
    blocks = [
        page.told(words.lead),
        *(page.told(one) for one in words.body),
        "\n".join(f"{label}: {value}" for label, value in rows if value),
        f"{page.told(words.button)}:\n{page.url}" if page.url else "",
        page.told(words.note),
        f"-- \n{why} {label}:\n{page.notices_url}" if page.notices_url else f"-- \n{PLAIN[page.language]}",
    ]
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def _html(page: _Page) -> str:
    words = page.words
    inside = [_piece("paragraph", text=text) for one in words.body if (text := page.drawn(one)).strip()]
    rows = [_piece("row", label=escape(name), value=text) for name, one in words.rows if (text := page.drawn(one))]
    inside += [_piece("rows", inside="".join(rows))] if rows else []
    inside += [_piece("button", url=escape(page.url), label=page.drawn(words.button))] if page.url else []
    inside += [_piece("note", text=text)] if (text := page.drawn(words.note)) else []
    why, label = page.choice
    chosen = _piece("choose", why=why, url=escape(page.notices_url), label=label) if page.notices_url else ""
    return _piece(
        "frame",
        language=page.language,
        subject=escape(page.subject),
        lead=page.drawn(words.lead),
        inside="\n".join(inside),
        foot=chosen or PLAIN[page.language],
    )


def _piece(name: str, **texts: str) -> str:
    """Put texts into a piece; they are HTML already."""
    return _HOLE.sub(lambda hole: texts[hole[1]], _PIECES[name])


def _escaped(fact: str) -> str:
    return escape(fact).replace("\n", "<br>")
