"""Messages that are accepted go by the rules of that moment, each as its id decides where it draws a lot."""

from __future__ import annotations

from collections import Counter

import pytest

import crowd
import make
import traffic
from books import assert_sums_hold, rows
from cablegram.accounts.access import NO_ACCOUNT, Principal, operator
from cablegram.billing.prices import Prices
from cablegram.campaigns.fan_out import FanOut
from cablegram.campaigns.model import Done
from cablegram.kit.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refused
from cablegram.kit.ids import uuid7
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.routing import drafting, explain, pick, rules
from cablegram.routing.drafting import NewRule
from cablegram.routing.model import Option, Policy, Strategy
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from routes import ANN, carrier, rule, waiting

FRANCE = "+33612345678"


@pytest.fixture
async def shop(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


async def accepted(rt: Runtime, *drafts: Draft) -> None:
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now())


async def test_each_message_of_a_batch_goes_by_the_rule_about_it_and_by_new_rules_at_once(
    rt: Runtime, shop: Principal
) -> None:
    first, second = await carrier(rt, "First"), await carrier(rt, "Second")
    spain = await rule(rt, second, countries=["ES"])
    await accepted(rt, traffic.draft(shop), traffic.draft(shop, to=FRANCE), traffic.draft(shop))
    assert await waiting(rt) == {"First": 1, "Second": 2}
    await rules.change(rt, ANN, spain.id, NewRule("All", [Option(second.id)]))
    await accepted(rt, traffic.draft(shop, to=FRANCE))
    assert await waiting(rt) == {"First": 1, "Second": 3}
    await rules.remove(rt, ANN, spain.id)
    await accepted(rt, traffic.draft(shop))
    assert await waiting(rt) == {"First": 2, "Second": 3}
    assert first.id != second.id


async def test_who_shares_gets_what_the_ids_decide_and_refused_ones_get_no_id(rt: Runtime, shop: Principal) -> None:
    first, second = await carrier(rt, "First"), await carrier(rt, "Second")
    await rule(rt, Option(first.id, 1), Option(second.id, 3), strategy=Strategy.BY_WEIGHT)
    drafts = [traffic.draft(shop) for _ in range(400)]
    drafts[7] = traffic.draft(shop, to="12")
    drafts[9] = traffic.draft(shop, to="+88213300000")
    await accepted(rt, *drafts)
    assert [place for place, one in enumerate(drafts) if one.id is None] == [7, 9]
    counted = Counter(one.connector_id for one in drafts if one.id)
    assert set(counted) == {first.id, second.id}
    assert 250 < counted[second.id] < 350
    async with rt.db.connection() as conn:
        ways = await pick.routes(conn, [shop.account_id])
    chooser = ways.chooser(None, shop.account_id, sender="Tests", message_class="transactional")
    assert all(
        chooser.choose(one.number, one.country, one.id.int).connector_id == one.connector_id for one in drafts if one.id
    )
    assert await rows(rt, "SELECT count(DISTINCT id), count(DISTINCT connector_id) FROM message") == [(398, 2)]
    await assert_sums_hold(rt)


async def test_a_campaign_goes_by_rules_and_so_do_messages_with_several_senders(rt: Runtime, shop: Principal) -> None:
    first, second = await carrier(rt, "First"), await carrier(rt, "Second")
    await rows(rt, "DELETE FROM sender_connector RETURNING sender_id")
    await rule(rt, Option(first.id), Option(second.id), strategy=Strategy.BY_WEIGHT, classes=["marketing"])
    people = await crowd.crowd(rt, shop, 100)
    made = await crowd.campaign(rt, shop, people.id)
    await rows(rt, "UPDATE campaign SET state = 'running' WHERE id = %s RETURNING id", made.id)
    assert isinstance(await FanOut().step(rt, made.id), Done)
    shares = await waiting(rt)
    assert (set(shares), sum(shares.values())) == ({"First", "Second"}, 100)
    await crowd.assert_adds_up(rt, made.id, recipients=100)
    await grant.add(rt, operator("Ann", shop.account_id), NewSender("Acme"))
    await rule(rt, second, senders=["Acme"])
    await accepted(rt, Draft(shop.account_id, traffic.NUMBER, "Hello there", sender=("Acme",)))
    assert (await waiting(rt))["Second"] == shares["Second"] + 1


