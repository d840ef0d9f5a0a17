"""Closed days of the ledger, chained by hash, and what is wrong with them. Pure.

    hash = SHA-256(hash of the day before, the lines below, each with a line feed behind it)

    cablegram ledger 1
    DAY POSTINGS DIGEST-OF-THE-JOURNAL
    ACCOUNT FIRST LAST BALANCE SUMS BLOCKS          for each account that moved, by its id

Before the first day stand 32 bytes of nothing. A block is the digest of up to a hundred postings of one account, each
written as an array of JSON; so a changed row is found to a hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from cablegram.kit.ids import AccountId

FORM = "cablegram ledger 1"
BEGINNING = bytes(32)
BLOCK = 100  # postings
# So long after midnight a day is closed: by then whatever began before it has been committed, or waits no longer.
GRACE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Line:
    """One account's day: its first and last posting, the balance at its end (micro-credits), the sums by kind."""

    account_id: AccountId
    first_seq: int
    last_seq: int
    postings: int
    balance: int
    sums: str
    blocks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """A closed day."""

    day: date
    made_at: datetime
    postings: int
    entries: bytes
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it was when a day was closed; `account_id` None: the day itself, or its journal."""

    day: date
    account_id: AccountId | None
    what: str

    def __str__(self) -> str:
        return f"{self.day}: {self.what}"


def start_of(day: date) -> datetime:
    """Return the moment at which a day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def due(last: date | None, first: date | None, now: datetime, *, most: int) -> list[date]:
    """Return the days that are over and not closed yet, `most` at once: behind the last closed one, none left out.

    `first` is the day of the first posting, where nothing was ever closed; None: there is nothing to close.
    """
    begin = last + timedelta(days=1) if last else first
    if begin is None:
        return []
    end = (now.astimezone(UTC) - GRACE).date()
    return [begin + timedelta(days=n) for n in range(min(max((end - begin).days, 0), most))]


def hash_of(previous: bytes, day: date, entries: bytes, lines: Sequence[Line]) -> bytes:
    """Return a day's hash; lines in any order."""
    head = f"{day.isoformat()} {sum(one.postings for one in lines)} {entries.hex()}"
    written = [FORM, head, *(_written(one) for one in sorted(lines, key=lambda one: one.account_id.int))]
    return sha256(previous + "".join(f"{one}\n" for one in written).encode()).digest()


def compare(
    close: Close, expected_previous: bytes, kept: Sequence[Line], found: Sequence[Line], entries: bytes
) -> list[Fault]:
    """Return what contradicts a closed day: `kept` are the lines written then, `found` what the postings say today."""
    faults: list[Fault] = []
    if close.previous != expected_previous:
        faults.append(Fault(close.day, None, "the day before it is another than was closed"))
    if close.hash != hash_of(close.previous, close.day, close.entries, kept):
        faults.append(Fault(close.day, None, "its own lines are other than were closed"))
    if close.entries != entries:
        faults.append(Fault(close.day, None, "entries of the journal are other than were closed"))
    then, today = _by_account(kept), _by_account(found)
    for account_id in sorted(then.keys() | today.keys(), key=lambda one: one.int):
        what = _difference(then.get(account_id), today.get(account_id))
        if what:
            faults.append(Fault(close.day, account_id, what))
    return faults


def _by_account(lines: Sequence[Line]) -> Mapping[AccountId, Line]:
    return {one.account_id: one for one in lines}


def _difference(then: Line | None, today: Line | None) -> str | None:
    if then is None or today is None:
        return "there are postings, and none when it was closed" if then is None else "its postings are gone"
    if then == today:
        return None
    if (then.first_seq, then.last_seq, then.postings) != (today.first_seq, today.last_seq, today.postings):
        return (
            f"{then.postings} postings from {then.first_seq} to {then.last_seq} were closed, and now there are "
            f"{today.postings} from {today.first_seq} to {today.last_seq}"
        )
    first = then.first_seq - (then.first_seq - 1) % BLOCK
    pairs = zip(then.blocks, today.blocks, strict=False)
    off = [first + place * BLOCK for place, (one, other) in enumerate(pairs) if one != other]
    where = (
        f"postings {max(off[0], then.first_seq)} to {min(off[0] + BLOCK - 1, then.last_seq)}" if off else "its postings"
    )
    if then.sums != today.sums:
        return f"{where} were changed: {then.sums} were closed, and now they are {today.sums}"
    if off:
        return f"{where} were changed"
    return f"the balance was {then.balance} micro-credits when it was closed, and its postings make {today.balance}"


def _written(one: Line) -> str:
    blocks = ",".join(block.hex() for block in one.blocks)
    return f"{one.account_id} {one.first_seq} {one.last_seq} {one.balance} {one.sums} {blocks}"
