"""What stands around every page: the rooms one can go to, in the same order for everyone, and whose money it is.

A role hides what it may not use; it never moves things. Rooms that are not built are not here: no entry leads nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cablegram.accounts.access import Principal, Scope
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
        Entry("health", "Health", "check-check", "/operator/health", "g h"),
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
# What entries and tabs need that not every role has; the pages behind them refuse who has it not.
NEEDS: Mapping[str, Scope] = {
    "/compose": Scope.SEND,
    "/billing/recharge": Scope.BILLING,
    "/developers/access": Scope.ACCOUNT,
    "/settings/log": Scope.USERS,
}

OPERATOR_DOCK = ("overview", "links", "accounts", "prices")
OPERATOR_KEYS = frozenset(entry.key for group in OPERATOR for entry in group)


def is_for(href: str, who: Principal) -> bool:
    """Tell whether somebody may use what an entry or a tab leads to."""
    needed = NEEDS.get(href.partition("?")[0])
    return needed is None or who.is_operator or needed in who.scopes


def hidden_from(who: Principal) -> frozenset[str]:
    """Return the keys of the entries that somebody may not use."""
    return frozenset(entry.key for group in ACCOUNT for entry in group if not is_for(entry.href, who))


def key_of(path: str, who: Principal) -> str:
    """Return the key of the entry that an address belongs to, "" for one that belongs to none.

    The operator's addresses belong to none for anybody else: who tries one stays in the frame that is theirs.
    """
    shells = (ACCOUNT, OPERATOR) if who.is_operator else (ACCOUNT,)
    entries = [entry for groups in shells for group in groups for entry in group]
    fit = [
        one for one in entries if path == one.href or (path.startswith(f"{one.href.rstrip('/')}/") and one.href != "/")
    ]
    return max(fit, key=lambda one: len(one.href)).key if fit else ""


def groups_with(
    groups: Sequence[Sequence[Entry]], *, badges: dict[str, str], hidden: frozenset[str] = frozenset()
) -> list[list[Entry]]:
    """Return the groups with numbers beside their names and without what a role may not use."""
    kept = ([replace(e, badge=badges.get(e.key, "")) for e in group if e.key not in hidden] for group in groups)
    return [group for group in kept if group]


def dock_of(groups: Sequence[Sequence[Entry]], keys: Sequence[str]) -> list[Entry]:
    """Return the few entries a small screen keeps at its lower edge; the view adds More."""
    return [entry for group in groups for entry in group if entry.key in keys]
