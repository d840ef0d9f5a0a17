from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from cablegram.events.model import Told
from cablegram.evidence.model import Evidence, Kind, Link, NewEvidence
from cablegram.kit.ids import AccountId
from cablegram.records.model import Span
from cablegram.records.spans import merged_ids, spans
from cablegram.records.telling import consent, edit

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANA, OTHER = UUID(int=1000), UUID(int=2000)


def told(place: int, kind: str, subject: UUID = ANA, /, **data: Any) -> Told:  # noqa: ANN401 - an event's facts
    return Told(UUID(int=place), NOW, kind, subject, data)


def test_a_record_that_never_changed_its_number_had_it_for_ever() -> None:
    (span,) = spans("1", ANA, {ANA: [told(5, "contact.tagged")]})
    assert span == Span("1")
    assert span.holds(UUID(int=1))


def test_each_number_counts_for_the_time_for_which_a_record_had_it() -> None:
    events = [told(9, "contact.changed", was="2", number="3"), told(5, "contact.changed", was="1", number="2")]
    found = spans("3", ANA, {ANA: events})
    assert found == [Span("3", UUID(int=9)), Span("2", UUID(int=5), UUID(int=9)), Span("1", None, UUID(int=5))]
    assert [one.number for one in found if one.holds(UUID(int=7))] == ["2"]


def test_a_record_has_the_numbers_of_those_that_were_joined_to_it_until_then() -> None:
    events = [told(9, "contact.merged", merged=str(OTHER), number="7"), told(3, "contact.changed", phone_status="x")]
    other = [told(4, "contact.changed", OTHER, was="6", number="7")]
    assert merged_ids(events) == [OTHER]
    assert spans("1", ANA, {ANA: events, OTHER: other}) == [
        Span("7", UUID(int=4), UUID(int=9)),
        Span("6", None, UUID(int=4)),
        Span("1"),
    ]


@pytest.mark.parametrize(
    ("event", "what", "detail"),
    [
        (
            told(1, "contact.changed", was="1", number="2", phone_status="active", variables={"a": [None, "b"]}),
            "Number changed from +1 to +2; Phone is active",
            "a: nothing → b",
        ),
        (
            told(1, "contact.changed", subscription="not_subscribed", source="shop", reason="asked"),
            "Subscription is not subscribed",
            "asked · shop",
        ),
        (told(1, "contact.changed", variables={"a": ["b", ""]}), "Fields changed", "a: b → nothing"),
        (told(1, "contact.bounced", error="11"), "The phone bounced", "The carrier said 11."),
        (told(1, "contact.tagged", added=["vip"], removed=["old"]), "Tags changed", "+ vip, − old"),
        (
            told(1, "contact.merged", number="7", variables=["a"], tags=["t"], lists=["l"], took_its_no=True),
            "+7 was joined to this record",
            "fields: a; tags: t; lists: l; its no to marketing counts",
        ),
        (told(1, "contact.merged", number="7"), "+7 was joined to this record", ""),
        (
            told(1, "contact.filled_in", form="Box", variables={"a": [None, "b"]}),
            "Filled in on a web page: Box",
            "a: nothing → b",
        ),
        (told(1, "some_thing.new"), "Some thing new", ""),
    ],
)
def test_an_edit_is_told_in_words(event: Told, what: str, detail: str) -> None:
    assert edit(event) == (what, detail)


def proof(scope: str, kind: str, **more: str) -> Evidence:
    new = NewEvidence(AccountId(UUID(int=1)), "1", scope, kind, "page", "Ana", NOW, **more)  # pyright: ignore[reportArgumentType]
    return Evidence(new, Link(1, 1, b"", b"", b"", b""), NOW, None)


def test_consent_is_told_with_its_evidence() -> None:
    shown = proof("marketing", Kind.OPT_IN, source="form", words="Offers", said="yes", url="https://a", address="::1")
    assert consent(shown, {}) == (
        "Said yes, to marketing",
        "form · shown: “Offers” · said: “yes” · https://a · from ::1",
    )
    assert consent(proof("everything", Kind.OPT_OUT), {}) == ("Said no, to everything", "")
    assert consent(proof("p1", Kind.ASKED), {"p1": "Deals"})[0] == "Was asked, to Deals"
    assert consent(proof("p2", "more"), {})[0] == "more, to a program that is gone"
