"""One of everything that an account may have, straight in the tables, with a word in all of it that nobody else has.

A new call that takes an id needs a line in `THINGS`; a new table needs what its columns do not say by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

import keywords
import shops
from cablegram.accounts.access import Principal, operator
from cablegram.connectors import forms
from cablegram.connectors.configure import NewConnector, add
from cablegram.kit.ids import uuid7
from cablegram.runtime.runtime import Runtime

MARK = "zanzibar"
"""Stands in whatever text of the owner's nothing else is said about. Whoever else reads it has read too much."""

OTHER = "montevideo"
"""The same of whoever else there is."""

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)

NUMBER = "34600000999"
"""Whoever is somebody to the account."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A row: what of it a call names, and the values that its columns do not say. `=name` is another thing's id."""

    table: str
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    column: str = "id"


THINGS: dict[str, Thing] = {
    "contact_id": Thing("contact", {"number": NUMBER, "country": "ES", "subscription": "subscribed"}),
    "sender_id": Thing("sender", {"kind": "name", "address": MARK, "is_default": False}),
    "template_id": Thing("template"),
    "list_id": Thing("contact_list"),
    "contact_list_id": Thing("contact_list", {"name": f"{MARK} 2"}),
    "segment_id": Thing("segment", {"filter": {"what": "tag", "op": "is", "values": [MARK]}}),
    "field_id": Thing("contact_field", {"type": "text", "name": MARK}),
    "tag_id": Thing("website_tag"),
    "campaign_id": Thing("campaign", {"state": "finished", "list_ids": "{=list_id}", "class": "marketing",
        "started_at": MOMENT, "stage": "rest"}),
    "share_id": Thing("campaign_share", {"campaign_id": "=campaign_id"}),
    "message_id": Thing("message", {"dst": NUMBER, "country": "ES", "state": "delivered", "campaign_id": "=campaign_id",
        "connector_id": "=connector_id", "contact_id": "=contact_id", "client_ref": MARK, "posting_id": uuid7()}),
    "text_id": Thing("inbound_text", {"src": NUMBER, "connector_id": "=connector_id"}),
    "note_id": Thing("talk_note", {"number": NUMBER}),
    "login_id": Thing("store_credential"),
    "job_id": Thing("job", {"kind": "contacts.import", "state": "failed", "scope": "contacts", "ended_at": MOMENT,
        "worker": None, "error": {"code": MARK, "message": MARK, "faults": []}}),
    "file_id": Thing("job_file", {"is_whole": True}),
    "exchange_id": Thing("exchange", {"connector_id": "=connector_id", "kind": "callback"}),
    "route_id": Thing("route", {"strategy": "in_order", "accounts": "{}"}),
    "key_id": Thing("api_key", {"scopes": ["read"]}),
    "invitation_id": Thing("invitation", {"role": "viewer", "email": f"{MARK}@example.com"}),
    "webhook_id": Thing("webhook_endpoint", {"transport": "http", "form": "standard", "is_enabled": True,
        "url": f"https://example.com/{MARK}", "kinds": ["message.delivered"]}),
    "line": Thing("webhook_line", {"endpoint_id": "=webhook_id"}, column="endpoint_id"),
    "event_id": Thing("webhook_event", {"endpoint_id": "=webhook_id", "kind": "message.delivered",
        "data": f'{{"text": "{MARK}"}}'}),
    "import_id": Thing("contact_import", {"list_id": "=list_id"}),
    "view_id": Thing("people_view", {"columns": ["number"], "sort": "number", "filter": None}),
    "deed_id": Thing("people_deed"),
    "ticket_id": Thing("ticket"),
    "hosted_number_id": Thing("hosted_number", {"number": "13055550100", "number_type": "local", "state": "requested",
        "ticket_id": "=ticket_id", "decided_at": None, "sender_id": None}),
    "report_id": Thing("saved_report", {"question": {}}),
    "user_id": Thing("app_user", {"login": MARK, "is_operator": False}),
    "member": Thing("membership", {"user_id": "=user_id", "role": "viewer"}, column="user_id"),
    "session_id": Thing("session", {"user_id": "=user_id", "kind": "panel"}),
    "card_id": Thing("card", {"last4": "4242", "method": MARK}),
    "recharge_id": Thing("recharge", {"state": "paid", "currency": "EUR", "settled_at": MOMENT, "processor": "manual",
        "reference": MARK}),
    "receipt_id": Thing("receipt", {"recharge_id": "=recharge_id", "kind": "receipt", "return_id": None, "facts": {
        "seller": {"name": MARK}, "buyer": {"name": MARK}, "note": "", "credits": 1, "amount": 1, "currency": "EUR",
        "paid_with": MARK}}),
}  # fmt: skip

_CHOICES = re.compile(r"= ANY \(ARRAY\[(.*?)\]\)")
_WORD = re.compile(r"'([^']*)'")


