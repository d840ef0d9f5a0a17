"""The hours that accounts keep, as a batch needs them."""

from __future__ import annotations

from collections.abc import Iterable

from cablegram.consent import store
from cablegram.consent.rulebook import compiled
from cablegram.consent.sending_hours import SendingHours
from cablegram.kit.ids import AccountId
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn


def ask(conn: Conn, accounts: Iterable[AccountId]) -> Reply[dict[AccountId, SendingHours]]:
    """Read the hours of those accounts that ever changed their sending rules; with the next question."""
    return store.rules_of(conn, accounts).then(
        lambda found: {account_id: compiled(written).hours for account_id, written in found.items() if account_id}
    )
