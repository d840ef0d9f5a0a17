"""Sending, finding and reading messages."""

from __future__ import annotations

import asyncio
import json
import re
from uuid import UUID

import pytest

from calling import Client, Served

TWO_CREDITS = 2_000_000  # a segment to Spain, by the demo tariff


@pytest.mark.req("R46")
async def test_a_message_is_accepted_charged_and_answered_with_what_the_contract_names(customer: Client) -> None:
    reply = await customer.post(
        "/v1/messages",
        {"from": "Acme", "to": "+34600000118", "text": "Your table is ready", "client_ref": "booking-17"},
    )
    assert reply.status == 202
    answer = reply.json
    assert UUID(answer["id"]).version == 7
    assert {name: answer[name] for name in ("status", "encoding", "segments", "price")} == {
        "status": "queued",
        "encoding": "gsm0338",
        "segments": 1,
        "price": TWO_CREDITS,
    }
    assert (answer["to"], answer["from"], answer["client_ref"]) == ("+34600000118", "Acme", "booking-17")
    assert (await customer.get("/v1/account")).json["balance"] == 98_000_000


@pytest.mark.req("R46")
async def test_a_program_s_own_name_for_a_message_comes_back_in_every_answer(customer: Client) -> None:
    wanted = {"to": "+34600000118", "text": "Your table is ready", "client_ref": "booking-17", "schedule": {
        "any_day": {"from": "23:00", "to": "23:30"}
    }}  # fmt: skip
    made = (await customer.post("/v1/messages", wanted)).json
    path = f"/v1/messages/{made['id']}"
    (listed,) = (await customer.get("/v1/messages?client_ref=booking-17")).json["items"]
    shown, ended = (await customer.get(path)).json, (await customer.post(f"{path}/cancel", {})).json
    await customer.post("/v1/messages", {**wanted, "to": "+34912345678"})
    (refused,) = (await customer.get("/v1/refused_messages")).json["items"]
    assert [one["client_ref"] for one in (made, listed, shown, ended, refused)] == ["booking-17"] * 5
    assert (made["status"], ended["status"]) == ("scheduled", "cancelled")


@pytest.mark.req("R17", "R37")
async def test_price_is_tariff_times_segments_of_the_text_as_it_is_encoded(customer: Client) -> None:
    reply = await customer.send(text="Ваш столик готов! " * 8)
    assert (reply.json["encoding"], reply.json["segments"], reply.json["price"]) == ("ucs2", 3, 3 * TWO_CREDITS)


@pytest.mark.req("R30", "R31")
async def test_a_number_is_taken_as_people_write_it(customer: Client) -> None:
    for written in ("+34 600 000 118", "0034600000118", "600 000 118", "34600000118", "(+34) 600-000-118"):
        assert (await customer.send(written)).json["to"] == "+34600000118"


@pytest.mark.req("R85")
async def test_a_saved_template_is_filled_with_the_variables_of_the_call(customer: Client) -> None:
    made = await customer.post("/v1/templates", {"name": "Ready", "text": "Hello {{ name }}, it is ready"})
    body = {"to": "+34600000118", "template_id": made.json["id"], "variables": {"name": "Inés"}}
    sent = await customer.post("/v1/messages", body)
    assert (await customer.get(f"/v1/messages/{sent.json['id']}")).json["text"] == "Hello Inés, it is ready"
    refused = await customer.post("/v1/messages", {**body, "variables": {"first_name": "Inés"}})
    assert (refused.status, refused.code) == (403, "missing_variable")
    gone = await customer.post("/v1/messages", {**body, "template_id": "0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"})
    assert (gone.status, gone.code) == (404, "template_not_found")


