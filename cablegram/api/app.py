"""The API as one ASGI application: the hot calls in front, all others behind them."""

from __future__ import annotations

from typing import cast

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.types import HTTPScope, Receive, Scope, Send

from cablegram.api import openapi
from cablegram.api.account import account
from cablegram.api.blacklist import blacklist
from cablegram.api.callbacks import PLACE, Callbacks
from cablegram.api.callbacks import Visit as Call
from cablegram.api.campaign_people import campaign_people
from cablegram.api.campaign_reports import campaign_reports
from cablegram.api.campaigns import campaigns
from cablegram.api.cards import cards
from cablegram.api.connector_health import healths
from cablegram.api.connector_kinds import kinds
from cablegram.api.connector_trials import trials
from cablegram.api.connectors import connectors
from cablegram.api.consent import consent
from cablegram.api.contact_fields import contact_fields
from cablegram.api.contact_lists import contact_lists
from cablegram.api.contact_members import contact_members
from cablegram.api.contact_records import contact_records
from cablegram.api.contact_tags import contact_tags
from cablegram.api.contact_variables import variables
from cablegram.api.contacts import contacts
from cablegram.api.conversations import conversations
from cablegram.api.credit_prices import credit_prices
from cablegram.api.describing import describing
from cablegram.api.door import Door
from cablegram.api.event_streams import event_streams
from cablegram.api.exchanges import exchanges
from cablegram.api.firewall import firewall
from cablegram.api.goals import conversions
from cablegram.api.hosted_numbers import hosted_numbers
from cablegram.api.hot import HotCalls
from cablegram.api.hot import Visit as Message
from cablegram.api.imports import imports
from cablegram.api.jobs import jobs
from cablegram.api.ledger import ledger
from cablegram.api.link_door import LinkDoor
from cablegram.api.links import links
from cablegram.api.logging_in import logging_in
from cablegram.api.mail_door import PATH as _MAIL
from cablegram.api.mail_door import MailDoor
from cablegram.api.margins import margin_calls
from cablegram.api.me import me
from cablegram.api.metrics import metrics
from cablegram.api.networks import networks
from cablegram.api.notices import notices
from cablegram.api.number_stock import number_stock
from cablegram.api.numbers import numbers
from cablegram.api.pages import pages
from cablegram.api.payment_door import PATH as _PAYMENTS
from cablegram.api.payment_door import PaymentDoor
from cablegram.api.payments import payments
from cablegram.api.plans import plans
from cablegram.api.reading import Pairs
from cablegram.api.received import received
from cablegram.api.recharges import recharges
from cablegram.api.reference import VERSION, reference
from cablegram.api.refused import refusals
from cablegram.api.reports import reports
from cablegram.api.reviews import reviews
from cablegram.api.routes import Tools, on_http_exception, routes
from cablegram.api.routing import routing
from cablegram.api.segments import segments
from cablegram.api.senders import senders
from cablegram.api.sending import sending
from cablegram.api.sending_rules import rules
from cablegram.api.short_codes import short_codes
from cablegram.api.simulate import simulate
from cablegram.api.standing import standing
from cablegram.api.store_calls import PLACE as STORES
from cablegram.api.store_calls import StoreCalls
from cablegram.api.store_logins import stores
from cablegram.api.subscribers import services
from cablegram.api.tariff_versions import tariff_versions
from cablegram.api.tariffs import tariffs
from cablegram.api.team import team
from cablegram.api.templates import templates
from cablegram.api.tickets import tickets
from cablegram.api.waiting import messages
from cablegram.api.webhook_events import webhook_events
from cablegram.api.webhooks import webhooks
from cablegram.api.website_door import PLACE as WEBSITE
from cablegram.api.website_door import website_door
from cablegram.api.website_tags import website_tags
from cablegram.api.why import reasons
from cablegram.billing.prices import Prices
from cablegram.inbound.callback_desk import CallbackDesk
from cablegram.links.model import LEAVE, LINK
from cablegram.links.visiting import Visits
from cablegram.messages.desk import Desk
from cablegram.runtime.runtime import Runtime

