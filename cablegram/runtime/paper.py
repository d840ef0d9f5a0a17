"""Pages to print: PDF with texts in any script, for proofs, receipts and statements.

What no font at hand can show stands as its number ([U+4E2D]); nothing is left out without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

_PLAIN = "helvetica"
INK, DIM = (20, 20, 20), (95, 95, 95)
_RULE = (200, 200, 200)
_LABEL, _WIDTH = 38.0, 180.0  # millimeters


class Page:
    """Pages that can print anything: `text` is all that will stand there; `fonts` are tried beyond Latin-1 in order."""

    def __init__(self, text: str, fonts: Sequence[Path]) -> None:
        self.pdf = FPDF()
        self.pdf.set_margins(15, 14)
        self.pdf.set_auto_page_break(auto=True, margin=12)
        self.pdf.add_page()
        self._family, self._shown = _PLAIN, frozenset[str]()
        if not _is_plain(text):
            self._load(text, fonts)

    def _load(self, text: str, fonts: Sequence[Path]) -> None:
        wanted = {char for char in text if not _is_plain(char)}
        names: list[str] = []
        for place, path in enumerate(fonts):
            if not wanted:
                break
            name = f"own{place}"
            self.pdf.add_font(name, fname=path)
            has = {char for char in wanted if ord(char) in self.pdf.fonts[name].cmap}  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - of a font of a file
            self._shown |= has
            wanted -= has
            names.append(name)
        if names:
            self._family = names[0]
            self.pdf.set_fallback_fonts(names[1:], exact_match=False)

    def text(self, text: str, *, size: float, color: tuple[int, int, int] = INK) -> None:
        """Print a line, or as many as it takes."""
        self._style(size, color)
        self.pdf.multi_cell(_WIDTH, size * 0.48, self._clean(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def pair(self, label: str, value: str) -> None:
        """Print a value behind its label."""
        if self.pdf.will_page_break(4.2):
            self.pdf.add_page()
        self._style(8, DIM)
        self.pdf.cell(_LABEL, 4.2, self._clean(label))
        self._style(8, INK)
        self.pdf.multi_cell(
            _WIDTH - _LABEL,
            4.2,
            self._clean(value),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            wrapmode=WrapMode.CHAR,
        )

    def rule(self) -> None:
        """Draw a line across."""
        self.gap(1.5)
        self.pdf.set_draw_color(*_RULE)
        self.pdf.line(15, self.pdf.get_y(), 195, self.pdf.get_y())
        self.gap(1.5)

    def gap(self, height: float) -> None:
        """Leave some room."""
        self.pdf.ln(height)

    def _style(self, size: float, color: tuple[int, int, int]) -> None:
        self.pdf.set_font(self._family, size=size)
        self.pdf.set_text_color(*color)

    def _clean(self, text: str) -> str:
        return "".join([self._char(char) for char in text])

    def _char(self, char: str) -> str:
        if char == "\n" or _is_plain(char) or char in self._shown:
            return char
        return " " if ord(char) < 32 or 127 <= ord(char) < 160 else f"[U+{ord(char):04X}]"


def _is_plain(text: str) -> bool:
    return all(" " <= char <= "~" or "\xa0" <= char <= "\xff" or char == "\n" for char in text)
