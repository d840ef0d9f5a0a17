"""Letters about payments: whom they go to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from cablegram.accounts import members
from cablegram.accounts.model import Member
from cablegram.kit.ids import AccountId
from cablegram.mail.model import Attachment, Fact, Letter
from cablegram.mail.post import post
from cablegram.payments import receipt_store
from cablegram.payments.model import Recharge
from cablegram.runtime.database import Conn

_WHO_PAYS = frozenset({"owner", "admin", "billing"})


async def confirm(conn: Conn, recharge: Recharge, *, public: str, now: datetime) -> None:
    """Ask those who pay for the account to confirm a payment with their bank, within a day."""
    facts = {
        "credits": recharge.credits,
        "amount": recharge.amount,
        "currency": recharge.currency,
        "url": f"{public}/billing/recharge/{recharge.id}",
    }
    people = [one.user for one in await members.of_account(conn, recharge.account_id) if _pays(one)]
    letters = [
        Letter("payment_confirm", one.email, one.language, facts, account_id=recharge.account_id, user_id=one.id)
        for one in people
        if one.email and one.is_confirmed
    ]
    await post(conn, letters, now=now)


async def send_receipt(
    conn: Conn,
    account_id: AccountId,
    kind: str,
    facts: Mapping[str, Fact],
    files: Callable[[], Sequence[Attachment]],
    *,
    now: datetime,
) -> None:
    """Send a receipt or a credit note to the address that the account gave for them, if it gave one."""
    payer = await receipt_store.get_payer(conn, account_id)
    if payer.receipts_to:
        language = await language_of_receipts(conn, account_id, payer.receipts_to)
        await post(conn, [Letter(kind, payer.receipts_to, language, facts, account_id, attachments=files())], now=now)


async def language_of_receipts(conn: Conn, account_id: AccountId, receipts_to: str) -> str:
    """Return the language of whoever gets receipts: of the person with that address, else of the first who pays."""
    people = [one for one in await members.of_account(conn, account_id) if _pays(one)]
    read_by = [one for one in people if one.user.email and one.user.email.lower() == receipts_to.lower()]
    return next((one.user.language for one in (*read_by, *people)), "en")


def _pays(member: Member) -> bool:
    return member.role in _WHO_PAYS
