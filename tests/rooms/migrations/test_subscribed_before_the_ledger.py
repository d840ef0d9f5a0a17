"""Who was subscribed before there was a ledger of consent rests on one event of it, as all who come later do."""

from __future__ import annotations

import psycopg
import pytest

import make
from cablegram.accounts.access import operator
from cablegram.evidence import canonical, verify
from cablegram.evidence.model import Head
from cablegram.kit.ids import AccountId
from cablegram.migrations import runner
from testbed import Server

NUMBERS = ("34600000118", "447700900123", "34600000119")


@pytest.mark.req("R144")
async def test_one_event_for_each_account_says_whose_yes_was_known(pg: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = pg.empty("before_the_ledger")
    with monkeypatch.context() as older:
        before = [path for path in runner.files() if path.name < "0032"]
        older.setattr(runner, "files", lambda: before)
        runner.migrate(url, allow_unsafe=True)
    with psycopg.connect(url) as conn:
        account_id: AccountId
        ((account_id,),) = conn.execute(
            "INSERT INTO account (id, name, default_country, open_senders, created_at) "
            "VALUES (gen_random_uuid(), 'Acme', 'ES', true, now()) RETURNING id"
        ).fetchall()
        for number, said in zip(NUMBERS, ("subscribed", "subscribed", "not_subscribed"), strict=True):
            conn.execute(
                "INSERT INTO contact (id, account_id, number, country, variables, created_at, updated_at, "
                "subscription) VALUES (gen_random_uuid(), %s, %s, 'ES', '{}', now(), now(), %s)",
                (account_id, number, said),
            )
    runner.migrate(url, allow_unsafe=True)
    rt = make.runtime(url, make.clock())
    await rt.db.open()
    (found,) = await verify.verify_all(rt, operator("tests"))
    await rt.db.close()
    with psycopg.connect(url) as conn:
        ((its_id, kind, count, digest, its_hash),) = conn.execute(
            "SELECT id, kind, count, digest, hash FROM evidence"
        ).fetchall()
        rests = conn.execute("SELECT number, evidence_id FROM contact").fetchall()
    pg.drop(url)
    assert (found.is_ok, found.account_id, found.head) == (True, account_id, Head(1, its_hash))
    assert (kind, count, digest) == ("known", 2, canonical.digest_of(NUMBERS[:2]))
    assert dict(rests) == {NUMBERS[0]: its_id, NUMBERS[1]: its_id, NUMBERS[2]: None}
