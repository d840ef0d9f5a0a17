"""From operations to routes: each request is read, its deed asked, its answer written, in one and the same way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from cablegram.accounts.access import Principal
from cablegram.api.door import Door
from cablegram.api.errors import PROBLEM_JSON, SAFE, MethodNotAllowed, broken, headers_of, problem
from cablegram.api.hot import HotCalls
from cablegram.api.operation import ByFile, Download, Export, Handler, Operation, plain
from cablegram.api.reading import (
    ClientGone,
    Head,
    body_chunks,
    media_type_of,
    need_media_type,
    read_body,
    read_head,
    read_id,
    read_json,
    read_key,
    read_query,
    read_word,
)
from cablegram.billing.prices import Prices
from cablegram.kit.errors import CablegramError, NotFound
from cablegram.runtime.runtime import Runtime

AnyRequest = Request[Any, Any, Any]
Answer = Response[Any]  # bytes, or a stream of them
Endpoint = Callable[[AnyRequest], Awaitable[Answer]]
_JSON = "application/json"
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tools:
    """What all routes of a process share."""

    rt: Runtime
    door: Door
    prices: Prices
    hot: HotCalls


def routes(tools: Tools, operations: Sequence[Operation]) -> list[HTTPRouteHandler]:
    """Return a route for each path; it takes the methods that operations have there, and OPTIONS."""
    paths: dict[str, dict[str, Endpoint]] = defaultdict(dict)
    for operation in operations:
        endpoint = _hot(tools, operation) if operation.is_hot else _endpoint(tools, operation)
        paths[operation.path][operation.method] = endpoint
    return [_route(path, {**endpoints, "OPTIONS": _options(endpoints)}) for path, endpoints in paths.items()]


def _route(path: str, endpoints: Mapping[str, Endpoint]) -> HTTPRouteHandler:
    async def route(request: AnyRequest) -> Answer:
        return await endpoints[request.method](request)

    pattern = path.replace("}", ":str}")
    return HTTPRouteHandler(pattern, http_method=cast("Any", list(endpoints)), status_code=200)(route)


def _options(endpoints: Iterable[str]) -> Endpoint:
    allow = ", ".join(sorted([*endpoints, "OPTIONS"]))

    async def options(request: AnyRequest) -> Response[bytes]:  # noqa: ARG001 - as every endpoint
        return reply(204, b"", headers={"allow": allow})

    return options


def _hot(tools: Tools, operation: Operation) -> Endpoint:
    """Answer a hot call that came by a detour, such as a slash at the end of its path."""

    async def endpoint(request: AnyRequest) -> Response[bytes]:
        headers = request.scope["headers"]
        peer = _peer(request)
        answer = await tools.hot.answer(operation.method, operation.path, headers, request.receive, peer=peer)
        own = {name.decode(): value.decode() for name, value in answer.headers}
        return reply(answer.status, answer.body, media_type=own.pop("content-type"), headers=own)

    return endpoint


def _endpoint(tools: Tools, operation: Operation) -> Endpoint:
    rt = tools.rt
    decoder = msgspec.json.Decoder(operation.body) if operation.body else None

    async def endpoint(request: AnyRequest) -> Answer:
        started = rt.clock.monotonic()
        who: Principal | None = None
        try:
            head = read_head(request.scope["headers"])
            if operation.scope is not None:
                who = await tools.door.known(head, _peer(request))
                who.needs(operation.scope)
            handler = _handler(operation, head)
            given = await _given(operation, decoder, request, head)
            if operation.wants_prices:
                given["prices"] = tools.prices
            if operation.wants_asker:
                given["asker"] = tools.door.asker(head, _peer(request), request.headers.get("user-agent", ""))
            if operation.wants_key:
                given["idempotency_key"] = read_key(head)
            if operation.export and _asks_for(operation.export.media_type, request):
                places = {name: given[name] for name in operation.path_types}
                places |= {name: getattr(given["query"], name) for name in operation.export.takes}
                response = await _stream(operation.export, operation.export.write(rt, who, **places))
            else:
                response = _response(operation, await cast("Any", handler)(rt, who, **given))
        except Exception as error:  # noqa: BLE001 - each ends as an answer, and what is our fault in the log
            response = failure(rt, error)
        # Watchdogs ask every second; what they ask is nobody's news.
        note = rt.log.info if operation.scope else rt.log.debug
        note(
            "request answered",
            call=operation.id,
            status=response.status_code,
            account=str(who.account_id) if who else None,
            ms=round((rt.clock.monotonic() - started) * 1000, 1),
        )
        return response

    return endpoint


def _peer(request: AnyRequest) -> str:
    return request.client.host if request.client else ""


def _handler(operation: Operation, head: Head) -> Handler | None:
    by_file = operation.by_file
    return by_file.handler if by_file is not None and _is_by_file(by_file, head) else operation.handler


def _is_by_file(by_file: ByFile, head: Head) -> bool:
    return media_type_of(head) == by_file.file.media_type


async def _given(
    operation: Operation, decoder: msgspec.json.Decoder[Any] | None, request: AnyRequest, head: Head
) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, kind in operation.path_types.items():
        text = cast("str", request.path_params[name])
        given[name] = read_word(text, name, kind) if plain(kind) is str else read_id(text, name)
    if operation.by_file is not None and _is_by_file(operation.by_file, head):
        given["query"] = read_query(request.scope["query_string"], operation.by_file.query)
        given["upload"] = body_chunks(request.receive, head, operation.by_file.file.most_bytes)
        return given
    if operation.query is not None:
        given["query"] = read_query(request.scope["query_string"], operation.query)
    if decoder is not None:
        given["body"] = await _body(operation, decoder, request, head)
    if operation.file is not None:
        need_media_type(head, operation.file.media_type, *operation.file.others)
        given["upload"] = body_chunks(request.receive, head, operation.file.most_bytes)
    return given


async def _body(operation: Operation, decoder: msgspec.json.Decoder[Any], request: AnyRequest, head: Head) -> object:
    """Return a body; one that needs nothing and is left out is an empty one, whatever its type is said to be."""
    if not operation.may_lack_body:
        need_media_type(head, _JSON)
    data = await read_body(request.receive, head, operation.most_bytes)
    if operation.may_lack_body:
        if not data.strip():
            return read_json(b"{}", decoder)
        need_media_type(head, _JSON)
    return read_json(data, decoder)


def _asks_for(media_type: str, request: AnyRequest) -> bool:
    """Tell whether `Accept` names a media type, and not JSON before it; quality values are not weighed."""
    wanted = [one.partition(";")[0].strip().lower() for one in request.headers.get("accept", "").split(",")]
    named = [one for one in wanted if one in {media_type, _JSON}]
    return named[:1] == [media_type]


async def _stream(export: Export, pieces: AsyncIterator[bytes]) -> Answer:
    """Answer with a file as it is written; what is wrong before its first piece is an error as any other."""
    first = await anext(pieces, b"")

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    headers = {**SAFE, "content-disposition": f'attachment; filename="{export.name}"'}
    return Stream(whole(), status_code=200, media_type=export.media_type, headers=headers)


def _response(operation: Operation, answer: msgspec.Struct | Download | None) -> Answer:
    if isinstance(answer, Download):
        headers = {**SAFE, "content-disposition": f"attachment; filename*=UTF-8''{quote(answer.name)}"}
        return Stream(answer.pieces, status_code=operation.status, media_type=answer.media_type, headers=headers)
    if answer is None:
        return reply(operation.status, b"")
    return reply(operation.status, msgspec.json.encode(answer))


def reply(status: int, body: bytes, *, media_type: str = _JSON, headers: Mapping[str, str] = _NONE) -> Response[bytes]:
    """Make an answer that nobody keeps or takes for something else than it says."""
    return Response(body, status_code=status, media_type=media_type, headers={**SAFE, **headers})


def failure(rt: Runtime, error: Exception) -> Response[bytes]:
    """Answer an error; one that nobody foresaw is logged and says nothing of itself."""
    if isinstance(error, CablegramError):
        known = error
    else:
        if not isinstance(error, ClientGone):
            rt.log.error("request failed", exc_info=error)
        known = broken()
    status, body = problem(known, rt.settings.public)
    headers = {name.decode(): value.decode() for name, value in headers_of(known)}
    return reply(status, body, media_type=PROBLEM_JSON, headers=headers)


def on_http_exception(rt: Runtime) -> Callable[[AnyRequest, HTTPException], Response[bytes]]:
    """Answer what Litestar itself finds wrong: a path or a method that is not there."""

    def answer(request: AnyRequest, error: HTTPException) -> Response[bytes]:
        if error.status_code == 405:
            allow = (error.headers or {}).get("Allow") or (error.headers or {}).get("allow", "")
            return failure(rt, MethodNotAllowed(request.method, allow))
        if error.status_code == 404:
            message = f"There is nothing at {request.url.path[:200]}. The calls are listed at /docs."
            return failure(rt, NotFound("path_unknown", message))
        return failure(rt, error)

    return answer
