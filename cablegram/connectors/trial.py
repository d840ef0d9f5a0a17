"""Try a connector out: one message straight to its provider, and the provider's own answer (R128).

It takes no queue and costs nothing. What was said is kept among the exchanges; once the provider took it, campaigns may
go over the connector, and one that was paused goes on. Over SMPP a bind that succeeds is the test, and is told here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cablegram.accounts import directory
from cablegram.accounts.access import NO_ACCOUNT, Principal
from cablegram.connectors import advice, configure, exchange_store, needs, registry, store
from cablegram.connectors.contract import LinkState, Outgoing, Verdict
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.connectors.http_talk import Told
from cablegram.connectors.model import Connector, LinkStatus
from cablegram.connectors.providers.contract import Context, LogsIn, Token
from cablegram.connectors.talking import talking
from cablegram.events.model import Event
from cablegram.events.model import Kind as EventKind
from cablegram.events.record import record
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import MessageId, uuid7
from cablegram.numbers import e164
from cablegram.runtime import Runtime
from cablegram.text.segments import measure

_BETTER_FIRST = (
    LinkState.BOUND,
    LinkState.THROTTLED,
    LinkState.BINDING,
    LinkState.CONNECTING,
    LinkState.REFUSED,
    LinkState.DOWN,
)
_OFF = "off"


@dataclass(slots=True)
class Outcome:
    """What came of a test.

    `verdict` is that of the message, `login_failed`, or over SMPP the state of the best link; `code` and `words` are
    the provider's own, `explanation` ours. `exchanges` are what was said, secrets taken out.
    """

    connector: Connector
    is_good: bool
    verdict: str
    code: str = ""
    words: str = ""
    explanation: str = ""
    provider_id: str = ""
    exchanges: list[Exchange] = field(default_factory=list[Exchange])
    links: list[LinkStatus] = field(default_factory=list[LinkStatus])


async def run(
    rt: Runtime,
    who: Principal,
    connector_id: UUID,
    *,
    to: str,
    text: str,
    sender: str = "",
    values: Mapping[str, Any] | None = None,
) -> Outcome:
    """Send a test message, and say what the provider answered. `values` are what its form takes besides.

    Raises NotAllowed, NotFound (`connector_not_found`), InvalidInput (`number_invalid` and the like, `bad_character`,
    `provider_values_missing`, `seal_broken`, and what its kind says of settings that it does not take any more).
    """
    connector, links = await configure.get_managed(rt, who, connector_id)
    number = e164.parse(to, await _home(rt, who)).e164
    if connector.smpp:
        return _of_links(connector, links)
    lacking = needs.lacking(connector.traits.needs, values, number)
    if lacking:
        message = f"Each message over {connector.name} must bring along: {', '.join(lacking)}."
        faults = [Fault(f"provider_values.{name}", "provider_values_missing", message) for name in lacking]
        raise InvalidInput("provider_values_missing", message, faults=faults)
    outgoing = Outgoing(MessageId(uuid7()), sender, number, text, measure(text).segments, values=values)
    found = await _talk(rt, connector, outgoing)
    async with rt.db.transaction() as conn:
        exchange_store.keep(conn, found.exchanges)
        now = rt.clock.now()
        if found.is_good and await store.note_test(conn, connector.id, connector.revision, now):
            connector.tested_at, connector.paused_at, connector.paused_reason = now, None, None
            await store.announce_change(conn)
        facts = {"name": connector.name, "by": who.name, "verdict": found.verdict}
        await record(conn, [Event(EventKind.CONNECTOR_TESTED, connector.account_id, connector.id, facts)], now=now)
    return found


async def _home(rt: Runtime, who: Principal) -> str | None:
    return None if who.account_id == NO_ACCOUNT else (await directory.show(rt, who)).default_country


async def _talk(rt: Runtime, connector: Connector, outgoing: Outgoing) -> Outcome:
    """Log in where that is needed, and send the message."""
    provider = registry.provider(connector, rt.seal)
    seconds = connector.http.response_seconds if connector.http else 0
    exchanges: list[Exchange] = []
    token = ""
    async with talking(rt, connector, provider, kind=Kind.TEST, seconds=seconds) as talk:
        if isinstance(provider, LogsIn) and (login := provider.login()):
            found, exchange = await talk.log_in(provider, login)
            exchanges.append(exchange)
            if not isinstance(found, Token):
                why = "The provider gives no token: look at the client's id and secret."
                return Outcome(connector, False, "login_failed", "", exchange.verdict, why, exchanges=exchanges)
            token = found.value
        url = registry.callback_url(connector, rt.seal, rt.settings.public_url)
        context = Context(now=rt.clock.now(), callback_url=url, token=token)
        told = [await talk.send(shipment) for shipment in provider.ship([outgoing], context)]
    return _of_answers(connector, told, exchanges)


def _of_answers(connector: Connector, told: Sequence[Told], before: Sequence[Exchange]) -> Outcome:
    """Say what came of a message: the first part that was not taken tells of all."""
    parts = [part for one in told for parts in one.reading.results for part in parts]
    part = next((one for one in parts if one.verdict is not Verdict.TAKEN), parts[0])
    trouble = next((one.reading.account_trouble for one in told if one.reading.account_trouble), "")
    kind = registry.KINDS[connector.kind]
    explanation = advice.explained(kind, part.code) or (advice.CONSEQUENCES[part.trouble] if part.trouble else "")
    return Outcome(
        connector,
        is_good=part.verdict is Verdict.TAKEN and not trouble,
        verdict=part.verdict.value,
        code=part.code,
        words=part.words or trouble or next((one.why for one in told if one.why), ""),
        explanation=explanation or _SAYINGS[part.verdict],
        provider_id=part.provider_id,
        exchanges=[*before, *(one.exchange for one in told)],
    )


_SAYINGS = {
    Verdict.TAKEN: "The provider took it. Whether it arrives, its receipt will say.",
    Verdict.REFUSED: "The provider refused it.",
    Verdict.THROTTLED: "The provider wants fewer messages at the moment: try again in a while.",
    Verdict.TEMPORARY: "The provider has trouble of its own: try again in a while.",
    Verdict.LOST: "Nobody can say whether the provider took it: there was no answer in time.",
    Verdict.UNWRITTEN: "It was not sent: the provider could not be reached.",
    Verdict.TURNED_AWAY: "The provider refuses this account, not the message.",
}


def _of_links(connector: Connector, links: Sequence[LinkStatus]) -> Outcome:
    """Say how a connector's binds are; the best of them counts."""
    if not connector.is_enabled:
        return Outcome(connector, False, _OFF, words="It is switched off, so it has no links.")
    if not links:
        words = "Nothing keeps its links now: `cablegram up` or `cablegram dispatch` does."
        return Outcome(connector, False, LinkState.DOWN.value, words=words)
    best = min(links, key=lambda link: _place(link.state))
    is_good = best.state in (LinkState.BOUND, LinkState.THROTTLED)
    return Outcome(
        connector,
        is_good=is_good,
        verdict=best.state,
        words=best.detail,
        explanation="The bind stands, which is the test of an SMPP connector." if is_good else _advice(best.state),
        links=list(links),
    )


def _place(state: str) -> int:
    return next((place for place, one in enumerate(_BETTER_FIRST) if one == state), len(_BETTER_FIRST))


def _advice(state: str) -> str:
    if state == LinkState.REFUSED:
        return "The carrier refuses the bind: look at login and password, and whether it knows this address."
    return "There is no bind: look at host and port, and whether a firewall stands between."
