"""The providers there are, by the word of the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from cablegram.kit.errors import InvalidInput
from cablegram.simulators.provider.aws import Aws
from cablegram.simulators.provider.described.generic import Generic
from cablegram.simulators.provider.instasent import Instasent
from cablegram.simulators.provider.plivo import Plivo
from cablegram.simulators.provider.shape import Api, Credentials
from cablegram.simulators.provider.twilio import Twilio
from cablegram.simulators.provider.vonage import Vonage

KINDS: Final[Mapping[str, Callable[[Credentials], Api]]] = {
    "aws": Aws,
    "generic": Generic,
    "instasent": Instasent,
    "plivo": Plivo,
    "twilio": Twilio,
    "vonage": Vonage,
    "vonage_messages": partial(Vonage, inbound_by="messages"),
}


def made(kind: str, credentials: Credentials) -> Api:
    """Return a provider of this kind. Raises InvalidInput (`provider_unknown`)."""
    build = KINDS.get(kind)
    if build is None:
        raise InvalidInput("provider_unknown", f"There is no provider {kind!r}: choose one of {', '.join(KINDS)}.")
    return build(credentials)
