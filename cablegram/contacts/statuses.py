"""What is known of numbers before something is sent to them: does the phone take texts, what did the person say?"""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.contacts import store
from cablegram.contacts.model import Statuses
from cablegram.kit.ids import AccountId
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn


def known(conn: Conn, accounts: Sequence[AccountId], numbers: Sequence[str]) -> Reply[list[tuple[int, Statuses]]]:
    """Return what is known of numbers (E.164 digits) of accounts, by place; of most nothing is, and they are left out.

    One statement, however many numbers; it goes along with the next that is awaited.
    """
    return store.statuses(conn, accounts, numbers)
