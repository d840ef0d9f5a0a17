"""Webhooks by command."""

from __future__ import annotations

import pytest

from commanding import Cable


@pytest.mark.usefixtures("acme")
def test_webhooks_are_made_tried_looked_into_switched_and_deleted(cable: Cable) -> None:
    made = cable("webhook", "add", "Shop", "https://shop.example.com/hook", "--kind", "message.*", "--json").facts
    assert made["secret"].startswith("whsec_")
    assert cable("webhook", "test", "Shop", "--json").facts["event_id"]
    assert "webhook.test" in cable("webhook", "events", "Shop").out
    assert cable("webhook", "rotate", "Shop", "--json").facts["secret"] != made["secret"]
    assert "Shop is off." in cable("webhook", "disable", "Shop").out
    assert "webhook_is_off" in cable("webhook", "replay", "Shop", status=1).err
    assert "by_hand" in cable("webhook", "list").out
    assert "Shop is on." in cable("webhook", "enable", "Shop").out
    assert "sends them again" in cable("webhook", "replay", made["id"]).out
    assert "is deleted" in cable("webhook", "delete", "Shop").out
    assert cable("webhook", "list").out.strip() == "There are no webhooks."
    assert "bad_webhook_kind" in cable("webhook", "add", "X", "https://example.com", "--kind", "lost", status=1).err
    assert "key_needed" in cable("listen", status=1).err
