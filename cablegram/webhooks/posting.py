"""Send one event to one endpoint, once, and say what came of it. Nothing is repeated here, no redirection followed.

Sockets lead to the open internet alone, whatever a name resolves to (`runtime.caller`); of an answer no more is read
than is kept to be looked at, a little more to let the connection serve again, and nobody is waited for longer than
`PATIENCE`.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from cablegram.connectors.providers.contract import HttpRequest
from cablegram.connectors.providers.sigv4 import Signer
from cablegram.kit.clock import Clock
from cablegram.kit.storable import storable
from cablegram.runtime.caller import Answered, Caller, Unanswered, Unsent
from cablegram.webhooks import notification, schedule, sign, telling
from cablegram.webhooks.model import Due, Form, Outcome, Target, Transport
from cablegram.webhooks.secrets import Keys

PATIENCE = 15.0  # seconds for all of an attempt
MOST_READ = 65_536  # bytes of an answer
KEPT = 1_000  # characters of it
_HEADERS = (("Content-Type", "application/json"), ("User-Agent", "Cablegram-Webhooks/1"))


class Sender:
    """Sends to one endpoint, with what it knows of its keys. Make a new one when the endpoint changed."""

    def __init__(self, target: Target, keys: Keys, caller: Caller, clock: Clock, *, patience: float = PATIENCE) -> None:
        self.target = target
        self._keys = keys
        self._caller = caller
        self._clock = clock
        self._patience = patience
        self._signer: Signer | None = None
        if target.transport is Transport.SNS:
            self._signer = Signer(
                "sns", region_of(target.topic), access_key=keys.access_key, secret_key=keys.secret_key
            )

    async def send(self, due: Due) -> Outcome:
        """Make one attempt. Whatever goes wrong is an outcome."""
        now = self._clock.now()
        request = self._request(due, now)
        began = asyncio.get_running_loop().time()
        answer: Answered | None = None
        error = ""
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._caller.call(
                    request.method,
                    request.url,
                    headers=request.headers,
                    body=request.body,
                    seconds=self._patience,
                    most=MOST_READ,
                )
        except TimeoutError:
            error = f"no whole answer within {self._patience:g} seconds"
        except (Unsent, Unanswered) as problem:
            error = storable(str(problem))[:KEPT]
        took = round((asyncio.get_running_loop().time() - began) * 1000)
        return Outcome(None, took, "", error, is_ok=False) if answer is None else _outcome(answer, took, now)

    def _request(self, due: Due, now: datetime) -> HttpRequest:
        body = telling.body(due.kind, due.at, due.sequence, due.data)
        if self.target.form is Form.NOTIFICATION:
            body = notification.of(due.kind, due.at, due.sequence, due.data)
        if self._signer is not None:
            return self._signer.sign(_publication(self.target, due, body), now)
        signed = sign.headers(self._keys.secrets(now), str(due.id), now, body)
        return HttpRequest("POST", self.target.url, (*_HEADERS, *signed), body.encode())


def region_of(topic: str) -> str:
    """Return the region that the ARN of a topic names."""
    return topic.split(":")[3]


def _publication(target: Target, due: Due, body: str) -> HttpRequest:
    """Return the request that publishes to a topic of SNS; what subscribers filter by goes along as attributes."""
    attributes = {"type": due.kind, "webhook-id": str(due.id), "sequence": str(due.sequence)}
    fields = {"Action": "Publish", "Version": "2010-03-31", "TopicArn": target.topic, "Message": body}
    for n, (name, value) in enumerate(attributes.items(), 1):
        entry = f"MessageAttributes.entry.{n}"
        fields |= {f"{entry}.Name": name, f"{entry}.Value.DataType": "String", f"{entry}.Value.StringValue": value}
    if target.topic.endswith(".fifo"):
        fields |= {"MessageGroupId": str(target.id), "MessageDeduplicationId": str(due.id)}
    headers = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), _HEADERS[1])
    return HttpRequest("POST", target.url, headers, urlencode(fields).encode())


def _outcome(answer: Answered, milliseconds: int, now: datetime) -> Outcome:
    is_ok = schedule.is_taken(answer.status)
    said = storable(answer.body[: 4 * KEPT].decode(errors="replace"))[:KEPT]
    if is_ok:
        return Outcome(answer.status, milliseconds, said, "", is_ok=True)
    error = f"it answers {answer.status}"
    if 300 <= answer.status < 400:
        error = f"it answers {answer.status} and leads elsewhere, where nothing is sent: give that address instead"
    return Outcome(answer.status, milliseconds, said, error, is_ok=False, asked=_asked(answer, now))


def _asked(answer: Answered, now: datetime) -> timedelta | None:
    """Return what `Retry-After` asks for, in seconds or until a moment (RFC 9110, section 10.2.3)."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), schedule.LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, IndexError):
        return None
    if until.tzinfo is None:
        return None
    return max(timedelta(), min(until - now, schedule.LONGEST_ASKED))
