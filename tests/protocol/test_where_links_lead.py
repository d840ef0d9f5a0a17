"""Where links of SMPP lead: an operator's anywhere, an account's own never into our house."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from cablegram.connectors.smpp_socket import connect
from cablegram.runtime.guard import Closed


class End:
    """Lives at the end of a connection, and hears that there is one."""

    is_connected = False

    def connected(self, transport: asyncio.Transport) -> None:
        self.is_connected = True
        transport.close()

    def received(self, data: bytes) -> None:
        """Hear nothing."""

    def disconnected(self, error: Exception | None) -> None:
        """Hear nothing."""


async def listening() -> asyncio.Server:
    return await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)


@pytest.mark.req("R171")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433"])
async def test_an_own_link_does_not_connect_to_this_machine_by_any_name(host: str) -> None:
    async with await listening() as server:
        end = End()
        with pytest.raises(Closed):
            await connect(end, host, server.sockets[0].getsockname()[1], allowed=["carrier.example"])
    assert not end.is_connected


@pytest.mark.parametrize("allowed", [None, ["localhost"], ["127.0.0.0/8"]])
async def test_a_link_connects_where_the_operator_wants_it_to(allowed: Collection[str] | None) -> None:
    async with await listening() as server:
        end = End()
        await connect(end, "localhost", server.sockets[0].getsockname()[1], allowed=allowed)
    assert end.is_connected


async def test_where_nobody_listens_it_says_so() -> None:
    async with await listening() as server:
        port = server.sockets[0].getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        await connect(End(), "127.0.0.1", port, allowed=["127.0.0.1"])
