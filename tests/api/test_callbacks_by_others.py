"""Calls of providers that do it otherwise: without signature, without numbers, in parts, by way of a certificate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec
import pytest

import callers
import make
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.billing import importing
from cablegram.connectors.providers import vonage_sms
from cablegram.contacts import lists, members
from cablegram.messages import upkeep
from cablegram.runtime.runtime import Runtime
from cablegram.senders import grant
from cablegram.senders.grant import NewSender
from cablegram.simulators.provider.aws import TOPIC, Aws
from cablegram.simulators.provider.serve import running
from cablegram.simulators.provider.shape import Accepted, Asked, Call, Credentials, Report, Stamp, State, Text
from callers import Provider, exchanges, states
from calling import Reply, Served, serving
from providers_at_home import FAST

NUMBER, OTHER = "+34600000118", "+34600000119"
OURS = "+34600000200"


@pytest.fixture
async def at_home(rt: Runtime) -> Runtime:
    """Give a runtime that may call simulators on this machine, with prices and a day for messages."""
    await importing.load_demo(rt)
    await upkeep.prepare_days(rt)
    return replace(rt, settings=replace(rt.settings, allow_private_providers=("127.0.0.1",)))


@pytest.fixture
async def served(at_home: Runtime) -> AsyncIterator[Served]:
    """Give a running API."""
    async with serving(at_home) as api:
        yield api


@pytest.fixture
async def who(at_home: Runtime) -> Principal:
    """Give one who may do everything in an account in Spain, and has a number."""
    principal = await make.account(at_home, default_country="ES")
    await grant.add(at_home, operator("tests", principal.account_id), NewSender(address=OURS))
    return principal


async def post(served: Served, provider: Provider, said: Mapping[str, object]) -> Reply:
    """Call as most do: JSON, without signature."""
    headers = {"Content-Type": "application/json"}
    return await served.client(None).call("POST", provider.path, data=msgspec.json.encode(said), headers=headers)


def event(its: str, status: str, code: int = 0, **more: str) -> dict[str, object]:
    """Return what Instasent says of a message."""
    return {"id": its, "clientId": "x", "status": status, "code": code, "eventAt": "2026-04-21T10:15:00Z", **more}


@pytest.mark.req("R137", "R143")
async def test_an_instasent_bounce_marks_the_contact_and_what_expired_does_not(
    at_home: Runtime, who: Principal, served: Served
) -> None:
    provider = await callers.add(at_home, "instasent", {}, {"api_token": "t"})
    dead, late = await callers.sent(at_home, who, provider, NUMBER, OTHER)
    people = await lists.create(at_home, who, "people")
    for number in (NUMBER, OTHER):
        await members.put(at_home, who, people.id, number=number, variables={})
    for said in (event(dead, "sent"), event(dead, "failed", 1), event(late, "expired", 1)):
        assert (await post(served, provider, said)).status == 200
    assert await states(at_home) == ["undelivered", "expired"]
    found = await rows(at_home, "SELECT phone_status FROM contact ORDER BY number")
    assert found == [("bounced",), ("active",)]


@pytest.mark.req("R62", "R137")
async def test_an_instasent_stop_without_numbers_is_that_of_the_message_it_answers(
    at_home: Runtime, who: Principal, served: Served
) -> None:
    provider = await callers.add(at_home, "instasent", {}, {"api_token": "t"})
    (its,) = await callers.sent(at_home, who, provider, NUMBER)
    assert (await post(served, provider, event(its, "stop"))).status == 200
    assert await states(at_home) == ["submitted"]
    assert await rows(at_home, "SELECT number, how FROM blacklist") == [("34600000118", "stop")]


@pytest.mark.req("R137")
async def test_an_instasent_reply_without_numbers_comes_from_whom_we_wrote_to(
    at_home: Runtime, who: Principal, served: Served
) -> None:
    provider = await callers.add(at_home, "instasent", {}, {"api_token": "t"})
    (its,) = await callers.sent(at_home, who, provider, NUMBER)
    for _ in range(2):
        await post(served, provider, event(its, "received", message="Sí, gracias"))
    assert await rows(at_home, "SELECT src, dst, body FROM inbound_text") == [("34600000118", "Tests", "Sí, gracias")]
    assert [verdict for _, verdict in await exchanges(at_home)] == ["text", "told before"]


@pytest.mark.req("R166")
async def test_parts_of_a_text_that_vonage_tells_one_by_one_are_joined(
    at_home: Runtime, who: Principal, served: Served
) -> None:
    provider = await callers.add(at_home, "vonage_sms", {"api_key": "k"}, {"api_secret": "s", "signature_secret": "z"})
    words = ["Ж" * 67, "é" * 3]
    for place in (2, 1, 2):
        part = {
            "msisdn": NUMBER[1:],
            "to": OURS[1:],
            "messageId": f"0B{place}",
            "text": words[place - 1],
            "type": "unicode",
            "concat": "true",
            "concat-ref": "108",
            "concat-total": "2",
            "concat-part": str(place),
            "timestamp": str(int(at_home.clock.now().timestamp())),
            "nonce": f"n{place}",
        }
        assert (await post(served, provider, part)).status == 403
        part["sig"] = vonage_sms.sign(part, "z", "sha256")
        assert (await post(served, provider, part)).status == 200
    found = await rows(at_home, "SELECT account_id, src, body FROM inbound_text")
    assert found == [(who.account_id, NUMBER[1:], "".join(words))]


async def aws(rt: Runtime, url: str) -> Provider:
    """Add a connector to the simulated AWS."""
    settings: dict[str, object] = {"region": "eu-west-1", "access_key_id": "AKIASIMULATED0000001", "base_url": url}
    return await callers.add(rt, "aws_sms", {**settings, "topics": [TOPIC]}, {"secret_access_key": "x" * 20})


def stamp(now: datetime, nonce: int, *, is_forged: bool = False) -> Stamp:
    return Stamp(now, str(nonce), is_forged)


@pytest.mark.req("R136")
async def test_messages_of_sns_are_proved_by_a_certificate_that_is_fetched_once(
    at_home: Runtime, who: Principal, served: Served
) -> None:
    api, now = Aws(Credentials()), at_home.clock.now()

    async def call(made: Call | None) -> int:
        assert made is not None
        path = provider.path
        return (await served.client(None).call("POST", path, data=made.body, headers=dict(made.headers))).status

    async with running(api, FAST) as simulator:
        provider = await aws(at_home, simulator.url)
        (its,) = await callers.sent(at_home, who, provider, NUMBER)
        asked = Asked("34600000118", "Tests", "Hello", provider.path, notes={"kind": "TEXT", "context": "{}"})
        async with served.session.get(f"{simulator.url}/certificate.pem") as shown:
            assert shown.status == 200  # so it knows where it is
        accepted = Accepted(its, asked, now)
        assert await call(api.receipt(accepted, Report(State.DELIVERED), stamp(now, 1, is_forged=True))) == 403
        assert await states(at_home) == ["submitted"]
        assert await call(api.receipt(accepted, Report(State.DELIVERED), stamp(now, 2))) == 200
    # Its certificate is known by now.
    text = Text(f"{1:032x}", NUMBER, OURS, "Hello you", provider.path)
    assert [await call(api.inbound(text, stamp(now, 3))) for _ in range(2)] == [200, 200]
    assert await states(at_home) == ["delivered"]
    assert await rows(at_home, "SELECT src, dst, body FROM inbound_text") == [(NUMBER[1:], OURS[1:], "Hello you")]


async def test_a_subscription_to_a_topic_of_ours_is_said_yes_to(
    at_home: Runtime, who: Principal, served: Served
) -> None:
    del who
    api, now = Aws(Credentials()), at_home.clock.now()
    async with running(api, FAST) as simulator:
        provider = await aws(at_home, simulator.url)
        async with served.session.get(f"{simulator.url}/certificate.pem") as shown:
            assert shown.status == 200
        asked = api.subscription(served.address + provider.path, now)
        for _ in range(2):
            answer = await served.client(None).call("POST", provider.path, data=asked.body, headers=dict(asked.headers))
            assert answer.status == 200
        assert api.subscribed == served.address + provider.path


@pytest.mark.req("R130", "R171")
async def test_what_an_account_has_us_answer_is_run_by_no_browser(at_home: Runtime, served: Served) -> None:
    script = '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'

    async def added(content_type: str) -> Provider:
        calls = {"content_type": content_type, "answer": script}
        payload = {"to": "$$To", "text": "$$Body"}
        return await callers.add(
            at_home, "generic", {"url": "https://a.example/", "payload": payload, "calls": calls}, {}
        )

    with pytest.raises(msgspec.ValidationError):
        await added("text/html\r\nSet-Cookie: a=b")
    provider = await added("application/xml")
    found = await served.client(None).call("GET", provider.path)
    assert (found.status, found.body.decode()) == (200, script)
    assert found.headers["content-security-policy"] == "sandbox; default-src 'none'"
