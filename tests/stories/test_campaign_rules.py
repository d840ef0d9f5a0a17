"""When a campaign may reach a person, and how often: hours on their own clock, pauses, and at most so many."""

from __future__ import annotations

import pytest

from cablegram.dispatch import sweep
from telling import ANA, BEA, Story, shape

AFTERNOON = {"any_day": {"from": "15:00", "to": "17:30"}}
MIAMI, MOVED = "+13055550123", "+13055550124"


@pytest.mark.req("R109", "R110")
@pytest.mark.parametrize(
    ("today", "number", "opens"),
    [
        ("2026-07-01T12:00:00+00:00", MIAMI, "2026-07-01T19:00:00Z"),
        ("2026-01-15T12:00:00+00:00", MIAMI, "2026-01-15T20:00:00Z"),
        ("2026-07-01T12:00:00+00:00", ANA, "2026-07-01T14:00:00Z"),
        ("2026-01-15T12:00:00+00:00", ANA, "2026-01-15T15:00:00Z"),
    ],
)
async def test_hours_are_those_of_every_place_where_a_person_may_be(
    story: Story, today: str, number: str, opens: str
) -> None:
    await story.at(today)
    waits = await story.send(number, schedule=AFTERNOON)
    assert shape(waits.json, "status", "waits_until") == ("scheduled", opens)
    await story.at(opens)
    await sweep.release_due(story.rt)
    assert (await story.look(waits))["status"] == "queued", "a window begins with its first minute"
    assert (await story.send(number, "At its first minute", schedule=AFTERNOON)).json["status"] == "queued"


@pytest.mark.req("R109", "R110")
async def test_hours_end_before_their_last_minute_and_may_go_over_midnight(story: Story) -> None:
    madrid = {"time_zone": "Europe/Madrid"}
    await story.at("2026-01-15T16:29:59+00:00")
    assert (await story.send(schedule=AFTERNOON, **madrid)).json["status"] == "queued"
    await story.at("2026-01-15T16:30:00+00:00")
    late = await story.send(schedule=AFTERNOON, **madrid)
    assert shape(late.json, "status", "waits_until") == ("scheduled", "2026-01-16T14:00:00Z")
    night = {"any_day": {"from": "22:00", "to": "02:00"}}
    waits = await story.send(schedule=night, **madrid)
    assert waits.json["waits_until"] == "2026-01-15T21:00:00Z"
    await story.at("2026-01-16T00:59:59+00:00")
    assert (await story.send(schedule=night, **madrid)).json["status"] == "queued"
    await story.at("2026-01-16T01:00:00+00:00")
    assert (await story.send(schedule=night, **madrid)).json["status"] == "scheduled"

    friday = {"friday": [{"from": "09:00", "to": "10:00"}], "any_day": {"from": "15:00", "to": "16:00"}}
    assert (await story.send(schedule=friday, **madrid)).json["waits_until"] == "2026-01-16T08:00:00Z"
    february = {"any_day": {"from": "09:00", "to": "10:00"}, "days": ["mon"], "months": [2]}
    assert (await story.send(schedule=february, **madrid)).json["waits_until"] == "2026-02-02T08:00:00Z"


@pytest.mark.req("R109", "R147")
async def test_a_campaign_keeps_to_hours_and_what_waits_can_be_called_off(story: Story) -> None:
    await story.rule(hours={"spread_minutes": 0})
    list_id = await story.people(f"number,time_zone\n{ANA},\n{MIAMI},\n{MOVED},America/Los_Angeles\n")
    made = await story.campaign(list_id, schedule={"any_day": {"from": "12:00", "to": "14:00"}})
    assert made == {ANA: ("queued", ""), **dict.fromkeys((MIAMI, MOVED), ("scheduled", "schedule"))}
    waiting = (await story.customer.get("/v1/messages?status=scheduled")).json["items"]
    moved, miami = sorted(waiting, key=lambda one: one["waits_until"], reverse=True)
    assert shape(miami, "to", "waits_until") == (MIAMI, "2026-01-15T17:00:00Z")
    assert shape(moved, "to", "waits_until") == (MOVED, "2026-01-15T20:00:00Z"), "by the zone that is noted for them"
    before = await story.credits()
    gone = await story.customer.post(f"/v1/messages/{miami['id']}/cancel", {})
    assert gone.json["status"] == "cancelled"
    assert await story.credits() == before + 1


