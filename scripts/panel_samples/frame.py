"""What stands around every sample page, and when it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cablegram.panel.shell import ACCOUNT, ACCOUNT_DOCK, OPERATOR, OPERATOR_DOCK, Place, Shell, dock_of, groups_with

NOW = datetime(2026, 11, 20, 14, 18, 20, 340_000, tzinfo=UTC)

PLACES = (
    Place("1", "Mercado Luna", is_current=True),
    Place("2", "Baraka Foods", is_current=False),
    Place("operator", "Operator", is_current=False),
)

CREDIT = 1_000_000

ID = UUID("0197a5c2-e41b-7d0e-9a63-5b1f0c9d27ae")

ZONE = "Europe/Madrid"


def ago(seconds: float) -> datetime:
    """Return a time before now."""
    return NOW - timedelta(seconds=seconds)


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
    return page(here, title, shell, context)


def operator(here: str, title: str, **context: object) -> dict[str, Any]:
    """Make a page's context in the operator's shell."""
    groups = groups_with(OPERATOR, badges={"links": "9"})
    shell = Shell(groups, dock_of(groups, OPERATOR_DOCK), "/operator", "Operator", PLACES, "Kwame Mensah")
    return page(here, title, shell, context)


def outside(title: str, **context: object) -> dict[str, Any]:
    """Make the context of a page without a person."""
    return page("", title, None, context)


def page(here: str, title: str, shell: Shell | None, context: dict[str, object]) -> dict[str, Any]:
    """Add what every page reads."""
    frame: dict[str, Any] = {
        "title": title,
        "here": here,
        "shell": shell,
        "csrf_token": "sample",
        "now": NOW,
        "zone": UTC,
        "flash": [],
        "undo": None,
        "errors": {},
        "summary": [],
    }
    return {**frame, **context}


SENDERS = [("MercadoLuna", "MercadoLuna (name, no replies)"), ("34612440118", "+34 612 440 118")]
