"""What an account and its people want to be told of: read and change it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import cast

from cablegram.accounts.access import NO_ACCOUNT, Principal, Scope
from cablegram.alerts import store
from cablegram.alerts.folding import pace_of
from cablegram.alerts.kinds import BY_NAME, KINDS
from cablegram.alerts.model import PACES, Choice, Choices, NoticeKind, Pace, Person, Standing, To
from cablegram.kit.errors import Fault, InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import UserId
from cablegram.mail.address import is_address
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.runtime.runtime import Runtime

_TOKEN_BYTES = 24
_MOST_CREDITS = 10**15  # micro-credits: a thousand million credits


async def show(rt: Runtime, who: Principal) -> Standing:
    """Return what the account is told of."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.standing(conn, who.account_id)


async def set_threshold(rt: Runtime, who: Principal, below: int | None) -> None:
    """Set below which balance the account is told (micro-credits); None: it is not (R26).

    Raises InvalidInput (`bad_amount`).
    """
    who.needs(Scope.BILLING)
    if below is not None and not 0 < below <= _MOST_CREDITS:
        message = "Write an amount of credits over 0, or nothing for no alert."
        raise InvalidInput("bad_amount", message, faults=[Fault("alert_when_credit_less_than", "bad_amount", message)])
    async with rt.db.transaction() as conn:
        await store.set_threshold(conn, who.account_id, below)


async def set_inbox(rt: Runtime, who: Principal, address: str | None, *, language: str = "en") -> None:
    """Have every text that comes in sent to an address (R66), once it agreed; None: to none.

    An address that a person of the account has confirmed agreed with that; any other gets a letter that asks, anew each
    time. Raises InvalidInput (`bad_address`).
    """
    who.needs(Scope.ACCOUNT)
    if address is not None and not is_address(address):
        message = f"{address[:60]!r} is no e-mail address: write one such as desk@example.com."
        raise InvalidInput("bad_address", message, faults=[Fault("email_on_inbound_sms", "bad_address", message)])
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        standing = await store.standing(conn, who.account_id)
        if address is not None and address == standing.inbound_address and standing.is_inbound_confirmed:
            return
        is_own = address is not None and await store.is_own_address(conn, who.account_id, address)
        token = secrets.token_urlsafe(_TOKEN_BYTES) if address and not is_own else None
        await store.set_inbox(
            conn,
            who.account_id,
            address,
            language=language,
            token=_digest(token) if token else None,
            confirmed_at=now if is_own else None,
        )
        if token and address:
            names = await store.names_of_accounts(conn, [who.account_id])
            facts = {
                "account": names.get(who.account_id, ""),
                "by": who.name,
                "url": f"{rt.settings.public}/notices/confirm/{token}",
            }
            await post(conn, [Letter("confirm_inbox", address, language, facts, who.account_id)], now=now)


async def confirm_inbox(rt: Runtime, token: str) -> str:
    """Let texts of an account come to an address, by what the letter to it said; return the address.

    Raises NotFound (`agreement_unknown`) where it was used, or another address was set since.
    """
    async with rt.db.transaction() as conn:
        found = await store.confirm_inbox(conn, _digest(token), rt.clock.now())
    if found is None:
        raise NotFound("agreement_unknown", "This link was used before, or another address was set since.")
    return found[1]


async def of_person(rt: Runtime, who: Principal) -> list[Choice]:
    """Return the kinds that a person can be told of, with their pace; none for a key, which nobody writes to."""
    who.needs(Scope.READ)
    if who.user_id is None:
        return []
    async with rt.db.connection() as conn:
        chosen = await store.choices_of(conn, who.account_id, who.user_id)
        role = await store.role_of(conn, who.account_id, who.user_id)
    by_key: Choices = {(who.account_id, who.user_id, kind): pace for kind, pace in chosen.items()}
    return [Choice(one, pace_of(one, by_key, who.account_id, who.user_id)) for one in KINDS if _is_for(one, who, role)]


async def reader(rt: Runtime, who: Principal) -> Person | None:
    """Return the person who asks, with the address that letters go to; None for a key."""
    who.needs(Scope.READ)
    if who.user_id is None:
        return None
    async with rt.db.connection() as conn:
        return (await store.users(conn, [who.user_id])).get(who.user_id)


async def choose(rt: Runtime, who: Principal, paces: Mapping[str, str]) -> None:
    """Keep how soon a person is told of some kinds.

    Raises InvalidInput (`bad_notice`) for a kind or pace that is none, or that can't be switched; NotAllowed
    (`person_needed`) for a key.
    """
    who.needs(Scope.READ)
    if who.user_id is None:
        raise NotAllowed("person_needed", "A key is nobody: log in, and choose what you are told of.")
    wanted: dict[str, Pace] = {kind: _pace(kind, pace) for kind, pace in paces.items()}
    if not wanted:
        return
    async with rt.db.transaction() as conn:
        await store.choose(conn, who.account_id, UserId(who.user_id), wanted)


def _pace(name: str, pace: str) -> Pace:
    kind = BY_NAME.get(name)
    message = ""
    if kind is None:
        message = f"{name[:60]!r} is no kind of notice: GET /v1/notices lists them."
    elif pace not in PACES:
        message = f"{pace[:60]!r} is no pace: write one of {', '.join(PACES)}."
    elif kind.is_fixed:
        message = f"{name} can't be switched: it tells you of who may log in as you."
    if message:
        raise InvalidInput("bad_notice", message, faults=[Fault(f"notices.{name[:60]}", "bad_notice", message)])
    return cast("Pace", pace)


def _is_for(kind: NoticeKind, who: Principal, role: str | None) -> bool:
    """Tell whether somebody can be told of a kind here: operators' kinds stand where no account is chosen.

    An operator who looks at an account without a role in it sees all that its people can choose.
    """
    if kind.is_fixed:
        return True
    if (kind.to is To.OPERATORS) != (who.account_id == NO_ACCOUNT):
        return False
    return role is None or kind.to is not To.ROLES or role in kind.roles


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
