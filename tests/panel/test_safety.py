"""What the panel trusts, and what it says when something is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.types.internal_types import PathParameterDefinition

import make
import traffic
from browsing import Person, person
from cablegram.billing import ledger
from cablegram.campaigns import lifecycle
from cablegram.campaigns.model import NewCampaign
from cablegram.contacts import importing, lists
from cablegram.library import shelf
from cablegram.panel.samples import sample_file
from cablegram.runtime.runtime import Runtime

# Of the installation, opened by a secret in the address, or asked for other fields first.
NOT_ITS = (
    "/connectors",
    "/operator",
    "/developers",
    "/confirm",
    "/reset",
    "/invitation",
    "/numbers/rented",
    "/settings/team",
)


def part_of(part: str | PathParameterDefinition) -> str:
    """Write a part of a path, with something nobody has where one belongs."""
    if isinstance(part, str):
        return f"/{part}"
    return f"/{uuid4().int % 2**31}" if part.type is int else f"/{uuid4()}"


def deeds(panel: Litestar) -> list[str]:
    """Return the paths that take forms, with an id where one belongs."""
    routes = [route for route in panel.routes if isinstance(route, HTTPRoute) and "POST" in route.methods]
    return sorted("".join(part_of(part) for part in one.path_components) for one in routes)


def pages(panel: Litestar) -> list[str]:
    """Return the paths of pages that name something by its id."""
    routes = [route for route in panel.routes if isinstance(route, HTTPRoute) and "GET" in route.methods]
    # A link out of a letter looks the same whether it leads to somebody or not, so that nobody finds out who is there.
    named = [one for one in routes if "id:uuid" in one.path and not one.path.startswith("/notices/end")]
    return sorted("".join(part_of(part) for part in one.path_components) for one in named)


async def test_no_deed_is_done_without_the_token_of_a_page(operator: Person, panel: Litestar) -> None:
    await operator.open("/")
    for path in deeds(panel):
        answer = await operator.client.post(path, data={"text": "Hello there"})
        assert answer.status_code == 403, path
        assert "This was not done" in answer.text


async def test_a_token_of_somebody_else_is_worth_nothing(operator: Person, panel: Litestar) -> None:
    async with person(panel) as other:
        await other.open("/login")
        token = dict(other.page.form("/login").fields)["_csrf_token"]
    await operator.open("/")
    answer = await operator.client.post("/home/skip", data={"step": "message", "_csrf_token": token})
    assert answer.status_code == 403


async def test_a_stale_token_is_replaced_so_that_the_next_try_works(operator: Person) -> None:
    await operator.open("/")
    name = next(cookie.name for cookie in operator.client.cookies.jar if "csrf" in cookie.name)
    operator.client.cookies.set(name, "of another time", domain="panel.test")
    assert (await operator.client.post("/home/skip", data={"step": "message"})).status_code == 403
    await operator.open("/")
    await operator.submit("/home/skip", {"step": "message"})
    assert "skipped" in operator.page.text


async def test_every_answer_tells_the_browser_to_trust_nobody_else(operator: Person) -> None:
    for path, status in (("/", 200), ("/nowhere", 404), ("/login", 200), ("/messages/received", 200)):
        page = await operator.open(path, expect=status)
        policy = page.headers["content-security-policy"]
        assert "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:" in policy
        assert "frame-ancestors 'none'; form-action 'self'; base-uri 'none'" in policy
        assert page.headers["x-content-type-options"] == "nosniff"


async def test_the_cookie_of_a_session_is_hidden_from_scripts_and_other_sites(operator: Person) -> None:
    (cookie,) = [one for one in operator.client.cookies.jar if one.name.startswith("cablegram_session")]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"


async def test_built_files_may_be_kept_for_good_and_pages_not_at_all(operator: Person) -> None:
    page = await operator.open("/")
    assert page.headers["cache-control"] == "no-store"
    sheet = next(link for link in page.links if link.endswith(".css"))
    assert "immutable" in (await operator.client.get(sheet)).headers["cache-control"]
    missing = await operator.client.get("/static/dist/gone.css")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


async def test_a_page_that_is_not_there_says_so_and_leads_on(operator: Person) -> None:
    page = await operator.open("/nowhere", expect=404)
    assert "There is no such page" in page.text
    assert "/" in page.links


async def test_an_id_that_nobody_has_is_a_page_that_is_not_there(operator: Person, panel: Litestar) -> None:
    for path in pages(panel):
        await operator.open(path, expect=404)


async def test_what_belongs_to_another_account_is_not_there(operator: Person, panel: Litestar, rt: Runtime) -> None:
    other = await make.account(rt, name="Baraka Foods", default_country="ES")
    theirs = await lists.create(rt, other, "Theirs")

    async def file() -> AsyncIterator[bytes]:
        yield sample_file()

    await importing.import_csv(rt, other, theirs.id, file())
    (message_id,) = await traffic.accepted(rt, [traffic.draft(other)])
    template = await shelf.create(rt, other, name="Theirs", text="Hello there")
    campaign = await lifecycle.create(rt, other, NewCampaign("Theirs", [theirs.id], text="Hello there"))
    seen = [
        f"/messages/{message_id}", f"/contacts/{theirs.id}", f"/contacts/{theirs.id}/export",
        f"/templates/{template.id}", f"/campaigns/{campaign.id}", f"/campaigns/{campaign.id}/launch",
        f"/campaigns/{campaign.id}/live", f"/campaigns/{campaign.id}/report", f"/campaigns/{campaign.id}/stop",
        f"/campaigns/new?list={theirs.id}",
    ]  # fmt: skip
    for path in seen:
        await operator.open(path, expect=404)
    await operator.open("/")
    token = dict(operator.page.form("/logout").fields)["_csrf_token"]
    there: list[str] = []
    for path in deeds(panel):
        for theirs_id in (theirs.id, template.id, campaign.id):
            if str(path).count("-") == 4 and not path.startswith(NOT_ITS):
                real = "/".join(str(theirs_id) if part.count("-") == 4 else part for part in path.split("/"))
                answer = await operator.client.post(real, data={"_csrf_token": token, "deed": "save"})
                if answer.status_code != 404:
                    there.append(real)
    assert there == []
    assert (await lists.get(rt, other, theirs.id)).size == 50
    assert await ledger.balance(rt, other) < 100_000_000


async def test_a_database_that_is_away_is_said_and_nothing_else_breaks(operator: Person, rt: Runtime) -> None:
    await operator.open("/")
    await rt.db.close()
    page = await operator.open("/messages", expect=503)
    assert "The database can't be reached" in page.text
    assert page.headers["retry-after"] == "5"
    part = await operator.client.get("/messages", headers={"HX-Request": "true"})
    assert part.status_code == 503
    assert part.headers["hx-reswap"] == "none"


async def test_an_error_of_a_part_is_put_at_the_top_of_the_page(operator: Person) -> None:
    await operator.open("/")
    token = dict(operator.page.form("/logout").fields)["_csrf_token"]
    answer = await operator.client.post(
        "/home/reply", data={"text": " ", "_csrf_token": token}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 400
    assert (answer.headers["hx-retarget"], answer.headers["hx-reswap"]) == ("#main", "afterbegin")
    assert "<html" not in answer.text


async def test_a_form_larger_than_any_page_has_is_refused(operator: Person) -> None:
    await operator.open("/")
    answer = await operator.client.post("/compose", data={"text": "x" * 2_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("cookie", ["not base64", "bm90IGpzb24=", "WzEsMl0=", "W1siZXJyb3IiLCJhIl1d", "e30="])
async def test_a_word_about_a_deed_that_somebody_else_wrote_is_ignored(operator: Person, cookie: str) -> None:
    operator.client.cookies.set("cablegram_flash", cookie, domain="panel.test")
    await operator.open("/messages")


@pytest.mark.parametrize("zone", ["Nowhere%2FAtAll", "..%2F..%2Fetc%2Fpasswd", "%00", "Europe"])
async def test_a_zone_that_is_none_is_utc(operator: Person, zone: str) -> None:
    operator.client.cookies.set("zone", zone, domain="panel.test")
    assert "Times are UTC" in (await operator.open("/messages")).text


async def test_a_strangers_file_is_not_read(panel: Litestar) -> None:
    async with person(panel) as stranger:
        for path in (f"/contacts/{uuid4()}/import", "/operator/prices"):
            answer = await stranger.client.post(path, files={"file": ("a.csv", b"x" * 100_000)}, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2F")


async def test_a_file_without_the_token_of_a_page_is_refused(operator: Person) -> None:
    await operator.open("/operator/prices")
    right = dict(operator.page.form("/operator/prices").fields)["_csrf_token"]
    for token in ("", right[:-1], right[:-1] + ("0" if right[-1] != "0" else "1"), "é" * 64):
        answer = await operator.client.post(
            "/operator/prices", files={"file": ("a.csv", b"prefix,country,name,price\n")}, data={"_csrf_token": token}
        )
        assert answer.status_code == 403
