"""What was refused is found again, for a week."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import make
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import Fault, InvalidInput, Unavailable
from cablegram.kit.ids import uuid7
from cablegram.messages import refused, upkeep
from cablegram.messages.refused_calls import RefusedCalls
from cablegram.runtime.runtime import Runtime
from calling import Client, Served

PATH = "/v1/refused_messages"


async def test_a_call_that_was_refused_as_a_whole_stands_there_too(served: Served, customer: Client) -> None:
    good = {"to": "+34600000118", "text": "Hello there"}
    assert (await customer.post("/v1/messages", {**good, "text": 5})).code == "wrong_type"
    assert (await customer.post("/v1/messages", {**good, "nonsense": True})).status == 400
    assert (await customer.post("/v1/messages/batch", {"messages": []})).status == 400
    assert (await customer.post("/v1/messages", {**good, "to": None, "contact_list_ids": [str(uuid7())]})).status >= 400
    await served.api.hot.refused.close()
    found = (await customer.get(PATH)).json["items"]
    assert [(one["endpoint"], one["to"], one["field"]) for one in reversed(found)][:3] == [
        ("POST /v1/messages", "", "text"),
        ("POST /v1/messages", "", "nonsense"),
        ("POST /v1/messages/batch", "", "messages"),
    ]
    assert len(found) == 4
    assert (await (await served.customer()).get(PATH)).json["items"] == []


async def test_a_program_gone_wild_keeps_a_handful_a_minute_and_takes_nobody_elses_place(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    calls = RefusedCalls(rt)
    for _ in range(1_000):
        calls.note(who, "POST /v1/messages", InvalidInput("wrong_value", "Not \0 this.", faults=[Fault("a", "b", "c")]))
    calls.note(who, "POST /v1/messages", Unavailable("too_busy", "Later."))
    calls.note(operator("Ann"), "POST /v1/messages", InvalidInput("wrong_value", "Nobody's."))
    await calls.close()
    assert await rows(rt, "SELECT count(*), min(message) FROM refused_attempt") == [(20, "Not \ufffd this.")]
    other = await make.account(rt)
    calls.note(other, "POST /v1/messages", InvalidInput("wrong_value", "Nor this."))
    clock.move(timedelta(minutes=1))
    calls.note(who, "POST /v1/messages", InvalidInput("wrong_value", "Nor that."))
    await calls.close()
    assert await rows(rt, "SELECT message FROM refused_attempt ORDER BY id DESC LIMIT 2") == [
        ("Nor that.",),
        ("Nor this.",),
    ]


async def test_who_closes_waits_for_what_is_being_written(rt: Runtime, who: Principal) -> None:
    calls = RefusedCalls(rt)
    calls.note(who, "POST /v1/messages", InvalidInput("wrong_value", "Not this."))
    async with rt.db.transaction() as conn:
        await conn.execute("LOCK TABLE refused_attempt IN EXCLUSIVE MODE")
        first = asyncio.create_task(calls.close())
        while not await rows(rt, "SELECT FROM pg_locks WHERE NOT granted AND relation = 'refused_attempt'::regclass"):
            continue
        second = asyncio.create_task(calls.close())
        await asyncio.sleep(0)
        assert not first.done()
        assert not second.done()
    await asyncio.gather(first, second)
    assert await rows(rt, "SELECT count(*) FROM refused_attempt") == [(1,)]


async def test_what_was_refused_is_listed_with_its_reason(served: Served, customer: Client, clock: SetClock) -> None:
    good = {"to": "+34600000118", "text": "Hello there", "from": "34911222333"}
    bad = [{**good, "to": "12 \0 monkeys"}, {**good, "to": "+88213300000", "client_ref": "one"}]
    assert (await customer.post("/v1/messages/batch", {"messages": [good, *bad]})).json["accepted"] == 1
    assert (await customer.send(to="+34912345678", text="Hello there")).code == "number_landline"

    found = (await customer.get(PATH)).json["items"]
    assert [(one["endpoint"], one["to"], one["code"], one["client_ref"]) for one in found] == [
        ("POST /v1/messages", "+34912345678", "number_landline", None),
        ("POST /v1/messages/batch", "+88213300000", "no_tariff", "one"),
        ("POST /v1/messages/batch", "12 \ufffd monkeys", "number_invalid", None),
    ]
    assert (found[0]["field"], found[1]["from"]) == ("to", "34911222333")
    first = (await customer.get(f"{PATH}?limit=1")).json
    assert [one["id"] for one in (await customer.get(first["next"])).json["items"]] == [found[1]["id"]]
    assert [one["id"] for one in (await customer.get(f"{PATH}?code=no_tariff")).json["items"]] == [found[1]["id"]]
    assert (await (await served.customer()).get(PATH)).json["items"] == []

    many = {"messages": [{**good, "to": "12"}] * (refused.MOST_OF_A_CALL + 1)}
    assert (await customer.post("/v1/messages/batch", many)).json["accepted"] == 0
    assert await rows(served.rt, "SELECT count(*) FROM refused_attempt") == [(3 + refused.MOST_OF_A_CALL,)]
    clock.move(timedelta(days=7, seconds=1))
    await upkeep.forget_what_went(served.rt)
    assert (await customer.get(PATH)).json["items"] == []
