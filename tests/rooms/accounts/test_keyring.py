from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from cablegram.accounts import keys
from cablegram.accounts.access import Principal, Scope
from cablegram.accounts.keyring import KeyRing
from cablegram.accounts.tokens import digest, new_key
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import NotAuthenticated, Unavailable
from cablegram.runtime.runtime import Runtime

SIX_SECONDS = timedelta(seconds=6)


class CountingRing(KeyRing):
    """A key ring that tells how many keys each look-up was for."""

    def __init__(self, rt: Runtime) -> None:
        super().__init__(rt)
        self.lookups: list[int] = []

    async def _look_up(self, names: Sequence[bytes]) -> dict[bytes, Principal]:
        self.lookups.append(len(names))
        return await super()._look_up(list(names))


async def a_key(rt: Runtime, who: Principal, *scopes: Scope) -> tuple[keys.ApiKey, str]:
    return await keys.create(rt, who, name="Shop", scopes=scopes or (Scope.SEND,))


async def refused(ring: KeyRing, key: str) -> str:
    with pytest.raises(NotAuthenticated) as caught:
        await ring.by_key(key)
    return caught.value.code


async def last_used(rt: Runtime, who: Principal) -> datetime | None:
    return (await keys.page(rt, who, limit=1))[0].last_used_at


@pytest.mark.req("R3")
async def test_a_key_speaks_for_its_account_with_its_scopes(rt: Runtime, who: Principal) -> None:
    key, text = await a_key(rt, who, Scope.SEND, Scope.READ)
    principal = await KeyRing(rt).by_key(text)
    assert principal == Principal(
        who.account_id, f"key {text[:7]}...", frozenset({Scope.SEND, Scope.READ}), key_id=key.id
    )


@pytest.mark.req("R3")
@pytest.mark.parametrize("key", ["", "nonsense", "sk_" + "x" * 40, "sk_\0" + "x" * 39])
async def test_any_other_key_is_unknown(rt: Runtime, key: str) -> None:
    assert await refused(KeyRing(rt), key) == "key_unknown"


async def test_for_five_seconds_a_key_needs_no_database(rt: Runtime, who: Principal, clock: SetClock) -> None:
    _, text = await a_key(rt, who)
    wrong = new_key()
    ring = KeyRing(rt)
    principal = await ring.by_key(text)
    assert await refused(ring, wrong) == "key_unknown"
    await rt.db.close()

    clock.move(timedelta(seconds=4.9))
    assert await ring.by_key(text) is principal
    assert await refused(ring, wrong) == "key_unknown"

    clock.move(timedelta(seconds=0.1))
    for key in (text, wrong):
        with pytest.raises(Unavailable):
            await ring.by_key(key)


async def test_a_revoked_key_stops_within_five_seconds(rt: Runtime, who: Principal, clock: SetClock) -> None:
    key, text = await a_key(rt, who)
    ring = KeyRing(rt)
    await ring.by_key(text)
    await keys.revoke(rt, who, key.id)
    clock.move(timedelta(seconds=5))
    assert await refused(ring, text) == "key_unknown"


async def test_a_key_that_was_asked_for_too_early_works_five_seconds_later(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    ring = KeyRing(rt)
    key, text = await a_key(rt, who)
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE api_key SET hash = 'not yet' WHERE id = %s", (key.id,))
    assert await refused(ring, text) == "key_unknown"
    async with rt.db.transaction() as conn:
        await conn.execute("UPDATE api_key SET hash = %s WHERE id = %s", (digest(text), key.id))
    assert await refused(ring, text) == "key_unknown"
    clock.move(timedelta(seconds=5))
    assert (await ring.by_key(text)).account_id == who.account_id


async def test_requests_that_come_together_share_a_look_up(rt: Runtime, who: Principal) -> None:
    texts = [(await a_key(rt, who))[1] for _ in range(3)]
    ring = CountingRing(rt)
    principals = await asyncio.gather(*(ring.by_key(texts[number % 3]) for number in range(300)))
    assert ring.lookups == [3]
    assert len({principal.key_id for principal in principals}) == 3


async def test_ten_thousand_wrong_keys_at_once_are_one_look_up_and_are_not_remembered_without_end(rt: Runtime) -> None:
    ring = CountingRing(rt)
    answers = await asyncio.gather(*(ring.by_key(new_key()) for _ in range(10_050)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {NotAuthenticated}
    assert ring.lookups == [10_050]
    assert len(ring._wrong) == 10_000


async def test_a_request_that_goes_away_takes_the_answer_from_nobody(rt: Runtime, who: Principal) -> None:
    _, text = await a_key(rt, who)
    ring = KeyRing(rt)
    first = asyncio.create_task(ring.by_key(text))
    second = asyncio.create_task(ring.by_key(text))
    await asyncio.sleep(0)  # let both ask
    first.cancel()
    assert (await second).account_id == who.account_id
    assert first.cancelled()


async def test_an_error_of_a_look_up_is_told_to_all_who_asked_and_then_forgotten(rt: Runtime, who: Principal) -> None:
    _, text = await a_key(rt, who)
    ring = KeyRing(rt)
    async with rt.db.transaction() as conn:
        await conn.execute("ALTER TABLE api_key RENAME TO away")
    answers = await asyncio.gather(ring.by_key(text), ring.by_key(text), return_exceptions=True)
    assert answers[0] is answers[1]
    assert isinstance(answers[0], Exception)
    async with rt.db.transaction() as conn:
        await conn.execute("ALTER TABLE away RENAME TO api_key")
    assert (await ring.by_key(text)).account_id == who.account_id


async def test_the_last_use_is_noted_at_most_once_a_minute(rt: Runtime, who: Principal, clock: SetClock) -> None:
    _, text = await a_key(rt, who)
    assert await last_used(rt, who) is None
    ring = KeyRing(rt)
    start = clock.now()
    for _ in range(10):
        await ring.by_key(text)
        assert await last_used(rt, who) == start
        clock.move(SIX_SECONDS)
    await ring.by_key(text)
    assert await last_used(rt, who) == start + timedelta(minutes=1)
