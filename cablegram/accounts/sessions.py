"""Sessions: who is at the panel, for which account, since when and from where; each can be ended from any other.

The operator acts for accounts that nobody belongs to as for their own. Into a customer's account they go for a reason,
which is recorded where the customer can read it, and are out again after an hour (R12, semantics 1).
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from cablegram.accounts import second_factor, session_store, store
from cablegram.accounts.access import ROLES, Principal, operator
from cablegram.accounts.directory import no_such_account
from cablegram.accounts.model import Account, Place, Role, Session, SessionLine, User, Visiting
from cablegram.accounts.tokens import digest, new_token
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import NotAllowed, NotAuthenticated, NotFound
from cablegram.kit.ids import AccountId
from cablegram.kit.names import read_name, read_note
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

LIFE = timedelta(days=14)
CODE_LIFE = timedelta(minutes=10)
VISIT_LIFE = timedelta(hours=1)
_SEEN_EVERY = timedelta(minutes=5)
NOWHERE = Place("")


async def begin(rt: Runtime, user: User, place: Place = NOWHERE) -> tuple[str, bool]:
    """Begin a session for somebody who gave the right password, and return its token.

    True: it opens nothing yet, for a code of the second factor is to come within ten minutes (`with_code`).
    """
    if user.has_second_factor:
        token, now = new_token(), rt.clock.now()
        async with rt.db.transaction() as conn:
            await session_store.insert_session(
                conn, digest(token), user.id, kind="code", account_id=None, place=kept(place), now=now,
                expires_at=now + CODE_LIFE,
            )  # fmt: skip
        return token, True
    return await open_session(rt, user, place), False


async def with_code(rt: Runtime, token: str, code: str, *, place: Place = NOWHERE) -> str:
    """Take the code of the second factor, or a recovery code, and return the token of a session that opens the panel.

    Raises NotAuthenticated (`session_over`, `code_wrong`) and Unavailable (`too_many_attempts`).
    """
    user = await half_way(rt, token)
    await second_factor.check(rt, user, code, address=place.address)
    async with rt.db.transaction() as conn:
        await session_store.delete_session(conn, digest(token))
    return await open_session(rt, user, place)


async def half_way(rt: Runtime, token: str) -> User:
    """Recognize somebody whose second factor is still to come. Raises NotAuthenticated (`session_over`)."""
    async with rt.db.connection() as conn:
        found = await session_store.read_session(conn, digest(token), rt.clock.now(), kind="code")
    if found is None:
        raise _over()
    return found.user


async def open_session(rt: Runtime, user: User, place: Place = NOWHERE) -> str:
    """Begin a session of 14 days, in the oldest account the person may act for, and return its token."""
    token, now = new_token(), rt.clock.now()
    async with rt.db.transaction() as conn:
        await session_store.delete_old_sessions(conn, now)
        account_id = await session_store.first_account(conn, user)
        await session_store.insert_session(
            conn, digest(token), user.id, kind="panel", account_id=account_id, place=kept(place), now=now,
            expires_at=now + LIFE,
        )  # fmt: skip
        facts = {"login": user.login, "address": place.address, "by": user.display_name}
        await record(conn, [Event(Kind.USER_LOGGED_IN, account_id, user.id, facts)], now=now)
    return token


async def by_token(rt: Runtime, token: str) -> Session:
    """Recognize a person by the session's token. Raises NotAuthenticated (`session_over`)."""
    name, now = digest(token), rt.clock.now()
    async with rt.db.connection() as conn:
        found = await session_store.read_session(conn, name, now, kind="panel")
    if found is None:
        raise _over()
    if found.last_seen_at is None or found.last_seen_at <= now - _SEEN_EVERY:
        async with rt.db.transaction() as conn:
            await session_store.see_session(conn, name, now)
    who = principal_of(found.user, found.account, found.role)
    visiting = found.visiting if found.account and found.role is None else None
    return Session(name, found.user, found.account, who, found.session_id, visiting)


