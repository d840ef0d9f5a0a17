"""The door of short links: leads where the text led and nowhere else, counts people, and lets them go by a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from books import rows
from cablegram.kit.clock import SetClock
from calling import Client, Reply, Served, serving

ANA = "+34600000118"
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"}


async def ask(served: Served, path: str, method: str = "GET", **headers: str) -> Reply:
    async with served.session.request(
        method, served.address + path, allow_redirects=False, headers={**PHONE, **headers}
    ) as answer:
        return Reply(answer.status, answer.headers, await answer.read())


async def code_in(customer: Client, text: str = "See https://shop.example/a?b=%20c#d now") -> str:
    sent = await customer.post("/v1/messages", {"to": ANA, "text": text, "shorten": True})
    shown = (await customer.get(f"/v1/messages/{sent.json['id']}")).json["text"]
    return shown.partition("/l/")[2][:9]


async def left(customer: Client, **more: str) -> str:
    made = await customer.post(
        "/v1/templates", {"name": "leave", "text": "Sale today. No more? {{ unsubscribe_link }}"}
    )
    body = {"to": ANA, "template_id": made.json["id"], **more}
    sent = await customer.post("/v1/messages", body)
    shown = (await customer.get(f"/v1/messages/{sent.json['id']}")).json["text"]
    return shown.partition("/u/")[2][:9]


async def test_a_code_leads_to_where_its_text_did_and_people_are_counted(
    served: Served, customer: Client, clock: SetClock
) -> None:
    code = await code_in(customer)
    for path in (code, f"{code}?to=https://evil.example", f"{code}.", f"{code}/?url=//evil.example"):
        led = await ask(served, f"/l/{path}")
        assert (led.status, led.headers["Location"], led.body) == (302, "https://shop.example/a?b=%20c#d", b"")
    assert led.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in led.headers
    assert (await ask(served, f"/l/{code}", "HEAD")).headers["Location"] == "https://shop.example/a?b=%20c#d"
    assert (await ask(served, f"/l/{code}", "POST")).status == 405
    for path in ("/l/nothing00", "/l/", "/l/x", f"/u/{code}", f"/l/{code}/more", "/l/..%2f..%2fx"):
        gone = await ask(served, path)
        assert (gone.status, b"nothing here" in gone.body) == (404, True)
    await ask(served, f"/l/{code}", **{"User-Agent": "WhatsApp/2.24"})
    await ask(served, f"/l/{code}", **{"Sec-Purpose": "prefetch"})
    await served.api.visits.close()
    assert await rows(served.rt, "SELECT clicks, by_machines FROM short_link") == [(4, 3)]
    clock.move(timedelta(days=90))
    ended = await ask(served, f"/l/{code}", **{"Accept-Language": "es-MX,es;q=0.9"})
    assert (ended.status, "Este enlace ha caducado" in ended.body.decode()) == (410, True)
    assert "This link has ended" in (await ask(served, f"/l/{code}")).body.decode()


@pytest.mark.req("R62")
async def test_the_button_does_what_a_stop_does_and_looking_does_nothing(served: Served, customer: Client) -> None:
    code = await left(customer)
    page = (await ask(served, f"/u/{code}")).body.decode()
    assert "Send me no more texts" in page
    assert "0118" in page
    assert "600000118" not in page
    assert (await ask(served, f"/l/{code}")).status == 404
    for method in ("GET", "HEAD"):
        await ask(served, f"/u/{code}", method)
    assert (await customer.get(f"/v1/blacklist/{ANA}")).status == 404
    for _ in range(2):
        done = await ask(served, f"/u/{code}", "POST")
        assert (done.status, "START" in done.body.decode()) == (200, True)
    found = (await customer.get(f"/v1/blacklist/{ANA}")).json
    assert (found["how"], found["added_by"]) == ("stop", "the person, on the page")
    said = "SELECT how, url, address FROM evidence WHERE kind = 'opt_out'"
    assert await rows(served.rt, said) == [("page", f"{served.rt.settings.links}/u/{code}", "127.0.0.1")]
    assert await rows(served.rt, "SELECT state::text, reason FROM message") == [("cancelled", "opted_out")]
    refused = await customer.post("/v1/messages", {"to": ANA, "text": "Hello there"})
    assert refused.code == "blacklisted"
    assert (await ask(served, "/u/nothing00", "POST")).status == 404


async def test_under_its_own_host_name_nothing_else_is_answered(served: Served, customer: Client) -> None:
    code, rt = await code_in(customer), served.rt
    own = replace(rt, settings=replace(rt.settings, link_url="https://t.example.com"))
    async with serving(own) as alone:
        host = {"Host": "T.example.com:443"}
        assert (await ask(alone, f"/l/{code}", **host)).status == 302
        for path in ("/v1/messages", "/docs", "/", "/healthz"):
            assert (await ask(alone, path, **host)).status == 404
        client = alone.client(customer.headers["Authorization"].removeprefix("Bearer "))
        client.headers.update(host)
        assert (await client.send()).status == 404
        del client.headers["Host"]
        sent = await client.post("/v1/messages", {"to": ANA, "text": "See https://shop.example/a", "shorten": True})
        shown = (await client.get(f"/v1/messages/{sent.json['id']}")).json["text"]
        assert shown.startswith("See https://t.example.com/l/")


async def test_links_are_listed_with_who_opened_them(served: Served, customer: Client) -> None:
    first, second = await code_in(customer), await code_in(customer, "And https://shop.example/b here")
    await ask(served, f"/l/{first}")
    await served.api.visits.close()
    page = (await customer.get("/v1/links?limit=1")).json
    assert [(one["code"], one["to"], one["clicks"]) for one in page["items"]] == [(second, ANA, 0)]
    assert [one["code"] for one in (await customer.get(page["next"])).json["items"]] == [first]
    assert [one["code"] for one in (await customer.get("/v1/links?clicked=true")).json["items"]] == [first]
    assert (await customer.get("/v1/links?after=nothing00")).json["items"] == []
    (told,) = (await customer.get("/v1/links?clicked=true")).json["items"]
    message = (await customer.get(f"/v1/messages/{told['message_id']}")).json
    assert message["clicked_at"] == told["first_at"]
    steps = (await customer.get(f"/v1/messages/{told['message_id']}/timeline")).json["items"]
    assert [one["detail"] for one in steps if one["kind"] == "clicked"] == ["https://shop.example/a?b=%20c#d"]
    found = (await customer.call("PATCH", "/v1/links/settings", {"days": 30})).json
    assert found == (await customer.get("/v1/links/settings")).json
    assert (found["days"], found["length"]) == (30, len(told["short_url"]))
    assert (await customer.call("PATCH", "/v1/links/settings", {"days": 0})).status == 400
    nowhere = await customer.get(f"/v1/campaigns/{told['message_id']}/clicks")
    assert (nowhere.status, nowhere.code) == (404, "campaign_not_found")
    assert (await (await served.customer()).get("/v1/links")).json["items"] == []
    assert (await customer.call("DELETE", f"/v1/contacts/{ANA}")).status == 200
    assert (await customer.get("/v1/links")).json["items"] == []
    assert await rows(served.rt, "SELECT data->'clicks' FROM event WHERE kind = 'links.clicked'") == [([],)]
