"""When messages go, as clients say it; cancelling one that waits, and the word about late ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cablegram.dispatch import sweep
from cablegram.kit.clock import SetClock
from cablegram.runtime.runtime import Runtime
from calling import Client, Reply

NUMBER = "+34600000118"
AFTERNOON = {"any_day": {"from": "15:00", "to": "17:30"}}  # the clock of tests stands at a Thursday's noon in UTC
CREDITS = 100_000_000


async def send(customer: Client, **fields: Any) -> Reply:  # noqa: ANN401 - any JSON
    return await customer.post("/v1/messages", {"to": NUMBER, "text": "Hello there", **fields})


async def balance(customer: Client) -> int:
    return (await customer.get("/v1/account")).json["balance"]


@pytest.mark.req("R109")
async def test_a_scheduled_message_says_until_when_it_waits_and_can_be_cancelled(customer: Client) -> None:
    reply = await send(customer, schedule=AFTERNOON, time_zone="Europe/Madrid")
    assert (reply.status, reply.json["status"]) == (202, "scheduled")
    assert reply.json["waits_until"] == "2026-01-15T14:00:00Z"
    path = f"/v1/messages/{reply.json['id']}"

    shown = (await customer.get(path)).json
    assert (shown["status"], shown["reason"], shown["waits_until"]) == ("scheduled", "schedule", "2026-01-15T14:00:00Z")
    steps = (await customer.get(f"{path}/timeline")).json["items"]
    assert {one["kind"]: one["detail"] for one in steps}["held"] == (
        "schedule until 2026-01-15 15:00 (their time: Europe/Madrid)"
    )
    assert await balance(customer) < CREDITS

    gone = await customer.post(f"{path}/cancel", {})
    assert (gone.status, gone.json["status"], gone.json["reason"]) == (200, "cancelled", "by_hand")
    assert await balance(customer) == CREDITS
    again = await customer.post(f"{path}/cancel", {})
    assert (again.status, again.code) == (409, "too_late")


async def test_a_queued_message_can_be_cancelled_and_a_stranger_s_can_not(customer: Client) -> None:
    sent = await send(customer)
    assert sent.json["status"] == "queued"
    assert "waits_until" not in sent.json
    assert (await customer.post(f"/v1/messages/{sent.json['id']}/cancel", {})).json["status"] == "cancelled"
    nobody = await customer.post("/v1/messages/0192f3a0-7c1e-7d6b-9a51-3f0c2b8a4e11/cancel", {})
    assert (nobody.status, nobody.code) == (404, "message_not_found")


@pytest.mark.req("R110", "R147")
@pytest.mark.parametrize(
    ("fields", "status", "field", "code"),
    [
        ({"schedule": {"any_day": {"from": "09:00", "to": "09:00"}}}, 403, "schedule.any_day.0", "empty_window"),
        ({"schedule": {"sunday": []}}, 400, "schedule.sunday", "too_short"),
        ({"schedule": {"any_day": {"from": "9", "to": "10:00"}}}, 400, "schedule.any_day.from", "bad_time"),
        ({"schedule": {}}, 403, "schedule", "schedule_empty"),
        ({"schedule": AFTERNOON, "time_zone": "Atlantis/Capital"}, 403, "time_zone", "unknown_zone"),
        ({"send_at": "2026-01-15T11:00:00Z"}, 403, "send_at", "send_at_past"),
        ({"send_at": "2027-02-15T11:00:00Z"}, 403, "send_at", "send_at_far"),
        ({"send_at": "2026-01-16T11:00:00"}, 400, "send_at", "wrong_value"),
        ({"valid_until": "2026-01-15T12:00:00Z"}, 403, "valid_until", "validity_over"),
        ({"schedule": AFTERNOON, "valid_for": 3600}, 403, "valid_until", "window_missed"),
        ({"schedule": AFTERNOON, "when_closed": "drop"}, 403, "when_closed", "outside_hours"),
    ],
)
async def test_what_can_not_be_is_refused_with_its_field(
    customer: Client, fields: dict[str, Any], status: int, field: str, code: str
) -> None:
    reply = await send(customer, **fields)
    assert (reply.status, reply.faults) == (status, [(field, code)])


async def test_each_message_of_a_batch_has_its_own_time(customer: Client) -> None:
    base = {"to": NUMBER, "text": "Hello there"}
    reply = await customer.post(
        "/v1/messages/batch",
        {
            "messages": [
                base,
                {**base, "send_at": "2026-01-16T09:00:00Z"},
                {**base, "schedule": {"any_day": {"from": "09:00", "to": "09:00"}}},
                {**base, "valid_for": 60},
            ]
        },
    )
    now, planned, refused, short = reply.json["items"]
    assert [now["status"], planned["status"], short["status"]] == ["queued", "scheduled", "queued"]
    assert planned["waits_until"] == "2026-01-16T09:00:00Z"
    assert refused["error"]["code"] == "empty_window"


async def test_what_is_late_waits_for_a_word(rt: Runtime, customer: Client, clock: SetClock) -> None:
    for _ in range(3):
        await send(customer, send_at="2026-01-15T13:00:00Z")
    clock.move(timedelta(hours=2, seconds=1))
    await sweep.release_due(rt)
    assert (await customer.get("/v1/late_messages")).json == {"count": 3}
    page = (await customer.get("/v1/messages?status=scheduled")).json["items"]
    assert {(one["reason"], one["waits_until"]) for one in page} == {("late", None)}

    done = await customer.post("/v1/late_messages", {"action": "release"})
    assert done.json == {"queued": 3, "scheduled": 0, "expired": 0, "cancelled": 0}
    assert (await customer.post("/v1/late_messages", {"action": "cancel"})).json["cancelled"] == 0


async def test_why_says_what_time_had_to_do_with_it(customer: Client) -> None:
    rules = {"hours": {"quiet_hours": {"any_day": {"from": "12:00", "to": "09:00"}}, "spread_minutes": 0}}
    await customer.call("PATCH", "/v1/account/sending_rules", rules)

    async def told(**fields: Any) -> tuple[str, str]:  # noqa: ANN401 - any JSON
        sent = await send(customer, time_zone="Europe/Madrid", **fields)
        last = (await customer.get(f"/v1/messages/{sent.json['id']}/why")).json["rules"][-1]
        return last["rule"], last["sentence"]

    assert await told() == (
        "time",
        "The account's quiet hours and the hours of laws are for marketing; this is transactional.",
    )
    assert await told(**{"class": "marketing"}) == (
        "time",
        "It is scheduled: quiet hours until 2026-01-16 09:00 (their time: Europe/Madrid).",
    )
    would = (await customer.get("/v1/contacts/+34600000118/why?class=marketing")).json
    assert would["rules"][-1]["sentence"].startswith("It is scheduled: quiet hours until 2026-01-16")
