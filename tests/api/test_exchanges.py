"""What was said between us and providers: listed, in a message's story, and played again."""

from __future__ import annotations

import pytest

import callers
import make
from books import rows
from cablegram.accounts.access import operator
from cablegram.api.exchanges import ExchangeView
from cablegram.api.timeline import parts
from cablegram.connectors import exchanges
from cablegram.connectors.exchange_model import Exchange, Kind
from cablegram.inbound import replaying
from cablegram.kit.errors import InvalidInput, NotAllowed, NotFound, Refused
from cablegram.kit.ids import MessageId, uuid7
from cablegram.messages import story
from cablegram.runtime.runtime import Runtime
from callers import receipt, text
from calling import serving

NUMBER = "+34600000118"
OPERATOR = operator("tests")


@pytest.mark.req("R129", "R136")
async def test_who_configures_the_connector_reads_all_of_it_and_an_account_its_own_message_s_part(rt: Runtime) -> None:
    provider = await callers.twilio(rt)
    who = await make.account(rt, default_country="ES")
    (its,) = await callers.sent(rt, who, provider, NUMBER)
    ((message_id,),) = await rows(rt, "SELECT id FROM message")
    sent = Exchange(
        uuid7(), provider.connector.id, Kind.SEND, rt.clock.now(), 84, [MessageId(message_id)], "POST",  # pyright: ignore[reportArgumentType]
        "https://api.twilio.com/Messages.json", "\nTo=1", 201, "\n{}", "taken",
    )  # fmt: skip
    async with rt.db.transaction() as conn:
        exchanges.keep(conn, [sent])
    async with serving(rt) as served:
        assert (await provider.call(served, receipt(its, "delivered"))).status == 200
        boss = await served.operator()
        path = f"/v1/connectors/{provider.connector.id}/exchanges"
        listed = (await boss.get(path)).json["items"]
        assert [(one["kind"], one["status"], one["verdict"]) for one in listed] == [
            ("callback", 200, "delivered"), ("send", 201, "taken")
        ]  # fmt: skip
        assert set(listed[0]) == set(ExchangeView.__struct_fields__)
        first = (await boss.get(f"{path}?limit=1")).json
        assert [one["kind"] for one in (await boss.get(first["next"])).json["items"]] == ["send"]
        assert len((await boss.get(f"{path}?message_id={message_id}&kind=send")).json["items"]) == 1
        assert (await boss.get(f"{path}?message_id={uuid7()}")).json["items"] == []
        assert (await (await served.customer()).get(path)).status == 403
    _, mine = await story.timeline(rt, who, message_id)  # pyright: ignore[reportArgumentType]
    said = [one.detail for one in mine if one.kind == "exchange"]
    assert sorted(said) == [
        "asked the provider: 201 after 84 ms: taken", "the provider called us: 200 after 0 ms: delivered"
    ]  # fmt: skip
    own, whole = await parts(rt, who, message_id), await parts(rt, operator("tests", who.account_id), message_id)  # pyright: ignore[reportArgumentType]
    assert (own.items, own.exchanges, whole.items) == ([], [], [])  # no PDU: it went by HTTP
    assert sorted(one.kind.value for one in whole.exchanges or []) == ["callback", "send"]
    _, all_of_it = await story.timeline(rt, operator("tests", who.account_id), message_id)  # pyright: ignore[reportArgumentType]
    assert any("api.twilio.com" in one.detail for one in all_of_it if one.kind == "exchange")


@pytest.mark.req("R136")
async def test_a_call_that_was_refused_is_played_again_once_its_secret_is_mended(rt: Runtime) -> None:
    provider = await callers.twilio(rt)
    who = await make.account(rt, default_country="ES")
    (its,) = await callers.sent(rt, who, provider, NUMBER)
    form = receipt(its, "delivered")
    async with serving(rt) as served:
        signed = provider.sign(form, token="new-token-of-tests")
        assert (await provider.call(served, form, headers=signed)).status == 403
    (kept,) = await exchanges.page(rt, OPERATOR, provider.connector.id)
    with pytest.raises(Refused, match="token is another one"):
        await replaying.replay(rt, OPERATOR, kept.id)
    await callers.give(rt, provider, auth_token="new-token-of-tests")
    found = await replaying.replay(rt, OPERATOR, kept.id)
    assert (found.before, found.verdict) == ("callback_forged", "delivered")
    assert await callers.states(rt) == ["delivered"]
    (kept,) = await exchanges.page(rt, OPERATOR, provider.connector.id)
    assert (kept.verdict, len(kept.message_ids)) == ("delivered, played again", 1)


@pytest.mark.req("R136")
async def test_playing_a_call_again_takes_nothing_in_twice(rt: Runtime) -> None:
    provider = await callers.twilio(rt)
    form = text("SM1", "Hello you", source=NUMBER, destination="+34600000200")
    async with serving(rt) as served:
        await provider.call(served, form)
    (kept,) = await exchanges.page(rt, OPERATOR, provider.connector.id)
    for _ in range(2):
        assert (await replaying.replay(rt, OPERATOR, kept.id)).verdict == "told before"
    assert await rows(rt, "SELECT count(*) FROM inbound_text") == [(1,)]


async def test_only_calls_are_played_again_whole_and_by_who_configures_their_connector(rt: Runtime) -> None:
    provider = await callers.twilio(rt)
    who = await make.account(rt)
    form = {**receipt("SM1", "delivered"), "More": "x" * 40_000}
    async with serving(rt) as served:
        await provider.call(served, form)
    (kept,) = await exchanges.page(rt, OPERATOR, provider.connector.id)
    with pytest.raises(Refused, match="not everything is kept"):
        await replaying.replay(rt, OPERATOR, kept.id)
    with pytest.raises(NotAllowed):
        await replaying.replay(rt, who, kept.id)
    async with rt.db.transaction() as conn:  # of another account's connector, not even that there is one is told
        another = (await make.account(rt)).account_id
        await conn.execute("UPDATE connector SET account_id = %s WHERE id = %s", [another, provider.connector.id])
    with pytest.raises(NotFound, match=str(kept.id)):
        await replaying.replay(rt, who, kept.id)
    with pytest.raises(NotFound):
        await replaying.replay(rt, OPERATOR, uuid7())
    await rows(rt, "UPDATE exchange SET kind = 'send' RETURNING id")
    with pytest.raises(InvalidInput, match="no call of a provider"):
        await replaying.replay(rt, OPERATOR, kept.id)
