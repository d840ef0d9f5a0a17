"""What is proved by a letter: that an address is somebody's (R10), and that a login without its password is (R9).

A letter has a link that works once. Only its hash is kept, a newer one takes the place of an older one, and asking
tells nobody whether an address is known: the answer is the same, and so is what is counted.
"""

from __future__ import annotations

import asyncio
import hmac
from datetime import timedelta

from cablegram.accounts import attempts, passwords, person_store, store
from cablegram.accounts.model import User
from cablegram.accounts.tokens import digest, new_token
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotAuthenticated
from cablegram.kit.ids import UserId
from cablegram.mail import bounces
from cablegram.mail.address import is_address
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

CONFIRM_LIFE = timedelta(hours=24)
RESET_LIFE = timedelta(hours=1)
_AS_LONG = 0.1  # seconds that asking for a new password takes, whether anybody has the address or not


def read_email(text: str, *, field: str = "email") -> str:
    """Return an address without the spaces around it. Raises InvalidInput (`bad_address`)."""
    address = text.strip()
    if not is_address(address):
        message = f"{address[:60]!r} is no e-mail address: write one such as ines@example.com."
        raise InvalidInput("bad_address", message, faults=[Fault(field, "bad_address", message)])
    return address


async def count_letter(rt: Runtime, email: str, *, address: str) -> None:
    """Count a wish for a letter: three a quarter of an hour to one address, ten from one network.

    Raises Unavailable (`too_many_attempts`).
    """
    limits = attempts.limits_of_mail(email, address, key=rt.seal.derive("login attempts"))
    async with rt.db.transaction() as conn:
        await attempts.begin(conn, limits, now=rt.clock.now())


async def ask_to_confirm(rt: Runtime, user: User, *, address: str) -> None:
    """Send a person the proof of their address; also once more, where letters to it come back.

    Raises Conflict (`no_address`, `address_confirmed`) and Unavailable (`too_many_attempts`).
    """
    async with rt.db.connection() as conn:
        found = await store.user_by_id(conn, user.id)
        email = found[0].email if found else None
        comes_back = await bounces.standing(conn, [email] if email else [])
    if found is None or email is None:
        raise Conflict("no_address", "There is no address to confirm: write yours into your profile first.")
    if found[0].is_confirmed and not comes_back:
        raise Conflict("address_confirmed", f"{email} is confirmed already. Nothing has to be done.")
    await count_letter(rt, email, address=address)
    async with rt.db.transaction() as conn:
        await send_proof(conn, rt, found[0])


async def send_proof(conn: Conn, rt: Runtime, user: User) -> None:
    """Post the letter that proves a person's address: a link, and a code for those who read mail elsewhere."""
    if user.email is None:
        raise ValueError("without an address there is nothing to prove")
    token, now = new_token(), rt.clock.now()
    await person_store.insert_mail_code(
        conn, digest(token), "confirm", user.id, email=user.email, now=now, expires_at=now + CONFIRM_LIFE
    )
    code = short_code(token, rt.seal.derive("short codes"))
    await person_store.insert_short_code(conn, digest(token), digest(f"{user.id} {code}"))
    facts = {
        "login": user.login,
        "code": f"{code[:4]} {code[4:]}",
        "url": f"{rt.settings.public}/confirm/{token}",
        "hours": int(CONFIRM_LIFE / timedelta(hours=1)),
    }
    await post(conn, [Letter("confirm_address", user.email, user.language, facts, user_id=user.id)], now=now)


async def confirm(rt: Runtime, token: str) -> str:
    """Take the proof of an address, and return the address. Raises NotAuthenticated (`proof_invalid`)."""
    async with rt.db.transaction() as conn:
        return await _confirm(conn, rt, digest(token))


