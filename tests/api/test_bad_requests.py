"""Requests that can't be right: each ends with a clear error, and nothing half done."""

from __future__ import annotations

import json

import pytest

from calling import Client, Served

GOOD = {"to": "+34600000118", "text": "Hello from Cablegram"}

ONE_FAULT = [
    ({"to": "+34600000118", "text": "Hiya"}, "text", "text_too_short"),
    ({"to": "+34600000118", "text": "null \0 null"}, "text", "bad_character"),
    ({"to": "not a number", "text": "Hello there"}, "to", "number_invalid"),
    ({"to": "", "text": "Hello there"}, "to", "number_invalid"),
    ({"to": "1234", "text": "Hello there"}, "to", "number_invalid"),
    ({"to": "+346000001180000000000", "text": "Hello there"}, "to", "number_too_long"),
    ({"to": 34600000118, "text": "Hello there"}, "to", "wrong_type"),
    ({"to": "+34600000118", "text": ["Hello"]}, "text", "wrong_type"),
    ({"text": "Hello there"}, "to", "missing_field"),
    ({**GOOD, "txt": "Hello"}, "txt", "unknown_field"),
    ({**GOOD, "sender": "70001"}, "sender", "unknown_field"),
    ({**GOOD, "from": "Acme Corporation"}, "from", "sender_invalid"),
    ({**GOOD, "from": "12"}, "from", "sender_invalid"),
    ({**GOOD, "class": "urgent"}, "class", "wrong_value"),
    ({**GOOD, "class": 1}, "class", "wrong_type"),
    ({**GOOD, "client_ref": ""}, "client_ref", "too_short"),
    ({**GOOD, "client_ref": "x" * 101}, "client_ref", "too_long"),
    ({**GOOD, "client_ref": "a\0b"}, "client_ref", "wrong_value"),
    ({**GOOD, "variables": {"name": 5}}, "variables.name", "wrong_type"),
    ({**GOOD, "variables": []}, "variables", "wrong_type"),
    ({**GOOD, "variables": {str(place): "x" for place in range(101)}}, "variables", "too_long"),
    ({"to": "+34600000118"}, "text", "text_or_template"),
    ({**GOOD, "template_id": "0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"}, "text", "text_or_template"),
    ({"to": "+34600000118", "template_id": "17"}, "template_id", "wrong_value"),
    ({"to": "+34600000118", "template_id": 17}, "template_id", "wrong_type"),
    ([GOOD], "", "wrong_type"),
    ("Hello", "", "wrong_type"),
]


@pytest.mark.req("R41")
async def test_a_fault_is_named_by_field_and_code(customer: Client) -> None:
    for body, field, code in ONE_FAULT:
        reply = await customer.post("/v1/messages", body)
        assert (reply.status, reply.code, reply.faults) == (400, code, [(field, code)]), body
        problem = reply.json
        assert problem["errors"][0]["message"] in problem["detail"]
        assert problem["type"] == f"/docs/errors#{code}"
        assert problem["doc"].endswith(problem["type"])
        assert reply.headers["Content-Type"] == "application/problem+json"


async def test_all_faults_are_named_at_once(customer: Client) -> None:
    reply = await customer.post(
        "/v1/messages", {"to": "abc", "text": "Hi", "class": "urgent", "variables": {"a": 1}, "x": 1}
    )
    assert (reply.status, reply.code) == (400, "invalid_request")
    assert reply.faults == [
        ("to", "number_invalid"),
        ("text", "text_too_short"),
        ("variables.a", "wrong_type"),
        ("class", "wrong_value"),
        ("x", "unknown_field"),
    ]


async def test_five_characters_are_enough_and_null_is_as_good_as_left_out(customer: Client) -> None:
    body = {"to": "+34600000118", "text": "Hello", "template_id": None, "from": None, "client_ref": None}
    assert (await customer.post("/v1/messages", body)).status == 202


async def test_a_number_that_gets_no_texts_is_understood_and_refused(customer: Client) -> None:
    for to, code in (("+34123456789", "number_invalid"), ("+34912345678", "number_landline")):
        reply = await customer.send(to)
        assert (reply.status, reply.code, reply.faults) == (403, code, [("to", code)])


async def test_a_text_of_more_than_255_segments_is_refused(customer: Client) -> None:
    reply = await customer.send(text="x" * (255 * 153 + 1))
    assert (reply.status, reply.code) == (403, "text_too_long")


async def test_what_is_not_json_is_said_to_be_not_json(customer: Client) -> None:
    for data in (b"", b"{", b"to=1", b'{"to": "\xff"}', b'{"to": "\\ud800"}', b"[" * 100_000):
        reply = await customer.call("POST", "/v1/messages", data=data, headers={"Content-Type": "application/json"})
        assert (reply.status, reply.code) == (400, "body_not_json"), data[:20]


