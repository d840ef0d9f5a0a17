"""The ledger of consent by API: an opt-in with its words, events in pages, and the proof as JSON and as a page."""

from __future__ import annotations

import pytest

from calling import Client

ANA, EVA = "+34600000118", "+34600000119"
SAID = {
    "number": ANA, "words": "Offers of Acme by text. Reply STOP to end. \U0001f388", "words_version": "2026-03",
    "source": "web shop, checkout", "url": "https://acme.example/checkout", "address": "203.0.113.9",
    "at": "2026-01-14T09:30:00Z",
}  # fmt: skip


@pytest.mark.req("R115")
async def test_an_opt_in_is_recorded_with_its_words_and_proved(customer: Client) -> None:
    done = await customer.post("/v1/consent", SAID)
    assert (done.status, done.json["number"], done.json["blacklisted"]) == (200, ANA, False)
    assert (await customer.get(f"/v1/contacts/{ANA}")).json["subscription"] == "subscribed"
    proof = (await customer.get(f"/v1/consent/{ANA}/evidence")).json
    assert (proof["marketing_allowed_by"], proof["subscription"]) == (done.json["id"], "subscribed")
    (event,) = proof["events"]
    assert {name: event[name] for name in SAID} == SAID
    assert (event["kind"], event["how"], event["seq"], len(event["hash"])) == ("opt_in", "api", 1, 64)
    page = await customer.get(f"/v1/consent/{ANA}/evidence.pdf")
    assert (page.headers["content-type"], page.body[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.req("R91")
async def test_events_come_in_pages_newest_first(customer: Client) -> None:
    await customer.call("PUT", f"/v1/blacklist/{ANA}", {"note": "by letter"})
    assert (await customer.post("/v1/consent", SAID)).json["blacklisted"] is True
    first = (await customer.get(f"/v1/consent/{ANA}?limit=1")).json
    second = (await customer.get(first["next"])).json
    assert [one["kind"] for page in (first, second) for one in page["items"]] == ["opt_in", "opt_out"]
    assert second["next"] is None
    proof = (await customer.get(f"/v1/consent/{ANA}/evidence")).json
    assert proof["marketing_allowed_by"] is None
    assert proof["sentence"].startswith("It gets nothing: it is on the blacklist since")


async def test_what_is_no_consent_is_refused(customer: Client) -> None:
    for wrong, answer in (
        ({"words": " "}, (400, "words_needed")), ({"number": "+12345"}, (403, "number_invalid")),
        ({"source": " "}, (403, "source_needed")), ({"at": "2027-01-14T09:30:00Z"}, (403, "at_ahead")),
    ):  # fmt: skip
        refused = await customer.post("/v1/consent", {**SAID, **wrong})
        assert (refused.status, refused.code) == answer
    empty = (await customer.get(f"/v1/consent/{EVA}/evidence")).json
    assert empty["sentence"] == "It is nobody's whom the account knows, and no event allows marketing."
    assert (await customer.get("/v1/consent/+12345")).code == "number_invalid"
