"""Marks in texts: `$$name` for what each message brings, `{{name}}` for the connector's own values.

A name is read as long as it goes on, so that `$$Total` is not `$$To` (R131). Names of the system are known however they
are written ($$TemplateId, $$TEMPLATEID), all others as they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TO = "To"
BODY = "Body"
TEMPLATE = "TemplateID"
VARIABLES = "TemplateVariables"
CAMPAIGN = "CampaignID"
MESSAGE = "MessageID"
SENDER = "SenderID"
MEDIA = "MediaURL"
SYSTEM = (TO, BODY, TEMPLATE, VARIABLES, CAMPAIGN, MESSAGE, SENDER, MEDIA)
CALLBACK = "callback_url"
"""The connector's value that this installation fills in: where the provider is to report to."""

_MARK = re.compile(r"\$\$([A-Za-z_][A-Za-z0-9_]*+)|\{\{\s*+([A-Za-z_][A-Za-z0-9_]*+)\s*+\}\}")
_BY_FOLDED = {name.lower(): name for name in SYSTEM}


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`$$name`: what each message brings; a system name in its usual spelling."""

    name: str


@dataclass(frozen=True, slots=True)
class Setting:
    """`{{name}}`: a value of the connector."""

    name: str


Piece = str | Placeholder | Setting


def pieces(text: str) -> list[Piece]:
    """Return a text's pieces in order: what stands as it is, and marks."""
    found: list[Piece] = []
    done = 0
    for mark in _MARK.finditer(text):
        if mark.start() > done:
            found.append(text[done : mark.start()])
        placeholder, setting = mark.groups()
        found.append(Setting(setting) if placeholder is None else system_or_own(placeholder))
        done = mark.end()
    if done < len(text):
        found.append(text[done:])
    return found


def system_or_own(name: str) -> Placeholder:
    """Return the placeholder of a name."""
    return Placeholder(_BY_FOLDED.get(name.lower(), name))


def placeholders(text: str) -> list[str]:
    """Return the names of all `$$name` in a text, in order."""
    return [piece.name for piece in pieces(text) if isinstance(piece, Placeholder)]
