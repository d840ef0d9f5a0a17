"""People by API: fields, variables, tags, members of lists, records joined or forgotten, forms on web pages."""

from __future__ import annotations

from urllib.parse import urlencode

import aiohttp
import pytest

from calling import Client, Served

ANA, EVA = "+34600000118", "+34600000119"
PAGE = "https://www.example.com"


async def known(customer: Client, *numbers: str) -> str:
    """Put people on a new list and return its id."""
    made = (await customer.post("/v1/contact_lists", {"name": "customers"})).json["id"]
    for number in numbers:
        await customer.call("PUT", f"/v1/contact_lists/{made}/contacts/{number}", {"variables": {"city": "Vigo"}})
    return made


@pytest.mark.req("R89", "R90")
async def test_variables_members_and_all_contacts_are_read_set_and_deleted(customer: Client) -> None:
    list_id = await known(customer, ANA)
    place = f"/v1/contacts/{ANA}/variables"
    assert (await customer.get(place)).json == {"variables": [{"key": "city", "value": "Vigo"}]}
    done = await customer.call("PUT", place, {"variables": [{"key": "age", "value": "7"}]})
    assert done.json == {"variables": [{"key": "age", "value": "7"}]}
    assert (await customer.call("PUT", f"{place}/city", {"value": "Lugo"})).json == {"value": "Lugo"}
    assert (await customer.get(f"{place}/city")).json == {"value": "Lugo"}
    assert (await customer.call("DELETE", f"{place}/city")).status == 204
    gone = await customer.get(f"{place}/city")
    assert (gone.status, gone.code) == (404, "variable_not_found")
    assert (await customer.call("DELETE", place)).status == 204
    other = (await customer.post("/v1/contact_lists", {"name": "others"})).json["id"]
    assert (await customer.post(f"/v1/contact_lists/{other}/join", {"contact_list_ids": [list_id]})).json == {
        "joined": 1
    }
    accept = {**customer.headers, "Accept": "text/csv"}
    whole = await customer.call("GET", "/v1/contacts", headers=accept)
    assert whole.body.decode().splitlines() == ["number,city", f"{ANA},"]
    lists = await customer.call("GET", "/v1/contacts?with_contact_lists=true", headers=accept)
    assert lists.body.decode().splitlines() == ["number,city,contact_lists", f"{ANA},,customers; others"]
    assert (await customer.call("DELETE", f"/v1/contact_lists/{list_id}/contacts/{ANA}")).status == 204
    gone = await customer.call("DELETE", f"/v1/contact_lists/{list_id}/contacts/{ANA}")
    assert (gone.status, gone.code) == (404, "not_on_list")
    replaced = await customer.put_file("/v1/contacts", f"number,city\n{EVA},Vigo\n")
    assert (replaced.json["size"], replaced.json["added"], replaced.json["removed"]) == (1, 1, 1)
    assert [one["number"] for one in (await customer.get("/v1/contacts")).json["items"]] == [EVA]


@pytest.mark.req("R142", "R144")
async def test_fields_and_what_somebody_new_begins_with_are_set(customer: Client) -> None:
    await known(customer, ANA)
    made = await customer.post("/v1/contact_fields", {"name": "plan", "type": "choice", "choices": ["Basic", "Plus"]})
    assert (made.status, made.json["label"]) == (201, "plan")
    found = (await customer.get("/v1/contact_fields")).json["items"]
    assert [one["name"] for one in found if one["is_built_in"]] == [
        "_mobilePhone", "_mobilePhoneStatus", "_smsSubscriptionStatus",
    ]  # fmt: skip
    bad = await customer.call("PUT", f"/v1/contacts/{ANA}/variables/plan", {"value": "Gold"})
    assert (bad.status, bad.code, bad.faults) == (403, "value_unfit", [("variables.plan", "value_unfit")])
    assert (await customer.call("PUT", f"/v1/contacts/{ANA}/variables/plan", {"value": "plus"})).json["value"] == "Plus"
    place = f"/v1/contact_fields/{made.json['id']}"
    unfit = await customer.call("PATCH", place, {"type": "number"})
    assert (unfit.status, unfit.code) == (409, "values_unfit")
    assert (await customer.call("PATCH", place, {"label": "Plan"})).json["label"] == "Plan"
    ordered = await customer.call("PUT", "/v1/contact_field_order", {"field_ids": [made.json["id"]]})
    assert ordered.status == 200
    assert (await customer.call("DELETE", f"{place}?forget_values=true")).status == 204
    assert (await customer.get(f"/v1/contacts/{ANA}/variables/plan")).status == 404
    refused = await customer.call("PUT", "/v1/contact_default", {"subscription": "subscribed"})
    assert (refused.status, refused.code) == (403, "source_needed")
    await customer.call("PUT", "/v1/contact_default", {"subscription": "subscribed", "source": "contract"})
    assert (await customer.get("/v1/contact_default")).json["source"] == "contract"


