"""The reference for people at `/docs`, and the OpenAPI document itself; neither needs a key or another host."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import jinja2
import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler, get

from cablegram.api import manual
from cablegram.api.openapi import Schema

_HERE = Path(__file__).parent / "html"
_HEADERS = {
    # A page of text and one style sheet: whatever else a browser might be talked into loading, it does not.
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-cache",
}


def pages(write: Callable[[], Schema], public_url: str) -> list[HTTPRouteHandler]:
    """Return the routes that hand out the pages; `public_url` stands in their commands.

    The document is written when the first of them is asked for, and then kept: hardly anybody asks, and it would take
    as long as all the rest of a start.
    """
    document, environment = cache(write), cache(_environment)

    def calls() -> bytes:
        groups = manual.groups(document(), public_url)
        return environment().get_template("reference.html").render(info=document()["info"], groups=groups).encode()

    def errors() -> bytes:
        words = manual.errors((_HERE / "errors.md").read_text(encoding="utf-8"))
        return environment().get_template("errors.html").render(info=document()["info"], errors=words).encode()

    def openapi() -> bytes:
        return msgspec.json.format(msgspec.json.encode(document()), indent=1)

    return [
        _page("/docs", calls, "text/html"),
        _page("/docs/errors", errors, "text/html"),
        _page("/docs/style.css", (_HERE / "style.css").read_bytes, "text/css"),
        _page("/v1/openapi.json", openapi, "application/json"),
    ]


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    cast("dict[str, Any]", environment.filters).update(blocks=manual.blocks, pieces=manual.pieces)
    return environment


def _page(path: str, write: Callable[[], bytes], media_type: str) -> HTTPRouteHandler:
    content = cache(write)

    @get(path, sync_to_thread=False)
    def page() -> Response[bytes]:
        return Response(content(), media_type=media_type, headers=_HEADERS)

    return page
