"""The connection to the mail server: opened when there is something to send, kept while there is more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiosmtplib
from aiosmtplib import errors

from cablegram.kit.storable import storable
from cablegram.mail.server import Server
from cablegram.mail.verdicts import Outcome, Stage, judge

_PATIENCE = 20.0  # seconds without an answer
_MOST = 60.0  # seconds for a whole letter: a server that answers a little now and then holds nobody for long
_FRESH = 1.0  # seconds for which a connection is taken to be alive
_MOST_TOLD = 300  # characters of what a server says


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of handing a letter over, and what the server said."""

    outcome: Outcome
    text: str


class Wire:
    """One connection. It is opened again by itself when the server closed it between two letters."""

    def __init__(self, server: Server, *, greets_as: str) -> None:
        self._server = server
        self._greets_as = greets_as
        self._smtp: aiosmtplib.SMTP | None = None
        self._used_at = 0.0

    async def hand_over(self, sender: str, recipient: str, message: bytes) -> Verdict:
        """Hand a letter to the server. It is taken if, and only if, the verdict says so; a lost answer is no yes."""
        try:
            async with asyncio.timeout(_MOST):
                smtp = await self._open()
        except (errors.SMTPException, OSError, ValueError) as error:
            self._drop()
            return Verdict(Outcome.SERVER, _told(f"{self._server.name}: {_why(error)}"))
        try:
            async with asyncio.timeout(_MOST):
                _, answer = await smtp.sendmail(sender, [recipient], message)
        except (errors.SMTPException, OSError, ValueError) as error:
            outcome = _outcome(error)
            if outcome in {Outcome.SERVER, Outcome.LATER}:
                self._drop()
            return Verdict(outcome, _told(_why(error)))
        self._used_at = asyncio.get_running_loop().time()
        return Verdict(Outcome.TAKEN, _told(answer))

    async def close(self) -> None:
        """Say goodbye, if there is a connection."""
        smtp, self._smtp = self._smtp, None
        if smtp is None or not smtp.is_connected:
            return
        try:
            await smtp.quit(timeout=2.0)
        except (errors.SMTPException, OSError):
            smtp.close()  # it was to end anyway

    async def _open(self) -> aiosmtplib.SMTP:
        """Return a connection that lives: one that was not used for a moment is asked first."""
        if self._smtp is not None and await self._lives(self._smtp):
            return self._smtp
        server = self._server
        smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            local_hostname=self._greets_as,
            timeout=_PATIENCE,
            use_tls=server.is_tls,
            start_tls=server.starts_tls,
        )
        await smtp.connect()
        self._smtp = smtp
        return smtp

    async def _lives(self, smtp: aiosmtplib.SMTP) -> bool:
        if not smtp.is_connected:
            return False
        if asyncio.get_running_loop().time() - self._used_at < _FRESH:
            return True
        try:
            await smtp.noop()
        except (errors.SMTPException, OSError):
            smtp.close()
            return False
        return True

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _outcome(error: Exception) -> Outcome:
    """Say what comes of a letter that the server did not take."""
    match error:
        case errors.SMTPRecipientsRefused():
            first = error.recipients[0]
            return judge(Stage.RECIPIENT, first.code, first.message)
        case errors.SMTPSenderRefused():
            return judge(Stage.SENDER, error.code, error.message)
        case errors.SMTPResponseException():
            return judge(Stage.DATA, error.code, error.message)
        case ValueError():
            return Outcome.REFUSED  # nothing that could be said over the wire
        case _:
            return Outcome.LATER  # perhaps it was this letter: it has a turn of its own, behind the others


def _why(error: Exception) -> str:
    if isinstance(error, errors.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, errors.SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__


def _told(text: str) -> str:
    return " ".join(storable(text).split())[:_MOST_TOLD]