@pytest.mark.req("R86")
async def test_what_the_call_does_not_say_the_contact_tells(customer: Client) -> None:
    made = await customer.post("/v1/contact_lists", {"name": "Guests"})
    csv = "number,name,place\n+34600000118,Inés,Vigo\n"
    assert (await customer.put_file(f"/v1/contact_lists/{made.json['id']}/contacts", csv)).status == 200
    template = await customer.post("/v1/templates", {"name": "T", "text": "{{ name }} in {{ place }}, {{ number }}"})
    body = {"template_id": template.json["id"], "variables": {"place": "Lugo"}}
    items = [{**body, "to": "600 000 118"}, {**body, "to": "+34600000129"}, {**body, "to": "nobody"}]
    known, stranger, nobody = (await customer.post("/v1/messages/batch", {"messages": items})).json["items"]
    text = (await customer.get(f"/v1/messages/{known['id']}")).json["text"]
    assert text == "Inés in Lugo, +34600000118"
    assert [one["error"]["code"] for one in (stranger, nobody)] == ["missing_variable"] * 2


@pytest.mark.req("R37")
async def test_smart_encoding_is_done_on_request_and_told(customer: Client) -> None:
    text = "It’s Łukasz"
    plain = await customer.post("/v1/messages", {"to": "+34600000118", "text": text})
    assert (plain.json["encoding"], "replaced" in plain.json) == ("ucs2", False)
    smart = await customer.post("/v1/messages", {"to": "+34600000118", "text": text, "smart_encoding": True})
    assert (smart.json["encoding"], smart.json["replaced"]) == ("gsm0338", {"’": "'", "Ł": "L"})
    assert (await customer.get(f"/v1/messages/{smart.json['id']}")).json["text"] == "It's Lukasz"


@pytest.mark.req("R55", "R121")
async def test_a_picture_needs_an_address_and_a_connector_that_carries_it(served: Served, customer: Client) -> None:
    body = {"to": "+34600000118", "text": "Look at this"}
    for url in ("ftp://example.com/a.png", "example.com/a.png", "https://exa mple.com/a.png", "https://é.com/a.png"):
        reply = await customer.post("/v1/messages", {**body, "media_url": url})
        assert (reply.status, reply.faults) == (400, [("media_url", "address_invalid")]), url
    picture = {**body, "media_url": "http://127.0.0.1:8080/a.png"}
    reply = await customer.post("/v1/messages", picture)
    assert (reply.status, reply.faults) == (403, [("media_url", "media_not_carried")])

    operator = await served.operator()
    (connector,) = (await operator.get("/v1/connectors")).json["items"]
    settings = {**connector["settings"], "media_tlv": 0x1401}
    assert (await operator.call("PATCH", f"/v1/connectors/{connector['id']}", {"settings": settings})).status == 200
    reply = await customer.post("/v1/messages", picture)
    assert (reply.status, reply.faults) == (403, [("media_url", "address_not_public")])
    batch = (await customer.post("/v1/messages/batch", {"messages": [picture, body]})).json
    assert (batch["items"][0]["error"]["code"], batch["accepted"]) == ("address_not_public", 1)
    many = {"messages": [{**body, "media_url": f"https://example.com/{n}.png"} for n in range(21)]}
    assert (await customer.post("/v1/messages/batch", many)).code == "too_many_media"
    sent = (await customer.get(f"/v1/messages/{batch['items'][1]['id']}")).json
    assert (sent["media_url"], sent["segments"], sent["billed_segments"], sent["gateway_segments"]) == (None, 1, 1, 1)


@pytest.mark.req("R16")
async def test_without_tariff_nothing_is_sent_or_charged(served: Served, customer: Client) -> None:
    operator = await served.operator()
    assert (await operator.put_file("/v1/tariffs", "prefix,country,name,price\n1,US,United States,1\n")).status == 200
    reply = await customer.send()
    assert (reply.status, reply.code, reply.faults) == (403, "no_tariff", [("to", "no_tariff")])
    assert (await customer.get("/v1/account")).json["balance"] == 100_000_000


@pytest.mark.req("R19")
async def test_without_credit_nothing_is_sent(served: Served) -> None:
    poor = await served.customer(credit=1)
    reply = await poor.send()
    assert (reply.status, reply.code) == (402, "insufficient_credit")
    assert (await poor.get("/v1/messages")).json == {"items": [], "next": None}


