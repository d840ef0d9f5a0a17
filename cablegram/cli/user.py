"""`cablegram user`: see who logs in, bring people into accounts, help those who are locked out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from cablegram.accounts import invitations, letting_in, members, second_factor
from cablegram.accounts.access import operator
from cablegram.accounts.model import Language, Role
from cablegram.cli import choosing, whereabouts
from cablegram.cli.opening import HERE, AsJson, Place, act
from cablegram.cli.output import say
from cablegram.cli.showing import moment, table
from cablegram.runtime.runtime import Runtime

Account = Annotated[str, Parameter(help="The account, by name or id.")]
RoleName = Annotated[Role, Parameter(help="What they may.")]


def list_users(account: Account, *, place: Place = HERE, json: AsJson = False) -> None:
    """List the people of an account, and who is invited."""

    async def deed(rt: Runtime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        _, who = await choosing.acting(rt, account)
        people = [
            {
                "user_id": one.user.id,
                "login": one.user.login,
                "name": one.user.display_name,
                "role": one.role,
                "email": one.user.email,
                "two_factor": one.user.has_second_factor,
            }
            for one in await members.listed(rt, who)
        ]
        invited = [
            {"invitation_id": one.id, "email": one.email, "role": one.role, "until": one.expires_at}
            for one in await invitations.listed(rt, who)
        ]
        return people, invited

    people, invited = act(place, deed)
    rows = [
        (one["login"], one["name"], one["role"], one["email"] or "", "on" if one["two_factor"] else "off")
        for one in people
    ]
    rows += [(f"invited until {moment(one['until'])}", "", one["role"], one["email"], "") for one in invited]
    text = table(("login", "name", "role", "e-mail", "second factor"), rows) if rows else "Nobody belongs to it."
    say(text, {"people": people, "invited": invited}, as_json=json)


def add(
    account: Account,
    login: str,
    *,
    name: Annotated[str | None, Parameter(help="How they are called; else as they log in.")] = None,
    role: RoleName = "marketer",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Make a login in an account and print an address that logs them in, once."""

    async def deed(rt: Runtime) -> dict[str, Any]:
        _, who = await choosing.acting(rt, account)
        member, token = await members.invite(rt, who, login=login, display_name=name or login, role=role)
        url = f"{whereabouts.known(rt.settings)}/login/{token}"
        return {"user_id": member.user.id, "login": member.user.login, "role": member.role, "url": url}

    made = act(place, deed)
    say(f"{made['url']}\n  It logs {made['login']} ({made['role']}) in, once, within a day.", made, as_json=json)


def invite(
    account: Account,
    email: str,
    *,
    role: RoleName = "marketer",
    language: Annotated[Language, Parameter(help="Of the letter.")] = "en",
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """Invite somebody to an account by mail."""

    async def deed(rt: Runtime) -> dict[str, Any]:
        _, who = await choosing.acting(rt, account)
        sent = await invitations.send(rt, who, email=email, role=role, language=language)
        return {"invitation_id": sent.id, "email": sent.email, "role": sent.role, "until": sent.expires_at}

    sent = act(place, deed)
    say(f"{sent['email']} is invited as {sent['role']} until {moment(sent['until'])}.", sent, as_json=json)


def put_role(account: Account, login: str, role: RoleName, *, place: Place = HERE, json: AsJson = False) -> None:
    """Bring somebody who has a login into an account, or give them another role."""

    async def deed(rt: Runtime) -> dict[str, Any]:
        found, who = await choosing.acting(rt, account)
        member = await members.join(rt, who, login, role=role)
        return {"account_id": found.id, "login": member.user.login, "role": member.role}

    done = act(place, deed)
    say(f"{done['login']} is {done['role']} now.", done, as_json=json)


def remove(account: Account, login: str, *, place: Place = HERE, json: AsJson = False) -> None:
    """Take somebody out of an account."""

    async def deed(rt: Runtime) -> dict[str, Any]:
        found, who = await choosing.acting(rt, account)
        people = {one.user.login.casefold(): one.user for one in await members.listed(rt, who)}
        user = people.get(login.strip().casefold())
        if user is None:
            raise members.no_such_person(login)
        await members.dismiss(rt, who, user.id)
        return {"account_id": found.id, "login": user.login}

    done = act(place, deed)
    say(f"{done['login']} belongs to the account no more.", done, as_json=json)


def two_factor_off(login: str, *, place: Place = HERE, json: AsJson = False) -> None:
    """Ask somebody for no second factor any more, who lost phone and recovery codes."""

    async def deed(rt: Runtime) -> None:
        await second_factor.take_off(rt, login)

    act(place, deed)
    say(
        f"{login} logs in with the password alone until a second factor is set up again.",
        {"login": login},
        as_json=json,
    )


def sign_up(
    who_may: Annotated[
        Literal["open", "invited", "closed", "default"] | None,
        Parameter(help="open: anybody; invited: by invitation; closed: nobody; default: as CABLEGRAM_SIGN_UP says."),
    ] = None,
    *,
    place: Place = HERE,
    json: AsJson = False,
) -> None:
    """See who may make a login here, or say it: at once and for all processes."""

    async def deed(rt: Runtime) -> letting_in.Policy:
        if who_may is not None:
            await letting_in.choose(rt, operator(choosing.ME), None if who_may == "default" else who_may)
        return await letting_in.policy(rt)

    found = act(place, deed)
    text = f"{found.sign_up} ({'as the operator said' if found.is_chosen else 'as CABLEGRAM_SIGN_UP says'})"
    say(text, {"sign_up": found.sign_up, "is_chosen": found.is_chosen}, as_json=json)
