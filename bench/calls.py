"""Providers' calls: signed receipts as Twilio writes them, each for a message of ours that waits for one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from bench.load import press
from bench.ours import Ours
from bench.works import Row, cpu_of
from cablegram.accounts.access import operator
from cablegram.billing.prices import Prices
from cablegram.cli.opening import run
from cablegram.connectors import configure, registry
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.contract import PartResult, Result, Verdict
from cablegram.connectors.model import Connector
from cablegram.connectors.providers.twilio_signature import signature
from cablegram.dispatch import record
from cablegram.dispatch import store as dispatch
from cablegram.dispatch.record import Answered
from cablegram.dispatch.turns import Turns
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.runtime.runtime import Runtime
from cablegram.senders.grant import NewSender, grant

_TOKEN = "token-of-the-bench"  # noqa: S105 - of an account that nobody has
_SENDER = "2000"
_AT_ONCE = 2_000


def callbacks(ours: Ours, folder: Path, *, count: int, connections: int, seconds: float) -> Row:
    """One POST a receipt, answered when it is on disk and its message has moved; after `count` they are repetitions."""
    path, calls = folder / "calls.txt", _taken(ours, count)
    path.write_text("\n".join(calls[1]))
    meter = ours.meter()
    pressed = press(ours.url, "callback", calls[0], str(path), connections=connections, seconds=seconds)
    [(delivered,)] = ours.sql("SELECT count(*) FROM message WHERE state = 'delivered'")
    moved = min(count, pressed.requests)
    faults = [f"{pressed.wrong} refused"] if pressed.wrong else []
    if int(str(delivered)) < moved - connections:
        faults.append(f"only {delivered} of {moved} moved their message")
    rate = pressed.requests / pressed.seconds
    cpu = cpu_of(meter, pressed.requests)
    return Row(f"callbacks c{connections}", "cablegram", rate, pressed.p50, pressed.p99, cpu, ", ".join(faults))


def _taken(ours: Ours, count: int) -> tuple[str, list[str]]:
    """Let Twilio have taken messages; return the path that it calls, and its calls."""

    async def act(rt: Runtime) -> tuple[str, list[str]]:
        settings = registry.read_settings("twilio", {"account_sid": "AC" + "0" * 32})
        new = NewConnector(kind="twilio", name="Twilio", settings=settings, secrets={"auth_token": _TOKEN})
        connector = await configure.add(rt, operator("bench"), new)
        path = f"/callbacks/{registry.callback_token(connector, rt.seal)}"
        sender = NewSender(_SENDER, country="ES", connector_ids=[connector.id])
        async with rt.db.transaction() as conn:
            await grant(conn, ours.who.account_id, sender, now=rt.clock.now())
        calls: list[str] = []
        for start in range(0, count, _AT_ONCE):
            numbers = [f"346{n:08d}" for n in range(start, min(start + _AT_ONCE, count))]
            for its, number in await _send(rt, ours, connector, numbers):
                form = {"MessageSid": its, "MessageStatus": "delivered", "To": f"+{number}", "From": _SENDER}
                signed = signature(_TOKEN, ours.url + path, list(form.items()))
                calls.append(f"{signed} {urlencode(form)}")
        return path, calls

    return run(ours.system.settings, act, process="command", hot=False)


async def _send(rt: Runtime, ours: Ours, connector: Connector, numbers: list[str]) -> list[tuple[str, str]]:
    """Accept messages, and record that they were taken, in one transaction: no dispatcher sees them before."""
    drafts = [
        Draft(account_id=ours.who.account_id, to=f"+{number}", text="Hello", sender=_SENDER) for number in numbers
    ]
    now = rt.clock.now()
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=now)
        ours_alone = await dispatch.new_dispatcher_id(conn)
        await dispatch.register_dispatcher(conn, ours_alone, "bench", 0, now=now)
        claims = await dispatch.claim(
            conn,
            connector.id,
            ours_alone,
            room=len(numbers),
            is_window_empty=True,
            after=Turns().after,
            now=now,
        )
        taken = [Result(one.id, [PartResult(Verdict.TAKEN, f"SM{one.id.hex}")]) for one in claims]
        await record.results(conn, [Answered(one, claim) for one, claim in zip(taken, claims, strict=True)], now=now)
    return [(f"SM{one.id.hex}", one.outgoing.number) for one in claims if one.outgoing]
