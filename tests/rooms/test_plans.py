"""Every statement on the way of a message reaches its rows by key: on an empty schema, a full one, one that was full.

A plan is made once and used for as long as a process lives. One that was made while a narrow table was empty must not
read it from end to end when it is full; it would cost ten to a hundred times as much, and nobody would be told.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

import cablegram.connectors.exchange_store
import cablegram.consent.store
import cablegram.contacts.store
import cablegram.dispatch.failover_store
import cablegram.dispatch.orphan_store
import cablegram.dispatch.sent_store
import cablegram.dispatch.store
import cablegram.inbound.callback_store
import cablegram.messages.breakdown_store
import cablegram.messages.counted_store
import cablegram.messages.key_store
import cablegram.messages.news_store
import cablegram.messages.store
import cablegram.messages.tally_store
import cablegram.messages.times_store
import cablegram.reports.asked_store
import cablegram.reports.store
from cablegram.kit.ids import lowest_at
from cablegram.messages.store import make_partitions
from cablegram.runtime import database
from cablegram.runtime.connection import Conn
from cablegram.runtime.queries import Queries
from house.test_sql import PARAMETER, PREPARED, bare, numbered
from testbed import Server

DISPATCHERS_OPTIONS = (  # undone
    "plan_cache_mode = force_custom_plan",
    *(f"enable_{way} = on" for way in ("seqscan", "hashjoin", "mergejoin", "bitmapscan", "sort", "material")),
)
DAYS = [date(2026, 1, 13) + timedelta(days=n) for n in range(3)]
WORK = ("queue", "flight", "submission", "orphan_receipt", "held", "progress", "message_event", "idempotency")
TIMED = ("message_timing",)
PEOPLE = ("blacklist", "consent_review", "contact", "recent_text", "recent_message", "ruleset", "sending_rules")
CALLS = ("exchange", "callback_seen")
HOT = ("message", *WORK, *TIMED, *PEOPLE, *CALLS)
# What may be read as a whole, in the order of an index: a table that holds no more than is on the wire or in question.
SMALL = ("flight",)
# Asked when a dispatcher died or lost its session: what is on the wire is looked through from end to end.
RARE: dict[str, tuple[list[str], ...]] = {
    "flight_ids": (["Seq Scan on flight"],),
    # Connectors are few, and nothing else is read for what is kept of them.
    "keep": (["Nested Loop compares all with all: (new.connector_id = connector.id)"],),
    # Who is connected is no table of ours; releases of PostgreSQL write it in two ways.
    "hold_place": tuple(
        [f"Nested Loop compares all with all: ({way})"] for way in ("d.oid = s.datid", "s.datid = d.oid")
    ),
}
ROOMS = {
    "messages": cablegram.messages.store.queries,
    "keys": cablegram.messages.key_store.queries,
    "counted": cablegram.messages.counted_store.queries,
    "breakdown": cablegram.messages.breakdown_store.queries,
    "news": cablegram.messages.news_store.queries,
    "tally": cablegram.messages.tally_store.queries,
    "times": cablegram.messages.times_store.queries,
    "dispatch": cablegram.dispatch.store.queries,
    "failover": cablegram.dispatch.failover_store.queries,
    "orphans": cablegram.dispatch.orphan_store.queries,
    "sent": cablegram.dispatch.sent_store.queries,
    "consent": cablegram.consent.store.queries,
    "contacts": cablegram.contacts.store.queries,
    "exchanges": cablegram.connectors.exchange_store.queries,
    "callbacks": cablegram.inbound.callback_store.queries,
    "reports": cablegram.reports.store.queries,
    "asked": cablegram.reports.asked_store.queries,
}
DAY = re.compile(r"message_\d{8}")
SIZES = ("empty", "full", "emptied")
# Of rooms that do much else: what they are asked for each batch that is accepted.
ASKED = {
    "consent": (
        *("rules_of", "against", "texts_since", "messages_since"),
        *("note_texts", "note_messages", "keep_rulesets"),
    ),
    "contacts": ("statuses",),
    "breakdown": ("answers", "ahead"),  # asked every second while a campaign is guarded, and by each forecast
    "news": ("listened", "told_of"),
    "exchanges": ("keep", "get", "judge", "page", "of_message"),
    # What takes corrections out goes through as many as a slice has, however the planner matches them.
    "reports": ("hold_place", "draw_line", "date_line", "move_place", "add_quarters", "add_days", "add_delays"),
    "callbacks": ("claim", "release"),
}
STATEMENTS = [(room, name) for room, names in ASKED.items() for name in names] + [
    (room, name)
    for room, queries in ROOMS.items()
    for name in queries.names()
    if room not in ASKED
    if bare(getattr(queries, name)).upper().startswith(PREPARED)
]


@pytest.fixture(scope="module")
def schemas(pg: Server) -> Iterator[dict[str, psycopg.Connection]]:
    """Give connections with a dispatcher's options to schemas without rows, with many, and with none any more."""
    options = database.session_options(hot=True)
    urls = {name: pg.migrated() for name in SIZES}
    for url in urls.values():
        asyncio.run(_with_days(url))
    _fill(urls["full"])
    with psycopg.connect(urls["emptied"], autocommit=True) as conn:
        # What was full in the day, and is known to be empty now. A day's messages are never gone.
        conn.execute(f"VACUUM ANALYZE {', '.join((*WORK, *PEOPLE, *CALLS))}")
    found = {name: psycopg.connect(url, autocommit=True, options=options) for name, url in urls.items()}
    yield found
    for name, conn in found.items():
        conn.close()
        pg.drop(urls[name])


