"""Warnings of texts: what somebody should look at before many get it, as the API writes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from cablegram.messages.lint import Code, Warned


class WarningView(msgspec.Struct):
    """One thing to look at; never an error."""

    code: Annotated[Code, Meta(description="What it is about, as a code that stays.")]
    message: Annotated[str, Meta(description="The same, for people.")]
    place: Annotated[int, Meta(description="Which character, counted from 1; 0: the whole text.", examples=[21])]
    character: Annotated[str, Meta(description="What stands there.", examples=["’"])]
    instead: Annotated[
        str | None, Meta(description="What could stand there, or be added; null where nothing could.", examples=["'"])
    ]


def shown(found: Iterable[Warned]) -> list[WarningView]:
    """Return warnings as the API writes them."""
    return [WarningView(one.code, one.message, one.place, one.character, one.instead) for one in found]
