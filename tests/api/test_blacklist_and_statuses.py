"""Whom nobody may write to, by API: blacklist, review queue, and the statuses of contacts."""

from __future__ import annotations

import pytest

from cablegram.accounts.access import Scope
from cablegram.consent import review
from cablegram.consent.model import Doubt, Doubtful, NewReview
from cablegram.kit.ids import uuid7
from cablegram.runtime.runtime import Runtime
from calling import Client, Served

ANA, EVA = "+34600000118", "+34600000119"


@pytest.mark.req("R91", "R105")
async def test_the_blacklist_is_kept_checked_and_obeyed(customer: Client) -> None:
    await customer.post("/v1/messages", {"to": ANA, "text": "Hello there"})
    done = await customer.call("PUT", f"/v1/blacklist/{ANA}", {"note": "asked by letter"})
    assert (done.status, done.json) == (200, {"added": 1, "known": 0, "withdrawn": 1})
    done = await customer.post("/v1/blacklist", {"numbers": [ANA, "600 000 119"]})
    assert done.json == {"added": 1, "known": 1, "withdrawn": 0}
    refused = await customer.post("/v1/messages", {"to": ANA, "text": "Hello there"})
    assert (refused.status, refused.code) == (403, "blacklisted")
    found = (await customer.get(f"/v1/blacklist/{ANA}")).json
    assert (found["number"], found["how"], found["note"], found["text_id"]) == (ANA, "by_hand", "asked by letter", None)
    page = (await customer.get("/v1/blacklist?limit=1")).json
    assert [one["number"] for one in page["items"]] == [EVA]
    assert [one["number"] for one in (await customer.get(page["next"])).json["items"]] == [ANA]
    assert [one["number"] for one in (await customer.get("/v1/blacklist?q=118")).json["items"]] == [ANA]
    assert (await customer.call("DELETE", f"/v1/blacklist/{ANA}")).status == 204
    for method in ("GET", "DELETE"):
        gone = await customer.call(method, f"/v1/blacklist/{ANA}")
        assert (gone.status, gone.code) == (404, "not_blacklisted")
    assert (await customer.post("/v1/messages", {"to": ANA, "text": "Hello there"})).status == 202
    bad = await customer.post("/v1/blacklist", {"numbers": [ANA, "+12345"]})
    assert (bad.status, bad.code, bad.faults) == (403, "bad_numbers", [("numbers.1", "number_invalid")])


@pytest.mark.req("R91", "R87")
async def test_the_blacklist_goes_out_and_comes_in_as_csv(customer: Client) -> None:
    done = await customer.put_file("/v1/blacklist", f'number,note\n{ANA},"by letter, twice"\n{EVA},\n{EVA},\n')
    counts = {"rows": 3, "added": 2, "known": 0, "withdrawn": 0, "duplicates": 1, "skipped": 0}
    assert (done.status, done.json) == (200, {**counts, "errors": []})
    customer.headers["Accept"] = "text/csv, application/json;q=0.5"
    file = await customer.get("/v1/blacklist")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    lines = file.body.decode().split("\r\n")
    assert lines[0] == "number,note,how,sender,added_by,added_at"
    assert [line.partition(",key")[0] for line in lines[1:]] == [
        f"{EVA},,import,", f'{ANA},"by letter, twice",import,', ""
    ]  # fmt: skip
    customer.headers["Accept"] = "application/json, text/csv"
    assert len((await customer.get("/v1/blacklist")).json["items"]) == 2
    again = await customer.put_file("/v1/blacklist", file.body)
    assert (again.json["known"], again.json["added"]) == (2, 0)
    bad = await customer.put_file("/v1/blacklist", f"number\n{ANA}\n12\n")
    assert (bad.status, bad.code, bad.faults) == (403, "bad_rows", [("lines.3.number", "number_invalid")])
    assert (await customer.put_file("/v1/blacklist?on_bad_rows=skip", "number\n12\n")).json["skipped"] == 1
    none = await customer.put_file("/v1/blacklist", "")
    assert (none.status, none.code) == (400, "csv_no_header")


