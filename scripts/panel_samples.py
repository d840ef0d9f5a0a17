"""Sample data for scripts/panel_shots.py: one context a page, in the shapes the templates' first comments name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cablegram.panel.shell import ACCOUNT, ACCOUNT_DOCK, OPERATOR, OPERATOR_DOCK, Place, Shell, dock_of, groups_with

NOW = datetime(2026, 11, 20, 14, 18, 20, tzinfo=UTC)
PLACES = (
    Place("1", "Mercado Luna", is_current=True),
    Place("2", "Baraka Foods", is_current=False),
    Place("operator", "Operator", is_current=False),
)


def account(here: str, title: str, **context: object) -> dict[str, Any]:
    """Make a page's context inside an account."""
    groups = groups_with(ACCOUNT, badges={"campaigns": "1"})
    shell = Shell(
        groups,
        dock_of(groups, ACCOUNT_DOCK),
        "/",
        "Mercado Luna",
        PLACES,
        "Inés Carrasco",
        18_240_500_000,
        25_000_000_000,
    )
    return _page(here, title, shell, context)


def operator(here: str, title: str, **context: object) -> dict[str, Any]:
    """Make a page's context in the operator's shell."""
    groups = groups_with(OPERATOR, badges={"links": "9"})
    shell = Shell(groups, dock_of(groups, OPERATOR_DOCK), "/operator", "Operator", PLACES, "Kwame Mensah")
    return _page(here, title, shell, context)


def outside(title: str, **context: object) -> dict[str, Any]:
    """Make the context of a page without a person."""
    return _page("", title, None, context)


def _page(here: str, title: str, shell: Shell | None, context: dict[str, object]) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "title": title,
        "here": here,
        "shell": shell,
        "csrf_token": "sample",
        "now": NOW,
        "zone": UTC,
        "flash": [],
        "undo": None,
    }
    return {**frame, **context}


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "parts": ("parts.html", account("settings", "Parts")),
    "login": ("login.html", outside("Log in", login="", errors={"form": "", "login": "", "password": ""}, next="/")),
    "login-refused": (
        "login.html",
        outside(
            "Log in",
            login="ines",
            errors={"form": "Login or password is not right.", "login": "", "password": ""},
            next="/",
        ),
    ),
    "error": (
        "error.html",
        account(
            "",
            "Not found",
            status=404,
            code="campaign_not_found",
            what="There is no such campaign here",
            why="It may belong to another account, or the address is cut off.",
            ways=[("Campaigns", "/campaigns"), ("Home", "/")],
        ),
    ),
    "error-outside": (
        "error.html",
        outside(
            "Not now",
            status=503,
            code="database_down",
            what="The database does not answer",
            why="Nothing is lost. Messages that were accepted wait, and go on when it is back.",
            ways=[("Try again", "/")],
        ),
    ),
}
