"""What is told by mail, by API."""

from __future__ import annotations

import pytest

from calling import Client

PATH = "/v1/notices"


@pytest.mark.req("R26", "R66", "R151")
async def test_an_account_says_when_it_is_told_and_what_cant_be_is_refused(customer: Client) -> None:
    assert (await customer.get(PATH)).json == {
        "alert_when_credit_less_than": None,
        "email_on_inbound_sms": None,
        "is_inbound_confirmed": False,
        "notices": [],
    }
    changes = {"alert_when_credit_less_than": 10_000_000, "email_on_inbound_sms": "desk@example.com"}
    assert (await customer.call("PATCH", PATH, changes)).json == {
        **changes,
        "is_inbound_confirmed": False,
        "notices": [],
    }
    changed = await customer.call("PATCH", PATH, {"alert_when_credit_less_than": None})
    assert (changed.json["alert_when_credit_less_than"], changed.json["email_on_inbound_sms"]) == (
        None,
        "desk@example.com",
    )
    for body, status, code in (
        ({"email_on_inbound_sms": "nobody"}, 403, "bad_address"),
        ({"email_on_inbound_sms": "a@b.example\nBcc: c@d.example"}, 403, "bad_address"),
        ({"alert_when_credit_less_than": 0}, 400, "wrong_value"),
        ({"alert_when_credit_less_than": 10**16}, 400, "wrong_value"),
        ({"notices": {"opted_in": "daily"}}, 403, "person_needed"),
        ({"notices": {"opted_in": "sometimes"}}, 400, "wrong_value"),
        ({"everything": "off"}, 400, "unknown_field"),
    ):
        answer = await customer.call("PATCH", PATH, body)
        assert (answer.status, answer.code) == (status, code), body
