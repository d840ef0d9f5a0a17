"""What somebody wrote, without marks and without what they answer to. Pure."""

from __future__ import annotations

import re
import string
from html import unescape

_BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "hr"})
_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
_RAW = frozenset({"script", "style"})  # in which a `<` begins nothing but their end
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_MOST_OF_ATTRIBUTE = 300  # characters of one that has a `>` in it
_SMALL = {ord(letter): letter.lower() for letter in string.ascii_uppercase}
# The line with which mail programs begin what is answered to, in the languages of this house and some others.
_OPENING = re.compile(
    r"^(?:on .{4,300} wrote:|el .{4,300} escribi[oó]:|am .{4,300} schrieb .{1,300}:|le .{4,300} a écrit :?"
    r"|-{2,}\s*(?:original message|mensaje original|forwarded message)\s*-{2,}|_{20,})$",
    re.IGNORECASE,
)
_SIGNATURE = "--"
_JOINED = 3  # lines over which a mail program may break its opening


def own_words(text: str) -> str:
    """Return what the writer added, nothing from where the quoted letter begins; all where that leaves nothing."""
    lines = text.replace("\u00a0", " ").split("\n")
    kept = lines[: _end(lines)]
    while kept and (kept[-1].startswith(">") or not kept[-1].strip()):
        kept.pop()
    own = "\n".join(line.rstrip() for line in kept).strip()
    return own or "\n".join(line.rstrip() for line in lines).strip()


def _end(lines: list[str]) -> int:
    for place, line in enumerate(lines):
        if line.rstrip() == _SIGNATURE:
            return place
        if any(_OPENING.fullmatch(" ".join(lines[place : place + n]).strip()[:700]) for n in range(1, _JOINED + 1)):
            return place
    return len(lines)


def words_of_html(html: str) -> str:
    """Return the words of HTML, a line where a block ends.

    Each character is looked at once or twice: the parser of the standard library takes minutes for what is made to.
    """
    pieces: list[str] = []
    hidden = place = 0
    small = html.lower() if html.isascii() else html.translate(_SMALL)
    while place < len(html):
        start = html.find("<", place)
        if not hidden:
            pieces.append(unescape(html[place : start if start >= 0 else None]).replace("\n", " "))
        if start < 0:
            break
        found = _TAG.match(small, start)
        end = _end_of(small, start, found[2] if found else "")
        if end < 0:  # it never ends: no more words, or no tag at all
            break
        if found is None:
            if not hidden and end == start + 1:
                pieces.append("<")
        else:
            name = found[2]
            if name in _HIDDEN and name not in _RAW:
                hidden = max(0, hidden + (-1 if found[1] else 1))
            if name in _BREAKS:
                pieces.append("\n")
        place = end
    text = re.sub(r"[ \t\r\f\v]+", " ", "".join(pieces))
    return re.sub(r" ?\n ?(?:\n ?)+", "\n\n", text).strip()


def _end_of(small: str, start: int, name: str) -> int:
    """Return the place behind what begins with a `<`: a comment, a tag, a script and all in it; -1 if none."""
    if small.startswith("<!--", start):
        return _behind(small, "-->", start + 4)
    if not name and small[start + 1 : start + 2] not in {"!", "?", "/"}:
        return start + 1  # no more than a sign that somebody wrote
    end = small.find(">", start)
    if end >= 0 and small.count('"', start, end) % 2:  # it may stand in an attribute
        quote = small.find('"', end, end + _MOST_OF_ATTRIBUTE)
        end = small.find(">", quote) if quote >= 0 else end
    if end >= 0 and name in _RAW and small[start + 1] != "/":
        closing = small.find(f"</{name}", end)
        end = small.find(">", closing) if closing >= 0 else -1
    return end + 1 if end >= 0 else -1


def _behind(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return found + len(mark) if found >= 0 else -1
