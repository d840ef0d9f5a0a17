"""Keys and tokens: random and long, shown once, and kept as their SHA-256 alone.

A password needs argon2 because people choose it. Nobody guesses 240 random bits, so one SHA-256 is enough for these,
and cheap enough for every request.
"""

from __future__ import annotations

import hashlib
import re
import secrets

_KEY_PREFIX = "sk_"
_SESSION_PREFIX = "st_"
_RANDOM_BYTES = 30  # 40 characters of base64
_KEY = re.compile(r"sk_[A-Za-z0-9_-]{40}")
_SESSION = re.compile(r"st_[A-Za-z0-9_-]{40}")
_HINT = 7


def new_key() -> str:
    """Make an API key: `sk_` and 40 characters that are safe in URLs and shells."""
    return _KEY_PREFIX + new_token()


def new_token() -> str:
    """Make a token of a session or a one-time login: 40 characters that are safe in URLs and cookies."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def new_session_token() -> str:
    """Make a token of a program that logged in for a person: `st_` and 40 characters."""
    return _SESSION_PREFIX + new_token()


def looks_like_session(text: str) -> bool:
    """Tell whether a text can be such a token at all."""
    return _SESSION.fullmatch(text) is not None


def looks_like_key(text: str) -> bool:
    """Tell whether a text can be a key at all, so that nonsense costs no look into the database."""
    return _KEY.fullmatch(text) is not None


def digest(token: str) -> bytes:
    """Return what is kept of a key or token. Any text has one, also what no client should have sent."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def hint(key: str) -> str:
    """Return the first characters of a key: enough to tell it from others, far too few to use it."""
    return key[:_HINT]
