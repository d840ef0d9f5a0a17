"""The person who logged in: profile, password, sessions (R8, R9). A key is nobody, so these take a session's token."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts import about_person, api_sessions, profile, proofs
from cablegram.accounts.about_person import Said
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Profile, Session, User
from cablegram.api.door import Asker
from cablegram.api.fields import NO_NULL, Id
from cablegram.api.operation import Can, Resource
from cablegram.api.webhooks import Url
from cablegram.kit.errors import NotAllowed
from cablegram.runtime.runtime import Runtime
from cablegram.webhooks import callback

me = Resource("Me", "The person who logged in with `POST /v1/login`. A key is nobody.")

Short = Annotated[str, Meta(max_length=100, pattern=NO_NULL)]
Email = Annotated[str, Meta(max_length=254, pattern=NO_NULL, examples=["ines@example.com"])]
_PERSON = Can(403, "person_needed", "a key called, and a key is nobody: log in first")
_TOO_MANY = Can(429, "too_many_attempts", "too many attempts, or too many letters")


class ProfileView(msgspec.Struct, kw_only=True):
    """What a person says of themselves."""

    id: Id
    login: Annotated[str, Meta(description="What they log in with.", examples=["ines"])]
    display_name: Annotated[str, Meta(description="How they are called.")]
    first_name: Annotated[str, Meta(description="Their first name.")]
    last_name: Annotated[str, Meta(description="Their last name.")]
    company: Annotated[str, Meta(description="For whom they work.")]
    email: Annotated[str | None, Meta(description="Where letters go.")]
    email_confirmed: Annotated[bool, Meta(description="Whether a letter to it was read.")]
    email_comes_back: Annotated[
        str | None,
        Meta(description="What a mail server said of letters there that came back; none is sent then. Null: none did."),
    ]
    callback_url: Annotated[
        str | None,
        Meta(description="Where notifications of the account go (`PUT /v1/callback_url`); null: nowhere."),
    ]
    language: Annotated[Literal["en", "es"], Meta(description="Of pages and letters.")]
    timezone: Annotated[str, Meta(description="A name of the IANA database.", examples=["Europe/Madrid"])]
    two_factor: Annotated[bool, Meta(description="Whether a second factor is on.")]


class ProfileChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of it; what is left out stays."""

    display_name: Annotated[Short, Meta(description="How they are called.")] | UnsetType = UNSET
    first_name: Annotated[Short, Meta(description="Their first name.")] | UnsetType = UNSET
    last_name: Annotated[Short, Meta(description="Their last name.")] | UnsetType = UNSET
    company: Annotated[Short, Meta(description="For whom they work.")] | UnsetType = UNSET
    email: Annotated[Email, Meta(description="A new one is proved by a letter; empty: none.")] | UnsetType = UNSET
    language: Annotated[Literal["en", "es"], Meta(description="Of pages and letters.")] | UnsetType = UNSET
    callback_url: Url | UnsetType | None = UNSET
    timezone: (
        Annotated[Short, Meta(description="A name of the IANA database.", examples=["Europe/Madrid"])] | UnsetType
    ) = UNSET


class PasswordChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The old password and a new one."""

    old_password: Annotated[str, Meta(max_length=300, description="The one that holds now.")]
    new_password: Annotated[str, Meta(max_length=300, description="10 to 200 characters.")]


@me.call("GET", "/v1/me", "getMe", scope=Scope.READ, errors=(_PERSON,))
async def show(rt: Runtime, who: Principal, asker: Asker) -> ProfileView:
    """Get the profile of the person who logged in."""
    user = (await _session(rt, who, asker)).user
    return await _view(rt, who, user, await about_person.show(rt, user))


@me.call(
    "PUT",
    "/v1/me",
    "changeMe",
    scope=Scope.READ,
    errors=(
        _PERSON,
        Can(403, "bad_name", "a name is not one line"),
        Can(403, "bad_address", "that is no e-mail address"),
        Can(403, "bad_time_zone", "there is no such time zone"),
        Can(403, "address_invalid", "`callback_url` can't be called"),
        Can(403, "address_not_public", "`callback_url` does not lead to the open internet"),
        Can(409, "too_many_webhooks", "the account has as many webhooks as it may have"),
        _TOO_MANY,
    ),
)
async def change(rt: Runtime, who: Principal, body: ProfileChange, asker: Asker) -> ProfileView:
    """Change the profile. A new address gets a letter that proves it."""
    session = await _session(rt, who, asker)
    said = Said(
        display_name=_given(body.display_name),
        first_name=_given(body.first_name),
        last_name=_given(body.last_name),
        company=_given(body.company),
        email=_given(body.email),
        language=_given(body.language),
        time_zone=_given(body.timezone),
    )
    if not isinstance(body.callback_url, UnsetType):
        await about_person.check(rt, session.user, said)
        await callback.put(rt, who, body.callback_url or None)
    found = await about_person.change(rt, session.user, said, address=asker.place.address)
    return await _view(rt, who, (await _session(rt, who, asker)).user, found)


@me.call(
    "PUT",
    "/v1/me/password",
    "changePassword",
    scope=Scope.READ,
    status=204,
    errors=(
        _PERSON,
        Can(403, "bad_password", "a password has 10 to 200 characters"),
        Can(403, "wrong_password", "the old one is wrong"),
        _TOO_MANY,
    ),
)
async def change_password(rt: Runtime, who: Principal, body: PasswordChange, asker: Asker) -> None:
    """Change the password. All other sessions of the person end."""
    session = await _session(rt, who, asker)
    await profile.change_password(
        rt, session, old=body.old_password, new=body.new_password, address=asker.place.address
    )


@me.call(
    "POST",
    "/v1/me/email_verify",
    "askToConfirmEmail",
    scope=Scope.READ,
    status=204,
    errors=(
        _PERSON,
        Can(409, "no_address", "the profile has no address"),
        Can(409, "address_confirmed", "it is proved already"),
        _TOO_MANY,
    ),
)
async def ask_to_confirm(rt: Runtime, who: Principal, asker: Asker) -> None:
    """Send the letter that proves the address once more."""
    session = await _session(rt, who, asker)
    await proofs.ask_to_confirm(rt, session.user, address=asker.place.address)


async def _session(rt: Runtime, who: Principal, asker: Asker) -> Session:
    if who.key_id is not None or not asker.session_token:
        message = "A key is nobody, and this is about a person. Log in with POST /v1/login and call with its token."
        raise NotAllowed("person_needed", message)
    return await api_sessions.by_token(rt, asker.session_token)


def _given(value: str | UnsetType) -> str | None:
    return value if isinstance(value, str) else None


async def _view(rt: Runtime, who: Principal, user: User, found: Profile) -> ProfileView:
    kept = await callback.show(rt, who)
    return ProfileView(
        id=user.id,
        login=user.login,
        display_name=user.display_name,
        first_name=found.first_name,
        last_name=found.last_name,
        company=found.company,
        email=found.email,
        email_confirmed=found.is_confirmed,
        email_comes_back=found.comes_back,
        callback_url=kept.url if kept else None,
        language=found.language,
        timezone=found.time_zone,
        two_factor=user.has_second_factor,
    )
