"""What a provider promises: it turns messages into requests, and answers and callbacks into what we understand. Pure.

A provider is made once for each revision of a connector, from its settings and secrets; it has no state, no clock, no
socket. One loop (`connectors.http_link`) does the HTTP of all of them, one door takes the callbacks of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from cablegram.connectors.contract import CarrierNotice, Incoming, Outgoing, PartResult, Receipt
from cablegram.kit.errors import CablegramError


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it goes out. `url` is complete; names and values of headers are checked for line breaks."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: names of headers in lower case, the body as far as it was read (see `is_cut`)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Shipment:
    """One request and the messages it carries, in the order in which the provider will count them.

    `verdict` is set where there is nothing to ask: these messages lack what the request needs, and nothing is sent.
    """

    request: HttpRequest
    messages: tuple[Outgoing, ...]
    verdict: Reading | None = None


@dataclass(slots=True)
class Reading:
    """What an answer says of each message of a shipment, in their order: one result for each id the provider gives.

    `account_trouble`: the provider refuses us, not these messages, and says why: the connector pauses, they go back.
    `wait`: seconds in which the provider wants nothing more (Retry-After); None: it did not say.
    """

    results: list[list[PartResult]]
    account_trouble: str = ""
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a request needs that is neither setting nor message.

    `callback_url` is where the provider reports to, "" where this installation has no public address; `token` is of
    OAuth, where the connector logs in so; `now` is for signatures.
    """

    now: datetime
    callback_url: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A provider's call to us: `url` as the provider knows it, from our public address and never from `Host`.

    `headers` have names in lower case; `address` is who called, "" where nobody looked; `fetched` is what stands at
    addresses that the provider wanted to know before it could judge (see `Callback.wants`).
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    address: str
    fetched: Mapping[str, bytes] = field(default_factory=dict[str, bytes])


@dataclass(frozen=True, slots=True)
class OptOut:
    """The provider says that this number wants nothing more from this sender of ours ("" where it did not say)."""

    number: str
    sender: str


@dataclass(frozen=True, slots=True)
class Click:
    """Somebody opened a link in the message of this id, one that the provider had shortened and counts.

    `url` is where it leads, "" where the provider did not say; `at` None: nor when. `is_machine`: by its own word no
    person did.
    """

    provider_id: str
    url: str = ""
    at: datetime | None = None
    is_machine: bool = False


Told = Receipt | Incoming | OptOut | CarrierNotice | Click
"""One thing that a call can say."""


@dataclass(frozen=True, slots=True)
class Callback:
    """What a call says, and what to answer once it is on disk.

    `once`: keys of what must count only once although providers repeat it: nonces of signatures. Texts have their own
    (`Incoming.provider_id`); receipts need none, for their moves don't repeat.
    `wants`: nothing is judged yet: the door is to fetch this address (a certificate; it may keep that for a day) and to
    call `hear` again with it. `visit`: an address to call once, which says yes to a subscription. The provider has
    checked the hosts of both; the door goes there through the guard for addresses.
    """

    items: list[Told] = field(default_factory=list[Told])
    once: tuple[str, ...] = ()
    status: int = 200
    content_type: str = "text/plain"
    body: bytes = b""
    wants: str = ""
    visit: str = ""


class CallbackRefused(CablegramError):
    """A call that is forged (`callback_forged`), old (`callback_stale`) or unreadable (`callback_unreadable`)."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a login gave: for `Context.token`, and for how many seconds it is good."""

    value: str
    seconds: float


class LoginRefused(CablegramError):
    """A login that gave no token (`login_refused`); the message is for people and holds no secret."""


class Provider(Protocol):
    """A provider's API with one connector's settings."""

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return the requests for messages: each message is in exactly one of them."""
        ...

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what an answer says, whatever it is: cut, no JSON, 200 with an error inside, 500 with an id inside."""
        ...

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:
        """Return what a call says. Raises CallbackRefused."""
        ...

    def secrets(self) -> Sequence[str]:
        """Return what must never be shown: values that are taken out of what is kept of requests and answers."""
        ...


@runtime_checkable
class LogsIn(Protocol):
    """What a provider has besides whose settings may want a token first: OAuth 2, client credentials (RFC 6749, 4.4).

    The loop keeps the token, renews it before its end, and asks again every 120 s as long as it is refused (R135).
    """

    def login(self) -> HttpRequest | None:
        """Return the request for a token; None: these settings need none."""
        ...

    def read_login(self, answer: HttpAnswer) -> Token:
        """Return the token of an answer. Raises LoginRefused."""
        ...
