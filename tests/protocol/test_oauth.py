"""A described provider that wants a token, over a link: refused it waits and says so, else it sends (R135)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import structlog

from cablegram.connectors.contract import Arrival, Link, LinkState, Reply, Result, Verdict
from cablegram.connectors.exchange_model import Exchange
from cablegram.connectors.http_link import HttpLink, Way
from cablegram.connectors.providers.kinds import HttpSettings
from cablegram.kit.clock import SystemClock
from cablegram.kit.ids import ConnectorId, uuid7
from cablegram.simulators.provider.described.generic import Generic
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from providers_at_home import FAST, outgoing
from providers_generic import made

_PATIENCE = 10.0


class Heard:
    """Notes results and states."""

    def __init__(self) -> None:
        self.results: asyncio.Queue[Result] = asyncio.Queue()
        self.states: list[tuple[LinkState, str]] = []
        self.changed = asyncio.Event()
        self.exchanges: list[Exchange] = []

    def on_results(self, link: Link, results: Sequence[Result]) -> None:  # noqa: ARG002 - of the Listener's form
        for one in results:
            self.results.put_nowait(one)

    def on_arrivals(self, link: Link, arrivals: Sequence[Arrival]) -> None:
        raise AssertionError(f"nothing arrives: {link} {arrivals}")

    def on_replies(self, link: Link, replies: Sequence[Reply]) -> None:
        raise AssertionError(f"nothing was asked: {link} {replies}")

    def on_room(self, link: Link) -> None:
        """Have nothing more to send."""

    def on_state(self, link: Link, state: LinkState, detail: str) -> None:  # noqa: ARG002 - of the Listener's form
        self.states.append((state, detail))
        self.changed.set()

    def on_exchange(self, link: Link, exchange: Exchange) -> None:  # noqa: ARG002 - of the Listener's form
        self.exchanges.append(exchange)

    def on_trouble(self, link: Link, reason: str) -> None:
        raise AssertionError(f"no account trouble: {link} {reason}")


@pytest.mark.req("R130", "R135")
@pytest.mark.parametrize("secret", ["simulated-secret", "wrong"])
async def test_a_link_logs_in_before_it_sends_and_says_when_it_can_not(secret: str) -> None:
    async with running(Generic(Credentials()), FAST) as simulator:
        provider = made(
            {"client_id": "simulated-account", "client_secret": secret},
            url=f"{simulator.url}/free/send",
            auth={"type": "oauth2", "token_url": f"{simulator.url}/free/token"},
            answer={"id": "id"},
        )
        heard = Heard()
        way = Way(provider, HttpSettings(), allowed=["127.0.0.1"])
        link = HttpLink(ConnectorId(uuid7()), 0, way, heard, clock=SystemClock(), log=structlog.get_logger())
        running_link = asyncio.create_task(link.run())
        try:
            async with asyncio.timeout(_PATIENCE):
                if secret == "wrong":
                    while not any(state is LinkState.LOGIN_FAILED for state, _ in heard.states):
                        heard.changed.clear()
                        await heard.changed.wait()
                    assert link.room() == 0
                    assert "invalid_client" in heard.states[-1][1]
                else:
                    while not link.room():
                        heard.changed.clear()
                        await heard.changed.wait()
                    link.send([outgoing("34600000001")])
                    result = await heard.results.get()
                    assert [part.verdict for part in result.parts] == [Verdict.TAKEN]
        finally:
            await link.stop(grace=1)
            running_link.cancel()
            await asyncio.gather(running_link, return_exceptions=True)
        kept = "".join(one.request + one.answer for one in heard.exchanges)
        assert kept
        assert "simulated-secret" not in kept
        assert "simulated-token" not in kept
