"""Accept a batch of messages: judge, price, charge and queue them. One transaction, the caller's; nothing leaves yet.

Each draft gets its own verdict, in the order given: items that credit still covers are accepted, the others refused
(R16-R19). A campaign's refused drafts are kept as `skipped` rows, so that each person's reason can be read later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cablegram.billing import caps as spending_caps
from cablegram.billing import ledger
from cablegram.billing.caps import Limits
from cablegram.billing.prices import Prices
from cablegram.billing.spending import Cap
from cablegram.billing.tariffs import TariffBook
from cablegram.connectors.reading import HELD, QUEUE
from cablegram.consent import gather
from cablegram.consent.gather import Stopped
from cablegram.consent.timing import AS_IT_COMES
from cablegram.kit.ids import AccountId, CampaignId, MessageId, time_of, uuid7s
from cablegram.links import keep
from cablegram.links.model import Kept
from cablegram.messages import compose, for_programs, hold, news, news_store, origins, store, timekeeping, times_store
from cablegram.messages.model import Draft, Refusal, State
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

Sum = list[int]  # how many, their price together, and their segments as the gateways count them

_TOO_LITTLE_CREDIT = Refusal(
    "insufficient_credit",
    "The account has too little credit for this message. Nothing was sent or charged; add credits.",
)
_LIMITED = {
    "account_suspended": Refusal(
        "account_suspended",
        "The operator has suspended this account: nothing is accepted or sent. Nothing was charged.",
    ),
    "spending_cap": Refusal(
        code="spending_cap",
        message="The account has spent what it may in this day or month. Nothing was charged; raise its cap.",
    ),
}
# What is missing may come: a campaign stops before such a person and comes back.
STOPPING = frozenset({_TOO_LITTLE_CREDIT.code, *_LIMITED})
# Up to so many, one INSERT of everything is cheaper than COPY: these have to be let in one by one, but then cost 2 us
# less a message.
_FEW = 150


async def accept(
    conn: Conn,
    drafts: Sequence[Draft],
    *,
    prices: Prices,
    now: datetime,
    keep_refused: bool = False,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Judge and store a batch; afterwards each draft has an id and a posting, or a refusal.

    `keep_refused` stores refused drafts as `skipped`, except those that only credit was missing for: a campaign stops
    before them and comes back. All questions go in one round trip; where drafts are few, all that is written goes
    along with the commit. Where they are many, `meanwhile` is done while the database takes them in: by then all that
    will be said of a draft is known.
    """
    if not drafts:
        return
    compose.judge(drafts)
    await for_programs.settle(conn, drafts, is_final=True)
    ids = uuid7s(len(drafts))
    days = {day: store.has_partition(conn, day) for day in {time_of(one).date() for one in (ids[0], ids[-1])}}
    sources = origins.ask(conn, _open(drafts))
    listened = news_store.listened(conn, sources.accounts)
    balances = ledger.lock_balances(conn, sources.accounts)
    revision = prices.ask(conn)  # behind the locks: a suspension that was committed is seen
    origins.ask_several(conn, sources)  # behind the locks: it is seen whose turn it is
    batch = gather.ask(conn, _open(drafts))  # behind the locks: an opt-out that was committed is seen

    book = await prices.book(conn, revision, now=now)
    fresh = iter(ids)
    judged = await _judge(conn, drafts, sources, batch, book, fresh=fresh, now=now, goes_at=now)
    await _charge(conn, _open(drafts), await balances, prices.limits, now)
    accepted = _open(drafts)
    kept = [draft for draft in drafts if keep_refused and draft.refusal and draft.refusal.code not in STOPPING]
    if not accepted and not kept:
        return
    if accepted:
        reach("accept.charged")
    await store.make_partitions(conn, [day for day, is_there in days.items() if not await is_there])
    reach("accept.partitions_made")
    rows = [*accepted, *kept]
    _name(drafts, rows, fresh, are_named=judged.are_named)
    for draft in kept:
        draft.price = 0  # it had one before a rule said no
    await _write(conn, rows, accepted, now=now, meanwhile=meanwhile)
    if judged.are_timed:
        _keep_times(conn, accepted)
    keep.keep(conn, _with_links(accepted), now=now)
    origins.remember(conn, sources, now=now)
    gather.remember(conn, batch, now=now)
    sums = _sums(accepted, kept)
    channels = [QUEUE] * any(state is State.QUEUED for *_, state in sums) + [HELD] * judged.are_timed
    store.count_and_wake(conn, sums, now, channels=channels)
    news.tell_accepted(conn, await listened, rows, now=now)
    reach("accept.counted")


