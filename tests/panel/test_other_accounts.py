"""Nobody at the panel reads or changes what is another account's: every route is tried with the ids of another."""

from __future__ import annotations

from urllib.parse import urlencode

import psycopg
import pytest
from litestar import Litestar

import make
from belongings import MARK, NUMBER, Belongings, everything
from browsing import Person, person
from cablegram.accounts import members, profile
from cablegram.accounts.access import ACCOUNT_SCOPES, Principal, operator
from cablegram.runtime.runtime import Runtime

# What ids in a path are the ids of, where their name does not say it.
NAMES = {"rule_id": "route_id", "hosted_id": "hosted_number_id"}
# What stands in a path that is no id. A number is everybody's: what is known of it is each account's own.
WORDS = {"number": NUMBER, "name": MARK, "keyword": f"{MARK.upper()}S", "kind": "generic", "iso": "ES"}
# The operator's, and what is open to everybody.
ELSEWHERE = ("/operator", "/static", "/join", "/notices/end")


def ids_of(owner: Belongings) -> dict[str, str]:
    return {name: str(one) for name, one in owner.ids.items()}


def addresses(panel: Litestar, owner: Belongings) -> list[tuple[str, str]]:
    """Return all routes of an account's panel with the owner's ids in them: (method, address)."""
    known, found = ids_of(owner), list[tuple[str, str]]()
    for route in panel.routes:
        components = getattr(route, "path_components", [])
        wanted = [one for one in components if not isinstance(one, str)]
        if not any("uuid" in str(one.type).lower() for one in wanted) or route.path.startswith(ELSEWHERE):
            continue
        parts: list[str] = []
        for one in components:
            if isinstance(one, str):
                parts.append(one)
            elif "uuid" in str(one.type).lower():
                name = NAMES.get(one.name, one.name)
                assert name in known, (
                    f"say in NAMES, or in tests/belongings.py, what {one.name} of {route.path} is the id of"
                )
                parts.append(known[name])
            else:
                parts.append(WORDS.get(one.name, "nobody"))
        found += [
            (method, "/" + "/".join(parts))
            for method in sorted(getattr(route, "methods", ()))
            if method in {"GET", "POST"}
        ]
    return found


@pytest.mark.req("R7")
async def test_every_route_with_an_id_is_tried_with_anothers(rt: Runtime, panel: Litestar) -> None:
    owner_who, other_who = await make.account(rt, name="Owner"), await make.account(rt, name="Other")
    await profile.first_operator(rt)
    _, token = await members.invite(
        rt, operator("tests", other_who.account_id), login="beth", display_name="Beth", role="owner"
    )
    with psycopg.connect(rt.db.url, autocommit=True) as conn:
        owner = await everything(rt, Principal(owner_who.account_id, MARK, ACCOUNT_SCOPES), conn)
        before, wrong = owner.digest(), list[str]()
        async with person(panel) as beth:
            await beth.open(f"/login/{token}")
            await settle_in(beth)
            for method, address in addresses(panel, owner):
                if method == "GET":
                    answer = await beth.client.get(address)
                    is_refused = answer.status_code == 404
                else:
                    form = urlencode({"_csrf_token": csrf_of(beth)})
                    headers = {"content-type": "application/x-www-form-urlencoded"}
                    answer = await beth.client.post(address, content=form, headers=headers)
                    # The page again, with a word about it, is a refusal too: what stands in the tables tells.
                    is_refused = answer.status_code in {200, 303, 400, 403, 404, 409, 422}
                if not is_refused or MARK in answer.text.lower().replace(address, ""):
                    wrong.append(f"{method} {address}: {answer.status_code} {answer.text[:100]!r}")
                if method == "POST" and (after := owner.digest()) != before:
                    wrong.append(f"{method} {address} changed {sorted(set(before.items()) ^ set(after.items()))}")
                    before = after
        assert not wrong, "\n".join(wrong)


async def settle_in(beth: Person) -> None:
    """Choose a password, as whoever comes the first time has to."""
    await beth.submit("/settings/password", {"password": "correct horse: battery", "again": "correct horse: battery"})
    await beth.open("/")


def csrf_of(beth: Person) -> str:
    return next(value for form in beth.page.forms for name, value in form.fields if name == "_csrf_token")
