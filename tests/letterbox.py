"""A mail server on loopback that keeps what it is given, or says what it is told to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


class Letterbox:
    """What aiosmtpd hands letters to. `says` answers an address, or a letter whose address is right, in its place."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.sessions: set[int] = set()
        self.says: Callable[[str, str], str | None] = lambda stage, address: None  # noqa: ARG005 - nothing to say
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ANN401, ARG002, N802 - aiosmtpd's
        if answer := self.says("recipient", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, ARG002, N802 - aiosmtpd's
        if answer := self.says("data", envelope.rcpt_tos[0]):
            return answer
        self.sessions.add(id(session))
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@asynccontextmanager
async def letterbox(port: int = 0, **options: Any) -> AsyncGenerator[Letterbox]:  # noqa: ANN401 - aiosmtpd's
    box = Letterbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop, **options), "127.0.0.1", port)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()


def parts(letter: EmailMessage) -> tuple[str, str]:
    """Return a letter's text and HTML."""
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()
