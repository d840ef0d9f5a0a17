"""Why a message went, or did not, as a program asks it."""

from __future__ import annotations

import pytest

from calling import Client


@pytest.mark.req("R91")
async def test_the_answer_names_the_rules_and_where_each_reason_is_explained(customer: Client) -> None:
    sent = (await customer.send(**{"from": "34911222333"})).json
    told = (await customer.get(f"/v1/messages/{sent['id']}/why")).json
    assert (told["to"], told["message_id"], told["status"], told["stopped_by"], told["code"]) == (
        "+34600000118", sent["id"], "queued", None, None
    )  # fmt: skip
    assert {"rule": "blacklist", "version": 1, "verdict": "pass"}.items() <= told["rules"][4].items()

    await customer.call("PATCH", "/v1/account/sending_rules", {"countries": ["PT"]})
    would = (await customer.get("/v1/contacts/+34600000118/why?class=marketing")).json
    assert (would["message_id"], would["stopped_by"], would["code"]) == (None, "country", "country_not_allowed")
    last = would["rules"][-1]
    assert last["doc"].endswith("/docs/errors#country_not_allowed")
    assert last["remedy"] == "Add the country to the account's destinations."

    assert (await customer.get("/v1/contacts/12/why")).code == "number_invalid"
    missing = "0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11"
    assert (await customer.get(f"/v1/contacts/+34600000118/why?campaign_id={missing}")).code == "campaign_not_found"
    assert (await customer.get(f"/v1/messages/{missing}/why")).code == "message_not_found"