async def everything(rt: Runtime, who: Principal, conn: psycopg.Connection, mark: str = MARK) -> Belongings:
    """Give an account one of everything; by the deeds of the product where much belongs together."""
    settings = forms.read_settings("twilio", {"account_sid": "AC" + "0" * 32})
    new = NewConnector(kind="twilio", name=mark, settings=settings, secrets={"auth_token": mark}, is_own=True)
    connector = await add(rt, who, new)
    service = await keywords.open_service(rt, who, mark.upper(), name=mark)
    store = await shops.shop(rt, operator("tests", who.account_id), f"{mark.upper()}S")
    known: dict[str, UUID] = {"connector_id": connector.id, "service_id": service.id, "store_id": store.id}
    known["short_code_id"] = service.service.code.id
    return Belongings(conn, who.account_id, known, mark)


class Belongings:
    """What an account has, by the names that calls have for it."""

    def __init__(self, conn: psycopg.Connection, account_id: UUID, known: Mapping[str, UUID], mark: str) -> None:
        self.conn = conn
        self.account_id = account_id
        self.ids = dict(known)
        self._mark = mark
        conn.execute("SET session_replication_role = replica")  # no trigger has to agree
        for name, thing in THINGS.items():
            self.ids[name] = self._make(thing)
        conn.execute("RESET session_replication_role")

    def _make(self, thing: Thing) -> UUID:
        values: dict[str, Any] = {}
        for column in self._columns(thing.table):
            name = column["name"]
            if name in thing.values:
                values[name] = self._meant(thing.values[name])
            elif name == "account_id":
                values[name] = self.account_id
            elif name == thing.column:
                values[name] = uuid7()
            elif column["must"]:
                values[name] = self._any(column)
        statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
            sql.Identifier(thing.table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        )
        self.conn.execute(statement, [_adapted(value) for value in values.values()])
        return values[thing.column]

    def _meant(self, value: Any) -> Any:  # noqa: ANN401 - of any column
        if isinstance(value, dict):
            return {name: self._meant(one) for name, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, list):
            return [self._meant(one) for one in value]  # pyright: ignore[reportUnknownVariableType]
        if isinstance(value, str) and MARK in value.lower():
            return value.lower().replace(MARK, self._mark)
        if isinstance(value, str) and value.startswith("="):
            return self.ids[value[1:]]
        if isinstance(value, str) and value.startswith("{="):
            return [self.ids[value[2:-1]]]
        return value

    def _columns(self, table: str) -> list[dict[str, Any]]:
        with self.conn.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(
                """
                SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type,
                    a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS must,
                    (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum
                        WHERE enumtypid = a.atttypid) AS labels,
                    (SELECT string_agg(pg_get_constraintdef(oid), ' ') FROM pg_constraint
                        WHERE conrelid = a.attrelid AND contype = 'c' AND conkey = ARRAY[a.attnum]) AS checks
                FROM pg_attribute AS a
                WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """,
                [table],
            ).fetchall()

    def _any(self, column: dict[str, Any]) -> Any:  # noqa: ANN401 - of any column
        if column["labels"]:
            return column["labels"][0]
        if choices := _CHOICES.search(column["checks"] or ""):
            return _WORD.findall(choices[1])[0]
        kind: str = column["type"]
        values: dict[str, Any] = {
            "text": self._mark,
            "uuid": uuid7(),
            "boolean": True,
            "jsonb": {},
            "bytea": uuid7().bytes * 2,
            "date": MOMENT.date(),
            "timestamp with time zone": MOMENT,
            "text[]": [self._mark],
            "uuid[]": [uuid7()],
        }
        if kind in values:
            return values[kind]
        if kind in {"smallint", "integer", "bigint"}:
            return 1
        raise AssertionError(f"say what stands in {column['name']}, which is {kind}")

    def digest(self) -> dict[str, str]:
        """Return, by table, what all rows of the account come to."""
        return digest(self.conn, self.account_id)


def digest(conn: psycopg.Connection, account_id: UUID) -> dict[str, str]:
    """Return, by table, what all rows of an account come to: another text where anything changed."""
    parts = [
        sql.SQL("SELECT {name}, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} AS t"
                " WHERE account_id = {account}").format(
            name=sql.Literal(table), table=sql.Identifier(table), account=sql.Literal(account_id)
        )
        for table in _tables(conn.info.dsn, conn)
    ]  # fmt: skip
    return dict(conn.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall())


@cache
def _tables(_: str, conn: psycopg.Connection) -> tuple[str, ...]:
    rows = conn.execute(
        "SELECT DISTINCT table_name FROM information_schema.columns AS c"
        " JOIN information_schema.tables USING (table_name)"
        " WHERE c.table_schema = 'public' AND column_name = 'account_id' AND table_type = 'BASE TABLE'"
        " AND table_name NOT LIKE 'message\\_2%' ORDER BY 1"
    ).fetchall()
    return tuple(row[0] for row in rows if row[0] != "session")


def _adapted(value: Any) -> Any:  # noqa: ANN401 - of any column
    return Jsonb(value) if isinstance(value, dict) else value
