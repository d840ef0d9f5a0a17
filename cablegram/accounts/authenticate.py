"""Recognize a person: by login and password, by a one-time login, by the session at the panel."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from cablegram.accounts import attempts, passwords, store
from cablegram.accounts.access import ROLES, Principal, operator
from cablegram.accounts.directory import no_such_account
from cablegram.accounts.model import Account, Role, Session, User
from cablegram.accounts.tokens import digest, new_token
from cablegram.kit.errors import InvalidInput, NotAuthenticated
from cablegram.kit.ids import AccountId, UserId
from cablegram.kit.names import read_name
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

SESSION_LIFE = timedelta(days=14)
ONE_TIME_LIFE = timedelta(hours=24)


async def by_password(rt: Runtime, login: str, password: str, *, address: str) -> User:
    """Recognize a person by login and password; an unknown login takes as long as a wrong password.

    `address` is where they come from. Raises NotAuthenticated (`login_failed`), which does not say which of the two was
    wrong, and Unavailable (`too_many_attempts`), whatever the password.
    """
    limits = attempts.limits_of(login, address, key=rt.seal.derive("login attempts"))
    async with rt.db.transaction() as conn:
        attempt_id = await attempts.begin(conn, limits, now=rt.clock.now())
    found = await _find(rt, login)
    stored = found[1] if found else None
    cost = {"memory": rt.settings.password_memory, "rounds": rt.settings.password_rounds}
    is_right = await asyncio.to_thread(passwords.matches, stored, password, **cost)
    if found is None or stored is None or not is_right:
        raise NotAuthenticated("login_failed", "Login or password is wrong. Ask the operator if you forgot them.")
    is_old = passwords.is_outdated(stored, **cost)
    fresh = await asyncio.to_thread(passwords.hash_new, password, **cost) if is_old else None
    async with rt.db.transaction() as conn:
        await attempts.succeeded(conn, attempt_id)
        if fresh:
            await store.renew_password_hash(conn, found[0].id, stored, fresh)
    return found[0]


async def new_one_time(conn: Conn, user_id: UserId, *, now: datetime) -> str:
    """Make a token with which a person can log in once, within 24 hours; any that they did not use is void."""
    token = new_token()
    await store.insert_one_time(conn, digest(token), user_id, now + ONE_TIME_LIFE)
    return token


async def one_time(rt: Runtime, token: str) -> User:
    """Recognize a person by a one-time login and forget their password, so that they choose a new one.

    Raises NotAuthenticated (`one_time_invalid`) when the token was used, replaced, or has run out.
    """
    async with rt.db.transaction() as conn:
        user = await store.use_one_time(conn, digest(token), rt.clock.now())
        if user is None:
            message = "This one-time login was used or has run out. Get a new one with: cablegram user login-link"
            raise NotAuthenticated("one_time_invalid", message)
        await store.set_password(conn, user.id, None)
    return replace(user, has_password=False)


async def open_session(rt: Runtime, user: User) -> str:
    """Begin a session of 14 days, in the oldest account the person may act for, and return its token."""
    token, now = new_token(), rt.clock.now()
    async with rt.db.transaction() as conn:
        await store.delete_old_sessions(conn, now)
        account_id = await store.first_account(conn, user)
        expires_at = now + SESSION_LIFE
        await store.insert_session(conn, digest(token), user.id, account_id=account_id, now=now, expires_at=expires_at)
    return token


async def by_session(rt: Runtime, token: str) -> Session:
    """Recognize a person by the session's token. Raises NotAuthenticated (`session_over`)."""
    async with rt.db.connection() as conn:
        found = await store.read_session(conn, digest(token), rt.clock.now())
    if found is None:
        raise NotAuthenticated("session_over", "You are not logged in any more. Log in again.")
    user, account, role = found
    return Session(digest(token), user, account, _principal(user, account, role))


async def choose_account(rt: Runtime, session: Session, account_id: AccountId) -> None:
    """Act for another account from the next request on. Raises NotFound (`account_not_found`) if it is not theirs."""
    async with rt.db.transaction() as conn:
        if not await store.choose_account(conn, session.hash, account_id):
            raise no_such_account(account_id)


async def accounts(rt: Runtime, session: Session, *, limit: int = 200) -> list[Account]:
    """Return the accounts a person may choose from, by name."""
    async with rt.db.connection() as conn:
        return await store.accounts_of_user(conn, session.user, limit=limit)


async def close_session(rt: Runtime, session: Session) -> None:
    """End a session."""
    async with rt.db.transaction() as conn:
        await store.delete_session(conn, session.hash)


async def _find(rt: Runtime, login: str) -> tuple[User, str | None] | None:
    try:
        name = read_name(login, field="login")
    except InvalidInput:
        return None  # nobody can have such a login
    async with rt.db.connection() as conn:
        return await store.user_by_login(conn, name)


def _principal(user: User, account: Account | None, role: Role | None) -> Principal | None:
    if user.is_operator:
        return operator(user.display_name, account.id if account else None, user_id=user.id)
    if account is None or role is None:
        return None
    return Principal(account.id, user.display_name, ROLES[role], user_id=user.id)