async def test_rules_have_an_order_an_owner_and_a_limit(
    rt: Runtime, shop: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    way, own = await carrier(rt, "First"), await carrier(rt, "Own", owner=shop)
    one, two = await rule(rt, way, name="one"), await rule(rt, way, name="two")
    front = await rules.add(rt, ANN, NewRule("front", [Option(way.id)]), position=1)
    mine = await rule(rt, own, name="mine", who=shop, is_own=True)
    assert [each.name for each in await rules.everything(rt, ANN)] == ["front", "one", "two"]
    assert [each.name for each in await rules.everything(rt, shop)] == ["mine"]
    assert [each.name for each in await rules.everything(rt, operator("Ann", shop.account_id))][:1] == ["mine"]
    moved = await rules.change(rt, ANN, two.id, NewRule("two", [Option(way.id)]), position=99)
    assert moved.position == 3
    assert [each.position for each in await rules.reorder(rt, ANN, [one.id, two.id, front.id])] == [1, 2, 3]
    with pytest.raises(InvalidInput, match="each of the 3 rules once"):
        await rules.reorder(rt, ANN, [one.id, one.id, front.id])
    with pytest.raises(NotFound):
        await rules.get(rt, shop, one.id)
    with pytest.raises(NotAllowed):
        await rules.add(rt, shop, NewRule("x", [Option(own.id)]))
    with pytest.raises(InvalidInput, match="for which account"):
        await rules.add(rt, operator("Ann", NO_ACCOUNT), NewRule("x", [Option(own.id)], is_own=True))
    with pytest.raises(NotFound):
        await rules.remove(rt, ANN, uuid7())
    assert (await rules.get(rt, shop, mine.id)).account_id == shop.account_id
    assert await rules.reorder(rt, await make.account(rt), [], is_own=True) == []
    monkeypatch.setattr(drafting, "MOST_RULES", 3)
    with pytest.raises(Conflict, match="Delete one first"):
        await rules.add(rt, ANN, NewRule("x", [Option(way.id)]))


async def test_what_holds_for_all_routing_is_changed_by_parts(rt: Runtime) -> None:
    assert await rules.policy(rt, ANN) == Policy()
    await rules.set_policy(rt, ANN, fails_over=True, patience=7)
    assert await rules.set_policy(rt, ANN, rest=9) == Policy(fails_over=True, patience=7, rest=9)
    with pytest.raises(InvalidInput, match="3600"):
        await rules.set_policy(rt, ANN, patience=3601)
    assert await rows(rt, "SELECT data->>'what' FROM event WHERE kind = 'route.changed'") == [("policy",)] * 2


async def test_it_is_told_what_would_be_taken_and_why(rt: Runtime, shop: Principal) -> None:
    with pytest.raises(InvalidInput):
        await explain.explain(rt, shop, "12")
    with pytest.raises(Refused):
        await explain.explain(rt, shop, FRANCE, sender="No/Name")
    told = await explain.explain(rt, shop, FRANCE)
    assert told.connector
    assert (told.connector.connector.name, told.case.number, told.rule) == ("Simulated carrier", "33612345678", None)
    second = await carrier(rt, "Second", owner=shop)
    await rule(rt, second, who=shop, is_own=True, name="mine")
    told = await explain.explain(rt, shop, FRANCE, sender="Acme", message_class="otp")
    assert told.connector
    assert told.rule
    assert (told.connector.connector.name, told.rule.name, told.is_operator_s) == ("Second", "mine", False)
    assert [look.why for look in told.connectors] == [
        "It is the first of the rule that can carry the message.",
        "The account's own connectors go before the operator's.",
    ]
