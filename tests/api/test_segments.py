"""Segments by API: made in both forms, counted, listed, and used by contacts and campaigns."""

from __future__ import annotations

from typing import Any

import pytest

from calling import Client

FILE = "number,first_name,city\n+34600000001,Ana,Madrid\n+34600000002,Eva,Vigo\n+447400123456,Pat,Leeds\n"


@pytest.fixture
async def people(customer: Client) -> str:
    made = await customer.post("/v1/contact_lists", {"name": "Customers"})
    await customer.put_file(f"/v1/contact_lists/{made.json['id']}/contacts", FILE)
    return made.json["id"]


def numbers(page: Any) -> list[str]:  # noqa: ANN401 - JSON
    return [one["number"] for one in page["items"]]


async def test_a_segment_is_made_of_text_or_json_counted_and_listed(customer: Client, people: str) -> None:
    text = 'list = customers and not city = "Vigo"'
    made = await customer.post("/v1/segments", {"name": "Most", "filter": text, "description": "All but one"})
    assert made.status == 201
    here = f"/v1/segments/{made.json['id']}"
    assert made.json["filter"] == "list = Customers and not city = Vigo"
    assert made.json["filter_json"]["all"][0] == {"what": "list", "op": "is", "values": [people]}
    twin = await customer.post("/v1/segments", {"name": "Same", "filter": made.json["filter_json"]})
    assert twin.json["filter"] == made.json["filter"]
    assert (await customer.get(f"{here}/count")).json == {"count": 2, "is_about": False}
    page = (await customer.get(f"{here}/contacts?limit=1")).json
    assert numbers(page) == ["+447400123456"]
    assert numbers((await customer.get(page["next"])).json) == ["+34600000001"]
    listed = (await customer.get("/v1/segments?limit=1")).json
    assert [one["name"] for one in listed["items"]] == ["Same"]
    assert [one["name"] for one in (await customer.get(listed["next"])).json["items"]] == ["Most"]
    changed = await customer.call("PATCH", here, {"filter": "city = Leeds", "name": "Leeds"})
    assert (changed.json["name"], changed.json["filter"], changed.json["description"]) == (
        *("Leeds", "city = Leeds"),
        "All but one",
    )
    assert (await customer.get(here)).json == changed.json
    taken = await customer.call("PATCH", here, {"name": "same"})
    assert (taken.status, taken.code) == (409, "segment_name_taken")
    assert (await customer.call("DELETE", here)).status == 204
    assert (await customer.get(here)).code == "segment_not_found"


async def test_a_filter_is_counted_without_being_saved_and_its_fault_has_a_place(customer: Client, people: str) -> None:
    del people
    done = await customer.post("/v1/segments/count", {"filter": "city = Madrid or city = Leeds"})
    assert done.json == {"count": 2, "is_about": False}
    for given, code, words in (
        ("citi = Madrid", "filter_unknown_field", "Did you mean 'city'? (at character 1)"),
        ("city = ", "filter_syntax", "(at character 8)"),
        ({"all": [{"field": "city", "op": "more", "values": ["a"]}]}, "filter_bad_operator", "(at all.0)"),
    ):
        refused = await customer.post("/v1/segments/count", {"filter": given})
        assert (refused.status, refused.code) == (403, code)
        assert words in refused.json["detail"]
    deep: dict[str, Any] = {"field": "city", "values": ["a"]}
    for _ in range(200):
        deep = {"not": deep}
    assert (await customer.post("/v1/segments/count", {"filter": deep})).code == "filter_too_deep"


async def test_contacts_are_found_by_a_filter_too(customer: Client, people: str) -> None:
    del people
    found = await customer.get("/v1/contacts?filter=country%20%3D%20ES&limit=1")
    assert numbers(found.json) == ["+34600000002"]
    assert numbers((await customer.get(found.json["next"])).json) == ["+34600000001"]
    none = await customer.get("/v1/contacts?filter=country%20%3D%20ES&phone_status=paused")
    assert numbers(none.json) == []
    assert (await customer.get("/v1/contacts?filter=%3D")).code == "filter_syntax"
