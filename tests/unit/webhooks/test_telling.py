"""What happened, as it is told: documented shapes, small, with the numbers as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from cablegram.events.model import Kind, Told
from cablegram.kit.ids import AccountId, MessageId, uuid7
from cablegram.messages.news_model import About, News
from cablegram.webhooks import catalogue, notification, telling
from cablegram.webhooks.telling import Item, Text

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
ACCOUNT = AccountId(uuid7())


def event(kind: str, data: dict[str, Any], subject: UUID | None = None) -> Told:
    return Told(uuid7(), NOW, kind, subject, data, ACCOUNT)


def about(message_id: MessageId, **facts: Any) -> About:  # noqa: ANN401 - of the field
    values: dict[str, Any] = {"sender": "34600000001", "client_ref": "m1", "campaign_id": None} | facts
    return About(
        message_id, to="34600000118", message_class="otp", country="ES", segments=1, price=5, accepted_at=NOW, **values
    )


def data(item: Item) -> dict[str, Any]:
    return msgspec.json.decode(item.data)


@pytest.mark.req("R152")
def test_messages_are_told_one_by_one_with_their_own_reasons() -> None:
    first, gone, last = (MessageId(uuid7()) for _ in range(3))
    news = News(1, ACCOUNT, NOW, "rejected", [first, gone, last], ["a", "b", "c"], None)
    told = telling.of_news(news, [about(first), about(last, sender="Acme")])
    assert [(one.kind, one.subject) for one in told] == [("message.rejected", first), ("message.rejected", last)]
    assert [(data(one)["reason"], data(one)["from"]) for one in told] == [("a", "+34600000001"), ("c", "Acme")]
    assert data(told[0])["to"] == "+34600000118"
    plain = News(1, ACCOUNT, NOW, "delivered", [first], None, [None])
    assert (data(telling.of_news(plain, [about(first)])[0])["error"], plain.reasons) == (None, None)


@pytest.mark.req("R66", "R152")
@pytest.mark.parametrize("words", ["Yes", "ñ" * 20_000, "\x01" * 11_000])
def test_a_text_is_told_with_what_it_answers_and_never_too_large(words: str) -> None:
    text = Text(uuid7(), "34600000118", "12345", words, 1, ["https://x/1"] * 9, "inbox", None, None, NOW, uuid7(), "r")
    item = telling.of_text(event(catalogue.TEXT, {}, text.id), text)
    told = data(item)
    assert (told["from"], told["to"], told["answers_client_ref"]) == ("+34600000118", "12345", "r")
    assert len(telling.body(item.kind, item.at, 1, item.data).encode()) < 20_000
    assert told["text_is_cut"] == (words != "Yes")
    assert words.startswith(told["text"])


@pytest.mark.req("R152")
def test_events_are_told_in_their_shape_and_others_not_at_all() -> None:
    campaign = uuid7()
    (one,) = telling.of_event(
        event(Kind.CAMPAIGN_PAUSED, {"reason": "guard", "told": "x"}, campaign), names={campaign: "Sale"}
    )
    assert (data(one)["campaign_id"], data(one)["name"], data(one)["reason"]) == (str(campaign), "Sale", "guard")
    assert "told" not in data(one)
    (one,) = telling.of_event(
        event(Kind.SUBSCRIBER_CHANGED, {"number": "346001", "new_number": "34600000118"}), names={}
    )
    assert (one.kind, data(one)["new_number"]) == ("subscription.changed", "+34600000118")
    (one,) = telling.of_event(event(Kind.BLACKLIST_ADDED, {"how": "import", "rows": 3, "added": 2}), names={})
    assert (data(one)["number"], data(one)["added"]) == (None, 2)
    assert telling.of_event(event(Kind.KEY_CREATED, {}), names={}) == []
    assert telling.of_event(event(catalogue.TEXT, {}), names={}) == []
    assert telling.of_event(event("of an older version", {}), names={}) == []


def test_what_is_much_too_large_loses_its_lists_and_not_its_event() -> None:
    huge = {"kind": "import", "about": [{"line": "x" * 500}] * 100, "state": "finished"}
    (one,) = telling.of_event(event(Kind.JOB_FINISHED, huge, uuid7()), names={})
    assert (data(one)["about"], data(one)["state"]) == (None, "finished")


@pytest.mark.req("R152")
def test_each_click_is_an_event_of_its_own() -> None:
    message = uuid7()
    clicks = [
        {"message_id": str(message), "to": "34600000118", "url": "https://x", "at": "now"},
        {"url": "y"},
        "broken",
    ]
    first, second = telling.of_event(event(Kind.LINKS_CLICKED, {"clicks": clicks}), names={})
    assert (first.kind, first.subject, data(first)["to"]) == ("link.clicked", message, "+34600000118")
    assert (second.subject, data(second)["message_id"]) == (None, None)
    assert telling.of_event(event(Kind.LINKS_CLICKED, {}), names={}) == []


def test_every_kind_has_a_shape_that_its_event_can_fill() -> None:
    for one in catalogue.ALL:
        if one.source is None or one.source in {Kind.TEXT_RECEIVED, Kind.LINKS_CLICKED}:
            continue
        (item,) = telling.of_event(event(one.source, {"number": "34600000118"}, uuid7()), names={})
        assert item.kind == one.kind
        msgspec.json.decode(item.data, type=one.shape)
    test = telling.test(uuid7(), "https://x", NOW)
    msgspec.json.decode(test.data, type=catalogue.KINDS[test.kind].shape)


def test_patterns_stand_for_kinds() -> None:
    assert catalogue.hears(["message.*"], "message.delivered")
    assert not catalogue.hears(["message.*"], "text.received")
    assert catalogue.hears(["*"], "text.received")
    assert catalogue.states_heard(["message.delivered", "text.*"]) == {"delivered"}
    assert catalogue.is_known("campaign.*")
    assert not catalogue.is_known("campaign.lost")


@pytest.mark.req("R51", "R66", "R152")
@pytest.mark.parametrize(
    ("kind", "facts", "wanted"),
    [
        ("message.delivered", {"message_id": "m", "client_ref": "r"}, ("sms_status", "m", "delivered")),
        ("text.received", {"text_id": "t"}, ("inbound_sms", "t", None)),
        ("subscription.opted_in", {"service_id": "s", "number": "+1"}, ("subscription", None, "opt_in")),
        ("job.finished", {"job_id": "j", "kind": "import", "state": "failed"}, ("job_status", "j", "failed")),
        ("campaign.started", {"campaign_id": "c"}, ("campaign_status", "c", "started")),
        ("number.assigned", {"number": "+1"}, ("number.assigned", None, None)),
    ],
)
def test_notifications_are_flat_and_have_the_types_of_the_source(
    kind: str, facts: dict[str, Any], wanted: tuple[object, ...]
) -> None:
    told = msgspec.json.decode(notification.of(kind, NOW, 7, msgspec.json.encode(facts).decode()))
    assert (told["notification_type"], told.get("id"), told.get("status")) == wanted
    assert facts.items() <= told.items()
    assert (told["sequence"], told["timestamp"]) == (7, "2026-01-15T12:00:00Z")
