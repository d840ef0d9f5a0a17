"""Connectors and rules of routing, made for tests: nobody connects, a link is what a test says it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.connectors.configure import NewSmpp, add_smpp
from cablegram.connectors.model import Connector, SmppSettings
from cablegram.routing import rules
from cablegram.routing.drafting import NewRule
from cablegram.routing.model import Option, Rule, Strategy
from cablegram.runtime.runtime import Runtime

ANN = operator("Ann")


class Said(TypedDict, total=False):
    """What a rule may say besides its connectors."""

    name: str
    is_own: bool
    strategy: Strategy
    prefixes: Sequence[str]
    countries: Sequence[str]
    senders: Sequence[str]
    classes: Sequence[str]
    is_enabled: bool


async def carrier(
    rt: Runtime, name: str, *, owner: Principal | None = None, fee: int | None = None, state: str = "bound"
) -> Connector:
    """Add a carrier, the operator's or an account's own, whose provider took a test; its link is in a state."""
    settings = SmppSettings(host="127.0.0.1", system_id="cablegram")
    added = await add_smpp(rt, ANN, NewSmpp(name=name, password="p", settings=settings))
    async with rt.db.transaction() as conn:
        await conn.execute(
            "UPDATE connector SET tested_at = created_at, account_id = %s, fee = %s WHERE id = %s",
            [owner and owner.account_id, fee, added.id],
        )
    await link(rt, added, state)
    return added


async def link(rt: Runtime, connector: Connector, state: str) -> None:
    """Say what the only link of a connector is doing."""
    async with rt.db.transaction() as conn:
        await conn.execute(
            "INSERT INTO link (connector_id, number, dispatcher_id, state, since) VALUES (%s, 0, 1, %s, %s) "
            "ON CONFLICT (connector_id, number) DO UPDATE SET state = excluded.state",
            [connector.id, state, rt.clock.now()],
        )


async def rule(rt: Runtime, *connectors: Connector | Option, who: Principal = ANN, **said: Unpack[Said]) -> Rule:
    """Add a rule that takes these connectors in order."""
    options = [one if isinstance(one, Option) else Option(one.id) for one in connectors]
    said.setdefault("name", "Rule")
    return await rules.add(rt, who, NewRule(options=options, **said))


async def waiting(rt: Runtime) -> dict[str, int]:
    """Count what waits by the name of its connector; places in the queue and messages must agree."""
    found = await rows(
        rt,
        "SELECT connector.name, count(*) FROM queue LEFT JOIN message "
        "ON message.id = queue.id AND message.connector_id = queue.connector_id "
        "LEFT JOIN connector ON connector.id = message.connector_id GROUP BY connector.name",
    )
    return {str(name): int(str(count)) for name, count in found}
