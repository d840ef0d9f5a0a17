"""The events that a contact's subscription rests on, when an account records what a person said (L22, R115, R144)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cablegram.accounts.access import Principal
from cablegram.contacts.model import Contact, Subscription
from cablegram.evidence.model import MARKETING, Kind, NewEvidence
from cablegram.evidence.write import door
from cablegram.kit.ids import EvidenceId

_KINDS: Mapping[Subscription, Kind] = {
    Subscription.SUBSCRIBED: Kind.OPT_IN,
    Subscription.NOT_SUBSCRIBED: Kind.OPT_OUT,
    Subscription.NONE: Kind.NOT_KNOWN,
}


def of_subscription(
    who: Principal,
    number: str | None,
    said: Subscription,
    *,
    source: str,
    at: datetime,
    follows: EvidenceId | None = None,
) -> NewEvidence:
    """Return the event of somebody who records what a person said; `number` None: what is said of all new contacts."""
    return NewEvidence(
        who.account_id, number, MARKETING, _KINDS[said], door(who), who.name, at, source=source, follows=follows
    )


def of_change(who: Principal, held: Contact, new: Contact, *, at: datetime) -> list[NewEvidence]:
    """Return the events of a change of a contact by hand: of another number, of another subscription, or of neither.

    Of another number there are two: the old one rests, and what was said under it goes on under the new one.
    """
    told: list[NewEvidence] = []
    follows = held.evidence_id
    if new.number != held.number:
        how, stands = door(who), held.subscription.value if held.subscription else ""
        old = NewEvidence(
            who.account_id, held.number, MARKETING, Kind.PAUSED, how, who.name, at, source="has another number now"
        )
        other = NewEvidence(
            who.account_id,
            new.number,
            MARKETING,
            Kind.CHANGED,
            how,
            who.name,
            at,
            source=f"had the number +{held.number}",
            before=stands,
            follows=held.evidence_id,
        )
        told += [old, other]
        follows = other.id
    if new.subscription and (new.subscription, new.subscription_at) != (held.subscription, held.subscription_at):
        source = new.subscription_source or ""
        told.append(of_subscription(who, new.number, new.subscription, source=source, at=at, follows=follows))
    return told
