"""All described providers at one address: each has its own paths, and receipts look as those of who was called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from cablegram.simulators.provider.aws import Aws
from cablegram.simulators.provider.described.by_form import Exotel, Nimbus, SmsIndiaHub, Textlocal
from cablegram.simulators.provider.described.by_json import BulkSms, Msg91, Pinpoint
from cablegram.simulators.provider.described.free import Free
from cablegram.simulators.provider.described.shape import Described
from cablegram.simulators.provider.plivo import Plivo
from cablegram.simulators.provider.shape import (
    Accepted,
    Answer,
    Asking,
    Call,
    Credentials,
    Door,
    Refusal,
    Report,
    Request,
    Stamp,
    Text,
)

_ACCOUNT: Final = "simulated-account"
_SECRET: Final = "simulated-secret"  # noqa: S105 - of nobody
_SHAPE: Final = "shape"


class Generic:
    """Described providers and a free one. Texts from phones look as those of `inbound_by`."""

    name = "generic"
    told_later: frozenset[Refusal] = frozenset()

    def __init__(self, credentials: Credentials, *, inbound_by: str = Free.name) -> None:
        account, secret = credentials.account or _ACCOUNT, credentials.secret or _SECRET
        known = replace(credentials, account=account, secret=secret)
        self._plivo, self._aws = Plivo(known), Aws(credentials)
        kinds = (BulkSms, Exotel, Msg91, Nimbus, SmsIndiaHub, Textlocal, Free)
        self._shapes: Mapping[str, Described] = {
            **{kind.name: kind(account, secret) for kind in kinds},
            Pinpoint.name: Pinpoint(),
            "plivo": self._plivo,
            "aws_pinpoint": self._aws,
        }
        self._account, self._secret = account, secret
        self._inbound_by = inbound_by

    def doors(self) -> Sequence[Door]:
        """Return the doors of all of them."""
        return [
            Door(door.method, door.path, _noted(door.serve, name))
            for name, shape in self._shapes.items()
            for door in shape.doors()
        ]

    def make_id(self, seed: UUID) -> str:
        """Return an id that any of them could give."""
        return str(seed)

    def receipt(self, accepted: Accepted, report: Report, stamp: Stamp) -> Call | None:
        """Return a receipt of who took the message."""
        return self._shapes[accepted.asked.notes[_SHAPE]].receipt(accepted, report, stamp)

    def inbound(self, text: Text, stamp: Stamp) -> Call:
        """Return a text."""
        return self._shapes[self._inbound_by].inbound(text, stamp)

    def welcome(self) -> Mapping[str, str]:
        """Return what to fill in at the client, whatever it is called there."""
        aws = {f"aws {name}": value for name, value in self._aws.welcome().items()}
        return {"account, user, token id": self._account, "secret, key, password": self._secret, **aws}


def _noted(serve: Callable[[Request], Asking | Answer], name: str) -> Callable[[Request], Asking | Answer]:
    def served(request: Request) -> Asking | Answer:
        asking = serve(request)
        if isinstance(asking, Asking):
            for asked in asking.messages:
                asked.notes = {**asked.notes, _SHAPE: name}
        return asking

    return served
