"""A provider over HTTP: its own doors, and a side entrance for who runs it.

GET  /_simulator                     what it is, what to fill in at the client, and what became of how many
GET  /_simulator/journal?after=7     every message it was asked to send, in order
GET  /_simulator/callbacks           what it told its client, and what the client said to that
POST /_simulator/inbound             {"from":"+49170","to":"ACME","text":"Hi"}: a phone writes to one of our numbers
POST /_simulator/receipts            {"id":"SM77","state":"delivered"}: tell this of a message now
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final, cast

from aiohttp import web

from cablegram.kit.errors import CablegramError, InvalidInput, NotFound
from cablegram.simulators.provider.calling import Heard
from cablegram.simulators.provider.desk import Decided, Desk, text_id
from cablegram.simulators.provider.fates import Wire
from cablegram.simulators.provider.shape import Answer, Door, Refusal, Report, Request, State, Text

_LARGEST_BODY: Final = 4_000_000
_HUGE: Final = b" " * 10_000_000
_PAGE: Final = Answer(200, b"<html><body>We are doing some maintenance.\xff</body></html>", "text/html")
_ERROR: Final = Answer(500, b"Internal Server Error", "text/plain")


def app(desk: Desk, closing: asyncio.Event) -> web.Application:
    """Return the application of a provider; requests that hang are let go once `closing` is set."""
    application = web.Application(client_max_size=_LARGEST_BODY, middlewares=[_problems])
    for door in desk.api.doors():
        application.router.add_route(door.method, door.path, _served(desk, door, closing))
    side = _Side(desk)
    application.add_routes(
        [
            web.get("/_simulator", side.about),
            web.get("/_simulator/journal", side.journal),
            web.get("/_simulator/callbacks", side.callbacks),
            web.post("/_simulator/inbound", side.inbound),
            web.post("/_simulator/receipts", side.receipts),
        ]
    )
    return application


def _served(desk: Desk, door: Door, closing: asyncio.Event) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        came = Request(
            request.method,
            f"{request.scheme}://{request.host}{request.raw_path}",
            dict(request.match_info),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
        )
        asking = door.serve(came)
        if desk.options.answer_delay:
            await asyncio.sleep(desk.options.answer_delay)
        if isinstance(asking, Answer):
            desk.caller.put(asking.calls)
            return _written(asking)
        decided = desk.decide(asking)
        if decided.wire is Wire.AFTER_RECEIPT:
            for calls in decided.receipts:
                for call in calls:
                    await desk.caller.make(call)
        else:
            desk.tell_later(decided.receipts)
        return await _answered(request, decided, desk, closing)

    return handle


async def _answered(request: web.Request, decided: Decided, desk: Desk, closing: asyncio.Event) -> web.StreamResponse:
    said = decided.answer
    match decided.wire:
        case Wire.USUAL | Wire.AFTER_RECEIPT:
            return _written(said)
        case Wire.HANG:
            await _until(closing, None)
            return _broken_off(request)
        case Wire.RESET:
            return _broken_off(request)
        case Wire.CUT:
            return await _cut(request, said)
        case Wire.SLOW:
            await _until(closing, desk.options.slow_seconds)
        case Wire.GARBLED:
            said = _PAGE
        case Wire.ERROR:
            said = _ERROR
        case Wire.HUGE:
            said = replace(said, body=said.body + _HUGE)
    return _written(said)


def _written(answer: Answer) -> web.Response:
    headers = {"Content-Type": answer.content_type, **dict(answer.headers)}
    return web.Response(status=answer.status, body=answer.body, headers=headers)


async def _until(closing: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await closing.wait()
    except TimeoutError:
        return


def _broken_off(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut(request: web.Request, answer: Answer) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


class _Side:
    """What who runs the simulator can ask of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def about(self, _: web.Request) -> web.Response:
        desk = self._desk
        told = {
            "provider": desk.api.name,
            "settings": dict(desk.api.welcome()),
            "requests": desk.requests,
            "messages": dict(desk.outcomes),
        }
        return web.json_response(told)

    async def journal(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise InvalidInput("bad_limit", f"after is {after!r}: write the number of the last entry you have.")
        return web.json_response({"entries": self._desk.ledger.after(int(after))})

    async def callbacks(self, _: web.Request) -> web.Response:
        return web.json_response({"callbacks": [heard.shown() for heard in self._desk.caller.heard]})

    async def inbound(self, request: web.Request) -> web.Response:
        asked = await _object(request)
        match asked:
            case {"from": str(source), "to": str(to), "text": str(text)} if source and to:
                url = str(asked.get("url") or self._desk.options.inbound_url)
            case _:
                raise InvalidInput(
                    "bad_text", 'A text is {"from","to","text"} and may have "url","media_urls","opt_out".'
                )
        if not url:
            raise InvalidInput("no_url", 'Nobody wants to hear of texts: give "url" or start with --inbound-url.')
        media = tuple(str(one) for one in asked.get("media_urls") or ())
        handed = Text(text_id(), source, to, text, url, media, is_opt_out=bool(asked.get("opt_out")))
        return _shown(await self._desk.hand_over(handed, is_forged=bool(asked.get("forged"))))

    async def receipts(self, request: web.Request) -> web.Response:
        asked = await _object(request)
        try:
            why = asked.get("why")
            report = Report(State(asked["state"]), None if why is None else Refusal(why))
            message_id = str(asked["id"])
        except (KeyError, ValueError):
            states, reasons = ", ".join(State), ", ".join(Refusal)
            rule = f'A receipt is {{"id","state"}} and may have "why": states are {states}; reasons are {reasons}.'
            raise InvalidInput("bad_receipt", rule) from None
        heard = await self._desk.report(message_id, report)
        if heard is None:
            raise NotFound("message_unknown", f"There is nothing to tell anybody about {message_id!r}.")
        return _shown(heard)


def _shown(heard: Heard) -> web.Response:
    return web.json_response(heard.shown())


async def _object(request: web.Request) -> dict[str, Any]:
    # A page elsewhere can post forms and plain text to this address, but not JSON without being asked for its origin.
    if request.content_type != "application/json":
        raise InvalidInput("not_json", "The body must be JSON, with Content-Type: application/json.")
    try:
        body = await request.json()
    except ValueError as problem:
        raise InvalidInput("not_json", f"The body is not JSON: {problem}.") from None
    if not isinstance(body, dict):
        raise InvalidInput("not_json", "The body must be an object.")
    return cast("dict[str, Any]", body)


@web.middleware
async def _problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except CablegramError as problem:
        status = 404 if isinstance(problem, NotFound) else 400
        body = {"type": "about:blank", "status": status, "code": problem.code, "detail": problem.message}
        return web.json_response(body, status=status, content_type="application/problem+json")
