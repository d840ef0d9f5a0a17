"""Accept a batch of messages: judge, price, charge and queue them. One transaction, the caller's; nothing leaves yet.

Each draft gets its own verdict, in the order given: items that credit still covers are accepted, the others refused
(R16-R19). A campaign's refused drafts are kept as `skipped` rows, so that each person's reason can be read later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from cablegram.billing import ledger
from cablegram.billing.model import Charge
from cablegram.billing.tariffs import TariffBook
from cablegram.kit.ids import AccountId, CampaignId, MessageId, time_of, uuid7s
from cablegram.messages import compose, hold, store
from cablegram.messages.model import Draft, Refusal, State
from cablegram.routing import pick
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach
from cablegram.senders import usable


async def accept(
    conn: Conn, drafts: Sequence[Draft], *, book: TariffBook, now: datetime, keep_refused: bool = False
) -> None:
    """Judge and store a batch; afterwards each draft has an id and a posting, or a refusal.

    `keep_refused` stores refused drafts as `skipped`, except those that only credit was missing for: a campaign stops
    before them and comes back.
    """
    compose.judge(drafts)
    await _find_ways(conn, _open(drafts))
    compose.price(_open(drafts), book)
    await _charge(conn, _open(drafts), now)
    accepted = _open(drafts)
    if accepted:
        reach("accept.charged")
    kept = [draft for draft in drafts if keep_refused and draft.refusal and draft.refusal.code != "insufficient_credit"]
    if accepted or kept:
        await _write(conn, accepted, kept, now)


def _open(drafts: Sequence[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.refusal is None]


async def _find_ways(conn: Conn, drafts: list[Draft]) -> None:
    """Resolve senders, then connectors; a batch asks for few different ones, so each is looked up once."""
    asked = list({(draft.account_id, draft.sender) for draft in drafts})
    if not asked:
        return
    found = dict(zip(asked, await usable.resolve(conn, asked), strict=True))
    ways = await pick.routes(conn, {account_id for account_id, _ in asked})
    for draft in drafts:
        sender = found[draft.account_id, draft.sender]
        if isinstance(sender, usable.SenderRefusal):
            draft.refusal = Refusal(sender.code, sender.message, "from")
            continue
        draft.source = sender.address
        draft.connector_id = ways.choose(draft.account_id, sender.connector_id)
        if draft.connector_id is None:
            message = "No connector can carry this message: the operator has to connect a carrier and switch it on."
            draft.refusal = Refusal("no_route", message)


async def _charge(conn: Conn, drafts: list[Draft], now: datetime) -> None:
    if not drafts:
        return
    wanted = [Charge(draft.account_id, draft.campaign_id, draft.price) for draft in drafts]
    for draft, posting_id in zip(drafts, await ledger.charge(conn, wanted, now=now), strict=True):
        draft.posting_id = posting_id
        if posting_id is None:
            message = "The account has too little credit for this message. Nothing was sent or charged; add credits."
            draft.refusal = Refusal("insufficient_credit", message)


async def _write(conn: Conn, accepted: list[Draft], kept: list[Draft], now: datetime) -> None:
    rows = [*accepted, *kept]
    fresh = uuid7s(len(rows))
    for draft, message_id in zip(rows, fresh, strict=True):
        draft.id = MessageId(message_id)
    await store.make_partitions(conn, {time_of(fresh[0]).date(), time_of(fresh[-1]).date()})
    reach("accept.partitions_made")
    await store.copy_messages(conn, rows, now)
    reach("accept.copied")
    await hold.enqueue(conn, [compose.waiting(draft) for draft in accepted])
    reach("accept.queued")
    await store.copy_progress(conn, [(now, *key, *sums) for key, sums in _sums(accepted, kept).items()])
    reach("accept.counted")
    if accepted:
        await store.wake_dispatchers(conn)


def _sums(
    accepted: list[Draft], kept: list[Draft]
) -> dict[tuple[AccountId, CampaignId | None, State], tuple[int, int]]:
    sums: dict[tuple[AccountId, CampaignId | None, State], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for state, drafts in ((State.QUEUED, accepted), (State.SKIPPED, kept)):
        for draft in drafts:
            key = (draft.account_id, draft.campaign_id, state)
            n, amount = sums[key]
            sums[key] = (n + 1, amount + (draft.price if state is State.QUEUED else 0))
    return sums