async def _with_days(url: str) -> None:
    async with await Conn.connect(url) as conn:
        await make_partitions(conn, DAYS)


def _fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            """
            CREATE TEMP TABLE made AS
            SELECT n, '2026-01-13T00:00Z'::timestamptz + n * interval '5 seconds' AS at,
                (lpad(to_hex(((extract(epoch FROM '2026-01-13T00:00Z'::timestamptz) + n * 5) * 1000)::bigint), 12, '0')
                    || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid AS id,
                ('00000000-0000-7000-8000-' || lpad(to_hex(n % 7), 12, '0'))::uuid AS account_id,
                ('00000000-0000-7000-8000-' || lpad(to_hex(n % 3), 12, '0'))::uuid AS connector_id,
                CASE WHEN n % 2 = 0 THEN ('00000000-0000-7000-8000-' || lpad(to_hex(n % 20), 12, '0'))::uuid END
                    AS campaign_id
            FROM generate_series(1, 50000) AS n;
            INSERT INTO message (id, account_id, campaign_id, connector_id, posting_id, price, accepted_at, claimed_at,
                state, segments, class, encoding, country, src, dst, body)
            SELECT id, account_id, campaign_id, connector_id, id, 1, at, at, 'submitted', 1, 'marketing', 'gsm0338',
                'ES', 'Tests', (34600000000 + n)::text, repeat('Hello ', 15) FROM made;
            INSERT INTO queue SELECT connector_id, n % 3, n % 200, id, campaign_id, 1 FROM made WHERE n > 30000;
            INSERT INTO held SELECT id, connector_id, 1, 1, campaign_id, 1, CASE WHEN n % 2 = 0 THEN at END FROM made
                WHERE n BETWEEN 20000 AND 25000;
            UPDATE queue SET closes_at = made.at FROM made WHERE made.id = queue.id AND made.n % 3 = 0;
            UPDATE held SET is_scheduled = true FROM made WHERE made.id = held.id AND made.n % 3 = 0;
            INSERT INTO message_timing (id, expires_at) SELECT id, at FROM made WHERE n % 4 = 0;
            INSERT INTO flight SELECT id, connector_id, n % 5, n % 4 = 0 FROM made WHERE n BETWEEN 25000 AND 27000;
            INSERT INTO submission SELECT connector_id, n::text, id, 1 FROM made;
            INSERT INTO orphan_receipt SELECT id, connector_id, n::text, '', '', 'delivered', '', '', at FROM made
                WHERE n < 5000;
            INSERT INTO message_event SELECT id, at, 'answered', 1, 'taken' FROM made;
            INSERT INTO progress SELECT at + interval '7 ms', account_id, campaign_id, 'submitted', 1, 1 FROM made
                WHERE n % 5 > 0;
            INSERT INTO progress SELECT at, account_id, campaign_id, 'submitted', 1, 1 FROM made WHERE n % 5 = 0;
            SET session_replication_role = replica; -- of accounts, only the ids matter here
            INSERT INTO blacklist (account_id, number, id, how, added_by, added_at)
                SELECT account_id, n::text || '0000', id, 'import', '', at FROM made;
            INSERT INTO consent_review (text_id, account_id, number, sender, matched, doubt, opened_at)
                SELECT id, account_id, n::text, '', '', '', at FROM made;
            INSERT INTO contact (id, account_id, number, country, variables, subscription, created_at, updated_at)
                SELECT id, account_id, n::text || '0000', 'ES', '{}', CASE WHEN n % 2 = 0 THEN 'subscribed' END, at, at
                FROM made;
            INSERT INTO recent_text SELECT decode(md5(n::text), 'hex'), account_id, at FROM made;
            INSERT INTO recent_message SELECT account_id, n::text, 'marketing', at, at FROM made;
            INSERT INTO ruleset SELECT n, '{}', at FROM made;
            INSERT INTO callback_seen SELECT connector_id, 'text:' || n, at FROM made;
            INSERT INTO exchange
                SELECT id, connector_id, 'callback', at, 1, ARRAY[id], '', '', repeat('x', 300), 200, '', '' FROM made;
            INSERT INTO dispatcher (started_at, host, pid) SELECT at, 'tests', n FROM made WHERE n < 6;
            ANALYZE
            """
        )


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", []):
        yield from nodes(each)


