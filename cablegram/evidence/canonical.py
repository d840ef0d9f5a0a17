"""How an event of consent is written for its hashes, so that anybody can make them again in fifty years. Pure.

Form 1. A part is its length in bytes of UTF-8 as a decimal number, a colon, the bytes and a comma; an absent or empty
one is `-,`. Moments are whole microseconds since 1970-01-01 UTC, ids are written with hyphens in lower case, hashes as
hexadecimal digits in lower case.

    sealed = SHA-256(salt, the parts: number, by, source, words, said, url, address)
    hash   = SHA-256(hash of the row before, the parts: "cablegram evidence 1", account, id, at, recorded at, scope,
                     kind, how, before, version of the words, message, text, follows, count, digest, sealed)

Before the first row of an account stands SHA-256("cablegram evidence of " and the account's id). What tells of a person
is in the chain only as `sealed`: with the salt gone nobody can tell even from a list of all numbers whose it was, and
the chain is what it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cablegram.evidence.model import NewEvidence
from cablegram.kit.ids import AccountId

FORM = 1
NAME = "cablegram evidence 1"

Parts = tuple[str | None, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def beginning(account_id: AccountId) -> bytes:
    """Return what stands for the hash before an account's first row."""
    return sha256(f"cablegram evidence of {account_id}".encode()).digest()


def personal(one: NewEvidence) -> Parts:
    """Return the parts that are sealed with a row's salt."""
    return one.number, one.by, one.source, one.words, one.said, one.url, one.address


def seal(salt: bytes, one: NewEvidence) -> bytes:
    """Return the hash of what tells of the person."""
    return hashed(salt, personal(one))


def public(one: NewEvidence, sealed: bytes, recorded_at: datetime) -> Parts:
    """Return the parts that are chained behind the hash of the row before."""
    return (
        NAME,
        str(one.account_id),
        str(one.id),
        _micros(one.at),
        _micros(recorded_at),
        one.scope,
        one.kind,
        one.how,
        one.before,
        one.words_version,
        str(one.message_id) if one.message_id else None,
        str(one.text_id) if one.text_id else None,
        str(one.follows) if one.follows else None,
        None if one.count is None else str(one.count),
        one.digest.hex() if one.digest else None,
        sealed.hex(),
    )


def hashed(first: bytes, parts: Parts) -> bytes:
    """Return the hash of parts behind a salt or the hash of the row before."""
    written = "".join([f"{len(part)}:{part}," if part else "-," for part in parts])
    if not written.isascii():
        written = "".join([f"{len(part.encode())}:{part}," if part else "-," for part in parts])
    return sha256(first + written.encode()).digest()


def digest_of(numbers: Iterable[str]) -> bytes:
    """Return the digest of the numbers (digits of E.164, each once) that an event without a number is about."""
    return sha256(",".join(sorted(numbers)).encode()).digest()


def digest_of_ids(ids: Iterable[str]) -> bytes:
    """Return the digest of the rows, in their order, from which an event took what told of a person."""
    return sha256("".join(f"{one}," for one in ids).encode()).digest()


def _micros(at: datetime) -> str:
    return str((at - _EPOCH) // _MICROSECOND)
