"""A gateway from its form to the first receipt: added, tried out, mended, used for a campaign, and answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from books import assert_sums_hold, rows
from cablegram.billing import importing
from cablegram.campaigns.work import Worker
from cablegram.cli.listening import listen
from cablegram.kit.clock import SystemClock
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from cablegram.simulators.provider.options import ProviderOptions
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Credentials
from cablegram.simulators.provider.twilio import Twilio
from calling import Client, Reply, serving
from dispatching import dispatching, until, until_all

API = Twilio(Credentials())
SID, TOKEN = API.welcome()["account_sid"], API.welcome()["auth_token"]
OPTIONS = ProviderOptions(port=0, receipt_delay=0.0, slow_seconds=0.0)
FROM = "34600000118"
PEOPLE = "number\n+34600000001\n+34610000001\n+34620000002\n"


async def campaign_of(client: Client) -> str:
    """Make a campaign for three people; return the path of its life."""
    people = (await client.post("/v1/contact_lists", {"name": "People"})).json["id"]
    assert (await client.put_file(f"/v1/contact_lists/{people}/contacts", PEOPLE)).status == 200
    campaign = {"name": "Spring", "text": "Hello from us", "contact_list_ids": [people], "from": FROM}
    return f"/v1/campaigns/{(await client.post('/v1/campaigns', campaign)).json['id']}/lifecycle"


async def start(client: Client, life: str) -> Reply:
    return await client.post(life, {"action": "start"})


@pytest.mark.req("R127", "R128", "R136", "R171")
async def test_from_the_form_to_the_receipt(rt: Runtime) -> None:
    listener = listen("127.0.0.1", 0)
    home = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = replace(rt.settings, allow_private_customers=("127.0.0.1",), public_url=home)
    # One clock for door and dispatcher: a receipt that crosses our record of the id is looked for while it is young.
    rt = replace(rt, settings=settings, clock=SystemClock())
    await importing.load_demo(rt)
    await upkeep.prepare_days(rt)
    async with running(API, OPTIONS) as provider, serving(rt, listener) as served, dispatching(rt):
        client = await served.customer()

        # The form, with a secret that is wrong: no campaign goes before the provider took a test.
        settings = {"account_sid": SID, "base_url": provider.url}
        body = {"kind": "twilio", "name": "Ours", "settings": settings, "secrets": {"auth_token": "wrong"}}
        made = (await client.post("/v1/connectors", body)).json
        path, callback_url = f"/v1/connectors/{made['id']}", made["callback_url"]
        assert callback_url.startswith(f"{home}/callbacks/")
        sender = {"address": FROM, "country": "ES", "connector_ids": [made["id"]]}
        assert (await client.post("/v1/senders", sender)).status == 201
        life = await campaign_of(client)
        assert (await start(client, life)).code == "gateway_untested"

        # The provider's own refusal is shown; with the right secret it takes the test, and the campaign starts.
        trial: dict[str, Any] = {"to": "+34600000001", "from": FROM}
        wrong = (await client.post(f"{path}/test", trial)).json
        assert (wrong["is_good"], wrong["code"], wrong["said"][0]["status"]) == (False, "20003", 401)
        assert (await start(client, life)).code == "gateway_untested"
        await client.call("PATCH", path, {"secrets": {"auth_token": TOKEN}})
        right = (await client.post(f"{path}/test", trial)).json
        assert (right["is_good"], right["said"][0]["status"]) == (True, 201)
        assert (await start(client, life)).status == 200

        # It goes out over it, costs no credits, and signed receipts come back.
        worker = Worker(rt)
        while await worker.step() == 0.0:
            pass
        await until_all(rt, delivered=2, undelivered=1)
        assert await rows(rt, "SELECT DISTINCT price FROM message") == [(0,)]
        assert (await client.get("/v1/account")).json["balance"] == 100_000_000

        # Who wants nothing more is refused with the provider's code, and is asked no second time.
        refused = (await client.send("+34630000003", **{"from": FROM})).json
        await until_all(rt, delivered=2, undelivered=1, rejected=1)
        assert "21610" in (await client.get(f"/v1/messages/{refused['id']}")).body.decode()
        assert "blacklist" in (await client.send("+34630000003", **{"from": FROM})).body.decode()

        # A phone's answer comes in, signed as well.
        text = {"from": "+34610000001", "to": f"+{FROM}", "text": "Thank you", "url": callback_url}
        async with aiohttp.ClientSession() as phone, phone.post(f"{provider.url}/_simulator/inbound", json=text) as put:
            assert put.status < 300
        await until(lambda: rows(rt, "SELECT src, body FROM inbound_text"), lambda seen: len(seen) == 1)
        assert await rows(rt, "SELECT src, body FROM inbound_text") == [("34610000001", "Thank you")]
    await assert_sums_hold(rt)
