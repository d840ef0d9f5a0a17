"""Stripe on this machine: localstripe as a process, and before it a door that gives what localstripe lacks.

localstripe decides about cards and keeps the books; the door adds what Stripe has and it has not: idempotency keys,
`off_session`, `return_url` and the address of the bank's page, Checkout's page for a card, disputes, fees. It can also
lose an answer on its way back, as a wire does.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
from aiohttp import web

from cablegram.accounts.access import operator
from cablegram.billing import credit_price
from cablegram.billing.pricing import Step
from cablegram.runtime.runtime import Runtime

_PROGRAM = Path(__file__).parents[1] / ".make/localstripe-env/bin/localstripe"
KEY = "sk_test_at_home"
_AUTH = {"Authorization": f"Bearer {KEY}"}
_LACKING = ("off_session", "return_url", "allowed_payment_method_types", "payment_method")
SECRET = "whsec_at_home"
PAYS, DECLINES_LATER, CONFIRMS, DECLINES = (
    "4242424242424242",
    "4000000000000341",
    "4000002500003155",
    "4000000000000002",
)


@contextmanager
def localstripe() -> Generator[str]:
    """Run localstripe, and return its address."""
    assert _PROGRAM.exists(), "localstripe is not installed: run `make setup`"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(_PROGRAM), "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, "localstripe ended"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


class Door:
    """The door before localstripe; `address` is where Stripe's library is to call."""

    def __init__(self, behind: str) -> None:
        self.address = ""
        self.lost: list[str] = []  # ends of paths whose next answer is lost on its way back
        self.is_shut = False
        self.disputes: dict[str, dict[str, Any]] = {}
        self.pages: dict[str, dict[str, Any]] = {}  # of Checkout, on which a card is typed
        self.calls: list[str] = []
        self.fee = 0  # what Stripe keeps of a payment; localstripe keeps nothing
        self._behind = behind
        self._answers: dict[str, tuple[int, bytes]] = {}
        self._returns: dict[str, str] = {}
        self._http: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Door]:
        """Listen."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        async with aiohttp.ClientSession() as self._http:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
            await runner.cleanup()

    async def ask(self, method: str, path: str, **data: str) -> Any:  # noqa: ANN401 - JSON
        """Ask localstripe itself."""
        assert self._http
        body = urlencode(data)
        async with self._http.request(
            method,
            self._behind + path,
            data=body if method == "POST" else None,
            headers={**_AUTH, "Content-Type": "application/x-www-form-urlencoded"},
        ) as answer:
            return json.loads(await answer.read() or b"null")

    async def card(self, number: str, *, year: int = 2030, month: int = 12) -> str:
        """Type a card at the processor, as its holder does, and return its token."""
        values = {"number": number, "exp_month": str(month), "exp_year": str(year), "cvc": "123"}
        made = await self.ask(
            "POST", "/v1/payment_methods", type="card", **{f"card[{name}]": value for name, value in values.items()}
        )
        return str(made["id"])

    async def holder_confirms(self, intent: str, *, agrees: bool = True) -> None:
        """Confirm a payment at the bank, as the card's holder does."""
        found = await self.ask("GET", f"/v1/payment_intents/{intent}")
        secret = found["client_secret"]
        path = f"/v1/payment_intents/{intent}/_authenticate"
        await self.ask("POST", path, client_secret=secret, success="true" if agrees else "false")

    async def taken(self) -> list[Any]:
        """Return the payments of which the money was taken."""
        found = await self.ask("GET", "/v1/payment_intents?limit=100")
        return [one for one in found["data"] if one["status"] == "succeeded"]

    async def _answer(self, request: web.Request) -> web.Response:
        path = "/" + request.match_info["path"]
        self.calls.append(f"{request.method} {path}")
        if self.is_shut:
            return web.Response(status=503)
        if path.startswith("/v1/disputes/"):
            return web.json_response(self.disputes[path.rpartition("/")[2]])
        if path.startswith("/v1/checkout/sessions"):
            return web.json_response(await self._page(request, path))
        key = request.headers.get("Idempotency-Key", "") + path
        if request.method == "POST" and key in self._answers:
            status, body = self._answers[key]
        else:
            status, body = await self._pass_on(request, path)
            if request.method == "POST":
                self._answers[key] = status, body
        if any(path.endswith(end) for end in self.lost):
            self.lost = [end for end in self.lost if not path.endswith(end)]
            assert request.transport
            request.transport.abort()
        return web.Response(status=status, body=self._with_bank(path, body), content_type="application/json")

    async def _page(self, request: web.Request, path: str) -> dict[str, Any]:
        if request.method == "GET":
            return self.pages[path.rpartition("/")[2]]
        wanted = dict(parse_qsl((await request.read()).decode()))
        name = f"cs_{len(self.pages) + 1}"
        made = {"id": name, "object": "checkout.session", "url": f"https://checkout.example/{name}"}
        self.pages[name] = made | {"customer": wanted["customer"], "setup_intent": None, "asked": wanted}
        return made

    async def types_card(self, page: str, number: str) -> str:
        """Type a card on a page of Checkout, as its holder does, and return where that page then leads."""
        found = self.pages[page]
        token = await self.card(number)
        await self.ask("POST", f"/v1/payment_methods/{token}/attach", customer=found["customer"])
        found["setup_intent"] = {"id": "seti_1", "status": "succeeded", "payment_method": token}
        return str(found["asked"]["success_url"]).replace("{CHECKOUT_SESSION_ID}", page)

    async def _pass_on(self, request: web.Request, path: str) -> tuple[int, bytes]:
        assert self._http
        pairs = parse_qsl((await request.read()).decode(), keep_blank_values=True)
        is_confirmed = path.endswith("/confirm")
        if is_confirmed:
            self._returns[path.split("/")[3]] = dict(pairs).get("return_url", "")
        lacking = _LACKING if is_confirmed else _LACKING[2:3]
        kept = [(name, value) for name, value in pairs if name.partition("[")[0] not in lacking]
        headers = {**_AUTH, "Content-Type": "application/x-www-form-urlencoded"}
        url = f"{self._behind}{request.path_qs}"
        async with self._http.request(request.method, url, data=urlencode(kept) or None, headers=headers) as answer:
            return answer.status, await answer.read()

    def _with_bank(self, path: str, body: bytes) -> bytes:
        """Say where the bank's page is, as Stripe does."""
        if not path.startswith("/v1/payment_intents/"):
            return body
        intent = json.loads(body)
        moved = (intent.get("latest_charge") or {}) if isinstance(intent.get("latest_charge"), dict) else {}
        if isinstance(moved.get("balance_transaction"), dict):
            moved["balance_transaction"]["fee"] = self.fee
        if intent.get("next_action"):
            back = self._returns.get(intent["id"], "")
            bank = f"https://bank.example/{intent['id']}?back={back}"
            intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"url": bank}}
        return json.dumps(intent).encode()


@asynccontextmanager
async def taking_cards(plain: Runtime, door: Door) -> AsyncGenerator[Runtime]:
    """Open a runtime that takes cards at the door, with a price of 2.5 cents a credit."""
    settings = replace(plain.settings, stripe_key=KEY, stripe_webhook_secret=SECRET, stripe_address=door.address)
    runtime = replace(plain, settings=settings)
    await runtime.db.open()
    await credit_price.set_prices(runtime, operator("tests"), None, currency="EUR", steps=[Step(0, 25_000)])
    yield runtime
    await runtime.db.close()
