"""Who may be in the queue: put messages in, take a campaign's out for a pause, put them back, withdraw them for good.

Two rules hold whatever happens at the same time:

- While a campaign is paused no row of it is in `queue`. Whoever puts rows in holds the campaign's lock in its shared
  form, whoever pauses takes the exclusive one, so neither can slip past the other.
- Once an opt-out is committed no row for its number is in `queue` or `held`, and none comes back (R62). Whoever moves
  rows between the two, or back from the wire, holds the lock of the account's share in its shared form; whoever opts a
  number out takes the exclusive one. New messages are accepted under the account's balance, which an opt-out holds too.
  Of a number whose text may mean no the same is true, except that what waits is not cancelled: it stays in `held` until
  somebody has read the text (`set_aside_numbers`, `free_number`).

Everybody takes locks in this order, so that nobody waits in a circle: the campaign's own row, campaigns, shares,
balances; rows of queue and held, then of messages, are only waited for by those who hold what stands before them here,
or by claims, which wait for nothing else. docs/decisions/0030 says why.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from cablegram.connectors.reading import HELD
from cablegram.consent.reasons import HELD_FOR_REVIEW, NOT_A_SUBSCRIBER, SUBSCRIBER_PAUSED
from cablegram.kit.ids import AccountId, CampaignId, MessageId, ProgramId
from cablegram.messages import leaving_store, settle, store, story
from cablegram.messages.model import Draft, Move, State, Waiting
from cablegram.messages.rows import share
from cablegram.programs.model import Standing
from cablegram.runtime.database import Conn
from cablegram.runtime.failpoints import reach

OPTED_OUT = "opted_out"
PROGRAM_STOPPED = "program_not_sending"
T = TypeVar("T")
Pair = tuple[AccountId, int]
Found = list[tuple[MessageId, int, State]]
Taken = list[tuple[AccountId | None, MessageId, int, State]]

_LOOKS = 3  # at messages of a day whose partition is being attached at this moment: the second look finds them


async def enqueue(conn: Conn, waiting: Sequence[Waiting | Draft], *, until: datetime | None = None) -> None:
    """Put messages where they wait: the queue, or aside while their campaign is paused or the carrier wants time.

    Those that have to wait for their own time (`when`) do that first, whatever their campaign does. Drafts are accepted
    ones: they have an id and a connector. For messages that were somewhere else before, the caller holds their shares
    (`lock`); for those that come back from the wire there is `put_back`.
    """
    # By identity: a batch shares its campaign's id, and a uuid's hash takes 0.3 us.
    paused = await lock(conn, {id(one.campaign_id): one.campaign_id for one in waiting}.values(), shares=())
    if not paused and until is None and all(one.when is None or one.when.until is None for one in waiting):
        await store.copy_queue(conn, waiting)
        return
    go: list[Waiting | Draft] = []
    aside: list[tuple[Waiting | Draft, datetime | None, bool]] = []
    for one in waiting:
        if one.id is not None and one.when is not None and one.when.until is not None:
            aside.append((one, one.when.due(one.id), True))
        elif one.campaign_id in paused:
            aside.append((one, None, False))
        elif until is not None:
            aside.append((one, until, False))
        else:
            go.append(one)
    await store.copy_held(conn, aside)
    if until is not None:
        await store.wake_dispatchers(conn, HELD)
    await store.copy_queue(conn, go)


async def put_back(conn: Conn, waiting: Sequence[Waiting], *, until: datetime | None = None, now: datetime) -> None:
    """Put messages back that were on the wire, except to whom opted out meanwhile: those are cancelled, with refund.

    They are `queued` again, or kept where what their number wrote waits for somebody who reads it; the caller holds
    their campaigns and shares.
    """
    barred = await _barred(conn, waiting)
    out = {pair for pair, is_out in barred.items() if is_out}
    left = await leaving_store.left_behind(conn, [one.id for one in waiting])
    gone = {one.id: why for one in waiting if (why := _why_gone(one, out, left))}
    await enqueue(conn, [one for one in waiting if one.id not in gone], until=until)
    stood = await settle.standing(conn, list(gone))
    moves = [Move(one.id, one.version, one.state, State.CANCELLED, gone[one.id]) for one in stood]
    await settle.settle(conn, moves, now=now)
    await _set_aside(conn, sorted(barred.keys() - out), now)


def _why_gone(one: Waiting, out: Collection[Pair], left: Mapping[MessageId, Standing | None]) -> str | None:
    if (one.account_id, one.recall) in out:
        return OPTED_OUT
    if one.id in left and left[one.id] is None:
        return PROGRAM_STOPPED
    if one.recall is None or one.id not in left:
        return None
    return SUBSCRIBER_PAUSED.code if left[one.id] is Standing.PAUSED else NOT_A_SUBSCRIBER.code


async def keep_reviewed(conn: Conn, waiting: Sequence[Waiting], *, now: datetime) -> int:
    """Keep of messages that were just put in the queue those whose number's text nobody has read; return how many.

    For what waited for its own time; the caller holds shares as for `enqueue`.
    """
    return await _set_aside(conn, sorted(await _barred(conn, waiting)), now)


async def _barred(conn: Conn, waiting: Sequence[Waiting]) -> dict[Pair, bool]:
    asked = {(one.account_id, one.recall) for one in waiting if one.recall is not None}
    return await store.barred(conn, asked) if asked else {}


async def lock(conn: Conn, campaigns: Iterable[CampaignId | None], *, shares: Collection[int]) -> set[CampaignId]:
    """Keep campaigns from being paused or resumed, and numbers of these shares from being withdrawn, until the end.

    Returns those campaigns that are paused. `shares` are those of the accounts whose messages move (`share`).
    """
    ids = {one for one in campaigns if one}
    if ids:
        store.lock_campaign_shared(conn, ids)
    if shares:
        store.lock_shares_shared(conn, shares)
    if not ids:
        await conn.send()
        return set()
    return await store.paused_among(conn, ids)


async def seize(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> None:
    """Wait until nobody puts messages of a campaign into the queue or withdraws a number's, and keep it so.

    For whoever pauses, resumes or cancels it; before balances are locked.
    """
    await store.lock_campaign(conn, campaign_id)
    store.lock_shares_shared(conn, [share(account_id)])
    await conn.send()


async def pause(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> int:
    """Stop a campaign's messages that no link has yet; return how many wait aside now.

    After this transaction commits, no claim of a message of the campaign commits.
    """
    await seize(conn, account_id, campaign_id)
    await store.mark_paused(conn, campaign_id)
    reach("hold.marked")
    held = await store.hold_campaign(conn, account_id, campaign_id)
    reach("hold.set_aside")
    return held


async def resume(conn: Conn, account_id: AccountId, campaign_id: CampaignId) -> int:
    """Let a campaign's messages go on; return how many went back to the queue."""
    await seize(conn, account_id, campaign_id)
    await store.unmark_paused(conn, campaign_id)
    released = await store.release_campaign(conn, campaign_id)
    if released:
        reach("hold.released")
        await store.wake_dispatchers(conn)
    return released


