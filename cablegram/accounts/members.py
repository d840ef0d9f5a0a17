"""The people of an account: invited with a role, and let go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from cablegram.accounts import directory, store
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.authenticate import new_one_time
from cablegram.accounts.model import Member, Role, User
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, UserId, uuid7
from cablegram.kit.names import read_name
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def invite(rt: Runtime, who: Principal, *, login: str, display_name: str, role: Role) -> tuple[Member, str]:
    """Make a person who belongs to the account, and return them with a one-time login to hand over.

    Raises InvalidInput (`bad_name`, `bad_role`), Conflict (`login_taken`).
    """
    who.needs(Scope.ACCOUNT)
    user = User(
        UserId(uuid7()),
        read_name(login, field="login"),
        read_name(display_name, field="display_name"),
        is_operator=False,
        has_password=False,
        theme="system",
    )
    _check(role)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await directory.hold(conn, who.account_id)
        if not await store.insert_user(conn, user, now):
            message = f"The login {user.login} is taken. Choose another; to add that person, ask the operator."
            raise Conflict("login_taken", message, faults=[Fault("login", "login_taken", message)])
        await store.put_membership(conn, user.id, who.account_id, role)
        token = await new_one_time(conn, user.id, now=now)
    return Member(user, role), token


async def join(rt: Runtime, who: Principal, login: str, *, role: Role) -> Member:
    """Add somebody who has a login already, or change their role, as the operator.

    Raises InvalidInput (`bad_role`), NotFound (`user_not_found`, `account_not_found`).
    """
    who.needs(Scope.OPERATOR)
    _check(role)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        found = await store.user_by_login(conn, read_name(login, field="login"))
        if found is None:
            raise NotFound("user_not_found", f"Nobody has the login {login}.")
        await store.put_membership(conn, found[0].id, who.account_id, role)
    return Member(found[0], role)


async def listed(rt: Runtime, who: Principal) -> list[Member]:
    """Return the account's people, oldest first."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.connection() as conn:
        return await store.members(conn, who.account_id)


async def team(rt: Runtime, who: Principal) -> list[Member]:
    """Return the account's people to one of them, oldest first: who works on what is no secret among them."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await of_account(conn, who.account_id)


async def of_account(conn: Conn, account_id: AccountId) -> list[Member]:
    """Read an account's people, oldest first."""
    return await store.members(conn, account_id)


async def counts(rt: Runtime, who: Principal, account_ids: Sequence[AccountId]) -> dict[AccountId, int]:
    """Return how many people belong to accounts, to the operator; one without any is left out."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.member_counts(conn, account_ids)


async def dismiss(rt: Runtime, who: Principal, user_id: UserId) -> None:
    """Take a person out of the account: their sessions see it no more. Raises NotFound (`user_not_found`)."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        if not await store.delete_membership(conn, user_id, who.account_id):
            raise NotFound("user_not_found", f"The account has no person {user_id}.")


def _check(role: str) -> None:
    if role not in get_args(Role):
        message = f"{role[:20]!r} is no role: choose one of {', '.join(get_args(Role))}."
        raise InvalidInput("bad_role", message, faults=[Fault("role", "bad_role", message)])
