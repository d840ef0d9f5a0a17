"""The phones over HTTP: who has texts, one conversation, a reply from the phone, a live stream.

    GET  /handsets                       {"handsets":[{"number":"49170","texts":2,"last":{...}}]}
    GET  /handsets/49170                 {"number":"49170","texts":[{"id":1,"direction":"received", ...}]}
    PUT  /handsets/49170                 chosen: from now on it can always be reached
    POST /handsets/49170/reply           {"to":"ACME","text":"YES"} -> 202 and the text as it was sent
    GET  /handsets/49170/events          server-sent events, one `text` for each text and each acknowledgement
    GET  /health, /stats

A text is {"id","direction":"received"|"sent","at","from","to","text","parts","media_url","state"}; the state of a sent
one is `waiting` until the other side has acknowledged all of its parts. Errors are problem+json with a `code`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from cablegram.kit.errors import CablegramError, InvalidInput
from cablegram.simulators.carrier import Carrier
from cablegram.simulators.handset import Text, plain

_CARRIER: Final = web.AppKey("carrier", Carrier)
_STREAMS: Final = web.AppKey("streams", set[asyncio.Queue[Text | None]])
_NUMBER: Final = re.compile(r"\+?[0-9]{3,20}")
_SENDER_LENGTH: Final = 20
_MOST_LISTED: Final = 1000
_LARGEST_BODY: Final = 65_536
_HEARTBEAT: Final = 15.0
_MOST_UNSENT: Final = 1000


def app(carrier: Carrier) -> web.Application:
    """Return the application that shows a carrier's phones."""
    application = web.Application(middlewares=[_problems], client_max_size=_LARGEST_BODY)
    application[_CARRIER] = carrier
    application[_STREAMS] = set()
    application.on_shutdown.append(_stop_streams)
    application.add_routes(
        [
            web.get("/handsets", _all),
            web.get("/handsets/{number}", _one),
            web.put("/handsets/{number}", _choose),
            web.post("/handsets/{number}/reply", _reply),
            web.get("/handsets/{number}/events", _events),
            web.get("/health", _health),
            web.get("/stats", _stats),
        ]
    )
    return application


def _shown(text: Text) -> dict[str, int | str]:
    return {
        "id": text.number,
        "direction": text.direction.value,
        "at": text.at.isoformat(),
        "from": text.sender,
        "to": text.to,
        "text": text.text,
        "parts": text.parts,
        "media_url": text.media_url,
        "state": "waiting" if text.waiting else "done",
    }


async def _all(request: web.Request) -> web.Response:
    limit = request.query.get("limit", "100")
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= _MOST_LISTED):
        raise InvalidInput("bad_limit", f"limit is {limit!r}: write a number from 1 to {_MOST_LISTED}.")
    latest = request.app[_CARRIER].phones.latest(int(limit))
    return web.json_response(
        {"handsets": [{"number": number, "texts": texts, "last": _shown(last)} for number, texts, last in latest]}
    )


async def _one(request: web.Request) -> web.Response:
    number = _number(request)
    phones = request.app[_CARRIER].phones
    return web.json_response({"number": number, "texts": [_shown(text) for text in phones.conversation(number)]})


async def _choose(request: web.Request) -> web.Response:
    number = _number(request)
    request.app[_CARRIER].phones.chosen.add(number)
    return web.json_response({"number": number})


async def _reply(request: web.Request) -> web.Response:
    number = _number(request)
    to, text = await _wanted(request)
    return web.json_response(_shown(request.app[_CARRIER].reply(number, to, text)), status=202)


async def _wanted(request: web.Request) -> tuple[str, str]:
    # A page elsewhere can post forms and plain text to this address, but not JSON without being asked for its origin.
    if request.content_type != "application/json":
        raise InvalidInput("not_json", 'The body must be JSON, with Content-Type: application/json: {"to", "text"}.')
    try:
        body = await request.json()
    except ValueError as problem:
        raise InvalidInput("not_json", f"The body is not JSON: {problem}.") from None
    match body:
        case {"to": str(to), "text": str(text)} if 0 < len(to) <= _SENDER_LENGTH and to.isascii() and text:
            return to, text
        case _:
            rule = '"to" is an ASCII text of 1 to 20 characters, "text" a text that is not empty'
            raise InvalidInput("bad_reply", f"The body must be an object in which {rule}.")


async def _events(request: web.Request) -> web.StreamResponse:
    number = _number(request)
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream", hdrs.CACHE_CONTROL: "no-store"})
    await response.prepare(request)
    unsent: asyncio.Queue[Text | None] = asyncio.Queue()

    def note(text: Text) -> None:
        # Who does not read gets the stream cut off, and may read the conversation when it comes back.
        if unsent.qsize() <= _MOST_UNSENT:
            unsent.put_nowait(text if unsent.qsize() < _MOST_UNSENT else None)

    unwatch = request.app[_CARRIER].phones.watch(number, note)
    request.app[_STREAMS].add(unsent)
    try:
        with contextlib.suppress(ConnectionResetError):  # the reader went away
            await _stream(response, unsent)
    finally:
        unwatch()
        request.app[_STREAMS].discard(unsent)
    return response


async def _stream(response: web.StreamResponse, unsent: asyncio.Queue[Text | None]) -> None:
    await response.write(b": here you are\n\n")
    while True:
        try:
            async with asyncio.timeout(_HEARTBEAT):
                text = await unsent.get()
        except TimeoutError:
            await response.write(b": still here\n\n")
            continue
        if text is None:
            return
        data = json.dumps(_shown(text), ensure_ascii=False)
        await response.write(f"id: {text.number}\nevent: text\ndata: {data}\n\n".encode())


async def _stop_streams(application: web.Application) -> None:
    for unsent in application[_STREAMS]:
        unsent.put_nowait(None)


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _stats(request: web.Request) -> web.Response:
    return web.json_response(request.app[_CARRIER].counts())


def _number(request: web.Request) -> str:
    number = request.match_info["number"]
    if not _NUMBER.fullmatch(number):
        raise InvalidInput("bad_number", f"{number!r} is not a number: write 3 to 20 digits, with or without a plus.")
    return plain(number)


@web.middleware
async def _problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except CablegramError as problem:
        return _problem(400, problem.code, problem.message)
    except web.HTTPError as problem:
        return _problem(problem.status, problem.reason.lower().replace(" ", "_"), problem.reason)


def _problem(status: int, code: str, detail: str) -> web.Response:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")
