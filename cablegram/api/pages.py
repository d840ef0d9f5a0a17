"""The reference for people at `/docs`, and the OpenAPI document itself; neither needs a key or another host."""

from __future__ import annotations

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


def pages(document: Schema, public_url: str) -> list[HTTPRouteHandler]:
    """Make the pages once, and return the routes that hand them out; `public_url` stands in their commands."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    cast("dict[str, Any]", environment.filters).update(blocks=manual.blocks, pieces=manual.pieces)
    info = document["info"]
    calls = environment.get_template("reference.html").render(info=info, groups=manual.groups(document, public_url))
    words = manual.errors((_HERE / "errors.md").read_text(encoding="utf-8"))
    errors = environment.get_template("errors.html").render(info=info, errors=words)
    return [
        _page("/docs", calls.encode(), "text/html"),
        _page("/docs/errors", errors.encode(), "text/html"),
        _page("/docs/style.css", (_HERE / "style.css").read_bytes(), "text/css"),
        _page("/v1/openapi.json", msgspec.json.format(msgspec.json.encode(document), indent=1), "application/json"),
    ]


def _page(path: str, content: bytes, media_type: str) -> HTTPRouteHandler:
    @get(path, sync_to_thread=False)
    def page() -> Response[bytes]:
        return Response(content, media_type=media_type, headers=_HEADERS)

    return page
