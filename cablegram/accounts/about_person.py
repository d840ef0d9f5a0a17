"""What a person says of themselves (R8): names, company, address, language, time zone. A new address is proved anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import get_args
from zoneinfo import available_timezones

from cablegram.accounts import person_store, proofs, store
from cablegram.accounts.model import Language, Profile, User
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Fault, InvalidInput, NotFound
from cablegram.kit.names import read_name, read_note
from cablegram.mail import bounces
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Said:
    """What to change; what is None stays. An empty `email` takes the address away."""

    display_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    language: str | None = None
    time_zone: str | None = None


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of all time zones of the IANA database (R11)."""
    return tuple(sorted(name for name in available_timezones() if name != "localtime"))


async def show(rt: Runtime, user: User) -> Profile:
    """Return what a person says of themselves."""
    async with rt.db.connection() as conn:
        found = await person_store.profile(conn, user.id)
        if found is None:
            raise NotFound("user_not_found", f"There is no person {user.id}.")
        if found.email:
            dead = await bounces.standing(conn, [found.email])
            found.comes_back = next((said for _, said in dead.values()), None)
    return found


async def check(rt: Runtime, user: User, said: Said) -> None:
    """Raise what `change` would, before anything is changed."""
    _changed(await show(rt, user), said)
    if said.display_name is not None:
        read_name(said.display_name, field="display_name")


async def change(rt: Runtime, user: User, said: Said, *, address: str) -> Profile:
    """Change it; a new address gets a letter that proves it, and the old one is told.

    `address` is where they come from. Raises InvalidInput (`bad_name`, `bad_address`, `bad_language`, `bad_time_zone`),
    Unavailable (`too_many_attempts`).
    """
    old = await show(rt, user)
    new = _changed(old, said)
    name = user.display_name if said.display_name is None else read_name(said.display_name, field="display_name")
    is_moved = new.email is not None and new.email.lower() != (old.email or "").lower()
    if is_moved and new.email is not None:
        await proofs.count_letter(rt, new.email, address=address)
    async with rt.db.transaction() as conn:
        await person_store.put_profile(conn, user.id, new)
        await store.set_display_name(conn, user.id, name)
        if (new.email or "").lower() != (old.email or "").lower():
            await person_store.void_mail_codes(conn, user.id, "confirm")
            await person_store.void_mail_codes(conn, user.id, "reset")
            await _tell_old(conn, rt, user, old)
        if is_moved:
            await proofs.send_proof(conn, rt, replace(user, email=new.email, language=new.language))
        facts = {"what": "profile", "login": user.login, "by": name}
        await record(conn, [Event(Kind.PROFILE_CHANGED, None, user.id, facts)], now=rt.clock.now())
    return await show(rt, user)


async def _tell_old(conn: Conn, rt: Runtime, user: User, old: Profile) -> None:
    """Write to the address that was theirs: who is at somebody else's session must not take it over in silence."""
    if old.email is None or not old.is_confirmed:
        return
    now = rt.clock.now()
    facts = {
        "what": "e-mail",
        "by": user.display_name,
        "at": now.isoformat(),
        "url": f"{rt.settings.public}/settings",
    }
    await post(conn, [Letter("profile_changed", old.email, old.language, facts, user_id=user.id)], now=now)


def _changed(old: Profile, said: Said) -> Profile:
    email = old.email
    if said.email is not None:
        email = proofs.read_email(said.email) if said.email.strip() else None
    return Profile(
        _short(said.first_name, old.first_name, "first_name"),
        _short(said.last_name, old.last_name, "last_name"),
        _short(said.company, old.company, "company"),
        email,
        is_confirmed=old.is_confirmed,
        language=old.language if said.language is None else _language(said.language),
        time_zone=old.time_zone if said.time_zone is None else _zone(said.time_zone),
    )


def _short(text: str | None, old: str, field: str) -> str:
    return old if text is None else read_note(text, field=field, most=100)


def _language(word: str) -> Language:
    found = next((one for one in get_args(Language) if one == word), None)
    if found is None:
        message = f"{word[:20]!r} is no language of ours: choose en or es."
        raise InvalidInput("bad_language", message, faults=[Fault("language", "bad_language", message)])
    return found


def _zone(name: str) -> str:
    if name not in time_zones():
        message = f"{name[:60]!r} is no time zone such as Europe/Madrid. The list stands at GET /v1/timezones."
        raise InvalidInput("bad_time_zone", message, faults=[Fault("time_zone", "bad_time_zone", message)])
    return name
