"""Read the filters that people and programs give, against what their account has; and write them again for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cablegram.accounts.access import Principal, Scope
from cablegram.audiences import filter_check, filter_json, filter_text, filter_words, store
from cablegram.audiences.filter_check import Catalog
from cablegram.audiences.filter_model import BadFilter, Filter
from cablegram.contacts import fields
from cablegram.kit.ids import AccountId
from cablegram.kit.storable import storable
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

Given = str | Mapping[str, Any]
"""A filter as text, or as JSON."""

_MOST_KNOWN = 500  # of a kind, that are proposed


async def read(conn: Conn, account_id: AccountId, given: Given) -> Filter:
    """Return a settled filter. Raises BadFilter (codes: `filter_text`, `filter_json`, `filter_check`)."""
    found = filter_text.parse(storable(given)) if isinstance(given, str) else filter_json.read(given)
    own = await fields.own(conn, account_id)
    named = await store.things_named(conn, account_id, filter_check.wanted(found))
    catalog = Catalog(own, frozenset(), named)
    try:
        return filter_check.settle(found, catalog)
    except BadFilter as error:
        if error.code not in {"filter_unknown_field", "filter_unknown_name"}:
            raise
    # Something is not there, or is known only by the people who have it: look at more, and say what is nearest.
    variables = frozenset(await store.variables_known(conn, account_id))
    known = await store.things_known(conn, account_id, limit=_MOST_KNOWN)
    things = {kind: [*named.get(kind, []), *known.get(kind, [])] for kind in {*named, *known}}
    return filter_check.settle(found, replace(catalog, variables=variables, things=things))


async def written(conn: Conn, account_id: AccountId, found: Filter) -> str:
    """Return a filter as a person would write it, with the names that things have now."""
    wanted = filter_check.wanted(found)
    if not wanted:
        return filter_words.write(found)
    named = await store.things_named(conn, account_id, wanted)
    return filter_words.write(found, {one.key: one.name for things in named.values() for one in things})


async def known(rt: Runtime, who: Principal) -> Catalog:
    """Return what the account's filters can name, for whoever writes one."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return Catalog(
            await fields.own(conn, who.account_id),
            frozenset(await store.variables_known(conn, who.account_id)),
            await store.things_known(conn, who.account_id, limit=_MOST_KNOWN),
        )
