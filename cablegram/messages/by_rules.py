"""Where there are rules of routing, each message's way: what the rules say of it, else the usual one. Pure.

Over the operator's connectors a message that draws a lot draws it by its id. Over an account's own, which may cost
different fees, its number is the lot: what a text to somebody costs can be said before it is sent, and stays true.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from cablegram.kit.ids import AccountId, MessageId
from cablegram.messages.model import Draft, MessageClass
from cablegram.routing.choose import Chooser, Way, Ways
from cablegram.senders.model import Usable

_Of = tuple[int, MessageClass, bool]


class ByRules:
    """Says the ways of a batch. Where messages draw lots by their ids, each gets its own out of `fresh` for that.

    Without `fresh` nothing is sent, and the number is the lot.
    """

    def __init__(self, ways: Ways, fresh: Iterator[UUID] | None) -> None:
        self._ways = ways
        self._fresh = fresh
        self._draws_lots = ways.book.draws_lots
        self._choosers: dict[_Of, Chooser] = {}
        self._last: tuple[Usable | None, MessageClass | None, bool] = (None, None, False)
        self._chooser: Chooser | None = None

    def concerns(self, usual: Way) -> bool:
        """Tell whether rules may say anything but the usual way; where not, nobody has to ask for each message."""
        return self._ways.concerns(usual)

    def way(self, draft: Draft, sender: Usable, usual: Way, *, with_media: bool = False) -> Way:
        """Return the way of a message from a sender, whose usual one, with a picture or without, this is."""
        last_sender, last_class, last_media = self._last
        # As for the draft before, nearly always.
        if (
            self._chooser is None
            or sender is not last_sender
            or draft.message_class is not last_class
            or with_media is not last_media
        ):
            self._last = (sender, draft.message_class, with_media)
            self._chooser = self._chooser_of(draft, sender, usual, with_media=with_media)
        lot = self._lot(draft, usual.account_id) if self._draws_lots else 0
        return self._chooser.choose(draft.number, draft.country, lot)

    def _chooser_of(self, draft: Draft, sender: Usable, usual: Way, *, with_media: bool) -> Chooser:
        key = (id(sender), draft.message_class, with_media)  # a batch keeps its senders; each is one account's
        found = self._choosers.get(key)
        if found is None:
            found = self._choosers[key] = self._ways.chooser(
                usual.account_id,
                draft.account_id,
                sender=sender.address,
                message_class=draft.message_class.value,
                wanted=sender.connector_ids,
                with_media=with_media,
            )
        return found

    def _lot(self, draft: Draft, payer: AccountId | None) -> int:
        if payer is not None:
            return lot_of(payer, draft.number, draft.id)
        if draft.id is None and self._fresh is not None:
            draft.id = MessageId(next(self._fresh))
        return lot_of(payer, draft.number, draft.id)


def lot_of(payer: AccountId | None, number: str, message_id: MessageId | None) -> int:
    """Return the lot of a message to a number (digits) over connectors of the operator's (`payer` None) or its own."""
    return int(number) if payer is not None or message_id is None else message_id.int
