"""Passwords at rest: argon2id (RFC 9106), one lane, with the memory and rounds of the settings.

A hash says with which parameters it was made, so old ones keep working after a change of the settings.
These functions take tens of milliseconds on purpose: call them in a thread.
"""

from __future__ import annotations

import base64
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from cablegram.kit.errors import Fault, InvalidInput

LEAST = 10
MOST = 200  # argon2 would take any length, but nobody types a megabyte
_SALT = 16
_HASH = 32


def check_new(password: str, *, field: str = "new_password") -> None:
    """Raise InvalidInput (`bad_password`) unless a password has 10 to 200 characters; which, people decide."""
    if not LEAST <= len(password) <= MOST:
        message = f"A password has {LEAST} to {MOST} characters; three or four words that belong together do well."
        raise InvalidInput("bad_password", message, faults=[Fault(field, "bad_password", message)])


def hash_new(password: str, *, memory: int, rounds: int) -> str:
    """Return what is kept of a password; `memory` in KiB."""
    return _hasher(memory, rounds).hash(_octets(password))


def matches(stored: str | None, password: str, *, memory: int, rounds: int) -> bool:
    """Tell whether a password is the one whose hash is stored.

    With nothing stored the answer is no, after the same work: how long it takes tells nobody whether a login exists.
    """
    try:
        return _hasher(memory, rounds).verify(stored or nobodys_hash(memory, rounds), _octets(password))
    except VerifyMismatchError:
        return False


def is_outdated(stored: str, *, memory: int, rounds: int) -> bool:
    """Tell whether a hash was made with other parameters than those in force."""
    return _hasher(memory, rounds).check_needs_rehash(stored)


def nobodys_hash(memory: int, rounds: int) -> str:
    """Return a hash that no password has, of the same form and cost as everybody's."""
    salt, value = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (_SALT, _HASH))
    return f"$argon2id$v=19$m={memory},t={rounds},p=1${salt}${value}"


@lru_cache(maxsize=4)
def _hasher(memory: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory, parallelism=1, hash_len=_HASH, salt_len=_SALT)


def _octets(password: str) -> bytes:
    # One keyboard writes an accented letter as one character, another as two; both mean the same password.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
