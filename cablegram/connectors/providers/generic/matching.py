"""Under which ids a provider's receipts come."""

from __future__ import annotations

from enum import Enum

from cablegram.connectors.providers.generic.settings import ClickMap, GenericSettings, ReceiptIds, ReceiptMap
from cablegram.kit.errors import Fault


class Ids(Enum):
    """By what a receipt finds its message."""

    PROVIDER = "the provider's id of each message"
    WITH_NUMBER = "the provider's id of a whole request, and the number"
    OURS = "our own id, which the request carries as $$MessageID"


def ids_of(settings: GenericSettings, *, sends_ours: bool) -> Ids:
    """Return how receipts are matched: as the settings say, else by what their shapes tell."""
    rules = settings.receipts
    chosen = settings.ids
    if chosen is None and (all(not rule.id for rule in rules) if rules else sends_ours):
        chosen = ReceiptIds.OURS
    if chosen is ReceiptIds.OURS:
        return Ids.OURS
    return Ids.WITH_NUMBER if settings.answer.call_id else Ids.PROVIDER


def check_ids(settings: GenericSettings, ids: Ids, *, sends_ours: bool) -> list[Fault]:
    """Return what is wrong with the shapes of receipts and clicks: each must tell the id by which all are matched.

    And with those of texts: each must tell who wrote to whom, or which message it answers.
    """
    faults: list[Fault] = []
    for place, rule in enumerate(settings.receipts):
        faults += _check_id(f"settings.receipts.{place}", rule, ids)
    for place, rule in enumerate(settings.clicks):
        faults += _check_id(f"settings.clicks.{place}", rule, ids)
    for place, rule in enumerate(settings.texts):
        if not rule.answers and not (rule.source and rule.destination):
            message = "Say in `source` and `destination` who wrote to whom, or in `answers` which message it answers."
            faults.append(Fault(f"settings.texts.{place}.source", "text_without_numbers", message))
    if settings.receipts and ids is Ids.OURS and not sends_ours:
        message = "Receipts are matched by our own id, but no request carries it: put $$MessageID where they repeat it."
        faults.append(Fault("settings.payload", "receipt_without_id", message))
    return faults


def _check_id(where: str, rule: ReceiptMap | ClickMap, ids: Ids) -> list[Fault]:
    faults: list[Fault] = []
    if ids is Ids.OURS and not rule.our_id:
        message = "Receipts are matched by our own id: say in `our_id` where it stands, or set `ids` to `provider`."
        faults.append(Fault(f"{where}.our_id", "receipt_without_id", message))
    if ids is not Ids.OURS and not rule.id:
        message = "Receipts are matched by the provider's id: say in `id` where it stands, or set `ids` to `ours`."
        faults.append(Fault(f"{where}.id", "receipt_without_id", message))
    if ids is Ids.WITH_NUMBER and not rule.number:
        message = "The provider gives one id for all messages of a request: say in `number` whom a receipt is about."
        faults.append(Fault(f"{where}.number", "receipt_without_id", message))
    return faults
