"""What stands around every page: the rooms one can go to, in the same order for everyone, and whose money it is.

A role hides what it may not use; it never moves things. Rooms that are not built are not here: no entry leads nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cablegram.accounts.model import Visiting
from cablegram.overview.model import Stopped


@dataclass(frozen=True, slots=True)
class Entry:
    """One room in the sidebar. `key` is what a page names as `here`; `keys` open it from the keyboard ("g h")."""

    key: str
    label: str
    icon: str
    href: str
    keys: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One choice of the account switcher."""

    id: str
    name: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the frame of a page shows. Money in micro-credits; `balance` is None in the operator's shell."""

    groups: Sequence[Sequence[Entry]]
    dock: Sequence[Entry]
    home: str
    place: str
    places: Sequence[Place]
    user_name: str
    balance: int | None = None
    last_grant: int = 0  # what the balance's meter is measured against
    stopped: Stopped | None = None  # all sending stands still by the operator's word
    is_operator: bool = False
    visiting: Visiting | None = None  # the operator acts for a customer's account
    is_suspended: bool = False  # the account is
    single_keys: bool = True  # WCAG 2.1.4: shortcuts of one letter can be switched off


ACCOUNT = (
    (
        Entry("home", "Home", "house", "/", "g h"),
        Entry("inbox", "Inbox", "inbox", "/inbox", "g i"),
        Entry("compose", "Compose", "send", "/compose", "c"),
    ),
    (
        Entry("campaigns", "Campaigns", "megaphone", "/campaigns", "g c"),
        Entry("contacts", "Contacts", "users", "/contacts", "g p"),
    ),
    (
        Entry("messages", "Messages", "list", "/messages", "g m"),
        Entry("services", "Services", "tags", "/services", "g s"),
        Entry("reports", "Reports", "chart-column", "/reports", "g r"),
        Entry("numbers", "Numbers", "hash", "/numbers", "g n"),
    ),
    (
        Entry("connectors", "Connectors", "plug", "/connectors"),
        Entry("developers", "Developers", "code", "/developers"),
        Entry("billing", "Billing", "wallet", "/billing"),
        Entry("settings", "Settings", "settings", "/settings"),
        Entry("help", "Help", "life-buoy", "/help"),
    ),
)
ACCOUNT_DOCK = ("home", "inbox", "campaigns", "messages")

OPERATOR = (
    (
        Entry("overview", "Overview", "gauge", "/operator", "g o"),
        Entry("links", "Links", "radio-tower", "/operator/links", "g l"),
    ),
    (
        Entry("accounts", "Accounts", "building-2", "/operator/accounts", "g a"),
        Entry("approvals", "Approvals", "check-check", "/operator/approvals"),
        Entry("prices", "Prices", "tags", "/operator/prices"),
        Entry("payments", "Payments", "wallet", "/operator/payments"),
        Entry("stock", "Numbers", "hash", "/operator/numbers"),
    ),
    (
        Entry("tickets", "Tickets", "life-buoy", "/operator/tickets"),
        Entry("mail", "Mail", "send", "/operator/mail"),
        Entry("log", "Log", "list", "/operator/log"),
        Entry("system", "System", "server", "/operator/system"),
    ),
    (Entry("settings", "Settings", "settings", "/settings"), Entry("help", "Help", "life-buoy", "/help")),
)
OPERATOR_DOCK = ("overview", "links", "accounts", "prices")
OPERATOR_KEYS = frozenset(entry.key for group in OPERATOR for entry in group)


def groups_with(
    groups: Sequence[Sequence[Entry]], *, badges: dict[str, str], hidden: frozenset[str] = frozenset()
) -> list[list[Entry]]:
    """Return the groups with numbers beside their names and without what a role may not use."""
    kept = ([replace(e, badge=badges.get(e.key, "")) for e in group if e.key not in hidden] for group in groups)
    return [group for group in kept if group]


def dock_of(groups: Sequence[Sequence[Entry]], keys: Sequence[str]) -> list[Entry]:
    """Return the few entries a small screen keeps at its lower edge; the view adds More."""
    return [entry for group in groups for entry in group if entry.key in keys]
