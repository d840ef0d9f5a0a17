"""The proof of consent of one number as a page to print: PDF, in any script (U10).

What no font at hand can show stands as its number ([U+4E2D]); nothing is left out without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cablegram.consent.proof import Proof
from cablegram.consent.proof_words import heading, lines, moment, verdict
from cablegram.evidence.model import Evidence
from cablegram.runtime.paper import DIM, Page

_LONGEST = 4_000  # characters of one value; the JSON has all
_FOOT = (
    "Each event holds the hash of the one before it; `cablegram consent verify` makes all of them again. The same as "
    "JSON has every value, and says what the hashes are made of."
)


def write(proof: Proof, fonts: Sequence[Path] = ()) -> bytes:
    """Return the page; of many events it is several. `fonts` are tried where Latin-1 is not enough, in their order."""
    page = Page(_all_text(proof), fonts)
    page.pdf.set_creation_date(proof.at)
    page.pdf.set_title(f"Proof of consent of +{proof.number}")
    page.text(f"Proof of consent of +{proof.number}", size=17)
    page.text(f"{proof.account}, as known at {moment(proof.at)}", size=9, color=DIM)
    page.gap(2)
    page.text(verdict(proof), size=11)
    page.gap(2)
    for one in proof.events:
        _event(page, one, proof)
    if proof.more:
        page.text("There are older events besides; the JSON pages of the number have them.", size=9, color=DIM)
    page.rule()
    page.text(_FOOT, size=7.5, color=DIM)
    return bytes(page.pdf.output())


def _event(page: Page, one: Evidence, proof: Proof) -> None:
    page.rule()
    page.text(f"{moment(one.told.at)}  {heading(one, proof.names)}", size=10)
    for label, value in lines(one):
        page.pair(label, value if len(value) <= _LONGEST else f"{value[:_LONGEST]} [...]")


def _all_text(proof: Proof) -> str:
    values = [value for one in proof.events for _, value in lines(one)]
    return "".join([proof.account, verdict(proof), *(heading(one, proof.names) for one in proof.events), *values])
