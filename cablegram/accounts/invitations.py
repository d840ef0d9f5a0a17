"""Invitations to an account: a letter with a link that works once, for a week, and for a role that its sender may give.

Who has a login takes the invitation with it. Who has none makes one, unless the installation is closed
(CABLEGRAM_SIGN_UP), and their address is proved by the letter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from cablegram.accounts import attempts, directory, letting_in, members, person_store, persons, store, team_store
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.model import Account, Invitation, Language, Role, User
from cablegram.accounts.proofs import read_email
from cablegram.accounts.tokens import digest, new_token
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, NotAllowed, NotAuthenticated, NotFound
from cablegram.kit.ids import InvitationId, uuid7
from cablegram.kit.names import read_name
from cablegram.mail.model import Letter
from cablegram.mail.post import post
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

LIFE = timedelta(days=7)
MOST_OPEN = 200  # of an account at once


@dataclass(frozen=True, slots=True)
class Invited:
    """What somebody sees who opens the link."""

    invitation: Invitation
    account: Account


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody without a login gives to take an invitation."""

    login: str
    display_name: str
    password: str
    language: Language = "en"


async def send(rt: Runtime, who: Principal, *, email: str, role: Role, language: Language = "en") -> Invitation:
    """Invite the person at an address; one who is invited already gets a new link, and the old one ends.

    Raises InvalidInput (`bad_address`, `bad_role`), NotAllowed (`role_beyond`), Conflict (`too_many_invitations`),
    Unavailable (`too_many_attempts`).
    """
    who.needs(Scope.USERS)
    members.check_role(who, role)
    to, now = read_email(email), rt.clock.now()
    await _count(rt, who, to)
    new = Invitation(InvitationId(uuid7()), to, role, who.name, now, now + LIFE, None, None)
    async with rt.db.transaction() as conn:
        account = await directory.hold(conn, who.account_id)
        await team_store.revoke_at(conn, who.account_id, to, now)
        if await team_store.count_open(conn, who.account_id, now) >= MOST_OPEN:
            message = f"{MOST_OPEN} invitations are open: revoke some, or wait until they are taken."
            raise Conflict("too_many_invitations", message)
        await members.keep_operator(conn, who, role, rt=rt)
        token = new_token()
        await team_store.insert_invitation(conn, who.account_id, new, digest(token))
        await _post(conn, rt, account, new, (token, language))
        facts = {"email": to, "role": role, "by": who.name}
        await record(conn, [Event(Kind.USER_INVITED, who.account_id, new.id, facts)], now=now)
    return new


async def send_again(rt: Runtime, who: Principal, invitation_id: UUID, *, language: Language = "en") -> Invitation:
    """Send an open invitation once more, with a new link and a new week. Raises as `send`, and NotFound."""
    who.needs(Scope.USERS)
    async with rt.db.connection() as conn:
        found = await team_store.invitation(conn, who.account_id, invitation_id)
    if found is None or found.accepted_at or found.revoked_at:
        raise _no_such(invitation_id)
    return await send(rt, who, email=found.email, role=found.role, language=language)


async def revoke(rt: Runtime, who: Principal, invitation_id: UUID) -> None:
    """Take an invitation back: its link ends. Raises NotFound (`invitation_not_found`)."""
    who.needs(Scope.USERS)
    async with rt.db.transaction() as conn:
        if not await team_store.revoke_invitation(conn, who.account_id, invitation_id, rt.clock.now()):
            raise _no_such(invitation_id)


async def listed(rt: Runtime, who: Principal) -> list[Invitation]:
    """Return the invitations that are open, newest first."""
    who.needs(Scope.USERS)
    async with rt.db.connection() as conn:
        return await team_store.invitations(conn, who.account_id, rt.clock.now(), limit=MOST_OPEN)


async def show(rt: Runtime, token: str) -> Invited:
    """Return what a link invites to. Raises NotAuthenticated (`invitation_invalid`)."""
    async with rt.db.connection() as conn:
        return await _open(conn, rt, token, take=False)


async def take(rt: Runtime, token: str, user: User) -> Account:
    """Join by a link, as somebody who is logged in; a role that they have in the account already stays if it may more.

    Raises NotAuthenticated (`invitation_invalid`), Conflict (`member_already`).
    """
    async with rt.db.transaction() as conn:
        found = await _open(conn, rt, token, take=True)
        await directory.hold(conn, found.account.id)
        if any(one.user.id == user.id for one in await store.members(conn, found.account.id)):
            message = f"You belong to {found.account.name} already. Ask an owner for another role if you need one."
            raise Conflict("member_already", message)
        await members.enter(conn, found.account.id, user, found.invitation.role, by=user.display_name, rt=rt)
    return found.account


async def take_as_new(rt: Runtime, token: str, new: NewPerson) -> User:
    """Make a login and join by a link; the address of the letter is proved by it.

    Raises NotAuthenticated (`invitation_invalid`), NotAllowed (`sign_up_closed`), InvalidInput (`bad_name`,
    `bad_password`), Conflict (`login_taken`).
    """
    if (await letting_in.policy(rt)).sign_up == "closed":
        message = "On this installation the operator makes all logins. Ask for one, then take the invitation with it."
        raise NotAllowed("sign_up_closed", message)
    user = members.new_user(read_name(new.login, field="login"), read_name(new.display_name, field="display_name"))
    await show(rt, token)  # before a hash is made
    hashed = await persons.hash_password(rt, new.password)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        found = await _open(conn, rt, token, take=True)
        await directory.hold(conn, found.account.id)
        email = found.invitation.email
        user = replace(user, language=new.language, email=email)
        await persons.add(conn, user, hashed, company="", now=now)
        await person_store.confirm_email(conn, user.id, email, now)
        await members.enter(conn, found.account.id, user, found.invitation.role, by=user.display_name, rt=rt)
    return replace(user, has_password=True, is_confirmed=True)


async def _open(conn: Conn, rt: Runtime, token: str, *, take: bool) -> Invited:
    now = rt.clock.now()
    read = team_store.take_invitation if take else team_store.open_invitation
    found = await read(conn, digest(token), now)
    account = (await store.accounts(conn, [found[0]])).get(found[0]) if found else None
    if found is None or account is None:
        message = "This invitation was taken, revoked, replaced by a newer one, or has run out. Ask for another."
        raise NotAuthenticated("invitation_invalid", message)
    return Invited(found[1], account)


async def _count(rt: Runtime, who: Principal, email: str) -> None:
    """Count a letter to an address, and those of an account."""
    limits = attempts.limits_of_invitation(email, str(who.account_id), key=rt.seal.derive("login attempts"))
    async with rt.db.transaction() as conn:
        await attempts.begin(conn, limits, now=rt.clock.now())


async def _post(conn: Conn, rt: Runtime, account: Account, new: Invitation, link: tuple[str, Language]) -> None:
    token, language = link
    facts = {
        "account": account.name,
        "by": new.invited_by,
        "role": new.role,
        "url": f"{rt.settings.public}/invitation/{token}",
        "until": new.expires_at,
    }
    letter = Letter("invitation", new.email, language, facts, account_id=account.id)
    await post(conn, [letter], now=new.created_at)


def _no_such(invitation_id: UUID) -> NotFound:
    return NotFound("invitation_not_found", f"The account has no open invitation {invitation_id}.")
