"""The texts that a store sends by itself, as they are made for a new one and as somebody may write them (R169). Pure.

Each says who writes; those that begin something say how to end it. A name is cut so that each of ours fits one or two
segments.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cablegram.kit.errors import Fault, InvalidInput
from cablegram.stores.model import Text
from cablegram.text import limits

MOST = 1_600  # characters of a store's text (R42)
_LONGEST_NAME = 40
_RATES = "Msg & data rates may apply."
_TEXTS: Mapping[Text, str] = MappingProxyType({
    Text.OPT_IN_REQUEST: "{name}: reply YES to get our text alerts. Reply HELP for help, STOP to end. " + _RATES,
    Text.OPT_IN_CONFIRMATION: "{name}: you get our text alerts now. Reply HELP for help, STOP to end. " + _RATES,
    Text.OPT_OUT_CONFIRMATION: "{name}: you were taken off our text alerts and will get no more messages.",
    Text.STOP: "{name}: you have opted out and will get no more messages. Text {keyword} to come back.",
    Text.HELP: "{name} text alerts. Questions? {contact} Reply STOP to end. " + _RATES,
})  # fmt: skip


def made(name: str, keyword: str, phone: str) -> dict[Text, str]:
    """Return the five texts of a new store."""
    contact = f"Call {phone}." if phone else "Ask us in the store."
    shown = name[:_LONGEST_NAME].strip()
    return {kind: text.format(name=shown, keyword=keyword, contact=contact) for kind, text in _TEXTS.items()}


def read(text: str, *, field: str) -> str:
    """Return a text that a store may send: 5 to 1,600 characters without NUL.

    Raises InvalidInput (`text_too_short`, `text_too_long`, `bad_character`).
    """
    if "\0" in text:
        raise _bad(field, "bad_character", "The text holds a null character, which no phone can show.")
    if len(text) > MOST:
        raise _bad(field, "text_too_long", f"This text has {len(text):,} characters; a store's has {MOST:,} at most.")
    found = limits.admit(text)
    if isinstance(found, Fault):
        raise _bad(field, found.code, found.message)
    return text


def pieces(text: str) -> int:
    """Return how many started 160 characters a text has: so many does a store pay for (R42)."""
    return max(1, -(-len(text) // 160))


def _bad(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, faults=[Fault(field, code, message)])
