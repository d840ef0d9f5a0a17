"""Contact lists, the files that fill them, and the campaigns that go to them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest

from cablegram.accounts.access import Scope
from cablegram.campaigns import from_file
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Done
from cablegram.jobs.run import Runner
from cablegram.kit.ids import CampaignId
from calling import Client, Served

FILE = "number,first_name\n+34600000118,Ana\n+447400123456,Bob\n"


async def new_list(customer: Client, name: str = "Customers", file: str | None = FILE) -> str:
    made = await customer.post("/v1/contact_lists", {"name": name})
    assert made.status == 201
    if file is not None:
        assert (await customer.put_file(f"/v1/contact_lists/{made.json['id']}/contacts", file)).status == 200
    return made.json["id"]


@pytest.mark.req("R90")
async def test_lists_are_made_changed_paged_and_deleted(customer: Client) -> None:
    first, second = await new_list(customer, "First"), await new_list(customer, "Second", None)
    taken = await customer.post("/v1/contact_lists", {"name": " first "})
    assert (taken.status, taken.code, taken.faults) == (409, "list_name_taken", [("name", "list_name_taken")])
    changed = await customer.call("PATCH", f"/v1/contact_lists/{first}", {"description": "those who came early"})
    assert (changed.json["name"], changed.json["description"]) == ("First", "those who came early")
    page = (await customer.get("/v1/contact_lists?limit=1")).json
    assert [one["id"] for one in page["items"]] == [second]
    page = (await customer.get(page["next"])).json
    assert ([one["id"] for one in page["items"]], page["next"]) == ([first], None)
    assert (page["items"][0]["size"], page["items"][0]["variables"]) == (2, ["first_name"])
    assert (await customer.call("DELETE", f"/v1/contact_lists/{second}")).status == 204
    assert (await customer.get(f"/v1/contact_lists/{second}")).code == "list_not_found"


@pytest.mark.req("R87", "R88")
async def test_a_file_replaces_the_people_of_a_list(customer: Client) -> None:
    list_id = await new_list(customer)
    path = f"/v1/contact_lists/{list_id}/contacts"
    people = (await customer.get(path)).json["items"]
    assert sorted((one["number"], one["country"], one["variables"]["first_name"]) for one in people) == [
        ("+34600000118", "ES", "Ana"),
        ("+447400123456", "GB", "Bob"),
    ]
    done = await customer.put_file(path, b'\xef\xbb\xbfnumber,city\r\n600000119,"Leeds, north"\r\n')
    assert (done.json["rows"], done.json["size"], done.json["added"]) == (1, 1, 1)
    assert [one["number"] for one in (await customer.get(path)).json["items"]] == ["+34600000119"]
    kept = await customer.put_file(f"{path}?mode=update&source=web%20shop", FILE)
    assert (kept.json["rows"], kept.json["size"]) == (2, 2)
    assert (await customer.get(f"/v1/contact_lists/{list_id}")).json["size"] == 3


@pytest.mark.req("R87")
async def test_bad_files_are_refused_by_line_and_change_nothing(customer: Client) -> None:
    list_id = await new_list(customer)
    path = f"/v1/contact_lists/{list_id}/contacts"
    for file, status, code, field in (
        ("", 400, "csv_no_header", "lines.1"),
        ("+34600000118,Ana\n", 400, "csv_no_header", "lines.1"),
        ("first_name,number\nAna,+34600000118\n", 400, "csv_number_not_first", "lines.1"),
        ('number,first_name\n+34600000118,"Ana\n', 400, "csv_broken_quoting", "lines.2"),
        ("number" + ",c" * 1_000_000 + "\n", 400, "csv_too_many_columns", "lines.1"),
        ("number;first_name\n", 400, "csv_bad_separator", "lines.1"),
        ("number,a,a\n", 403, "csv_duplicate_column", "lines.1"),
        ("number,a\n+34600000118,x\n12,y\n", 403, "bad_rows", "lines.3.number"),
    ):
        reply = await customer.put_file(path, file)
        assert (reply.status, reply.code, reply.json["errors"][0]["field"]) == (status, code, field), file[:40]
    wrong = await customer.call("PUT", path, {"number": "+34600000118"})
    assert (wrong.status, wrong.code) == (415, "wrong_media_type")
    assert (await customer.get(f"/v1/contact_lists/{list_id}")).json["size"] == 2
    skipped = await customer.put_file(f"{path}?on_bad_rows=skip", "number,a\n+34600000118,x\n12,y\n")
    assert (skipped.json["size"], skipped.json["skipped"]) == (1, 1)
    assert [(one["field"], one["code"]) for one in skipped.json["errors"]] == [("lines.3.number", "number_invalid")]


async def test_a_large_file_is_read_as_it_arrives(served: Served, customer: Client) -> None:
    list_id = await new_list(customer, file=None)

    async def lines() -> AsyncIterator[bytes]:
        yield b"number,n\n"
        for start in range(34_600_000_000, 34_600_010_000, 100):
            yield b"".join(b"+%d,%d\n" % (number, number) for number in range(start, start + 100))

    headers = {**customer.headers, "Content-Type": "text/csv"}
    address = f"{served.address}/v1/contact_lists/{list_id}/contacts"
    async with served.session.put(address, data=lines(), headers=headers) as answer:
        assert (answer.status, (await answer.json())["size"]) == (200, 10_000)


async def new_campaign(customer: Client, list_id: str, name: str = "Opening") -> str:
    body = {"name": name, "contact_list_ids": [list_id], "text": "Hello {{ first_name }}, doors open at eight"}
    made = await customer.post("/v1/campaigns", body)
    assert (made.status, made.json["state"], made.json["recipients"]) == (201, "ready", 2)
    return made.json["id"]


@pytest.mark.req("R98", "R100", "R101")
async def test_a_campaign_goes_its_way_and_no_other(customer: Client) -> None:
    list_id = await new_list(customer)
    path = f"/v1/campaigns/{await new_campaign(customer, list_id)}"

    async def act(action: str) -> tuple[int, str]:
        reply = await customer.post(f"{path}/lifecycle", {"action": action})
        return reply.status, reply.json["state"] if reply.status == 200 else reply.json["code"]

    forecast = (await customer.get(f"{path}/forecast")).json
    assert (forecast["recipients"], forecast["price"], forecast["skipped"]) == (2, 3_410_000, {})
    assert await act("pause") == (409, "illegal_move")
    assert await act("start") == (200, "running")
    assert (await customer.call("DELETE", f"/v1/contact_lists/{list_id}")).code == "list_in_use"
    assert await act("pause") == (200, "paused")
    assert (await customer.get(path)).json["reason"] == "by_hand"
    assert await act("resume") == (200, "running")
    progress = (await customer.get(f"{path}/progress")).json
    assert (progress["left"], progress["not_made"], progress["counts"]) == (2, 2, [])
    assert await act("cancel") == (200, "cancelled")
    assert await act("start") == (409, "illegal_move")
    assert (await customer.call("DELETE", path)).code == "campaign_has_history"
    assert (await customer.post(f"{path}/lifecycle", {"action": "stop"})).faults == [("action", "wrong_value")]


async def test_who_may_send_and_not_read_is_told_what_became_of_a_campaign(served: Served) -> None:
    account_id, key = await served.open()
    list_id = await new_list(served.client(key))
    path = f"/v1/campaigns/{await new_campaign(served.client(key), list_id)}/lifecycle"
    sender = await served.with_scopes(account_id, Scope.SEND)
    started = await sender.post(path, {"action": "start"})
    assert (started.status, started.json["state"]) == (200, "running")


@pytest.mark.req("R101")
async def test_campaigns_are_paged_and_those_that_never_started_deleted(customer: Client) -> None:
    list_id = await new_list(customer)
    ids = [await new_campaign(customer, list_id, name) for name in ("One", "Two", "Three")]
    page = (await customer.get("/v1/campaigns?limit=2")).json
    seen = [one["id"] for one in page["items"]] + [
        one["id"] for one in (await customer.get(page["next"])).json["items"]
    ]
    assert seen == ids[::-1]
    assert (await customer.call("DELETE", f"/v1/campaigns/{ids[0]}")).status == 204
    assert (await customer.get(f"/v1/campaigns/{ids[0]}")).code == "campaign_not_found"


@pytest.mark.req("R98")
async def test_what_a_campaign_lacks_is_named(customer: Client) -> None:
    list_id = await new_list(customer)
    good = {"name": "Opening", "contact_list_ids": [list_id], "text": "Hello there"}
    for change, status, faults in (
        ({"contact_list_ids": []}, 403, [("contact_list_ids", "lists_needed")]),
        ({"contact_list_ids": ["0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"]}, 404, []),
        ({"text": "Hi"}, 400, [("text", "text_too_short")]),
        ({"text": "Hello {{ name"}, 400, [("text", "bad_template")]),
        ({"text": "Hello {{ city }}"}, 403, [("variables.city", "missing_variable")]),
        ({"text": None}, 400, [("text", "text_or_template")]),
        ({"name": "two\nlines"}, 400, [("name", "bad_name")]),
    ):
        reply = await customer.post("/v1/campaigns", {**good, **change})
        assert (reply.status, reply.faults) == (status, faults), change
    assert (await customer.get("/v1/campaigns")).json["items"] == []


@pytest.mark.req("R47", "R44")
async def test_a_message_to_lists_is_a_campaign_that_begins_at_once(served: Served, customer: Client) -> None:
    list_id, empty = await new_list(customer), await new_list(customer, "Nobody", None)
    body = {
        "contact_list_ids": [list_id],
        "text": "It’s {{ first_name }}’s day",
        "client_ref": "spring",
        "smart_encoding": True,
    }
    headers = {"Idempotency-Key": "once"}
    sent = await customer.call("POST", "/v1/messages", body, headers=headers)
    assert (sent.status, sent.json["status"], sent.json["recipients"]) == (202, "running", 2)
    assert sent.json["client_ref"] == "spring"
    again = await customer.call("POST", "/v1/messages", body, headers=headers)
    assert (again.json, again.headers["Idempotent-Replay"]) == (sent.json, "true")
    campaign_id = sent.json["campaign_id"]
    assert await FanOut().step(served.rt, CampaignId(UUID(campaign_id))) == Done(2, 0)
    texts = (await customer.get(f"/v1/messages?campaign_id={campaign_id}")).json["items"]
    assert sorted((one["text"], one["encoding"]) for one in texts) == [
        ("It's Ana's day", "gsm0338"),
        ("It's Bob's day", "gsm0338"),
    ]
    assert (await customer.get(f"/v1/campaigns/{campaign_id}/progress")).json["segments"] == 2
    assert len((await customer.get("/v1/campaigns")).json["items"]) == 1

    for given, status, code in (
        ({**body, "contact_list_ids": []}, 400, "too_short"),
        ({**body, "contact_list_ids": [empty]}, 409, "no_recipients"),
        ({**body, "contact_list_ids": ["0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"]}, 404, "list_not_found"),
        ({**body, "to": "+34600000118"}, 400, "unknown_field"),
        ({**body, "text": "Hello {{ surname }}"}, 403, "missing_variable"),
    ):
        reply = await customer.post("/v1/messages", given)
        assert (reply.status, reply.code) == (status, code)
    assert len((await customer.get("/v1/campaigns")).json["items"]) == 1


@pytest.mark.req("R98", "R100", "R148", "R149")
async def test_a_campaign_in_full_is_shown_as_it_was_made(customer: Client) -> None:
    list_id = await new_list(customer)
    given = {
        "name": "Opening",
        "contact_list_ids": [list_id],
        "except_list_ids": [await new_list(customer, "Not these", None)],
        "variants": [
            {"name": "A", "share": 40, "text": "Hello {{ first_name }}"},
            {"name": "B", "share": 60, "text": "Good day {{ first_name }}"},
        ],
        "holdout": 5,
        "winner": {"by": "replies", "after_minutes": 60, "sample": 20},
        "canary": 10,
        "canary_minutes": 5,
        "guards": {"opt_outs": 2.5, "spend": 5_000_000},
        "per_minute": 600,
    }
    made = await customer.post("/v1/campaigns", given)
    assert made.status == 201
    for name in ("contact_list_ids", "except_list_ids", "holdout", "winner", "canary", "canary_minutes", "per_minute"):
        assert made.json[name] == given[name]
    assert [(one["name"], one["share"]) for one in made.json["variants"]] == [("A", 40), ("B", 60)]
    assert made.json["guards"] == {"opt_outs": 2.5, "errors": None, "least": 50, "spend": 5_000_000}
    assert (made.json["stage"], made.json["verdict"], made.json["goes_on_at"]) == ("canary", None, None)
    path = f"/v1/campaigns/{made.json['id']}"
    assert (await customer.get(path)).json == made.json
    changed = await customer.call("PATCH", path, {"guards": None, "description": "Second try"})
    assert (changed.json["guards"], changed.json["description"], changed.json["per_minute"]) == (
        None,
        "Second try",
        600,
    )
    assert (await customer.post(f"{path}/winner", {"variant": "A"})).code == "nothing_to_choose"
    wrong = await customer.post(f"{path}/lifecycle", {"action": "start", "confirm": 3})
    assert (wrong.status, wrong.faults) == (403, [("confirm", "count_differs")])
    right = await customer.post(f"{path}/lifecycle", {"action": "start", "confirm": 2, "undo_for": 10})
    assert (right.status, right.json["state"]) == (200, "running")
    assert right.json["goes_at"] is not None
    assert (await customer.post(f"{path}/lifecycle", {"action": "undo"})).json["state"] == "ready"
    for change, fault in (
        ({"text": "Hello there"}, (400, "text_or_template")),
        ({"holdout": 51}, (400, "wrong_value")),
        ({"variants": [{"name": "A", "share": 40, "text": "Hello there"}] * 2}, (403, "bad_variants")),
        ({"service_id": list_id, "store_id": list_id}, (403, "two_programs")),
        ({"segment_ids": ["0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"]}, (404, "segment_not_found")),
        ({"per_five_minutes": 10}, (403, "bad_pace")),
        ({"canary": None}, (403, "bad_canary")),
    ):
        reply = await customer.post("/v1/campaigns", {**given, "name": "Other", **change})
        assert (reply.status, reply.code if reply.status != 400 else reply.faults[0][1]) == fault, change


@pytest.mark.req("R98", "R99", "R101")
async def test_a_campaign_comes_with_its_people_as_a_file(served: Served, customer: Client) -> None:
    settings = {"name": "Opening", "text": "Hello {{ first_name }}"}
    path = "/v1/campaigns?" + urlencode({"settings": json.dumps(settings)})
    csv = {"Content-Type": "text/csv"}
    made = await customer.call("POST", path, data=FILE.encode(), headers=csv)
    assert made.status == 201, made.json
    assert (made.status, made.json["state"], made.json["job_id"] is None) == (201, "creating", False)
    assert await Runner(served.rt, {from_file.KIND: from_file.make}).step(1)
    one = f"/v1/campaigns/{made.json['id']}"
    assert (await customer.get(one)).json["recipients"] == 2
    waiting = (await customer.get(f"{one}/contacts?status=not_made&limit=1")).json
    assert len(waiting["items"]) == 1
    following = (await customer.get(waiting["next"])).json
    numbers = [each["to"] for each in waiting["items"] + following["items"]]
    gone = await customer.call("DELETE", f"{one}/contacts/{quote(numbers[0])}")
    assert (gone.status, gone.json["status"], gone.json["reason"]) == (200, "not_made", "taken_out")
    assert (await customer.post(f"{one}/lifecycle", {"action": "start"})).status == 200
    assert await FanOut().step(served.rt, CampaignId(UUID(made.json["id"]))) == Done(1, 1)
    skipped = (await customer.get(f"{one}/contacts?status=skipped")).json["items"]
    assert [(each["to"], each["reason"], each["price"]) for each in skipped] == [(numbers[0], "taken_out", 0)]
    file = await customer.call("GET", f"{one}/contacts", headers={"Accept": "text/csv"})
    assert sorted(line.split(",")[0] for line in file.body.decode().splitlines()[1:]) == sorted(numbers)
    missing = await customer.call("POST", "/v1/campaigns", data=FILE.encode(), headers=csv)
    assert (missing.status, missing.code) == (403, "settings_needed")
    bad = "/v1/campaigns?" + urlencode({"settings": json.dumps({**settings, "text": "Hi"})})
    refused = await customer.call("POST", bad, data=FILE.encode(), headers=csv)
    assert (refused.status, refused.faults) == (403, [("settings.text", "text_too_short")])
