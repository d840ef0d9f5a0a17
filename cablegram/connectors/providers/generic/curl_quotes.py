"""Cut a pasted command into its words, however it is quoted. Pure; nothing is run, and no variable is looked up.

Samples come from shells, from browsers ("copy as cURL", for bash and for Windows), and from pages and papers that made
typographic quotes of plain ones.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from cablegram.kit.storable import storable

_CONTINUED = re.compile(r"[\\^`][ \t]*\r?\n")
_PROMPT = re.compile(r"\A(?:[^\n'\"]{0,100}?[$>%#])?[ \t]*(?=curl(?:\.exe)?\b)")
_NOTES = re.compile(r"\A(?:[ \t]*#[^\n]*\n|\s+)+")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "\u00a0": " "})
_IS_CURLY = re.compile(r"(?<=[\s=])[“”„‘’‚]")
_ENTITIES = re.compile(r"&(?:quot|#39|#34|apos);")
_CARET = re.compile(r"\^(.)", re.DOTALL)
_HERE = re.compile(r"<<-?[ \t]*(['\"]?)(\w++)\1([^\n]*)\n(.*?)\r?\n[ \t]*\2[ \t]*(?=\r?\n|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([abefnrtv\\'\"?]))")
_LETTERS = dict(zip("abefnrtv\\'\"?", "\a\b\x1b\f\n\r\t\v\\'\"?", strict=True))
_IN_DOUBLE = frozenset('"\\$`\n')


@dataclass(frozen=True, slots=True)
class Pasted:
    """The words of a command, what it reads from standard input (None: nothing), and how odd quotes were taken."""

    words: list[str]
    here: str | None = None
    note: str = ""


def read(command: str, *, doubled: bool = False) -> Pasted:
    """Cut a command into words. `doubled`: a quote in quotes is written twice, as some shells of Windows have it.

    Raises ValueError for a quote that is opened and not closed.
    """
    text, note = command, ""
    if _ENTITIES.search(text):
        text, note = html.unescape(text), "Its quotes were those of a web page's source and were read as plain ones."
    if _IS_CURLY.search(text):
        text, note = text.translate(_CURLY), "Its quotes were typographic ones and were read as plain ones."
    text = _NOTES.sub("", text.replace("\u00a0", " "))
    text = _PROMPT.sub("", text, count=1)
    if '^"' in text:
        text, note = _CARET.sub(r"\1", _CONTINUED.sub(" ", text)), "It was read as the command line of Windows has it."
    place = text.find("<<")
    found = _HERE.match(text, place) if place >= 0 else None
    if found:
        text = f"{text[: found.start()]} {found[3]} {text[found.end() :]}"
    return Pasted(_words(_CONTINUED.sub(" ", text), doubled=doubled), found[4] if found else None, note)


def _words(text: str, *, doubled: bool) -> list[str]:
    words: list[str] = []
    word: list[str] | None = None  # None: between two words
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            if word is not None:
                words.append("".join(word))
            word, at = None, at + 1
            continue
        word = [] if word is None else word
        piece, at = _piece(text, at, doubled=doubled)
        word.append(piece)
    return [*words, "".join(word)] if word is not None else words


def _piece(text: str, at: int, *, doubled: bool) -> tuple[str, int]:
    """Return what a piece of a word stands for, and where the next one begins."""
    if text.startswith("$'", at):
        return _ansi(text, at + 2)
    match text[at]:
        case "'":
            end = text.index("'", at + 1)
            return text[at + 1 : end], end + 1
        case '"':
            return _double(text, at + 1, doubled=doubled)
        case "\\":
            return text[at + 1 : at + 2], at + 2
        case char:
            return char, at + 1


def _double(text: str, at: int, *, doubled: bool) -> tuple[str, int]:
    said: list[str] = []
    while at < len(text):
        char, following = text[at], text[at + 1 : at + 2]
        if char == '"' and not (doubled and following == '"'):
            return "".join(said), at + 1
        is_pair = (char == "\\" and following in _IN_DOUBLE) or char == '"'
        said.append(following if is_pair else char)
        at += 1 + is_pair
    raise ValueError('"')


def _ansi(text: str, at: int) -> tuple[str, int]:
    """Read what stands between $' and ', where a backslash begins an escape as in C."""
    end = at
    while text[end : end + 1] != "'":
        if end >= len(text):
            raise ValueError("'")
        end += 2 if text[end] == "\\" else 1
    said = _ESCAPED.sub(_escape, text[at:end])
    # Browsers write what is beyond 16 bits as two halves.
    return storable(said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")), end + 1


def _escape(found: re.Match[str]) -> str:
    number = found[1] or found[2]
    return chr(int(number, 16)) if number else _LETTERS[found[3]]
