"""The authorization that the owner of a number signs before it gets texts here (R96), as a page to print."""

from __future__ import annotations

from cablegram.runtime import paper_fonts
from cablegram.runtime.paper import DIM, Page

_LINES = (
    "Company, as it stands on the telephone bill",
    "Street, city, state, ZIP",
    "Number or numbers, with area code",
    "Telephone company",
    "Account number at the telephone company",
)
_SAYS = (
    """We are the subscriber of record of the numbers above, or are authorized by them. We ask that text messages
(SMS and MMS) to and from these numbers be carried by {seller} and the providers it works with, from the day of this
letter until we end it in writing. Voice service stays with our telephone company and does not change.""",
    """We know that texts through another provider stop working for these numbers when this begins. A copy of our
latest telephone bill, which shows the company and the numbers, comes with this letter.""",
)
_SIGNED = ("Name and title", "Signature", "Date")


def write(seller: str) -> bytes:
    """Return the form, to be filled in by hand; `seller` is whose installation this is, "" where nobody said."""
    title = "Authorization to text-enable telephone numbers"
    name = seller or "the operator of this messaging service"
    said = [one.replace("\n", " ").format(seller=name) for one in _SAYS]
    page = Page("".join([title, *said]), paper_fonts.found())
    page.pdf.set_title(title)
    page.text(title, size=17)
    page.gap(4)
    for label in _LINES:
        _line(page, label)
    for one in said:
        page.text(one, size=11)
        page.gap(4)
    for label in _SIGNED:
        _line(page, label)
    page.text("Sign it, and bring it with the bill under Numbers > Hosted numbers.", size=9, color=DIM)
    return bytes(page.pdf.output())


def _line(page: Page, label: str) -> None:
    page.text(label, size=9, color=DIM)
    page.gap(9)
    page.rule()
