"""Plain words for the codes that rooms use: why a message is in its state, and what happened to it. Pure.

The words are English message ids; templates pass them through the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.consent.model import Entry, How

REASONS = {
    "schedule": "waits for its time",
    "quiet_hours": "quiet hours of the person",
    "operator_hold": "held by the operator",
    "after_restore": "held after a restore",
    "out_of_funds": "the balance ran out",
    "by_hand": "paused by hand",
    "carrier_refused": "the carrier refused it",
    "carrier_busy": "the carrier asked for time too often",
    "throttled": "the carrier asked to slow down",
    "no_answer": "the carrier did not answer in time",
    "dispatcher_died": "a process ended while it was on the wire",
    "resent": "sent again by the operator's policy",
    "not_written": "it got no turn on its link; nothing of it was written",
    "outcome_unknown": "nobody could say for three days",
    "campaign_cancelled": "its campaign was stopped",
    "insufficient_credit": "too little credit",
    "no_tariff": "no tariff for this country",
    "no_route": "no way out for this number",
    "number_invalid": "not a valid number",
    "number_landline": "a fixed line, texts don't reach it",
    "number_too_long": "too many digits for a number",
    "missing_variable": "a value for the text is missing",
    "text_too_short": "the text has under 5 characters",
    "text_too_long": "the text has over 255 segments",
    "bad_character": "a character that can't be sent",
    "late": "late: waits for your word",
    "cancelled_late": "withdrawn because it was late",
    "blacklisted": "on the blacklist",
    "held_for_review": "wrote what may mean no",
    "opted_out": "opted out",
    "number_bounced": "the number takes no texts",
    "number_paused": "paused by you",
    "not_subscribed": "not subscribed",
    "consent_unknown": "nobody knows whether they want it",
    "country_not_allowed": "a country you do not send to",
    "range_not_allowed": "a kind of number you do not send to",
    "short_code_abroad": "the short code does not reach abroad",
    "sender_name_not_carried": "no names are carried there",
    "sender_name_blocked": "the name is blocked there",
    "sender_name_not_registered": "the name is not registered there",
    "sender_number_foreign": "no foreign numbers are taken there",
    "duplicate_text": "had this very text already",
    "frequency_cap": "had as many as your cap allows",
    "dwell_time": "had one too short a time ago",
    "campaign_cap": "had as many of this campaign as it allows",
    "validity_over": "its validity had ended",
    "window_missed": "its validity ends before its hours",
    "outside_hours": "outside of the hours",
    "never_open": "no hour is open for them",
}


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


def reason(code: str | None) -> str:
    """Say why a message is where it is; a code without words of its own is read as words."""
    return REASONS.get(code, code.replace("_", " ")) if code else ""


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
    return Happening(sign, title, "" if kind in _TOLD_BY_TITLE else REASONS.get(detail, detail))
