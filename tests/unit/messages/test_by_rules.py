"""Messages of a batch get their ways by rules; where they draw lots, each gets its id for that."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from cablegram.kit.ids import AccountId, ConnectorId, MessageId, RouteId, uuid7s
from cablegram.messages.by_rules import ByRules, lot_of
from cablegram.messages.model import Draft, MessageClass
from cablegram.routing.choose import Way, Ways
from cablegram.routing.model import Option, Rule, Scope, Strategy
from cablegram.routing.rulebook import Rulebook
from cablegram.senders.model import Usable

US = AccountId(UUID(int=1))
A, B = ConnectorId(UUID(int=10)), ConnectorId(UUID(int=11))
WAYS = [Way(A, None, is_simulated=False), Way(B, None, is_simulated=False, carries_media=True)]
ACME, OTHER = Usable("Acme"), Usable("Other", connector_ids=(A,))


def ruled(*options: Option, strategy: Strategy = Strategy.IN_ORDER, **scope: frozenset[str]) -> Ways:
    rule = Rule(RouteId(UUID(int=7)), None, "Rule", Scope(**scope), strategy, options)  # pyright: ignore[reportArgumentType]
    return Ways(WAYS, Rulebook([rule]))


def draft(number: str = "34600000118", message_class: MessageClass = MessageClass.OTP) -> Draft:
    return Draft(US, "", "", message_class=message_class, number=number, country="ES")


def test_each_sender_class_and_kind_of_message_gets_its_own() -> None:
    rules = ByRules(ruled(Option(B), Option(A), classes=frozenset({"otp"})), None)
    usual = WAYS[0]
    assert rules.concerns(usual)
    assert not ByRules(Ways(WAYS), None).concerns(usual)
    marketing = draft(message_class=MessageClass.MARKETING)
    asked = [(draft(), ACME), (draft(), OTHER), (marketing, ACME), (draft(), ACME), (draft(), ACME)]
    assert [rules.way(one, sender, usual).connector_id for one, sender in asked] == [B, A, A, B, B]
    assert rules.way(marketing, ACME, WAYS[1], with_media=True).connector_id == B


def test_who_draws_lots_has_an_id_by_then_and_it_is_the_lot() -> None:
    shared = ruled(Option(A), Option(B), strategy=Strategy.BY_WEIGHT)
    ids = uuid7s(50)
    drafts = [draft() for _ in ids]
    rules = ByRules(shared, iter(ids))
    chosen = [rules.way(one, ACME, WAYS[0]).connector_id for one in drafts]
    assert [one.id for one in drafts] == ids
    assert set(chosen) == {A, B}
    again = ByRules(shared, iter(()))
    assert [again.way(one, ACME, WAYS[0]).connector_id for one in drafts] == chosen


def test_over_own_connectors_the_number_is_the_lot_so_that_the_fee_is_known_before() -> None:
    own = [replace(way, account_id=US, fee=fee) for way, fee in zip(WAYS, (10, 20), strict=True)]
    rule = Rule(RouteId(UUID(int=7)), US, "Rule", Scope(), Strategy.BY_WEIGHT, (Option(A), Option(B)))
    ways = Ways(own, Rulebook([rule]))
    drafts = [draft(str(34600000100 + place)) for place in range(40)]
    before = [ByRules(ways, None).way(one, ACME, own[0]) for one in drafts]
    then = ByRules(ways, iter(uuid7s(40)))
    assert [then.way(one, ACME, own[0]) for one in drafts] == before
    assert {way.fee for way in before} == {10, 20}
    assert {one.id for one in drafts} == {None}
    assert lot_of(None, "34600000100", MessageId(UUID(int=5))) == 5
    assert lot_of(US, "34600000100", MessageId(UUID(int=5))) == lot_of(None, "34600000100", None) == 34600000100


def test_where_nothing_is_sent_the_number_is_the_lot() -> None:
    rules = ByRules(ruled(Option(A), Option(B), strategy=Strategy.BY_WEIGHT), None)
    one, named = draft(), draft()
    named.id = MessageId(uuid7s(1)[0])
    first = rules.way(one, ACME, WAYS[0])
    assert one.id is None
    assert rules.way(draft(), ACME, WAYS[0]) == first
    assert rules.way(named, ACME, WAYS[0]) in WAYS