@pytest.mark.req("R49")
async def test_a_sender_must_be_the_accounts_own(served: Served) -> None:
    strict = await served.customer(open_senders=False)
    reply = await strict.post("/v1/messages", {"from": "Bank", "to": "+34600000118", "text": "Your card is blocked"})
    assert (reply.status, reply.code, reply.faults) == (403, "sender_not_owned", [("from", "sender_not_owned")])
    assert (await strict.send()).status == 202  # its own default sender


@pytest.mark.req("R52")
async def test_a_message_is_found_by_its_id_and_by_each_filter(customer: Client) -> None:
    first = (await customer.send(client_ref="one")).json["id"]
    second = (await customer.send("+447400123456", "Another text altogether", client_ref="two")).json["id"]

    async def found(query: str) -> list[str]:
        return [one["id"] for one in (await customer.get(f"/v1/messages?{query}")).json["items"]]

    assert (await customer.get(f"/v1/messages/{first}")).json["client_ref"] == "one"
    assert await found("") == [second, first]
    assert await found("client_ref=one") == [first]
    assert await found("to=%2B447400123456") == [second]
    assert await found("q=altogether") == [second]
    assert await found("status=queued&q=Hello") == [first]
    assert await found("status=delivered") == []
    assert await found("date_to=2020-01-01T00:00:00Z") == []
    assert await found("date_from=2020-01-01T00:00:00%2B02:00&client_ref=two") == [second]
    assert await found("campaign_id=0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11") == []


async def test_a_timeline_begins_with_the_acceptance(customer: Client) -> None:
    sent = await customer.send()
    told = (await customer.get(f"/v1/messages/{sent.json['id']}/timeline")).json
    assert told["message"]["id"] == sent.json["id"]
    assert [one["kind"] for one in told["items"]] == ["accepted", "checked", "routed", "priced", "charged"]


async def test_the_parts_of_a_message_are_shown_as_they_go_over_the_wire(customer: Client) -> None:
    sent = await customer.send(text="b" * 161)
    parts = (await customer.get(f"/v1/messages/{sent.json['id']}/parts")).json["items"]
    assert [one["part"] for one in parts] == [1, 2]
    fields = {one["name"]: one["value"] for one in parts[1]["fields"]}
    assert (fields["destination_addr"], fields["text"]) == ("34600000118", "b" * 8)
    assert bytes.fromhex(parts[1]["pdu"]).endswith(b"b" * 8)


async def test_another_accounts_message_is_not_there(served: Served, customer: Client) -> None:
    sent = await customer.send()
    other = await served.customer()
    for path in ("", "/timeline", "/parts"):
        reply = await other.get(f"/v1/messages/{sent.json['id']}{path}")
        assert (reply.status, reply.code) == (404, "message_not_found")


async def test_pages_stay_as_they_are_while_messages_come_in(customer: Client) -> None:
    sent = [(await customer.send(client_ref=str(place))).json["id"] for place in range(5)]
    page = (await customer.get("/v1/messages?limit=2&status=queued")).json
    seen = [one["id"] for one in page["items"]]
    await customer.send()
    while page["next"]:
        page = (await customer.get(page["next"])).json
        seen += [one["id"] for one in page["items"]]
        await customer.send()
    assert seen == sent[::-1]


@pytest.mark.req("R13")
async def test_a_thousand_messages_go_over_one_connection(served: Served) -> None:
    customer = await served.customer(credit=3000)
    body = b'{"to": "+34600000118", "text": "Hello from Cablegram"}'
    head = f"POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: {customer.headers['Authorization']}\r\n"
    request = f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    reader, writer = await asyncio.open_connection(*served.address.removeprefix("http://").split(":"))
    ids: set[str] = set()
    for _ in range(1000):
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 202 ")
        (length,) = re.findall(rb"content-length: (\d+)", answer)
        ids.add(json.loads(await reader.readexactly(int(length)))["id"])
    writer.close()
    assert len(ids) == 1000
