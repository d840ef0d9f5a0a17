"""The story of one message: what its own row tells, and the lines that others wrote down about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from cablegram.accounts.access import Principal, Scope
from cablegram.billing import summary
from cablegram.billing.model import Posting
from cablegram.connectors import configure, exchanges, reading, showing
from cablegram.connectors.contract import Outgoing
from cablegram.connectors.exchange_model import Exchange
from cablegram.connectors.showing import ShownPdu
from cablegram.consent.timing import AREA, Place, place
from cablegram.kit.errors import NotFound
from cablegram.kit.ids import MessageId, PostingId
from cablegram.kit.money import micro_to_credits
from cablegram.messages import clicks, exchange_lines, store, times_store
from cablegram.messages.model import FINAL, Message, Moment, State
from cablegram.runtime import Runtime
from cablegram.runtime.database import Conn

# Lines that tell how a message was judged and paid for, and what was said of it: of interest to whoever looks closely.
BACKGROUND = frozenset({"checked", "routed", "priced", "charged", "refunded", "exchange"})


async def tell(conn: Conn, lines: Sequence[tuple[MessageId, datetime, str, int, str]]) -> None:
    """Write lines: (message, when, kind, part, detail)."""
    await store.copy_message_events(conn, lines)


async def get(rt: Runtime, who: Principal, message_id: UUID) -> Message:
    """Return one message. Raises NotFound (`message_not_found`)."""
    who.needs(Scope.READ)
    async with rt.db.connection() as conn:
        message = await store.get_message(conn, who.account_id, message_id)
        if message is None:
            raise NotFound("message_not_found", f"There is no message {message_id} in this account.")
        await times_store.tell_waits(conn, [message])
        await clicks.tell(conn, who.account_id, [message])
    return message


async def timeline(rt: Runtime, who: Principal, message_id: UUID) -> tuple[Message, list[Moment]]:
    """Return one message and all that happened to it, oldest first. Raises NotFound (`message_not_found`)."""
    message = await get(rt, who, message_id)
    async with rt.db.connection() as conn:
        noted = await store.events_of(conn, message.id)
        postings = await summary.lines(conn, who.account_id, _postings_of(message))
        noted += await _said(conn, who, message, noted)
        noted += await clicks.of_message(conn, message) if message.clicked_at else []
        told = await times_store.timings(conn, [message.id]) if message.waits_until else {}
        way = message.connector_id and await reading.name_of(conn, who.account_id, message.connector_id)
        is_own = message.connector_id and await reading.is_own(conn, who.account_id, message.connector_id)
    zone = told[message.id][1] if message.id in told else None
    return message, compose(message, noted, postings, way=way, zone=zone, is_own=bool(is_own))


async def pdus(rt: Runtime, who: Principal, message_id: UUID) -> tuple[Message, list[ShownPdu]]:
    """Return one message and the PDU of each of its parts. Raises NotFound (`message_not_found`).

    One that goes over HTTP has none: `said` tells what went instead.
    """
    message = await get(rt, who, message_id)
    if message.state is State.SKIPPED:
        return message, []  # it never had any
    media_tag = None
    if message.connector_id:
        async with rt.db.connection() as conn:
            if any(one.http for one in await reading.some(conn, [message.connector_id])):
                return message, []
            if message.media_url:
                media_tag = await reading.media_tag_of(conn, who.account_id, message.connector_id)
    outgoing = Outgoing(message.id, message.source, message.number, message.text, message.segments, message.media_url)
    return message, showing.pdus(outgoing, media_tag)


async def said(rt: Runtime, who: Principal, message_id: UUID) -> list[Exchange] | None:
    """Return what was said about a message to its provider, word for word, to who configures that connector.

    None where it went by SMPP, or nowhere yet: then PDUs tell. Raises NotFound (`message_not_found`).
    """
    message = await get(rt, who, message_id)
    if message.connector_id is None:
        return None
    async with rt.db.connection() as conn:
        connectors = await reading.some(conn, [message.connector_id])
        if not any(one.http for one in connectors):
            return None
        if not all(configure.manages(who, one) for one in connectors):
            return []
        noted = await store.events_of(conn, message.id)
        spans, calls = exchange_lines.spans(message, noted), exchange_lines.calls(message, noted)
        return await exchanges.of_message(conn, message.connector_id, message.id, spans=spans, calls=calls)


async def _said(conn: Conn, who: Principal, message: Message, noted: Sequence[Moment]) -> list[Moment]:
    """Return what was said about a message between us and its provider."""
    if message.connector_id is None:
        return []
    spans, calls = exchange_lines.spans(message, noted), exchange_lines.calls(message, noted)
    found = await exchanges.of_message(conn, message.connector_id, message.id, spans=spans, calls=calls)
    if not found:
        return []
    connectors = await reading.some(conn, [message.connector_id])
    return exchange_lines.lines(found, is_open=all(configure.manages(who, one) for one in connectors))


def compose(
    message: Message,
    noted: Sequence[Moment],
    postings: Sequence[Posting],
    *,
    way: str | None,
    zone: str | None = None,
    is_own: bool = False,
) -> list[Moment]:
    """Put a message's story together: its own row, what others noted, its lines of the ledger. Pure.

    `way` is its connector's name, and `is_own` whether that is the account's own; `zone` is the recipient's, where
    somebody wrote it down. Of one that was moved to another connector its line tells from where, so that none else has
    to say what was chosen at first.
    Of the same instant, what was judged comes first, then causes, then the move they made, then the money it gave back.
    """
    charge = [one for one in postings if one.id == message.posting_id]
    refund = [one for one in postings if one.id == message.refund_id]
    is_moved = any(one.kind == "rerouted" for one in noted)
    begun = _accepted(message, charge, None if is_moved else way, is_own=is_own) if message.posting_id else []
    if message.waits_until and not any(one.kind == "held" for one in noted):
        detail = waits(message.reason, message.waits_until, place(message.number[:AREA], message.country, zone))
        begun.append(Moment(message.accepted_at, "held", 0, detail))
    ended = [_line(one, "refunded") for one in refund]
    return sorted([*begun, *noted, *_moves(message), *ended], key=lambda moment: moment.at)


def _postings_of(message: Message) -> list[PostingId]:
    return [one for one in (message.posting_id, message.refund_id) if one]


def _accepted(message: Message, charge: Sequence[Posting], way: str | None, *, is_own: bool) -> list[Moment]:
    at, each = message.accepted_at, message.price // max(message.billed, 1)
    checked = f"number of {message.country}, from {message.source}, as {message.message_class.value}"
    priced = f"{message.billed} x {micro_to_credits(each)} = {micro_to_credits(message.price)} credits"
    if is_own:
        priced += "; the provider of the account's own connector bills it"
    return [
        Moment(at, "accepted", 0, _size(message)),
        Moment(at, "checked", 0, checked),
        *([Moment(at, "routed", 0, way)] if way else []),
        Moment(at, "priced", 0, priced),
        *(_line(one, "charged") for one in charge),
    ]


def _size(message: Message) -> str:
    counted = f"{message.segments} segment{'' if message.segments == 1 else 's'}, {message.encoding}"
    if message.counted_by_gateway != message.segments:
        counted += f"; the gateway counts {message.counted_by_gateway}"
    return f"{counted}, with a picture: {message.media_url}" if message.media_url else counted


def _line(posting: Posting, kind: str) -> Moment:
    detail = (
        f"line {posting.seq} of the ledger: {micro_to_credits(posting.amount)} credits for "
        f"{posting.count} {'message' if posting.count == 1 else 'messages'}, "
        f"{micro_to_credits(posting.balance_after)} after it"
    )
    return Moment(posting.at, kind, 0, detail)


def waits(reason: str | None, until: datetime, where: Place) -> str:
    """Say what a message waits for, and until when by the recipient's clock."""
    what = (reason or "").replace("_", " ")
    return f"{what} until {until.astimezone(ZoneInfo(where.main)):%Y-%m-%d %H:%M} (their time: {where.main})"


def taken_as(provider_id: str) -> str:
    """Say what the carrier called a part when it took it."""
    return f"taken as {provider_id}"


def _moves(message: Message) -> list[Moment]:
    own: list[Moment] = []
    if message.claimed_at:
        own.append(Moment(message.claimed_at, "submitting", 0, "handed to a link"))
    if message.submitted_at and message.provider_id is not None:
        own.append(Moment(message.submitted_at, "answered", 1, taken_as(message.provider_id)))
    if message.receipt_at:
        own.append(Moment(message.receipt_at, "receipt", 1, message.receipt or ""))
    if message.submitted_at:
        own.append(Moment(message.submitted_at, "submitted", 0, "the carrier took it"))
    if message.finished_at and message.state in FINAL:
        own.append(Moment(message.finished_at, message.state.value, 0, message.reason or ""))
    return own
