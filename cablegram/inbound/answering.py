"""Answers that nobody types: confirmations, help texts and the replies of numbers that answer by themselves (R61, R62).

Each is an ordinary message, charged as one. Where credit is missing, or a rule says no, it is not sent and not tried
again; the text it would have answered says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cablegram.accounts import directory
from cablegram.billing.prices import Prices
from cablegram.consent.case import Purpose
from cablegram.consent.model import OptIn, OptOut
from cablegram.inbound import order, shared_codes, store, wording
from cablegram.inbound.model import Heard
from cablegram.inbound.order import Does
from cablegram.kit.ids import AccountId
from cablegram.messages.accept import accept
from cablegram.messages.model import Draft
from cablegram.runtime.database import Conn

ANSWERS = order.CONFIRMS | order.UNASKED
_NO_CREDIT = "insufficient_funds"


async def answer(conn: Conn, heard: Sequence[Heard], *, prices: Prices, now: datetime) -> None:
    """Answer what the rules want answered; each text then knows its answer, or why there is none."""
    wanted = [one for one in heard if one.row.does & ANSWERS and Does.ANSWER not in one.row.does]
    if not wanted:
        return
    confirmed = {one.account_id for one in wanted if one.account_id and one.row.does & order.CONFIRMS}
    accounts = await directory.many(conn, list(confirmed)) if confirmed else {}
    names = {account_id: account.name for account_id, account in accounts.items()}
    drafts = [_draft(one, names) for one in wanted]
    await accept(conn, drafts, prices=prices, now=now)
    for one, draft in zip(wanted, drafts, strict=True):
        one.answer_id = draft.id
        if draft.refusal:
            code = draft.refusal.code
            one.answer_error = _NO_CREDIT if code == "insufficient_credit" else code
    said = [
        (draft.id, draft.account_id, draft.source, draft.number)
        for one, draft in zip(wanted, drafts, strict=True)
        if draft.id and order.may_go_round(one.row.does, is_repeated=one.is_repeated)
    ]
    if said:
        store.insert_answers(conn, said, now)


def _draft(one: Heard, names: dict[AccountId, str]) -> Draft:
    holder = one.holder
    if holder is None:
        raise ValueError("no rule answers a text that nobody pays for")
    text, purpose = shared_codes.text(one) or _text(one, names.get(holder.account_id, ""))
    return Draft(
        account_id=holder.account_id,
        to=f"+{one.text.source}",
        text=text,
        sender=holder.address,
        contact_id=one.contact_id,
        program_id=one.program_id,
        purpose=purpose,
    )


def _text(one: Heard, name: str) -> tuple[str, Purpose]:
    language = one.reading.language if isinstance(one.reading, OptOut | OptIn) else ""
    if Does.CONFIRM_OUT in one.row.does:
        return wording.opted_out(name, language), Purpose.CONFIRMATION
    if Does.CONFIRM_IN in one.row.does:
        return wording.came_back(name, language), Purpose.AUTOMATIC
    if one.holder is None:
        return "", Purpose.AUTOMATIC
    its = one.holder.settings
    return its.help_text if Does.SEND_HELP in one.row.does else its.autoresponder_text, Purpose.AUTOMATIC
