"""The proof of consent of one number as JSON: all that stands in it, and what its hashes are made of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from cablegram.consent.proof import Proof
from cablegram.consent.proof_words import NO_NAMES, heading, verdict
from cablegram.evidence.model import Evidence

HOW_TO_VERIFY = (
    "sealed = SHA-256(salt, parts of: number, by, source, words, said, url, address); hash = SHA-256(after, parts of: "
    "'cablegram evidence 1', account_id, id, at, recorded_at, scope, kind, how, before, words_version, message_id, "
    "text_id, follows, count, digest, sealed). A part is its length in bytes, a colon, the bytes of its UTF-8 and a "
    "comma; an absent one is '-,'. Numbers have no plus; moments are microseconds since 1970; hashes are hexadecimal."
)


def facts(proof: Proof) -> dict[str, Any]:
    """Return the proof as plain values."""
    contact = proof.contact
    return {
        "number": f"+{proof.number}",
        "account": proof.account,
        "at": proof.at,
        "sentence": verdict(proof),
        "marketing_allowed_by": proof.allows.told.id if proof.allows else None,
        "subscription": contact.subscription if contact else None,
        "blacklisted_at": proof.barred.added_at if proof.barred else None,
        "events": [event(one, proof.names) for one in proof.events],
        "has_more": proof.more,
        "how_to_verify": HOW_TO_VERIFY,
    }


def event(one: Evidence, names: Mapping[str, str] = NO_NAMES) -> dict[str, Any]:
    """Return an event as plain values; what is absent is null. `names` are those of programs, by their scopes."""
    told, link = one.told, one.link
    return {
        "id": told.id,
        "seq": one.seq,
        "at": told.at,
        "recorded_at": one.recorded_at,
        "sentence": heading(one, names),
        "number": f"+{told.number}" if told.number else None,
        "scope": told.scope,
        "kind": told.kind,
        "how": told.how,
        "by": told.by or None,
        "source": told.source or None,
        "words": told.words or None,
        "words_version": told.words_version or None,
        "said": told.said or None,
        "url": told.url or None,
        "address": told.address or None,
        "message_id": told.message_id,
        "text_id": told.text_id,
        "before": told.before or None,
        "follows": told.follows,
        "count": told.count,
        "digest": told.digest.hex() if told.digest else None,
        "after": link.after.hex(),
        "hash": link.hash.hex(),
        "sealed": link.sealed.hex(),
        "salt": link.salt.hex() if link.salt else None,
    }


def written(proof: Proof) -> bytes:
    """Return the proof as a JSON file."""
    return msgspec.json.format(msgspec.json.encode(facts(proof)), indent=2) + b"\n"
