"""A saved template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cablegram.kit.ids import TemplateId


@dataclass(slots=True)
class SavedTemplate:
    """A text with variables, under a name (R85)."""

    id: TemplateId
    name: str
    description: str
    text: str
    created_at: datetime
    updated_at: datetime