RESOURCES = (
    messages,
    reasons,
    refusals,
    received,
    conversations,
    simulate,
    templates,
    contacts,
    variables,
    contact_records,
    consent,
    contact_fields,
    contact_tags,
    website_tags,
    contact_lists,
    contact_members,
    segments,
    services,
    short_codes,
    stores,
    blacklist,
    reviews,
    imports,
    jobs,
    webhooks,
    webhook_events,
    event_streams,
    campaigns,
    campaign_reports,
    conversions,
    reports,
    campaign_people,
    links,
    senders,
    numbers,
    hosted_numbers,
    number_stock,
    plans,
    account,
    notices,
    ledger,
    logging_in,
    me,
    team,
    standing,
    tickets,
    rules,
    cards,
    recharges,
    payments,
    tariffs,
    tariff_versions,
    credit_prices,
    margin_calls,
    networks,
    kinds,
    connectors,
    describing,
    exchanges,
    trials,
    firewall,
    healths,
    routing,
    sending,
    reference,
)
# The first parts of the paths that are asked of this application; the panel has every other path.
PLACES = frozenset({"v1", "docs", "health", "healthz", "readyz", "metrics", PLACE, STORES, WEBSITE, LINK, LEAVE})
_LOGIN = "/login"
_CALLBACKS = f"/{PLACE}/"
_STORES = f"/{STORES}/"
_LINKS = (f"/{LINK}/", f"/{LEAVE}/")


def is_asked(scope: Scope) -> bool:
    """Tell whether a request is the API's: by the first part of its path, or a program's `POST /login` (R3).

    A browser that logs in never sends `Authorization: Basic`: that page is the panel's.
    """
    return scope["type"] == "http" and (scope["path"].split("/", 2)[1] in PLACES or _is_login(scope))


def _is_login(scope: HTTPScope) -> bool:
    return (
        scope["path"] == _LOGIN
        and scope["method"] == "POST"
        and any(name == b"authorization" and value[:6].lower() == b"basic " for name, value in scope["headers"])
    )


class Api:
    """The API; messages and providers' calls are handed in at desks, which are the caller's to open and close."""

    def __init__(self, rt: Runtime, desk: Desk, callback_desk: CallbackDesk) -> None:
        door = Door(rt)
        self.hot = HotCalls(rt, door, desk)
        self.callbacks = Callbacks(rt, callback_desk)
        self._stores = StoreCalls(rt)
        self._payments = PaymentDoor(rt)
        self._mail = MailDoor(rt)
        self.visits = Visits(rt)
        self.links = LinkDoor(rt, self.visits)
        tools = Tools(rt, door, Prices(), self.hot)
        operations = [operation for resource in RESOURCES for operation in resource.operations]
        self._routed = Litestar(
            [
                *routes(tools, operations),
                metrics(rt, door),
                *website_door(rt),
                *pages(lambda: openapi.document(RESOURCES, VERSION), rt.settings.public),
            ],
            exception_handlers={HTTPException: on_http_exception(rt)},
            openapi_config=None,
            request_max_body_size=None,  # each call has its own limit (reading.py)
            logging_config=None,
        )

    def admit(self, method: bytes, target: bytes, headers: Pairs) -> Message | Call | None:
        """Admit an ordinary request to a hot call (`cli/short_way.py`)."""
        if self.links.has_alone(headers):
            return None
        return self.hot.admit(method, target, headers) or self.callbacks.admit(method, target, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as an ASGI application does."""
        if scope["type"] == "http" and self.hot.takes(scope["method"], scope["path"]):
            await self.hot(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == _PAYMENTS:
            await self._payments(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(_MAIL):
            await self._mail(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(_CALLBACKS):
            await self.callbacks(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(_LINKS):
            await self.links(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(_STORES):
            await self._stores(scope, receive, send)
        elif scope["type"] == "http" and _is_login(scope):
            there = {"path": f"/v1{_LOGIN}", "raw_path": f"/v1{_LOGIN}".encode()}
            await self._routed(cast("Scope", {**scope, **there}), receive, send)
        else:
            await self._routed(scope, receive, send)
