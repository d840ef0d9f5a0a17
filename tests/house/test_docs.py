"""Pages that lag behind the code, links that lead nowhere, promises that got lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")]


def test_the_reference_pages_say_what_the_code_says() -> None:
    check = [sys.executable, "scripts/reference.py", "--check"]
    done = subprocess.run(check, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_link_between_pages_leads_somewhere() -> None:
    links = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)\s]+\.md)(?:#[^)]*)?\)", page.read_text())]
    assert len(links) > 50
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_the_requirements_are_numbered_without_gap_and_each_has_a_state() -> None:
    lines = re.findall(r"^- \*\*R(\d+)\*\* (.*)$", (ROOT / "docs" / "requirements.md").read_text(), re.MULTILINE)
    assert sorted(int(number) for number, _ in lines) == list(range(1, 173))
    assert [number for number, text in lines if not re.search(r" \((done|partly|not yet)\)$", text)] == []