async def cancel(conn: Conn, account_id: AccountId, campaign_id: CampaignId, *, now: datetime) -> int:
    """Withdraw a campaign's messages that no link has, with refund; return how many. It stays paused for latecomers.

    Call it again for messages that were on the wire and that the carrier sent back: they wait aside.
    """
    await seize(conn, account_id, campaign_id)
    await store.mark_paused(conn, campaign_id)
    gone = await store.withdraw_campaign(conn, account_id, campaign_id)
    if gone:
        reach("hold.withdrawn")
    return await _cancel(conn, gone, "campaign_cancelled", now)


async def lock_numbers(conn: Conn, accounts: Iterable[AccountId]) -> None:
    """Keep all messages of accounts where they are, for whoever withdraws some of their numbers' messages.

    To be called before balances are locked, and before it is asked whether a number is on the blacklist.
    """
    await store.lock_shares(conn, {share(one) for one in accounts})


async def withdraw_numbers(
    conn: Conn, pairs: Collection[tuple[AccountId, str]], *, reason: str = OPTED_OUT, now: datetime
) -> int:
    """Withdraw what waits for numbers, whatever it waits for, with refund; return how many messages.

    `pairs` are accounts and numbers as digits. The caller has put the numbers on the blacklist in this transaction,
    after `lock_numbers` and the accounts' balances. Once it commits, no claim of a message to them commits: what a link
    had before says so in its story.
    """
    wanted = sorted({(account_id, int(number)) for account_id, number in pairs})
    if not wanted:
        return 0
    await lock_numbers(conn, [account_id for account_id, _ in wanted])
    gone = await _look(conn, wanted, store.withdraw_numbers)
    withdrawn = await _cancel(conn, gone, reason, now)
    await _tell_flying(conn, wanted, reason, now)
    return withdrawn


