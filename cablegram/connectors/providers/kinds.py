"""The kinds of connectors over HTTP: what a form asks for, what the gallery says, and how a provider is made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from cablegram.connectors.providers.contract import Provider
from cablegram.connectors.providers.name_book import NameBook
from cablegram.connectors.providers.number_shop import NumberShop
from cablegram.kit.networks import read_networks


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings that every connector over HTTP has; each kind adds its own. Secrets are kept apart, sealed."""

    base_url: Annotated[
        str,
        Meta(
            max_length=500,
            description="Where the API is, if not at the provider's usual address: another region, or a simulator.",
        ),
    ] = ""
    concurrency: Annotated[int, Meta(ge=1, le=1000, description="Requests under way at the same time.")] = 20
    throughput: Annotated[float, Meta(ge=0, le=100_000, description="Messages a second; 0 is without limit.")] = 0
    response_seconds: Annotated[
        int, Meta(ge=1, le=600, description="Without an answer by then a message is `unknown`.")
    ] = 30
    usable_characters: (
        Annotated[
            int,
            Meta(
                ge=1,
                le=1000,
                description="By how many characters it bills a text, such as 120; null: as the network cuts it.",
            ),
        ]
        | None
    ) = None
    callback_from: Annotated[
        str,
        Meta(
            max_length=1000,
            description="Addresses or networks, with commas between them, from which its calls to us are taken; empty: "
            "from anywhere, if they are genuine.",
            examples=["203.0.113.0/24, 198.51.100.7"],
        ),
    ] = ""

    def __post_init__(self) -> None:
        """Raise ValueError, which is a fault of the settings, for what is no network."""
        read_networks(self.callback_from.split(",") if self.callback_from.strip() else ())


def _base_url(settings: Any) -> dict[str, str]:  # noqa: ANN401 - of any kind
    return {"settings.base_url": settings.base_url}


def _nothing(_settings: Any) -> tuple[str, ...]:  # noqa: ANN401 - of any kind
    return ()


def _no_shop(_settings: Any, _secrets: Any) -> NumberShop | None:  # noqa: ANN401 - of any kind
    return None


def _no_book(_settings: Any, _secrets: Any) -> NameBook | None:  # noqa: ANN401 - of any kind
    return None


class NumberForm(StrEnum):
    """How a provider writes numbers."""

    PLUS = "plus"  # +34661319196
    DIGITS = "digits"  # 34661319196
    NATIONAL = "national"  # 661319196


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of connector: its forms are made from the two structs, whose fields carry title, help and examples.

    `build` makes a provider of settings and secrets. It raises InvalidInput, with a fault for each field that does not
    fit (`settings.url`, `secrets.auth_token`), and is therefore also how they are checked when they are saved; None for
    SMPP, which has links of its own. `addresses` are those that requests go to, by the fields that name them, and
    `home` is the usual one: what the guard looks at, and what a firewall has to let through. `needs` reads from
    settings which values each message must bring along (R132). `console` says step by step what to set at the provider
    ({callback_url} is filled in); `help_url` is its own page. `numbers` is where it sells numbers, if it does and the
    settings are enough for that; `names` likewise where it is asked for the names of those who write.
    """

    name: str
    title: str
    blurb: str
    settings: type[msgspec.Struct]
    secrets: type[msgspec.Struct]
    build: Callable[[Any, Any], Provider] | None
    console: tuple[str, ...]
    help_url: str
    number_form: NumberForm
    senders: str  # for people: what it takes as a sender
    most_at_once: int = 1  # messages a request
    carries_media: bool = False
    needs: Callable[[Any], tuple[str, ...]] = _nothing
    most_by: Callable[[Any], int] | None = None  # where the settings say how many messages a request carries
    media_by: Callable[[Any], bool] | None = None  # where the settings say whether pictures go along
    addresses: Callable[[Any], Mapping[str, str]] = _base_url
    home: str = ""
    numbers: Callable[[Any, Any], NumberShop | None] = _no_shop
    names: Callable[[Any, Any], NameBook | None] = _no_book
    errors: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])  # code: (trouble, words)

    def most(self, settings: HttpSettings) -> int:
        """Return how many messages a request of a connector with these settings carries at most."""
        return self.most_by(settings) if self.most_by else self.most_at_once

    @property
    def sells_numbers(self) -> bool:
        """Tell whether numbers are bought through it, with the right settings."""
        return self.numbers is not _no_shop

    @property
    def knows_names(self) -> bool:
        """Tell whether it can be asked for names, with the right settings."""
        return self.names is not _no_book

    def has_media(self, settings: HttpSettings) -> bool:
        """Tell whether a connector with these settings carries pictures."""
        return self.media_by(settings) if self.media_by else self.carries_media
