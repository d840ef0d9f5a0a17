"""Make a person: a login with a password of their own and an address that is still to be proved."""

from __future__ import annotations

import asyncio
from datetime import datetime

from cablegram.accounts import members, passwords, person_store, store
from cablegram.accounts.model import Profile, User
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


async def hash_password(rt: Runtime, password: str) -> str:
    """Return what is kept of a new password, made in a thread. Raises InvalidInput (`bad_password`)."""
    passwords.check_new(password, field="password")
    cost = {"memory": rt.settings.password_memory, "rounds": rt.settings.password_rounds}
    return await asyncio.to_thread(passwords.hash_new, password, **cost)


async def add(conn: Conn, user: User, hashed: str, *, company: str, now: datetime) -> None:
    """Write a person with their address, language and password. Raises Conflict (`login_taken`)."""
    if not await store.insert_user(conn, user, now):
        raise members.login_taken(user.login)
    said = Profile("", "", company, user.email, is_confirmed=False, language=user.language, time_zone="UTC")
    await person_store.put_profile(conn, user.id, said)
    await store.set_password(conn, user.id, hashed)
