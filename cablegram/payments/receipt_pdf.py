"""A receipt or a credit note as a page to print."""

from __future__ import annotations

from cablegram.kit.currency import show_minor
from cablegram.kit.money import micro_to_credits
from cablegram.payments.model import Party, Receipt
from cablegram.runtime import paper_fonts
from cablegram.runtime.paper import DIM, Page

_TITLES = {"receipt": "Receipt", "credit_note": "Credit note"}


def write(receipt: Receipt) -> bytes:
    """Return the page; written twice, it is the same."""
    facts = receipt.facts
    title = f"{_TITLES[receipt.kind]} {receipt.number}"
    rows = _rows(receipt)
    everything = "".join(
        [title, *_lines(facts.seller), *_lines(facts.buyer), *(value for _, value in rows), facts.note]
    )
    page = Page(everything, paper_fonts.found())
    page.pdf.set_creation_date(receipt.at)
    page.pdf.set_title(title)
    page.text(title, size=17)
    page.text(f"{receipt.at:%Y-%m-%d %H:%M} UTC", size=9, color=DIM)
    for heading, party in (("From", facts.seller), ("To", facts.buyer)):
        page.rule()
        page.text(heading, size=9, color=DIM)
        for line in _lines(party):
            page.text(line, size=11)
    page.rule()
    for label, value in rows:
        page.pair(label, value)
    page.gap(2)
    page.text(f"Total {show_minor(facts.amount, facts.currency)}", size=14)
    if facts.note:
        page.gap(2)
        page.text(facts.note, size=9, color=DIM)
    return bytes(page.pdf.output())


def _rows(receipt: Receipt) -> list[tuple[str, str]]:
    facts = receipt.facts
    rows = [("Credits", micro_to_credits(facts.credits)), ("Paid with", facts.paid_with)]
    if facts.about:
        rows.append(("To receipt", facts.about))
    return [*rows, ("Payment", str(receipt.recharge_id))]


def _lines(party: Party) -> list[str]:
    tax = [f"Tax number {party.tax_id}"] if party.tax_id else []
    return [line for line in (party.name, *party.address.split("\n"), *tax) if line]
