"""What people change about themselves, and the first of them: the operator."""

from __future__ import annotations

import asyncio
from typing import get_args

from cablegram.accounts import attempts, passwords, person_store, store
from cablegram.accounts.authenticate import new_one_time
from cablegram.accounts.model import Session, Theme, User
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.ids import UserId, uuid7
from cablegram.kit.names import read_name
from cablegram.runtime.runtime import Runtime


async def change_password(rt: Runtime, session: Session, *, old: str | None, new: str, address: str) -> None:
    """Set a new password, and end the person's other sessions and any letter for a new password (R9).

    The old one is asked for, unless there is none yet: after a one-time login. A wrong one counts as at the login, for
    the person and for `address`, where they come from. Raises InvalidInput (`bad_password`, `wrong_password`) and
    Unavailable (`too_many_attempts`).
    """
    passwords.check_new(new)
    cost = {"memory": rt.settings.password_memory, "rounds": rt.settings.password_rounds}
    stored = await _stored(rt, session.user)
    if stored is not None:
        await _check_old(rt, session.user, stored, old or "", address=address)
    fresh = await asyncio.to_thread(passwords.hash_new, new, **cost)
    async with rt.db.transaction() as conn:
        await store.set_password(conn, session.user.id, fresh)
        await person_store.end_other_sessions(conn, session.user.id, session.hash)
        await person_store.void_mail_codes(conn, session.user.id, "reset")
        facts = {"login": session.user.login, "by": session.user.display_name}
        event = Event(Kind.PASSWORD_CHANGED, None, session.user.id, facts)
        await record(conn, [event], now=rt.clock.now())


async def _check_old(rt: Runtime, user: User, stored: str, old: str, *, address: str) -> None:
    limits = attempts.limits_of(user.login, address, key=rt.seal.derive("login attempts"))
    async with rt.db.transaction() as conn:
        attempt_id = await attempts.begin(conn, limits, now=rt.clock.now())
    cost = {"memory": rt.settings.password_memory, "rounds": rt.settings.password_rounds}
    if not await asyncio.to_thread(passwords.matches, stored, old, **cost):
        message = "This is not your present password."
        raise InvalidInput("wrong_password", message, faults=[Fault("old_password", "wrong_password", message)])
    async with rt.db.transaction() as conn:
        await attempts.succeeded(conn, attempt_id)


async def set_theme(rt: Runtime, session: Session, theme: Theme) -> None:
    """Choose how the panel looks. Raises InvalidInput (`bad_theme`)."""
    if theme not in get_args(Theme):
        message = f"{theme[:20]!r} is no theme: choose one of {', '.join(get_args(Theme))}."
        raise InvalidInput("bad_theme", message, faults=[Fault("theme", "bad_theme", message)])
    async with rt.db.transaction() as conn:
        await store.set_theme(conn, session.user.id, theme)


async def rename(rt: Runtime, session: Session, display_name: str) -> None:
    """Change how a person is called. Raises InvalidInput (`bad_name`)."""
    name = read_name(display_name, field="display_name")
    async with rt.db.transaction() as conn:
        await store.set_display_name(conn, session.user.id, name)


async def first_operator(rt: Runtime) -> str | None:
    """Make sure that somebody can run this installation, and return a one-time login for them.

    None once an operator has chosen a password; until then every start gives a new one-time login, so that nobody is
    locked out by an address that was lost or has run out.
    """
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await store.lock_users(conn)
        operators = await store.operators(conn)
        if any(user.has_password for user in operators):
            return None
        if not operators:
            first = User(UserId(uuid7()), "operator", "Operator", is_operator=True, has_password=False, theme="system")
            await store.insert_user(conn, first, now)
            operators.append(first)
        return await new_one_time(conn, operators[0].id, now=now)


async def one_time_for(rt: Runtime, login: str) -> str:
    """Make a one-time login for somebody who forgot the password, at the operator's command line.

    Raises NotFound (`user_not_found`).
    """
    async with rt.db.transaction() as conn:
        found = await store.user_by_login(conn, read_name(login, field="login"))
        if found is None:
            raise NotFound("user_not_found", f"Nobody has the login {login}.")
        return await new_one_time(conn, found[0].id, now=rt.clock.now())


async def _stored(rt: Runtime, user: User) -> str | None:
    async with rt.db.connection() as conn:
        found = await store.user_by_id(conn, user.id)
    return found[1] if found else None
