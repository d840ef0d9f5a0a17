"""Which words of a carrier say that a number is dead: it does not exist, or takes no texts at all (R137, R143). Pure.

Such a word marks the contact bounced, and one is enough, so only plain words count. "Not now", "too late",
"nobody answers" and what a network says of the phone or of its own state say nothing about the number.

Of answers: ESME_RINVDSTADR (SMPP 3.4, section 5.1.3). Bad types of number and numbering plans of a destination are a
setting of ours that is wrong.

Of receipts: that it could not be delivered or was rejected, with a network's error. 3GPP TS 23.040, table 1, tells
permanent errors from temporary ones; two of its permanent ones are about the number, and carriers that hand on the
network's errors number them as 3GPP TS 29.002 does: 1 unknown subscriber (no such number in the home network), 11
teleservice not provisioned (no texts in the subscription, as fixed lines and machines). The other permanent ones are
about the phone: 9 illegal subscriber, 12 illegal equipment. SMPP leaves `err` to carriers (3.4, appendix B); those with
numbers of their own mostly have larger ones. Checked 2026-11.

Providers over HTTP have their own codes; their tables say which are about the number (`Trouble.RECIPIENT`), and of them
only that a message could not be delivered counts: not that it ran out of time, was cancelled, or waits.
"""

from __future__ import annotations

from collections.abc import Sequence

from cablegram.connectors.contract import Outcome, PartResult, Trouble, Verdict
from cablegram.dispatch.model import Pending

_ANSWERS = frozenset({"ESME_RINVDSTADR"})
_STATES = frozenset({"UNDELIV", "REJECTD"})
_ERRORS = frozenset({"1", "11"})


def dead_by_answer(parts: Sequence[PartResult]) -> PartResult | None:
    """Return the refusal of a part that says so: by its trouble, or its code by its name in SMPP."""
    refused = (part for part in parts if part.verdict is Verdict.REFUSED)
    return next((part for part in refused if part.trouble is Trouble.RECIPIENT or part.code in _ANSWERS), None)


def says_receipt(receipt: Pending) -> bool:
    """Tell whether a receipt says so: by its trouble, or by a carrier's state and error ("UNDELIV 001")."""
    if receipt.outcome is not Outcome.UNDELIVERED:
        return False
    if receipt.trouble:
        return receipt.trouble is Trouble.RECIPIENT
    return receipt.words.partition(" ")[0] in _STATES and receipt.error.lstrip("0") in _ERRORS
