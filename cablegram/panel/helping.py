"""Help: words, places, and what each error code means; read out of the same pages as the documentation."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

from litestar import Response, get

from cablegram.overview import versions
from cablegram.panel.pages import page
from cablegram.panel.ticketing import help_tabs
from cablegram.panel.visit import Http, Visitor, parts_of

_MANUAL = Path(__file__).parent / "manual"
_PLACES = (
    ("Engage > Channels > SMS", "Connectors", "/connectors"),
    ("Store settings > Channels > SMS", "Connectors", "/connectors"),
    ("Gateways, provider list", "Connectors", "/connectors"),
    ("Firewall, IP addresses, ports", "Connectors > Firewall", "/connectors/firewall"),
    ("Routing, failover, least cost", "Connectors > Routes", "/connectors/routes"),
    ("API key, token, secret", "Developers", "/developers"),
    ("Blast, bulk send, broadcast", "Campaigns", "/campaigns"),
    ("Audience, CSV upload", "Contacts", "/contacts"),
    ("Sent items, log, delivery report", "Messages", "/messages"),
    ("Inbox, replies", "Messages > Received", "/messages/received"),
    ("Credit, invoice, statement", "Billing", "/billing"),
    ("Price list, rates", "Billing > Tariffs", "/billing/tariffs"),
    ("GSM 03.38 character list", "Developers > GSM characters", "/developers/gsm"),
)

Word = tuple[str, str, str]  # word, meaning, what else it is called
Code = tuple[str, str, str, str]  # code, what, why, what to do


@get("/help")
async def show(request: Http, visit: Visitor) -> Response[str]:
    """Show words and places."""
    context = {
        "words": WORDS,
        "trade": TRADE,
        "places": _PLACES,
        "version": version("cablegram"),
        "tabs": help_tabs("/help"),
    }
    return await page(request, visit, "help/page.html", title="Help", here="help", context=context)


@get("/help/errors")
async def show_errors(request: Http, visit: Visitor) -> Response[str]:
    """Show every error code."""
    context = {"codes": CODES, "tabs": help_tabs("/help/errors")}
    return await page(request, visit, "help/errors.html", title="Error codes", here="help", context=context)


@get("/help/versions")
async def show_versions(request: Http, visit: Visitor) -> Response[str]:
    """Show the versions of all technology in use (R11)."""
    context = {"versions": await versions.listed(parts_of(request).rt, visit.who), "tabs": help_tabs("/help/versions")}
    return await page(request, visit, "help/versions.html", title="Versions", here="help", context=context)


def read_words(text: str, *, heading: int = 1) -> list[Word]:
    """Read words out of the glossary: the table under its first heading has ours, the second the trade's. Pure."""
    table = f"\n{text}".split("\n## ")[heading]
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \|(?: (.*?) ?\|)?$", table, re.MULTILINE)
    return [(word, f"{_plain(meaning)}.", _plain(also)) for word, meaning, also in rows]


def read_codes(text: str) -> list[Code]:
    """Read the errors out of their page: a heading each, then what it means, why, and what to do. Pure."""
    found = re.findall(r"^## ([a-z0-9_]+)\n\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return [(code, *_told(" ".join(about.split()))) for code, about in found]


def _told(about: str) -> tuple[str, str, str]:
    pieces = dict(re.findall(r"\*(What|Why|Do)\* (.*?)(?= \*(?:What|Why|Do)\*|$)", about))
    if not pieces:
        return _plain(about), "", ""
    return _plain(pieces.get("What", "")), _plain(pieces.get("Why", "")), _plain(pieces.get("Do", ""))


def _plain(text: str) -> str:
    """Take the marks of Markdown away."""
    return re.sub(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\([^)]+\)", r"\1\2\3\4", text)


_GLOSSARY = (_MANUAL / "glossary.md").read_text(encoding="utf-8")
WORDS = read_words(_GLOSSARY)
TRADE = read_words(_GLOSSARY, heading=2)
CODES = read_codes((_MANUAL / "errors.md").read_text(encoding="utf-8"))

HANDLERS = (show, show_errors, show_versions)
