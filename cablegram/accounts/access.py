"""Who asks, and what they may: every deed takes a Principal and asks it before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cablegram.kit.errors import NotAllowed
from cablegram.kit.ids import AccountId, KeyId, UserId
from cablegram.kit.networks import Networks


class Scope(StrEnum):
    """What a key or a role may do. `operator` covers everything, in every account."""

    SEND = "send"  # messages and campaigns
    READ = "read"  # see messages, campaigns, contacts, ledger
    CONTACTS = "contacts"  # contacts, lists and templates
    ACCOUNT = "account"  # keys, access list and settings of the account
    BILLING = "billing"  # cards, recharge, plan, spending caps
    WEBHOOKS = "webhooks"  # where events are sent, with their secrets
    USERS = "users"  # people, their roles and invitations
    OPERATOR = "operator"  # accounts, connectors, tariffs, credits


ACCOUNT_SCOPES = frozenset(Scope) - {Scope.OPERATOR}
# What a key gets unless it is said otherwise: who finds one must not be able to let others in.
KEY_SCOPES = ACCOUNT_SCOPES - {Scope.USERS}
# The operator may act without choosing an account, to import tariffs or to open the first one; no row has this id.
NO_ACCOUNT = AccountId(UUID(int=0))
ROLES = {
    "owner": ACCOUNT_SCOPES,
    "admin": ACCOUNT_SCOPES,  # all but what is about owners
    "developer": frozenset({Scope.SEND, Scope.READ, Scope.CONTACTS, Scope.ACCOUNT, Scope.WEBHOOKS}),
    "marketer": frozenset({Scope.SEND, Scope.READ, Scope.CONTACTS}),
    "billing": frozenset({Scope.READ, Scope.BILLING}),
    "viewer": frozenset({Scope.READ}),
}
_SUSPENDED = frozenset({Scope.READ, Scope.BILLING})  # what an account may that the operator suspended


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who was recognized: acts for one account, with these scopes.

    `name` is for people to read in timelines ("key sk_3f...", "Inés Carrasco").
    """

    account_id: AccountId
    name: str
    scopes: frozenset[Scope]
    user_id: UserId | None = None
    key_id: KeyId | None = None
    is_owner: bool = False  # of people alone: what is about owners is theirs
    is_suspended: bool = False  # the account is: it may be read and paid for, and no more
    networks: Networks | None = None  # from where a key may call; None: from everywhere

    def needs(self, scope: Scope) -> None:
        """Raise NotAllowed unless the principal has the scope or is the operator (`scope_missing`).

        In an account that is suspended nobody but the operator does more than read and pay (`account_suspended`).
        """
        if self.is_suspended and scope not in _SUSPENDED and Scope.OPERATOR not in self.scopes:
            raise suspended()
        if scope not in self.scopes and Scope.OPERATOR not in self.scopes:
            message = f"This needs the scope {scope!s}, which {self.name} has not. Use a key that has it."
            raise NotAllowed("scope_missing", message)

    @property
    def is_operator(self) -> bool:
        """Tell whether this is the one who runs the installation."""
        return Scope.OPERATOR in self.scopes


def operator(name: str, account_id: AccountId | None = None, *, user_id: UserId | None = None) -> Principal:
    """Return the one who runs the installation, acting for an account or, by default, for none.

    The command line is the operator: whoever can run it on this machine owns the installation.
    """
    return Principal(account_id or NO_ACCOUNT, name, ACCOUNT_SCOPES | {Scope.OPERATOR}, user_id=user_id)


def suspended() -> NotAllowed:
    """Say that the operator lets an account do nothing."""
    message = (
        "The operator has suspended this account: nothing is accepted or sent. What is there can be read, and texts "
        "still come in. Ask the operator why, with a ticket under Help."
    )
    return NotAllowed("account_suspended", message)
