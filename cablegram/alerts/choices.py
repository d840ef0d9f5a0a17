"""What an account and its people want to be told of: read and change it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import cast
from uuid import UUID

from cablegram.accounts.access import NO_ACCOUNT, Principal, Scope
from cablegram.alerts import store
from cablegram.alerts.folding import pace_of
from cablegram.alerts.kinds import BY_NAME, KINDS
from cablegram.alerts.model import PACES, Changes, Choice, Choices, NoticeKind, Pace, Person, Standing, To
from cablegram.kit.errors import Fault, InvalidInput, NotAllowed, NotFound, Unavailable
from cablegram.kit.ids import AccountId
from cablegram.mail.address import is_address
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

_TOKEN_BYTES = 24
_END_LENGTH = 40  # hexadecimal digits
_AGREES_WITHIN = timedelta(days=3)
_ASKS_EVERY = timedelta(minutes=10)
_MOST_CREDITS = 10**15  # micro-credits: a thousand million credits


async def show(rt: Runtime, who: Principal) -> Standing:
    """Return what the account is told of."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await store.standing(conn, who.account_id)


async def change(rt: Runtime, who: Principal, wanted: Changes) -> None:
    """Change what is told: all of it or, where something can't be, nothing.

    Below `below` credits the account is told that they are low (R26). Every text that comes in goes to `inbox` (R66)
    once that agreed: an address that a person of the account has confirmed did, any other gets a letter that asks.
    `paces` say how soon the person who asks is told of some kinds.

    Raises InvalidInput (`bad_amount`, `bad_address`; `bad_notice` for a kind or pace that is none, or that can't be
    switched), NotAllowed (`person_needed` where a key has paces), Unavailable (`too_many_attempts` where an address was
    asked a moment ago).
    """
    who.needs(Scope.READ)
    below = _read_below(who, wanted) if wanted.has_below else None
    inbox = _read_inbox(who, wanted) if wanted.has_inbox else None
    paces = _read_paces(who, wanted.paces)
    async with rt.db.transaction() as conn:
        if wanted.has_below:
            await store.set_threshold(conn, who.account_id, below)
        if wanted.has_inbox:
            await _set_inbox(conn, rt, who, inbox)
        if paces and who.user_id:
            await store.choose(conn, who.account_id, who.user_id, paces)


async def _set_inbox(conn: Conn, rt: Runtime, who: Principal, address: str | None) -> None:
    now, standing = rt.clock.now(), await store.hold_standing(conn, who.account_id)
    if address == standing.inbound_address:
        return
    users = await store.users(conn, [who.user_id] if who.user_id else [])
    language = next((one.language for one in users.values()), "en")
    is_own = address is not None and await store.is_own_address(conn, who.account_id, address)
    token = secrets.token_urlsafe(_TOKEN_BYTES) if address and not is_own else None
    if token and standing.asked_at and now - standing.asked_at < _ASKS_EVERY:
        message = "Another address was asked a few minutes ago. Wait a little, then set this one."
        raise Unavailable("too_many_attempts", message, retry_after=int(_ASKS_EVERY.total_seconds()))
    await store.set_inbox(
        conn,
        who.account_id,
        address,
        language=language,
        token=_digest(token) if token else None,
        asked_at=now if token else None,
        confirmed_at=now if is_own else None,
    )
    if token and address:
        names = await store.names_of_accounts(conn, [who.account_id])
        url = f"{rt.settings.public}/notices/confirm/{token}"
        facts = {"account": names.get(who.account_id, ""), "by": who.name, "url": url}
        await post(conn, [Letter("confirm_inbox", address, language, facts, who.account_id)], now=now)


async def confirm_inbox(rt: Runtime, token: str) -> str:
    """Let texts of an account come to an address, by what the letter to it said; return the address.

    Raises NotFound (`agreement_unknown`) where it was used or is too old, or another address was set since.
    """
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await store.confirm_inbox(conn, _digest(token), now, since=now - _AGREES_WITHIN)
    if found is None:
        message = "This link was used before, is older than three days, or another address was set since."
        raise NotFound("agreement_unknown", message)
    return found[1]


def end_url(rt: Runtime, account_id: AccountId, address: str) -> str:
    """Return where the reader of an address ends the texts that come to it, without a login (R66).

    Nothing of it is kept: it is made of the installation's key, and holds as long as texts go to that address.
    """
    return f"{rt.settings.public}/notices/end/{account_id}/{_end_token(rt, account_id, address)}"


async def end_inbox(rt: Runtime, account_id: UUID, token: str) -> str:
    """Let no more texts of an account come to the address that a letter went to; return the address.

    Raises NotFound (`agreement_unknown`) where they go to another address by now, or to none.
    """
    async with rt.db.transaction() as conn:
        account = AccountId(account_id)
        if (await store.standing(conn, account)).inbound_address is None:  # nor is anything held for an unknown account
            raise _ended()
        address = (await store.hold_standing(conn, account)).inbound_address  # nobody sets another one meanwhile
        if address is None or not _is_same(_end_token(rt, account, address), token):
            raise _ended()
        await store.set_inbox(conn, account, None, language="en", token=None, asked_at=None, confirmed_at=None)
    rt.log.info("texts go no more to an address, its reader said", account=str(account_id))
    return address


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


def _read_below(who: Principal, wanted: Changes) -> int | None:
    who.needs(Scope.BILLING)
    if wanted.below is not None and not 0 < wanted.below <= _MOST_CREDITS:
        message = "Write an amount of credits over 0, or nothing for no alert."
        raise InvalidInput("bad_amount", message, faults=[Fault("alert_when_credit_less_than", "bad_amount", message)])
    return wanted.below


def _read_inbox(who: Principal, wanted: Changes) -> str | None:
    who.needs(Scope.ACCOUNT)
    if wanted.inbox is not None and not is_address(wanted.inbox):
        message = f"{wanted.inbox[:60]!r} is no e-mail address: write one such as desk@example.com."
        raise InvalidInput("bad_address", message, faults=[Fault("email_on_inbound_sms", "bad_address", message)])
    return wanted.inbox


def _read_paces(who: Principal, paces: Mapping[str, str]) -> dict[str, Pace]:
    if paces and who.user_id is None:
        raise NotAllowed("person_needed", "A key is nobody: log in, and choose what you are told of.")
    return {kind: _pace(kind, pace) for kind, pace in paces.items()}


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
        raise InvalidInput(
            "bad_notice_choice", message, faults=[Fault(f"notices.{name[:60]}", "bad_notice_choice", message)]
        )
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


def _ended() -> NotFound:
    return NotFound("agreement_unknown", "No texts come to your address from here any more.")


def _end_token(rt: Runtime, account_id: AccountId, address: str) -> str:
    return rt.seal.derive(f"end of texts by mail {account_id} {address.lower()}")[:_END_LENGTH]


def _is_same(token: str, given: str) -> bool:
    return secrets.compare_digest(token.encode(), given.encode(errors="replace"))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
