"""Judge what a draft says of itself: its text, its number, its size, its price. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from cablegram.billing.tariffs import TariffBook
from cablegram.kit.errors import Fault
from cablegram.messages.model import Draft, Refusal
from cablegram.numbers import countries, e164
from cablegram.text import limits
from cablegram.text.segments import Measure

_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


def judge(drafts: Sequence[Draft]) -> None:
    """Measure each text and read each number; a draft that can't be a message gets its refusal.

    Drafts that were judged before are left as they are.
    """
    drafts = [draft for draft in drafts if not draft.segments]
    for draft in drafts:
        _measure(draft)
    _read_numbers(drafts)


def _measure(draft: Draft) -> None:
    if draft.refusal:
        return
    found = admit(draft.text)
    if isinstance(found, Refusal):
        draft.refusal = found
        # A campaign keeps whom it skipped, and no database stores these characters.
        draft.text = _NOT_STORABLE.sub("\ufffd", draft.text)
        return
    draft.encoding, draft.segments = found.encoding, found.segments


def admit(text: str) -> Measure | Refusal:
    """Return the measure of a text that may be sent, or why it may not (R41)."""
    if "\0" in text:
        return Refusal("bad_character", "The text holds a null character, which no phone can show.", "text")
    found = limits.admit(text)
    return Refusal(found.code, found.message, found.field) if isinstance(found, Fault) else found


def _read_numbers(drafts: Sequence[Draft]) -> None:
    by_home: dict[str | None, list[Draft]] = defaultdict(list)
    for draft in drafts:
        # People of a list come with their number read and their country known.
        if draft.refusal is None and not draft.number:
            by_home[draft.default_country].append(draft)
    for home, group in by_home.items():
        for draft, found in zip(group, e164.parse_many([draft.to for draft in group], home), strict=True):
            if isinstance(found, e164.BadNumber):
                draft.refusal = Refusal(found.code, found.message, "to")
            else:
                draft.number, draft.country = found.e164, found.country


def price(drafts: Iterable[Draft], book: TariffBook) -> None:
    """Set each price, tariff x segments (R17); without a tariff there is no sending (R16)."""
    for draft in drafts:
        tariff = book.find(draft.number)
        if tariff is None:
            draft.refusal = Refusal("no_tariff", no_tariff(draft.country), "to")
        else:
            draft.price = tariff.price * draft.segments


def no_tariff(country: str) -> str:
    """Say that nothing can be sent to a country (ISO code, or 001 for networks of none)."""
    return f"There is no tariff for {countries.name(country)}, so nothing can be sent there. The operator can add one."