async def test_who_sends_nothing_is_told_what_to_send(customer: Client) -> None:
    calls = (
        ("POST", "/v1/messages", b"", "Send a JSON object with at least `to`;"),
        ("POST", "/v1/templates", b" \n", "Send a JSON object with at least `name`, `text`;"),
        ("POST", "/v1/messages/batch", b"", "Send a JSON object with at least `messages`;"),
    )
    for method, path, data, sentence in calls:
        reply = await customer.call(method, path, data=data, headers={"Content-Type": "application/json"})
        assert (reply.status, reply.code) == (400, "body_not_json")
        assert reply.json["detail"].startswith(f"The body is empty. {sentence}")


async def test_a_body_that_needs_nothing_may_be_left_out(customer: Client) -> None:
    assert (await customer.call("PUT", "/v1/blacklist/+34600000118")).status == 200
    account = (await customer.get("/v1/account")).json
    for data, headers in (
        (b"", {}),
        (b" ", {"Content-Type": "text/plain"}),
        (b"", {"Content-Type": "application/json"}),
    ):
        reply = await customer.call("PATCH", "/v1/account", data=data, headers=headers)
        assert (reply.status, reply.json) == (200, account)
    other = await customer.call("PATCH", "/v1/account", data=b"{}", headers={"Content-Type": "text/plain"})
    assert (other.status, other.code) == (415, "wrong_media_type")
    calls = (await customer.get("/v1/openapi.json")).json["paths"]
    needed = [calls[path][how]["requestBody"]["required"] for path, how in _BODIES]
    assert needed == [False, False, True]


_BODIES = (("/v1/blacklist/{number}", "put"), ("/v1/account", "patch"), ("/v1/blacklist", "post"))


async def test_a_body_has_at_most_a_megabyte_whether_it_says_its_length_or_not(
    served: Served, customer: Client
) -> None:
    body = json.dumps({**GOOD, "text": "x" * 1_000_000}).encode()
    told = await customer.call("POST", "/v1/messages", data=body, headers={"Content-Type": "application/json"})
    assert (told.status, told.code) == (413, "body_too_large")

    async def pieces():  # noqa: ANN202 - an async generator of bytes
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    headers = {**customer.headers, "Content-Type": "application/json"}
    for path in ("/v1/messages", "/v1/templates"):
        async with served.session.post(served.address + path, data=pieces(), headers=headers) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (413, "body_too_large")


async def test_a_body_must_say_what_it_is(customer: Client) -> None:
    for path in ("/v1/messages", "/v1/templates"):
        for kind in ("application/x-www-form-urlencoded", "text/json", ""):
            reply = await customer.call("POST", path, data=b"{}", headers={"Content-Type": kind})
            assert (reply.status, reply.code) == (415, "wrong_media_type")
    reply = await customer.call(
        "POST",
        "/v1/messages",
        data=json.dumps(GOOD).encode(),
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    )
    assert reply.status == 202


WRONG_QUERIES = [
    ("limit=0", [("limit", "wrong_value")]),
    ("limit=101", [("limit", "wrong_value")]),
    ("limit=ten", [("limit", "wrong_type")]),
    ("limit=5&limit=6", [("limit", "wrong_value")]),
    ("after=17", [("after", "wrong_value")]),
    ("stat=queued", [("stat", "unknown_field")]),
    ("status=sent", [("status", "wrong_value")]),
    ("date_from=yesterday&date_to=1700000000", [("date_from", "wrong_value"), ("date_to", "wrong_value")]),
    ("date_from=2026-11-22T09:30:00", [("date_from", "wrong_value")]),
    ("q=%00", [("q", "wrong_value")]),
    ("q=%FF", [("", "wrong_value")]),
]


async def test_a_wrong_parameter_is_named(customer: Client) -> None:
    for query, faults in WRONG_QUERIES:
        reply = await customer.get(f"/v1/messages?{query}")
        assert (reply.status, reply.faults) == (400, faults), query


async def test_an_id_in_a_path_is_a_uuid(customer: Client) -> None:
    for path in ("/v1/messages/17", "/v1/campaigns/17/progress", "/v1/templates/0192f3a07c1e7d6b9a513f0c2b8a4e11"):
        reply = await customer.get(path)
        assert (reply.status, reply.code) == (400, "wrong_value")


async def test_paths_and_methods_that_are_not_there_say_so(customer: Client) -> None:
    reply = await customer.get("/v1/massages")
    assert (reply.status, reply.code) == (404, "path_unknown")
    for method, path, allow in (
        ("DELETE", "/v1/messages", {"GET", "POST", "OPTIONS"}),
        ("POST", "/v1/account", {"GET", "PATCH", "OPTIONS"}),
        ("PUT", "/v1/messages/batch", {"POST", "OPTIONS"}),
    ):
        reply = await customer.call(method, path)
        assert (reply.status, reply.code) == (405, "method_not_allowed")
        assert set(reply.headers["Allow"].split(", ")) == allow
    reply = await customer.call("OPTIONS", "/v1/messages")
    assert (reply.status, reply.headers["Allow"]) == (204, "GET, OPTIONS, POST")


async def test_a_slash_at_the_end_makes_no_difference(customer: Client) -> None:
    reply = await customer.post("/v1/messages/", GOOD)
    assert reply.status == 202
    assert (await customer.post("/v1/messages/", {})).status == 400
    assert (await customer.get("/v1/messages/")).json["items"][0]["id"] == reply.json["id"]
