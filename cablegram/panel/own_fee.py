"""What an account pays a segment over a connector of its own, as forms have it: credits, set by the operator (R171)."""

from __future__ import annotations

from cablegram.accounts.access import Principal
from cablegram.connectors.model import Connector
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.money import credits_to_micro, micro_to_credits

_NONE = -1  # as `configure.Change` has it


def read(typed: str) -> int | None:
    """Return micro-credits; None for an empty field. Raises InvalidInput (`bad_amount`) with a fault for `fee`."""
    if not typed.strip():
        return None
    try:
        fee = credits_to_micro(typed)
    except InvalidInput as error:
        raise InvalidInput(error.code, error.message, faults=[Fault("fee", error.code, error.message)]) from error
    if fee < 0:
        message = "A fee is nothing or more: leave the field empty where nothing is to be charged."
        raise InvalidInput("bad_amount", message, faults=[Fault("fee", "bad_amount", message)])
    return fee


def change(who: Principal, connector: Connector, typed: str) -> int | None:
    """Return what a form changes, as `configure.Change` takes it: None leaves the fee as it is. Raises as `read`."""
    if not (who.is_operator and connector.account_id):
        return None
    fee = read(typed)
    return _NONE if fee is None else fee


def shown(fee: int | None) -> str:
    """Return a fee as it is typed."""
    return "" if fee is None else micro_to_credits(fee)
