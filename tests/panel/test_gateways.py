"""Gateways: chosen from the gallery, described, looked at while they are written, tested, and let go on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import pytest
from aiohttp import web
from litestar import Litestar

import callers
import crowd
import make
import traffic
from books import rows
from browsing import ACCOUNT, Person, account_of, person
from cablegram.accounts import members, profile
from cablegram.accounts.access import ACCOUNT_SCOPES
from cablegram.accounts.access import operator as principal
from cablegram.connectors import exchanges, registry
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.connectors.providers.generic.presets import choose
from cablegram.connectors.providers.redact import HIDDEN
from cablegram.kit.ids import MessageId, uuid7
from cablegram.messages import story, upkeep
from cablegram.messages.desk import Desk
from cablegram.panel.app import application
from cablegram.runtime.runtime import Runtime

HOME = "http://sms.test"
CURL = """curl -u depot:hushhush https://sms.depot.example/v2/send -H 'Content-Type: application/json' \\
  -d '{"to": "+34600000118", "text": "Hi", "route": "gold"}'"""


@pytest.fixture
async def panel(rt: Runtime) -> AsyncIterator[Litestar]:
    """Give the panel of an installation that may send to this machine, and that providers can call."""
    settings = replace(
        rt.settings,
        allow_private_providers=("127.0.0.1",),
        allow_private_customers=("127.0.0.1",),
        public_url=HOME,
        handset_url="http://127.0.0.1:9",
    )
    rt = replace(rt, settings=settings)
    await upkeep.prepare_days(rt)
    await traffic.open_ways(rt)
    desk = Desk(rt)
    desk.open()
    app = application(rt, desk)
    yield app
    await app.state["parts"].close()
    await desk.close()


@pytest.fixture
async def operator(rt: Runtime, panel: Litestar) -> AsyncIterator[Person]:
    """Give the operator, logged in, with one account."""
    await make.account(rt, name=ACCOUNT, default_country="ES")
    async with person(panel) as somebody:
        await somebody.open(f"/login/{await profile.first_operator(rt)}")
        yield somebody


@pytest.fixture
async def provider() -> AsyncIterator[str]:
    """Give the address of a provider that takes what has the right key and refuses all else."""

    async def send(request: web.Request) -> web.Response:
        if request.headers.get("X-Key") != "right":
            return web.json_response({"error": "unknown user"}, status=401)
        asked = await request.json()
        return web.json_response({"id": f"m-{asked['to'][-3:]}", "status": "queued"}, status=202)

    app = web.Application()
    app.router.add_post("/send", send)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/send"
    await runner.cleanup()


def described(url: str, key: str) -> dict[str, str]:
    """Return what somebody types to describe that provider."""
    return {
        "name": "Depot phone", "url": url, "headers": "X-Key: {{key}}", "secrets": f"key = {key}", "id": "id",
        "payload": '{"to": "$$To", "text": "$$Body"}', "http": "202", "words": "error", "deed": "save",
    }  # fmt: skip


@pytest.mark.req("R127", "R129", "R134")
async def test_every_kind_and_preset_of_the_gallery_has_its_form(operator: Person) -> None:
    gallery = await operator.open("/connectors")
    presets = [f"generic?preset={one}" for one in choose.PRESETS]
    for name in (*(one for one in registry.KINDS if one != "smpp"), *presets):
        address = f"/connectors/new/{name}"
        assert address in gallery.links
        page = await operator.open(address)
        assert "At the provider" in page.text
        assert "may have quotas and limits of its own" in page.text
        action = address.partition("?")[0]
        fields = dict(page.form(action).fields)
        assert "name" in fields
        assert any(one.startswith("secrets") for one in fields) or name == "generic"
    await operator.open("/connectors/new/smpp", expect=404)
    await operator.open("/connectors/new/nothing", expect=404)


@pytest.mark.req("R127", "R128", "R136", "R171")
async def test_a_described_provider_is_saved_tested_and_shows_its_own_answer(
    operator: Person, rt: Runtime, provider: str
) -> None:
    await operator.open("/connectors/new/generic")
    page = await operator.submit("/connectors/new/generic", described(provider, "wrong"))
    address = operator.page.path
    assert "Depot phone is added" in page.text
    assert "connecting" in page.text, "nobody has begun with it, and nothing is down yet"
    await rows(rt, "UPDATE connector SET created_at = created_at - interval '1 minute' RETURNING 1")
    assert "No link has started" in (await operator.open(address)).text
    page = await operator.open(address)
    assert f"{HOME}/callbacks/" in page.body
    assert "campaigns over it are refused until then" in page.text

    page = await operator.submit(f"{address}/test#test", {"to": "600 000 118", "text": "Hello there", "sender": "Luna"})
    assert "The provider said no" in page.text
    assert "unknown user" in page.text
    assert await rows(rt, "SELECT tested_at IS NULL FROM connector WHERE kind = 'generic'") == [(True,)]

    await operator.open(address)
    assert "wrong" not in operator.page.body, "a secret is never shown again"
    await operator.submit(address, {"secrets": "key = right"})
    page = await operator.submit(f"{address}/test#test", {"to": "600 000 118"})
    assert "The provider took it" in page.text
    assert "m-118" in page.text
    assert "right" not in page.body.replace("right-", "").replace("-right", "").replace("arrow", "")
    page = await operator.submit(f"{address}/test#test", {"to": "12"}, expect=422)
    assert dict(page.form(f"{address}/test#test").fields)["to"] == "12"
    page = await operator.open(f"{address}/exchanges?kind=test")
    assert "unknown user" in page.text
    assert (await operator.open("/connectors")).text.count("Depot phone") == 1


@pytest.mark.req("R130", "R131", "R132")
async def test_a_description_is_shown_as_the_exact_request_and_what_is_wrong_is_named(operator: Person) -> None:
    await operator.open("/connectors/new/generic")
    token = dict(operator.page.form("/connectors/new/generic").fields)["_csrf_token"]

    async def look(**fields: str) -> str:
        form = {"method": "POST", "parameters": "json", "auth": "none", "number_form": "plus", "batch_mode": "array"}
        answer = await operator.client.post("/connectors/preview", data={"_csrf_token": token, **form, **fields})
        assert answer.status_code == 200
        return answer.text

    whole = described("https://sms.depot.example/v2/send", "hushhush")
    shown = await look(**whole)
    assert "POST /v2/send HTTP/1.1" in shown
    assert "X-Key: YOUR_KEY" in shown
    assert "hushhush" not in shown
    assert "+34600000118" in shown
    assert "curl --request POST" in shown
    broken = await look(**{**whole, "payload": '{"text": "$$Body"}'})
    assert "Nothing says whom a message is for" in broken
    assert "Line 1 has no" in await look(**{**whole, "headers": "X-Key"})


@pytest.mark.req("R130", "R132")
async def test_a_sample_for_curl_fills_the_form_and_says_what_was_guessed(operator: Person) -> None:
    await operator.open("/connectors/new/generic")
    page = await operator.submit("/connectors/curl", {"command": CURL})
    assert "was taken for $$To" in page.text
    form = next(form for form in page.forms if "payload" in dict(form.fields))
    fields = dict(form.fields)
    assert fields["url"] == "https://sms.depot.example/v2/send"
    assert json.loads(fields["payload"])["to"] == "$$To"
    assert (fields["auth"], fields["username"]) == ("basic", "depot")
    page = await operator.submit("/connectors/curl", {"command": "rm -rf /"}, expect=422)
    assert "no command for curl" in page.text


@pytest.mark.req("R127")
async def test_what_a_kind_does_not_take_is_said_beside_its_field_and_secrets_stay_away(
    operator: Person, rt: Runtime
) -> None:
    await operator.open("/connectors/new/twilio")
    typed = {"name": "Twilio", "settings.account_sid": "AC1", "secrets.auth_token": "t" * 32, "deed": "save"}
    page = await operator.submit("/connectors/new/twilio", typed, expect=422)
    assert "account_sid" in page.body
    assert dict(page.form("/connectors/new/twilio").fields)["settings.account_sid"] == "AC1"
    good = {**typed, "settings.account_sid": f"AC{'0' * 32}", "whose": "own", "settings.throughput": "12.5"}
    page = await operator.submit("/connectors/new/twilio", good)
    assert "your own: no credits are charged" in page.text
    assert "t" * 32 not in page.body
    account = await account_of(rt)
    assert await rows(rt, "SELECT account_id, settings ->> 'throughput' FROM connector WHERE kind = 'twilio'") == [
        (account.account_id, "12.5")
    ]
    address = operator.page.path
    await operator.submit(address, {"settings.throughput": "fast"}, expect=422)
    await operator.open(address)
    await operator.submit(f"{address}/disable")
    await operator.submit(f"{address}/delete")
    assert operator.page.path == "/connectors"
    assert await rows(rt, "SELECT count(*) FROM connector WHERE kind = 'twilio'") == [(0,)]


@pytest.mark.req("R127", "R135")
async def test_a_paused_gateway_says_why_and_goes_on_by_one_button(
    operator: Person, rt: Runtime, provider: str
) -> None:
    await operator.open("/connectors/new/generic")
    await operator.submit("/connectors/new/generic", described(provider, "right"))
    address = operator.page.path
    before = await callback(operator, address)
    await operator.submit(f"{address}/callback")
    assert await callback(operator, address) != before
    await rows(rt, "UPDATE connector SET paused_at = now(), paused_reason = 'no money' RETURNING 1")
    page = await operator.open(address)
    assert "the provider refuses the whole account" in page.text
    assert "no money" in page.text
    assert "Paused: no money" in (await operator.open("/connectors")).text
    await operator.open(address)
    await operator.submit(f"{address}/resume")
    assert "no money" not in operator.page.text


@pytest.mark.req("R171")
async def test_people_of_an_account_add_gateways_of_their_own(panel: Litestar, rt: Runtime, provider: str) -> None:
    mine = await make.account(rt, name="Mine")
    who = principal("tests", mine.account_id)
    _, token = await members.invite(rt, who, login="ines", display_name="Inés Carrasco", role="owner")
    async with person(panel) as owner:
        await owner.open(f"/login/{token}")
        page = await owner.open("/connectors/new/generic")
        assert "The provider bills you" in page.text
        await owner.submit("/connectors/new/generic", described(provider, "right"))
        assert "your own" in owner.page.text
    assert await rows(rt, "SELECT account_id FROM connector WHERE kind = 'generic'") == [(mine.account_id,)]


@pytest.mark.req("R129", "R136")
async def test_a_message_that_went_by_http_shows_what_was_said_word_for_word_to_who_configures_its_gateway(
    operator: Person, rt: Runtime
) -> None:
    gateway = await callers.twilio(rt)
    (its,) = await callers.sent(rt, await account_of(rt), gateway, "+34600000118")
    ((message_id,),) = await rows(rt, "SELECT id FROM message")
    said = Exchange(
        uuid7(), gateway.connector.id, Kind.SEND, rt.clock.now(), 84, [cast("MessageId", message_id)], "POST",
        "https://api.twilio.com/Messages.json", "\nTo=1", 201, f'\n{{"sid": "{its}"}}', "taken",
    )  # fmt: skip
    async with rt.db.transaction() as conn:
        exchanges.keep(conn, [said])
    page = await operator.open(f"/messages/{message_id}")
    assert "Said between us and the provider" in page.text
    page = await operator.open(f"/messages/{message_id}/wire")
    assert "api.twilio.com" in page.text
    assert str(its) in page.text
    who = replace(await account_of(rt), scopes=ACCOUNT_SCOPES)
    assert await story.said(rt, who, cast("MessageId", message_id)) == [], "the operator's gateway names everybody's"


@pytest.mark.req("R132")
async def test_what_a_provider_wants_besides_is_asked_for_where_one_writes(
    operator: Person, rt: Runtime, provider: str
) -> None:
    await operator.open("/compose")
    assert "What the provider asks for" not in operator.page.text
    await operator.open("/connectors/new/generic")
    wants = '{"to": "$$To", "text": "$$Body", "route": "$$route"}'
    await operator.submit("/connectors/new/generic", {**described(provider, "right"), "payload": wants})
    await rows(rt, "DELETE FROM sender_connector RETURNING 1")  # its number goes by any connector
    await operator.open("/compose")
    name = "provider_values.values.route"
    text = {"to": "600 000 118", "text": "Hola Ana", "deed": "send"}
    page = await operator.submit("/compose", text, expect=422)
    assert "route" in page.text
    assert f'id="{name}-err"' in page.body
    await operator.submit("/compose", {**text, name: "gold"})
    assert await rows(rt, "SELECT provider_values #>> '{values,route}' FROM message") == [("gold",)]
    await operator.open("/contacts")
    await operator.submit("/contacts/samples")
    await operator.open("/campaigns/new")
    assert "$$route" in operator.page.text


@pytest.mark.req("R17", "R129", "R171")
async def test_an_own_gateway_s_fee_is_set_by_the_operator_and_is_what_the_composer_says_it_costs(
    operator: Person, rt: Runtime, provider: str
) -> None:
    await operator.open("/connectors/new/generic")
    own = {**described(provider, "right"), "whose": "own"}
    page = await operator.submit("/connectors/new/generic", {**own, "fee": "much"}, expect=422)
    assert 'id="fee-err"' in page.body
    page = await operator.submit("/connectors/new/generic", {**own, "fee": "0.5"})
    assert "your own: 0.50 credits a segment" in page.text
    address = page.path
    await rows(rt, "DELETE FROM sender_connector RETURNING 1")  # its number goes by any connector
    written = {"to": "600 000 118", "text": "Hola Ana", "deed": "replace"}
    await operator.open("/compose")
    assert "1 segment to Spain at 0.50" in (await operator.submit("/compose", written)).text
    await operator.open(address)
    page = await operator.submit(address, {"fee": ""})
    assert "your own: no credits are charged" in page.text
    assert await rows(rt, "SELECT fee FROM connector WHERE kind = 'generic'") == [(None,)]
    await operator.open("/compose")
    assert "1 segment to Spain at 0.00" in (await operator.submit("/compose", written)).text
    who = replace(await account_of(rt), scopes=ACCOUNT_SCOPES)
    await rows(rt, "UPDATE connector SET tested_at = now() RETURNING 1")
    campaign = await crowd.campaign(rt, who, (await crowd.crowd(rt, who, 2)).id)
    page = await operator.open(f"/campaigns/{campaign.id}/launch")
    assert "Mind the provider's own limits" in page.text


@pytest.mark.req("R136")
async def test_a_provider_s_call_is_played_again_by_one_button(operator: Person, rt: Runtime) -> None:
    gateway = await callers.twilio(replace(rt, settings=replace(rt.settings, public_url=HOME)))
    form = callers.receipt("SM1", "delivered")
    head = "".join(f"{name.lower()}: {value}\n" for name, value in gateway.sign(form).items())
    call = Exchange(
        uuid7(), gateway.connector.id, Kind.CALLBACK, rt.clock.now(), 1, [], "POST", f"{HOME}/callbacks/{HIDDEN}",
        f"{head}\n{callers.body(form).decode()}", 403, "\n", "callback_forged",
    )  # fmt: skip
    async with rt.db.transaction() as conn:
        exchanges.keep(conn, [call])
    address = f"/connectors/{gateway.connector.id}/exchanges"
    await operator.open(address)
    page = await operator.submit(f"{address}/replay")
    assert "Played again" in page.text
    assert await rows(rt, "SELECT verdict FROM exchange") == [("delivered, played again",)]


async def callback(operator: Person, address: str) -> str:
    """Return the callback address that a connector's page shows."""
    page = await operator.open(address)
    return page.body.partition("data-url>")[2].partition("<")[0]


