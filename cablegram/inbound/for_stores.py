"""Texts to numbers behind which there are stores: what each means there, on its way through the page that receives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cablegram.billing.prices import Prices
from cablegram.consent.model import Doubtful, OptOut
from cablegram.inbound import facts as known
from cablegram.inbound import store
from cablegram.inbound.model import Heard, WholeText
from cablegram.inbound.order import Does, Fact
from cablegram.kit.ids import AccountId, ConnectorId, ContactId, MessageId
from cablegram.runtime.database import Conn
from cablegram.senders.model import Holder, Kind
from cablegram.sms_services import behind
from cablegram.stores import hearing
from cablegram.stores.dialogue import Deed
from cablegram.stores.hearing import Incoming, Listening, Writer

_NO_CREDIT = "insufficient_funds"
FACTS: Mapping[Deed, Fact] = {
    Deed.LEAVE: Fact.STORE | Fact.STOP | Fact.SUBSCRIBER,
    Deed.LEFT_BEFORE: Fact.STORE | Fact.STOP,
    Deed.HELP: Fact.STORE | Fact.HELP,
    Deed.JOIN: Fact.STORE | Fact.JOINS,
    Deed.JOINED_BEFORE: Fact.STORE | Fact.JOINS,
    Deed.ANSWER: Fact.STORE | Fact.RESPONDS,
    Deed.DOUBT: Fact.STORE | Fact.DOUBT | Fact.SUBSCRIBER,
    Deed.TEXT: Fact.STORE | Fact.SUBSCRIBER,
}
_NONE = Listening({})


async def owners(
    conn: Conn, texts: Sequence[WholeText], holders: Mapping[tuple[ConnectorId, str], Sequence[Holder]]
) -> dict[UUID, Holder]:
    """Return for whom each text is, of those who have the number it was written to.

    Of several accounts with one short code whom the keyword names, else with whom the writer talks, else the first. A
    code that SMS services share as well is an account's for texts to its stores alone.
    """
    stock = {one.digits for one in await behind.codes(conn, codes)} if (codes := _short(holders)) else set[str]()
    found: dict[UUID, Holder] = {}
    for text in texts:
        may = holders.get((text.connector_id, text.destination), ())
        is_shared = text.destination in stock
        if not may or (len(may) == 1 and not is_shared):
            place = 0
        else:
            senders = [(one.account_id, one.sender_id) for one in may]
            number = known.number_of(text.source)
            meant = await hearing.owner(conn, text.text, number, senders) if number else None
            if meant is None and is_shared:
                continue
            place = meant or 0
        if may:
            found[text.id] = may[place]
    return found


def _short(holders: Mapping[tuple[ConnectorId, str], Sequence[Holder]]) -> set[str]:
    return {address for (_, address), its in holders.items() if its[0].kind is Kind.SHORT_CODE}


async def listen(conn: Conn, heard: Iterable[Heard]) -> Listening:
    """Find the texts to senders with stores behind them, and read these as stores do; before anything is locked."""
    written = [(writer, one) for one in heard if (writer := _writer(one))]
    listening = await hearing.listen(conn, [(writer, one.text.text) for writer, one in written]) if written else _NONE
    for writer, one in written:
        # Words that the number itself reads as no stay what they are.
        if writer in listening.places and not isinstance(one.reading, OptOut | Doubtful):
            one.reading = listening.read(writer, one.text.text)
    return listening


async def look(conn: Conn, listening: Listening) -> None:
    """Look where writers stand with stores, behind the locks."""
    await hearing.look(conn, listening)


def decide(one: Heard, listening: Listening) -> None:
    """Let stores say what a text is to them. Pure."""
    writer = _writer(one)
    one.store = listening.decide(writer, one.text.text, one.reading) if writer else None


def facts(one: Heard) -> Fact:
    """Return what is known of a text because a store is meant by it. Pure."""
    return FACTS[one.store.deed] if one.store else Fact(0)


def needs_contact(one: Heard) -> bool:
    """Tell whether a store is meant by somebody whose contact could not be made, for an import writes them. Pure."""
    return one.store is not None and one.contact_id is None


async def heed(conn: Conn, heard: Sequence[Heard], *, prices: Prices, now: datetime) -> None:
    """Do what texts say to stores, in their order, and note what answered them."""
    said: list[tuple[MessageId, AccountId, str, str]] = []
    for one in heard:
        writer = _writer(one)
        if one.store is None or one.contact_id is None or writer is None or one.holder is None:
            continue
        heeded = await hearing.heed(
            conn,
            _incoming(one, one.holder, writer, one.contact_id),
            one.store,
            may_join=Does.SUBSCRIBE in one.row.does,
            may_answer=Does.ANSWER in one.row.does,
            prices=prices,
            now=now,
        )
        one.program_id = heeded.store_id
        if heeded.answer is None:
            continue
        one.answer_id, refusal = heeded.answer.id, heeded.answer.refusal
        if refusal is not None:
            one.answer_error = _NO_CREDIT if refusal.code == "insufficient_credit" else refusal.code
        if one.answer_id is not None:
            # By the number that was written to: that is where two machines would go round.
            said.append((one.answer_id, writer[0], one.holder.address, writer[2]))
    if said:
        store.insert_answers(conn, said, now)


def _incoming(one: Heard, holder: Holder, writer: Writer, contact_id: ContactId) -> Incoming:
    text = one.text
    return Incoming(text.id, writer, holder.address, text.text, text.arrived_at, contact_id, text.media_urls)


def _writer(one: Heard) -> Writer | None:
    if one.holder is None or one.line is not None or not known.number_of(one.text.source):
        return None
    return one.holder.account_id, one.holder.sender_id, one.text.source
