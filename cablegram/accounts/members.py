"""The people of an account and their roles: nobody gives away more than they have, and an owner always stays.

A role is given where all that it may is among what the giver may; what is about owners, an owner or the operator does.
So a key never makes an owner, whatever its scopes. Whoever changes people holds the account's row first: of two who
let go the last two owners at once, one comes too late.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from cablegram.accounts import directory, store, team_store
from cablegram.accounts.access import ROLES, Principal, Scope
from cablegram.accounts.authenticate import new_one_time
from cablegram.accounts.model import Member, Role, User
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import AccountId, UserId, uuid7
from cablegram.kit.names import read_name
from cablegram.mail import bounces
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def invite(rt: Runtime, who: Principal, *, login: str, display_name: str, role: Role) -> tuple[Member, str]:
    """Make a person who belongs to the account, and return them with a one-time login to hand over.

    Raises InvalidInput (`bad_name`, `bad_role`), NotAllowed (`role_beyond`), Conflict (`login_taken`).
    """
    who.needs(Scope.USERS)
    user = new_user(read_name(login, field="login"), read_name(display_name, field="display_name"))
    check_role(who, role)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await directory.hold(conn, who.account_id)
        if not await store.insert_user(conn, user, now):
            raise login_taken(user.login)
        await keep_operator(conn, who, role, rt=rt)
        await enter(conn, who.account_id, user, role, by=who.name, rt=rt)
        token = await new_one_time(conn, user.id, now=now)
    return Member(user, role), token


async def join(rt: Runtime, who: Principal, login: str, *, role: Role) -> Member:
    """Add somebody who has a login already, or change their role, as the operator.

    Raises InvalidInput (`bad_role`), NotFound (`user_not_found`, `account_not_found`).
    """
    who.needs(Scope.OPERATOR)
    check_role(who, role)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        found = await store.user_by_login(conn, read_name(login, field="login"))
        if found is None:
            raise NotFound("user_not_found", f"Nobody has the login {login}.")
        await enter(conn, who.account_id, found[0], role, by=who.name, rt=rt)
    return Member(found[0], role)


async def change_role(rt: Runtime, who: Principal, user_id: UserId, role: Role) -> Member:
    """Give a person of the account another role; invitations that they sent end, for they may have less to give.

    Raises InvalidInput (`bad_role`), NotAllowed (`role_beyond`), NotFound (`user_not_found`), Conflict (`last_owner`).
    """
    who.needs(Scope.USERS)
    check_role(who, role)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        member = await _one(conn, who, user_id)
        check_role(who, member.role)
        await _keep_an_owner(conn, who, user_id, becomes=role)
        await store.put_membership(conn, user_id, who.account_id, role)
        await team_store.revoke_of(conn, who.account_id, member.user.display_name, rt.clock.now())
        facts = {"login": member.user.login, "role": role, "by": who.name}
        await record(conn, [Event(Kind.USER_CHANGED, who.account_id, user_id, facts)], now=rt.clock.now())
    return Member(member.user, role)


async def dismiss(rt: Runtime, who: Principal, user_id: UserId) -> None:
    """Take a person out of the account, or leave it: their sessions see it no more, and invitations they sent end.

    Raises NotFound (`user_not_found`), NotAllowed (`role_beyond`), Conflict (`last_owner`).
    """
    if who.user_id != user_id:
        who.needs(Scope.USERS)
    async with rt.db.transaction() as conn:
        await directory.hold(conn, who.account_id)
        member = await _one(conn, who, user_id)
        if who.user_id != user_id:
            check_role(who, member.role)
        await _keep_an_owner(conn, who, user_id, becomes=None)
        await store.delete_membership(conn, user_id, who.account_id)
        await team_store.revoke_of(conn, who.account_id, member.user.display_name, rt.clock.now())
        facts = {"login": member.user.login, "by": who.name}
        await record(conn, [Event(Kind.USER_REMOVED, who.account_id, user_id, facts)], now=rt.clock.now())


async def enter(conn: Conn, account_id: AccountId, user: User, role: Role, *, by: str, rt: Runtime) -> None:
    """Write that a person belongs to an account, within a transaction."""
    await store.put_membership(conn, user.id, account_id, role)
    facts = {"login": user.login, "role": role, "by": by}
    await record(conn, [Event(Kind.USER_JOINED, account_id, user.id, facts)], now=rt.clock.now())


async def keep_operator(conn: Conn, who: Principal, role: Role, *, rt: Runtime) -> None:
    """Make the operator the owner of an account of their own, before the first colleague comes into it.

    Accounts that nobody belongs to are the operator's; with people in them they would need a reason to go in. Whoever
    is invited as the owner takes the account over instead.
    """
    if who.user_id is None or not who.is_operator or role == "owner" or await store.members(conn, who.account_id):
        return
    found = await store.user_by_id(conn, who.user_id)
    if found is not None:
        await enter(conn, who.account_id, found[0], "owner", by=who.name, rt=rt)


async def listed(rt: Runtime, who: Principal) -> list[Member]:
    """Return the account's people, oldest first."""
    who.needs(Scope.USERS)
    async with rt.db.connection() as conn:
        return await of_account(conn, who.account_id)


