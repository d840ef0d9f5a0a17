"""Say in a sentence what time had to say about a message: whether it waits, until when, and what it is exempt from."""

from __future__ import annotations

from datetime import datetime

from cablegram.consent import account_hours
from cablegram.consent.reasons import HELD_FOR_REVIEW
from cablegram.consent.sending_hours import ANY_TIME, SendingHours
from cablegram.consent.timing import AREA, AS_IT_COMES, LATE, Place, Timing, When, place
from cablegram.messages import story, timekeeping, times_store
from cablegram.messages.model import Draft, Message, MessageClass, Refusal, State
from cablegram.runtime.database import Conn

PASSES = "There is a time at which it may go."


async def of_message(conn: Conn, message: Message) -> str:
    """Say it of a message as it stands."""
    hours = (await account_hours.ask(conn, [message.account_id])).get(message.account_id, ANY_TIME)
    told = await times_store.timings(conn, [message.id, *([message.campaign_id] if message.campaign_id else [])])
    timing, zone = told.get(message.id, (AS_IT_COMES, None))
    if message.campaign_id:
        timing, _ = told.get(message.campaign_id, (AS_IT_COMES, None))
    where = place(message.number[:AREA], message.country, zone, default=hours.default_zone)
    if message.state is State.SCHEDULED and message.reason == HELD_FOR_REVIEW.code:
        return f"It waits for somebody to read what +{message.number} wrote: that may mean no."
    until = message.waits_until
    when = When(until, reason=message.reason) if until or message.reason == LATE else None
    return _sentence(when, timing, hours, where, message.message_class)


async def of_draft(conn: Conn, draft: Draft, *, now: datetime) -> str | Refusal:
    """Say it of a message that nobody has sent, as if it were sent now; or why there is no time for it."""
    hours = (await account_hours.ask(conn, [draft.account_id])).get(draft.account_id, ANY_TIME)
    timekeeping.set_times([draft], {draft.account_id: hours}, now=now)
    if draft.refusal:
        return draft.refusal
    where = place(draft.number[:AREA], draft.country, draft.time_zone, default=hours.default_zone)
    return _sentence(draft.when, draft.timing or AS_IT_COMES, hours, where, draft.message_class)


def _sentence(when: When | None, timing: Timing, hours: SendingHours, where: Place, message_class: MessageClass) -> str:
    if when is not None and when.reason == LATE:
        return "It is late: nothing ran when it was due, so it goes only if somebody says so."
    if when is not None and when.until is not None:
        return f"It is scheduled: {story.waits(when.reason, when.until, where)}."
    if hours.are_any and message_class is not MessageClass.MARKETING:
        return f"The account's quiet hours and the hours of laws are for marketing; this is {message_class.value}."
    if hours.are_any or timing != AS_IT_COMES:
        return f"It is within the hours that have to be kept (their time: {', '.join(where.zones)})."
    return PASSES
