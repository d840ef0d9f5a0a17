"""What watchdogs, load balancers and Prometheus ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

import make
import traffic
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.options import CarrierOptions, Outcomes
from cablegram.simulators.serve import running
from calling import Client, Reply, Served, serving
from dispatching import carrier, dispatching, until, until_all

FAST = CarrierOptions(
    smpp_port=0, http_port=0, response_delay=(0, 0.002), receipt_delay=(0.005, 0.02), outcomes=Outcomes(0, 0, 0)
)


async def test_a_process_that_lives_says_so_to_anybody(served: Served) -> None:
    reply = await served.client(None).get("/healthz")
    assert (reply.status, reply.json) == (200, {"status": "ok"})


async def test_a_process_with_its_database_is_ready(served: Served) -> None:
    reply = await served.client(None).get("/readyz")
    assert (reply.status, reply.json) == (200, {"status": "ready", "sending": "on"})


async def test_what_keeps_a_process_from_being_ready_is_named(served: Served, rt: Runtime) -> None:
    async with rt.db.connection() as conn:
        await conn.execute("DELETE FROM migration WHERE name LIKE '0009%'")
        await conn.execute("UPDATE migration SET hash = 'another' WHERE name LIKE '0003%'")
        await conn.execute("INSERT INTO migration (name, hash) VALUES ('9999_pre_of_a_newer_program.sql', 'x')")
    reply = await served.client(None).get("/readyz")
    assert (reply.status, reply.code) == (503, "not_ready")
    assert reply.faults == [("schema", "migration_missing"), ("schema", "migration_changed")]
    assert "0009_pre_find_by_time.sql" in reply.json["errors"][0]["message"]
    assert (await served.client(None).get("/healthz")).status == 200


async def test_figures_are_for_the_operator_alone(served: Served, customer: Client) -> None:
    operator = await served.operator()
    replies = [
        await client.get("/metrics") for client in (served.client(None), served.client("sk_x"), customer, operator)
    ]
    assert [reply.status for reply in replies] == [401, 401, 403, 200]
    assert replies[-1].headers["Content-Type"].startswith("text/plain; version=0.0.4")


async def test_the_token_of_the_settings_opens_the_figures_and_nothing_else(rt: Runtime) -> None:
    own = replace(rt, settings=replace(rt.settings, metrics_token="a word"))
    async with serving(own) as served:
        assert (await (await served.operator()).get("/metrics")).status == 200
        watcher = served.client("a word")
        assert (await watcher.get("/metrics")).status == 200
        assert (await watcher.get("/v1/messages")).status == 401
        assert (await served.client("another").get("/metrics")).status == 401


async def test_after_real_traffic_the_figures_say_what_happened(rt: Runtime) -> None:
    await upkeep.prepare_days(rt)
    who = await make.account(rt, credits=5000, default_country="ES")
    async with running(FAST) as peer, serving(rt) as served:
        await carrier(rt, peer.smpp_port, window=10)
        async with dispatching(rt, reports=True):
            drafts = [traffic.draft(who, "a" * (161 if n % 4 == 0 else 9), to=f"+34600000{n:03d}") for n in range(20)]
            await traffic.accepted(rt, drafts)
            await until_all(rt, delivered=20)
            operator = await served.operator()
            assert (await operator.send(**{"from": "Acme"})).status == 202

            async def sample() -> Mapping[str, float]:
                return sums(await operator.get("/metrics"))

            found = await until(sample, lambda found: found["cablegram_receipts_total"] == 26)
    assert found["cablegram_messages_accepted_total"] == 21
    assert found["cablegram_messages{state=delivered}"] >= 20
    assert found["cablegram_messages_entered_total{state=submitted}"] >= 20
    assert found["cablegram_link_answers_total{verdict=taken}"] >= 25
    assert found["cablegram_link_state{state=bound}"] == 1
    assert found["cablegram_link_window_free"] >= 9
    assert found["cablegram_connector_window"] == 10
    assert found["cablegram_dispatchers_alive"] == 1
    assert found["cablegram_process_up"] == 1
    assert found["cablegram_commit_seconds_count{work=record}"] >= 1
    assert found["cablegram_commit_seconds_count{work=claim}"] >= 2
    assert found["cablegram_commit_messages_total{work=claim}"] >= 20
    assert found["cablegram_database_bytes"] > 1_000_000


def sums(reply: Reply) -> dict[str, float]:
    """Add samples up by name, and by name with each of the words that tell them apart."""
    assert reply.status == 200
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(reply.body.decode()):
        for sample in family.samples:
            tags = [f"{{{key}={sample.labels[key]}}}" for key in ("state", "verdict", "work") if key in sample.labels]
            for name in (sample.name, *(sample.name + tag for tag in tags)):
                found[name] = found.get(name, 0.0) + sample.value
    return found


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
async def test_answers_to_watchers_are_kept_by_nobody(served: Served, path: str) -> None:
    assert (await (await served.operator()).get(path)).headers["Cache-Control"] == "no-store"
