"""A sample person's consent: two events, what they come to, and the page that has all of it."""

from __future__ import annotations

from uuid import UUID

from cablegram.consent.proof import Proof
from cablegram.consent.proof_words import verdict
from cablegram.evidence import canonical
from cablegram.evidence.model import EVERYTHING, MARKETING, Evidence, How, Kind, Link, NewEvidence
from cablegram.kit.ids import AccountId, EvidenceId
from cablegram.panel.consent import Shown, rows_of
from panel_samples.answers import OLENA
from panel_samples.frame import NOW, account, ago

_ACCOUNT = AccountId(UUID(int=1))
_YES = NewEvidence(
    _ACCOUNT, OLENA.number, MARKETING, Kind.OPT_IN, How.PAGE, "the person", ago(9_000_000), "form Newsletter box",
    "Send me offers by text, at most 4 a month. Reply STOP to end.", "2", url="https://www.example.com/offers",
    address="203.0.113.7", id=EvidenceId(UUID(int=2)),
)  # fmt: skip
_NO = NewEvidence(
    _ACCOUNT, OLENA.number, EVERYTHING, Kind.OPT_OUT, How.TEXT, "their own word", ago(90_000), "to 34612440118",
    said="СТОП", before="subscribed", follows=_YES.id, id=EvidenceId(UUID(int=3)),
)  # fmt: skip
_BACK = NewEvidence(
    _ACCOUNT, OLENA.number, EVERYTHING, Kind.OPT_IN, How.TEXT, "their own word", ago(3_600), said="START",
    before="subscribed", follows=_NO.id, id=EvidenceId(UUID(int=4)),
)  # fmt: skip


def _events() -> list[Evidence]:
    found: list[Evidence] = []
    after = canonical.beginning(_ACCOUNT)
    for seq, told in enumerate((_YES, _NO, _BACK), 1):
        sealed = canonical.seal(bytes(16), told)
        its_hash = canonical.hashed(after, canonical.public(told, sealed, told.at))
        found.append(Evidence(told, Link(seq, 1, after, its_hash, sealed, bytes(16)), told.at, None))
        after = its_hash
    return found[::-1]


_FOUND = _events()
_PROOF = Proof(OLENA.number, "Acme", NOW, OLENA, None, _FOUND[0], tuple(_FOUND), more=False)
CONSENT = Shown(_PROOF, verdict(_PROOF), rows_of(_FOUND, {}), older=False, may_verify=True)
_NOBODY = Proof("34600000118", "Acme", NOW, None, None, None, (), more=False)
PAGES = {
    "consent": ("contacts/consent.html", account("contacts", "Consent", consent=CONSENT)),
    "consent-nothing": (
        "contacts/consent.html",
        account(
            "contacts",
            "Consent",
            consent=Shown(_NOBODY, verdict(_NOBODY), [], older=False, may_verify=False),
        ),
    ),
}