async def team(rt: Runtime, who: Principal) -> list[Member]:
    """Return the account's people to one of them, oldest first: who works on what is no secret among them."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await of_account(conn, who.account_id)


async def of_account(conn: Conn, account_id: AccountId) -> list[Member]:
    """Read an account's people, oldest first, and to whom letters come back."""
    found = await store.members(conn, account_id)
    dead = await bounces.standing(conn, [one.user.email for one in found if one.user.email])
    for one in found:
        one.comes_back = bool(one.user.email) and str(one.user.email).lower() in dead
    return found


async def counts(rt: Runtime, who: Principal, account_ids: Sequence[AccountId]) -> dict[AccountId, int]:
    """Return how many people belong to accounts, to the operator; one without any is left out."""
    who.needs(Scope.OPERATOR)
    async with rt.db.connection() as conn:
        return await store.member_counts(conn, account_ids)


def check_role(who: Principal, role: str) -> None:
    """Raise unless there is such a role (`bad_role`) and whoever asks may give or take it (`role_beyond`)."""
    if role not in get_args(Role):
        message = f"{role[:20]!r} is no role: choose one of {', '.join(get_args(Role))}."
        raise InvalidInput("bad_role", message, faults=[Fault("role", "bad_role", message)])
    if not may_give(who, role):
        message = f"{who.name} can't give or take the role {role}: it may more, or it is for owners to say."
        raise NotAllowed("role_beyond", message, faults=[Fault("role", "role_beyond", message)])


def may_give(who: Principal, role: str) -> bool:
    """Tell whether somebody may give and take a role. Pure."""
    return who.is_operator or (who.is_owner if role == "owner" else ROLES[role] <= who.scopes)


def new_user(login: str, display_name: str) -> User:
    """Return a person who is not stored yet and has no password."""
    return User(UserId(uuid7()), login, display_name, is_operator=False, has_password=False, theme="system")


def login_taken(login: str) -> Conflict:
    """Say that a login is somebody else's."""
    message = f"The login {login} is taken. Choose another; to add that person, invite their address."
    return Conflict("login_taken", message, faults=[Fault("login", "login_taken", message)])


def no_such_person(which: UserId | str) -> NotFound:
    """Say that somebody does not belong to an account."""
    return NotFound("user_not_found", f"The account has no person {which}.")


async def _one(conn: Conn, who: Principal, user_id: UserId) -> Member:
    found = next((one for one in await store.members(conn, who.account_id) if one.user.id == user_id), None)
    if found is None:
        raise no_such_person(user_id)
    return found


async def _keep_an_owner(conn: Conn, who: Principal, user_id: UserId, *, becomes: Role | None) -> None:
    owners = [one.user.id for one in await store.members(conn, who.account_id) if one.role == "owner"]
    if not who.is_operator and owners == [user_id] and becomes != "owner":
        message = "This is the account's last owner. Make somebody else an owner first."
        raise Conflict("last_owner", message)
