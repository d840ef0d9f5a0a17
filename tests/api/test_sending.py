"""The operator's switch for all sending, and what others see of it."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

import traffic
from books import rows
from cablegram.connectors.contract import Verdict
from cablegram.dispatch.resend import send_again
from cablegram.messages.model import MessageClass
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


@pytest.mark.req("R29")
async def test_an_account_sees_what_is_in_question_and_what_was_sent_again(served: Served, customer: Client) -> None:
    sent = await customer.send(**{"from": "Acme"})
    before = (await customer.get("/v1/account")).json
    assert (before["in_question"], before["resent"]) == (0, 0)
    await traffic.answer(served.rt, await traffic.claimed(served.rt, 1), Verdict.LOST)
    doubtful = (await customer.get("/v1/account")).json
    assert doubtful["in_question"] == sent.json["price"] > 0
    async with served.rt.db.connection() as conn:  # long ago, as the one who sends again sees it
        await conn.execute("UPDATE message SET claimed_at = claimed_at - interval '1 minute'")
    assert await send_again(served.rt, [MessageClass.TRANSACTIONAL]) == 1
    after = (await customer.get("/v1/account")).json
    assert (after["in_question"], after["resent"], after["balance"]) == (0, 1, doubtful["balance"])
