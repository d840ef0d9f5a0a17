"""What two records of one person come to, when they become one. Pure.

The number that stays keeps what is true of a number: its phone's status, and what was said of marketing under it. A yes
that was given for the other number does not come along; a no does, whichever number it was said under.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cablegram.contacts.model import Contact, Subscription

_NOT = Subscription.NOT_SUBSCRIBED


@dataclass(frozen=True, slots=True)
class Joined:
    """The one record; `taken` names the variables that the other record alone had."""

    contact: Contact
    taken: tuple[str, ...]
    tags: tuple[str, ...]

    def says_no_now(self, before: Contact) -> bool:
        """Tell whether a no came along that the record did not have before."""
        return self.contact.subscription is _NOT and before.subscription is not _NOT


def join(kept: Contact, gone: Contact, *, gone_said_stop: bool, now: datetime) -> Joined:
    """Return the one record of a person: where both know a variable, the number that stays is right.

    `gone_said_stop`: the other number stands on the blacklist.
    """
    taken = tuple(name for name, value in gone.variables.items() if value and not kept.variables.get(name))
    contact = replace(
        kept,
        variables={**kept.variables, **{name: gone.variables[name] for name in taken}},
        tags=sorted({*kept.tags, *gone.tags}),
        updated_at=now,
    )
    if kept.subscription is not _NOT and (gone_said_stop or gone.subscription is _NOT):
        contact.subscription, contact.subscription_at = _NOT, now
        contact.subscription_source = f"said under +{gone.number}"
    elif kept.subscription is None and gone.subscription is Subscription.NONE:
        contact.subscription, contact.subscription_at = Subscription.NONE, now
    added = tuple(tag for tag in contact.tags if tag not in kept.tags)
    return Joined(contact, taken, added)
