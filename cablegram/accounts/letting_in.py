"""Who may make a login here (R1): as the operator said last, else as `CABLEGRAM_SIGN_UP` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args
from uuid import UUID

from cablegram.accounts import standing_store
from cablegram.accounts.access import Principal, Scope
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime
from cablegram.runtime.settings import SignUp

_NAME = "sign_up"
_SUBJECT = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may: what holds, and whether the operator chose it rather than the setting."""

    sign_up: SignUp
    is_chosen: bool


async def policy(rt: Runtime) -> Policy:
    """Return who may make a login."""
    async with rt.db.connection() as conn:
        return await _policy(conn, rt)


async def choose(rt: Runtime, who: Principal, word: str | None) -> Policy:
    """Say who may make a login from now on, in all processes; None: as the setting says.

    Raises NotAllowed, InvalidInput (`bad_sign_up`).
    """
    who.needs(Scope.OPERATOR)
    if word is not None and word not in get_args(SignUp):
        message = f"{word[:20]!r} is no choice: say one of {', '.join(get_args(SignUp))}."
        raise InvalidInput("bad_sign_up", message, faults=[Fault("sign_up", "bad_sign_up", message)])
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        await standing_store.put_choice(conn, _NAME, word, who.name, now)
        found = await _policy(conn, rt)
        facts = {"sign_up": found.sign_up, "by": who.name}
        await record(conn, [Event(Kind.SIGN_UP_CHANGED, None, _SUBJECT, facts)], now=now)
    return found


async def _policy(conn: Conn, rt: Runtime) -> Policy:
    chosen = await standing_store.choice(conn, _NAME)
    return Policy(rt.settings.sign_up if chosen is None else cast("SignUp", chosen), chosen is not None)
