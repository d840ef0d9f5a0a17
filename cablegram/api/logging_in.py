"""Log in for a person, open an account, and what a letter proves (R1, R3, R9, R10)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, UnsetType

from cablegram.accounts import api_sessions, proofs, sessions
from cablegram.accounts.access import Principal
from cablegram.api.door import Asker
from cablegram.api.fields import NO_NULL, HomeCountry, Id, Moment
from cablegram.api.operation import Can, Resource
from cablegram.enrollment.sign_up import NewAccount, sign_up
from cablegram.kit.errors import NotAuthenticated
from cablegram.kit.ids import AccountId
from cablegram.runtime.runtime import Runtime

logging_in = Resource("Login", "Log in with a person's password, open an account, prove an address.")

Word = Annotated[str, Meta(max_length=300, pattern=NO_NULL)]
Nonce = Annotated[str, Meta(description="What stands at the end of the letter's link.")]
_TOO_MANY = Can(429, "too_many_attempts", "too many attempts, or too many letters, from there or for that")
_BAD_PASSWORD = Can(403, "bad_password", "a password has 10 to 200 characters")
_INVALID = Can(401, "proof_invalid", "the letter's code was used, replaced by a newer one, or has run out")


class LogIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What goes with login and password."""

    code: Annotated[Word, Meta(description="Of the second factor, or a recovery code.", examples=["123456"])] = ""
    account_id: Annotated[UUID, Meta(description="For which account; else the oldest of the person.")] | UnsetType = (
        msgspec.UNSET
    )


class SessionView(msgspec.Struct, kw_only=True):
    """A session of a program."""

    success: Annotated[bool, Meta(description="Always true: what fails is a problem.")]
    token: Annotated[str, Meta(description="Goes into the header X-Session-Token.", examples=["st_..."])]
    expires_at: Moment
    account_id: Annotated[UUID | None, Meta(description="For which account it acts; null: the person has none.")]


class SignUpForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a stranger gives to open an account."""

    account: Annotated[Word, Meta(min_length=1, description="The account's name.", examples=["Acme"])]
    login: Annotated[Word, Meta(min_length=1, description="What the person logs in with.", examples=["ines"])]
    email: Annotated[Word, Meta(description="Where the letter goes.", examples=["ines@example.com"])]
    password: Annotated[Word, Meta(description="10 to 200 characters.", examples=["a few good words"])]
    default_country: HomeCountry = "US"
    language: Annotated[Literal["en", "es"], Meta(description="Of letters to the person.")] = "en"


class Opened(msgspec.Struct, kw_only=True):
    """A new account."""

    account_id: Id
    user_id: Id
    api_key: Annotated[str, Meta(description="The first key, shown this once.", examples=["sk_..."])]
    sender: Annotated[str | None, Meta(description="Its number on the simulated carrier, where there is one.")]


class Address(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An address for a letter."""

    email: Annotated[Word, Meta(description="The address of the login.", examples=["ines@example.com"])]


