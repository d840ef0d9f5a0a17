"""Developers > Webhooks: made by a form, tried out, looked into, switched off and on, sent again."""

from __future__ import annotations

import re

import pytest

import hooks
from browsing import Person
from cablegram.runtime.runtime import Runtime
from system import free_port

WEBHOOKS = "/developers/webhooks"
NEW = {"name": "Shop", "url": "https://shop.example.com/hook", "kind": ["message.delivered", "text.received"]}


@pytest.fixture
async def rt(rt: Runtime) -> Runtime:
    return hooks.open_to_here(rt)


@pytest.mark.req("R152")
async def test_a_webhook_is_made_tried_switched_and_its_failures_are_sent_again(operator: Person, rt: Runtime) -> None:
    page = await operator.open(WEBHOOKS)
    assert "No program of yours hears of anything yet" in page.text
    page = await operator.submit(WEBHOOKS, NEW | {"url": "http://shop.example.com"}, expect=422)
    assert "It must begin with https://" in page.text
    page = await operator.submit(WEBHOOKS, NEW | {"url": f"http://127.0.0.1:{free_port()}/"})
    here = re.findall(rf'action="({WEBHOOKS}/[0-9a-f-]+)"', page.body)[0]
    assert "Nothing happened yet that it wants to hear of" in page.text

    page = await operator.submit(f"{here}/test", {})
    assert "webhook.test" in page.text
    async with hooks.courier(rt) as one:
        await hooks.carry(rt, one)
    page = await operator.open(here)
    assert "What did not arrive" in page.text
    assert "retrying" in page.text
    event = re.findall(r"\?event=([0-9a-f-]+)", page.body)[0]
    page = await operator.open(f"{here}?event={event}")
    assert "If you can read this" in page.text
    assert "It is sent again" in (await operator.submit(f"{here}/replay", {})).text

    await operator.open(here)
    page = await operator.submit(f"{here}/off", {})
    assert "It is off" in page.text
    page = await operator.submit(f"{here}/on", {})
    page = await operator.submit(f"{here}/replay", {})
    assert "All that was missed is sent again" in page.text
    page = await operator.submit(here, {"name": "Our shop", "kind": ["message.failed"]})
    assert "Our shop" in page.text
    page = await operator.submit(f"{here}/rotate", {})
    assert "It has a new secret" in page.text
    page = await operator.submit(f"{here}/delete", {})
    assert "The webhook is deleted" in page.text