def explained(conn: psycopg.Connection, queries: Queries, name: str) -> dict[str, Any]:
    """Return the plan that serves whatever values come."""
    text = numbered(bare(getattr(queries, name)))
    values = ", ".join(["NULL"] * len(set(re.findall(r"\$\d+", text))))
    conn.execute(sql.SQL("PREPARE tried AS ") + sql.SQL(text))  # pyright: ignore[reportArgumentType] - our own files
    explain = f"EXPLAIN (FORMAT JSON) EXECUTE tried{f'({values})' if values else ''}"
    row = conn.execute(sql.SQL(explain)).fetchone()  # pyright: ignore[reportArgumentType] - written above
    conn.execute("DEALLOCATE tried")
    assert row is not None
    return row[0][0]["Plan"]


def ran(conn: psycopg.Connection, statement: str, values: dict[str, object], *, is_hot: bool = True) -> dict[str, Any]:
    """Return a plan as it ran with these values; what it did is taken back.

    `is_hot`: the one for all values, as a dispatcher has it; else one for these values, without a dispatcher's options.
    """
    text = bare(statement)
    given = sql.SQL(", ").join(sql.Literal(values[name]) for name in dict.fromkeys(PARAMETER.findall(text)))
    with conn.transaction(force_rollback=True):
        conn.execute("SET LOCAL session_replication_role = replica")  # the connectors are not there
        for option in () if is_hot else DISPATCHERS_OPTIONS:
            conn.execute(f"SET LOCAL {option}".encode())
        conn.execute(sql.SQL("PREPARE ran AS ") + sql.SQL(numbered(text)))  # pyright: ignore[reportArgumentType] - our own files
        row = conn.execute(sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE ran({})").format(given)).fetchone()
        conn.execute("DEALLOCATE ran")
    assert row is not None
    return row[0][0]["Plan"]


def read_of_days(plan: dict[str, Any]) -> dict[str, int]:
    """Return the rows that a plan which ran has read of each day's messages; a day it did not look at is left out."""
    found: dict[str, int] = {}
    for node in nodes(plan):
        table = node.get("Relation Name", "")
        if DAY.fullmatch(table) and node["Actual Loops"] and node["Node Type"] != "ModifyTable":
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            found[table] = found.get(table, 0) + round(rows * node["Actual Loops"])
    return found


def faults(plan: dict[str, Any]) -> list[str]:
    """Return what in a plan reads a table, or compares rows with rows, instead of going by a key."""
    found: list[str] = []
    for node in nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name", "")
        is_hot = table.startswith(HOT)
        if is_hot and ("Seq Scan" in kind or "Bitmap" in kind):
            found.append(f"{kind} on {table}")
        if is_hot and kind.startswith("Index") and "Index Cond" not in node and table not in SMALL:
            found.append(f"all of {node['Index Name']} is read")
        if "Join Filter" in node:
            found.append(f"{kind} compares all with all: {node['Join Filter']}")
        if kind in {"Hash Join", "Merge Join"}:
            found.append(kind)
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("room", "name"), STATEMENTS, ids=[f"{room}.{name}" for room, name in STATEMENTS])
def test_a_statement_goes_by_key(schemas: dict[str, psycopg.Connection], size: str, room: str, name: str) -> None:
    assert faults(explained(schemas[size], ROOMS[room], name)) in ([], *RARE.get(name, ()))


