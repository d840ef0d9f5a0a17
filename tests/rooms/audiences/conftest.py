"""Five people of whom different things are known."""

from __future__ import annotations

import pytest

import crowd
from cablegram.accounts.access import Principal
from cablegram.contacts import fields, lists, tags
from cablegram.contacts import people as contacts
from cablegram.contacts.field_model import FieldType
from cablegram.contacts.model import ContactList, PhoneStatus, Subscription
from cablegram.contacts.people import Change
from cablegram.runtime.runtime import Runtime
from knowing import TABLE


@pytest.fixture
async def who(rt: Runtime) -> Principal:
    return await crowd.shop(rt)


@pytest.fixture
async def customers(rt: Runtime, who: Principal) -> ContactList:
    for name, kind in (("points", FieldType.NUMBER), ("birthday", FieldType.DATE), ("member", FieldType.YES_NO)):
        await fields.create(rt, who, name, kind=kind)
    made = await crowd.listed(rt, who, TABLE)
    await lists.create(rt, who, "A few")
    await tags.change_numbers(rt, who, ["+34600000001", "+34600000003"], add=["vip"])
    await tags.change_numbers(rt, who, ["+34600000003"], add=["new"])
    await contacts.change(rt, who, "+34600000002", Change(phone_status=PhoneStatus.PAUSED))
    await contacts.change(rt, who, "+34600000001", Change(subscription=Subscription.SUBSCRIBED, source="web shop"))
    await contacts.change(rt, who, "+34600000003", Change(subscription=Subscription.NOT_SUBSCRIBED))
    return made