async def confirm_by_code(rt: Runtime, user: User, code: str, *, address: str) -> str:
    """Take the short code of a letter from the person it was sent to, and return the address.

    Raises NotAuthenticated (`proof_invalid`) and Unavailable (`too_many_attempts`).
    """
    limits = attempts.limits_of(f"proof of {user.id}", address, key=rt.seal.derive("login attempts"))
    async with rt.db.transaction() as conn:
        attempt_id = await attempts.begin(conn, limits, now=rt.clock.now())
    plain = "".join(code.split())
    async with rt.db.transaction() as conn:
        name = await person_store.by_short_code(conn, user.id, digest(f"{user.id} {plain}"))
        email = await _confirm(conn, rt, name or b"")
        await attempts.succeeded(conn, attempt_id)
    return email


async def ask_to_reset(rt: Runtime, email: str, *, address: str) -> None:
    """Send whoever has this address a link for a new password; where nobody has it, nothing happens, as slowly.

    Raises InvalidInput (`bad_address`) and Unavailable (`too_many_attempts`), whether it is known or not.
    """
    to = read_email(email)
    await count_letter(rt, to, address=address)
    await asyncio.gather(_post_resets(rt, to, address), asyncio.sleep(_AS_LONG))


async def _post_resets(rt: Runtime, to: str, address: str) -> None:
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        letters: list[Letter] = []
        for one in await person_store.people_at(conn, to):
            token = new_token()
            await person_store.insert_mail_code(
                conn, digest(token), "reset", one.id, email=one.email, now=now, expires_at=now + RESET_LIFE
            )
            facts = {"login": one.login, "url": f"{rt.settings.public}/reset/{token}", "address": address[:60]}
            letters.append(Letter("new_password", one.email, one.language, facts, user_id=one.id))
        await post(conn, letters, now=now)


async def may_reset(rt: Runtime, token: str) -> bool:
    """Tell whether a link for a new password still works."""
    async with rt.db.connection() as conn:
        return await person_store.mail_code(conn, digest(token), "reset", rt.clock.now()) is not None


async def reset(rt: Runtime, token: str, new: str) -> UserId:
    """Set a new password by the link of a letter, once; all sessions of the person end, and the address is proved.

    Raises InvalidInput (`bad_password`), NotAuthenticated (`proof_invalid`).
    """
    passwords.check_new(new)
    if not await may_reset(rt, token):
        raise _invalid()
    fresh = await asyncio.to_thread(
        passwords.hash_new, new, memory=rt.settings.password_memory, rounds=rt.settings.password_rounds
    )
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await person_store.use_mail_code(conn, digest(token), "reset", now)
        if found is None:
            raise _invalid()
        user_id, email = found
        user = await store.user_by_id(conn, user_id)
        await store.set_password(conn, user_id, fresh)
        await person_store.confirm_email(conn, user_id, email, now)
        await bounces.works_again(conn, email)
        await person_store.end_other_sessions(conn, user_id, None)
        facts = {
            "login": user[0].login if user else "",
            "how": "letter",
            "by": user[0].display_name if user else "",
        }
        await record(conn, [Event(Kind.PASSWORD_CHANGED, None, user_id, facts)], now=now)
    return user_id


def short_code(token: str, key: str) -> str:
    """Return the eight digits that stand for a token, for people who type. Pure."""
    made = hmac.digest(key.encode(), token.encode(), "sha256")
    return f"{int.from_bytes(made[:8]) % 100_000_000:08d}"


async def _confirm(conn: Conn, rt: Runtime, name: bytes) -> str:
    now = rt.clock.now()
    found = await person_store.use_mail_code(conn, name, "confirm", now)
    if found is None or not await person_store.confirm_email(conn, found[0], found[1], now):
        raise _invalid()
    user_id, email = found
    await bounces.works_again(conn, email)
    user = await store.user_by_id(conn, user_id)
    facts = {"what": "address confirmed", "by": user[0].display_name if user else ""}
    await record(conn, [Event(Kind.PROFILE_CHANGED, None, user_id, facts)], now=now)
    return email


def _invalid() -> NotAuthenticated:
    message = "This link or code was used, replaced by a newer one, or has run out. Ask for another."
    return NotAuthenticated("proof_invalid", message)