@pytest.mark.req("R136")
async def test_rules_of_routing_are_made_put_in_order_explained_and_deleted(operator: Person, rt: Runtime) -> None:
    await operator.open("/connectors/routes")
    assert "Messages go by the connector that is up" in operator.page.text or "No rule" in operator.page.text
    await operator.open("/connectors/routes/new")
    ((connector,),) = await rows(rt, "SELECT id FROM connector WHERE is_simulated")
    place = f"place.{connector}"
    page = await operator.submit("/connectors/routes/new", {"name": "Spain", "countries": "XX", place: "1"}, expect=422)
    assert dict(page.form("/connectors/routes/new").fields)["countries"] == "XX"
    spain = {"countries": "es, pt", "is_enabled": "on", "accounts": "Nobody's"}
    page = await operator.submit("/connectors/routes/new", spain, expect=422)
    assert 'id="accounts-err"' in page.body
    await operator.submit("/connectors/routes/new", {"accounts": f"{ACCOUNT}\n"})
    await operator.open("/connectors/routes/new")
    await operator.submit("/connectors/routes/new", {"name": "All else", place: "1", "is_enabled": "on"})
    page = await operator.open("/connectors/routes?to=600+000+118&class=marketing")
    assert "By the rule Spain" in page.text
    assert "A rule before it counts" in page.text
    down = next(form.action for form in page.forms if form.action.endswith("/move"))
    await operator.submit(down, {"way": "down"})
    assert [one[0] for one in await rows(rt, "SELECT name FROM route ORDER BY position")] == ["All else", "Spain"]
    await operator.open(down.removesuffix("/move"))
    shown = dict(operator.page.form(down.removesuffix("/move")).fields)
    assert (shown["countries"], shown["accounts"].strip()) == ("ES, PT", ACCOUNT)
    await operator.submit(down.removesuffix("/move"), {"countries": "ES"})
    await operator.submit(down.replace("/move", "/delete"))
    assert "By the rule Spain" not in (await operator.open("/connectors/routes?to=600+000+118")).text
    await operator.submit("/connectors/routes/policy", {"patience": "5", "fails_over": "on"})
    assert "Saved" in operator.page.text
    assert (await operator.open("/connectors/routes?to=12", expect=422)).text.count("12")


@pytest.mark.req("R140")
async def test_the_firewall_page_names_addresses_and_ports_in_use(operator: Person) -> None:
    page = await operator.open("/connectors/firewall")
    assert "sms.test" in page.text
    assert "connector Simulated carrier" in page.text
    assert "/connectors/firewall" in (await operator.open("/help")).links
