"""Texts that come in for stores: which store each is for, and what is done and answered (R117-R120, R122).

For a whole batch, `listen` finds the stores behind senders, and `look` asks behind the locks of whoever receives where
the writers stand. `heed` does what was decided, one text after the other, for what a person says first counts for what
they say next. What is heard is posted to the store's callback, whatever comes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from cablegram.billing.prices import Prices
from cablegram.consent import keywords as reading
from cablegram.consent.model import Reading
from cablegram.evidence.model import How
from cablegram.kit.ids import AccountId, ContactId, ProgramId, SenderId
from cablegram.kit.storable import storable
from cablegram.messages import leaving
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.programs import move
from cablegram.programs.model import Standing, Step
from cablegram.runtime.database import Conn
from cablegram.stores import codes, customers, keywords, people_store, posting, posts_store, sending, store
from cablegram.stores.dialogue import JOINS, Decided, Deed, Place, decide
from cablegram.stores.model import Code, Customer, Keyword, Status, Store, Text
from cablegram.stores.posts_store import NewPost

_THEIR_WORD = "their own word"
Writer = tuple[AccountId, SenderId, str]
"""Whose sender somebody wrote to, which one, and the writer's number (digits of E.164)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text that a store was meant by, to be heeded; `sender` is the address that it was written to."""

    id: UUID
    writer: Writer
    sender: str
    text: str
    at: datetime
    contact_id: ContactId
    media_urls: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Heeded:
    """What came of a text: its store, and what answers it, if anything does."""

    store_id: ProgramId
    answer: Draft | None


@dataclass(slots=True)
class Listening:
    """What is known of a batch of texts, once it was asked; grows with what is decided."""

    known: Mapping[str, Keyword]
    places: dict[Writer, list[Place]] = field(default_factory=dict[Writer, list[Place]])

    def read(self, writer: Writer, words: str) -> Reading:
        """Return what a text says to the stores behind a sender."""
        return reading.read(words, keywords=[one.keyword for one in self._named(words, writer[0])])

    def decide(self, writer: Writer, words: str, said: Reading) -> Decided | None:
        """Return what a text is to the stores behind a sender; None: nothing. It counts for the writer's next text."""
        places = self.places.get(writer)
        if places is None:
            return None
        named = self._named(words, writer[0])
        first = keywords.leading(words)
        leading = next((one for one in named if one.keyword == first), None)
        found = decide(said, leading, named, places)
        if found is not None:
            self._note(writer, found)
        return found

    def _named(self, words: str, account_id: AccountId) -> list[Keyword]:
        found = (self.known.get(word) for word in keywords.candidates(words))
        return [one for one in found if one is not None and one.account_id == account_id]

    def _note(self, writer: Writer, found: Decided) -> None:
        left = {found.store_id, *found.ends} if found.deed is Deed.LEAVE else set[ProgramId]()
        places = [replace(one, standing=Standing.OUT) if one.store_id in left else one for one in self.places[writer]]
        if found.deed is Deed.JOIN:
            places = [one for one in places if one.store_id != found.store_id]
            places.append(Place(found.store_id, Standing.IN))
        self.places[writer] = places


async def owner(conn: Conn, words: str, number: str, senders: Sequence[tuple[AccountId, SenderId]]) -> int | None:
    """Return for which of several accounts a text is that have one short code: by its keyword, else by who talks there.

    None where neither says it.
    """
    candidates = keywords.candidates(words)
    known = await store.keywords(conn, candidates) if candidates else {}
    accounts = [account_id for account_id, _ in senders]
    if said := next((known[word].account_id for word in candidates if word in known), None):
        return accounts.index(said) if said in accounts else None
    found = await people_store.talks(conn, [(account_id, sender_id, number) for account_id, sender_id in senders])
    found = [(place, one) for place, one in found if one.standing is not Standing.OUT] or found
    return max(found, key=lambda each: each[1].last or UUID(int=0))[0] if found else None


async def listen(conn: Conn, asked: Sequence[tuple[Writer, str]]) -> Listening:
    """Find which texts are to senders with stores behind them, and the keywords in them: (who wrote where, the words).

    Before anything is locked; `look` asks the rest.
    """
    behind = await people_store.codes_of_stores(conn, {sender_id for (_, sender_id, _), _ in asked})
    concerned = [(writer, words) for writer, words in asked if writer[1] in behind]
    if not concerned:
        return Listening({})
    candidates = {word for _, words in concerned for word in keywords.candidates(words)}
    known = await store.keywords(conn, candidates) if candidates else {}
    stores = await store.get_stores(conn, {one.store_id for one in known.values()}) if known else {}
    is_open = {word: one for word, one in known.items() if stores[one.store_id].is_open}
    return Listening(is_open, {writer: [] for writer, _ in concerned})


