"""What was refused is found again, for a week."""

from __future__ import annotations

from datetime import timedelta

from books import rows
from cablegram.kit.clock import SetClock
from cablegram.messages import refused, upkeep
from calling import Client, Served

PATH = "/v1/refused_messages"


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
