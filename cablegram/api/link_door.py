"""The door for whom a text led here, as bare ASGI: `/l/{code}` leads on, `/u/{code}` shows the page to unsubscribe.

A code leads to what its own text said, and nothing of the request changes that. No cookie is set or read. What opens
links before people do gets the same answers and is counted apart (`links/machines.py`).
"""

from __future__ import annotations

from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from cablegram.api import link_pages
from cablegram.api.errors import SAFE, Headers
from cablegram.api.hot import Written
from cablegram.api.reading import Pairs
from cablegram.inbound import unsubscribing
from cablegram.kit.errors import NotFound, Unavailable
from cablegram.kit.networks import caller, read_networks
from cablegram.links import visiting
from cablegram.links.machines import Visit, says_machine
from cablegram.links.model import LEAVE, LINK, is_code
from cablegram.links.visiting import Visits
from cablegram.runtime.runtime import Runtime

_AFTER = ".,;:!?)]}'\"»”/"  # what phones take for a part of a link at the end of a sentence
_PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")
_LONGEST_ADDRESS = 200


class LinkDoor:
    """Answers short links and the pages to unsubscribe."""

    def __init__(self, rt: Runtime, visits: Visits) -> None:
        self._rt = rt
        self._visits = visits
        self._trusted = read_networks(rt.settings.trusted_proxies)
        self._host = rt.settings.link_host
        safe = {**SAFE, "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
        self._led: Headers = [(name.encode(), value.encode()) for name, value in safe.items()]
        more = {"content-type": "text/html; charset=utf-8", "content-security-policy": link_pages.policy()}
        self._page: Headers = [*self._led, *((name.encode(), value.encode()) for name, value in more.items())]

    def has_alone(self, headers: Pairs) -> bool:
        """Tell whether a request came under the host name that short links have for themselves."""
        if self._host is None:
            return False
        host = next((value for name, value in headers if name.lower() == b"host"), b"")
        return host.decode("latin-1").partition(":")[0].lower() == self._host

    def before(self, others: ASGIApp) -> ASGIApp:
        """Return an application that answers what comes under that host name, and leaves the rest to others."""
        if self._host is None:
            return others

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and self.has_alone(scope["headers"]):
                await self(scope, receive, send)
            else:
                await others(scope, receive, send)

        return answer

    async def __call__(self, scope: HTTPScope, _: Receive, send: Send) -> None:
        """Answer a request, as an ASGI application does. Nothing of a body is read."""
        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        language = link_pages.language_of(said.get("accept-language", ""))
        try:
            answer = await self._answer(scope, said, language)
        except Unavailable as error:
            headers = [*self._page, (b"retry-after", str(error.retry_after).encode())]
            answer = Written(503, headers, link_pages.busy(language))
        except Exception:  # it ends here, as an answer
            self._rt.log.exception("a short link failed")
            answer = Written(500, self._page, link_pages.busy(language))
        body = b"" if scope["method"] == "HEAD" else answer.body
        headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _answer(self, scope: HTTPScope, said: dict[str, str], language: str) -> Written:
        _, place, rest = [*scope["path"].split("/", 2), "", ""][:3]
        code = rest.rstrip(_AFTER)
        methods = {LINK: "GET, HEAD", LEAVE: "GET, HEAD, POST"}.get(place)
        if methods is None or not is_code(code):
            return Written(404, self._page, link_pages.unknown(language))
        if scope["method"] not in methods.split(", "):
            return Written(405, [*self._page, (b"allow", methods.encode())], link_pages.unknown(language))
        if place == LINK:
            return await self._lead(code, scope, said, language)
        return await self._leave(code, scope, said, language)

    async def _lead(self, code: str, scope: HTTPScope, said: dict[str, str], language: str) -> Written:
        link = await visiting.find(self._rt, code)
        if link is None or link.url is None:
            return Written(404, self._page, link_pages.unknown(language))
        now = self._rt.clock.now()
        if not link.is_open(now):
            return Written(410, self._page, link_pages.gone(language))
        purpose = " ".join(said.get(name, "") for name in _PURPOSES)
        is_machine = says_machine(scope["method"], said.get("user-agent", ""), purpose)
        self._visits.note(Visit(code, now, self._caller(scope, said), is_machine))
        return Written(302, [*self._led, (b"location", link.url.encode("ascii"))], b"")

    async def _leave(self, code: str, scope: HTTPScope, said: dict[str, str], language: str) -> Written:
        try:
            if scope["method"] == "POST":
                url = f"{self._rt.settings.links}/{LEAVE}/{code}"
                page = await unsubscribing.leave(self._rt, code, url=url, address=self._caller(scope, said))
            else:
                page = await unsubscribing.look(self._rt, code)
        except NotFound:
            return Written(404, self._page, link_pages.unknown(language))
        return Written(200, self._page, link_pages.leaving(language, page))

    def _caller(self, scope: HTTPScope, said: dict[str, str]) -> str:
        client = scope["client"]
        return caller(client[0], said.get("x-forwarded-for"), self._trusted)[:_LONGEST_ADDRESS] if client else ""
