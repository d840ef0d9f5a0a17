"""The proof of consent of one number: its sentences, its JSON, and a page that prints any script."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import msgspec
import pytest

from cablegram.consent import proof_facts, proof_pdf, proof_words
from cablegram.consent.model import Entry, How
from cablegram.consent.proof import Proof
from cablegram.contacts.model import Contact, Subscription
from cablegram.evidence import canonical
from cablegram.evidence.model import Evidence, Kind, Link, NewEvidence
from cablegram.evidence.model import How as Via
from cablegram.kit.ids import AccountId, ContactId, EvidenceId, MessageId
from cablegram.runtime import paper_fonts

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ACCOUNT = AccountId(UUID(int=1))
SALT = bytes(16)
YES = NewEvidence(
    ACCOUNT, "34600000118", "marketing", Kind.OPT_IN, "page", "the person", NOW, "form A", "Offers?", "2", "YES",
    MessageId(UUID(int=2)), UUID(int=3), "https://acme.example", "::1", id=EvidenceId(UUID(int=4)),
)  # fmt: skip


def stood(told: NewEvidence, seq: int = 1) -> Evidence:
    sealed = canonical.seal(SALT, told)
    after = canonical.beginning(ACCOUNT)
    its_hash = canonical.hashed(after, canonical.public(told, sealed, NOW))
    return Evidence(told, Link(seq, 1, after, its_hash, sealed, SALT), NOW, None)


def proof(*events: Evidence, contact: Contact | None = None, barred: Entry | None = None) -> Proof:
    allows = events[0] if events and contact else None
    return Proof("34600000118", "Café Acme", NOW, contact, barred, allows, events, more=True)


def test_the_verdict_is_a_sentence() -> None:
    ana = Contact(ContactId(UUID(int=5)), "34600000118", "ES", {}, NOW, NOW, subscription=Subscription.SUBSCRIBED)
    assert proof_words.verdict(proof(stood(YES), contact=ana)) == (
        "Marketing is allowed by event 1 (agreed: marketing, on a web page)."
    )
    nobody = replace(ana, subscription=None)
    assert proof_words.verdict(proof(contact=nobody)).endswith("nothing is recorded.")
    no = replace(ana, subscription=Subscription.NOT_SUBSCRIBED)
    assert proof_words.verdict(proof(contact=no)).endswith("the record says not subscribed.")
    entry = Entry(UUID(int=6), "34600000118", How.STOP, "", None, None, "x", NOW)
    assert proof_words.verdict(proof(barred=entry)).startswith("It gets nothing")


def test_every_kind_and_way_has_words() -> None:
    assert (set(proof_words._KINDS), set(proof_words._HOWS)) == (set(Kind), set(Via))
    of_many = replace(YES, number=None, count=3, digest=bytes(32), scope=str(UUID(int=9)), by="")
    known = dict(proof_words.lines(stood(of_many)))
    assert known["Event for many"] == f"of 3 people, whose numbers have the SHA-256 {'0' * 64}"
    assert known["Recorded"].endswith("by somebody who was taken out on request")
    assert "program 00000000-0000-0000-0000-000000000009" in proof_words.heading(stood(of_many))


def test_a_program_is_called_by_its_name_wherever_the_proof_tells_of_it() -> None:
    of_club = stood(replace(YES, scope=str(UUID(int=9))))
    shown = replace(proof(of_club), names={str(UUID(int=9)): "Wine club"})
    said = "agreed: Wine club, on a web page"
    assert proof_words.heading(of_club, shown.names) == said
    assert [one["sentence"] for one in proof_facts.facts(shown)["events"]] == [said]
    assert said in proof_pdf._all_text(shown)
    assert proof_pdf.write(shown) != proof_pdf.write(proof(of_club))


def part(text: str | None) -> bytes:
    return b"-," if text is None else f"{len(text.encode())}:{text},".encode()


def test_whoever_has_the_json_can_make_the_hashes_again() -> None:
    facts = msgspec.json.decode(proof_facts.written(proof(stood(YES))))
    (one,) = facts["events"]
    own = [one["number"][1:], *(one[name] for name in ("by", "source", "words", "said", "url", "address"))]
    assert sha256(bytes.fromhex(one["salt"]) + b"".join(map(part, own))).hexdigest() == one["sealed"]
    moments = [str(int(datetime.fromisoformat(one[name]).timestamp() * 1_000_000)) for name in ("at", "recorded_at")]
    names = ("scope", "kind", "how", "before", "words_version", "message_id", "text_id", "follows", "count", "digest")
    public = ["cablegram evidence 1", str(ACCOUNT), one["id"], *moments, *(one[name] for name in names), one["sealed"]]
    assert sha256(bytes.fromhex(one["after"]) + b"".join(map(part, public))).hexdigest() == one["hash"]


SCRIPTS = "Привет שלום مرحبا 你好 สวัสดี \U0001f388 \x00\x07\t\ud7ff\uffff 𐀀 é\n" + "x" * 9_000


@pytest.mark.parametrize("has_fonts", [False, True])
def test_no_script_and_no_length_breaks_the_page(has_fonts: bool) -> None:  # noqa: FBT001 - a parameter of pytest's
    fonts = paper_fonts.found() if has_fonts else ()
    page = proof_pdf.write(proof(stood(replace(YES, words=SCRIPTS, source=SCRIPTS)), stood(YES)), fonts)
    assert page.startswith(b"%PDF-")
    assert page.rstrip().endswith(b"%%EOF")


def test_the_proof_of_a_few_events_is_one_page() -> None:
    page = proof_pdf.write(proof(stood(YES), stood(YES), stood(YES)))
    assert page.count(b"/Type /Page\n") == 1
    assert proof_pdf.write(proof(stood(YES))) == proof_pdf.write(proof(stood(YES))), "the same at the same moment"
