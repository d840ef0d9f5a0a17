"""A text comes in: what happens to it, from the top to the bottom of one page (R19, R20, R61, R62, R66, R166).

A batch at a time, in the transaction of whoever brought it, with a set query for each question. Which rule wins is a
table (`order.py`); what it makes happen, happens here or not at all. Whatever is done counts for the texts behind it.

Locks are taken as everybody takes them (`messages/hold.py`): the parts' addresses, shares of those who may opt out,
balances. With the balance held, nobody else receives for the account: so two STOPs are confirmed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cablegram.billing import ledger
from cablegram.billing.prices import Prices
from cablegram.connectors import reading
from cablegram.consent import blacklist, review
from cablegram.consent.model import TOLD_BY_PROVIDER, Doubtful, How, NewEntry, NewReview, OptOut, Word
from cablegram.contacts import strangers
from cablegram.dispatch.model import ToldOut
from cablegram.dispatch.recorder import Text
from cablegram.events.model import Event, Kind
from cablegram.events.record import record
from cablegram.evidence.model import How as Via
from cablegram.inbound import answering, facts, for_stores, naming, notices, order, parts, shared_codes, store, talks
from cablegram.inbound.model import Heard, SharedLine, WholeText
from cablegram.inbound.order import Does
from cablegram.kit.ids import AccountId, ConnectorId, SenderId
from cablegram.kit.storable import storable
from cablegram.messages import hold
from cablegram.rentals import resting
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.senders import conversations, usable
from cablegram.senders.address import canonical
from cablegram.senders.model import Holder
from cablegram.stores.hearing import Listening

_BY = "their own word"  # who put a number on the blacklist, or took it off
_DAY = timedelta(days=1)
_MOST_ANSWERS = 20  # that the guard against loops looks at

Pair = tuple[AccountId, str]


async def receive(
    conn: Conn, texts: Sequence[Text], *, outs: Sequence[ToldOut] = (), prices: Prices | None = None
) -> None:
    """Take in texts and parts of texts as they came from carriers, and opt-outs of which providers told.

    `prices` is the process's own copy of the tariff.
    """
    if texts or outs:
        whole = await parts.join(conn, texts) if texts else []
        reach("inbound.joined")
        now = max((*(text.arrived_at for text in texts), *(one.at for one in outs)))
        whole = await notices.set_aside(conn, whole, now=now)
        await take_in(conn, whole, outs=outs, prices=prices or Prices(), now=now)


async def take_in(
    conn: Conn, whole: Sequence[WholeText], *, outs: Sequence[ToldOut] = (), prices: Prices, now: datetime
) -> None:
    """Take in texts as somebody wrote them. One that was taken in before changes nothing (its id was given on arrival).

    An empty one is dropped in silence and costs nothing (R41); one to an address that nobody has is kept without owner.
    What a provider tells of an opt-out does what the person's own STOP does, and is answered by nobody.
    """
    written = [text for text in whole if text.text or text.media_urls]
    if not written and not outs:
        return
    holders = await _holders(conn, written)
    owners = await for_stores.owners(conn, written, holders)
    shared = await shared_codes.lines(conn, [text for text in written if text.id not in owners], {})
    heard = [_hear(text, owners.get(text.id), shared) for text in written]
    listening = await for_stores.listen(conn, heard)
    heard = await _judge(conn, heard, outs, listening, now)
    await _know(conn, heard, now)
    await _charge(conn, heard, now)
    await _heed(conn, heard, outs, now)
    await for_stores.heed(conn, heard, prices=prices, now=now)
    await answering.answer(conn, heard, prices=prices, now=now)
    await _note_missed(conn, heard)
    store.insert_texts(conn, heard)
    talks.hear(conn, heard)
    naming.want(conn, heard, now)
    await conn.send()
    reach("inbound.kept")
    told = [one for one in heard if Does.TELL in one.row.does]
    await record(conn, [_news(one) for one in told], now=now)


async def _holders(conn: Conn, texts: Sequence[WholeText]) -> dict[tuple[ConnectorId, str], list[Holder]]:
    """Return who has the addresses that were written to, whoever has had one longest first.

    What an account's own connector brings is for that account alone, for others it proves nothing; and who registered
    an address by himself, on connectors of his own, gets nothing that the operator's bring (R171).
    """
    written = {(text.connector_id, text.destination): canonical(text.destination) for text in texts}
    held: dict[str, list[Holder]] = {}
    for holder in await usable.holders(conn, sorted({address for address in written.values() if address})):
        held.setdefault(holder.address.lower(), []).append(holder)
    if not held:
        return {}
    carriers = {one for holders in held.values() for holder in holders for one in holder.connector_ids}
    owners = await reading.owners(conn, sorted({connector_id for connector_id, _ in written} | carriers))
    found: dict[tuple[ConnectorId, str], list[Holder]] = {}
    for place, address in written.items():
        may = [
            holder
            for holder in (held.get(address.lower(), ()) if address else ())
            if _may_get(holder, owners.get(place[0]), owners)
        ]
        if may:
            found[place] = may
    return found


async def _note_missed(conn: Conn, heard: Sequence[Heard]) -> None:
    """Count texts to numbers that nobody has, for the operator: some rest after somebody had them (R60)."""
    missed = Counter(
        number for one in heard if one.account_id is None and (number := canonical(one.text.destination)) is not None
    )
    if missed:
        await resting.note_missed(conn, missed)


def _may_get(holder: Holder, owner: AccountId | None, owners: Mapping[ConnectorId, AccountId]) -> bool:
    """Tell whether texts that came by a connector of `owner` (None: the operator's) are for a holder."""
    if owner is not None:
        return owner == holder.account_id
    return not holder.connector_ids or any(one not in owners for one in holder.connector_ids)


def _hear(
    text: WholeText,
    holder: Holder | None,
    shared: Mapping[tuple[ConnectorId, str, str], SharedLine],
) -> Heard:
    line = shared.get((text.connector_id, text.destination, text.source))
    if line is not None:
        return Heard(text, None, shared_codes.read(text.text, line), line)
    return Heard(text, holder, facts.read(text.text, holder))


async def _judge(
    conn: Conn, heard: Sequence[Heard], outs: Sequence[ToldOut], listening: Listening, now: datetime
) -> list[Heard]:
    """Let the table decide about each text, in the order they came; leave out those that were taken in before."""
    out_of = {one.account_id for one in outs}
    shares = shared_codes.all_concerned(heard)
    owners = [(one, {one.account_id} if one.account_id else shares.get(id(one.line), set())) for one in heard]
    leaving = {each for one, its in owners if isinstance(one.reading, OptOut | Doubtful) for each in its} | out_of
    if leaving:
        await hold.lock_numbers(conn, leaving)
    if accounts := {each for _, its in owners for each in its} | out_of:
        await ledger.lock_balances(conn, accounts)
        reach("inbound.locked")
    shared = {id(one.line): one.line for one in heard if one.line}
    await shared_codes.look(conn, shared.values())  # again, behind the locks
    await for_stores.look(conn, listening)
    known = store.known_texts(conn, [one.text.id for one in heard])
    asked = {
        (one.text.source, each.sender_id): (one.text.source, each)
        for one in heard
        for each in ([one.holder] if one.holder else shared_codes.candidates(one))
    }
    standings = await store.standings(conn, list(asked.values()), now - _DAY, most=_MOST_ANSWERS) if asked else {}
    before = await known
    fresh = [one for one in heard if one.text.id not in before]
    talks: dict[Pair, SenderId] = {}
    for one in fresh:
        shared_codes.choose(one)
        if one.line and not one.holder:
            one.row = order.winner(shared_codes.known(one))
        if one.holder:
            standing = standings[one.holder.account_id, one.text.source]
            shared_code = shared_codes.known(one) if one.line else order.NONE
            for_stores.decide(one, listening)
            its_facts = facts.of(one, standing, now, services_know=shared_code) | for_stores.facts(one)
            one.row = order.winner(its_facts)
            shared_codes.note(one, now)
            facts.note(one, standing, now)
            if standing.talks_with != one.holder.sender_id and one.holder.sender_id in standing.may_talk_with:
                standing.talks_with = talks[one.holder.account_id, one.text.source] = one.holder.sender_id
    conversations.keep(conn, talks, used={}, now=now)
    return fresh


async def _know(conn: Conn, heard: Sequence[Heard], now: datetime) -> None:
    """Find the contacts who wrote, and make those of strangers."""
    writers = {
        (one.holder.account_id, number) for one in heard if one.holder and (number := facts.number_of(one.text.source))
    }
    if writers:
        contacts = await strangers.meet(conn, sorted(writers), now=now)
        for one in heard:
            one.contact_id = contacts.get((one.account_id, one.text.source)) if one.account_id else None
    if lacking := [one for one in heard if shared_codes.needs_contact(one) or for_stores.needs_contact(one)]:
        people = sorted({pair for one in lacking if (pair := _pair(one))})
        contacts = await strangers.meet(conn, people, now=now, is_patient=True)
        for one in lacking:
            one.contact_id = contacts.get((one.account_id, one.text.source)) if one.account_id else None


async def _charge(conn: Conn, heard: Sequence[Heard], now: datetime) -> None:
    """Charge texts, each one credit wherever it came from; the balance may go below nothing (R19, R20)."""
    paid = Counter(one.account_id for one in heard if one.account_id and Does.CHARGE in one.row.does)
    if paid:
        postings = await ledger.charge_inbound(conn, paid, now=now)
        reach("inbound.charged")
        for one in heard:
            if one.account_id and Does.CHARGE in one.row.does:
                one.posting_id = postings[one.account_id]


async def _heed(conn: Conn, heard: Sequence[Heard], outs: Sequence[ToldOut], now: datetime) -> None:
    """Do what people want: nobody who opts out gets anything that is not on the wire by now."""
    moved = [one for one in heard if one.row.does & (Does.BLACKLIST | Does.TAKE_OFF_BLACKLIST)]
    last = {pair: one for one in moved if (pair := _pair(one))}  # of several words of a person the last one stands
    out = [_entry(pair, one) for pair, one in last.items() if Does.BLACKLIST in one.row.does]
    out += [_told(one) for one in outs]
    back = {
        pair: Word(one.text.id, storable(one.text.text))
        for pair, one in last.items()
        if Does.TAKE_OFF_BLACKLIST in one.row.does
    }
    await blacklist.take_off(conn, back, by=_BY, now=now)
    await blacklist.add(conn, out, now=now)
    stopped = {pair for one in moved if Does.BLACKLIST in one.row.does and (pair := _pair(one))}
    stopped |= {(one.account_id, one.number) for one in outs}
    await hold.withdraw_numbers(conn, stopped, now=now)
    await shared_codes.heed(conn, heard, now=now)
    doubtful = [new for one in heard if Does.HOLD in one.row.does and (new := _review(one))]
    if doubtful:
        await review.hold(conn, doubtful, now=now)
        held = {(one.account_id, one.number) for one in doubtful}
        await hold.set_aside_numbers(conn, held, now=now)


def _pair(one: Heard) -> Pair | None:
    number = facts.number_of(one.text.source)
    return (one.account_id, number) if one.account_id and number else None


def _entry(pair: Pair, one: Heard) -> NewEntry:
    sender = one.holder.address if one.holder else None
    said = storable(one.text.text)
    return NewEntry(*pair, How.STOP, _BY, sender=sender, text_id=one.text.id, said=said)


def _told(one: ToldOut) -> NewEntry:
    """Return the entry of an opt-out of which a provider tells."""
    sender = one.sender or None
    return NewEntry(one.account_id, one.number, How.STOP, TOLD_BY_PROVIDER, one.words, sender, via=Via.PROVIDER)


def _review(one: Heard) -> NewReview | None:
    pair = _pair(one)
    if pair is None or one.holder is None or not isinstance(one.reading, Doubtful):
        return None
    return NewReview(one.text.id, *pair, one.holder.address, one.reading, storable(one.text.text))


def _news(one: Heard) -> Event:
    return Event(Kind.TEXT_RECEIVED, one.account_id, one.text.id, {"rule": one.row.rule.value})
