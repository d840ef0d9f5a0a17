"""Calling the API as its customers do: over HTTP, on loopback, with a key."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp
from litestar.types import ASGIApp

from cablegram.accounts import keys
from cablegram.accounts.access import ACCOUNT_SCOPES
from cablegram.accounts.access import Scope as May
from cablegram.api.app import Api
from cablegram.cli.listening import listen
from cablegram.cli.web import WebServer, web_server
from cablegram.enrollment.open import open_account
from cablegram.inbound.callback_desk import CallbackDesk
from cablegram.kit.ids import AccountId
from cablegram.kit.money import MICRO
from cablegram.messages.desk import Desk
from cablegram.runtime.runtime import Runtime

_numbers = count(1)


@dataclass(slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """Return the body, decoded."""
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """Return the error's code; None for a success."""
        return None if self.status < 400 else self.json["code"]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Return what was found wrong: (field, code)."""
        return [(one["field"], one["code"]) for one in self.json["errors"]]


class Client:
    """A program with a key, or without one."""

    def __init__(self, session: aiohttp.ClientSession, address: str, key: str | None) -> None:
        self._session = session
        self._address = address
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Make a call: `body` goes as JSON, `data` as it is."""
        given = {**self.headers, **(headers or {})}
        if body is not None:
            data = json.dumps(body).encode()
            given.setdefault("Content-Type", "application/json")
        file = None if data is None else io.BytesIO(data)
        async with self._session.request(method, self._address + path, data=file, headers=given) as answer:
            return Reply(answer.status, answer.headers, await answer.read())

    async def get(self, path: str) -> Reply:
        """GET."""
        return await self.call("GET", path)

    async def post(self, path: str, body: object, **headers: str) -> Reply:
        """POST JSON; a header is a keyword such as Idempotency_Key."""
        return await self.call(
            "POST", path, body, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    async def put_file(self, path: str, text: str | bytes) -> Reply:
        """PUT a CSV file."""
        data = text.encode() if isinstance(text, str) else text
        return await self.call("PUT", path, data=data, headers={"Content-Type": "text/csv"})

    async def send(self, to: str = "+34600000118", text: str = "Hello from Cablegram", **rest: object) -> Reply:
        """Send one message."""
        return await self.post("/v1/messages", {"to": to, "text": text, **rest})


class Served:
    """A running API, and accounts to call it."""

    def __init__(self, rt: Runtime, server: WebServer, address: str, session: aiohttp.ClientSession, api: Api) -> None:
        self.api = api
        self.rt = rt
        self.server = server
        self.address = address
        self.session = session

    def client(self, key: str | None) -> Client:
        """Return a client with this key."""
        return Client(self.session, self.address, key)

    async def customer(self, *, credit: int = 100, country: str = "ES", open_senders: bool = True) -> Client:
        """Open an account and return a client with its key."""
        _, key = await self.open(credit=credit, country=country, open_senders=open_senders)
        return self.client(key)

    async def open(self, *, credit: int = 100, country: str = "ES", open_senders: bool = True) -> tuple[AccountId, str]:
        """Open an account and return its id and key."""
        opened = await open_account(
            self.rt,
            None,
            f"Customer {next(_numbers)}",
            credits_micro=credit * MICRO,
            default_country=country,
            open_senders=open_senders,
        )
        return opened.account_id, opened.api_key

    async def with_scopes(self, account_id: AccountId, *scopes: May) -> Client:
        """Return a client with another key of an account."""
        async with self.rt.db.transaction() as conn:
            _, key = await keys.issue(conn, account_id, name="Test", scopes=scopes, now=self.rt.clock.now())
        return self.client(key)

    async def operator(self) -> Client:
        """Return a client who runs the installation."""
        account_id, _ = await self.open(credit=100_000)
        return await self.with_scopes(account_id, *ACCOUNT_SCOPES, May.OPERATOR)


@asynccontextmanager
async def serving(rt: Runtime, listener: socket.socket | None = None) -> AsyncGenerator[Served]:
    """Serve the API for a block, as `cablegram serve` does but for the panel; on a port of its own, or on one given."""
    desk = Desk(rt)
    desk.open()
    callback_desk = CallbackDesk(rt)
    callback_desk.open()
    listener = listener or listen("127.0.0.1", 0)
    api = Api(rt, desk, callback_desk)
    server = web_server(with_lifespan(api.links.before(api)), api)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            yield Served(rt, server, address, session, api)
    finally:
        server.should_exit = True
        await task
        await api.hot.refused.close()
        await desk.close()
        await callback_desk.close()


def with_lifespan(app: ASGIApp) -> ASGIApp:
    """Answer the lifespan, which is the panel's where both are served."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI, of which Litestar types a part
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    return answer
