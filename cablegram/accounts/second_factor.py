"""The second factor of a person: a secret on their phone, and ten codes on paper for the day it is lost.

The secret is sealed under the installation's key; recovery codes are kept as hashes, and each works once. A wrong code
counts as a wrong password does, for the person and for where they come from.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from cablegram.accounts import attempts, person_store, store, totp
from cablegram.accounts.model import Session, User
from cablegram.accounts.tokens import digest
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotAuthenticated, NotFound
from cablegram.kit.names import read_name
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

RECOVERY_CODES = 10
_SECRET = 20  # bytes, as many as SHA-1 gives (RFC 4226, section 4)
_RECOVERY = 10  # bytes of a recovery code: 80 bits, four groups of four letters


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that is not in force yet: to be read by a camera, or typed."""

    secret: str
    address: str


async def offer(rt: Runtime, session: Session) -> Offer:
    """Make a secret for the person, in place of one that was never confirmed.

    Raises Conflict (`two_factor_on`) while another is in force.
    """
    secret = base64.b32encode(secrets.token_bytes(_SECRET)).decode()
    sealed = rt.seal.close(secret, _about(session.user))
    async with rt.db.transaction() as conn:
        if not await person_store.offer_totp(conn, session.user.id, sealed):
            raise _on_already()
    name = urlsplit(rt.settings.public).netloc
    return Offer(secret, totp.address(secret, session.user.login, name))


async def offered(rt: Runtime, session: Session) -> Offer | None:
    """Return the secret that waits for its first code, or None."""
    async with rt.db.connection() as conn:
        held = await person_store.totp(conn, session.user.id)
    if held is None or held.since is not None:
        return None
    secret = rt.seal.open(held.sealed, _about(session.user))
    return Offer(secret, totp.address(secret, session.user.login, urlsplit(rt.settings.public).netloc))


async def confirm(rt: Runtime, session: Session, code: str, *, address: str) -> list[str]:
    """Switch the second factor on by its first code, log the person out elsewhere, and return the recovery codes.

    Raises InvalidInput (`code_wrong`), Conflict (`two_factor_on`, `two_factor_not_offered`) and Unavailable
    (`too_many_attempts`).
    """
    attempt_id = await _begin(rt, session.user, address)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        held = await person_store.totp(conn, session.user.id, for_update=True)
        if held is None:
            message = "There is no secret to confirm: begin with setting up the second factor."
            raise Conflict("two_factor_not_offered", message)
        if held.since is not None:
            raise _on_already()
        step = totp.step_of(rt.seal.open(held.sealed, _about(session.user)), code, now=now, after=None)
        if step is None:
            raise _wrong_field()
        await attempts.succeeded(conn, attempt_id)
        await person_store.confirm_totp(conn, session.user.id, step, now)
        await person_store.end_other_sessions(conn, session.user.id, session.hash)
        await _tell(conn, rt, session.user, "on", by=session.user.display_name)
        return await _new_codes(conn, session.user)


async def renew_codes(rt: Runtime, session: Session, code: str, *, address: str) -> list[str]:
    """Make new recovery codes in place of the old, for somebody who has a code. Raises as `switch_off`."""
    await _check_field(rt, session.user, code, address=address)
    async with rt.db.transaction() as conn:
        await _tell(conn, rt, session.user, "new recovery codes", by=session.user.display_name)
        return await _new_codes(conn, session.user)


async def switch_off(rt: Runtime, session: Session, code: str, *, address: str) -> None:
    """Ask for no second factor any more, for somebody who has a code.

    Raises InvalidInput (`code_wrong`), Conflict (`two_factor_required`) of an operator where it has to be on, and
    Unavailable (`too_many_attempts`).
    """
    if session.user.is_operator and rt.settings.operator_two_factor:
        message = "This installation asks a second factor of its operators (CABLEGRAM_OPERATOR_TWO_FACTOR)."
        raise Conflict("two_factor_required", message)
    await _check_field(rt, session.user, code, address=address)
    async with rt.db.transaction() as conn:
        await person_store.forget_totp(conn, session.user.id)
        await _tell(conn, rt, session.user, "off", by=session.user.display_name)


async def take_off(rt: Runtime, login: str) -> None:
    """Ask somebody for no second factor any more who lost phone and codes, at the operator's command line.

    Raises NotFound (`user_not_found`).
    """
    async with rt.db.transaction() as conn:
        found = await store.user_by_login(conn, read_name(login, field="login"))
        if found is None:
            raise NotFound("user_not_found", f"Nobody has the login {login}.")
        await person_store.forget_totp(conn, found[0].id)
        await _tell(conn, rt, found[0], "off", by="command line")


async def left(rt: Runtime, session: Session) -> int:
    """Return how many recovery codes the person has not used."""
    async with rt.db.connection() as conn:
        return await person_store.recovery_left(conn, session.user.id)


async def check(rt: Runtime, user: User, code: str, *, address: str) -> None:
    """Take a code of the second factor, or a recovery code, once.

    Raises NotAuthenticated (`code_wrong`) and Unavailable (`too_many_attempts`).
    """
    attempt_id = await _begin(rt, user, address)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        held = await person_store.totp(conn, user.id, for_update=True)
        if held is not None and held.since is not None:
            step = totp.step_of(rt.seal.open(held.sealed, _about(user)), code, now=now, after=held.step)
            if step is not None:
                await person_store.take_step(conn, user.id, step)
            elif not await person_store.use_recovery(conn, user.id, digest(_plain(code)), now):
                message = "This code is wrong or was used. Take the next one, or a recovery code."
                raise NotAuthenticated("code_wrong", message)
        await attempts.succeeded(conn, attempt_id)


async def _begin(rt: Runtime, user: User, address: str) -> attempts.AttemptId:
    limits = attempts.limits_of(f"code of {user.id}", address, key=rt.seal.derive("login attempts"))
    async with rt.db.transaction() as conn:
        return await attempts.begin(conn, limits, now=rt.clock.now())


async def _check_field(rt: Runtime, user: User, code: str, *, address: str) -> None:
    try:
        await check(rt, user, code, address=address)
    except NotAuthenticated:
        raise _wrong_field() from None


async def _new_codes(conn: Conn, user: User) -> list[str]:
    codes = [base64.b32encode(secrets.token_bytes(_RECOVERY)).decode().lower() for _ in range(RECOVERY_CODES)]
    await person_store.put_recovery(conn, user.id, [digest(code) for code in codes])
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


async def _tell(conn: Conn, rt: Runtime, user: User, what: str, *, by: str) -> None:
    event = Event(Kind.TWO_FACTOR_CHANGED, None, user.id, {"what": what, "login": user.login, "by": by})
    await record(conn, [event], now=rt.clock.now())


def _plain(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum())[:40]


def _about(user: User) -> bytes:
    return b"second factor " + user.id.bytes


def _wrong_field() -> InvalidInput:
    message = "This is not the code that the phone shows now. Look whether its clock is right, and take the next."
    return InvalidInput("code_wrong", message, faults=[Fault("code", "code_wrong", message)])


def _on_already() -> Conflict:
    return Conflict("two_factor_on", "The second factor is on already. Switch it off first to set up another phone.")
