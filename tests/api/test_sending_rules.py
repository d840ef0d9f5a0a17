"""An account's sending rules: read, changed, and heeded."""

from __future__ import annotations

import pytest

from calling import Client, Served

PATH = "/v1/account/sending_rules"


@pytest.mark.req("R56", "R148")
async def test_rules_are_read_changed_and_heeded(customer: Client) -> None:
    first = (await customer.get(PATH)).json
    assert (first["revision"], first["countries"], first["duplicate_guard"], first["caps"]) == (0, None, False, {})
    assert (await customer.send(to="+351912345678", **{"from": "34911222333"})).status == 202

    changes = {
        "countries": ["ES"],
        "caps": {"transactional": {"terms": [{"most": 1, "hours": 24}]}},
        "hours": {"quiet_hours": {"any_day": {"from": "21:00", "to": "08:00"}}},
        "default_zone": "Europe/Madrid",
    }
    changed = (await customer.call("PATCH", PATH, changes)).json
    assert {name: changed[name] for name in changes} == {
        **changes,
        "caps": {"transactional": {"terms": [{"most": 1, "hours": 24}], "dwell_minutes": None}},
    }
    assert (changed["revision"], changed["lines_off"]) == (1, first["lines_off"])
    assert (await customer.get(PATH)).json == changed

    abroad = await customer.send(to="+351912345678", **{"from": "34911222333"})
    assert (abroad.status, abroad.code, abroad.faults) == (403, "country_not_allowed", [("to", "country_not_allowed")])
    assert (await customer.send(**{"from": "34911222333"})).status == 202
    assert (await customer.send(**{"from": "34911222333"})).code == "frequency_cap"


@pytest.mark.req("R56")
async def test_only_the_operator_switches_the_duplicate_guard(served: Served) -> None:
    customer = served.client((await served.open())[1])
    assert (await customer.call("PATCH", PATH, {"duplicate_guard": True})).code == "scope_missing"
    assert (await customer.call("PATCH", PATH, {"strict_names": True})).status == 200


async def test_what_can_not_be_is_named(customer: Client) -> None:
    bad = {"caps": {"otp": {"dwell_minutes": 4}}, "countries": ["es"]}
    reply = await customer.call("PATCH", PATH, bad)
    assert (reply.status, {field for field, _ in reply.faults}) == (400, {"caps.otp.dwell_minutes", "countries.0"})
    reply = await customer.call("PATCH", PATH, {"default_zone": "Mars/Base"})
    assert (reply.status, reply.code, reply.faults) == (
        403,
        "bad_sending_rules",
        [("default_zone", "bad_sending_rules")],
    )
    assert (await customer.get(PATH)).json["revision"] == 0