@pytest.mark.req("R147")
async def test_in_quiet_hours_marketing_waits_or_is_dropped_and_codes_go(story: Story) -> None:
    hours = {"quiet_hours": {"any_day": {"from": "11:00", "to": "15:00"}}, "spread_minutes": 0}
    await story.rule(hours=hours)
    list_id = await story.people(f"number\n{ANA}\n")
    spain = "2026-01-15T15:00:00Z"  # when it is 15:00 in the Canaries, and later on the mainland
    assert await story.campaign(list_id) == {ANA: ("scheduled", "quiet_hours")}
    (waiting,) = (await story.customer.get("/v1/messages?status=scheduled")).json["items"]
    assert waiting["waits_until"] == spain
    assert (await story.send(**{"class": "otp"})).json["status"] == "queued"

    dropped = await story.campaign(list_id, when_closed="drop")
    assert dropped == {ANA: ("skipped", "outside_hours")}
    await story.rule(hours={**hours, "when_closed": "drop"})
    assert await story.campaign(list_id) == {ANA: ("skipped", "outside_hours")}
    assert await story.campaign(list_id, when_closed="delay") == {ANA: ("scheduled", "quiet_hours")}


@pytest.mark.req("R147")
async def test_a_campaign_does_not_disturb_and_waits_for_the_next_day_or_drops(story: Story) -> None:
    await story.rule(hours={"spread_minutes": 0})
    list_id = await story.people(f"number\n{ANA}\n")
    quiet = {"except": {"any_day": {"from": "11:00", "to": "15:00"}}}
    assert await story.campaign(list_id, schedule=quiet, when_closed="delay") == {ANA: ("scheduled", "schedule")}
    (waiting,) = (await story.customer.get("/v1/messages?status=scheduled")).json["items"]
    assert waiting["waits_until"] == "2026-01-15T15:00:00Z", "once it is 15:00 wherever she may be"
    assert await story.campaign(list_id, schedule=quiet, when_closed="drop") == {ANA: ("skipped", "outside_hours")}
    past = {"any_day": {"from": "08:00", "to": "10:00"}}
    assert await story.campaign(list_id, schedule=past, when_closed="drop") == {ANA: ("skipped", "outside_hours")}
    assert await story.campaign(list_id, schedule=past, when_closed="delay") == {ANA: ("scheduled", "schedule")}
    waits = {one["waits_until"] for one in (await story.customer.get("/v1/messages?status=scheduled")).json["items"]}
    assert "2026-01-16T08:00:00Z" in waits, "the next day"


@pytest.mark.req("R148")
async def test_a_person_is_reached_so_often_and_no_oftener_and_each_that_was_dropped_says_why(story: Story) -> None:
    await story.rule(caps={"marketing": {"terms": [{"most": 2, "hours": 72}], "dwell_minutes": 5}})
    list_id = await story.people(f"number\n{ANA}\n")
    reached = ("queued", "")
    assert await story.campaign(list_id, text="First text") == {ANA: reached}
    await story.later(minutes=4, seconds=59)
    assert await story.campaign(list_id, text="Second text") == {ANA: ("skipped", "dwell_time")}
    await story.later(seconds=1)
    assert await story.campaign(list_id, text="Third text") == {ANA: reached}
    await story.later(hours=70)
    assert await story.campaign(list_id, text="Fourth text") == {ANA: ("skipped", "frequency_cap")}
    assert (await story.send(text="A code of yours")).status == 202, "caps are of a class"
    await story.later(hours=2)
    assert await story.campaign(list_id, text="Fifth text") == {ANA: reached}

    dropped = (await story.customer.get("/v1/messages?status=skipped")).json["items"]
    assert [one["text"] for one in dropped] == ["Fourth text", "Second text"]
    why = (await story.customer.get(f"/v1/messages/{dropped[0]['id']}/why")).json
    assert shape(why, "stopped_by", "code") == ("frequency", "frequency_cap")


@pytest.mark.req("R91", "R105", "R109")
async def test_each_decision_names_its_rules_and_what_would_change_it(story: Story) -> None:
    sent = await story.send()
    told = await story.why(sent)
    assert told["stopped_by"] is None
    assert {one["verdict"] for one in told["rules"]} == {"pass"}
    await story.customer.call("PUT", f"/v1/blacklist/{BEA}", {})
    would = (await story.customer.get(f"/v1/contacts/{BEA}/why?class=marketing")).json
    assert shape(would, "stopped_by", "code") == ("blacklist", "blacklisted")
    assert "blacklist" in would["rules"][-1]["remedy"]
    await story.send(BEA, client_ref="booking-18")
    (refused,) = (await story.customer.get("/v1/refused_messages?code=blacklisted")).json["items"]
    assert shape(refused, "to", "client_ref", "field") == (BEA, "booking-18", "to")
