"""A provider made of settings: all that the loop and the door of callbacks want of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cablegram.connectors import needs as needing
from cablegram.connectors.contract import Outgoing
from cablegram.connectors.providers.contract import (
    Callback,
    CallbackRequest,
    Context,
    HttpAnswer,
    HttpRequest,
    Reading,
    Shipment,
    Token,
)
from cablegram.connectors.providers.generic import calls, checks, login, marks, matching, showing_who
from cablegram.connectors.providers.generic.addresses import read_address
from cablegram.connectors.providers.generic.answers import Reader
from cablegram.connectors.providers.generic.calls import Hearer, Shapes
from cablegram.connectors.providers.generic.matching import Ids
from cablegram.connectors.providers.generic.settings import BatchMode, GenericSecrets, GenericSettings, OAuth
from cablegram.connectors.providers.generic.shipping import Shipper, Sign
from cablegram.connectors.providers.generic.template import Template, compile_template
from cablegram.connectors.providers.generic.tree import Loom
from cablegram.connectors.providers.generic.values import getters
from cablegram.kit.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class GenericProvider:
    """Any provider over HTTP. `template` is what its requests are made after, `question` the one for a token."""

    template: Template
    shipper: Shipper
    reader: Reader
    hearer: Hearer
    question: HttpRequest | None
    hidden: tuple[str, ...]

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return the requests for messages: each message is in exactly one of them."""
        return self.shipper.ship(batch, context)

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what an answer says, whatever it is."""
        return self.reader.read(shipment, answer)

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:
        """Return what a call says. Raises CallbackRefused."""
        return self.hearer.hear(request, now)

    def secrets(self) -> Sequence[str]:
        """Return what must never be shown, in each way that it may be written."""
        return self.hidden

    def login(self) -> HttpRequest | None:
        """Return the request for a token; None where none is needed."""
        return self.question

    def read_login(self, answer: HttpAnswer) -> Token:
        """Return the token of an answer. Raises LoginRefused."""
        return login.read(answer)


def build(settings: GenericSettings, secrets: GenericSecrets) -> GenericProvider:
    """Return the provider of these settings. Raises InvalidInput with a fault for each thing that does not fit."""
    loom = Loom({**settings.values, **secrets.values}, settings.variables_form, settings.variables_separator)
    sign, question = showing_who.signing(settings, loom)
    check = showing_who.proving(settings, loom)
    template = compile_template(settings, loom)
    checks.check_paths(settings, loom)
    ids = Ids.PROVIDER
    if template is not None:
        checks.check_names(template, loom)
        sends_ours = marks.MESSAGE in template.names
        ids = matching.ids_of(settings, sends_ours=sends_ours)
        loom.faults += matching.check_ids(settings, ids, sends_ours=sends_ours)
    if loom.faults or template is None:
        raise InvalidInput(loom.faults[0].code, loom.faults[0].message, faults=loom.faults)
    return GenericProvider(
        template=template,
        shipper=_shipper(settings, template, sign),
        reader=Reader(settings.answer, ids=ids, form=settings.number_form),
        hearer=Hearer(_shapes(settings), settings.calls, check=check, ids=ids),
        question=question,
        hidden=showing_who.hidden(settings, secrets, loom),
    )


def _shapes(settings: GenericSettings) -> Shapes:
    """Return what calls may look like: where no receipts are described, also like those of a common suite."""
    texts, clicks = list(settings.texts), list(settings.clicks)
    if settings.receipts:
        return Shapes(settings.receipts, texts, clicks, settings.notices)
    return Shapes([calls.SUITE], [*texts, *calls.SUITE_ANSWERS], [*clicks, calls.SUITE_CLICKS], settings.notices)


def needs(settings: GenericSettings) -> tuple[str, ...]:
    """Return what each message must bring along over such a connector (R132), as `connectors.needs` writes it."""
    loom = Loom(None, settings.variables_form, settings.variables_separator)
    template = compile_template(settings, loom)
    names = template.names if template else frozenset[str]()
    asked = sorted(name for name in names if name not in marks.SYSTEM)
    if marks.TEMPLATE in names:
        asked.append(needing.TEMPLATE if marks.BODY not in names else needing.TEMPLATE_FOR_INDIA)
    if marks.VARIABLES in names:
        asked.append(needing.VARIABLES)
    return tuple(asked)


def carries_media(settings: GenericSettings) -> bool:
    """Tell whether pictures go along: whether anything of the request is made of `$$MediaURL`."""
    loom = Loom(None, settings.variables_form, settings.variables_separator)
    template = compile_template(settings, loom)
    return template is not None and marks.MEDIA in template.names


def addresses(settings: GenericSettings) -> dict[str, str]:
    """Return where requests go to, by the fields that say so: what the guard for addresses looks at."""
    loom = Loom(settings.values, settings.variables_form, settings.variables_separator)
    found = read_address(settings, loom)
    named = {"settings.base_url" if settings.base_url else "settings.url": found.start if found else ""}
    return named | ({"settings.auth.token_url": settings.auth.token_url} if isinstance(settings.auth, OAuth) else {})


def _shipper(settings: GenericSettings, template: Template, sign: Sign) -> Shipper:
    names, answer = template.names, settings.answer
    return Shipper(
        template=template,
        getters=getters(names | {marks.TO}, settings.number_form),
        must_have_template=marks.BODY not in names if marks.TEMPLATE in names else None,
        is_once_a_number=template.mode in (BatchMode.JOIN, BatchMode.MAP)
        or (template.mode is not None and any((answer.by_number, answer.number, answer.call_id))),
        sign=sign,
    )
