"""Pages that lag behind the code, links that lead nowhere, promises that got lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from system import unmeasured

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")]


_TERMS = """
    DID, long code, LVN, short code, SMS service, P2P, A2P, CNAM, CTA, number verification, inspect, SMPP, PDU, SMSC,
    ESME, MT, MO, DLR, GSM, GSM 03.38, MNO, MVNO, ITU, ITU-T, E.164, PSTN, PLMN, HLR, MSISDN, IMSI, MCC, MNC, MIN, SIM,
    NER, ACD, ASR, post-call work, TCPA, E-SIGN
"""


def test_the_reference_pages_say_what_the_code_says() -> None:
    check = [sys.executable, "scripts/reference.py", "--check"]
    done = subprocess.run(check, cwd=ROOT, check=False, capture_output=True, text=True, env=unmeasured())
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_link_between_pages_leads_somewhere() -> None:
    links = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)\s]+\.md)(?:#[^)]*)?\)", page.read_text())]
    assert len(links) > 50
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_the_requirements_are_numbered_without_gap_and_each_has_a_state() -> None:
    lines = re.findall(r"^- \*\*R(\d+)\*\* (.*)$", (ROOT / "docs" / "requirements.md").read_text(), re.MULTILINE)
    assert sorted(int(number) for number, _ in lines) == list(range(1, 173))
    assert [number for number, text in lines if not re.search(r" \((done|partly|not yet)\)$", text)] == []


@pytest.mark.req("R36")
def test_the_glossary_explains_the_words_of_the_trade() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    explained = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|", page, re.MULTILINE))
    words = {word for words in explained for word in words.split(", ")}
    assert [term for term in re.split(r",\s+", _TERMS.strip()) if term not in words] == []
    assert all(len(meaning) > 15 for meaning in explained.values())


@pytest.mark.req("R53")
def test_people_are_told_that_a_carrier_abroad_may_replace_their_sender() -> None:
    page = (ROOT / "docs" / "howto" / "senders.md").read_text(encoding="utf-8")
    assert "Abroad, a carrier on the way may put a sender of its own in place of yours" in page
