"""What an event of consent says to people: who, when, how, and to which words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from cablegram.consent.proof import Proof
from cablegram.evidence.model import EVERYTHING, MARKETING, Evidence, How, Kind
from cablegram.evidence.standing import SUBSCRIBED

_KINDS: Mapping[str, str] = {
    Kind.ASKED: "was asked, and has not answered",
    Kind.OPT_IN: "agreed",
    Kind.CONFIRMED: "confirmed",
    Kind.OPT_OUT: "wants no more",
    Kind.DOUBTED: "wrote what may mean no: held until somebody reads it",
    Kind.CLEARED: "somebody read it, and it is no opt-out",
    Kind.IMPORTED: "agreed, as the account's file says",
    Kind.KNOWN: "was subscribed before this ledger began",
    Kind.NOT_KNOWN: "it was recorded that nothing is known",
    Kind.REMINDED: "was reminded",
    Kind.PAUSED: "rests",
    Kind.RESUMED: "may be written to again",
    Kind.CHANGED: "has another number or record",
    Kind.ERASED: "was taken out on request",
}
_HOWS: Mapping[str, str] = {
    How.TEXT: "by text",
    How.PAGE: "on a web page",
    How.API: "told by a program",
    How.PANEL: "told by a person in the panel",
    How.COMMAND: "told by the operator",
    How.FILE: "by a file",
    How.CARRIER: "told by the carrier",
    How.PROVIDER: "told by the provider",
    How.LEDGER: "when the ledger began",
}
NO_NAMES: Mapping[str, str] = {}
_SCOPES: Mapping[str, str] = {MARKETING: "marketing", EVERYTHING: "everything the account sends"}


def heading(one: Evidence, names: Mapping[str, str] = NO_NAMES) -> str:
    """Say what happened, in one line; `names` are those of programs, by their scopes."""
    told = one.told
    scope = _SCOPES.get(told.scope) or names.get(told.scope) or f"program {told.scope}"
    return f"{_KINDS.get(told.kind, told.kind)}: {scope}, {_HOWS.get(told.how, told.how)}"


def lines(one: Evidence) -> list[tuple[str, str]]:
    """Return all else that is known of an event: (label, value)."""
    told, link = one.told, one.link
    version = f"Words shown, version {told.words_version}" if told.words_version else "Words shown"
    many = f"of {told.count:,} people, whose numbers have the SHA-256 {told.digest.hex()}" if told.digest else ""
    known = [
        ("Recorded", f"{moment(one.recorded_at)} by {told.by or 'somebody who was taken out on request'}"),
        ("Source", told.source),
        (version, told.words),
        ("The person wrote", told.said),
        ("Page", told.url),
        ("Address", told.address),
        ("Message", str(told.message_id or "")),
        ("Text", str(told.text_id or "")),
        ("Before it stood", told.before),
        ("Follows", str(told.follows or "")),
        ("Event for many", many),
        ("Event", f"{told.id}, number {one.seq} of the account's chain"),
        ("Hash", link.hash.hex()),
    ]
    return [(label, value) for label, value in known if value]


def verdict(proof: Proof) -> str:
    """Say in a sentence whether the number may get marketing, and why."""
    if proof.barred:
        return f"It gets nothing: it is on the blacklist since {moment(proof.barred.added_at)}."
    if proof.allows:
        return f"Marketing is allowed by event {proof.allows.seq} ({heading(proof.allows, proof.names)})."
    if proof.contact is None:
        return "It is nobody's whom the account knows, and no event allows marketing."
    said = proof.contact.subscription
    stands = "nothing is recorded" if said is None else f"the record says {said.replace('_', ' ')}"
    return f"No event allows marketing: {stands}."


def allowed_by(one: Evidence | None, *, subscription: str) -> str:
    """Say by which event marketing was allowed; None: there is none, or none any more, whatever the record said."""
    if one is not None:
        return f"Event {one.seq} of the ledger, {one.told.id}, allowed it: {heading(one)} at {moment(one.told.at)}."
    if subscription == SUBSCRIBED:
        return "The event that allowed it is no longer in the ledger under this number."
    return "No event of the ledger says so; the account's rules count that nothing is recorded as a yes."


def moment(at: datetime) -> str:
    """Write a moment to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
