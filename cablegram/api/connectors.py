"""Connectors: configured ways out. The operator configures them; an account sees those it may use (R138)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.fields import Id, Moment, Name, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.connectors import configure
from cablegram.connectors.configure import NewSmpp
from cablegram.connectors.contract import LinkState
from cablegram.connectors.model import Connector, IdForm, LinkStatus, SmppSettings
from cablegram.runtime.runtime import Runtime

connectors = Resource("Connectors", "Ways out: carriers' logins, and what their links are doing.")

Password = Annotated[
    str,
    Meta(
        max_length=8,
        pattern=r"^[\x20-\x7e]*\Z",
        description="The carrier's password, at most 8 ASCII characters (SMPP 3.4, section 5.2.2); never shown again.",
        examples=["s3cret"],
        extra={
            "form": "ASCII characters",
            "codes": {"too_long": "password_too_long", "wrong_value": "password_too_long"},
        },
    ),
]


class NewConnector(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A carrier's SMPP login."""

    name: Name
    password: Password
    settings: SmppSettings


class ConnectorChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a connector; what is left out stays. `settings` are replaced as a whole."""

    name: Name | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    settings: SmppSettings | UnsetType = UNSET
    is_enabled: Annotated[bool, Meta(description="Whether it carries messages.")] | UnsetType = UNSET


class LinkView(msgspec.Struct):
    """One living connection of a connector."""

    number: Annotated[int, Meta(description="Which of the connector's links.")]
    state: Annotated[LinkState, Meta(description="What it is doing.")]
    detail: Annotated[str, Meta(description="Why, for people. Only the operator sees it.")]
    since: Moment


class ConnectorView(msgspec.Struct, kw_only=True):
    """A configured way out."""

    id: Id
    kind: Annotated[str, Meta(description="What it speaks.", examples=["smpp"])]
    name: Annotated[str, Meta(description="Its name.")]
    settings: Annotated[SmppSettings | None, Meta(description="Only the operator sees them.")]
    is_simulated: Annotated[bool, Meta(description="Whether it leads to the simulated carrier.")]
    is_enabled: Annotated[bool, Meta(description="Whether it carries messages.")]
    receipt_id_form: Annotated[IdForm, Meta(description="How the carrier writes ids in receipts, as learned so far.")]
    answers_queries: Annotated[
        bool | None,
        Meta(description="Whether the carrier answers questions about messages (query_sm); null: not known yet."),
    ]
    created_at: Moment
    links: Annotated[list[LinkView], Meta(description="Its links.")]


class ConnectorPage(msgspec.Struct):
    """Connectors, newest first."""

    items: list[ConnectorView]
    next: Next


_NO_CONNECTOR = Can(404, "connector_not_found", "there is no such connector for this account")
_BAD = (
    Can(400, "bad_name", "the name is not one line"),
    Can(400, "password_too_long", "the password has more than 8 characters, or others than ASCII"),
    Can(409, "connector_name_taken", "another connector has that name"),
)


@connectors.call("GET", "/v1/connectors", "listConnectors", scope=Scope.READ)
async def page(rt: Runtime, who: Principal, query: Paging) -> ConnectorPage:
    """List connectors.

    Those that the account may use, newest first.
    """
    found = await configure.page(rt, who, after=query.after or None, limit=query.limit + 1)
    items, following = cut(found, "/v1/connectors", query)
    links = await configure.links(rt, who, [one.id for one in items])
    return ConnectorPage([_view(who, one, links) for one in items], following)


@connectors.call("POST", "/v1/connectors", "createConnector", scope=Scope.OPERATOR, status=201, errors=_BAD)
async def create(rt: Runtime, who: Principal, body: NewConnector) -> ConnectorView:
    """Add a connector.

    A carrier's SMPP login; its links are made within a second.
    """
    new = NewSmpp(name=body.name, password=body.password, settings=body.settings)
    return _view(who, await configure.add_smpp(rt, who, new), [])


@connectors.call("GET", "/v1/connectors/{connector_id}", "getConnector", scope=Scope.READ, errors=(_NO_CONNECTOR,))
async def get(rt: Runtime, who: Principal, connector_id: Id) -> ConnectorView:
    """Get one connector.

    With what its links are doing.
    """
    return _view(who, *await configure.get(rt, who, connector_id))


@connectors.call(
    "PATCH",
    "/v1/connectors/{connector_id}",
    "changeConnector",
    scope=Scope.OPERATOR,
    errors=(_NO_CONNECTOR, *_BAD),
)
async def change(rt: Runtime, who: Principal, connector_id: Id, body: ConnectorChange) -> ConnectorView:
    """Change a connector.

    Or switch it on or off; its links reconnect.
    """
    changed, links = await configure.change_smpp(
        rt,
        who,
        connector_id,
        name=body.name or None,
        settings=body.settings or None,
        password=None if body.password is UNSET else body.password,
        is_enabled=None if body.is_enabled is UNSET else body.is_enabled,
    )
    return _view(who, changed, links)


def _view(who: Principal, one: Connector, links: list[LinkStatus]) -> ConnectorView:
    own = [link for link in links if link.connector_id == one.id]
    return ConnectorView(
        id=one.id,
        kind=one.kind,
        name=one.name,
        settings=one.smpp if who.is_operator else None,
        is_simulated=one.is_simulated,
        is_enabled=one.is_enabled,
        receipt_id_form=one.receipt_id_form,
        answers_queries=one.answers_queries,
        created_at=one.created_at,
        links=[LinkView(link.number, LinkState(link.state), link.detail, link.since) for link in own],
    )
