"""Which sender a message gets: the account's own, its default, or a clear no (R49)."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.kit.ids import AccountId
from cablegram.runtime.connection import Reply
from cablegram.runtime.database import Conn
from cablegram.senders import store
from cablegram.senders.address import RULE, canonical
from cablegram.senders.model import Holder, Kind, SenderRefusal, Usable
from cablegram.senders.reading import kind_of

_NEEDED = SenderRefusal("sender_needed", "This account has no default sender, so say in `from` who sends the message.")


def resolve(conn: Conn, wanted: Sequence[tuple[AccountId, str | None]]) -> Reply[list[Usable | SenderRefusal]]:
    """Find the sender of each message of a batch, in the order given; None asks for the account's default.

    One statement, however many messages; equal questions are asked once and share one answer. It goes along with the
    next that is awaited.
    """
    questions = list(dict.fromkeys(wanted))
    written = [(account_id, None if text is None else canonical(text)) for account_id, text in questions]

    def answers(found: dict[int, store.Found]) -> list[Usable | SenderRefusal]:
        answered = {
            question: _answer(question[1], address, found[place])
            for place, (question, (_, address)) in enumerate(zip(questions, written, strict=True))
        }
        return [answered[question] for question in wanted]

    return store.resolve(conn, written).then(answers)


async def holders(conn: Conn, addresses: Sequence[str]) -> list[Holder]:
    """Return the accounts that have these addresses (as `canonical` writes them), the longest holder first."""
    return await store.holders(conn, addresses)


def _answer(text: str | None, address: str | None, found: store.Found) -> Usable | SenderRefusal:
    if text is not None and address is None:
        return SenderRefusal("sender_invalid", f"{text[:30]!r} can't be a sender. {RULE}")
    if found.address is not None:
        return _own(found, found.address)
    if address is None:
        return _NEEDED
    if found.any_is_open:
        return Usable(address, kind=kind_of(address))
    message = f"This account may not send as {address}. Use one of its senders, or ask the operator for this one."
    return SenderRefusal("sender_not_owned", message)


def _own(found: store.Found, address: str) -> Usable | SenderRefusal:
    if not found.can_sms:
        return SenderRefusal("sender_no_texts", f"{address} carries no texts. Use another of the account's senders.")
    return Usable(
        address, tuple(found.connector_ids), Kind(found.kind), found.country or "", found.sender_id, found.can_mms
    )
