"""The operator's switch for all sending, and what others see of it."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

import traffic
from books import rows
from calling import Client, Served


@pytest.mark.req("R138")
async def test_the_operator_stops_all_sending_and_lets_it_go_on(served: Served, customer: Client) -> None:
    operator = await served.operator()
    assert (await operator.get("/v1/sending")).json == {"is_stopped": False, "since": None, "by": "", "why": ""}
    stopped = await operator.post("/v1/sending/stop", {"why": "  the wrong\n list "})
    assert (stopped.status, stopped.json["is_stopped"], stopped.json["why"]) == (200, True, "the wrong list")
    again = await operator.post("/v1/sending/stop", {"why": "another"})
    assert again.json == stopped.json, "the first word stands"

    assert (await customer.send(**{"from": "Acme"})).status == 202, "accepted as ever"
    assert await traffic.claimed(served.rt, 10) == []
    seen = (await customer.get("/v1/sending")).json
    assert seen == {"is_stopped": True, "since": stopped.json["since"], "by": "", "why": ""}
    assert (await served.client(None).get("/readyz")).json == {"status": "ready", "sending": "stopped"}
    families = text_string_to_metric_families((await operator.get("/metrics")).body.decode())
    assert [one.samples[0].value for one in families if one.name == "cablegram_sending_stopped"] == [1]

    assert (await operator.call("POST", "/v1/sending/resume")).json["is_stopped"] is False
    assert (await operator.call("POST", "/v1/sending/resume")).code == "sending_not_stopped"
    assert len(await traffic.claimed(served.rt, 10)) == 1
    told = await rows(
        served.rt, "SELECT kind, data ->> 'why', data ->> 'by' <> '' FROM event WHERE kind LIKE 'sending%%' ORDER BY id"
    )
    assert told == [("sending.stopped", "the wrong list", True), ("sending.resumed", None, True)]


async def test_a_customer_stops_nobody(customer: Client) -> None:
    assert (await customer.post("/v1/sending/stop", {})).code == "scope_missing"
    assert (await customer.call("POST", "/v1/sending/resume")).code == "scope_missing"
