"""A form on an account's web page that makes contacts (R170), and what came of filling it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cablegram.kit.ids import AccountId, WebsiteTagId

NUMBER: Final = "_mobilePhone"
AGREED: Final = "_agree"
WORDS: Final = "_words"
"""The form's own fields: the number, the box that a person ticks, and which words stood beside it."""

YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class WebsiteTag:
    """A form: which pages may send it, what else it sets, which tags people get, and the words of consent it shows.

    `words` empty: it says nothing of consent and changes nothing about it.
    """

    id: WebsiteTagId
    account_id: AccountId
    name: str
    token: str
    origins: tuple[str, ...]
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    words: str
    words_version: int
    is_on: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """What a browser sent: from which page, from which address, and the form's fields."""

    origin: str
    address: str
    url: str
    form: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling in a form does: values that are set, values that stay because something was known, and consent.

    `subscribes`: the person agreed to the words that stood there. `shown_others`: they agreed to words that are not
    those of the tag now, so it counts for nothing.
    """

    number: str
    is_new: bool
    sets: Mapping[str, str] = field(default_factory=dict[str, str])
    keeps: tuple[str, ...] = ()
    subscribes: bool = False
    shown_others: bool = False
