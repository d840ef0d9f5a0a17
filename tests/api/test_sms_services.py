"""SMS services by call: asked for, decided about, subscribed to, written from, read and told of by carriers."""

from __future__ import annotations

from uuid import UUID

import pytest

from cablegram.campaigns.fan_out import FanOut
from cablegram.kit.ids import CampaignId
from calling import Client, Served

FORM = {
    "country": "US",
    "keyword": "Deals",
    "name": "Best deals",
    "minimum_age": 18,
    "opt_in": "double",
    "use": "marketing",
    "frequency": 4,
    "terms_url": "https://example.com/terms",
    "phone": "+13055702828",
    "examples": ["DEALS: shoes 20 % off"],
    "advertising": ["Text DEALS to 12345"],
}
ANA, BEA = "+12015550118", "+12015550119"


async def approved(served: Served, customer: Client, **more: object) -> str:
    operator = await served.operator()
    await operator.post("/v1/short_codes", {"country": "US", "digits": "12345"})
    asked = await customer.post("/v1/sms_services", {**FORM, **more})
    assert (asked.status, asked.json["status"]) == (201, "requested")
    waiting = (await operator.get("/v1/sms_service_requests")).json["items"]
    assert [one["service"]["keyword"] for one in waiting] == [asked.json["keyword"]]
    path = f"/v1/sms_service_requests/{asked.json['id']}"
    assert (await operator.post(f"{path}/reject", {})).code == "reason_needed"
    assert (await operator.post(f"{path}/approve", {})).json["status"] == "approved"
    return asked.json["id"]


@pytest.mark.req("R68", "R69", "R74", "R77", "R78", "R167")
async def test_a_service_goes_from_its_request_to_its_first_message(served: Served) -> None:
    customer = await served.customer(country="US", open_senders=False)
    service = await approved(served, customer)
    path = f"/v1/sms_services/{service}"
    texts = (await customer.get(path)).json["texts"]
    assert {says: one["segments"] for says, one in texts.items()} == {
        "reminder": 1, "help": 1, "opt_in": 1, "opt_out": 1, "welcome": 2,
    }  # fmt: skip

    message = {"to": ANA, "text": "DEALS: hats too", "service_id": service}
    assert (await customer.post("/v1/messages", message)).code == "not_a_subscriber"
    assert (
        await customer.post("/v1/messages", {"to": ANA, "text": "Without", "from": "12345"})
    ).code == "sender_shared"
    stranger = await served.customer(country="US")
    assert (await stranger.post("/v1/messages", message)).code == "program_not_found"

    assert (await customer.post(f"{path}/subscribers", {"number": ANA, "words": " "})).code == "words_needed"
    words = {"number": ANA, "words": "I agree to texts", "url": "https://example.com/join", "address": "203.0.113.7"}
    joined = (await customer.post(f"{path}/subscribers", words)).json
    assert (joined["standing"], joined["is_new"], joined["refusal"]) == ("asked", True, None)
    assert (await customer.get(f"{path}/subscribers")).json["items"] == []
    asked = (await customer.get(f"{path}/subscribers?standing=asked")).json["items"]
    assert [one["number"] for one in asked] == [ANA]


