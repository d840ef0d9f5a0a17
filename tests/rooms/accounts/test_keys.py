from __future__ import annotations

from datetime import timedelta

import pytest

import make
from books import rows
from cablegram.accounts import keys
from cablegram.accounts.access import Principal, Scope, operator
from cablegram.accounts.tokens import digest
from cablegram.kit.clock import SetClock
from cablegram.kit.errors import InvalidInput, NotAllowed, NotFound
from cablegram.kit.ids import uuid7
from cablegram.runtime.runtime import Runtime


@pytest.mark.req("R3")
async def test_a_key_is_shown_once_and_kept_as_its_hash(rt: Runtime, who: Principal) -> None:
    key, text = await keys.create(rt, who, name=" Shop ", scopes=[Scope.SEND])

    assert (await keys.page(rt, who))[0] == key
    assert (key.name, key.hint, key.scopes, key.created_at) == (
        "Shop",
        text[:7],
        frozenset({Scope.SEND}),
        rt.clock.now(),
    )
    stored = await rows(
        rt, "SELECT hash, api_key::text || event.data::text FROM api_key, event WHERE subject = api_key.id"
    )
    assert [row[0] for row in stored] == [digest(text)]
    assert text not in str(stored)
    assert text not in repr(key)


async def test_nobody_gives_a_key_more_than_they_have(rt: Runtime, who: Principal) -> None:
    with pytest.raises(NotAllowed):
        await keys.create(rt, who, name="Root", scopes=[Scope.OPERATOR])
    keeper = Principal(who.account_id, "key", frozenset({Scope.ACCOUNT}))
    with pytest.raises(NotAllowed):
        await keys.create(rt, keeper, name="More", scopes=[Scope.ACCOUNT, Scope.SEND])
    with pytest.raises(NotAllowed):
        await keys.create(rt, Principal(who.account_id, "key", frozenset({Scope.SEND})), name="x", scopes=[Scope.SEND])

    ann = operator("Ann", who.account_id)
    key, _ = await keys.create(rt, ann, name="Root", scopes=[Scope.OPERATOR])
    assert key.scopes == {Scope.OPERATOR}


@pytest.mark.parametrize(("name", "scopes", "code"), [("", [Scope.SEND], "bad_name"), ("Shop", [], "no_scopes")])
async def test_a_key_needs_a_name_and_something_it_may(
    rt: Runtime, who: Principal, name: str, scopes: list[Scope], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await keys.create(rt, who, name=name, scopes=scopes)
    assert caught.value.code == code


async def test_a_key_for_no_account_is_refused(rt: Runtime) -> None:
    with pytest.raises(NotFound):
        await keys.create(rt, operator("Ann"), name="Shop", scopes=[Scope.SEND])


async def test_a_key_is_revoked_once_and_by_its_own_account_alone(rt: Runtime, who: Principal) -> None:
    key, _ = await keys.create(rt, who, name="Shop", scopes=[Scope.SEND])
    other = await make.account(rt)
    with pytest.raises(NotFound) as caught:
        await keys.revoke(rt, other, key.id)
    assert caught.value.code == "key_not_found"
    with pytest.raises(NotFound):
        await keys.revoke(rt, who, uuid7())

    await keys.revoke(rt, who, key.id)
    await keys.revoke(rt, who, key.id)
    assert (await keys.page(rt, who))[0].revoked_at == rt.clock.now()
    news = await rows(rt, "SELECT kind FROM event WHERE subject = %s ORDER BY id", key.id)
    assert news == [("key.created",), ("key.revoked",)]


async def test_keys_are_paged_newest_first_for_their_account(rt: Runtime, who: Principal) -> None:
    await make.account(rt)
    for number in range(3):
        await keys.create(rt, who, name=f"Key {number}", scopes=[Scope.SEND])
    first = await keys.page(rt, who, limit=2)
    rest = await keys.page(rt, who, after=first[-1].id)
    assert [key.name for key in [*first, *rest]] == ["Key 2", "Key 1", "Key 0", "First key"]
    with pytest.raises(NotAllowed):
        await keys.page(rt, Principal(who.account_id, "key", frozenset({Scope.READ})))


async def test_the_successor_of_a_key_that_ends_by_itself_ends_after_as_long_a_life(
    rt: Runtime, who: Principal, clock: SetClock
) -> None:
    key, _ = await keys.create(rt, who, name="Shop", scopes=[Scope.SEND], expires_at=clock.now() + timedelta(days=30))
    clock.move(timedelta(days=20))
    successor, _ = await keys.rotate(rt, who, key.id, overlap_hours=24)
    assert successor.expires_at == clock.now() + timedelta(days=30)
    forever, _ = await keys.create(rt, who, name="Other", scopes=[Scope.SEND])
    assert (await keys.rotate(rt, who, forever.id, overlap_hours=0))[0].expires_at is None
