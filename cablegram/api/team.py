"""The people of an account, their roles and invitations; its keys, and from where they may call (R2, R7)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts import access_list, invitations, keys, members
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.access_list import MOST_ENTRIES, AccessList, read_entry
from cablegram.accounts.model import ApiKey, Invitation, Member, Role
from cablegram.api.door import Asker
from cablegram.api.fields import NO_NULL, Id, Moment, Name, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.kit.ids import UserId
from cablegram.runtime.runtime import Runtime

team = Resource("Team and keys", "Who may do what in an account: people with roles, keys with scopes, and from where.")

RoleWord = Annotated[Role, Meta(description="What they may: each stands for scopes (see the reference).")]
_BEYOND = Can(403, "role_beyond", "the role may more than whoever asks, or is an owner's to give")
_NO_PERSON = Can(404, "user_not_found", "the account has no such person")
_LAST = Can(409, "last_owner", "the account would have no owner")
_NO_INVITATION = Can(404, "invitation_not_found", "no such invitation is open")
_NO_KEY = Can(404, "key_not_found", "the account has no such key")
_TOO_MANY = Can(429, "too_many_attempts", "too many letters to that address, or of this account")


UserKey = Annotated[UUID, Meta(description="The id of a person.")]
InvitationKey = Annotated[UUID, Meta(description="The id of an invitation.")]
ApiKeyId = Annotated[UUID, Meta(description="The id of a key.")]
Netmask = Annotated[int, Meta(ge=0, le=128, description="Bits that count; left out: all.", examples=[24])]


class Person(msgspec.Struct, kw_only=True):
    """Somebody who belongs to the account."""

    id: Id
    login: Annotated[str, Meta(description="What they log in with.")]
    display_name: Annotated[str, Meta(description="How they are called.")]
    email: Annotated[str | None, Meta(description="Where letters go.")]
    email_comes_back: Annotated[bool, Meta(description="Whether letters there come back, so that none is sent.")]
    role: RoleWord
    two_factor: Annotated[bool, Meta(description="Whether they have a second factor.")]


class People(msgspec.Struct):
    """All of them, oldest first."""

    items: list[Person]


class RoleChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Another role."""

    role: RoleWord


class NewInvitation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whom to invite, and as what."""

    email: Annotated[
        str, Meta(max_length=254, pattern=NO_NULL, description="Where the letter goes.", examples=["ana@example.com"])
    ]
    role: RoleWord


class InvitationView(msgspec.Struct, kw_only=True):
    """Somebody who was invited; the link stands in their letter alone."""

    id: Id
    email: Annotated[str, Meta(description="Where the letter went.")]
    role: RoleWord
    invited_by: Annotated[str, Meta(description="The person's name.")]
    created_at: Moment
    expires_at: Moment


class Invitations(msgspec.Struct):
    """Those that are open, newest first."""

    items: list[InvitationView]


class AccessEntryView(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An address, or a network."""

    ip: Annotated[str, Meta(max_length=50, description="IPv4 or IPv6.", examples=["203.0.113.0"])]
    netmask: (
        Annotated[int, Meta(ge=0, le=128, description="Bits that count; left out: all.", examples=[24])] | UnsetType
    ) = UNSET
    description: Annotated[str, Meta(max_length=200, pattern=NO_NULL, description="What it is, for you.")] = ""


class AccessView(msgspec.Struct, kw_only=True):
    """From where the account's keys may call."""

    acl: list[AccessEntryView]
    is_open: Annotated[bool, Meta(description="Whether that is everywhere (0.0.0.0/0).")]