async def withdraw_left(
    conn: Conn, left: Collection[tuple[AccountId, ProgramId, str]], *, reason: str = OPTED_OUT, now: datetime
) -> int:
    """Withdraw what waits for numbers from programs that they have left, or where their line rests; return how many.

    As `withdraw_numbers`: the caller has moved the subscribers in this transaction (`programs.move`), after
    `lock_numbers` and the accounts' balances. What others send to the number goes on.
    """
    wanted = sorted({(account_id, program_id, int(number)) for account_id, program_id, number in left})
    if not wanted:
        return 0
    await lock_numbers(conn, [account_id for account_id, *_ in wanted])
    gone = await _look(conn, wanted, leaving_store.withdraw_left)
    return await _cancel(conn, gone, reason, now)


async def withdraw_program(
    conn: Conn, account_id: AccountId, program_id: ProgramId, *, spared: int, now: datetime
) -> int:
    """Withdraw what waits of a program that may send no more, with refund; return how many messages.

    What it answers by itself stays, from the purpose at `spared` on (`consent/seen.py` has their order). The caller has
    taken its leave to send (`programs.people.let_send`) in this transaction, after `lock_numbers` and the balance: a
    batch that is accepted at the same time either waits for that or is found here.
    """
    taken: Found = []
    for _ in range(_LOOKS):
        found = await leaving_store.withdraw_program(conn, account_id, program_id, spared=spared)
        taken += [(message_id, version, state) for owner, message_id, version, state in found if owner]
        if all(owner for owner, *_ in found):
            break
    return await _cancel(conn, taken, PROGRAM_STOPPED, now)


async def set_aside_numbers(conn: Conn, pairs: Collection[tuple[AccountId, str]], *, now: datetime) -> int:
    """Keep what waits for numbers until somebody has read what they wrote; return how many messages.

    As `withdraw_numbers`, except that nothing is cancelled, and that what waits for its own time waits for that first.
    The caller has put the texts into the review queue in this transaction.
    """
    wanted = sorted({(account_id, int(number)) for account_id, number in pairs})
    await lock_numbers(conn, [account_id for account_id, _ in wanted])
    kept = await _set_aside(conn, wanted, now)
    await _tell_flying(conn, wanted, HELD_FOR_REVIEW.code, now)
    return kept


async def free_number(conn: Conn, account_id: AccountId, number: str, *, now: datetime) -> int:
    """Let what was kept of a number go on, unless something else still bars it; return how many messages.

    The caller has called `lock_numbers` and decided about the number's text. Campaigns and hours are heeded where
    whatever is due is let go (`messages/release.py`).
    """
    pair = (account_id, int(number))
    if await store.barred(conn, [pair]):
        return 0
    freed = await store.free_number(conn, *pair, now)
    if freed:
        await store.wake_dispatchers(conn, HELD)
    return freed


async def _set_aside(conn: Conn, wanted: Sequence[Pair], now: datetime) -> int:
    if not wanted:
        return 0
    taken = await _look(conn, wanted, store.set_aside_numbers)
    code = HELD_FOR_REVIEW.code
    moves = [Move(message_id, version, state, State.SCHEDULED, code) for message_id, version, state in taken]
    await settle.settle(conn, moves, now=now)
    await story.tell(conn, [(one.id, now, "held", 0, "until somebody has read what the number wrote") for one in moves])
    return len(moves)


async def _look(conn: Conn, wanted: Sequence[T], take: Callable[[Conn, Sequence[T]], Awaitable[Taken]]) -> Found:
    """Take messages of numbers from where they wait, looking again for those that could not be seen yet."""
    taken: Found = []
    for _ in range(_LOOKS):
        found = await take(conn, wanted)
        taken += [(message_id, version, state) for account_id, message_id, version, state in found if account_id]
        if all(account_id for account_id, *_ in found):
            break
    return taken


async def _tell_flying(conn: Conn, wanted: Sequence[Pair], reason: str, now: datetime) -> None:
    flying = await store.flying_to(conn, {number for _, number in wanted})
    known = set(wanted)
    await story.tell(
        conn,
        [
            (message_id, now, reason, 0, "a link had it before; nothing can call it back")
            for message_id, account_id, number in flying
            if (account_id, number) in known
        ],
    )


async def _cancel(conn: Conn, gone: Sequence[tuple[MessageId, int, State]], reason: str, now: datetime) -> int:
    moves = [Move(message_id, version, state, State.CANCELLED, reason) for message_id, version, state in gone]
    return len(await settle.settle(conn, moves, now=now))