class NewPassword(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new password."""

    new_password: Annotated[Word, Meta(description="10 to 200 characters.", examples=["a few good words"])]


@logging_in.call(
    "POST",
    "/v1/login",
    "logIn",
    scope=None,
    errors=(
        Can(401, "login_failed", "there is no `Authorization: Basic` with a login and its password"),
        Can(401, "code_needed", "the login has a second factor and `code` is missing"),
        Can(401, "code_wrong", "the code is wrong or was used"),
        Can(403, "two_factor_required", "operators need a second factor here, and this one has none"),
        Can(404, "account_not_found", "the person has no such account"),
        _TOO_MANY,
    ),
)
async def log_in(rt: Runtime, who: Principal | None, body: LogIn, asker: Asker) -> SessionView:  # noqa: ARG001 - nobody is known yet
    """Log in.

    With `Authorization: Basic`. The token goes into the header X-Session-Token and works for an hour; then the answer
    is 401 `session_over`, and one logs in again. It may what the person may.
    """
    login, password = _basic(asker.authorization)
    account_id = AccountId(body.account_id) if isinstance(body.account_id, UUID) else None
    entered = await api_sessions.log_in(rt, login, password, code=body.code, account_id=account_id, place=asker.place)
    return SessionView(success=True, token=entered.token, expires_at=entered.expires_at, account_id=entered.account_id)


@logging_in.call(
    "DELETE",
    "/v1/login",
    "logOut",
    scope=None,
    status=204,
    errors=(Can(401, "session_over", "there is no such token in X-Session-Token"),),
)
async def log_out(rt: Runtime, who: Principal | None, asker: Asker) -> None:  # noqa: ARG001 - known by the token
    """Log out. The token of X-Session-Token ends."""
    await sessions.close(rt, await api_sessions.by_token(rt, asker.session_token))


@logging_in.call(
    "POST",
    "/v1/signup",
    "signUp",
    scope=None,
    status=201,
    errors=(
        Can(403, "sign_up_closed", "the operator opens accounts here"),
        Can(403, "bad_name", "a name is not one line"),
        Can(403, "bad_address", "that is no e-mail address"),
        Can(403, "unknown_country", "there is no such country"),
        _BAD_PASSWORD,
        Can(409, "login_taken", "somebody has that login"),
        Can(409, "account_name_taken", "another account has that name"),
        _TOO_MANY,
    ),
)
async def open_account(rt: Runtime, who: Principal | None, body: SignUpForm, asker: Asker) -> Opened:  # noqa: ARG001 - nobody is known yet
    """Open an account.

    Where the operator lets anybody (CABLEGRAM_SIGN_UP). A login, an account and a key at once; a letter proves the
    address.
    """
    new = NewAccount(body.account, body.login, body.email, body.password, body.default_country, body.language)
    made = await sign_up(rt, new, address=asker.place.address)
    return Opened(account_id=made.account_id, user_id=made.user.id, api_key=made.api_key, sender=made.sender)


@logging_in.call(
    "POST",
    "/v1/password/reset",
    "askForPassword",
    scope=None,
    status=204,
    errors=(Can(403, "bad_address", "that is no e-mail address"), _TOO_MANY),
)
async def ask_for_password(rt: Runtime, who: Principal | None, body: Address, asker: Asker) -> None:  # noqa: ARG001 - nobody is known yet
    """Ask for a new password.

    Whoever has the address gets a letter; the answer is the same if nobody has it.
    """
    await proofs.ask_to_reset(rt, body.email, address=asker.place.address)


@logging_in.call(
    "PUT", "/v1/password/reset/{nonce}", "setPassword", scope=None, status=204, errors=(_INVALID, _BAD_PASSWORD)
)
async def set_password(rt: Runtime, who: Principal | None, nonce: Nonce, body: NewPassword) -> None:  # noqa: ARG001 - known by the letter
    """Set a new password by a letter. It works once; all sessions of the person end."""
    await proofs.reset(rt, nonce, body.new_password)


@logging_in.call("PUT", "/v1/email/confirm/{nonce}", "confirmEmail", scope=None, status=204, errors=(_INVALID,))
async def confirm_email(rt: Runtime, who: Principal | None, nonce: Nonce) -> None:  # noqa: ARG001 - known by the letter
    """Prove an address by a letter. It works once."""
    await proofs.confirm(rt, nonce)


def _basic(authorization: bytes | None) -> tuple[str, str]:
    """Read `Authorization: Basic` (RFC 7617). Raises NotAuthenticated (`login_failed`)."""
    kind, _, given = (authorization or b"").partition(b" ")
    try:
        text = base64.b64decode(given.strip(), validate=True).decode() if kind.lower() == b"basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    login, colon, password = text.partition(":")
    if not colon:
        message = "Give login and password in the header `Authorization: Basic`, as RFC 7617 says."
        raise NotAuthenticated("login_failed", message)
    return login, password
