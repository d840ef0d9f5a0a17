from __future__ import annotations

import psycopg
import pytest

from books import assert_sums_hold, rows
from cablegram.accounts.access import Principal
from cablegram.billing import ledger
from cablegram.kit.money import MICRO
from cablegram.runtime.runtime import Runtime

FORBIDDEN = {
    "a balance is set": "UPDATE balance SET amount = 1",
    "a balance is numbered": "UPDATE balance SET last_seq = 7",
    "a balance is upserted": (
        "INSERT INTO balance (account_id) SELECT id FROM account ON CONFLICT (account_id) DO UPDATE SET amount = 5"
    ),
    "a balance is forgotten": "DELETE FROM balance",
    "all balances are forgotten": "TRUNCATE balance",
    "a posting is changed": "UPDATE posting SET amount = 1",
    "a posting's note is changed": "UPDATE posting SET note = 'x'",
    "a posting is deleted": "DELETE FROM posting",
    "all postings are deleted": "TRUNCATE posting",
    "an account with a balance is deleted": "DELETE FROM account",
    "a charge goes below nothing": (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " SELECT gen_random_uuid(), id, 0, now(), 'charge', 1, -100000001, 0 FROM account"
    ),
    "a charge gives": (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " SELECT gen_random_uuid(), id, 0, now(), 'charge', 1, 5, 0 FROM account"
    ),
    "a refund takes": (
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " SELECT gen_random_uuid(), id, 0, now(), 'refund', 1, -5, 0 FROM account"
    ),
}


@pytest.mark.req("R29")
@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_the_database_refuses_it_when(rt: Runtime, who: Principal, statement: str) -> None:
    with pytest.raises(psycopg.errors.DatabaseError) as caught:
        await rows(rt, statement)
    assert isinstance(
        caught.value,
        psycopg.errors.RaiseException | psycopg.errors.CheckViolation | psycopg.errors.ForeignKeyViolation,
    )
    assert await ledger.balance(rt, who) == 100 * MICRO
    await assert_sums_hold(rt)


@pytest.mark.req("R29")
async def test_a_balance_can_not_be_made_with_something_in_it(rt: Runtime) -> None:
    await rows(rt, "INSERT INTO account VALUES (gen_random_uuid(), 'Other', 'US', true, now()) RETURNING id")
    with pytest.raises(psycopg.errors.RaiseException, match="starts at nothing"):
        await rows(rt, "INSERT INTO balance SELECT id, 5, 0 FROM account WHERE name = 'Other'")


@pytest.mark.req("R29")
async def test_a_posting_s_number_and_balance_are_the_database_s_to_say(rt: Runtime, who: Principal) -> None:
    told = await rows(
        rt,
        "INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)"
        " VALUES (gen_random_uuid(), %s, 99, now(), 'grant', 0, 5, 12345) RETURNING seq, balance_after",
        who.account_id,
    )
    assert told == [(2, 100 * MICRO + 5)]


@pytest.mark.req("R29")
async def test_a_posting_for_an_account_without_a_balance_is_refused(rt: Runtime) -> None:
    await rows(rt, "INSERT INTO account VALUES (gen_random_uuid(), 'Poor', 'US', true, now()) RETURNING id")
    with pytest.raises(psycopg.errors.RaiseException, match="has no balance row"):
        await rows(
            rt,
            "INSERT INTO posting SELECT gen_random_uuid(), id, 0, now(), 'grant', 0, 5, 0 FROM account",
        )
