"""A shop that writes to its customers: long texts at a flat price, pictures, and nothing twice within half a day."""

from __future__ import annotations

import pytest

from telling import ANA, BEA, Story, shape


@pytest.mark.req("R42", "R44")
async def test_a_store_pays_for_each_160_characters_begun(story: Story) -> None:
    await story.operator.call("PATCH", "/v1/account", {"segment_profile": "flat160"})
    left = await story.credits()
    for length, billed, parts in ((160, 1, 1), (161, 2, 2), (240, 2, 2), (321, 3, 3), (1600, 10, 11)):
        sent = await story.send(text="a" * length)
        assert shape(sent.json, "billed_segments", "segments") == (billed, parts), length
        left -= 2 * billed
        assert await story.credits() == left
        cyrillic = (await story.simulate("я" * length))["billed_segments"]
        assert cyrillic == billed, "characters are counted, whatever their alphabet"


@pytest.mark.req("R42")
async def test_a_store_s_text_has_1600_characters_at_most(story: Story) -> None:
    await story.operator.call("PATCH", "/v1/account", {"segment_profile": "flat160"})
    refused = await story.send(text="a" * 1601)
    assert (refused.status, refused.code) == (403, "text_too_long")
    assert (await story.send(text="😀" * 1600)).status == 202
    assert (await story.customer.call("PATCH", "/v1/account", {"segment_profile": "gsm0338"})).status == 403


@pytest.mark.req("R43", "R44")
async def test_a_gateway_that_counts_otherwise_has_its_count_beside_ours(story: Story) -> None:
    (connector,) = (await story.operator.get("/v1/connectors")).json["items"]
    settings = {**connector["settings"], "segment_limit": 127, "segment_usable": 120}
    changed = await story.operator.call("PATCH", f"/v1/connectors/{connector['id']}", {"settings": settings})
    assert changed.status == 200
    for length, counted, parts in ((120, 1, 1), (121, 2, 1), (240, 2, 2), (241, 3, 2)):
        sent = await story.send(text="a" * length)
        assert shape(await story.look(sent), "gateway_segments", "segments") == (counted, parts), length


@pytest.mark.req("R55")
async def test_a_picture_is_refused_where_nothing_carries_it(story: Story) -> None:
    refused = await story.send(media_url="https://example.com/menu.jpg")
    assert (refused.status, refused.code) == (403, "media_not_carried")
    assert "link" in refused.json["detail"]


@pytest.mark.req("R56")
async def test_the_same_text_goes_again_after_twelve_hours_and_not_a_minute_before(story: Story) -> None:
    await story.rule(duplicate_guard=True)
    assert (await story.send()).status == 202
    await story.later(hours=11, minutes=59)
    again = await story.send()
    assert (again.status, again.code) == (403, "duplicate_text")
    assert (await story.send(text="Another text")).status == 202
    assert (await story.send(BEA)).status == 202
    made = await story.campaign(await story.people(f"number\n{ANA}\n"), text="Hello there")
    assert made == {ANA: ("skipped", "duplicate_text")}
    await story.later(minutes=1)
    assert (await story.send()).status == 202


@pytest.mark.req("R56")
async def test_the_guard_is_the_operator_s_to_switch_off(story: Story) -> None:
    await story.rule(duplicate_guard=True)
    own = await story.customer.call("PATCH", "/v1/account/sending_rules", {"duplicate_guard": False})
    assert (own.status, own.code) == (403, "scope_missing")
    assert (await story.send()).status == 202
    await story.rule(duplicate_guard=False)
    assert (await story.send()).status == 202
