"""Plain words for the codes that rooms use: why a message is in its state, and what happened to it. Pure.

The words are English message ids; templates pass them through the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.consent.model import Entry, How
from cablegram.messages.wording import WORDS


@dataclass(frozen=True, slots=True)
class Sign:
    """How a state's word is drawn: a Lucide icon (none: a dot that breathes), a color family, and what it means.

    Messages have a family each (their fill on the tape); the others share wait, move, done, late, fail, off.
    """

    icon: str
    family: str
    meaning: str = ""


_MESSAGE = {
    "scheduled": ("clock", "waits for its time"),
    "queued": ("layers", "waits for room on a link"),
    "submitting": ("send", "claimed, on the wire"),
    "submitted": ("check", "the carrier took it"),
    "delivered": ("check-check", "the network confirmed it"),
    "undelivered": ("circle-x", "could not be delivered"),
    "expired": ("hourglass", "its validity ended"),
    "rejected": ("octagon-minus", "the carrier refused it at once"),
    "failed": ("triangle-alert", "could not be handed over"),
    "cancelled": ("circle-slash", "withdrawn before hand-over"),
    "skipped": ("corner-up-right", "a rule said no, never charged"),
    "unknown": ("circle-question-mark", "claimed, and nobody can say yet"),
}
SIGNS: dict[str, dict[str, Sign]] = {
    "message": {word: Sign(icon, word, meaning) for word, (icon, meaning) in _MESSAGE.items()},
    "campaign": {
        "ready": Sign("clock", "wait"),
        "scheduled": Sign("clock", "wait"),
        "running": Sign("", "move"),
        "paused": Sign("pause", "late"),
        "finished": Sign("check-check", "done"),
        "cancelled": Sign("circle-slash", "off"),
    },
    "recharge": {
        "started": Sign("clock", "wait", "the processor is being asked"),
        "needs_action": Sign("clock", "late", "its holder has to confirm it with their bank"),
        "unknown": Sign("circle-question-mark", "ask", "nobody can say yet whether money was taken"),
        "paid": Sign("check", "done", "the credits are in the balance"),
        "failed": Sign("circle-x", "fail", "no money was taken"),
        "refunded": Sign("undo-2", "off", "the money went back, and the credits with it"),
        "disputed": Sign("triangle-alert", "fail", "the card's bank took the money back"),
    },
    "link": {
        "connecting": Sign("refresh-cw", "wait"),
        "binding": Sign("refresh-cw", "wait"),
        "bound": Sign("check", "done"),
        "throttled": Sign("gauge", "late"),
        "answering": Sign("check", "done"),
        "untested": Sign("triangle-alert", "late", "no test was taken yet"),
        "refused": Sign("octagon-minus", "fail"),
        "login_failed": Sign("octagon-minus", "fail", "dispatch error: the provider gives no token"),
        "paused": Sign("pause", "late", "the provider refuses the whole account"),
        "down": Sign("circle-x", "fail"),
        "stopped": Sign("square", "off"),
    },
    "person": {
        "active": Sign("check", "done"),
        "bounced": Sign("circle-x", "fail"),
        "paused": Sign("pause", "late"),
        "subscribed": Sign("check", "done"),
        "not subscribed": Sign("circle-slash", "off"),
        "none": Sign("circle-question-mark", "wait", "nothing is recorded"),
        "blacklisted": Sign("ban", "fail"),
        "to review": Sign("circle-question-mark", "ask"),
    },
    "service": {
        "requested": Sign("clock", "wait", "the operator has not looked at it yet"),
        "approved": Sign("check", "done"),
        "rejected": Sign("octagon-minus", "fail"),
        "suspended": Sign("pause", "late", "it answers STOP and HELP alone"),
        "closed": Sign("circle-slash", "off"),
    },
    "hosting": {
        "requested": Sign("clock", "wait", "the operator looks at the papers"),
        "approved": Sign("check", "done", "it sends and receives texts"),
        "rejected": Sign("octagon-minus", "fail"),
        "withdrawn": Sign("circle-slash", "off"),
        "removed": Sign("circle-slash", "off", "it was hosted, and is no sender any more"),
    },
    "subscriber": {
        "guest": Sign("circle-question-mark", "wait", "known, and said nothing"),
        "asked": Sign("clock", "wait", "has to answer YES"),
        "in": Sign("check", "done"),
        "paused": Sign("pause", "late", "the carrier says that the line rests"),
        "out": Sign("circle-slash", "off"),
    },
    "job": {
        "waiting": Sign("clock", "wait"),
        "running": Sign("", "move"),
        "finished": Sign("check-check", "done"),
        "failed": Sign("triangle-alert", "fail"),
        "cancelled": Sign("circle-slash", "off"),
    },
    "letter": {
        "waiting": Sign("clock", "wait"),
        "sent": Sign("check", "done", "the mail server took it"),
        "failed": Sign("circle-x", "fail"),
    },
    "mail": {
        "opened": Sign("check", "done", "a ticket"),
        "answered": Sign("check", "done", "an answer in a ticket"),
        "returned": Sign("triangle-alert", "late", "a letter came back"),
        "automatic": Sign("refresh-cw", "off", "a program wrote it"),
        "stranger": Sign("circle-question-mark", "wait", "nobody here has that address"),
        "refused": Sign("octagon-minus", "fail"),
    },
    "webhook": {
        "on": Sign("check", "done"),
        "failing": Sign("triangle-alert", "late", "no attempt succeeded lately"),
        "stopped": Sign("circle-x", "fail", "it took nothing for five days"),
        "gone": Sign("octagon-minus", "fail", "its program said that it is gone"),
        "off": Sign("circle-slash", "off"),
    },
    "event": {
        "waiting": Sign("clock", "wait"),
        "retrying": Sign("refresh-cw", "late", "tried in vain, and tried again by the schedule"),
        "delivered": Sign("check", "done"),
        "missed": Sign("circle-x", "fail", "given up, or its webhook was off"),
    },
    "process": {"alive": Sign("check", "done"), "gone": Sign("circle-x", "fail")},
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline as it is drawn: `sign` is a state's name or an icon's."""

    sign: str
    title: str
    body: str = ""