def test_plans_that_read_or_compare_all_are_found(schemas: dict[str, psycopg.Connection]) -> None:
    planted = Queries(
        """
-- name: scan
SELECT 1 FROM message WHERE reason = 'x';
-- name: whole_index
SELECT id FROM queue ORDER BY connector_id;
-- name: all_with_all
SELECT 1 FROM queue JOIN flight ON queue.segments = flight.dispatcher_id;
"""
    )
    conn = schemas["full"]
    assert [len(faults(explained(conn, planted, name))) > 0 for name in planted.names()] == [True] * 3


def test_a_thousand_messages_of_a_day_are_reached_without_a_look_at_other_days(
    schemas: dict[str, psycopg.Connection],
) -> None:
    """The plan for all values names every day, and leaves out at each run what is not asked for."""
    conn, connector, now = (
        schemas["full"],
        UUID("00000000-0000-7000-8000-000000000000"),
        datetime(2026, 1, 13, tzinfo=UTC),
    )
    found = conn.execute(
        "SELECT message_id, provider_id FROM submission WHERE connector_id = %s AND message_id > %s "
        "ORDER BY message_id LIMIT 1000",
        [connector, lowest_at(now + timedelta(days=1, hours=1))],
    ).fetchall()
    ids, provider_ids = [row[0] for row in found], [row[1] for row in found]
    many = {"ids": ids, "provider_ids": provider_ids, "raw_ids": provider_ids, "versions": [0] * 1000}
    values: dict[str, object] = {
        **many, "connector_id": connector, "now": now, "dispatcher_id": 1, "room": 1000, "is_window_empty": True,
        "after": [-1, -1, -1], "places": list(range(1000)), "outcomes": [1] * 1000, "errors": [None] * 1000,
        "moments": [now] * 1000, "words": ["DELIVRD"] * 1000, "suffix": 7,
        "ends": [f"{int(place):07d}" for place in provider_ids],
    }  # fmt: skip
    for name in ("claim", "take", "land", "match_asked"):
        read = read_of_days(ran(conn, getattr(ROOMS["dispatch"], name), values))
        assert read == {"message_20260114": 1000}, name


def test_a_stretch_of_messages_is_looked_through_without_a_look_behind_its_end(
    schemas: dict[str, psycopg.Connection],
) -> None:
    conn, its = schemas["full"], ROOMS["messages"]
    values: dict[str, object] = {
        "account_id": UUID("00000000-0000-7000-8000-000000000001"), "low": UUID(int=0),
        "high": UUID(int=(1 << 128) - 1), "campaign_id": None, "messages": 2000, "states": "{failed}",
        "numbers": None, "client_ref": None,
        "country": None, "words": None, "digits": None, "limit": 51,
    }  # fmt: skip
    assert set(read_of_days(ran(conn, its.stretch, values, is_hot=False))) == {"message_20260115"}
    (end,) = conn.execute(
        "SELECT id FROM message WHERE account_id = %s ORDER BY id DESC OFFSET 1999 LIMIT 1", [values["account_id"]]
    ).fetchone() or (None,)
    assert set(read_of_days(ran(conn, its.search, {**values, "low": end}, is_hot=False))) == {"message_20260115"}


def test_the_last_message_to_a_number_is_looked_for_in_the_accounts_that_are_named(
    schemas: dict[str, psycopg.Connection],
) -> None:
    """A plan for all values that tells `all accounts` and `this one` apart by OR would read every account."""
    one = UUID("00000000-0000-7000-8000-000000000001")
    values: dict[str, object] = {
        "connector_id": one, "numbers": ["34600000001"], "senders": [""], "accounts": [one], "since": UUID(int=0)
    }  # fmt: skip
    plan = ran(schemas["full"], ROOMS["sent"].last_to, values)
    looked = [node for node in nodes(plan) if node.get("Relation Name") == "account" and node["Actual Loops"]]
    assert looked
    assert all("Index Cond" in node for node in looked)
