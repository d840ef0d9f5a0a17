"""Walk the panel as a person does: from page to page, by what stands on them."""

from __future__ import annotations

from urllib.parse import urlsplit

from browsing import Person, inner_links

ELSEWHERE = ("/docs",)  # what the API answers, behind the same port


async def walk(somebody: Person, start: str) -> dict[str, set[str]]:
    """Open every address that can be reached by links; return each page's ids by its path."""
    seen: dict[str, set[str]] = {}
    fragments: list[tuple[str, str]] = []
    waiting = [start]
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if path in seen or path.startswith(ELSEWHERE):
            continue
        page = await somebody.open(address)
        seen[path] = page.ids
        waiting += inner_links(page)
        fragments += [(path, link) for link in page.links if link.startswith("#")]
    dead = [(path, link) for path, link in fragments if link != "#" and link[1:] not in seen[path]]
    assert not dead
    return seen


async def test_every_link_of_an_account_leads_somewhere(operator: Person) -> None:
    await operator.open("/contacts")
    await operator.submit("/contacts/samples")
    await operator.open("/compose")
    await operator.submit("/compose", {"to": "600 000 118", "text": "Hola Ana", "deed": "send"})
    await operator.open("/templates/new")
    await operator.submit("/templates", {"name": "Hello", "text": "Hi {{ first_name }}", "deed": "save"})
    seen = await walk(operator, "/")
    assert {"/compose", "/campaigns/new", "/billing/tariffs", "/help/errors", "/contacts", "/settings"} <= set(seen)


async def test_every_link_of_the_operators_shell_leads_somewhere(operator: Person) -> None:
    seen = await walk(operator, "/operator")
    assert {"/operator/accounts", "/operator/links", "/operator/prices", "/operator/system", "/help"} <= set(seen)
