"""The kinds of webhooks: what each tells, of which event of the house it is made, and how people choose it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from types import MappingProxyType

from cablegram.events.model import Kind
from cablegram.messages.model import State
from cablegram.messages.news_model import TOLD
from cablegram.webhooks import shapes
from cablegram.webhooks.shapes import Shape

TEST = "webhook.test"
RESTORED = "webhook.restored"
TEXT = "text.received"
CLICK = "link.clicked"
_MESSAGE = "message."


@dataclass(frozen=True, slots=True)
class About:
    """A kind of webhook. `words` are for people who choose; `told` is the sentence of the reference page."""

    kind: str
    group: str
    words: str
    told: str
    shape: type[Shape]
    source: Kind | None = None


def _messages() -> Iterable[About]:
    told = {
        State.SCHEDULED: ("Waits for its time", "It was accepted, or put back, to wait for its hours or its moment."),
        State.QUEUED: ("Accepted and queued", "It waits for a link to its carrier; again whenever it is put back."),
        State.SUBMITTED: ("Taken by the carrier", "The carrier took it; a receipt may still come."),
        State.DELIVERED: ("Delivered", "The carrier says that it arrived."),
        State.UNDELIVERED: ("Not delivered", "The carrier says that it did not arrive."),
        State.EXPIRED: ("Ran out of time", "It was not delivered within its time."),
        State.REJECTED: ("Refused by the carrier", "The carrier did not take it; its price was given back."),
        State.FAILED: ("Failed", "It could not be handed to the carrier; its price was given back."),
        State.CANCELLED: ("Cancelled", "It was withdrawn before a link had it; its price was given back."),
        State.SKIPPED: ("Left out", "A rule stopped it before it was charged; `reason` says which."),
        State.UNKNOWN: ("In question", "Nobody can say yet whether the carrier took it."),
    }
    for state in TOLD:
        words, sentence = told[state]
        yield About(f"{_MESSAGE}{state}", "Messages", words, sentence, shapes.MessageData)


def _campaigns() -> Iterable[About]:
    for source, words, told in (
        (Kind.CAMPAIGN_CREATED, "Made", "A campaign was made."),
        (Kind.CAMPAIGN_MADE, "Ready", "The job that was to make it is done: it is ready."),
        (Kind.CAMPAIGN_SCHEDULED, "Scheduled", "It waits for its moment."),
        (Kind.CAMPAIGN_STARTED, "Started", "It began to send."),
        (Kind.CAMPAIGN_UNDONE, "Start taken back", "Its start was taken back before a message of it was made."),
        (Kind.CAMPAIGN_WENT_ON, "Next stage", "Everybody of a stage got theirs, and the next one begins."),
        (Kind.CAMPAIGN_DECIDED, "Text decided", "It is known which of its texts the rest gets."),
        (Kind.CAMPAIGN_PAUSED, "Paused", "It was paused, by hand or by a guard; `reason` says why."),
        (Kind.CAMPAIGN_RESUMED, "Resumed", "It goes on."),
        (Kind.CAMPAIGN_CANCELLED, "Cancelled", "It was stopped for good."),
        (Kind.CAMPAIGN_FINISHED, "Finished", "All its messages were made and have left the queue."),
        (Kind.CAMPAIGN_DELETED, "Deleted", "It was deleted before it ever started."),
    ):
        yield About(source.value, "Campaigns", words, told, shapes.CampaignData, source)


def _subscriptions() -> Iterable[About]:
    for source, name, words, told in (
        (Kind.SUBSCRIBER_ASKED, "asked", "Asked", "Somebody was asked whether they want the texts of a service."),
        (Kind.SUBSCRIBER_OPTED_IN, "opted_in", "Opted in", "Somebody subscribed to an SMS service or store."),
        (Kind.SUBSCRIBER_OPTED_OUT, "opted_out", "Opted out", "Somebody left one, or their line is no more."),
        (Kind.SUBSCRIBER_PAUSED, "paused", "Line rests", "A carrier says that a subscriber's line rests."),
        (Kind.SUBSCRIBER_RESUMED, "resumed", "Line is back", "The line of a paused subscriber is back."),
        (Kind.SUBSCRIBER_CHANGED, "changed", "New number", "A subscriber has another number: `new_number`."),
    ):
        yield About(f"subscription.{name}", "Subscriptions", words, told, shapes.SubscriptionData, source)
    yield About(
        "blacklist.added",
        "Subscriptions",
        "Added to the blacklist",
        "Numbers get nothing more from the account: they wrote STOP, or somebody put them there.",
        shapes.BlacklistData,
        Kind.BLACKLIST_ADDED,
    )
    yield About(
        "blacklist.removed",
        "Subscriptions",
        "Taken off the blacklist",
        "A number may get texts again.",
        shapes.BlacklistData,
        Kind.BLACKLIST_REMOVED,
    )
    yield About(
        "contact.bounced",
        "Subscriptions",
        "Number is dead",
        "A carrier said that a number does not exist or takes no texts.",
        shapes.ContactData,
        Kind.CONTACT_BOUNCED,
    )
    for source, words, told in (
        (Kind.SERVICE_APPROVED, "Service approved", "The operator approved an SMS service."),
        (Kind.SERVICE_REJECTED, "Service rejected", "The operator rejected an SMS service."),
        (Kind.SERVICE_SUSPENDED, "Service suspended", "The operator lets a service answer STOP and HELP alone."),
    ):
        yield About(source.value, "Subscriptions", words, told, shapes.ServiceData, source)


def _numbers() -> Iterable[About]:
    for source, words, told in (
        (Kind.NUMBER_ASSIGNED, "Assigned", "The account has a number now."),
        (Kind.NUMBER_RELEASED, "Released", "A number was given up, or lost."),
        (Kind.NUMBER_CHARGED, "Charged", "A number's charge went through."),
        (Kind.NUMBER_CHARGE_FAILED, "Charge failed", "The balance did not cover a number's charge."),
        (Kind.SPAM_REPORTED, "Reported as spam", "Somebody reported a text from a number as spam."),
    ):
        yield About(source.value, "Numbers", words, told, shapes.NumberData, source)


def _money() -> Iterable[About]:
    for source, words, told in (
        (Kind.BALANCE_LOW, "Balance low", "The balance fell below the amount that the account set."),
        (Kind.BALANCE_EMPTY, "Balance empty", "The balance is at nothing or below."),
        (Kind.BALANCE_RECOVERED, "Balance recovered", "A balance that was low or empty is above its threshold again."),
        (Kind.SPENDING_CAP_NEAR, "Spending cap near", "80 % of what may be spent in a day or month is spent."),
        (Kind.RECHARGE_PAID, "Recharged", "A payment went through and its credits are in the balance."),
        (Kind.RECHARGE_FAILED, "Recharge failed", "A payment that somebody started was refused."),
        (Kind.AUTO_RECHARGE_FAILED, "Automatic recharge failed", "No card paid for an automatic recharge."),
        (Kind.PAYMENT_REFUNDED, "Payment refunded", "A payment was given back, and its credits were taken out."),
        (Kind.PAYMENT_DISPUTED, "Payment disputed", "A card holder's bank disputes a payment."),
        (Kind.CREDITS_GRANTED, "Credits granted", "The operator gave the account credits."),
        (Kind.FEE_CHARGED, "Fee charged", "The monthly fee of the plan was charged."),
        (Kind.FEE_CHARGE_FAILED, "Fee not covered", "The balance did not cover the monthly fee."),
        (Kind.CARD_EXPIRING, "Card expires", "A card that recharges go by expires soon, or has expired."),
    ):
        yield About(source.value, "Money", words, told, shapes.MoneyData, source)


def _others() -> Iterable[About]:
    job = "A job is over: an import, an export, a campaign from a file."
    yield About("job.finished", "Jobs", "Job is over", job, shapes.JobData, Kind.JOB_FINISHED)
    off = "An endpoint was switched off because it took nothing for days, or said that it is gone; told to the others."
    yield About("webhook.disabled", "Webhooks", "Endpoint switched off", off, shapes.WebhookData, Kind.WEBHOOK_DISABLED)
    restored = (
        "The installation was restored from a backup: what you heard after `last_sequence` is not known here any more, "
        "and numbers go on from this one. Told to every endpoint that is on, whatever it listens to."
    )
    yield About(RESTORED, "Webhooks", "Restored from a backup", restored, shapes.WebhookData)
    test = "Sent when somebody presses the test button, to that endpoint alone, whatever it listens to."
    yield About(TEST, "Webhooks", "Test", test, shapes.WebhookData)


def _texts() -> Iterable[About]:
    told = "Somebody wrote to a sender of the account."
    yield About(TEXT, "Texts and clicks", "Text received", told, shapes.TextData, Kind.TEXT_RECEIVED)
    told = "Somebody opened a short link; one for each click."
    yield About(CLICK, "Texts and clicks", "Link opened", told, shapes.ClickData, Kind.LINKS_CLICKED)


ALL = (*_messages(), *_texts(), *_subscriptions(), *_campaigns(), *_others(), *_numbers(), *_money())
KINDS = MappingProxyType({one.kind: one for one in ALL})
OF_EVENT = MappingProxyType({one.source: one for one in ALL if one.source is not None})
GROUPS = tuple(dict.fromkeys(one.group for one in ALL))
PATTERNS = ("*", *dict.fromkeys(f"{kind.partition('.')[0]}.*" for kind in KINDS))
"""What may stand for several kinds: all, or those that begin with one word."""

USUAL = ("message.delivered", "message.undelivered", "message.expired", "message.rejected", "message.failed", TEXT)
"""What a new endpoint hears of where nobody chose: the last word on messages, and texts."""


def is_known(pattern: str) -> bool:
    """Tell whether something is a kind, or a pattern that stands for some."""
    return pattern in KINDS or pattern in PATTERNS


def hears(patterns: Collection[str], kind: str) -> bool:
    """Tell whether who listens to these hears of a kind."""
    return "*" in patterns or kind in patterns or f"{kind.partition('.')[0]}.*" in patterns


def states_heard(patterns: Collection[str]) -> set[State]:
    """Return the states of messages that who listens to these hears of."""
    return {state for state in TOLD if hears(patterns, f"{_MESSAGE}{state}")}


def message_kind(state: str) -> str:
    """Return the kind that tells of a message in a state."""
    return f"{_MESSAGE}{state}"
