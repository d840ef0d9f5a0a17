"""What a connector's provider wants besides number, sender and text: asked for, kept in its order, handed on (R132)."""

from __future__ import annotations

import msgspec
import pytest

import crowd
import make
import traffic
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing.prices import Prices
from cablegram.campaigns import lifecycle
from cablegram.campaigns.fan_out import FanOut
from cablegram.connectors import configure
from cablegram.connectors.configure import NewConnector
from cablegram.connectors.needs import ProviderValues
from cablegram.connectors.providers.generic.settings import GenericSettings
from cablegram.dispatch import store as dispatch
from cablegram.kit.errors import InvalidInput, Refused
from cablegram.kit.ids import ConnectorId
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.runtime.runtime import Runtime

SETTINGS = {
    "url": "https://sms.example.com/send",
    "payload": {"to": "$$To", "text": "$$Body", "uid": "$$uid", "dlt": "$$TemplateID", "vars": "$$TemplateVariables"},
}
VALUES = ProviderValues(template_id="T1", variables={"zeta": "1", "alpha": "2"}, values={"uid": 7})


@pytest.fixture
async def connector_id(rt: Runtime) -> ConnectorId:
    """Give a connector to a described provider, tried out, and the only way out."""
    await traffic.open_ways(rt)
    settings = msgspec.convert(SETTINGS, GenericSettings)
    new = NewConnector(kind="generic", name="Described", settings=settings, secrets={})
    made = await configure.add(rt, operator("tests"), new)
    await rows(rt, "UPDATE connector SET tested_at = now() WHERE id = %s RETURNING id", made.id)
    return made.id


@pytest.fixture
async def shop(rt: Runtime, connector_id: ConnectorId) -> Principal:
    assert connector_id
    return await make.account(rt, credits=100, default_country="ES")


async def judged(rt: Runtime, who: Principal, *given: ProviderValues | None, to: str = "+34600000001") -> list[Draft]:
    drafts = [
        Draft(account_id=who.account_id, to=to, text="Hello there", sender=traffic.SENDER, provider_values=one)
        for one in given
    ]
    async with rt.db.transaction() as conn:
        await accept(conn, drafts, prices=Prices(), now=rt.clock.now())
    return drafts


def refusals(drafts: list[Draft]) -> list[tuple[str, str | None] | None]:
    return [(one.refusal.code, one.refusal.field) if one.refusal else None for one in drafts]


@pytest.mark.req("R132", "R139")
async def test_what_lacks_is_refused_by_name_and_templates_only_for_india(rt: Runtime, shop: Principal) -> None:
    without = ProviderValues(values={"uid": "u"})
    uid = ("provider_values_missing", "provider_values.values.uid")
    template = ("provider_values_missing", "provider_values.template_id")
    empty = ProviderValues(values={"uid": ""})
    assert refusals(await judged(rt, shop, None, empty, without, VALUES)) == [uid, uid, None, None]
    assert refusals(await judged(rt, shop, without, VALUES, to="+919812345678")) == [template, None]


@pytest.mark.req("R132")
async def test_values_reach_the_link_in_the_order_in_which_they_were_given(
    rt: Runtime, shop: Principal, connector_id: ConnectorId
) -> None:
    drafts = await judged(rt, shop, VALUES, ProviderValues(values={"uid": True}))
    assert {one.connector_id for one in drafts} == {connector_id}
    async with rt.db.transaction() as conn:
        claimed = await dispatch.claim(
            conn, connector_id, 1, room=10, is_window_empty=True, after=[0, 0, 0], now=rt.clock.now(), by_message=True
        )
    brought = [one.outgoing.values if one.outgoing else None for one in claimed]
    assert brought == [
        {"template_id": "T1", "variables": {"zeta": "1", "alpha": "2"}, "values": {"uid": 7}},
        {"values": {"uid": True}},
    ]
    assert brought[0] is not None
    assert list(brought[0]["variables"]) == ["zeta", "alpha"]


@pytest.mark.req("R132", "R133")
async def test_a_campaign_fills_them_in_for_each_person(rt: Runtime, shop: Principal) -> None:
    people = await crowd.listed(
        rt, shop, [["number", "name", "id"], ["+34600000001", "Ana", "a1"], ["+34600000002", "Bea", "b2"]]
    )
    brought = ProviderValues(variables=["{{ name }}", "{{ number }}"], values={"uid": "u-{{ id }}", "n": 3})
    made = await crowd.campaign(rt, shop, people.id, sender=traffic.SENDER, provider_values=brought)
    assert made.provider_values == brought
    await lifecycle.start(rt, shop, made.id)
    await FanOut().step(rt, made.id)
    assert await rows(rt, "SELECT provider_values FROM message ORDER BY dst") == [
        ({"variables": ["Ana", "+34600000001"], "values": {"uid": "u-a1", "n": 3}},),
        ({"variables": ["Bea", "+34600000002"], "values": {"uid": "u-b2", "n": 3}},),
    ]


@pytest.mark.req("R132")
async def test_a_campaign_without_them_does_not_start(rt: Runtime, shop: Principal) -> None:
    people = await crowd.crowd(rt, shop, 1)
    made = await crowd.campaign(rt, shop, people.id, sender=traffic.SENDER)
    with pytest.raises(Refused) as refused:
        await lifecycle.start(rt, shop, made.id)
    assert [(one.code, one.field) for one in refused.value.faults] == [
        ("provider_values_missing", "provider_values.values.uid")
    ]


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        (ProviderValues(values={"uid": "{{ nobody }}"}), "missing_variable", "variables.nobody"),
        (ProviderValues(variables={"a": "{{ x"}), "bad_template", "provider_values.variables.a"),
    ],
)
async def test_a_campaign_s_values_are_read_as_templates(
    rt: Runtime, shop: Principal, values: ProviderValues, code: str, field: str
) -> None:
    people = await crowd.crowd(rt, shop, 1)
    with pytest.raises(InvalidInput) as refused:
        await crowd.campaign(rt, shop, people.id, sender=traffic.SENDER, provider_values=values)
    assert [(one.code, one.field) for one in refused.value.faults] == [(code, field)]
