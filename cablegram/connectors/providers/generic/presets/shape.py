"""What a preset is: settings that are known to work, and the few values that each user fills in."""

from __future__ import annotations

from dataclasses import dataclass

from cablegram.connectors.providers.generic.settings import GenericSettings


@dataclass(frozen=True, slots=True)
class Field:
    """A value that whoever uses the preset fills in: `{{name}}` in its settings."""

    name: str
    title: str
    help: str
    example: str = ""
    is_secret: bool = False
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider's request, answers and calls as settings. `console` says step by step what to set at the provider."""

    name: str
    title: str
    blurb: str
    fields: tuple[Field, ...]
    settings: GenericSettings
    console: tuple[str, ...]
    help_url: str
    senders: str


ENTITY = Field(
    name="entity_id",
    title="DLT entity id",
    help="Your principal entity id, as the Indian operators registered it. Empty if you send nothing to India.",
    example="1101234567890123456",
    is_needed=False,
)
"""What India asks of whoever sends there (R139); the template's id comes with each message."""
