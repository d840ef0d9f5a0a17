"""A person at the panel: follows links and fills forms as they stand on the page, and knows nothing else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import httpx
import uvicorn
from litestar import Litestar

from cablegram.accounts import directory
from cablegram.accounts.access import Principal
from cablegram.accounts.access import operator as as_operator
from cablegram.runtime.runtime import Runtime

HOME = "http://panel.test"
ACCOUNT = "Kiosko Luna"


@dataclass(slots=True)
class Form:
    """A form as it stands on a page, with the values that would be sent."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    buttons: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    has_file: bool = False


class _Reader(HTMLParser):
    """Collects what a person can read, follow and fill."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.ids: set[str] = set()
        self._form: Form | None = None
        self._choice: tuple[str, str | None] | None = None
        self._area: tuple[str, list[str]] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.add(values["id"])
        if tag in {"a", "link"} and "href" in values:
            self.links.append(values["href"])
        if tag in {"script", "img"} and "src" in values:
            self.links.append(values["src"])
        if tag in {"script", "style", "template"}:
            self._silent += 1
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get"))
            self.forms.append(self._form)
        if self._form is not None:
            self._field(tag, values)

    def _field(self, tag: str, values: dict[str, str]) -> None:
        form, name = self._form, values.get("name", "")
        assert form is not None
        if tag == "option" and self._choice:
            chosen = self._choice[1]
            if chosen is None or "selected" in values:
                self._choice = (self._choice[0], values.get("value", ""))
        if not name or "disabled" in values:
            return
        kind = values.get("type", "text")
        if tag == "input" and kind == "file":
            form.has_file = True
        elif tag == "input" and (kind not in {"checkbox", "radio"} or "checked" in values):
            form.fields.append((name, values.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "button":
            form.buttons.append((name, values.get("value", "")))
        elif tag == "select":
            self._choice = (name, None)
        elif tag == "textarea":
            self._area = (name, [])

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "template"}:
            self._silent -= 1
        if tag == "form":
            self._form = None
        if tag == "select" and self._choice and self._form is not None:
            self._form.fields.append((self._choice[0], self._choice[1] or ""))
            self._choice = None
        if tag == "textarea" and self._area and self._form is not None:
            self._form.fields.append((self._area[0], "".join(self._area[1])))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)
        if not self._silent:
            self.words.append(data)


@dataclass(slots=True)
class Sight:
    """A page as somebody sees it."""

    status: int
    path: str
    body: str
    headers: httpx.Headers
    links: list[str]
    forms: list[Form]
    ids: set[str]
    text: str

    def form(self, action: str) -> Form:
        """Return the one form that posts to an address."""
        found = [one for one in self.forms if one.action == action and one.method == "post"]
        assert found, f"{self.path} has no form to {action}, only {[one.action for one in self.forms]}"
        return found[0]


class Person:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = Sight(0, "", "", httpx.Headers(), [], [], set(), "")

    async def open(self, address: str, *, expect: int = 200) -> Sight:
        """Go to an address."""
        return self._see(await self.client.get(address), expect)

    async def submit(
        self,
        action: str,
        fields: Mapping[str, str | Sequence[str]] | None = None,
        *,
        expect: int = 200,
        files: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> Sight:
        """Fill a form of the page and send it; fields that are not named go as they stand."""
        form = self.page.form(action)
        given = fields or {}
        sent: dict[str, list[str]] = {}
        for name, value in form.fields:
            if name not in given:
                sent.setdefault(name, []).append(value)
        for name, value in given.items():
            sent[name] = [value] if isinstance(value, str) else list(value)
        return self._see(await self.client.post(action, data=sent, files=files), expect)

    def _see(self, answer: httpx.Response, expect: int) -> Sight:
        reader = _Reader()
        if "html" in answer.headers.get("content-type", ""):
            reader.feed(answer.text)
        words = " ".join(" ".join(reader.words).split())
        path = answer.url.raw_path.decode()
        self.page = Sight(
            answer.status_code, path, answer.text, answer.headers, reader.links, reader.forms, reader.ids, words
        )
        assert answer.status_code == expect, f"{path}: {answer.status_code}, {words[-600:]}"
        return self.page


@asynccontextmanager
async def person(panel: Litestar) -> AsyncGenerator[Person]:
    """Lend a browser that talks to a panel."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast("Any", panel)),
        base_url=HOME,
        follow_redirects=True,  # pyright: ignore[reportArgumentType] - Litestar types its scope more narrowly
    ) as client:
        yield Person(client)


@asynccontextmanager
async def served(panel: Litestar, somebody: Person) -> AsyncGenerator[httpx.AsyncClient]:
    """Serve the panel on a port, since only there an answer can be read while it is being written."""
    server = uvicorn.Server(uvicorn.Config(panel, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        task = asyncio.create_task(server.serve([listener]))
        cookies = {cookie.name: cookie.value or "" for cookie in somebody.client.cookies.jar}
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=address, cookies=cookies, timeout=15) as client:
            yield client
        server.should_exit = True
        await task


async def reach(lines: AsyncIterator[str], words: str) -> None:
    """Read a stream of server-sent events until it says something."""
    async with asyncio.timeout(10):
        async for line in lines:
            assert not line or line.startswith(("data:", ":", "event:"))
            if words in line:
                return
    raise AssertionError(f"the stream ended without {words!r}")


async def account_of(rt: Runtime) -> Principal:
    """Return the operator, acting for the account that the pages are about."""
    account = await directory.named(rt, ACCOUNT)
    return as_operator("tests", account.id)


def inner_links(sight: Sight) -> list[str]:
    """Return the addresses of this panel that a page links to, without what stands behind #."""
    found = (urlsplit(urljoin(HOME + sight.path, link)) for link in sight.links)
    own = (
        one._replace(fragment="", scheme="", netloc="").geturl() for one in found if one.netloc in {"panel.test", ""}
    )
    return list(dict.fromkeys(link for link in own if link))
