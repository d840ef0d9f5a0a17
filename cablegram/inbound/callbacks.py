"""What providers tell by calling us, from the top to the bottom of one page (R136, R137).

A batch at a time, whoever called, in one transaction. First what was told before is put aside. Texts and opt-outs come
next, for they lock shares and balances; receipts behind them lock messages alone (`messages/hold.py` has the order).
All is kept beside what was made of it, so that the log of exchanges never says more or less than happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cablegram.billing.prices import Prices
from cablegram.connectors import exchanges, pausing
from cablegram.connectors.contract import CarrierNotice, Incoming, Receipt, Trouble
from cablegram.connectors.model import IdForm
from cablegram.connectors.providers.contract import Click, OptOut, Told
from cablegram.dispatch import record, sent
from cablegram.dispatch.model import Pending, Sent, pending
from cablegram.dispatch.recorder import Text
from cablegram.inbound import callback_store, clicking, notices, opting, receive
from cablegram.inbound.callback_model import Call, plain
from cablegram.inbound.callback_store import Key
from cablegram.inbound.notices import Noticed
from cablegram.inbound.opting import Out
from cablegram.kit.ids import ConnectorId, MessageId, time_of, uuid7
from cablegram.messages.days import still_there
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

_OF_THE_WEB = ("https://", "http://")  # people follow these links: nothing else may stand in them
_LONGEST_URL = 2_000


@dataclass(slots=True)
class _Told:
    """What calls to one connector tell: each receipt with its call, each text with its call and key."""

    receipts: list[tuple[Call, Receipt]] = field(default_factory=list[tuple[Call, Receipt]])
    texts: list[tuple[Call, str, Incoming]] = field(default_factory=list[tuple[Call, str, Incoming]])
    outs: list[Out] = field(default_factory=list[Out])
    notices: list[Noticed] = field(default_factory=list[Noticed])
    clicks: list[tuple[Call, str, Click]] = field(default_factory=list[tuple[Call, str, Click]])
    messages: dict[str, MessageId] = field(default_factory=dict[str, MessageId])  # by the provider's ids

    def add(self, call: Call, key: str, item: Told, *, is_new: bool) -> None:
        """Add what a call says, under the key by which it counts once; what is not new is only noted on the call."""
        match item:
            case Receipt():
                self.receipts.append((call, item))
                call.fates.append(item.outcome.value)
                if is_new:
                    who, sender = plain(item.number), plain(item.source)
                    self.outs.append(Out(call, key, who, sender, item.words, item.provider_id))
            case Incoming() if is_new:
                self.texts.append((call, key, item))
            case OptOut() if is_new:
                self.outs.append(Out(call, key, plain(item.number), plain(item.sender)))
            case Click() if is_new:
                self.clicks.append((call, key, item))
            case CarrierNotice() if is_new:
                self.notices.append(Noticed(call, key, item))
            case _:
                call.fates.append("told before")


async def take(conn: Conn, calls: Sequence[Call], *, prices: Prices, now: datetime, clock: float) -> None:
    """Take in what calls tell, and keep the calls; `clock` is the time by the monotonic clock."""
    fresh = await _put_aside(conn, calls, now)
    told = _sort(calls, fresh)
    for connector_id in sorted(told):
        await _find(conn, connector_id, told[connector_id])
    reach("callback.sorted")
    await _hear(conn, calls, told, prices, now)
    for connector_id in sorted(told):
        await _settle(conn, connector_id, told[connector_id], now)
    exchanges.keep(conn, [call.exchange(clock - call.began) for call in calls if not call.is_replay])
    reach("callback.recorded")


async def _put_aside(conn: Conn, calls: Sequence[Call], now: datetime) -> set[Key]:
    """Mark calls that were made before; return the keys of what is told for the first time."""
    asked: dict[Key, Call] = {}
    for call in calls:
        call.begin()
        keys = [*call.once(), *(key for key, _ in call.said() if key)]
        for key in keys:
            asked.setdefault((call.connector_id, key), call)
    fresh = await callback_store.claim(conn, sorted(asked), now=now) if asked else set[Key]()
    for call in calls:
        own = {(call.connector_id, key) for key in call.once()}
        call.is_repeated = any(key not in fresh or asked[key] is not call for key in own)
    return {key for key in fresh if not asked[key].is_repeated}


def _sort(calls: Sequence[Call], fresh: set[Key]) -> dict[ConnectorId, _Told]:
    told: dict[ConnectorId, _Told] = {}
    for call in calls:
        if call.is_repeated:
            continue
        its = told.setdefault(call.connector_id, _Told())
        here: set[str] = set()
        for key, item in call.said():
            if isinstance(item, OptOut) and key in here:
                continue  # the same in other words
            here.add(key)
            is_new = (call.connector_id, key) in fresh
            fresh.discard((call.connector_id, key))  # a second one in the same batch is a repetition
            its.add(call, key, item, is_new=is_new)
    return told


async def _find(conn: Conn, connector_id: ConnectorId, told: _Told) -> None:
    """Find the messages that receipts and answers are about, as far as we know them by now."""
    wanted = [receipt.provider_id for _, receipt in told.receipts]
    wanted += [text.answers for _, _, text in told.texts if text.answers]
    wanted += [click.provider_id for _, _, click in told.clicks]
    told.messages = await sent.ids(conn, connector_id, [one for one in wanted if one])
    for call, receipt in told.receipts:
        if receipt.provider_id in told.messages:
            call.message_ids.append(told.messages[receipt.provider_id])


async def _hear(
    conn: Conn, calls: Sequence[Call], told: dict[ConnectorId, _Told], prices: Prices, now: datetime
) -> None:
    """Take in texts and opt-outs."""
    about = [
        message_id
        for its in told.values()
        for provider_id in (*(text.answers for _, _, text in its.texts), *(out.provider_id for out in its.outs))
        if (message_id := its.messages.get(provider_id))
    ]
    whose = await sent.by_ids(conn, about) if about else {}
    texts = [text for connector_id, its in told.items() for text in _texts(connector_id, its, whose)]
    outs = [one for its in told.values() for one in its.outs]
    for its in told.values():
        for out in its.outs:
            if message_id := its.messages.get(out.provider_id):
                out.sent = whose.get(message_id)
    if texts or outs:
        await receive.receive(conn, texts, outs=await opting.resolve(conn, outs, now=now), prices=prices)
        reach("callback.heard")
    for connector_id, its in told.items():
        await notices.take(conn, connector_id, its.notices, now=now)
        await clicking.take(conn, its.clicks, its.messages, now=now)
    # What nobody was found for may be told again, or played again when somebody is.
    unheeded = {(call.connector_id, key) for call in calls for key in call.unheeded}
    if unheeded:
        await callback_store.release(conn, sorted(unheeded))


def _texts(connector_id: ConnectorId, told: _Told, whose: dict[MessageId, Sent]) -> Iterable[Text]:
    for call, key, text in told.texts:
        message_id = told.messages.get(text.answers)
        about = whose.get(message_id) if message_id else None
        source, destination = plain(text.source), plain(text.destination)
        if about:
            source, destination = source or about.number, destination or about.source
            call.message_ids.extend([message_id] if message_id else [])
        if not source:
            call.fates.append("text of nobody")
            call.unheeded.append(key)
            continue
        call.fates.append("text")
        media = tuple(url for url in text.media_urls if url.startswith(_OF_THE_WEB) and len(url) <= _LONGEST_URL)
        incoming = replace(text, source=source, destination=destination, media_urls=media)
        yield Text(uuid7(), connector_id, incoming, call.at)


async def _settle(conn: Conn, connector_id: ConnectorId, told: _Told, now: datetime) -> None:
    """Record receipts, and pause the connector whose provider refuses all."""
    if not told.receipts:
        return
    waiting = [_pending(call, receipt) for call, receipt in told.receipts]
    newest = max(told.messages.values(), default=None)
    day = still_there(time_of(newest).date(), now) if newest else None  # most of them are about messages of that day
    # Providers write an id in one way.
    await record.receipts(conn, connector_id, waiting, form=IdForm.SAME, now=now, day=day)
    refused = next((receipt for _, receipt in told.receipts if receipt.trouble is Trouble.ACCOUNT), None)
    if refused:
        await pausing.pause(conn, connector_id, refused.words, now=now)


def _pending(call: Call, receipt: Receipt) -> Pending:
    found = pending(receipt, call.at)
    found.source, found.number = plain(receipt.source), plain(receipt.number)
    return found
