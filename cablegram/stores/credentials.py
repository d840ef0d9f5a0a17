"""Who may call for stores: a login and a password, and the keyword of the store that is meant (R113).

A client's first credentials are for all stores of its account and open new ones; those that were made with a store are
for that one. After three wrong passwords from one place one has to wait there; who guesses from many places meets the
limit of the login. A password that was right is known again for a minute, so that not each call takes argon2's time; of
calls that come at once with one password a process looks at one, for all of them would count as guesses until it did.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakValueDictionary

from cablegram.accounts import access_list, attempts, passwords
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.tokens import new_token
from cablegram.kit.errors import CablegramError, Conflict, Fault, InvalidInput, NotAuthenticated, NotFound
from cablegram.kit.ids import KeyId, ProgramId, uuid7
from cablegram.kit.names import read_note
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.stores import finding, keywords, store
from cablegram.stores.model import Credential, Store

MOST_WRONG = 3
"""Wrong passwords of a login from one place in a quarter of an hour; then it has to wait."""

_MOST_WRONG_EVERYWHERE = 100
_KNOWN_SECONDS = 60.0
_MOST_KNOWN = 1_000
_LOGIN = re.compile(r"[A-Za-z0-9._%+@\-]{3,100}")
_SCOPES = frozenset({Scope.SEND, Scope.READ, Scope.CONTACTS})


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A login to make; without a password one is made up. `store_id` None: for all stores of the account."""

    login: str
    password: str | None = None
    store_id: ProgramId | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was recognized, and the store that is meant; None: the keyword is that of no store."""

    who: Principal
    store: Store
    is_client: bool


class Door:
    """Recognizes callers. One of these a process."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._known: OrderedDict[bytes, tuple[float, str]] = OrderedDict()
        self._turns: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()
        self._key = rt.seal.derive("store credentials").encode()

    async def enter(self, login: str, password: str, keyword: str, *, address: str) -> Caller:
        """Recognize who calls, and for which store.

        Raises NotAuthenticated (`login_failed`; `store_keyword_wrong`: it is a keyword, and not the primary one of a
        store of this login), NotAllowed (`address_not_allowed`), Unavailable (`too_many_attempts`).
        """
        found = await self._check(login, password, address)
        who = Principal(found.account_id, f"store login {found.login}", _SCOPES, key_id=KeyId(found.id))
        async with self._rt.db.connection() as conn:
            who = await access_list.bind(conn, who)
            access_list.check(who, address)
            word = keywords.leading(keyword) if keyword.strip().isalnum() else None
            known = (await store.keywords(conn, [word])).get(word) if word else None
            named = None
            if known is not None and known.account_id == found.account_id:
                named = (await store.get_stores(conn, [known.store_id]))[known.store_id]
        if named is None or named.keyword != word or found.store_id not in {None, named.id}:
            message = (
                "The third part of the login must be the primary keyword of one of your stores, in upper case; other "
                "keywords name no store."
            )
            raise NotAuthenticated("store_keyword_wrong", message)
        return Caller(who, named, found.is_clients)

    async def _check(self, login: str, password: str, address: str) -> Credential:
        async with self._rt.db.connection() as conn:
            found = await store.credential(conn, login) if _LOGIN.fullmatch(login) else None
        mark = hmac.digest(self._key, f"{login}\0{password}".encode(errors="replace"), hashlib.sha256)
        turn = self._turns.setdefault(mark, asyncio.Lock())
        if found is not None and self._knows(found, mark):
            return found
        async with turn:
            if found is not None and self._knows(found, mark):
                return found
            return await self._slowly(found, login, password, address, mark)

    def _knows(self, found: Credential, mark: bytes) -> bool:
        until, stored = self._known.get(mark, (0.0, ""))
        return stored == found.password_hash and self._rt.clock.monotonic() < until

    async def _slowly(
        self, found: Credential | None, login: str, password: str, address: str, mark: bytes
    ) -> Credential:
        rt = self._rt
        key = rt.seal.derive("store attempts")
        together = f"{login}\0{attempts.network(address)}"
        limits = attempts.limits_of(together, address, key=key, most=MOST_WRONG)
        limits |= attempts.limits_of(login, address, key=key, most=_MOST_WRONG_EVERYWHERE)
        async with rt.db.transaction() as conn:
            attempt_id = await attempts.begin(conn, limits, now=rt.clock.now())
        cost = {"memory": rt.settings.password_memory, "rounds": rt.settings.password_rounds}
        stored = found.password_hash if found else None
        is_right = await asyncio.to_thread(passwords.matches, stored, password[: passwords.MOST], **cost)
        if found is None or not is_right:
            raise NotAuthenticated(
                "login_failed", "User or password is wrong. After three wrong ones you have to wait."
            )
        async with rt.db.transaction() as conn:
            await attempts.succeeded(conn, attempt_id)
        self._remember(mark, found.password_hash)
        return found

    def _remember(self, mark: bytes, stored: str) -> None:
        self._known[mark] = self._rt.clock.monotonic() + _KNOWN_SECONDS, stored
        self._known.move_to_end(mark)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


