"""Who asks, and what they may: every deed takes a Principal and asks it before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cablegram.kit.errors import NotAllowed
from cablegram.kit.ids import AccountId, KeyId, UserId


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

    def needs(self, scope: Scope) -> None:
        """Raise NotAllowed (`scope_missing`) unless the principal has the scope or is the operator."""
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
