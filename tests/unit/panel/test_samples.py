"""The pages of scripts/panel_shots.py, which the panel is drawn and looked at with, keep up with the templates."""

from __future__ import annotations

import importlib
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cablegram.panel.environment import make_environment

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
PAGES: dict[str, tuple[str, dict[str, Any]]] = importlib.import_module("panel_samples").PAGES
ENVIRONMENT = make_environment()


@pytest.mark.parametrize("name", PAGES)
def test_a_sample_page_has_all_that_its_template_asks_for(name: str) -> None:
    template, context = PAGES[name]
    page = ENVIRONMENT.get_template(template).render({**context, "theme": "paper"})
    assert context["title"] in unescape(page) or template.startswith("messages/_")
