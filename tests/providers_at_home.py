"""A provider's pure functions put to a simulated provider over real HTTP, with as little around them as will do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import aiohttp
from aiohttp import web

from cablegram.connectors.contract import Outgoing, PartResult, Receipt, Verdict
from cablegram.connectors.providers.contract import (
    Callback,
    CallbackRefused,
    CallbackRequest,
    Context,
    HttpAnswer,
    Provider,
    Shipment,
)
from cablegram.kit.ids import MessageId
from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.serve import RunningProvider, running
from cablegram.simulators.provider.shape import Api

FAST = ProviderOptions(port=0, receipt_delay=0.0, slow_seconds=0.0, retries=1, retry_delay=0.0)
_MOST_READ = 65_536
_PATIENCE = 15.0  # seconds; what hangs is let go


@dataclass(slots=True)
class Client:
    """Who sends through a provider and is called by it. `came` holds every call, and what was made of it.

    `answers` are the statuses of the next answers to calls, whatever was made of them.
    """

    simulator: RunningProvider
    provider: Provider
    session: aiohttp.ClientSession
    callback_url: str
    answers: Iterator[int] = field(default_factory=lambda: iter(()))
    came: asyncio.Queue[tuple[CallbackRequest, Callback | CallbackRefused]] = field(
        default_factory=asyncio.Queue[tuple[CallbackRequest, Callback | CallbackRefused]]
    )

    async def send(self, batch: Sequence[Outgoing]) -> dict[MessageId, list[PartResult]]:
        """Return what became of messages; a request without a whole answer leaves them in question."""
        found: dict[MessageId, list[PartResult]] = {}
        for shipment in self.provider.ship(batch, Context(datetime.now(UTC), self.callback_url)):
            results = await self._one(shipment)
            found |= {one.id: parts for one, parts in zip(shipment.messages, results, strict=True)}
        return found

    async def one(self, number: str, **changes: Any) -> list[PartResult]:  # noqa: ANN401 - of any field
        """Send one text to a number."""
        message = outgoing(number, **changes)
        return (await self.send([message]))[message.id]

    async def calls(self, count: int) -> list[Callback | CallbackRefused]:
        """Return what the next so many calls said."""
        return [(await self.call())[1] for _ in range(count)]

    async def call(self) -> tuple[CallbackRequest, Callback | CallbackRefused]:
        """Return the next call, and what it said."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self.came.get()
        except TimeoutError:
            heard = [(one.call.url, one.status, one.words or one.body) for one in self.simulator.desk.caller.heard]
            raise AssertionError(f"no call came; the simulator has made these: {heard}") from None

    async def control(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Ask something of the simulator by its side entrance."""
        async with self.session.post(f"{self.simulator.url}/_simulator/{path}", json=content) as response:
            return await response.json()

    async def _one(self, shipment: Shipment) -> list[list[PartResult]]:
        request = shipment.request
        try:
            async with self.session.request(
                request.method, request.url, headers=request.headers, data=request.body, allow_redirects=False
            ) as response:
                body = await _start_of(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return self.provider.read(shipment, HttpAnswer(response.status, headers, body)).results
        except (aiohttp.ClientError, TimeoutError):
            return [[PartResult(Verdict.LOST)] for _ in shipment.messages]


def outgoing(number: str, **changes: Any) -> Outgoing:  # noqa: ANN401 - of any field
    """Return a message to a number, which is its id as well."""
    given: dict[str, Any] = {"source": "14155550100", "text": "Hello", "segments": 1}
    return Outgoing(MessageId(UUID(int=int(number))), number=number, **given | changes)


def said(one: Callback | CallbackRefused) -> str:
    """Return what a receipt tells, in a word; of a call that was refused, its code."""
    if isinstance(one, CallbackRefused):
        return one.code
    receipt = one.items[0]
    assert isinstance(receipt, Receipt)
    return receipt.outcome.value


async def _heard(client: Client, came: CallbackRequest) -> Callback:
    """Return what a call says; what the provider wants to know first is fetched, and what it wants visited is."""
    callback = client.provider.hear(came, now=datetime.now(UTC))
    if callback.wants:
        async with client.session.get(callback.wants) as response:
            fetched = {callback.wants: await response.read()}
        callback = client.provider.hear(replace(came, fetched=fetched), now=datetime.now(UTC))
    if callback.visit:
        async with client.session.get(callback.visit) as response:
            assert response.status == 200
    return callback


@asynccontextmanager
async def connected(
    api: Api, build: Callable[[str], Provider], options: ProviderOptions = FAST, *, is_set_there: bool = False
) -> AsyncGenerator[Client]:
    """Run a simulated provider and a client of it; `build` makes the client's provider for the simulator's address.

    `is_set_there`: the address for calls was entered at the provider, which requests can't name.
    """
    clients: list[Client] = []

    async def called(request: web.Request) -> web.Response:
        (client,) = clients
        came = CallbackRequest(
            request.method,
            f"{origin}{request.raw_path}",
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
            request.remote or "",
        )
        try:
            callback = await _heard(client, came)
        except CallbackRefused as refused:
            client.came.put_nowait((came, refused))
            return web.Response(status=next(client.answers, 403))
        client.came.put_nowait((came, callback))
        status = next(client.answers, callback.status)
        return web.Response(status=status, body=callback.body, content_type=callback.content_type)

    application = web.Application()
    application.router.add_route("*", "/callbacks/{token}", called)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    timeout = aiohttp.ClientTimeout(total=_PATIENCE)
    if is_set_there:
        options = replace(options, callback_url=f"{origin}/callbacks/secret", inbound_url=f"{origin}/callbacks/secret")
    try:
        async with running(api, options) as simulator, aiohttp.ClientSession(timeout=timeout) as session:
            clients.append(Client(simulator, build(simulator.url), session, f"{origin}/callbacks/secret"))
            yield clients[0]
    finally:
        await runner.cleanup()


async def _start_of(response: aiohttp.ClientResponse) -> bytes:
    try:
        return await response.content.readexactly(_MOST_READ)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