@pytest.mark.req("R90")
async def test_a_list_is_had_as_the_file_it_came_from(customer: Client) -> None:
    made = await customer.post("/v1/contact_lists", {"name": "Customers"})
    path = f"/v1/contact_lists/{made.json['id']}/contacts"
    file = f"number,city\r\n{ANA},Vigo\r\n{EVA},Lugo\r\n"
    await customer.put_file(path, file)
    customer.headers["Accept"] = "text/csv"
    assert (await customer.get(path)).body.decode() == file
    gone = await customer.get(f"/v1/contact_lists/{uuid7()}/contacts")
    assert (gone.status, gone.code) == (404, "list_not_found")


@pytest.mark.req("R62")
async def test_doubtful_texts_are_decided(rt: Runtime, served: Served) -> None:
    account_id, key = await served.open()
    customer = served.client(key)
    text_id = uuid7()
    async with rt.db.transaction() as conn:
        reading = Doubtful("stop", "en", Doubt.ELSEWHERE)
        new = NewReview(text_id, account_id, ANA[1:], "Acme", reading)
        await review.hold(conn, [new], now=rt.clock.now())
    held = await customer.post("/v1/messages", {"to": ANA, "text": "Hello there"})
    assert (held.status, held.code) == (403, "held_for_review")
    (found,) = (await customer.get("/v1/reviews")).json["items"]
    assert (found["id"], found["number"], found["text"], found["verdict"]) == (str(text_id), ANA, None, None)
    assert found["doubt"] == "a stop word stands inside the text"
    path = f"/v1/reviews/{text_id}"
    for verdict, shown in (("go_on", "go_on"), ("undecided", None), ("stop", "stop")):
        done = await customer.post(path, {"verdict": verdict})
        assert (done.status, done.json["verdict"]) == (200, shown)
    assert (await customer.get("/v1/reviews?state=decided")).json["items"][0]["id"] == str(text_id)
    assert (await customer.get(f"/v1/blacklist/{ANA}")).json["how"] == "review"
    again = await customer.post(path, {"verdict": "go_on"})
    assert (again.status, again.code) == (409, "review_decided")
    stranger = await served.customer()
    assert (await stranger.post(path, {"verdict": "stop"})).code == "review_not_found"


@pytest.mark.req("R89", "R142", "R143", "R144")
async def test_statuses_of_contacts_are_shown_changed_and_filtered(served: Served) -> None:
    account_id, key = await served.open()
    customer = served.client(key)
    made = await customer.post("/v1/contact_lists", {"name": "Customers"})
    path = f"/v1/contact_lists/{made.json['id']}/contacts"
    done = await customer.put_file(f"{path}?source=web%20shop", f"number,city\n{ANA},Vigo\n{EVA},Lugo\n")
    assert done.json["declined"] == 0
    one = (await customer.get(f"/v1/contacts/{ANA}")).json
    assert (one["phone_status"], one["subscription"], one["subscription_source"]) == (
        "active", "subscribed", "web shop"
    )  # fmt: skip
    changed = await customer.call(
        "PATCH", f"/v1/contacts/{ANA}", {"phone_status": "paused", "subscription": "not_subscribed"}
    )
    assert (changed.json["phone_status"], changed.json["subscription"]) == ("paused", "not_subscribed")
    for where in ("/v1/contacts", path):
        for query in ("phone_status=paused", "subscription=not_subscribed"):
            assert [who["number"] for who in (await customer.get(f"{where}?{query}")).json["items"]] == [ANA]
        assert len((await customer.get(where)).json["items"]) == 2
        assert (await customer.get(f"{where}?subscription=unrecorded")).json["items"] == []
    unsaid = await customer.call("PATCH", f"/v1/contacts/{ANA}", {"subscription": "subscribed"})
    assert (unsaid.status, unsaid.code, unsaid.faults) == (403, "source_needed", [("source", "source_needed")])
    taken = await customer.call("PATCH", f"/v1/contacts/{ANA}", {"number": EVA})
    assert (taken.status, taken.code) == (409, "contact_number_taken")
    moved = await customer.call(
        "PATCH", f"/v1/contacts/{ANA}", {"number": "+34600000120", "variables": {"city": "Ourense"}}
    )
    assert (moved.json["number"], moved.json["phone_status"], moved.json["variables"]) == (
        "+34600000120", "active", {"city": "Ourense"}
    )  # fmt: skip
    assert (await customer.get(f"/v1/contacts/{ANA}")).code == "contact_not_found"
    reader = await served.with_scopes(account_id, Scope.READ)
    assert (await reader.call("PATCH", f"/v1/contacts/{ANA}", {})).code == "scope_missing"