_HAPPENINGS = {
    "accepted": ("queued", "Accepted and charged"),
    "checked": ("check", "Number, sender and class are in order"),
    "routed": ("plug", "A way was found"),
    "priced": ("tags", "Priced"),
    "charged": ("wallet", "Charged"),
    "refunded": ("wallet", "Given back"),
    "held": ("scheduled", "Held after a restore"),
    "released": ("queued", "Let go of"),
    "given_up": ("failed", "Given up as lost"),
    "submitting": ("submitting", "Claimed for a link"),
    "submitted": ("submitted", "The carrier took it"),
    "answered": ("radio-tower", "The carrier answered"),
    "receipt": ("message-circle-reply", "A receipt came"),
    "clicked": ("external-link", "Opened the link"),
    "exchange": ("radio-tower", "Said between us and the provider"),
    "asked": ("message-circle-reply", "The receipt was overdue: the carrier was asked"),
    "lost": ("unknown", "No answer: nobody can say whether the carrier took it"),
    "resent": ("queued", "Sent again"),
    "requeued": ("queued", "Back in the queue: its bytes were never written"),
    "rerouted": ("queued", "Moved to another connector"),
    "delivered": ("delivered", "Delivered"),
    "undelivered": ("undelivered", "Could not be delivered"),
    "expired": ("expired", "Its validity ended"),
    "rejected": ("rejected", "Refused, and refunded"),
    "failed": ("failed", "Given up, and refunded"),
    "cancelled": ("cancelled", "Withdrawn, and refunded"),
    "skipped": ("skipped", "Not sent, and not charged"),
}


# Lines that a message's own row tells: their detail repeats the title, or stands on the screen beside it.
_TOLD_BY_TITLE = frozenset({"accepted", "submitting", "submitted"})


def barred(entry: Entry) -> str:
    """Say how somebody came to the blacklist."""
    note = f" ({entry.note})" if entry.note else ""
    return {
        How.BY_HAND: f"{entry.added_by} put them on the blacklist{note}.",
        How.IMPORT: f"They came with a file that {entry.added_by} imported{note}.",
        How.STOP: "They wrote STOP, and come back with START.",
        How.REVIEW: f"They wrote something that {entry.added_by} read as no.",
    }[entry.how]


def happening(kind: str, detail: str = "") -> Happening:
    """Say what a line of a message's story means; the detail is a reason's code or evidence."""
    sign, title = _HAPPENINGS.get(kind, ("circle-question-mark", kind.replace("_", " ").capitalize()))
    return Happening(sign, title, "" if kind in _TOLD_BY_TITLE else WORDS.get(detail, detail))


def all_texts() -> list[str]:
    """List the titles of stories' lines, for the catalogues."""
    return sorted({title for _, title in _HAPPENINGS.values()})
