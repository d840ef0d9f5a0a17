"""The addresses that answers to tickets come to: which ticket it is, and proof of whom its letter was for. Pure.

`support+<ticket><proof>@example.com`: the ticket's id and a code that belongs to it and to one person's address, both
in letters and digits that no mail server changes. Whoever has it got the letter, or was shown it by who did.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from uuid import UUID

_WORD = re.compile(r"([a-z2-7]{26})([a-z2-7]{16})")


def address_of(support: str, ticket_id: UUID, email: str, key: str) -> str:
    """Return the address that an answer of one person goes to; `key` is secret."""
    name, _, host = support.rpartition("@")
    return f"{name}+{_small(ticket_id.bytes)}{_proof(ticket_id, email, key)}@{host}"


def ticket_of(support: str, recipients: Iterable[str]) -> tuple[UUID, str] | None:
    """Return which ticket a message is for and the proof in its address; None where none of its addresses says so."""
    name, _, host = support.lower().rpartition("@")
    for one in recipients:
        local, _, domain = one.lower().rpartition("@")
        prefix, plus, word = local.partition("+")
        found = _WORD.fullmatch(word) if plus and (prefix, domain) == (name, host) else None
        if found:
            return UUID(bytes=base64.b32decode(f"{found[1].upper()}======")), found[2]
    return None


def is_for(ticket_id: UUID, email: str, proof: str, key: str) -> bool:
    """Tell whether a proof belongs to a ticket and the address of a person."""
    return hmac.compare_digest(proof, _proof(ticket_id, email, key))


def _proof(ticket_id: UUID, email: str, key: str) -> str:
    return _small(hmac.digest(key.encode(), f"{ticket_id} {email.lower()}".encode(), "sha256")[:10])


def _small(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
