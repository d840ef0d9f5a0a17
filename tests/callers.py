"""Providers that call us: connectors over HTTP, messages that they took, and calls signed as they sign them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from urllib.parse import urlencode

from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import importing
from cablegram.connectors import configure, registry
from cablegram.connectors.configure import Change, NewConnector
from cablegram.connectors.contract import PartResult, Result, Verdict
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.twilio_signature import signature
from cablegram.dispatch import record
from cablegram.dispatch import store as dispatch
from cablegram.dispatch.model import Claimed
from cablegram.dispatch.record import Answered
from cablegram.dispatch.turns import Turns
from cablegram.kit.ids import MessageId
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from calling import Reply, Served
from traffic import accepted, draft

ACCOUNT_SID = "AC" + "0" * 32
TOKEN = "twilio-token-of-tests"
_numbers = count(1)


@dataclass(slots=True)
class Provider:
    """A connector over HTTP, and the address at which its provider calls."""

    rt: Runtime
    connector: Connector
    path: str

    def sign(self, form: Mapping[str, str], path: str = "", *, token: str = TOKEN) -> dict[str, str]:
        """Return Twilio's signature of a form, as a header."""
        made = signature(token, self.rt.settings.public + self.path + path, list(form.items()))
        return {"X-Twilio-Signature": made, "Content-Type": "application/x-www-form-urlencoded"}

    async def call(
        self, served: Served, form: Mapping[str, str], *, path: str = "", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Call as Twilio does, signed unless other headers are given."""
        signed = self.sign(form, path) if headers is None else headers
        return await served.client(None).call("POST", self.path + path, data=body(form), headers=signed)


async def add(rt: Runtime, kind: str, settings: dict[str, object], secrets: dict[str, object]) -> Provider:
    """Add a connector of the operator's."""
    kept = registry.read_settings(kind, settings)
    new = NewConnector(kind=kind, name=f"{kind} {next(_numbers)}", settings=kept, secrets=secrets)
    connector = await configure.add(rt, operator("tests"), new)
    return Provider(rt, connector, f"/callbacks/{registry.callback_token(connector, rt.seal)}")


async def twilio(rt: Runtime, **settings: object) -> Provider:
    """Add a connector to Twilio, and bring prices and a day for messages."""
    await importing.load_demo(rt)
    await upkeep.prepare_days(rt)
    return await add(rt, "twilio", {"account_sid": ACCOUNT_SID, **settings}, {"auth_token": TOKEN})


async def give(rt: Runtime, provider: Provider, **secrets: str) -> None:
    """Give a connector other secrets."""
    await configure.change(rt, operator("tests"), provider.connector.id, Change(secrets=secrets))


async def claimed(rt: Runtime, who: Principal, provider: Provider, numbers: Sequence[str]) -> list[Claimed]:
    """Let messages be on the wire to a provider."""
    await accepted(rt, [draft(who, to=number) for number in numbers])
    async with rt.db.transaction() as conn:
        dispatcher_id = await dispatch.new_dispatcher_id(conn)
        await dispatch.register_dispatcher(conn, dispatcher_id, "tests", 1, now=rt.clock.now())
        return await dispatch.claim(
            conn,
            provider.connector.id,
            dispatcher_id,
            room=len(numbers),
            is_window_empty=False,
            after=Turns().after,
            now=rt.clock.now(),
        )


async def took(rt: Runtime, claims: Sequence[Claimed]) -> list[str]:
    """Let the provider have taken messages; return the ids that it gave them."""
    ids = [sid(one.id) for one in claims]
    answered = [
        Answered(Result(one.id, [PartResult(Verdict.TAKEN, provider_id=its)]), one)
        for one, its in zip(claims, ids, strict=True)
    ]
    async with rt.db.transaction() as conn:
        await record.results(conn, answered, now=rt.clock.now())
    return ids


async def sent(rt: Runtime, who: Principal, provider: Provider, *numbers: str) -> list[str]:
    """Let a provider have taken messages to these numbers; return the ids that it gave them."""
    return await took(rt, await claimed(rt, who, provider, numbers))


def sid(message_id: MessageId) -> str:
    """Return the id that Twilio gives a message."""
    return f"SM{message_id.hex}"


def body(form: Mapping[str, str]) -> bytes:
    """Write a form as the body of a call."""
    return urlencode(form).encode()


def receipt(its: str, status: str, error: str = "", *, number: str = "+34600000118") -> dict[str, str]:
    """Return a receipt of Twilio's."""
    form = {"MessageSid": its, "MessageStatus": status, "To": number, "From": "Tests", "AccountSid": ACCOUNT_SID}
    return {**form, "ErrorCode": error} if error else form


def text(its: str, words: str, *, source: str, destination: str) -> dict[str, str]:
    """Return a text as Twilio tells it."""
    form = {"MessageSid": its, "SmsStatus": "received", "From": source, "To": destination, "Body": words}
    return {**form, "AccountSid": ACCOUNT_SID, "NumMedia": "0"}


async def exchanges(rt: Runtime) -> list[tuple[object, ...]]:
    """Return what was kept of calls: status and verdict, oldest first."""
    return await rows(rt, "SELECT status, verdict FROM exchange WHERE kind = 'callback' ORDER BY at, id")


async def states(rt: Runtime) -> list[object]:
    """Return where messages stand, oldest first."""
    return [state for (state,) in await rows(rt, "SELECT state::text FROM message ORDER BY id")]


SOON = timedelta(seconds=2)
