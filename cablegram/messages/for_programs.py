"""What a program sends comes from its own address, is its own account's, and needs leave to be sent (R77, R78)."""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.billing import ledger
from cablegram.consent.case import Purpose
from cablegram.messages.model import Draft, Refusal
from cablegram.programs import people
from cablegram.programs.model import Sending
from cablegram.runtime.database import Conn

_NOT_FOUND = Refusal("program_not_found", "The account has no such SMS service or store.", "service_id")
_NO_LEAVE = Refusal(
    "program_not_sending",
    "The operator has not approved this service yet, or stopped it: it sends nothing at this time.",
    "service_id",
)


async def settle(conn: Conn, drafts: Sequence[Draft], *, is_final: bool) -> None:
    """Give what programs send their address, or the refusal; where nothing is of a program, nothing is asked.

    What a program answers by itself goes whether it has leave to send or not. Where it `is_final` the balances of the
    batch are locked before: whoever takes a program's leave holds its account's, so that is seen here, or finds what
    was accepted.
    """
    wanted = {draft.program_id for draft in drafts if draft.program_id is not None}
    if not wanted:
        return
    if is_final:
        await ledger.lock_balances(conn, {draft.account_id for draft in drafts})
    known = await people.sending(conn, wanted)
    for draft in drafts:
        if draft.program_id is not None and draft.refusal is None:
            _settle(draft, known.get(draft.program_id))


def _settle(draft: Draft, its: Sending | None) -> None:
    if its is None or its.account_id != draft.account_id:
        draft.refusal = _NOT_FOUND
    elif not its.may_send and draft.purpose is Purpose.MESSAGE:
        draft.refusal = _NO_LEAVE
    elif draft.sender is None:
        draft.sender = its.address
