"""Why a message does not go: one catalog of codes, each with its sentence and what would change it.

Words in braces are filled with the values that the rule saw. Each code has a heading in docs/reference/errors.md: on a
single call it is the code of the error, in a campaign the reason of the skipped recipient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `anchor` is its place in the documentation, `field` the part of a call that it is about."""

    code: str
    sentence: str
    remedy: str
    field: str | None = "to"

    @property
    def anchor(self) -> str:
        """Return where the documentation explains it."""
        return f"reference/errors.md#{self.code}"

    def told(self, values: Mapping[str, str]) -> str:
        """Say it of one message."""
        return self.sentence.format_map(values)


BLACKLISTED = Reason(
    "blacklisted",
    "{number} is on the account's blacklist, which beats everything else.",
    "Take the number off the blacklist, if the person asks for it.",
)
HELD_FOR_REVIEW = Reason(
    "held_for_review",
    "{number} answered something that may mean no; nothing goes there until somebody has looked.",
    "Decide in the review queue.",
)
OPTED_OUT = Reason(
    "opted_out",
    "{number} opted out of what {sender} sends.",
    "The person can text START to the sender; nobody else can change it.",
)
NOT_A_SUBSCRIBER = Reason(
    "not_a_subscriber",
    "{number} is not subscribed to what sends this text, and it goes to subscribers alone.",
    "Only the person can subscribe: with the keyword, on the page of the service, or to you, who then record it.",
)
SUBSCRIBER_PAUSED = Reason(
    "subscriber_paused",
    "The carrier of {number} says that the line rests; the subscription stays, and nothing is sent.",
    "It goes on when the carrier says that the line is back.",
)
NUMBER_BOUNCED = Reason(
    "number_bounced",
    "The phone status of {number} is bounced: a carrier said that it does not exist or takes no texts.",
    "Correct the number; an edited number is active again.",
)
NUMBER_PAUSED = Reason(
    "number_paused",
    "The phone status of {number} is paused.",
    "Set the contact's phone status to active.",
)
NOT_SUBSCRIBED = Reason(
    "not_subscribed",
    "{number} is not subscribed, and this is a marketing text.",
    "Only the person can subscribe; transactional texts go all the same.",
)
CONSENT_UNKNOWN = Reason(
    "consent_unknown",
    "Nobody knows whether {number} wants marketing: its subscription is none.",
    "Record a subscription with where it comes from; transactional texts go all the same.",
)
COUNTRY_NOT_ALLOWED = Reason(
    "country_not_allowed",
    "The account sends to chosen countries only, and {country} is not one of them.",
    "Add the country to the account's destinations.",
)
RANGE_NOT_ALLOWED = Reason(
    "range_not_allowed",
    "{number} is a {line} number, a kind that the account does not send to.",
    "Allow this kind of number in the account's destinations, if texts to it are meant.",
)
SHORT_CODE_ABROAD = Reason(
    "short_code_abroad",
    "The short code {sender} works inside {sender_country} only, and {number} is in {country}.",
    "Send from a number or a name.",
    field="from",
)
SENDER_NAME_NOT_CARRIED = Reason(
    "sender_name_not_carried",
    "Carriers in {country} do not carry names such as {sender} ({source}, {seen}).",
    "Send from a number or a short code.",
    field="from",
)
SENDER_NAME_BLOCKED = Reason(
    "sender_name_blocked",
    "Carriers in {country} block the name {sender} for everybody ({source}, {seen}).",
    "Use the name of your business.",
    field="from",
)
SENDER_NAME_NOT_REGISTERED = Reason(
    "sender_name_not_registered",
    "Names have to be registered in {country}, and {sender} is not ({source}, {seen}).",
    "Register the name with the carrier and note it here, or send from a number.",
    field="from",
)
SENDER_NUMBER_FOREIGN = Reason(
    "sender_number_foreign",
    "Carriers in {country} take no texts from numbers of other countries, such as {sender} ({source}, {seen}).",
    "Send from a number of that country, or a name.",
    field="from",
)
DUPLICATE_TEXT = Reason(
    "duplicate_text",
    "{number} was sent this very text less than {window} before; in that time it goes once.",
    "Change the text, wait, or let the operator switch the duplicate guard off.",
    field="text",
)
FREQUENCY_CAP = Reason(
    "frequency_cap",
    "{number} got as many {class} texts as the account allows one person ({cap}).",
    "Wait, or raise the cap in the account's sending rules.",
)
DWELL_TIME = Reason(
    "dwell_time",
    "The last {class} text to {number} is too short a time ago ({cap}).",
    "Wait, or shorten the dwell time in the account's sending rules.",
)
CAMPAIGN_CAP = Reason(
    "campaign_cap",
    "{number} got as many texts of this campaign as one person may get.",
    "Raise the campaign's cap.",
)
VALIDITY_OVER = Reason(
    "validity_over",
    "The message was to go until {expires_at}, which has passed.",
    "Send it again with a later end.",
    field=None,
)
WINDOW_MISSED = Reason(
    "window_missed",
    "The message may go from {earliest_at} on, but is only valid until {expires_at}.",
    "Give it a later end, or a wider window.",
    field=None,
)

CATALOG: Mapping[str, Reason] = {
    one.code: one
    for one in (
        BLACKLISTED,
        HELD_FOR_REVIEW,
        OPTED_OUT,
        NOT_A_SUBSCRIBER,
        SUBSCRIBER_PAUSED,
        NUMBER_BOUNCED,
        NUMBER_PAUSED,
        NOT_SUBSCRIBED,
        CONSENT_UNKNOWN,
        COUNTRY_NOT_ALLOWED,
        RANGE_NOT_ALLOWED,
        SHORT_CODE_ABROAD,
        SENDER_NAME_NOT_CARRIED,
        SENDER_NAME_BLOCKED,
        SENDER_NAME_NOT_REGISTERED,
        SENDER_NUMBER_FOREIGN,
        DUPLICATE_TEXT,
        FREQUENCY_CAP,
        DWELL_TIME,
        CAMPAIGN_CAP,
        VALIDITY_OVER,
        WINDOW_MISSED,
    )
}

STOPPED_BY: Mapping[str, str] = {
    "blacklisted": "blacklist",
    "held_for_review": "review",
    "opted_out": "opt_out",
    "not_a_subscriber": "program",
    "subscriber_paused": "program",
    "number_bounced": "phone_status",
    "number_paused": "phone_status",
    "not_subscribed": "subscription",
    "consent_unknown": "subscription",
    "country_not_allowed": "country",
    "range_not_allowed": "range",
    "short_code_abroad": "sender",
    "sender_name_not_carried": "sender",
    "sender_name_blocked": "sender",
    "sender_name_not_registered": "sender",
    "sender_number_foreign": "sender",
    "duplicate_text": "duplicate",
    "frequency_cap": "frequency",
    "dwell_time": "frequency",
    "campaign_cap": "frequency",
    "validity_over": "validity",
    "window_missed": "validity",
}
"""Which rule a reason is of."""