async def weigh(
    conn: Conn, drafts: Sequence[Draft], *, prices: Prices, now: datetime, goes_at: datetime | None = None
) -> None:
    """Judge and price a batch as `accept` does, as if it went at `goes_at`; nothing is charged, stored or kept."""
    compose.judge(drafts)
    await for_programs.settle(conn, drafts, is_final=False)
    sources = origins.ask(conn, _open(drafts))
    origins.ask_several(conn, sources)
    batch = gather.ask(conn, _open(drafts))
    book = await prices.book(conn, now=now)
    await _judge(conn, drafts, sources, batch, book, fresh=None, now=now, goes_at=goes_at or now)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is known of a batch when each of its drafts has a price or a refusal."""

    are_named: bool  # some have their ids
    are_timed: bool  # something was said about their time


async def _judge(
    conn: Conn,
    drafts: Sequence[Draft],
    sources: origins.Origins,
    batch: gather.Batch[Draft],
    book: TariffBook,
    *,
    fresh: Iterator[UUID] | None,
    now: datetime,
    goes_at: datetime,
) -> _Judged:
    """Settle where drafts come from, count and price them, let the rules stop some, and say when the others go."""
    ways = await origins.settle(sources, fresh=fresh)
    compose.check_brought(_open(drafts), ways.needs)
    compose.count(_open(drafts), book.profiles, ways.usable_characters)
    compose.price(_open(drafts), book, ways.fees)
    _stop(await gather.judge(conn, batch, now=now))
    are_timed = timekeeping.set_times(_open(drafts), batch.hours(), now=goes_at)
    return _Judged(ways.book.draws_lots, are_timed)


def _name(drafts: Sequence[Draft], rows: Sequence[Draft], fresh: Iterator[UUID], *, are_named: bool) -> None:
    """Give ids to those that become rows, and to no others. Some have theirs by now, where messages draw lots."""
    if are_named:
        becoming = {id(draft) for draft in rows}
        for draft in drafts:
            if id(draft) not in becoming:
                draft.id = None
        rows = [draft for draft in rows if draft.id is None]
    for draft, one in zip(rows, fresh, strict=False):
        draft.id = MessageId(one)


def _open(drafts: Sequence[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.refusal is None]


def _stop(stopped: Iterable[Stopped[Draft]]) -> None:
    for one in stopped:
        one.subject.refusal = Refusal(one.reason.code, one.sentence, one.reason.field)


async def _charge(
    conn: Conn, drafts: list[Draft], balances: dict[AccountId, int], limits: Limits, now: datetime
) -> None:
    caps: dict[AccountId, Cap] = {}
    if limits.touch(list(balances)):
        verdicts, caps = await spending_caps.judge(conn, drafts, limits, now=now)
        for draft, code in zip(drafts, verdicts, strict=True):
            draft.refusal = None if code is None else _LIMITED[code]
        drafts = _open(drafts)
    for draft, posting_id in zip(drafts, await ledger.charge(conn, drafts, now=now, balances=balances), strict=True):
        draft.posting_id = posting_id
        if posting_id is None:
            draft.refusal = _TOO_LITTLE_CREDIT
    if caps:
        await spending_caps.spend(conn, _open(drafts), caps, now=now)


async def _write(
    conn: Conn, rows: list[Draft], accepted: list[Draft], *, now: datetime, meanwhile: Callable[[], None] | None
) -> None:
    if len(rows) <= _FEW and not any(
        draft.campaign_id or draft.refusal or draft.is_special or _waits(draft) for draft in rows
    ):
        store.insert_messages(conn, rows, now)
        reach("accept.inserted")
        return
    await store.copy_messages(conn, rows, now, meanwhile=meanwhile)
    reach("accept.copied")
    await hold.enqueue(conn, accepted)
    reach("accept.queued")


def _waits(draft: Draft) -> bool:
    return draft.when is not None and draft.when.until is not None


def _sums(accepted: Sequence[Draft], kept: Sequence[Draft]) -> dict[tuple[AccountId, CampaignId | None, State], Sum]:
    sums: dict[tuple[AccountId, CampaignId | None, State], Sum] = {}
    for drafts in (accepted, kept):
        last: Draft | None = None
        total = [0, 0, 0]
        for draft in drafts:
            if (
                last is None
                or draft.when is not last.when
                or draft.account_id is not last.account_id
                or draft.campaign_id is not last.campaign_id
            ):
                last = draft
                total = sums.setdefault((draft.account_id, draft.campaign_id, draft.state), [0, 0, 0])
            total[0] += 1
            if drafts is accepted:
                total[1] += draft.price
                total[2] += draft.gateway_segments or draft.segments
    return sums


def _with_links(drafts: Sequence[Draft]) -> list[Kept]:
    return [
        Kept(
            account_id=draft.account_id,
            message_id=draft.id,
            campaign_id=draft.campaign_id,
            contact_id=draft.contact_id,
            program_id=draft.program_id,
            number=draft.number,
            country=draft.country,
            placed=draft.links,
        )
        for draft in drafts
        if draft.links and draft.id
    ]


def _keep_times(conn: Conn, drafts: Sequence[Draft]) -> None:
    """Remember what has to be asked again: what was told to one message, and a zone that its number does not tell."""
    told = [
        (draft.id, draft.timing if draft.timing and not draft.campaign_id else AS_IT_COMES, draft.time_zone)
        for draft in drafts
        if draft.id and ((draft.timing and not draft.campaign_id) or (draft.when and draft.time_zone))
    ]
    if told:
        times_store.insert_timings(conn, told)
