"""The ledger of consent in its database: added to, verified, erased from, and changed by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import psycopg
import pytest

import make
from books import rows
from cablegram.accounts.access import Principal, operator
from cablegram.evidence import canonical, store, verify
from cablegram.evidence.erase import erase
from cablegram.evidence.model import Head, How, Kind, NewEvidence, Verified
from cablegram.evidence.write import record
from cablegram.kit.errors import NotAllowed
from cablegram.kit.ids import EvidenceId, MessageId, uuid7
from cablegram.runtime.runtime import Runtime

ANA, BEA = "34600000118", "34600000126"


def event(rt: Runtime, who: Principal, number: str | None = ANA, **told: object) -> NewEvidence:
    plain = NewEvidence(who.account_id, number, "marketing", Kind.OPT_IN, How.API, who.name, rt.clock.now())
    return replace(plain, **told)  # pyright: ignore[reportArgumentType]


async def put(rt: Runtime, *events: NewEvidence) -> list[EvidenceId]:
    async with rt.db.transaction() as conn:
        return await record(conn, events, now=rt.clock.now())


async def look(rt: Runtime, who: Principal, expected: Head | None = None) -> Verified:
    return await verify.verify(rt, operator("tests", who.account_id), expected=expected)


@pytest.mark.req("R115")
async def test_what_was_recorded_is_read_as_it_was_told(rt: Runtime, who: Principal) -> None:
    one = event(
        rt, who, source="web shop, checkout", words="Get offers — reply STOP to end 🎈", words_version="3", said="YES",
        message_id=MessageId(uuid7()), text_id=uuid7(), url="https://acme.example/offers", address="2001:db8::1",
        before="none", follows=EvidenceId(uuid7()), count=3, digest=canonical.digest_of([ANA]),
    )  # fmt: skip
    assert await put(rt, one) == [one.id]
    async with rt.db.connection() as conn:
        (found,) = await store.of_number(conn, who.account_id, ANA, after=None, limit=10)
        assert await store.some(conn, who.account_id, [one.id]) == [found]
    assert (found.told, found.seq, found.link.after) == (one, 1, canonical.beginning(who.account_id))
    verified = await look(rt, who, Head(1, found.link.hash))
    assert (verified.is_ok, verified.rows, verified.head) == (True, 1, Head(1, found.link.hash))


async def test_nothing_is_fine_and_what_is_no_kind_is_refused(rt: Runtime, who: Principal) -> None:
    assert await put(rt) == []
    with pytest.raises(ValueError, match="opted"):
        await put(rt, event(rt, who, kind="opted"))
    with pytest.raises(ValueError, match="pigeon"):
        await put(rt, event(rt, who, how="pigeon"))
    assert (await look(rt, who)).rows == 0


async def test_accounts_have_chains_of_their_own_in_one_batch(rt: Runtime, who: Principal) -> None:
    other = await make.account(rt)
    await put(rt, event(rt, who), event(rt, other), event(rt, who, BEA), event(rt, other, None))
    await put(rt, event(rt, other))
    found = {one.account_id: one for one in await verify.verify_all(rt, operator("tests"))}
    assert (found[who.account_id].rows, found[other.account_id].rows) == (2, 3)
    assert all(one.is_ok for one in found.values())
    with pytest.raises(NotAllowed):
        await verify.verify(rt, who)


async def test_two_who_write_at_once_stand_one_behind_the_other(rt: Runtime, who: Principal) -> None:
    await asyncio.gather(*[put(rt, event(rt, who), event(rt, who, BEA)) for _ in range(6)])
    found = await look(rt, who)
    assert (found.is_ok, found.rows) == (True, 12)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence SET source = 'another'",
        "UPDATE evidence SET seq = seq + 10",
        "UPDATE evidence SET number = NULL",
        "UPDATE evidence SET salt = NULL, number = NULL, recorded_by = NULL, source = NULL, erased_in = id, kind = 'x'",
        "UPDATE evidence SET salt = NULL, number = NULL, recorded_by = NULL, words = 'x', source = NULL, erased_in=id",
        "DELETE FROM evidence",
        "TRUNCATE evidence",
    ],
)
async def test_the_database_itself_refuses(rt: Runtime, who: Principal, statement: str) -> None:
    await put(rt, event(rt, who, source="shop"))
    with pytest.raises(psycopg.errors.RaiseException, match="stays as it was written"):
        await rows(rt, statement)
    assert (await look(rt, who)).is_ok


async def spoil(rt: Runtime, statements: str) -> None:
    async with rt.db.connection() as conn:
        for one in ("ALTER TABLE evidence DISABLE TRIGGER ALL", *statements.split("; ")):
            await conn.execute(one)  # pyright: ignore[reportArgumentType]


TAMPERED: Mapping[str, tuple[str, list[tuple[int, str]]]] = {
    "a source": ("UPDATE evidence SET source = 'no' WHERE seq = 2", [(2, "which source is not what was written")]),
    "a moment": (
        "UPDATE evidence SET at = at - interval '1 microsecond' WHERE seq = 2",
        [(2, "what it says is not what was written")],
    ),
    "a row that is gone": ("DELETE FROM evidence WHERE seq = 2", [(2, "the row is missing")]),
    "the last row": ("DELETE FROM evidence WHERE seq = 3", [(3, "the row is missing")]),
    "two rows": (
        "UPDATE evidence SET seq = seq + 100 WHERE seq > 1; UPDATE evidence SET seq = 105 - seq WHERE seq > 100",
        [(2, "behind another row"), (3, "behind another row"), (3, "the end of the chain")],
    ),
    "an end": ("UPDATE evidence_head SET seq = 2", [(3, "the end of the chain")]),
    "no end": ("DELETE FROM evidence_head", [(3, "the end of the chain")]),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "said"), TAMPERED.values(), ids=TAMPERED.keys())
async def test_who_owns_the_database_and_changes_something_is_found_out_by(
    rt: Runtime, who: Principal, statement: str, said: list[tuple[int, str]]
) -> None:
    ids = await put(rt, *[event(rt, who, number, source="shop") for number in (ANA, BEA, ANA)])
    await spoil(rt, statement)
    found = await look(rt, who)
    assert await verify.verify_all(rt, operator("tests")) == [found]
    assert [one.seq for one in found.faults] == [seq for seq, _ in said]
    assert all(part in one.what for one, (_, part) in zip(found.faults, said, strict=True))
    assert all(one.id in {None, *ids} for one in found.faults)


async def test_a_person_is_taken_out_and_the_chain_holds(rt: Runtime, who: Principal) -> None:
    await put(rt, event(rt, who, source="shop", words="Yes?"), event(rt, who, BEA), event(rt, who, said="STOP"))
    kept = (await look(rt, who)).head
    async with rt.db.transaction() as conn:
        erased = await erase(conn, who.account_id, [ANA], by=who.name, how=How.API, now=rt.clock.now())
        assert await erase(conn, who.account_id, [ANA], by=who.name, how=How.API, now=rt.clock.now()) is None
    left = await rows(
        rt,
        "SELECT seq, num_nonnulls(salt, number, recorded_by, source, words, said), erased_in, count FROM evidence "
        "ORDER BY seq",
    )
    assert left == [(1, 0, erased, None), (2, 3, None, None), (3, 0, erased, None), (4, 3, None, 2)]
    found = await look(rt, who, kept)
    assert (found.is_ok, found.rows) == (True, 4)
    # Whoever takes out one more, in silence or under that event, is found out.
    await rows(
        rt,
        "UPDATE evidence SET salt = NULL, number = NULL, recorded_by = NULL, erased_in = %s WHERE seq = 2 RETURNING 1",
        erased,
    )
    assert [(one.seq, one.what) for one in (await look(rt, who)).faults] == [
        (4, "other rows were emptied than it says")
    ]
