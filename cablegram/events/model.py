"""The catalogue of events. A kind that is not here can't be recorded; docs/reference/events.md explains each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cablegram.kit.ids import AccountId


class Kind(StrEnum):
    """Everything the house reports."""

    ACCOUNT_CREATED = "account.created"
    CREDITS_GRANTED = "credits.granted"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of an event
    CONNECTOR_ADDED = "connector.added"
    CONNECTOR_CHANGED = "connector.changed"
    CONNECTOR_REMOVED = "connector.removed"
    CONNECTOR_TESTED = "connector.tested"
    CONNECTOR_PAUSED = "connector.paused"
    CONNECTOR_RESUMED = "connector.resumed"
    CONNECTOR_AWAY = "connector.away"
    CONNECTOR_BACK = "connector.back"
    ROUTE_CHANGED = "route.changed"
    TARIFF_IMPORTED = "tariff.imported"
    TARIFF_WITHDRAWN = "tariff.withdrawn"
    PRICES_CHANGED = "prices.changed"
    NETWORKS_IMPORTED = "networks.imported"
    LIST_IMPORTED = "list.imported"
    JOB_FINISHED = "job.finished"
    CAMPAIGN_CREATED = "campaign.created"
    CAMPAIGN_SCHEDULED = "campaign.scheduled"
    CAMPAIGN_STARTED = "campaign.started"
    CAMPAIGN_MADE = "campaign.made"
    CAMPAIGN_UNDONE = "campaign.undone"
    CAMPAIGN_WENT_ON = "campaign.went_on"
    CAMPAIGN_DECIDED = "campaign.decided"
    CAMPAIGN_CHANGED = "campaign.changed"
    CAMPAIGN_TAKEN_OUT = "campaign.taken_out"
    CAMPAIGN_PAUSED = "campaign.paused"
    CAMPAIGN_RESUMED = "campaign.resumed"
    CAMPAIGN_CANCELLED = "campaign.cancelled"
    CAMPAIGN_FINISHED = "campaign.finished"
    CAMPAIGN_DELETED = "campaign.deleted"
    INSTALLATION_RESTORED = "installation.restored"
    INSTALLATION_RESUMED = "installation.resumed"
    SENDING_STOPPED = "sending.stopped"
    SENDING_RESUMED = "sending.resumed"
    SENDING_RULES_CHANGED = "sending_rules.changed"
    MESSAGES_UNKNOWN = "messages.unknown"
    MESSAGES_RESENT = "messages.resent"
    MESSAGES_LATE = "messages.late"
    TEXT_RECEIVED = "text.received"
    BLACKLIST_ADDED = "blacklist.added"
    BLACKLIST_REMOVED = "blacklist.removed"
    REVIEW_OPENED = "review.opened"
    REVIEW_DECIDED = "review.decided"
    SENDER_GRANTED = "sender.granted"
    SENDER_CHANGED = "sender.changed"
    SENDER_REMOVED = "sender.removed"
    SENDERS_IMPORTED = "senders.imported"
    CONTACT_CHANGED = "contact.changed"
    CONTACT_BOUNCED = "contact.bounced"
    CONTACT_TAGGED = "contact.tagged"
    SEGMENT_CHANGED = "segment.changed"
    CONTACT_MERGED = "contact.merged"
    CONTACT_ERASED = "contact.erased"
    CONTACT_FILLED_IN = "contact.filled_in"
    CONTACTS_REPLACED = "contacts.replaced"
    CONTACT_FIELD_CHANGED = "contact_field.changed"
    CONTACT_DEFAULT_CHANGED = "contact_default.changed"
    WEBSITE_TAG_CHANGED = "website_tag.changed"
    SUBSCRIBER_ASKED = "subscriber.asked"
    SUBSCRIBER_OPTED_IN = "subscriber.opted_in"
    SUBSCRIBER_OPTED_OUT = "subscriber.opted_out"
    SUBSCRIBER_PAUSED = "subscriber.paused"
    SUBSCRIBER_RESUMED = "subscriber.resumed"
    SUBSCRIBER_CHANGED = "subscriber.changed"
    SHORT_CODE_ADDED = "short_code.added"
    SHORT_CODE_REMOVED = "short_code.removed"
    SERVICE_REQUESTED = "service.requested"
    SERVICE_APPROVED = "service.approved"
    SERVICE_REJECTED = "service.rejected"
    SERVICE_SUSPENDED = "service.suspended"
    SERVICE_CHANGED = "service.changed"
    SERVICE_CLOSED = "service.closed"
    STORE_CREATED = "store.created"
    STORE_DECIDED = "store.decided"
    STORE_CHANGED = "store.changed"
    CARD_ADDED = "card.added"
    CARD_REMOVED = "card.removed"
    CARD_EXPIRING = "card.expiring"
    RECHARGE_PAID = "recharge.paid"
    RECHARGE_FAILED = "recharge.failed"
    AUTO_RECHARGE_FAILED = "auto_recharge.failed"
    AUTO_RECHARGE_CHANGED = "auto_recharge.changed"
    SELLER_CHANGED = "seller.changed"
    PAYMENT_REFUNDED = "payment.refunded"
    PAYMENT_DISPUTED = "payment.disputed"
    BALANCE_LOW = "balance.low"
    BALANCE_EMPTY = "balance.empty"
    BALANCE_RECOVERED = "balance.recovered"
    NUMBER_ASSIGNED = "number.assigned"
    NUMBER_RELEASED = "number.released"
    NUMBER_CHARGED = "number.charged"
    NUMBER_CHARGE_FAILED = "number.charge_failed"
    FEE_CHARGED = "fee.charged"
    FEE_CHARGE_FAILED = "fee.charge_failed"
    PLAN_CHANGED = "plan.changed"
    HOSTING_REQUESTED = "hosting.requested"
    HOSTING_DECIDED = "hosting.decided"
    CALLS_STOPPED = "calls.stopped"
    SPAM_REPORTED = "spam.reported"
    PROFILE_CHANGED = "profile.changed"
    ACCESS_LIST_CHANGED = "access_list.changed"
    KEY_ROTATED = "key.rotated"
    USER_LOGGED_IN = "user.logged_in"
    USER_LOGGED_OUT = "user.logged_out"
    SPENDING_CAP_CHANGED = "spending_cap.changed"
    SPENDING_CAP_NEAR = "spending_cap.near"
    USER_INVITED = "user.invited"
    USER_JOINED = "user.joined"
    USER_CHANGED = "user.changed"
    USER_REMOVED = "user.removed"
    TWO_FACTOR_CHANGED = "two_factor.changed"
    ACCOUNT_SUSPENDED = "account.suspended"
    ACCOUNT_RESUMED = "account.resumed"
    ACCOUNT_VISITED = "account.visited"
    TICKET_OPENED = "ticket.opened"
    TICKET_ANSWERED = "ticket.answered"
    LINKS_CLICKED = "links.clicked"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_DISABLED = "webhook.disabled"
    TASK_FAILING = "task.failing"
    SIGN_UP_CHANGED = "sign_up.changed"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `subject` is the id it happened to, `data` small facts for readers (JSON)."""

    kind: Kind
    account_id: AccountId | None
    subject: UUID | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it was recorded. `kind` is a text: what an older version recorded may have no kind here any more."""

    id: UUID
    at: datetime
    kind: str
    subject: UUID | None
    data: dict[str, Any]
    account_id: AccountId | None = None  # only for those who read the news of all (`events.read`)
