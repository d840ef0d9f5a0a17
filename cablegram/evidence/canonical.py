"""How an event of consent is written for its hashes, so that anybody can make them again in fifty years. Pure.

Form 1. A part is its length in bytes of UTF-8 as a decimal number, a colon, the bytes and a comma; an absent one is
`-,`. Moments are whole microseconds since 1970-01-01 UTC, ids are written with hyphens in lower case, hashes as
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

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ABSENT = b"-,"
_NAME = b"20:cablegram evidence 1,"


def beginning(account_id: AccountId) -> bytes:
    """Return what stands for the hash before an account's first row."""
    return sha256(f"cablegram evidence of {account_id}".encode()).digest()


def seal(salt: bytes, one: NewEvidence) -> bytes:
    """Return the hash of what tells of the person."""
    told = (one.number, one.by, one.source, one.words, one.said, one.url, one.address)
    return sha256(salt + b"".join([_part(text) for text in told])).digest()


def chain(after: bytes, one: NewEvidence, sealed: bytes, recorded_at: datetime) -> bytes:
    """Return the hash of a row that stands behind the one with the hash `after`."""
    digest = _ABSENT if one.digest is None else b"64:%b," % one.digest.hex().encode()
    parts = (
        after,
        _NAME,
        b"36:%b,36:%b," % (str(one.account_id).encode(), str(one.id).encode()),
        _moment(one.at),
        _moment(recorded_at),
        _part(one.scope),
        _part(one.kind),
        _part(one.how),
        _part(one.before),
        _part(one.words_version),
        _part(str(one.message_id)) if one.message_id else _ABSENT,
        _part(str(one.text_id)) if one.text_id else _ABSENT,
        _part(str(one.follows)) if one.follows else _ABSENT,
        _ABSENT if one.count is None else _part(str(one.count)),
        digest,
        b"64:%b," % sealed.hex().encode(),
    )
    return sha256(b"".join(parts)).digest()


def digest_of(numbers: Iterable[str]) -> bytes:
    """Return the digest of the numbers (digits of E.164, each once) that an event without a number is about."""
    return sha256(",".join(sorted(numbers)).encode()).digest()


def _part(text: str | None) -> bytes:
    if not text:
        return _ABSENT
    data = text.encode()
    return b"%d:%b," % (len(data), data)


def _moment(at: datetime) -> bytes:
    return _part(str((at - _EPOCH) // _MICROSECOND))
