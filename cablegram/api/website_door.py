"""The door for forms on accounts' web pages, at `/tag/{token}`: no key, but an origin that the account named (R170).

A browser tells by itself from which page a form comes, and no page can make it say otherwise. Programs can, so the
number of forms is limited by the address that they come from, and nothing that is known of somebody is overwritten.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import jinja2
import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from cablegram.api.errors import SAFE, BadRequest, broken, headers_of, problem
from cablegram.api.reading import ClientGone, need_media_type, read_body, read_head
from cablegram.contacts import website_form, website_intake
from cablegram.contacts.website_model import Filled, Visit
from cablegram.kit.errors import CablegramError
from cablegram.kit.networks import caller, read_networks
from cablegram.runtime.runtime import Runtime

PLACE: Final = "tag"

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_MOST_BYTES = 50_000
_MOST_FIELDS = 200
_HERE = Path(__file__).parent / "html"
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_THANKS = "Thank you. It has arrived."
_OTHER_WORDS = "It has arrived. What you agreed to has changed since this page was loaded: load it again to agree."

AnyRequest = Request[Any, Any, Any]


def website_door(rt: Runtime) -> list[HTTPRouteHandler]:
    """Return the routes of the door."""
    door = _Door(rt)
    methods: Any = ["POST", "GET", "OPTIONS"]
    return [HTTPRouteHandler(f"/{PLACE}/{{token:str}}", http_method=methods, status_code=200)(door.answer)]


class _Door:
    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._trusted = read_networks(rt.settings.trusted_proxies)
        self._script = (_HERE / "website_tag.js").read_bytes()
        environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
        self._page = environment.from_string((_HERE / "website_answer.html").read_text(encoding="utf-8"))

    async def answer(self, request: AnyRequest) -> Response[bytes]:
        """Answer whatever is asked of the door."""
        token = str(request.path_params["token"])
        if request.method == "OPTIONS":
            return Response(b"", status_code=204, headers={**SAFE, "allow": "GET, OPTIONS, POST"})
        if request.method == "GET":
            return self._script_of(token)
        origin = website_form.origin_of(request.headers.get("origin", ""), request.headers.get("referer", ""))
        try:
            done = await website_intake.take(self._rt, token, await self._visit(request, origin))
        except CablegramError as error:
            return self._refused(request, error, origin)
        except Exception as error:
            if not isinstance(error, ClientGone):
                self._rt.log.exception("a form of a web page failed")
            return self._refused(request, broken(), origin)
        return self._done(request, done, origin)

    def _script_of(self, token: str) -> Response[bytes]:
        if not token.endswith(".js"):
            page = self._page.render(title="A form", message="This address takes what a form sends.", back="")
            return self._html(page=page, status=200)
        headers = {**SAFE, "cache-control": "public, max-age=3600", "cross-origin-resource-policy": "cross-origin"}
        return Response(self._script, media_type="text/javascript", headers=headers)

    async def _visit(self, request: AnyRequest, origin: str) -> Visit:
        head = read_head(request.scope["headers"])
        need_media_type(head, _FORM)
        body = await read_body(request.receive, head, _MOST_BYTES)
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        except ValueError:
            message = "The form is not UTF-8, or has too many fields."
            raise BadRequest("invalid_request", message) from None
        peer = request.client.host if request.client else ""
        address = caller(peer, request.headers.get("x-forwarded-for"), self._trusted)
        return Visit(origin, address, request.headers.get("referer", "")[:2_000], dict(pairs))

    def _done(self, request: AnyRequest, done: Filled, origin: str) -> Response[bytes]:
        message = _OTHER_WORDS if done.shown_others else _THANKS
        if _wants_json(request):
            body = msgspec.json.encode({"ok": True, "message": message})
            return Response(body, media_type=_JSON, headers={**SAFE, **_allowed(origin)})
        return self._html(page=self._page.render(title="Thank you", message=message, back=_back(request, origin)))

    def _refused(self, request: AnyRequest, error: CablegramError, origin: str) -> Response[bytes]:
        status, body = problem(error, self._rt.settings.public)
        headers = {name.decode(): value.decode() for name, value in headers_of(error)}
        if _wants_json(request):
            # Whoever may not send the form may read why: there is nothing of the account in it.
            return Response(body, status_code=status, media_type=_JSON, headers={**SAFE, **headers, **_allowed(origin)})
        page = self._page.render(title="Nothing was sent", message=error.message, back=_back(request, origin))
        return self._html(page=page, status=status, headers=headers)

    @staticmethod
    def _html(*, page: str, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
        safe = {**SAFE, "content-security-policy": _POLICY, **(headers or {})}
        return Response(page.encode(), status_code=status, media_type="text/html; charset=utf-8", headers=safe)


def _wants_json(request: AnyRequest) -> bool:
    return _JSON in request.headers.get("accept", "")


def _allowed(origin: str) -> dict[str, str]:
    return {"access-control-allow-origin": origin, "vary": "Origin"} if origin else {"vary": "Origin"}


def _back(request: AnyRequest, origin: str) -> str:
    """Return the page that somebody comes from, if it is a page of the web: never a script, never another host's."""
    referer = request.headers.get("referer", "")
    parts = urlsplit(referer)
    is_page = parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}".lower() == origin
    return referer if is_page else ""
