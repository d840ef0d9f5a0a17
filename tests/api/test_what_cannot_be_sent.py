"""What nobody can send, each with the code and the field that say so: senders, times, lists, templates, pictures."""

from __future__ import annotations

from typing import Any

import pytest

from cablegram.kit.ids import uuid7
from calling import Client, Served

TO = "+34600000118"
MANY = {f"v{n}": "x" for n in range(10_000)}


async def said(client: Client, path: str, body: dict[str, Any]) -> tuple[int, str | None, str]:
    """Return status, code and field of what was said to a body."""
    answer = await client.post(path, body)
    errors = answer.json.get("errors") or [{"field": ""}]
    return answer.status, answer.code, errors[0]["field"]


@pytest.mark.req("R49", "R46")
async def test_a_message_that_cannot_be_is_refused_by_its_field(served: Served) -> None:
    one, other, anybody = [await served.customer(open_senders=is_open) for is_open in (False, False, True)]
    theirs = (await other.get("/v1/senders")).json["items"][0]["address"]
    bad: list[tuple[Client, dict[str, Any], tuple[int, str, str]]] = [
        (one, {"from": theirs}, (403, "sender_not_owned", "from")),
        (one, {"from": "Nobody"}, (403, "sender_not_owned", "from")),
        (anybody, {"from": "Twelve chars"}, (400, "sender_invalid", "from")),
        (anybody, {"from": "1234567890123456"}, (400, "sender_invalid", "from")),
        (one, {"send_at": "2020-01-01T00:00:00Z"}, (403, "send_at_past", "send_at")),
        (one, {"time_zone": "Atlantis/Capital"}, (403, "unknown_zone", "time_zone")),
        (one, {"schedule": {"any_day": {"from": "09:00", "to": "09:00"}}}, (403, "empty_window", "schedule.any_day.0")),
        (one, {"media_url": "http://127.0.0.1/x.png"}, (403, "media_not_carried", "media_url")),
        (one, {"variables": MANY, "template_id": str(uuid7()), "text": None}, (400, "too_long", "variables")),
        (one, {"to": None, "contact_list_ids": [str(uuid7())]}, (404, "list_not_found", "")),
        (one, {"to": None, "contact_list_ids": []}, (400, "too_short", "contact_list_ids")),
    ]
    for who, change, wanted in bad:
        body = {
            name: value for name, value in ({"to": TO, "text": "Hello there"} | change).items() if value is not None
        }
        assert await said(who, "/v1/messages", body) == wanted, change
    empty = (await one.post("/v1/contact_lists", {"name": "Empty"})).json["id"]
    group = {"contact_list_ids": [empty], "text": "Hello there"}
    assert await said(one, "/v1/messages", group) == (409, "no_recipients", "")
    made = (await one.post("/v1/campaigns", {**group, "name": "Nobody"})).json["id"]
    assert await said(one, f"/v1/campaigns/{made}/lifecycle", {"action": "start"}) == (409, "no_recipients", "")
    assert (await one.get("/v1/account")).json["balance"] == 100_000_000


@pytest.mark.req("R85")
async def test_a_template_that_never_ends_or_loops_is_none(customer: Client) -> None:
    many = "".join(f"{{{{ v{n} }}}}" for n in range(10_000))
    for text, code in (
        ("{{ name", "bad_template"),
        ("{% for n in (1..1000000) %}x{% endfor %}", "bad_template"),
        ("{% while true %}", "bad_template"),
        (many, "template_too_long"),
    ):
        assert await said(customer, "/v1/templates", {"name": "T", "text": text}) == (400, code, "text"), text[:20]
    # In a value, braces are what they are.
    made = (await customer.post("/v1/templates", {"name": "T", "text": "Hello {{ v }}"})).json["id"]
    answer = await customer.post("/v1/messages", {"to": TO, "template_id": made, "variables": {"v": "{{ v }}"}})
    assert (await customer.get(f"/v1/messages/{answer.json['id']}")).json["text"] == "Hello {{ v }}"
