"""Described providers for tests: one that takes a number and a text in JSON, and all there are, in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager

import msgspec

from cablegram.connectors.providers.generic.provider import GenericProvider, build
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings
from cablegram.simulators.provider.options import ProviderOptions, Receipts
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Api


def made(secrets: dict[str, str] | None = None, **settings: object) -> GenericProvider:
    """Return a provider of these settings and secrets."""
    settings = {"url": "https://sms.example.com/send", "payload": {"to": "$$To", "text": "$$Body"}} | settings
    return build(msgspec.convert(settings, GenericSettings), GenericSecrets(values=secrets or {}))


@contextmanager
def in_a_thread(api: Api) -> Generator[str]:
    """Run a simulated provider in a thread of its own, for commands under test that have this one; give its address."""
    is_up, urls = threading.Event(), list[str]()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def live() -> None:
        async with running(api, ProviderOptions(port=0, receipts=Receipts.NONE)) as found:
            urls.append(found.url)
            is_up.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()))
    thread.start()
    assert is_up.wait(10)
    yield urls[0]
    loop.call_soon_threadsafe(over.set)
    thread.join()
    loop.close()
