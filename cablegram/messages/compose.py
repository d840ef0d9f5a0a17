"""Judge what a draft says of itself: its text, its number, its size, its price. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from cablegram.billing.tariffs import TariffBook
from cablegram.connectors.needs import field_of, lacking, say_lacking
from cablegram.kit.errors import Fault, InvalidInput
from cablegram.kit.ids import AccountId, ConnectorId
from cablegram.messages.model import Draft, Refusal
from cablegram.numbers import countries, e164
from cablegram.text import limits
from cablegram.text.profiles import Profile, bill
from cablegram.text.segments import Measure

_NO_FEES: Mapping[ConnectorId, int] = MappingProxyType({})
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


def count(
    drafts: Iterable[Draft], profiles: Mapping[AccountId, Profile], usable_characters: Mapping[ConnectorId, int]
) -> None:
    """Count each text as those do who bill it, where that is not as the network cuts it (R42-R44).

    An account's profile says for how many segments it pays, and how long its texts may be; a connector's gateway is
    only counted along. What goes out is the same whatever anybody counts. Drafts have their connector.
    """
    if not profiles and not usable_characters:
        return
    last: AccountId | None = None
    profile: Profile | None = None
    for draft in drafts:
        if draft.account_id is not last:  # a batch shares its account's id, and a uuid's hash takes 0.3 us
            last, profile = draft.account_id, profiles.get(draft.account_id)
        usable = usable_characters.get(draft.connector_id) if draft.connector_id else None
        if usable is not None:
            pieces = -(-len(draft.text) // usable)
            draft.gateway_segments = pieces if pieces != draft.segments else None
        if profile is not None:
            _bill(draft, profile)


def check_brought(drafts: Iterable[Draft], needs: Mapping[ConnectorId, Sequence[str]]) -> None:
    """Refuse messages that lack a value that the provider of their connector wants (R132, R139)."""
    if not needs:
        return
    for draft in drafts:
        wanted = needs.get(draft.connector_id) if draft.connector_id else None
        if wanted and (missing := lacking(wanted, draft.provider_values, draft.number)):
            draft.refusal = Refusal("provider_values_missing", say_lacking(missing), field_of(missing[0]))


def _bill(draft: Draft, profile: Profile) -> None:
    try:
        pieces = bill(draft.text, profile).segments
    except InvalidInput as error:
        draft.refusal = Refusal(error.code, error.message, "text")
    else:
        draft.billed_segments = pieces if pieces != draft.segments else None


def price(drafts: Iterable[Draft], book: TariffBook, fees: Mapping[ConnectorId, int] = _NO_FEES) -> None:
    """Set each price, tariff x segments (R17); without a tariff there is no sending (R16).

    Over an account's own connector its provider bills, so that takes no tariff: `fees` says what a segment costs over
    each of those (R171), in micro-credits.
    """
    if fees:
        drafts = _without_fee(drafts, fees)
    for draft in drafts:
        tariff = book.find(draft.number)
        if tariff is None:
            draft.refusal = Refusal("no_tariff", no_tariff(draft.country), "to")
        else:
            draft.price = tariff.price * (draft.billed_segments or draft.segments)


def _without_fee(drafts: Iterable[Draft], fees: Mapping[ConnectorId, int]) -> list[Draft]:
    """Set the prices of those that go over accounts' own connectors; return the others."""
    others: list[Draft] = []
    last: ConnectorId | None = None
    fee: int | None = None
    for draft in drafts:
        if draft.connector_id is not last:  # as in `count`
            last = draft.connector_id
            fee = None if last is None else fees.get(last)
        if fee is None:
            others.append(draft)
        else:
            draft.is_own_way = True
            draft.price = fee * (draft.billed_segments or draft.segments)
    return others


def no_tariff(country: str) -> str:
    """Say that nothing can be sent to a country (ISO code, or 001 for networks of none)."""
    return f"There is no tariff for {countries.name(country)}, so nothing can be sent there. The operator can add one."
