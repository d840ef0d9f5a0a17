"""Tell drafts when they go out, a batch at a time (R109, R110, R147). Pure.

It is decided once for all that share what they were told, where they may be and what their account says: a handful of
times for a batch of thousands. Nothing is looked at where nobody said anything about time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cablegram.consent import timing as times
from cablegram.consent.sending_hours import ANY_TIME, SendingHours
from cablegram.consent.timing import AREA, AS_IT_COMES, AT_ONCE, Place, Timing, When
from cablegram.kit.ids import AccountId
from cablegram.messages.model import Draft, MessageClass, Refusal
from cablegram.pacing.quiet_hours import Why

CLOCK_SKEW = timedelta(minutes=1)
"""A planned moment that is past by no more is now: clocks differ."""
FARTHEST = timedelta(days=366)

_SENTENCES = {
    Why.EXPIRED: ("validity_over", "The validity of the message has ended; give it a later end.", "valid_until"),
    Why.WINDOW_MISSED: (
        "window_missed",
        "The validity of the message ends before the next hours at which it may go. Give a later end, or wider hours.",
        "valid_until",
    ),
    Why.OUTSIDE_HOURS: (
        "outside_hours",
        "It is outside the hours at which this may go to the recipient, and it is to be dropped then.",
        "when_closed",
    ),
    Why.NEVER_OPEN: (
        "never_open",
        "There is no hour at which this may go to the recipient: the hours that have to be kept exclude each other.",
        "schedule",
    ),
}
REFUSALS: Mapping[Why, Refusal] = {why: Refusal(*sentence) for why, sentence in _SENTENCES.items()}
_PAST = Refusal("send_at_past", "`send_at` is in the past; leave it away to send now.", "send_at")
_FAR = Refusal("send_at_far", "`send_at` is more than a year ahead.", "send_at")


def set_times(drafts: Sequence[Draft], hours: Mapping[AccountId, SendingHours], *, now: datetime) -> bool:
    """Set `when` of drafts that wait or whose hours end, and refuse those for which no time is left.

    `hours` are those of the accounts that have some. Returns whether anything was said about time.
    """
    if not any(its.are_any for its in hours.values()) and all(draft.timing is None for draft in drafts):
        return False
    told: dict[tuple[int, int, int, bool, bool], tuple[When | Refusal, Place]] = {}
    for draft in drafts:
        its = hours.get(draft.account_id, ANY_TIME)
        is_marketing = draft.message_class is MessageClass.MARKETING
        if draft.timing is None and not (is_marketing and its.are_any):
            continue
        timing = draft.timing or AS_IT_COMES
        where = times.place(draft.number[:AREA], draft.country, draft.time_zone, default=its.default_zone)
        is_alone = draft.campaign_id is None
        # By identity, for a dataclass's hash takes a microsecond; so each of them has to live as long as the table.
        key = (id(timing), id(its), id(where), is_marketing, is_alone)
        known = told.get(key)
        if known is None:
            found = _when(timing, its, where, is_marketing=is_marketing, is_alone=is_alone, now=now)
            known = told[key] = found, where
        found = known[0]
        if isinstance(found, Refusal):
            draft.refusal = found
        elif found is not AT_ONCE:
            draft.when = found
    return True


def _when(
    timing: Timing, hours: SendingHours, where: Place, *, is_marketing: bool, is_alone: bool, now: datetime
) -> When | Refusal:
    if timing.not_before is not None:
        if timing.not_before < now - CLOCK_SKEW:
            return _PAST
        if timing.not_before > now + FARTHEST:
            return _FAR
    ends = timing.ends(now)
    found = times.when(timing, hours, where, is_marketing=is_marketing, is_alone=is_alone, now=now, ends=ends)
    if isinstance(found, Why):
        return REFUSALS[found]
    return AT_ONCE if found == AT_ONCE else found
