"""Programs that act for a person: they log in with the person's password, and call with a token for an hour (R3).

The token may what the person may in one account, now: who is let go, or gets another role, is so here within five
seconds. The access list is about keys and does not bind it, as it does not bind the panel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cablegram.accounts import authenticate, second_factor, session_store
from cablegram.accounts.access import ROLES, Principal, operator
from cablegram.accounts.directory import no_such_account
from cablegram.accounts.keyring import KeyRing
from cablegram.accounts.model import Place, Session
from cablegram.accounts.sessions import kept, principal_of
from cablegram.accounts.tokens import digest, looks_like_session, new_session_token
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import NotAllowed, NotAuthenticated
from cablegram.kit.ids import AccountId
from cablegram.runtime.runtime import Runtime

LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entered:
    """A session of a program; its token is nowhere else."""

    token: str = field(repr=False)
    expires_at: datetime
    account_id: AccountId | None


async def log_in(
    rt: Runtime, login: str, password: str, *, code: str = "", account_id: AccountId | None = None, place: Place
) -> Entered:
    """Log in with a password, and the code of the second factor where one is on; for the oldest account by default.

    Raises NotAuthenticated (`login_failed`, `code_needed`, `code_wrong`), NotAllowed (`two_factor_required`), NotFound
    (`account_not_found`), Unavailable (`too_many_attempts`).
    """
    user = await authenticate.by_password(rt, login, password, address=place.address)
    if user.has_second_factor:
        if not code:
            raise NotAuthenticated("code_needed", "This login has a second factor: give its code, too, as `code`.")
        await second_factor.check(rt, user, code, address=place.address)
    elif user.is_operator and rt.settings.operator_two_factor:
        message = "This installation asks a second factor of its operators: set it up in the panel first."
        raise NotAllowed("two_factor_required", message)
    token, now = new_session_token(), rt.clock.now()
    async with rt.db.transaction() as conn:
        chosen = account_id or await session_store.first_account(conn, user)
        if account_id is not None and not await session_store.may_choose(conn, user, account_id):
            raise no_such_account(account_id)
        await session_store.delete_old_sessions(conn, now)
        await session_store.insert_session(
            conn, digest(token), user.id, kind="api", account_id=chosen, place=kept(place), now=now,
            expires_at=now + LIFE,
        )  # fmt: skip
        facts = {"login": user.login, "address": place.address, "by": user.display_name}
        await record(conn, [Event(Kind.USER_LOGGED_IN, chosen, user.id, facts)], now=now)
    return Entered(token, now + LIFE, chosen)


async def by_token(rt: Runtime, token: str) -> Session:
    """Recognize the person behind a token. Raises NotAuthenticated (`session_over`)."""
    name, now = digest(token), rt.clock.now()
    async with rt.db.connection() as conn:
        found = await session_store.read_session(conn, name, now, kind="api")
    if found is None:
        raise _over()
    who = principal_of(found.user, found.account, found.role)
    return Session(name, found.user, found.account, who, found.session_id)


class TokenRing(KeyRing):
    """The tokens a process saw lately, remembered as keys are."""

    def _looks_right(self, text: str) -> bool:
        return looks_like_session(text)

    def _refusal(self) -> NotAuthenticated:
        return _over()

    async def _look_up(self, names: list[bytes]) -> dict[bytes, Principal]:
        async with self._rt.db.connection() as conn:
            found = await session_store.living_sessions(conn, names, self._rt.clock.now())
        return {bytes(one.hash): _principal(one) for one in found}


def _principal(one: session_store.LivingSession) -> Principal:
    if one.is_operator or one.account_id is None or one.role is None:
        return operator(one.name, one.account_id, user_id=one.user_id)
    return Principal(
        one.account_id,
        one.name,
        ROLES[one.role],
        user_id=one.user_id,
        is_owner=one.role == "owner",
        is_suspended=one.is_suspended,
    )


def _over() -> NotAuthenticated:
    return NotAuthenticated("session_over", "This token has run out or was ended. Log in again: POST /v1/login.")
