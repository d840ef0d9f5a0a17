"""Recognize a person: by login and password, or by a one-time login. What comes after is a session (sessions.py)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from cablegram.accounts import attempts, passwords, session_store, store
from cablegram.accounts.model import User
from cablegram.accounts.tokens import digest, new_token
from cablegram.kit.errors import InvalidInput, NotAuthenticated
from cablegram.kit.ids import UserId
from cablegram.kit.names import read_name
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

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
        raise NotAuthenticated("login_failed", "Login or password is wrong. A new password comes by mail.")
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
    await session_store.insert_one_time(conn, digest(token), user_id, now + ONE_TIME_LIFE)
    return token


async def one_time(rt: Runtime, token: str) -> User:
    """Recognize a person by a one-time login and forget their password, so that they choose a new one.

    Raises NotAuthenticated (`one_time_invalid`) when the token was used, replaced, or has run out.
    """
    async with rt.db.transaction() as conn:
        user = await session_store.use_one_time(conn, digest(token), rt.clock.now())
        if user is None:
            message = "This one-time login was used or has run out. Get a new one with: cablegram user login-link"
            raise NotAuthenticated("one_time_invalid", message)
        await store.set_password(conn, user.id, None)
    return replace(user, has_password=False)


async def _find(rt: Runtime, login: str) -> tuple[User, str | None] | None:
    try:
        name = read_name(login, field="login")
    except InvalidInput:
        return None  # nobody can have such a login
    async with rt.db.connection() as conn:
        return await store.user_by_login(conn, name)