async def choose_account(rt: Runtime, session: Session, account_id: AccountId) -> None:
    """Act for another account from the next request on.

    Raises NotFound (`account_not_found`) if it is not theirs, NotAllowed (`visit_needs_reason`) if it is a customer's
    and they are the operator.
    """
    async with rt.db.transaction() as conn:
        may = await session_store.may_choose(conn, session.user, account_id)
        if may is None:
            raise no_such_account(account_id)
        if not may:
            message = "This account belongs to people. Say why you act for it: they can read it in their log."
            raise NotAllowed("visit_needs_reason", message)
        await session_store.choose_account(conn, session.hash, account_id, None)


async def visit(rt: Runtime, session: Session, account_id: AccountId, *, why: str) -> None:
    """Act for a customer's account as the operator: for an hour, for a reason, and the customer is told.

    Raises NotFound (`account_not_found`), InvalidInput (`bad_name`) without a reason.
    """
    reason = read_name(why, field="why", most=200)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        if not session.user.is_operator or await session_store.may_choose(conn, session.user, account_id) is None:
            raise no_such_account(account_id)
        await session_store.choose_account(conn, session.hash, account_id, Visiting(reason, now + VISIT_LIFE))
        facts = {"why": reason, "by": session.user.display_name}
        await record(conn, [Event(Kind.ACCOUNT_VISITED, account_id, session.user.id, facts)], now=now)


async def leave(rt: Runtime, session: Session) -> None:
    """End a visit before its time: the session goes back to where it began."""
    async with rt.db.transaction() as conn:
        home = await session_store.first_account(conn, session.user)
        await session_store.choose_account(conn, session.hash, home, None)


async def accounts(rt: Runtime, session: Session, *, limit: int = 200) -> list[Account]:
    """Return the accounts a person may choose from, by name."""
    async with rt.db.connection() as conn:
        return await store.accounts_of_user(conn, session.user, limit=limit)


async def close(rt: Runtime, session: Session) -> None:
    """End a session."""
    async with rt.db.transaction() as conn:
        await session_store.delete_session(conn, session.hash)


async def listed(rt: Runtime, session: Session) -> list[SessionLine]:
    """Return the sessions of the person, newest first."""
    async with rt.db.connection() as conn:
        return await session_store.sessions_of(conn, session.user.id, rt.clock.now(), limit=100)


async def end(rt: Runtime, session: Session, session_id: UUID) -> None:
    """End one of the person's sessions. Raises NotFound (`session_not_found`)."""
    async with rt.db.transaction() as conn:
        if not await session_store.end_session(conn, session.user.id, session_id):
            raise NotFound("session_not_found", f"You have no session {session_id}; it may have ended by itself.")


async def end_others(rt: Runtime, session: Session) -> None:
    """Log the person out everywhere but here."""
    async with rt.db.transaction() as conn:
        await session_store.delete_other_sessions(conn, session.user.id, session.hash)
        facts = {"login": session.user.login, "by": session.user.display_name}
        event = Event(Kind.USER_LOGGED_OUT, None, session.user.id, facts)
        await record(conn, [event], now=rt.clock.now())


async def end_all(conn: Conn, user: User) -> None:
    """Log a person out everywhere."""
    await session_store.delete_other_sessions(conn, user.id, None)


def principal_of(user: User, account: Account | None, role: Role | None) -> Principal | None:
    """Return who acts for an account; None: the person may act for none."""
    if user.is_operator:
        return operator(user.display_name, account.id if account else None, user_id=user.id)
    if account is None or role is None:
        return None
    return Principal(
        account.id,
        user.display_name,
        ROLES[role],
        user_id=user.id,
        is_owner=role == "owner",
        is_suspended=account.suspended_at is not None,
    )


def kept(place: Place) -> Place:
    """Return what is kept of where somebody comes from. Pure."""
    agent = "".join(character for character in place.agent if character.isprintable())[:300]
    return Place(place.address[:100], read_note(agent, field="agent"))


def _over() -> NotAuthenticated:
    return NotAuthenticated("session_over", "You are not logged in any more. Log in again.")
