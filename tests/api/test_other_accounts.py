"""Nobody reads or changes what is another account's: every call of the document is tried with the ids of another.

A new call needs nothing here where its ids have a name that is known; else `NAMES` says what they are the ids of, and
`BODIES` what a body has to say so that the call looks at them at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest

from belongings import MARK, NUMBER, OTHER, THINGS, Belongings, everything
from cablegram.accounts.access import ACCOUNT_SCOPES, Principal, Scope
from cablegram.api import openapi
from cablegram.api.app import RESOURCES, VERSION
from cablegram.api.operation import Operation
from cablegram.kit.ids import AccountId
from calling import Client, Reply, Served

DOCUMENT: dict[str, Any] = openapi.document(RESOURCES, VERSION)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
OPERATIONS: dict[str, Operation] = {one.id: one for resource in RESOURCES for one in resource.operations}

# What ids are the ids of, where their own name does not say it.
NAMES = {
    "user_ids": "user_id",
    "contact_list_ids": "list_id",
    "except_list_ids": "list_id",
    "contact_list_id": "list_id",
    "segment_ids": "segment_id",
    "except_segment_ids": "segment_id",
    "connector_ids": "connector_id",
    "connectors": "connector_id",
    "field_ids": "field_id",
    "ids": "route_id",
    "accounts": "account_id",
    "assigned_to": "user_id",
    "stream_id": "webhook_id",
    "subject": "message_id",
    "about_id": "message_id",
    "after": "message_id",
}
NOBODYS = UUID("00000000-0000-7000-8000-000000000000")
# What stands in a path that is no id.
PLACES = {
    "number": f"+{NUMBER}",
    "keyword": f"{MARK.upper()}S",
    "name": "color",
    "country": "ES",
    "code": "214",
    "item": "1",
}
_TEXTS = [{"name": "A", "text": "Hello", "share": 50}, {"name": "B", "text": "Hello", "share": 50}]
BODIES: dict[str, dict[str, Any]] = {
    "sendMessage": {"to": "+34600000118", "text": "Hello"},
    "sendMessage template_id": {"to": "+34600000118"},
    "simulate": {"to": "+34600000118"},
    "createCampaign": {"name": "Autumn", "text": "Hello"},
    "createCampaign template_id": {"name": "Autumn"},
    "createCampaign variants.*.template_id": {"name": "Autumn", "variants": [{"name": "A", "share": 50}, _TEXTS[1]]},
    "saveReport": {"name": "Autumn", "pace": "daily"},
}
# Of these ids a call says nothing: it looks for what is the account's own, and there is none.
SILENT = {"decideLateMessages", "replayWebhookEvents"}
# What a thing has not got that a call asks of it.
NOT_THERE = {"getFileColumns", "getJobResult", "getStoreCustomer", "getWebhookSecret", "getTicketFile"}
# Of these each item has its own verdict.
PIECEMEAL = {"sendBatch"}
# Answers that are none of 404 to the ids of another account, and why.
ELSE: dict[str, int] = {}


@dataclass(slots=True)
class Two:
    """An owner of one of everything, and somebody else with one of everything too, and a key for both."""

    served: Served
    conn: psycopg.Connection
    owner: Belongings
    other: Belongings
    owners_key: Client
    others_key: Client


@pytest.fixture
async def two(served: Served) -> AsyncIterator[Two]:
    """Give two accounts of one installation."""
    with psycopg.connect(served.rt.db.url, autocommit=True) as conn:
        made: list[tuple[Belongings, Client]] = []
        for mark in (MARK, OTHER):
            account_id, _ = await served.open(credit=1000)
            key = await served.with_scopes(account_id, *(set(Scope) - {Scope.OPERATOR}))
            its = await everything(served.rt, Principal(account_id, mark, ACCOUNT_SCOPES), conn, mark)
            its.ids["account_id"] = account_id
            made.append((its, key))
        (owner, owners_key), (other, others_key) = made
        yield Two(served, conn, owner, other, owners_key, others_key)


def example(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return something that a schema allows, with no more in it than there must be."""
    if "$ref" in schema:
        return example(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    said = [
        *schema.get("examples", ()),
        *schema.get("enum", ()),
        *(schema[one] for one in ("const", "default") if one in schema),
    ]
    ways = [one for word in ("oneOf", "anyOf", "allOf") for one in schema.get(word, ()) if one.get("type") != "null"]
    if said or (ways and "properties" not in schema):
        return said[0] if said else example(ways[0])
    if schema.get("type") == "object":
        required = schema.get("required") or (ways[0].get("required", ()) if ways else ())
        return {name: example(one) for name, one in schema.get("properties", {}).items() if name in required}
    if schema.get("type") == "array":
        return [example(schema["items"])] * schema.get("minItems", 0)
    usual = "00000000-0000-7000-8000-000000000000" if schema.get("format") == "uuid" else "something"
    return {"integer": schema.get("minimum", 1), "number": 1, "boolean": False}.get(schema.get("type", ""), usual)


def ids_in(
    schema: Mapping[str, Any], path: tuple[str, ...] = (), seen: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Give the places of all ids that a body may have; `*` is an element of a list."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from ids_in(SCHEMAS[name], path, (*seen, name))
        return
    if schema.get("format") == "uuid":
        yield path
    for one in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from ids_in(one, path, seen)
    for name, one in schema.get("properties", {}).items():
        yield from ids_in(one, (*path, name), seen)
    if isinstance(schema.get("items"), dict):
        yield from ids_in(schema["items"], (*path, "*"), seen)


def put(body: Any, path: tuple[str, ...], value: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a body with an id at a place, and around it what there must be."""
    if not path:
        return value
    first, *rest = path
    if first == "*":
        inner = body[0] if isinstance(body, list) and body else {}
        return [put(inner, tuple(rest), value), *(body[1:] if isinstance(body, list) else [])]
    return {**body, first: put(body.get(first, {}), tuple(rest), value)}


def thing(name: str, ids: Mapping[str, UUID]) -> UUID:
    """Return the id that a name stands for. A name that is not known fails the test: say in NAMES what it is."""
    known = NAMES.get(name, name)
    assert known in ids, f"say in NAMES, or in tests/belongings.py, what {name} is the id of"
    return ids[known]


def path_of(one: Operation, ids: Mapping[str, UUID]) -> str:
    """Return the path of a call with these ids in it."""
    path = one.path
    for name, kind in one.path_types.items():
        is_id = "uuid" in str(kind).lower()
        path = path.replace(f"{{{name}}}", _id(one, name, ids) if is_id else PLACES.get(name, "1"))
    return path


def _id(one: Operation, name: str, ids: Mapping[str, UUID]) -> str:
    # Of the operator's calls it is their scope that keeps others out.
    return str(NOBODYS if one.scope is Scope.OPERATOR else thing(name, ids))


def _tells(reply: Reply) -> bool:
    """Tell whether an answer has a word of the owner's in it."""
    return MARK in reply.body.decode(errors="replace").lower()


def has_ids(one: Operation) -> bool:
    return any("uuid" in str(kind).lower() for kind in one.path_types.values())


async def call(client: Client, one: Operation, path: str, body: Any = None) -> Reply:  # noqa: ANN401 - any JSON
    """Make a call with a body, or one that its schema allows, or its file."""
    if one.file is not None:
        return await client.call(
            one.method, path, data=one.file.example.encode(), headers={"Content-Type": one.file.media_type}
        )
    if one.body is not None and body is None:
        body = BODIES.get(one.id) or example(SCHEMAS[one.body.__name__])
    return await client.call(one.method, path, body)


async def by_ids_in_paths(two: Two) -> list[str]:
    before, wrong = two.owner.digest(), list[str]()
    for one in OPERATIONS.values():
        if not has_ids(one):
            continue
        reply = await call(two.others_key, one, path_of(one, two.owner.ids))
        wanted = 403 if one.scope is Scope.OPERATOR else ELSE.get(one.id, 404)
        if reply.status != wanted or _tells(reply):
            wrong.append(f"{one.id}: {reply.status} {reply.body[:300]!r}")
        if one.method != "GET" and (after := two.owner.digest()) != before:
            wrong.append(f"{one.id} changed {sorted(set(before.items()) ^ set(after.items()))}")
            before = after
    return wrong


def test_it_is_known_what_each_id_of_the_document_is_the_id_of() -> None:
    """A new name needs a line in NAMES, or a thing of its own in tests/belongings.py."""
    names = {
        name for one in OPERATIONS.values() if one.scope is not Scope.OPERATOR
        for name in [*_ids_of_path(one), *_ids_of_query(one), *(_name(place) for place in _ids_of_body(one))]
    }  # fmt: skip
    known = {*THINGS, "account_id", "connector_id", "service_id", "store_id", "short_code_id"}
    assert sorted(name for name in names if NAMES.get(name, name) not in known) == []


def _ids_of_path(one: Operation) -> list[str]:
    return [name for name, kind in one.path_types.items() if "uuid" in str(kind).lower()]


def _ids_of_body(one: Operation) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(ids_in(SCHEMAS[one.body.__name__]))) if one.body else []


def _name(place: tuple[str, ...]) -> str:
    return next(word for word in reversed(place) if word != "*")


async def there_for_its_owner(two: Two) -> list[str]:
    """Else the test before would say nothing."""
    wrong: list[str] = []
    for one in OPERATIONS.values():
        if has_ids(one) and one.method == "GET" and one.scope is not Scope.OPERATOR and one.id not in NOT_THERE:
            reply = await call(two.owners_key, one, path_of(one, two.owner.ids))
            if reply.status != 200:
                wrong.append(f"{one.id}: {reply.status} {reply.body[:300]!r}")
    return wrong


async def in_lists_and_queries(two: Two) -> list[str]:
    wrong: list[str] = []
    for one in OPERATIONS.values():
        if one.method != "GET" or has_ids(one) or one.scope is Scope.OPERATOR:
            continue
        path = path_of(one, {})
        queries = ["", *(f"?{name}={thing(name, two.owner.ids)}" for name in _ids_of_query(one))]
        for query in queries:
            reply = await call(two.others_key, one, path + query)
            if reply.status >= 500 or _tells(reply):
                wrong.append(f"{one.id}{query}: {reply.status} {reply.body[:300]!r}")
    return wrong


def _ids_of_query(one: Operation) -> list[str]:
    parameters = DOCUMENT["paths"][one.path][one.method.lower()].get("parameters", ())
    return [
        each["name"]
        for each in parameters
        if each["in"] == "query" and "schema" in each and [*ids_in(each["schema"])] == [()]
    ]


async def by_ids_in_bodies(two: Two) -> list[str]:
    """Each id that a body may have, one at a time, in a body that is right otherwise, about something of one's own."""
    before, wrong = two.owner.digest(), list[str]()
    for one in OPERATIONS.values():
        if one.body is None or one.scope in (None, Scope.OPERATOR) or one.id in SILENT:
            continue
        for place in _ids_of_body(one):
            name = _name(place)
            where = f"{one.id} {'.'.join(place)}"
            usual = BODIES.get(where) or BODIES.get(one.id) or example(SCHEMAS[one.body.__name__])
            body = put(usual, place, str(thing(name, two.owner.ids)))
            reply = await call(two.others_key, one, path_of(one, two.other.ids), body)
            is_refused = reply.status in {403, 404, 409} or (one.id in PIECEMEAL and b'"error":{' in reply.body)
            if not is_refused or _tells(reply):
                wrong.append(f"{where}: {reply.status} {reply.body[:300]!r}")
            if (after := two.owner.digest()) != before:
                wrong.append(f"{one.id} changed {sorted(set(before.items()) ^ set(after.items()))}")
                before = after
    return wrong


async def without_scopes(two: Two) -> list[str]:
    """A key with every scope but the one; and no key at all."""
    keys: dict[Scope, Client] = {}
    nobody, wrong = two.served.client(None), list[str]()
    for one in OPERATIONS.values():
        if one.scope is None:
            continue
        if one.scope not in keys:
            rest = set(Scope) - {one.scope, Scope.OPERATOR}
            keys[one.scope] = await two.served.with_scopes(AccountId(two.other.ids["account_id"]), *rest)
        path = path_of(one, two.other.ids)
        reply = await call(keys[one.scope], one, path)
        if (reply.status, reply.code) != (403, "scope_missing"):
            wrong.append(f"{one.id} without {one.scope}: {reply.status} {reply.body[:200]!r}")
        if (await call(nobody, one, path)).status != 401:
            wrong.append(f"{one.id} without a key")
    return wrong


@pytest.mark.req("R7")
async def test_what_is_anothers_is_neither_read_nor_changed_nor_known_by_any_call(two: Two) -> None:
    """One installation for all of it: each call of the document, with each id that it takes."""
    checks = (there_for_its_owner, by_ids_in_paths, in_lists_and_queries, by_ids_in_bodies, without_scopes)
    wrong = [f"{check.__name__}: {fault}" for check in checks for fault in await check(two)]
    assert not wrong, "\n".join(wrong)