async def page(rt: Runtime, who: Principal) -> list[Credential]:
    """Return the account's credentials, the oldest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.credentials_of(conn, who.account_id)


async def add(rt: Runtime, who: Principal, new: NewCredential) -> tuple[Credential, str]:
    """Make credentials; return them with the password, which is nowhere else.

    Raises InvalidInput (`bad_login`, `bad_password`), Conflict (`login_taken`), NotFound (`store_not_found`).
    """
    who.needs(Scope.ACCOUNT)
    made, password = await prepare(rt, who, new)
    async with rt.db.transaction() as conn:
        if new.store_id is not None:
            await finding.hold(conn, who.account_id, new.store_id)
        await write(conn, made, rt=rt)
    return made, password


async def prepare(rt: Runtime, who: Principal, new: NewCredential) -> tuple[Credential, str]:
    """Check credentials and hash their password, which takes a while: before any transaction. Raises as `add`."""
    if not _LOGIN.fullmatch(new.login):
        message = "A login has 3 to 100 letters, digits and ._%+@- and no colon."
        raise InvalidInput("bad_login", message, faults=[Fault("login", "bad_login", message)])
    password = new_token() if new.password is None else new.password
    passwords.check_new(password, field="password")
    cost = {"memory": rt.settings.password_memory, "rounds": rt.settings.password_rounds}
    hashed = await asyncio.to_thread(passwords.hash_new, password, **cost)
    named = {
        "first_name": read_note(new.first_name, field="first_name", most=100),
        "last_name": read_note(new.last_name, field="last_name", most=100),
        "email": read_note(new.email, field="email", most=200),
    }
    return Credential(uuid7(), who.account_id, new.store_id, new.login, hashed, **named), password


async def write(conn: Conn, made: Credential, *, rt: Runtime) -> None:
    """Write credentials that were prepared. Raises Conflict (`login_taken`)."""
    if not await store.insert_credential(conn, made, now=rt.clock.now()):
        message = f"Somebody has the login {made.login}. Choose another one."
        raise Conflict("login_taken", message, faults=[Fault("login", "login_taken", message)])


async def remove(rt: Runtime, who: Principal, credential_id: UUID) -> None:
    """Delete credentials: who has them can't call any more. Raises NotFound (`store_login_not_found`)."""
    who.needs(Scope.ACCOUNT)
    async with rt.db.transaction() as conn:
        if not await store.delete_credential(conn, who.account_id, credential_id):
            raise _no_such_login(credential_id)


async def renew(rt: Runtime, who: Principal, credential_id: UUID) -> str:
    """Give credentials a new password and return it. Raises NotFound (`store_login_not_found`)."""
    who.needs(Scope.ACCOUNT)
    password = new_token()
    cost = {"memory": rt.settings.password_memory, "rounds": rt.settings.password_rounds}
    hashed = await asyncio.to_thread(passwords.hash_new, password, **cost)
    async with rt.db.transaction() as conn:
        if not await store.put_password(conn, who.account_id, credential_id, hashed):
            raise _no_such_login(credential_id)
    return password


def _no_such_login(credential_id: UUID) -> CablegramError:
    return NotFound("store_login_not_found", f"The account has no store login {credential_id}.")