class NewAccess(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The whole list."""

    acl: Annotated[list[AccessEntryView], Meta(max_length=MOST_ENTRIES, description="Empty: no key can call.")]
    force: Annotated[bool, Meta(description="Whether it may lock out the key that asks.")] = False


class KeyView(msgspec.Struct, kw_only=True):
    """A key; its text is shown when it is made and never again."""

    id: Id
    name: Annotated[str, Meta(description="What it is for.")]
    hint: Annotated[str, Meta(description="Its first characters.", examples=["sk_3f9a"])]
    scopes: list[Scope]
    created_at: Moment
    last_used_at: Moment | None
    revoked_at: Moment | None
    expires_at: Moment | None
    replaced_by: Annotated[UUID | None, Meta(description="The key that follows it.")]
    key: Annotated[str, Meta(description="The key itself, when it was just made.")] | UnsetType = UNSET


class Keys(msgspec.Struct):
    """Keys, newest first; revoked ones too."""

    items: list[KeyView]
    next: Next


class NewKey(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A key to be made."""

    name: Name
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=10, description="What it may; no more than you.")]
    expires_at: Annotated[datetime, Meta(tz=True, description="When it ends by itself.")] | UnsetType = UNSET


class Rotation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How long both keys work."""

    overlap_hours: Annotated[int, Meta(ge=0, le=720, description="0: the old one ends at once.")] = 24


@team.call("GET", "/v1/users", "listUsers", scope=Scope.USERS)
async def people(rt: Runtime, who: Principal) -> People:
    """List the people of the account."""
    return People([_person(one) for one in await members.listed(rt, who)])


@team.call("PATCH", "/v1/users/{user_id}", "changeUser", scope=Scope.USERS, errors=(_BEYOND, _NO_PERSON, _LAST))
async def change_user(rt: Runtime, who: Principal, user_id: UserKey, body: RoleChange) -> Person:
    """Give a person another role. Nobody gives or takes more than they have."""
    return _person(await members.change_role(rt, who, UserId(user_id), body.role))


@team.call(
    "DELETE", "/v1/users/{user_id}", "removeUser", scope=Scope.USERS, status=204, errors=(_BEYOND, _NO_PERSON, _LAST)
)
async def remove_user(rt: Runtime, who: Principal, user_id: UserKey) -> None:
    """Take a person out of the account."""
    await members.dismiss(rt, who, UserId(user_id))


@team.call("GET", "/v1/invitations", "listInvitations", scope=Scope.USERS)
async def invited(rt: Runtime, who: Principal) -> Invitations:
    """List the invitations that are open."""
    return Invitations([_invitation(one) for one in await invitations.listed(rt, who)])


@team.call(
    "POST",
    "/v1/invitations",
    "invite",
    scope=Scope.USERS,
    status=201,
    errors=(
        _BEYOND,
        Can(403, "bad_address", "that is no e-mail address"),
        Can(409, "too_many_invitations", "200 are open"),
        _TOO_MANY,
    ),
)
async def invite(rt: Runtime, who: Principal, body: NewInvitation) -> InvitationView:
    """Invite somebody. The letter's link works once, for a week; a newer one takes its place."""
    return _invitation(await invitations.send(rt, who, email=body.email, role=body.role))


@team.call(
    "POST",
    "/v1/invitations/{invitation_id}/send",
    "inviteAgain",
    scope=Scope.USERS,
    errors=(_BEYOND, _NO_INVITATION, _TOO_MANY),
)
async def invite_again(rt: Runtime, who: Principal, invitation_id: InvitationKey) -> InvitationView:
    """Send an invitation once more, with a new link."""
    return _invitation(await invitations.send_again(rt, who, invitation_id))


@team.call(
    "DELETE",
    "/v1/invitations/{invitation_id}",
    "revokeInvitation",
    scope=Scope.USERS,
    status=204,
    errors=(_NO_INVITATION,),
)
async def revoke_invitation(rt: Runtime, who: Principal, invitation_id: InvitationKey) -> None:
    """Take an invitation back."""
    await invitations.revoke(rt, who, invitation_id)


