"""Contacts as a marketing tool keeps them: a phone with a status, a subscription with where it came from."""

from __future__ import annotations

import pytest

from cablegram.connectors.contract import Outcome
from telling import ANA, BEA, CAM, Story, shape


async def set_to(story: Story, whom: str, /, **statuses: object) -> None:
    """Change a contact's statuses."""
    changed = await story.customer.call("PATCH", f"/v1/contacts/{whom}", statuses)
    assert changed.status == 200, changed.body


@pytest.mark.req("R142", "R143", "R144")
async def test_of_the_eighteen_cases_four_send(story: Story) -> None:
    await story.people(f"number\n{ANA}\n")
    sends = set[tuple[str, str, str]]()
    for phone in ("active", "bounced", "paused"):
        for subscription in ("subscribed", "not_subscribed", "none"):
            source = {"source": "by letter"} if subscription == "subscribed" else {}
            await set_to(story, ANA, phone_status=phone, subscription=subscription, **source)
            for message_class in ("marketing", "transactional"):
                reply = await story.send(text=f"{phone} {subscription}", **{"class": message_class})
                expected = {
                    "bounced": "number_bounced",
                    "paused": "number_paused",
                    "active": {"not_subscribed": "not_subscribed", "none": "consent_unknown"}.get(subscription),
                }
                if reply.status == 202:
                    sends.add((phone, subscription, message_class))
                else:
                    assert (reply.status, reply.code) == (403, expected[phone])
    assert sends == {
        ("active", "subscribed", "marketing"),
        ("active", "subscribed", "transactional"),
        ("active", "not_subscribed", "transactional"),
        ("active", "none", "transactional"),
    }


@pytest.mark.req("R144", "R105")
async def test_a_campaign_reaches_those_who_may_get_it_and_says_of_the_others_why_not(story: Story) -> None:
    list_id = await story.people(f"number\n{ANA}\n{BEA}\n{CAM}\n")
    await set_to(story, ANA, subscription="subscribed", source="by letter")
    await set_to(story, BEA, subscription="not_subscribed")
    before = await story.credits()
    assert await story.campaign(list_id) == {
        ANA: ("queued", ""), BEA: ("skipped", "not_subscribed"), CAM: ("queued", "")
    }  # fmt: skip
    assert before - await story.credits() == 4, "who is skipped costs nothing"
    await story.rule(unrecorded_subscription="none")
    strict = await story.campaign(list_id)
    assert strict[CAM] == ("skipped", "consent_unknown"), "where silence is no consent"
    transactional = await story.campaign(list_id, **{"class": "transactional"})
    assert {status for status, _ in transactional.values()} == {"queued"}


@pytest.mark.req("R142", "R144")
async def test_a_subscription_comes_with_where_it_came_from(story: Story) -> None:
    await story.people(f"number,city\n{ANA},Vigo\n", source="web-shop")
    one = (await story.customer.get(f"/v1/contacts/{ANA}")).json
    assert shape(one, "number", "phone_status", "subscription", "subscription_source") == (
        ANA, "active", "subscribed", "web-shop"
    )  # fmt: skip
    await story.people(f"number\n{BEA}\n")
    unsaid = await story.customer.call("PATCH", f"/v1/contacts/{BEA}", {"subscription": "subscribed"})
    assert (unsaid.status, unsaid.code) == (403, "source_needed")
    assert (await story.customer.get(f"/v1/contacts/{BEA}")).json["subscription"] is None


@pytest.mark.req("R143")
async def test_one_permanent_failure_bounces_and_a_new_number_is_active(story: Story) -> None:
    await story.people(f"number\n{ANA}\n{BEA}\n")
    await story.send(BEA)
    await story.carry(receipt=Outcome.EXPIRED)
    assert (await story.customer.get(f"/v1/contacts/{BEA}")).json["phone_status"] == "active", "a phone was off"
    await set_to(story, ANA, phone_status="bounced")
    refused = await story.send(ANA)
    assert (refused.status, refused.code) == (403, "number_bounced")
    await set_to(story, ANA, number=CAM)
    assert (await story.customer.get(f"/v1/contacts/{CAM}")).json["phone_status"] == "active"
    assert (await story.send(CAM)).status == 202
