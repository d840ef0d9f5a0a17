"""Two carriers and a rule: one goes away, what waits for it goes by the other, once; it comes back and is used."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import make
import traffic
from books import assert_sums_hold, rows
from cablegram.audit.prove import audit
from cablegram.messages import upkeep
from cablegram.routing import explain, rules
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.options import CarrierOptions, Outcomes
from cablegram.simulators.serve import running
from dispatching import PASSWORD, carrier, dispatching, states, until, until_all, until_link
from routes import ANN, rule

FAST = CarrierOptions(
    smpp_port=0, http_port=0, password=PASSWORD, receipt_delay=(0.0, 0.01), outcomes=Outcomes(0, 0, 0)
)
SILENT = CarrierOptions(smpp_port=0, http_port=0, password=PASSWORD, response_delay=(60.0, 60.0))
WINDOW, MESSAGES = 5, 40


async def events(rt: Runtime) -> list[str]:
    return [
        str(kind)
        for (kind,) in await rows(
            rt, "SELECT kind FROM event WHERE kind IN ('connector.away', 'connector.back') ORDER BY id"
        )
    ]


async def test_what_waits_for_a_carrier_that_goes_away_goes_by_the_other_once(rt: Runtime) -> None:
    await upkeep.prepare_days(rt)
    shop = await make.account(rt, credits=5_000, default_country="ES")
    await rules.set_policy(rt, ANN, patience=1, rest=1)
    drafts = [traffic.draft(shop, to=f"+346000010{n:02d}") for n in range(MESSAGES)]
    async with running(FAST) as second:
        async with running(SILENT) as first, dispatching(rt):
            port = first.smpp_port
            one = await carrier(rt, port, name="First", window=WINDOW)
            other = await carrier(rt, second.smpp_port, name="Second")
            await rule(rt, one, other, countries=["ES"])
            await until_link(rt, "bound", links=2)
            await traffic.accepted(rt, drafts)
            await until(lambda: states(rt), lambda seen: "submitting" in seen)
            first.carrier.stop()  # what is on the wire is never answered
            for link in tuple(first.carrier.links):
                link.cut()
            lost = first.carrier.stats.submits
        async with dispatching(rt):  # nobody listens at the first any more
            await until_all(rt, unknown=lost, delivered=MESSAGES - lost)
            assert (first.carrier.stats.submits, second.carrier.stats.submits) == (lost, MESSAGES - lost)
            moved = await rows(rt, "SELECT message_id FROM message_event WHERE kind = 'rerouted'")
            assert len(moved) == len(set(moved)) == MESSAGES - lost
            told = await explain.explain(rt, shop, traffic.NUMBER, sender="Acme")
            assert [look.why.split(":")[0] for look in told.connectors] == [
                "It is away",
                "It is the first of the rule that can carry the message.",
            ]

            async with running(replace(FAST, smpp_port=port)) as first_again:
                await until(lambda: events(rt), lambda seen: "connector.back" in seen)
                await traffic.accepted(rt, [traffic.draft(shop, to="+34600002000")])
                await until_all(rt, unknown=lost, delivered=MESSAGES - lost + 1)
                assert first_again.carrier.stats.submits == 1
    assert Counter(await events(rt))["connector.away"] == 1
    await assert_sums_hold(rt)
    assert (await audit(rt)).is_ok
