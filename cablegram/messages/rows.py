"""Messages and their places in the queue as blocks for COPY. Pure.

Most of a row is the same as in the row before: whose it is, what pays for it, how it travels. That part is written
once and used again; the columns of `copy_messages`, `copy_queue` and `copy_held` stand in this order for that. To see
that it is the same, ids are compared by identity: drafts of a batch share them, and comparing uuids costs ten times
as much. Equal ids that are not the same object only cost the writing once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from cablegram.kit.ids import AccountId
from cablegram.messages.model import LANES, Draft, State, Waiting
from cablegram.runtime.copying import block, blocks, column, record

# What an account's or a campaign's batch shares, and what has few values in any batch.
_OF_BATCH = ("uuid", "uuid", "uuid", "uuid", "timestamptz", "text", "text", "timestamptz")
_OF_KIND = ("text", "text", "text", "text", "int8", "int2", "text", "int2", "int2", "text", "uuid")
_FIELDS_OF_MESSAGE = 26
_PIECE = 500  # rows: what the server reads in 3 ms, and we write in one
_JSON = msgspec.json.Encoder()
_Kind = tuple[str | int | UUID | None, ...]
_OF_PLACE = ("uuid", "int2", "int2", "uuid", "timestamptz")
_FIELDS_OF_PLACE = 8


def share(account_id: AccountId) -> int:
    """Return the account's share of a lane: 1,024 of them, by the random end of its id."""
    return account_id.int & 0x3FF


def of_messages(drafts: Sequence[Draft], now: datetime) -> Iterator[bytes]:
    """Write rows of `message`, piece by piece: accepted ones, and refused ones that are kept."""
    pieces = (drafts[start : start + _PIECE] for start in range(0, len(drafts), _PIECE))
    return blocks((_columns(piece, now) for piece in pieces), fields=_FIELDS_OF_MESSAGE)


def _columns(drafts: Sequence[Draft], now: datetime) -> list[list[bytes]]:
    return [
        _shared(drafts, now),
        column("uuid", [one.id for one in drafts]),
        column("uuid", [one.contact_id for one in drafts]),
        column("int8", [one.price for one in drafts]),
        column("int2", [one.segments for one in drafts]),
        column("text", [one.number or one.to for one in drafts]),
        column("text", [one.client_ref for one in drafts]),
        column("text", [one.text for one in drafts]),
    ]


def _shared(drafts: Sequence[Draft], now: datetime) -> list[bytes]:
    pieces: list[bytes] = []
    last: Draft | None = None
    of_batch = b""
    by_kind: dict[_Kind, bytes] = {}
    known: dict[tuple[int, ...], tuple[bytes, dict[_Kind, bytes]]] = {}
    for one in drafts:
        if last is None or not (
            one.posting_id is last.posting_id
            and one.connector_id is last.connector_id
            and one.campaign_id is last.campaign_id
            and one.account_id is last.account_id
            and one.refusal is last.refusal
            and one.when is last.when
        ):
            last, ids = one, (one.account_id, one.campaign_id, one.connector_id, one.posting_id)
            # Messages that share several connectors take turns: what was written for one serves again.
            key = tuple(map(id, (*ids, one.refusal, one.when)))
            if key not in known:
                known[key] = (record(_OF_BATCH, [*ids, now, *_verdict(one, now)]), {})
            of_batch, by_kind = known[key]
        kind = (
            one.message_class,
            one.encoding,
            one.country,
            one.source,
            one.ruleset,
            one.seen,
            one.media_url,
            one.billed_segments,
            one.gateway_segments,
            None if one.provider_values is None else _JSON.encode(one.provider_values).decode(),
            one.program_id,
        )
        piece = by_kind.get(kind)
        if piece is None:
            piece = by_kind[kind] = of_batch + record(_OF_KIND, kind)
        pieces.append(piece)
    return pieces


def _verdict(one: Draft, now: datetime) -> tuple[str, str | None, datetime | None]:
    """Return the state of a draft, the reason for it, and the moment if it is its last."""
    if one.refusal:
        return State.SKIPPED, one.refusal.code, now
    return (one.state, one.when.reason, None) if one.when else (State.QUEUED, None, None)


def of_queue(waiting: Sequence[Waiting | Draft]) -> bytes:
    """Write rows of `queue`."""
    return block(_places(waiting), fields=_FIELDS_OF_PLACE)


def of_held(waiting: Sequence[tuple[Waiting | Draft, datetime | None, bool]]) -> bytes:
    """Write rows of `held`: places, until when they are held, and whether that is for their time."""
    columns = [
        *_places([one for one, *_ in waiting]),
        column("timestamptz", [until for _, until, _ in waiting]),
        column("bool", [is_scheduled for *_, is_scheduled in waiting]),
    ]
    return block(columns, fields=_FIELDS_OF_PLACE + 2)


def _places(waiting: Sequence[Waiting | Draft]) -> list[list[bytes]]:
    shared: list[bytes] = []
    last: Waiting | Draft | None = None
    piece = b""
    known: dict[tuple[int, ...], bytes] = {}
    for one in waiting:
        if last is None or not (
            one.account_id is last.account_id
            and one.connector_id is last.connector_id
            and one.campaign_id is last.campaign_id
            and one.message_class is last.message_class
            and one.when is last.when
        ):
            last = one
            key = tuple(map(id, (one.account_id, one.connector_id, one.campaign_id, one.message_class, one.when)))
            if key not in known:  # as above
                lane, closes_at = LANES[one.message_class], one.when.closes_at if one.when else None
                own = (one.connector_id, lane, share(one.account_id), one.campaign_id, closes_at)
                known[key] = record(_OF_PLACE, own)
            piece = known[key]
        shared.append(piece)
    return [
        shared,
        column("uuid", [one.id for one in waiting]),
        column("int2", [one.segments for one in waiting]),
        column("int8", [one.recall for one in waiting]),
    ]