async def look(conn: Conn, listening: Listening) -> None:
    """Look where the writers stand at this moment; the caller holds the accounts' balances."""
    writers = list(listening.places)
    if writers:
        for place, one in await people_store.talks(conn, writers):
            listening.places[writers[place]].append(one)


async def heed(
    conn: Conn, text: Incoming, found: Decided, *, may_join: bool, may_answer: bool, prices: Prices, now: datetime
) -> Heeded:
    """Do what was decided about a text, answer it where that may be, have it posted. The caller holds the balance.

    Who says no is let out, whatever else may be.
    """
    its = await store.get_stores(conn, [found.store_id, *found.ends])
    target = its[found.store_id]
    customer = await _who(conn, target, text)
    code = (await people_store.codes(conn, target.id, [customer.contact_id])).get(customer.contact_id)
    if found.deed is Deed.LEAVE:
        await _leave(conn, [target, *(its[one] for one in found.ends)], customer, text, now=now)
    elif found.deed is Deed.JOIN and may_join:
        code = await _join(conn, target, customer, text, now=now)
    after = await customers.reread(conn, target, customer)
    answer = _answer(target, after, found, code or await codes.marketing(conn, target.account_id), text)
    if answer is not None and may_answer:
        await accept(conn, [answer], prices=prices, now=now)
    if found.deed is Deed.JOIN and may_join:
        await sending.release_kept(conn, target, after, prices=prices, now=now)
    await _post(conn, target, after, text, now=now)
    return Heeded(target.id, answer if may_answer else None)


async def _who(conn: Conn, target: Store, text: Incoming) -> Customer:
    place = (target.id, text.writer[2])
    known = (await people_store.customers(conn, [place])).get(place)
    return known or Customer(text.contact_id, target.id, text.writer[2], "", Standing.GUEST, text.at)


async def _leave(conn: Conn, stores: Sequence[Store], customer: Customer, text: Incoming, *, now: datetime) -> None:
    steps = [_step(one, customer, text) for one in stores]
    await leaving.leave(conn, steps, now=now)
    await customers.let_go(conn, [(one, customer) for one in stores])


async def _join(conn: Conn, target: Store, customer: Customer, text: Incoming, *, now: datetime) -> Code:
    given = await codes.assign(conn, target.account_id, target.id, [customer.contact_id], now=now)
    await move.enter(conn, [_step(target, customer, text)], now=now)
    return given[customer.contact_id]


def _step(target: Store, customer: Customer, text: Incoming) -> Step:
    return Step(
        account_id=target.account_id,
        program_id=target.id,
        contact_id=customer.contact_id,
        number=customer.number,
        how=How.TEXT,
        by=_THEIR_WORD,
        source=f"a text to {text.sender}",
        said=storable(text.text),
        text_id=text.id,
    )


def _answer(target: Store, customer: Customer, found: Decided, code: Code, text: Incoming) -> Draft | None:
    """Return what answers a text. A responder answers from the code it was texted to, all else from the customer's."""
    if found.deed is Deed.LEAVE:
        return customers.confirmation(target, customer, code, target.texts[Text.STOP])
    if found.deed in JOINS:
        return customers.automatic(target, customer, code, target.texts[Text.OPT_IN_CONFIRMATION])
    if found.deed is Deed.HELP:
        return customers.automatic(target, customer, code, target.texts[Text.HELP])
    if found.deed is Deed.ANSWER and found.keyword is not None:
        words = found.keyword.in_text if customer.status is Status.IN else found.keyword.other_text
        return customers.automatic(target, customer, replace(code, address=text.sender), words)
    return None


async def _post(conn: Conn, target: Store, customer: Customer, text: Incoming, *, now: datetime) -> None:
    if target.callback is None:
        return
    heard = posting.Heard(text.id, text.text, text.at, text.media_urls)
    body = posting.body(target, customer, heard)
    new = NewPost(text.id, target.id, target.account_id, customer.number, target.callback, body)
    await posts_store.insert_posts(conn, [new], now=now)
