"""The duplicate guard: the same text to the same person within 12 hours goes once (R56)."""

from __future__ import annotations

import hashlib


def fingerprint(owner: bytes, number: str, text: str, media_url: str = "") -> bytes:
    """Return 16 octets that stand for one text to one person of one account or store (`owner` is its id).

    The text counts exactly, to the last space; so does the address of its media. Parts can't run into one another.
    """
    # No separator can occur inside: a number has digits alone, and surrogates never reach UTF-8 text otherwise.
    written = f"{number}\0{len(text)}\0{text}\0{media_url}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(written, digest_size=16, key=owner).digest()
