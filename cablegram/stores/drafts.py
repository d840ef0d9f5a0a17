"""What a store writes, as messages: from the customer's code, and paid for by started 160 characters (R42). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from cablegram.consent.case import Purpose
from cablegram.consent.timing import Timing
from cablegram.kit.ids import ContactId
from cablegram.messages.model import Draft
from cablegram.stores.model import Code, Store
from cablegram.stores.texts import pieces


def write(
    found: Store,
    contact_id: ContactId,
    number: str,
    *,
    code: Code,
    text: str,
    purpose: Purpose = Purpose.MESSAGE,
    media_url: str | None = None,
    timing: Timing | None = None,
) -> Draft:
    """Return a message of a store to one person; `number` is digits of E.164."""
    draft = Draft(
        account_id=found.account_id,
        to=f"+{number}",
        text=text,
        sender=code.address,
        contact_id=contact_id,
        program_id=found.id,
        purpose=purpose,
        media_url=media_url,
        timing=timing,
    )
    bill([draft])
    return draft


def bill(drafts: Iterable[Draft]) -> None:
    """Have messages paid for as a store's are, whatever the network makes of them."""
    for draft in drafts:
        draft.billed_segments = pieces(draft.text)
