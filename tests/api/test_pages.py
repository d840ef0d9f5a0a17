"""The reference for people: whole, without script, from nobody else."""

from __future__ import annotations

import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from calling import Served


async def test_the_document_is_published_without_a_key_and_valid(served: Served) -> None:
    reply = await served.client(None).get("/v1/openapi.json")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert list(OpenAPIV31SpecValidator(reply.json).iter_errors()) == []


async def test_every_link_of_the_pages_leads_somewhere_here(served: Served) -> None:
    nobody = served.client(None)
    pages = {path: (await nobody.get(path)).body.decode() for path in ("/docs", "/docs/errors")}
    anchors = {path: set(re.findall(r'id="([^"]+)"', page)) for path, page in pages.items()}
    for path, page in pages.items():
        for link in re.findall(r'(?:href|src)="([^"]*)"', page):
            target, _, anchor = link.partition("#")
            assert not link.startswith(("http", "//")), link
            if anchor:
                assert anchor in anchors[target or path], link
            elif target != "/":  # the panel's
                assert (await nobody.get(target)).status == 200, link


async def test_the_pages_let_a_browser_load_nothing_but_their_style(served: Served) -> None:
    nobody = served.client(None)
    for path in ("/docs", "/docs/errors"):
        reply = await nobody.get(path)
        assert reply.headers["Content-Type"].startswith("text/html")
        policy = reply.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert "unsafe" not in policy
        assert b"<script" not in reply.body
        assert b" style=" not in reply.body
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_slash_or_a_query_behind_the_page_does_no_harm(served: Served) -> None:
    for path in ("/docs/", "/docs?from=mail"):
        assert (await served.client(None).get(path)).status == 200
    assert (await served.client(None).get("/docs/nothing")).code == "path_unknown"


async def test_answers_are_kept_by_nobody_on_the_way(served: Served) -> None:
    customer = await served.customer()
    for reply in (
        await customer.get("/v1/account"),
        await customer.send(),
        await customer.send("x"),
        await customer.get("/v1/x"),
    ):
        assert (reply.headers["Cache-Control"], reply.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert "Server" not in reply.headers
