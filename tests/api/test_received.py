"""Texts that came in: listed, searched, read, answered, and shown as conversations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from books import rows
from cablegram.connectors.contract import Incoming
from cablegram.dispatch.recorder import Text
from cablegram.inbound.receive import receive
from cablegram.kit.clock import SetClock
from cablegram.kit.ids import ConnectorId, uuid7
from calling import Client, Served

ANA, BEA = "34600000118", "34600000119"


async def written(served: Served, *texts: tuple[str, str]) -> str:
    """Let texts come in for the customer's own number, (from, words) each; return the number."""
    ((address,),) = await rows(served.rt, "SELECT address FROM sender ORDER BY id DESC LIMIT 1")
    for source, words in texts:
        incoming = Text(uuid7(), ConnectorId(uuid7()), Incoming(source, str(address), words), served.rt.clock.now())
        async with served.rt.db.transaction() as conn:
            await receive(conn, [incoming])
    return str(address)


@pytest.mark.req("R66")
async def test_what_came_in_is_listed_searched_read_and_answered(served: Served, customer: Client) -> None:
    address = await written(served, (ANA, "When do you open?"), (BEA, "Thanks!"), (ANA, "Hello??"))
    page = (await customer.get("/v1/received?limit=2")).json
    assert [(one["from"], one["text"]) for one in page["items"]] == [(f"+{ANA}", "Hello??"), (f"+{BEA}", "Thanks!")]
    (first,) = (await customer.get(page["next"])).json["items"]
    assert (await customer.get(f"/v1/received/{first['id']}")).json == first
    assert (first["to"], first["parts"], first["answer_id"]) == (address, 1, None)

    async def found(query: str) -> list[str]:
        return [one["text"] for one in (await customer.get(f"/v1/received?{query}")).json["items"]]

    assert await found(f"from=%2B{ANA}") == ["Hello??", "When do you open?"]
    assert await found(f"from={BEA}&to={address}") == ["Thanks!"]
    assert await found("q=WHEN") == ["When do you open?"]
    assert await found("to=Nobody") == []

    answer = await customer.post("/v1/messages", {"to": first["from"], "from": first["to"], "text": "We open at nine"})
    assert (answer.status, answer.json["from"]) == (202, address)
    stranger = await served.customer()
    assert (await stranger.get(f"/v1/received/{first['id']}")).code == "text_not_found"
    assert (await stranger.get("/v1/received")).json["items"] == []


@pytest.mark.req("R66")
async def test_a_conversation_has_both_directions(served: Served, customer: Client, clock: SetClock) -> None:
    address = await written(served, (BEA, "Hi, it is Bea"), (ANA, "When do you open?"))
    clock.move(timedelta(seconds=5))
    await customer.send(f"+{ANA}", "We open at nine")
    clock.move(timedelta(seconds=5))
    await written(served, (ANA, "Great"))

    talks = (await customer.get("/v1/conversations?limit=1")).json
    assert [(one["number"], one["address"], one["text"]) for one in talks["items"]] == [(f"+{ANA}", address, "Great")]
    assert [one["number"] for one in (await customer.get(talks["next"])).json["items"]] == [f"+{BEA}"]
    assert [one["number"] for one in (await customer.get("/v1/conversations?q=119")).json["items"]] == [f"+{BEA}"]

    page = (await customer.get(f"/v1/conversations/%2B{ANA}?limit=2")).json
    lines = [*page["items"], *(await customer.get(page["next"])).json["items"]]
    assert [(one["is_ours"], one["from"], one["to"], one["text"], one["status"]) for one in lines] == [
        (False, f"+{ANA}", address, "Great", None),
        (True, address, f"+{ANA}", "We open at nine", "queued"),
        (False, f"+{ANA}", address, "When do you open?", None),
    ]
    stranger = await served.customer()
    assert (await stranger.get(f"/v1/conversations/{ANA}")).json == {"items": [], "next": None}
    assert (await stranger.get("/v1/conversations")).json == {"items": [], "next": None}


@pytest.mark.req("R66")
async def test_a_team_works_on_a_conversation(served: Served, customer: Client) -> None:
    await written(served, (BEA, "Hi, it is Bea"), (ANA, "When do you open?"))
    path = f"/v1/conversations/%2B{ANA}"
    assert (await customer.call("PATCH", path, {"is_done": True})).json["is_done"] is True
    assert [one["number"] for one in (await customer.get("/v1/conversations?is_done=false")).json["items"]] == [
        f"+{BEA}"
    ]
    nobody = "019ab6e6-53f0-7bfa-8f5d-4b1a6f0f5b11"
    assert (await customer.call("PATCH", path, {"assigned_to": nobody})).code == "user_not_found"
    assert (await customer.call("PATCH", path, {"assigned_to": None})).json["assigned_to"] is None
    assert (await customer.call("PATCH", "/v1/conversations/34699999999", {})).code == "conversation_not_found"
    assert (await customer.post(f"{path}/notes", {"text": " "})).code == "bad_note"
    note = (await customer.post(f"{path}/notes", {"text": "Open on Saturday"})).json
    assert (await customer.get(f"{path}/notes")).json == {"items": [note]}
    stranger = await served.customer()
    assert (await stranger.get(f"{path}/notes")).json == {"items": []}
    assert (await stranger.call("DELETE", f"/v1/notes/{note['id']}")).code == "note_not_found"
    assert (await customer.call("DELETE", f"/v1/notes/{note['id']}")).status == 204
