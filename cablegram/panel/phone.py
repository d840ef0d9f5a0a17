"""The simulated phone on the home page: one for each account, at the simulated carrier.

What stands on it went through the whole system by the real protocol, and so does what it answers.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from cablegram.kit.errors import InvalidInput, Unavailable
from cablegram.kit.ids import AccountId
from cablegram.panel.parts import Parts

NAME = "Ana Ferreira"
COUNTRY = "ES"
_NUMBERS = 1_000_000
_AWAY = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(slots=True)
class Line:
    """One text on the phone; "out" is what the account sent."""

    way: str
    text: str
    at: datetime
    note: str


@dataclass(slots=True)
class Phone:
    """What the phone shows. `reply_to` is the newest address it can answer, empty while there is none."""

    number: str
    name: str = NAME
    is_up: bool = False
    lines: list[Line] = field(default_factory=list[Line])
    reply_to: str = ""

    @property
    def can_reply(self) -> bool:
        """Tell whether an answer would find its way."""
        return self.is_up and bool(self.reply_to)


def number_of(account_id: AccountId) -> str:
    """Return the number of an account's phone: a Spanish mobile, always the same."""
    digest = hashlib.sha256(account_id.bytes).digest()
    return f"34600{int.from_bytes(digest[:8], 'big') % _NUMBERS:06d}"


async def look(parts: Parts, number: str) -> Phone:
    """Return what stands on the phone; `is_up` says whether the simulated carrier answered."""
    try:
        # Chosen: a phone on somebody's screen can always be reached.
        async with parts.http.put(_address(parts, number)):
            pass
        async with parts.http.get(_address(parts, number)) as answer:
            return read(number, (await answer.json())["texts"])
    except _AWAY:
        return Phone(number)


def read(number: str, texts: list[dict[str, Any]]) -> Phone:
    """Read the carrier's list of texts, oldest first. Pure."""
    phone = Phone(number, is_up=True)
    for text in texts:
        at = datetime.fromisoformat(text["at"])
        if text["direction"] == "received":
            phone.lines.append(Line("out", text["text"], at, text["from"]))
            # A name can't be answered, here as anywhere.
            phone.reply_to = text["from"] if text["from"].lstrip("+").isdigit() else phone.reply_to
        else:
            note = "on its way" if text["state"] == "waiting" else ""
            phone.lines.append(Line("in", text["text"], at, note))
    return phone


async def reply(parts: Parts, number: str, text: str) -> None:
    """Send a text from the phone to the address that wrote last.

    Raises Unavailable (`simulator_away`), InvalidInput (`nothing_to_answer`, and what the carrier says of the text).
    """
    phone = await look(parts, number)
    if phone.is_up and not phone.reply_to:
        raise InvalidInput("nothing_to_answer", "Nobody who can be answered has written to this phone yet.")
    try:
        body = {"to": phone.reply_to, "text": text}
        async with parts.http.post(f"{_address(parts, number)}/reply", json=body) as answer:
            said = await answer.json()
    except _AWAY:
        raise Unavailable("simulator_away", "The simulated carrier does not answer, so the phone can't send.") from None
    if answer.status != 202:
        raise InvalidInput(said["code"], said["detail"])


@asynccontextmanager
async def watched(parts: Parts, number: str) -> AsyncGenerator[asyncio.Event]:
    """Lend an event that is set whenever something happens on the phone, for as long as the block lasts."""
    news = asyncio.Event()
    watcher = asyncio.create_task(_watch(parts, number, news))
    try:
        yield news
    finally:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)


async def _watch(parts: Parts, number: str, news: asyncio.Event) -> None:
    endless = aiohttp.ClientTimeout(total=None, sock_read=60)
    while True:
        try:
            async with parts.http.get(f"{_address(parts, number)}/events", timeout=endless) as stream:
                async for line in stream.content:
                    if line.startswith((b"event:", b": here")):
                        news.set()
        except _AWAY:
            news.set()  # it went away: that is news too
        await asyncio.sleep(2)


def _address(parts: Parts, number: str) -> str:
    return f"{parts.rt.settings.handsets}/handsets/{number}"
