"""What Plivo's codes mean in receipts (https://www.plivo.com/docs/messaging/troubleshooting/error-codes)."""

from __future__ import annotations

from typing import Final

from cablegram.connectors.contract import Trouble
from cablegram.connectors.providers.verdicts import Errors

ERRORS: Final[Errors] = {
    "10": (Trouble.CONTENT, "the carrier does not take this text"),
    "20": (Trouble.TEMPORARY, "the carrier's network had trouble"),
    "30": (Trouble.CONTENT, "a filter at the carrier took it for spam"),
    "40": (Trouble.CONFIG, "the sender is not a number of this Plivo account, or can't send messages"),
    "50": (Trouble.RECIPIENT, "this number is none, or cannot get messages"),
    "60": (Trouble.CONTENT, "Plivo saw the same message go round in a circle"),
    "70": (Trouble.RECIPIENT, "this number can never be reached"),
    "80": (Trouble.TEMPORARY, "the phone is switched off, or cannot be reached now"),
    "90": (Trouble.CONFIG, "Plivo has no way to this number from this sender"),
    "100": (Trouble.CONTENT, "the carrier forbids this message"),
    "110": (Trouble.CONFIG, "the text is too long for the carrier"),
    "200": (Trouble.OPTED_OUT, "this number sent STOP to this sender"),
    "201": (Trouble.CONFIG, "this sender may not send messages"),
    "300": (Trouble.TEMPORARY, "Plivo could not hand the message over"),
    "420": (Trouble.TEMPORARY, "its validity ran out before it was delivered"),
    "450": (Trouble.CONFIG, "the account has no permission for this country: allow it at Plivo, geo permissions"),
    "900": (Trouble.ACCOUNT, "the Plivo account has no credit left"),
    "1000": (Trouble.TEMPORARY, "the carrier does not say why"),
}
