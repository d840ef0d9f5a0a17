"""What somebody wrote, without marks and without what they answer to. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "hr"})
_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
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
    """Return the words of HTML, a line where a block ends."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = re.sub(r"[ \t\r\f\v]+", " ", "".join(reader.pieces))
    return re.sub(r" ?\n ?(?:\n ?)+", "\n\n", text).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as HTMLParser has it
        self._hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data.replace("\n", " "))
