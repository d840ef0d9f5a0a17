"""The panel's components are drawn in one file; a page uses their macros, and layout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "cablegram" / "panel" / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.name != "ui.html")
NAMES = [str(path.relative_to(TEMPLATES)) for path in PAGES]
_PARTS = "btn|strip|state|tape|bub|drop|drop-panel|input|select|textarea|table|sheet"
COMPONENTS = re.compile(rf'class="(?:[^"]*\s)?({_PARTS})[\s"]')
# What runs in a page comes from our own files: the policy the panel sends forbids the rest.
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:")
STYLE = re.compile(r'style="(?!--[a-z]+:)')


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_page_writes_no_components_markup_itself(path: Path) -> None:
    assert COMPONENTS.findall(path.read_text()) == []


@pytest.mark.parametrize("path", [*PAGES, TEMPLATES / "ui.html"], ids=[*NAMES, "ui.html"])
def test_a_template_holds_no_script_and_no_style_but_measures(path: Path) -> None:
    text = path.read_text()
    assert INLINE_SCRIPT.findall(text) == []
    assert STYLE.findall(text) == []


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_template_begins_with_what_it_needs(path: Path) -> None:
    assert path.read_text().startswith("{#")


@pytest.mark.parametrize("path", [*PAGES, TEMPLATES / "ui.html"], ids=[*NAMES, "ui.html"])
def test_class_names_are_whole_words_the_style_builder_can_find(path: Path) -> None:
    halves = re.findall(r'class="[^"]*[a-z]-\{\{', path.read_text())
    # `s-{{ state }}` and the like are written out in app.css, which needs no finding.
    assert [half for half in halves if not re.search(r"(s|i|bub)-\{\{$", half)] == []