@team.call("GET", "/v1/acl", "getAccessList", scope=Scope.ACCOUNT)
async def access(rt: Runtime, who: Principal) -> AccessView:
    """Get from where keys may call."""
    return _access(await access_list.show(rt, who))


@team.call(
    "PUT",
    "/v1/acl",
    "replaceAccessList",
    scope=Scope.ACCOUNT,
    errors=(
        Can(403, "bad_network", "an entry is no address or network"),
        Can(403, "bad_name", "a description is not one line"),
        Can(409, "would_lock_out", "the key that asks could not call again; say `force` if that is meant"),
    ),
)
async def replace_access(rt: Runtime, who: Principal, body: NewAccess, asker: Asker) -> AccessView:
    """Replace the list from where keys may call.

    All of it. In force everywhere within five seconds. The panel and session tokens are not bound by it.
    """
    entries = [
        read_entry(one.ip, one.netmask if isinstance(one.netmask, int) else None, one.description, field=f"acl.{place}")
        for place, one in enumerate(body.acl)
    ]
    return _access(await access_list.replace(rt, who, entries, address=asker.place.address, force=body.force))


@team.call("GET", "/v1/keys", "listKeys", scope=Scope.ACCOUNT)
async def key_page(rt: Runtime, who: Principal, query: Paging) -> Keys:
    """List the account's keys."""
    found = await keys.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/keys", query)
    return Keys([_key(one) for one in items], following)


@team.call(
    "POST",
    "/v1/keys",
    "createKey",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(Can(403, "bad_expiry", "it would have ended before it began"), Can(403, "bad_name", "it is not one line")),
)
async def create_key(rt: Runtime, who: Principal, body: NewKey) -> KeyView:
    """Make a key. Its text is answered this once."""
    expires_at = body.expires_at if isinstance(body.expires_at, datetime) else None
    return _key(*await keys.create(rt, who, name=body.name, scopes=set(body.scopes), expires_at=expires_at))


@team.call(
    "POST",
    "/v1/keys/{key_id}/rotate",
    "rotateKey",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(_NO_KEY, Can(409, "key_replaced", "it has a successor already")),
)
async def rotate_key(rt: Runtime, who: Principal, key_id: ApiKeyId, body: Rotation) -> KeyView:
    """Make a key's successor, of the same name and scopes. Both work for a while; then the old one ends."""
    return _key(*await keys.rotate(rt, who, key_id, overlap_hours=body.overlap_hours))


@team.call("DELETE", "/v1/keys/{key_id}", "revokeKey", scope=Scope.ACCOUNT, status=204, errors=(_NO_KEY,))
async def revoke_key(rt: Runtime, who: Principal, key_id: ApiKeyId) -> None:
    """Make a key worthless, everywhere within five seconds."""
    await keys.revoke(rt, who, key_id)


def _person(one: Member) -> Person:
    user = one.user
    return Person(
        id=user.id,
        login=user.login,
        display_name=user.display_name,
        email=user.email,
        email_comes_back=one.comes_back,
        role=one.role,
        two_factor=user.has_second_factor,
    )


def _invitation(one: Invitation) -> InvitationView:
    return InvitationView(
        id=one.id,
        email=one.email,
        role=one.role,
        invited_by=one.invited_by,
        created_at=one.created_at,
        expires_at=one.expires_at,
    )


def _access(found: AccessList) -> AccessView:
    entries = [AccessEntryView(ip=one.ip, netmask=one.netmask, description=one.description) for one in found.entries]
    return AccessView(acl=entries, is_open=found.is_open)


def _key(one: ApiKey, text: str | None = None) -> KeyView:
    return KeyView(
        id=one.id,
        name=one.name,
        hint=one.hint,
        scopes=sorted(one.scopes),
        created_at=one.created_at,
        last_used_at=one.last_used_at,
        revoked_at=one.revoked_at,
        expires_at=one.expires_at,
        replaced_by=one.replaced_by,
        key=UNSET if text is None else text,
    )
