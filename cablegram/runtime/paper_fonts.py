"""Which fonts of this machine can print what Latin-1 can't: the widest first, those of single scripts behind it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/System/Library/Fonts/Supplemental"),
    Path("/Library/Fonts"),
)
_NAMES = (
    "DejaVuSans.ttf",
    "Arial Unicode.ttf",
    "NotoSans-Regular.ttf",
    "FreeSans.ttf",
    "LiberationSans-Regular.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "unifont.ttf",
    "wqy-microhei.ttf",
    "DroidSansFallbackFull.ttf",
)
_MOST = 4


@cache
def found() -> tuple[Path, ...]:
    """Return fonts that are here; none is fine: then characters stand as their numbers."""
    there = {path.name: path for folder in _FOLDERS if folder.is_dir() for path in folder.rglob("*.ttf")}
    return tuple(there[name] for name in _NAMES if name in there)[:_MOST]
