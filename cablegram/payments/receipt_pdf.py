"""A receipt or a credit note as a page to print."""

from __future__ import annotations

from collections.abc import Mapping

from cablegram.kit.currency import show_minor
from cablegram.kit.money import micro_to_credits
from cablegram.payments.model import Party, Receipt
from cablegram.runtime import paper_fonts
from cablegram.runtime.paper import DIM, Page

_WORDS = {
    "en": {"receipt": "Receipt", "credit_note": "Credit note", "from": "From", "to": "To", "total": "Total"}
    | {
        "credits": "Credits",
        "paid_with": "Paid with",
        "about": "To receipt",
        "payment": "Payment",
        "tax": "Tax number",
    },
    "es": {"receipt": "Recibo", "credit_note": "Nota de abono", "from": "De", "to": "Para", "total": "Total"}
    | {"credits": "Créditos", "paid_with": "Pagado con", "about": "Del recibo", "payment": "Pago", "tax": "NIF"},
}


def write(receipt: Receipt) -> bytes:
    """Return the page; written twice, it is the same."""
    facts = receipt.facts
    words = _WORDS.get(facts.language, _WORDS["en"])
    title = f"{words[receipt.kind]} {receipt.number}"
    rows = _rows(receipt, words)
    seller, buyer = _lines(facts.seller, words), _lines(facts.buyer, words)
    everything = "".join([title, *seller, *buyer, *(f"{label}{value}" for label, value in rows), facts.note])
    page = Page(everything, paper_fonts.found())
    page.pdf.set_creation_date(receipt.at)
    page.pdf.set_title(title)
    page.text(title, size=17)
    page.text(f"{receipt.at:%Y-%m-%d %H:%M} UTC", size=9, color=DIM)
    for heading, lines in ((words["from"], seller), (words["to"], buyer)):
        page.rule()
        page.text(heading, size=9, color=DIM)
        for line in lines:
            page.text(line, size=11)
    page.rule()
    for label, value in rows:
        page.pair(label, value)
    page.gap(2)
    page.text(f"{words['total']} {show_minor(facts.amount, facts.currency)}", size=14)
    if facts.note:
        page.gap(2)
        page.text(facts.note, size=9, color=DIM)
    return bytes(page.pdf.output())


def _rows(receipt: Receipt, words: Mapping[str, str]) -> list[tuple[str, str]]:
    facts = receipt.facts
    rows = [(words["credits"], micro_to_credits(facts.credits)), (words["paid_with"], facts.paid_with)]
    if facts.about:
        rows.append((words["about"], facts.about))
    return [*rows, (words["payment"], str(receipt.recharge_id))]


def _lines(party: Party, words: Mapping[str, str]) -> list[str]:
    tax = [f"{words['tax']} {party.tax_id}"] if party.tax_id else []
    return [line for line in (party.name, *party.address.split("\n"), *tax) if line]
