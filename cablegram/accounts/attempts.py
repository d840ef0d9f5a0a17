"""Guessing passwords is slow: after ten wrong ones for a login, or thirty from an address, one has to wait.

A failure counts for a quarter of an hour, at the login as where a new password asks for the present one. Logins that
nobody has are counted like those that somebody has, so that the answer tells nothing about them. Many people can sit
behind one address, so it may have more failures than a login. The one-time login is not counted: it can't be guessed,
and lets a person in whose login somebody else keeps busy.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cablegram.accounts import store
from cablegram.kit.errors import Unavailable
from cablegram.kit.ids import uuid7
from cablegram.runtime.database import Conn

WINDOW = timedelta(minutes=15)
MOST_FOR_LOGIN = 10
MOST_FROM_ADDRESS = 30
MOST_LETTERS = 3
MOST_INVITATIONS = 50
MOST_LETTERS_FROM_ADDRESS = 10
AttemptId = UUID
_NETWORK = 64  # bits of an IPv6 address that name a customer's network; the others are theirs to choose


async def begin(conn: Conn, limits: Mapping[bytes, int], *, now: datetime) -> UUID:
    """Count an attempt as failed, before anybody knows: many at the same time are no way around the limit.

    `limits` are the subjects and how many failures each may have. Raises Unavailable (`too_many_attempts`); what is
    refused here is not counted.
    """
    await store.lock_attempts(conn)
    await store.forget_attempts(conn, before=now - WINDOW)
    failures = await store.attempts(conn, list(limits))
    waits = [until_free(failures.get(subject, []), most, now) for subject, most in limits.items()]
    if any(waits):
        raise _too_many(max(waits))
    attempt_id = uuid7()
    await store.insert_attempt(conn, attempt_id, list(limits), now)
    return attempt_id


async def succeeded(conn: Conn, attempt_id: UUID) -> None:
    """Take an attempt back, since it did not fail. Those that failed before it still count."""
    await store.delete_attempt(conn, attempt_id)


def limits_of(login: str, address: str, *, key: str, most: int = MOST_FOR_LOGIN) -> dict[bytes, int]:
    """Return what an attempt is counted for, as digests under a key, with the failures that each may have.

    `most` is how many the login may have.
    """
    return {
        _subject("login", login.strip().casefold(), key): most,
        _subject("address", network(address), key): MOST_FROM_ADDRESS,
    }


def limits_of_mail(email: str, address: str, *, key: str) -> dict[bytes, int]:
    """Return what a wish for a letter is counted for: few to one address, and not many from one network."""
    return {
        _subject("letter", email.strip().casefold(), key): MOST_LETTERS,
        _subject("letters from", network(address), key): MOST_LETTERS_FROM_ADDRESS,
    }


def limits_of_invitation(email: str, account: str, *, key: str) -> dict[bytes, int]:
    """Return what an invitation is counted for: few to one address, and not too many of one account."""
    return {
        _subject("letter", email.strip().casefold(), key): MOST_LETTERS,
        _subject("invitations of", account, key): MOST_INVITATIONS,
    }


def until_free(failures: Sequence[datetime], most: int, now: datetime) -> timedelta:
    """Return how long somebody with these failures, newest first, has to wait for another attempt; 0 if not at all."""
    return max(failures[most - 1] + WINDOW - now, timedelta(0)) if len(failures) >= most else timedelta(0)


def network(address: str) -> str:
    """Return what stands for where somebody comes from: an IPv4 address, an IPv6 network, or the text that it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), _NETWORK), strict=False))


def _subject(kind: str, text: str, key: str) -> bytes:
    return hashlib.sha256(f"{key}\0{kind}\0{text}".encode("utf-8", "surrogatepass")).digest()


def _too_many(wait: timedelta) -> Unavailable:
    minutes = -(-wait // timedelta(minutes=1))
    message = (
        f"There were too many attempts. Wait {minutes} minute{'s' * (minutes > 1)} and "
        "try again, or ask the operator for a link that logs you in."
    )
    return Unavailable("too_many_attempts", message, retry_after=-(-wait // timedelta(seconds=1)))
