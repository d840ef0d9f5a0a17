from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.accounts.access import ACCOUNT_SCOPES, NO_ACCOUNT, ROLES, Principal, Scope, operator
from cablegram.kit.errors import NotAllowed
from cablegram.kit.ids import AccountId

ACME = AccountId(UUID(int=1))


@pytest.mark.parametrize("scope", Scope)
def test_a_principal_may_what_its_scopes_say_and_nothing_else(scope: Scope) -> None:
    Principal(ACME, "key", frozenset({scope})).needs(scope)
    without = Principal(ACME, "key sk_3f", frozenset(Scope) - {scope, Scope.OPERATOR})
    with pytest.raises(NotAllowed, match="key sk_3f") as caught:
        without.needs(scope)
    assert caught.value.code == "scope_missing"


@pytest.mark.parametrize("scope", Scope)
def test_the_operator_may_everything(scope: Scope) -> None:
    Principal(ACME, "Ann", frozenset({Scope.OPERATOR})).needs(scope)


def test_no_role_in_an_account_makes_an_operator() -> None:
    assert all(Scope.OPERATOR not in scopes for scopes in ROLES.values())
    assert Scope.ACCOUNT not in ROLES["marketer"]
    assert not Principal(ACME, "Bob", ACCOUNT_SCOPES).is_operator


def test_the_operator_acts_for_no_account_until_one_is_chosen() -> None:
    assert operator("Ann").account_id == NO_ACCOUNT
    assert operator("Ann", ACME).account_id == ACME
    assert operator("Ann").is_operator