async def test_records_are_told_joined_copied_and_forgotten(customer: Client) -> None:
    await known(customer, ANA, EVA)
    done = await customer.post("/v1/contact_tags", {"numbers": [ANA], "add": ["VIP"]})
    assert done.json == {"changed": 1, "same": 0, "unknown": 0}
    assert (await customer.get("/v1/contact_tags")).json == {"items": [{"name": "vip", "people": 1}]}
    both = await customer.post("/v1/contact_tags", {"add": ["x"]})
    assert (both.status, both.code) == (403, "nothing_to_do")
    joined = await customer.post(f"/v1/contacts/{ANA}/merge", {"other": EVA})
    assert (joined.json["gone"], joined.json["lists"]) == (EVA, ["customers"])
    story = (await customer.get(f"/v1/contacts/{ANA}/history?kind=edit&limit=1")).json
    assert [one["what"] for one in story["items"]] == [f"{EVA} was joined to this record"]
    assert [one["what"] for one in (await customer.get(story["next"])).json["items"]] == ["Tags changed"]
    copy = await customer.get(f"/v1/contacts/{ANA}/record")
    assert copy.headers["content-type"].startswith("application/json")
    assert copy.json["contact"]["number"] == ANA.lstrip("+")
    gone = await customer.call("DELETE", f"/v1/contacts/{ANA}?reason=asked")
    assert (gone.json["was_contact"], gone.json["messages"]) == (True, 0)
    assert (await customer.get(f"/v1/contacts/{ANA}")).status == 404
    assert (await customer.call("DELETE", "/v1/contact_tags/vip")).status == 204


@pytest.mark.req("R170")
async def test_a_form_comes_from_a_named_page_alone_and_its_answer_tells_nothing(
    served: Served, customer: Client
) -> None:
    tag = (await customer.post("/v1/website_tags", {"name": "Box", "origins": [PAGE], "words": "Offers"})).json
    place = f"{served.address}/tag/{tag['token']}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    form = urlencode({"_mobilePhone": ANA, "_agree": "yes", "_words": "1"})
    async with aiohttp.ClientSession() as browser:
        script = await browser.get(f"{place}.js")
        assert (script.status, script.content_type) == (200, "text/javascript")
        headers = {**kind, "Origin": PAGE, "Accept": "application/json"}
        for _ in range(2):  # whoever was known gets the same answer
            answer = await browser.post(place, data=form, headers=headers)
            assert (answer.status, await answer.json()) == (200, {"ok": True, "message": "Thank you. It has arrived."})
            assert answer.headers["Access-Control-Allow-Origin"] == PAGE
        page = await browser.post(place, data=form, headers={**kind, "Referer": f"{PAGE}/offers"})
        text = await page.text()
        assert (page.status, f'href="{PAGE}/offers"' in text, "<script" in text) == (200, True, False)
        evil = await browser.post(place, data=form, headers={**headers, "Origin": "https://evil.example"})
        assert (evil.status, (await evil.json())["code"]) == (403, "origin_not_allowed")
        wrong = await browser.post(place, data="_mobilePhone=12", headers=headers)
        assert (wrong.status, (await wrong.json())["errors"][0]["field"]) == (403, "_mobilePhone")
        assert (await browser.post(place, json={}, headers={"Origin": PAGE})).status == 415
        for token in ("none", "a%00b"):
            assert (await browser.post(f"{served.address}/tag/{token}", data=form, headers=headers)).status == 404
        assert (await browser.options(place)).status == 204
        assert (await browser.get(place)).status == 200
    found = (await customer.get(f"/v1/contacts/{ANA}")).json
    assert (found["subscription"], found["subscription_source"]) == ("subscribed", "form Box, words 1")
    assert (await customer.call("PATCH", f"/v1/website_tags/{tag['id']}", {"words": "Other"})).json[
        "words_version"
    ] == 2
    assert [one["name"] for one in (await customer.get("/v1/website_tags")).json["items"]] == ["Box"]
    assert (await customer.call("DELETE", f"/v1/website_tags/{tag['id']}")).status == 204
    assert (await customer.get(f"/v1/website_tags/{tag['id']}")).status == 404
