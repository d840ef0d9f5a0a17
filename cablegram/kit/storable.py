"""What others say, as our database can hold it. Pure."""

from __future__ import annotations


def storable(text: str) -> str:
    """Return a text without NUL, and with question marks for halves of characters: JSON and headers may have both."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode(errors="replace").decode()
