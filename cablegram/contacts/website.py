"""Forms on an account's web pages: made, changed, deleted (R170)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cablegram.accounts.access import Principal, Scope
from cablegram.contacts import fields, sheet, tag_words, website_store
from cablegram.contacts.website_form import LONGEST_WORDS, MOST_ORIGINS, read_origin
from cablegram.contacts.website_model import WebsiteTag
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.kit.errors import Conflict, Fault, InvalidInput, NotFound
from cablegram.kit.ids import AccountId, WebsiteTagId, uuid7
from cablegram.kit.names import read_name, read_note
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_TAGS = 50  # of an account

_TOKEN = 18  # bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What to set of a form; None stays."""

    name: str | None = None
    origins: Sequence[str] | None = None
    fields: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    words: str | None = None
    is_on: bool | None = None


async def every(rt: Runtime, who: Principal) -> list[WebsiteTag]:
    """Return the account's forms, newest first."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        return await website_store.tags(conn, who.account_id, limit=MOST_TAGS)


async def get(rt: Runtime, who: Principal, tag_id: WebsiteTagId) -> WebsiteTag:
    """Return a form. Raises NotFound (`website_tag_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.transaction() as conn:
        return await _held(conn, who.account_id, tag_id)


async def create(rt: Runtime, who: Principal, name: str, wanted: Change) -> WebsiteTag:
    """Make a form, switched on.

    Raises InvalidInput (`bad_name`, `bad_origin`, `bad_variable`, `bad_tag`, `bad_words`), Conflict
    (`website_tag_name_taken`, `too_many_website_tags`).
    """
    who.needs(Scope.CONTACTS)
    now = rt.clock.now()
    token = secrets.token_urlsafe(_TOKEN)
    blank = WebsiteTag(
        WebsiteTagId(uuid7()), who.account_id, "", token, (), (), (), "", 0, is_on=True, created_at=now, updated_at=now
    )
    new = _changed(blank, replace(wanted, name=name), now)
    if not new.origins:
        message = "Name at least one origin: the pages that may send this form, such as https://www.example.com."
        raise InvalidInput("bad_origin", message, faults=[Fault("origins", "bad_origin", message)])
    async with rt.db.transaction() as conn:
        if len(await website_store.tags(conn, who.account_id, limit=MOST_TAGS)) >= MOST_TAGS:
            raise Conflict("too_many_website_tags", f"The account has {MOST_TAGS} forms, and there can be no more.")
        if not await website_store.insert(conn, new):
            raise _name_taken(new.name)
        await _report(conn, who, new, "made", now)
    return new


async def change(rt: Runtime, who: Principal, tag_id: WebsiteTagId, wanted: Change) -> WebsiteTag:
    """Change a form; other words of consent get another version. Raises as `create`, and NotFound."""
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        new = _changed(await _held(conn, who.account_id, tag_id), wanted, now)
        if not await website_store.change(conn, new):
            raise _name_taken(new.name)
        await _report(conn, who, new, "changed", now)
    return new


async def delete(rt: Runtime, who: Principal, tag_id: WebsiteTagId) -> None:
    """Delete a form; pages that have it still get an error. Raises NotFound (`website_tag_not_found`)."""
    who.needs(Scope.CONTACTS)
    async with rt.db.transaction() as conn:
        held = await _held(conn, who.account_id, tag_id)
        await website_store.delete(conn, who.account_id, tag_id)
        await _report(conn, who, held, "deleted", rt.clock.now())


def _changed(held: WebsiteTag, wanted: Change, now: datetime) -> WebsiteTag:
    words = held.words if wanted.words is None else _words(wanted.words)
    sets = held.fields if wanted.fields is None else tuple(dict.fromkeys(wanted.fields))
    sheet.check_variables(dict.fromkeys(sets, ""))
    if len(sets) > fields.MOST_FIELDS:
        message = f"A form sets at most {fields.MOST_FIELDS} fields."
        raise InvalidInput("bad_variable", message, faults=[Fault("fields", "bad_variable", message)])
    return replace(
        held,
        name=held.name if wanted.name is None else read_name(wanted.name),
        origins=held.origins if wanted.origins is None else _origins(wanted.origins),
        fields=sets,
        tags=held.tags if wanted.tags is None else tuple(tag_words.read(wanted.tags)),
        words=words,
        words_version=held.words_version + int(words != held.words or held.words_version == 0),
        is_on=held.is_on if wanted.is_on is None else wanted.is_on,
        updated_at=now,
    )


def _origins(given: Sequence[str]) -> tuple[str, ...]:
    origins = tuple(dict.fromkeys(read_origin(one) for one in given))
    if not 1 <= len(origins) <= MOST_ORIGINS:
        message = f"Name 1 to {MOST_ORIGINS} origins."
        raise InvalidInput("bad_origin", message, faults=[Fault("origins", "bad_origin", message)])
    return origins


def _words(text: str) -> str:
    """Return the words of consent on one line, as the page shows them and as they are kept as evidence."""
    return read_note(" ".join(text.split()), field="words", most=LONGEST_WORDS)


async def _held(conn: Conn, account_id: AccountId, tag_id: WebsiteTagId) -> WebsiteTag:
    found = await website_store.get(conn, account_id, tag_id)
    if found is None:
        raise NotFound("website_tag_not_found", f"The account has no form {tag_id} for web pages.")
    return found


def _name_taken(name: str) -> Conflict:
    message = f"There is already a form named {name}. Choose another name."
    return Conflict("website_tag_name_taken", message, faults=[Fault("name", "website_tag_name_taken", message)])


async def _report(conn: Conn, who: Principal, tag: WebsiteTag, what: str, now: datetime) -> None:
    facts = {"name": tag.name, "what": what, "words_version": tag.words_version, "by": who.name}
    await record(conn, [Event(Kind.WEBSITE_TAG_CHANGED, who.account_id, tag.id, facts)], now=now)