@pytest.mark.req("R69", "R79", "R80", "R82")
async def test_subscribers_are_listed_exported_told_of_by_carriers_and_let_go(served: Served) -> None:
    customer = await served.customer(country="US", open_senders=False)
    service = await approved(served, customer, opt_in="single")
    path = f"/v1/sms_services/{service}"
    assert (await customer.post(f"{path}/subscribers", {"number": ANA, "words": "Yes"})).json["standing"] == "in"
    sent = await customer.post("/v1/messages", {"to": ANA, "text": "DEALS: hats too", "service_id": service})
    assert (sent.status, sent.json["from"]) == (202, "12345")
    promotion = (await customer.get(f"{path}/promotion")).json
    assert (promotion["most_in_30_days"], promotion["over_frequency"]) == (1, 0)
    assert "STOP DEALS to 12345" in promotion["disclosure"]
    file = (await customer.call("GET", f"{path}/subscribers", headers={"Accept": "text/csv"})).body.decode()
    assert file.splitlines()[1].startswith(f"{ANA},in,")

    operator = await served.operator()
    notice = {"status": "paused", "number": ANA, "at": "2026-11-22T10:00:00Z"}
    told = {"short_code": "12345", "notices": [notice]}
    assert (await customer.post("/v1/carrier_notices", told)).code == "scope_missing"
    assert (await operator.post("/v1/carrier_notices", told)).json == {"new": 1, "known": 0, "changed": 1}
    bad = {**told, "notices": [{**notice, "new_number": "+12015550119"}]}
    assert (await operator.post("/v1/carrier_notices", bad)).faults == [("notices.0", "bad_notice")]
    assert [one["status"] for one in (await customer.get(f"{path}/notices")).json["items"]] == ["paused"]
    message = {"to": ANA, "text": "DEALS: hats too", "service_id": service}
    assert (await customer.post("/v1/messages", message)).code == "subscriber_paused"
    assert (await customer.call("DELETE", f"{path}/subscribers/{ANA}")).status == 204
    assert (await customer.call("DELETE", f"{path}/subscribers/+12015550119")).code == "not_subscribed_here"
    assert (await customer.post("/v1/sms_services", {**FORM, "keyword": "stop"})).code == "keyword_reserved"
    assert (await customer.post("/v1/sms_services", FORM)).code == "keyword_taken"
    lacking = await customer.call("PATCH", f"{path}/texts", {"welcome": "Welcome!"})
    assert {code for _, code in lacking.faults} == {"text_without_keyword", "text_lacks_fact"}


@pytest.mark.req("R46", "R105", "R84")
async def test_who_left_a_service_is_skipped_by_its_campaign_and_refused_alone_and_neither_is_charged(
    served: Served,
) -> None:
    customer = await served.customer(country="US", open_senders=False)
    service = await approved(served, customer, opt_in="single")
    for number in (ANA, BEA):
        await customer.post(f"/v1/sms_services/{service}/subscribers", {"number": number, "words": "Yes"})
    sheet = f"number\n{ANA}\n{BEA}\n".encode()
    people = (await customer.post("/v1/contact_lists", {"name": "Both"})).json["id"]
    await customer.put_file(f"/v1/contact_lists/{people}/contacts", sheet)
    assert (await customer.call("DELETE", f"/v1/sms_services/{service}/subscribers/{BEA}")).status in {200, 204}
    before = (await customer.get("/v1/account")).json["balance"]
    asked = {"name": "Hats", "text": "DEALS: hats today", "service_id": service, "contact_list_ids": [people]}
    made = (await customer.post("/v1/campaigns", asked)).json
    await customer.post(f"/v1/campaigns/{made['id']}/lifecycle", {"action": "start"})
    await FanOut().step(served.rt, CampaignId(UUID(made["id"])))
    sent = (await customer.get(f"/v1/messages?campaign_id={made['id']}")).json["items"]
    assert {one["to"]: (one["status"], one["reason"]) for one in sent} == {
        ANA: ("queued", None), BEA: ("skipped", "not_a_subscriber")
    }  # fmt: skip
    (one,) = [one for one in sent if one["to"] == ANA]
    assert before - (await customer.get("/v1/account")).json["balance"] == one["price"]
    alone = await customer.post("/v1/messages", {"to": BEA, "text": "DEALS: hats too", "service_id": service})
    assert (alone.status, alone.code) == (403, "not_a_subscriber")


@pytest.mark.req("R78", "R84")
async def test_a_campaign_goes_to_all_subscribers_from_the_short_code(served: Served) -> None:
    customer = await served.customer(country="US", open_senders=False)
    service = await approved(served, customer, opt_in="single")
    await customer.post(f"/v1/sms_services/{service}/subscribers", {"number": ANA, "words": "Yes"})
    asked = {"name": "Hats", "text": "DEALS: hats today", "service_id": service, "all_subscribers": True}
    made = await customer.post("/v1/campaigns", asked)
    assert (made.status, made.json["recipients"]) == (201, 1)
    started = await customer.post(f"/v1/campaigns/{made.json['id']}/lifecycle", {"action": "start"})
    assert started.status == 200
    await FanOut().step(served.rt, CampaignId(UUID(made.json["id"])))
    (sent,) = (await customer.get(f"/v1/messages?campaign_id={made.json['id']}")).json["items"]
    assert (sent["from"], sent["to"]) == ("12345", ANA)
