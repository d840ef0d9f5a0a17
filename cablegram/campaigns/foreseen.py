"""What a campaign would do, as its forecast says it; money in micro-credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cablegram.kit.ids import ConnectorId, ContactId
from cablegram.text.encoding import Encoding


@dataclass(slots=True)
class CountryForecast:
    """What a campaign will send to a country (ISO code); `tariff` is per segment, None where prefixes differ."""

    country: str
    people: int = 0
    segments: int = 0
    price: int = 0
    tariff: int | None = None


@dataclass(slots=True)
class Preview:
    """A text as one person will get it."""

    number: str
    text: str
    encoding: Encoding
    segments: int
    price: int


@dataclass(slots=True)
class Culprit:
    """A character that GSM 03.38 has not and that alone makes people's texts dearer: by so many segments, so much."""

    character: str
    people: int = 0
    segments: int = 0
    price: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which messages go out without a longer pause: `begins`, `ends`, and how many people get theirs."""

    begins: datetime
    ends: datetime
    people: int


@dataclass(slots=True)
class ConnectorForecast:
    """What goes by one connector, and when; `rate` is a second: parts over SMPP, messages over HTTP.

    `rate` None: nothing limits it that is known here. `is_learned`: nobody set it, the connector took so much lately.
    `ahead` waits for it already. `held` people wait for their hours first. `stretches` are empty where no end can be
    told: hours that never come.
    """

    connector_id: ConnectorId
    name: str
    people: int
    parts: int
    rate: float | None
    is_learned: bool
    ahead: int
    held: int
    stretches: Sequence[Stretch]
    quota: str = ""  # what to mind of its provider's own limits (R129)

    @property
    def ends(self) -> datetime | None:
        """Return when the last of it is handed over."""
        return self.stretches[-1].ends if self.stretches else None


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to mind before the launch, by a stable code; `stops`: a setting keeps it from starting."""

    code: str
    title: str
    body: str
    stops: bool = False


@dataclass(slots=True)
class Forecast:
    """What a campaign would do if it started now, or at its moment.

    recipients = accepted + the sum of `skipped`, which counts people by the reason's code. `balance` is what the
    account has; when it is less than `price` the campaign will pause on its way. `longest` has the most segments,
    `worst` are the dearest, dearest first. `listed_twice` are entries beyond the first of people on several lists.
    """

    recipients: int = 0
    accepted: int = 0
    segments: int = 0
    price: int = 0
    balance: int = 0
    several_segments: int = 0  # people whose text takes more than one
    skipped: dict[str, int] = field(default_factory=dict[str, int])
    encodings: dict[Encoding, int] = field(default_factory=dict[Encoding, int])
    countries: list[CountryForecast] = field(default_factory=list[CountryForecast])
    samples: list[Preview] = field(default_factory=list[Preview])
    longest: Preview | None = None
    worst: list[Preview] = field(default_factory=list[Preview])
    culprits: list[Culprit] = field(default_factory=list[Culprit])
    listed_twice: int = 0
    starts: datetime | None = None
    connectors: list[ConnectorForecast] = field(default_factory=list[ConnectorForecast])
    advice: list[Advice] = field(default_factory=list[Advice])

    @property
    def ends(self) -> datetime | None:
        """Return when the last message is handed over; None where nothing goes or no end can be told."""
        ends = [one.ends for one in self.connectors]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    @property
    def held(self) -> int:
        """Return how many people wait for their hours first."""
        return sum(one.held for one in self.connectors)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who would get nothing, and why: the reason's code, and the sentence that says it of them."""

    contact_id: ContactId
    number: str
    country: str
    code: str
    sentence: str
