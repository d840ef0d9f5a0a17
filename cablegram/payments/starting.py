"""How a recharge begins."""

from __future__ import annotations

from datetime import datetime

from cablegram.billing.pricing import Quote
from cablegram.kit.currency import minor_to_micro
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId, CardId, RechargeId, uuid7
from cablegram.payments.model import Recharge, RechargeState

MOST = 10**15  # micro-credits, and smallest units of money: a thousand million credits
MOST_MONEY = 10**18  # millionths of a currency: the books count in these, and hold nine times as much at most


def check(price: Quote) -> Quote:
    """Return a price that can be asked for. Raises InvalidInput (`bad_amount`) for one beyond all that is paid."""
    if max(price.credits_micro, price.amount) > MOST:
        message = "That is more than can be bought at once: buy less."
        raise InvalidInput("bad_amount", message, faults=[Fault("credits", "bad_amount", message)])
    if minor_to_micro(price.amount, price.currency) > MOST_MONEY:
        message = "That is more money than one payment can be."
        raise InvalidInput("bad_amount", message, faults=[Fault("amount", "bad_amount", message)])
    return price


def started(
    account_id: AccountId, processor: str, card_id: CardId | None, price: Quote, *, by: str, now: datetime
) -> Recharge:
    """Return a recharge that nobody has asked money for yet."""
    return Recharge(
        id=RechargeId(uuid7()),
        account_id=account_id,
        processor=processor,
        card_id=card_id,
        credits=price.credits_micro,
        amount=price.amount,
        currency=price.currency,
        state=RechargeState.STARTED,
        reason="",
        explained="",
        intent=None,
        is_asked=False,
        action_url=None,
        is_auto=False,
        crossing=None,
        reference="",
        note="",
        started_by=by,
        created_at=now,
        settled_at=None,
        looks=0,
        returned=0,
    )
