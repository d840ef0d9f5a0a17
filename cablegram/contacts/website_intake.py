"""Somebody fills in a form on a web page: their number becomes a contact, and their yes is kept with the words (R170).

Anybody can write down anybody's number there, so what is known of a contact stays as it is: empty fields are filled,
full ones kept, and the answer never says which. Consent changes only where the person agreed to words that stood there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from cablegram.accounts import directory
from cablegram.contacts import fields, store, strangers, suppression, tag_store, website_form, website_store
from cablegram.contacts.model import Contact, Subscription
from cablegram.contacts.website_model import NUMBER, Filled, Visit, WebsiteTag
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence import write
from cablegram.evidence.model import MARKETING, How, NewEvidence
from cablegram.evidence.model import Kind as Proof
from cablegram.kit.errors import Fault, InvalidInput, NotAllowed, NotFound, Unavailable
from cablegram.kit.storable import storable
from cablegram.numbers import e164
from cablegram.runtime.database import Conn
from cablegram.runtime.runtime import Runtime

MOST_FROM_ONE = 10  # forms in a minute from one address
MOST_IN_ALL = 300  # and of one tag

_PATIENCE = "5s"  # how long somebody at a web page waits for an import of the account
_BY = "the person"


async def find(rt: Runtime, token: str) -> WebsiteTag:
    """Return the form of a token. Raises NotFound (`website_tag_not_found`): there is none, or it is switched off."""
    async with rt.db.connection() as conn:
        found = await website_store.of_token(conn, storable(token))
    if found is None:
        raise NotFound("website_tag_not_found", "There is no such form, or it was switched off.")
    return found


async def take(rt: Runtime, token: str, visit: Visit) -> Filled:
    """Take in a form as a browser sent it.

    Raises NotFound (`website_tag_not_found`), NotAllowed (`origin_not_allowed`), Unavailable (`too_many_forms`, for
    some seconds), InvalidInput (those of `e164.parse`, `value_unfit`, naming the form's fields).
    """
    tag = await find(rt, token)
    if visit.origin not in tag.origins:
        message = f"Pages of {visit.origin[:100] or 'an unknown origin'} may not send this form."
        raise NotAllowed("origin_not_allowed", message)
    await _count(rt, tag, visit)
    return await fill(rt, tag, visit)


async def fill(rt: Runtime, tag: WebsiteTag, visit: Visit, *, is_trial: bool = False) -> Filled:
    """Do what a form says; of a trial only say what it would do. Raises InvalidInput, as `take`."""
    async with rt.db.transaction() as conn:
        now = rt.clock.now()
        home = (await directory.many(conn, [tag.account_id]))[tag.account_id].default_country
        number = _number(visit.form.get(NUMBER, ""), home)
        await store.lock_contacts(conn, tag.account_id, patience=_PATIENCE)
        known = await store.get_contact(conn, tag.account_id, number)
        own = await fields.own(conn, tag.account_id)
        done = website_form.filled(tag, visit, number, known=known, fields=own)
        if not is_trial:
            await _write(conn, tag, visit, done, now)
    return done


async def _count(rt: Runtime, tag: WebsiteTag, visit: Visit) -> None:
    now = rt.clock.now()
    minute = now.replace(second=0, microsecond=0)
    origin = sha256(f"{tag.token} {visit.address}".encode()).hexdigest()[:32]
    async with rt.db.transaction() as conn:
        # What one address sends too often does not count for all: else it could keep everybody from the form.
        is_much = await website_store.count_use(conn, tag.id, origin, minute=minute) > MOST_FROM_ONE
        if not is_much:
            is_much = await website_store.count_use(conn, tag.id, "", minute=minute) > MOST_IN_ALL
            await website_store.forget_use(conn, tag.id, minute=minute)
    if is_much:
        message = "This form was sent too often just now. Wait a minute and send it again."
        raise Unavailable("too_many_forms", message, retry_after=60 - now.second)


async def _write(conn: Conn, tag: WebsiteTag, visit: Visit, done: Filled, now: datetime) -> None:
    place = (tag.account_id, done.number)
    await strangers.meet(conn, [place], now=now)
    contact = await store.get_contact(conn, *place)
    if contact is None:
        raise Unavailable("too_busy", "The account's contacts are being written. Send the form again.")
    changed = replace(contact, variables={**contact.variables, **done.sets}, updated_at=now)
    proofs: list[NewEvidence] = []
    if done.subscribes:
        await suppression.agree(conn, place)
        proofs.append(_proof(tag, visit, done, now))
        changed = replace(_subscribed(changed, tag, now), evidence_id=proofs[0].id)
    await store.change_contact(conn, tag.account_id, changed)
    if tag.tags:
        await tag_store.note_tags(conn, tag.account_id, tag.tags, now=now)
        await tag_store.change_tags(
            conn, tag.account_id, [contact.id], add=tag.tags, remove=(), most=fields.MOST_FIELDS, now=now
        )
    edits = {name: [contact.variables.get(name), value] for name, value in done.sets.items()}
    facts = {"form": tag.name, "number": done.number, "variables": edits, "subscribed": done.subscribes, "by": _BY}
    await record(conn, [Event(Kind.CONTACT_FILLED_IN, tag.account_id, contact.id, facts)], now=now)
    await write.record(conn, proofs, now=now)


def _subscribed(contact: Contact, tag: WebsiteTag, now: datetime) -> Contact:
    source = f"form {tag.name}, words {tag.words_version}"
    return replace(contact, subscription=Subscription.SUBSCRIBED, subscription_source=source, subscription_at=now)


def _proof(tag: WebsiteTag, visit: Visit, done: Filled, now: datetime) -> NewEvidence:
    return NewEvidence(
        account_id=tag.account_id,
        number=done.number,
        scope=MARKETING,
        kind=Proof.OPT_IN,
        how=How.PAGE,
        by=_BY,
        at=now,
        source=f"form {tag.name}",
        words=tag.words,
        words_version=str(tag.words_version),
        url=visit.url,
        address=visit.address,
    )


def _number(text: str, home: str) -> str:
    (found,) = e164.parse_many([text], home)
    if isinstance(found, e164.BadNumber):
        raise InvalidInput(found.code, found.message, faults=[Fault(NUMBER, found.code, found.message)])
    return found.e164
