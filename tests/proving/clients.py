"""Clients who never give up: they repeat until they have an answer, and remember what they were told."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp

_AGAIN = 0.03
_MAY_BE_DONE = frozenset({"outcome_unknown"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `is_repeated`: an earlier try may have been done already."""

    status: int
    body: bytes
    is_repeated: bool = False

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """Return the body, decoded."""
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """Return the error's code; None for a success."""
        return None if self.status < 400 else self.json["code"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message as the API confirmed it."""

    id: str
    number: str
    price: int


@dataclass(slots=True)
class Told:
    """The clients' ledger: what they were told, and what they can't be sure of."""

    accepted: dict[str, Accepted] = field(default_factory=dict[str, Accepted])  # by number
    asked: set[str] = field(default_factory=set[str])  # numbers, each noted before its message is asked for
    texts: set[str] = field(default_factory=set[str])
    imported: set[str] = field(default_factory=set[str])
    campaigns: dict[str, str] = field(default_factory=dict[str, str])
    faults: list[str] = field(default_factory=list[str])


class Client:
    """A program with a key."""

    def __init__(self, session: aiohttp.ClientSession, address: str, key: str) -> None:
        self._session = session
        self._address = address
        self._key = key

    async def insist(
        self, method: str, path: str, body: object = None, *, data: str | None = None, key: str | None = None
    ) -> Answer:
        """Repeat a call until it is answered; what may be done already is repeated too."""
        is_repeated = False
        while True:
            answer = await self.once(method, path, body, data=data, key=key)
            if answer is not None:
                return Answer(answer.status, answer.body, is_repeated)
            is_repeated = True
            await asyncio.sleep(_AGAIN)

    async def once(
        self, method: str, path: str, body: object = None, *, data: str | None = None, key: str | None = None
    ) -> Answer | None:
        """Repeat a call as long as it is certain that nothing was done; None: nobody can say."""
        headers = {"Authorization": f"Bearer {self._key}"} | ({"Idempotency-Key": key} if key else {})
        headers["Content-Type"] = "text/csv" if data is not None else "application/json"
        content = data if data is not None else None if body is None else json.dumps(body)
        while True:
            try:
                async with self._session.request(method, self._address + path, data=content, headers=headers) as reply:
                    answer = Answer(reply.status, await reply.read())
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(_AGAIN)
                continue
            except (aiohttp.ClientError, TimeoutError, OSError):
                return None
            if answer.status not in {429, 503}:
                return answer
            if answer.code in _MAY_BE_DONE:
                return None
            await asyncio.sleep(_AGAIN)
