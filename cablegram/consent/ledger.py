"""What blacklist and review queue put into the ledger of consent: an event for each number that they change. Pure.

All of it is about everything that an account sends (`evidence.model.EVERYTHING`). Decision 0045.
"""

from __future__ import annotations

from datetime import datetime

from cablegram.consent.model import BY_WORD, Entry, NewEntry, NewReview, Review, Word
from cablegram.contacts.model import Rested
from cablegram.evidence.model import EVERYTHING, How, Kind, NewEvidence
from cablegram.kit.ids import AccountId, EvidenceId

NOTHING = Rested("", None)


def is_own_word(one: NewEntry) -> bool:
    """Tell whether it was the person who said no, and not the account that bars a number."""
    return one.how in BY_WORD


def out(one: NewEntry, its_id: EvidenceId, ended: Rested, *, now: datetime) -> NewEvidence:
    """Return the event of a number that gets nothing more; `ended` is the subscription that it had until then."""
    return NewEvidence(
        one.account_id,
        one.number,
        EVERYTHING,
        Kind.OPT_OUT,
        one.via,
        one.by,
        now,
        source=one.note or (f"to {one.sender}" if one.sender else ""),
        said=one.said,
        text_id=one.text_id,
        url=one.url,
        address=one.address,
        before=ended.subscription,
        follows=ended.follows,
        id=its_id,
    )


def back(
    account_id: AccountId, number: str, word: Word, its_id: EvidenceId, stands: Rested, *, by: str, now: datetime
) -> NewEvidence:
    """Return the event of a person who comes back; `stands` is the subscription that they have again."""
    return NewEvidence(
        account_id,
        number,
        EVERYTHING,
        Kind.OPT_IN,
        How.TEXT,
        by,
        now,
        said=word.said,
        text_id=word.text_id,
        before=stands.subscription,
        follows=stands.follows,
        id=its_id,
    )


def let_go(account_id: AccountId, entry: Entry, *, via: str, by: str, now: datetime) -> NewEvidence:
    """Return the event of an account that takes a number off its blacklist: that alone is nobody's yes."""
    return NewEvidence(account_id, entry.number, EVERYTHING, Kind.RESUMED, via, by, now, text_id=entry.text_id)


def doubted(one: NewReview, *, now: datetime) -> NewEvidence:
    """Return the event of a text that may mean no."""
    by, source = "their own word", f"to {one.sender}"
    return NewEvidence(
        one.account_id,
        one.number,
        EVERYTHING,
        Kind.DOUBTED,
        How.TEXT,
        by,
        now,
        source=source,
        said=one.said,
        text_id=one.text_id,
    )


def read(account_id: AccountId, one: Review, kind: Kind, *, via: str, by: str, now: datetime) -> NewEvidence:
    """Return the event of somebody who read such a text (`cleared`), or took that back (`doubted`)."""
    return NewEvidence(account_id, one.number, EVERYTHING, kind, via, by, now, text_id=one.id)
