"""Connectors: configured ways out, of any kind; the operator's for all accounts, an account's own for it alone."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cablegram.accounts.access import Principal, Scope
from cablegram.api.connector_kinds import Fee, IsOwn, KindName, forms
from cablegram.api.errors import gathered
from cablegram.api.fields import Id, Moment, Name, Next, Paging
from cablegram.api.operation import Can, Resource
from cablegram.api.paging import cut
from cablegram.connectors import advice, configure, registry
from cablegram.connectors import forms as reading
from cablegram.connectors.configure import Change
from cablegram.connectors.contract import LinkState
from cablegram.connectors.model import Connector, IdForm, LinkStatus, Settings
from cablegram.kit.errors import CablegramError, InvalidInput
from cablegram.runtime.runtime import Runtime

connectors = Resource("Connectors", "Ways out: carriers' logins, accounts at providers, what their links are doing.")

Secrets = Annotated[
    dict[str, Any],
    Meta(description="What proves who we are, by the names that its kind has for it; sealed, and never shown again."),
]
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


FORMS = forms(Password)


class NewConnector(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new connector: a carrier's SMPP login, or an account at a provider. Its form is that of its kind."""

    __schema__: ClassVar[dict[str, Any]] = {
        "oneOf": [{"$ref": f"#/components/schemas/{form.__name__}"} for _, form in FORMS]
    }

    name: Name
    kind: KindName = registry.SMPP
    settings: Annotated[dict[str, Any], Meta(description="Where it leads, and how: as its kind wants it.")]
    secrets: Secrets | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    is_own: IsOwn | UnsetType = UNSET
    fee: Fee | UnsetType = UNSET


class ConnectorChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a connector; what is left out stays. `settings` are replaced as a whole, secrets singly."""

    name: Name | UnsetType = UNSET
    settings: Annotated[dict[str, Any], Meta(description="All settings of its kind.")] | UnsetType = UNSET
    secrets: Secrets | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    is_enabled: Annotated[bool, Meta(description="Whether it carries messages.")] | UnsetType = UNSET
    fee: Fee | UnsetType | None = UNSET


class LinkView(msgspec.Struct):
    """One living connection of a connector."""

    number: Annotated[int, Meta(description="Which of the connector's links.")]
    state: Annotated[LinkState, Meta(description="What it is doing.")]
    detail: Annotated[str, Meta(description="Why, for people. Only the operator sees it.")]
    since: Moment


class ConnectorView(msgspec.Struct, kw_only=True):
    """A configured way out."""

    id: Id
    kind: Annotated[str, Meta(description="What it speaks: one of the kinds.", examples=["smpp"])]
    name: Annotated[str, Meta(description="Its name.")]
    is_own: Annotated[bool, Meta(description="Whether it is the account's own, and not the operator's for everybody.")]
    settings: Annotated[
        dict[str, Any] | None, Meta(description="As its kind has them; null for who may not configure it.")
    ]
    secrets: Annotated[
        list[str] | None,
        Meta(description="Which secrets are set, by name; null for who may not configure it, or if no key opens them."),
    ]
    is_simulated: Annotated[bool, Meta(description="Whether it leads to the simulated carrier.")]
    is_enabled: Annotated[bool, Meta(description="Whether it carries messages.")]
    fee: Annotated[int | None, Meta(description="Micro-credits a segment over an account's own; null: nothing.")]
    carries_media: Annotated[bool, Meta(description="Whether it carries pictures (MMS).")]
    usable_characters: Annotated[
        int | None, Meta(description="By how many characters its gateway bills; null: as the network cuts.")
    ]
    needs: Annotated[list[str], Meta(description="Names of the values that each message must bring along.")]
    at_once: Annotated[int, Meta(description="How much may be under way: parts over SMPP, requests over HTTP.")]
    per_second: Annotated[float, Meta(description="How much may go out a second; 0 is without limit.")]
    notices: Annotated[list[str], Meta(description="What to keep in mind about it, for people.")]
    receipt_id_form: Annotated[IdForm, Meta(description="How the carrier writes ids in receipts, as learned so far.")]
    answers_queries: Annotated[
        bool | None,
        Meta(description="Whether the carrier answers questions about messages (query_sm); null: not known yet."),
    ]
    tested_at: Annotated[
        Moment | None,
        Meta(description="When its provider last took a test; null: not since it leads there. No campaign before."),
    ]
    paused_at: Annotated[
        Moment | None, Meta(description="Since when it carries nothing, for its provider refuses all; null: it does.")
    ]
    paused_reason: Annotated[
        str | None, Meta(description="What the provider said then; null for who may not configure it.")
    ]
    callback_url: Annotated[
        str | None,
        Meta(description="Where its provider reports to. Null over SMPP, without a public address, and for others."),
    ]
    created_at: Moment
    links: Annotated[list[LinkView], Meta(description="Its links.")]


class ConnectorPage(msgspec.Struct):
    """Connectors, newest first."""

    items: list[ConnectorView]
    next: Next


NO_CONNECTOR = Can(404, "connector_not_found", "there is no such connector for this account")
_BAD = (
    Can(400, "bad_name", "the name is not one line"),
    Can(400, "password_too_long", "the password has more than 8 characters, or others than ASCII"),
    Can(403, "address_invalid", "an address among the settings is none of the web"),
    Can(403, "address_not_public", "an address leads into a private network, and the operator has not allowed it"),
    Can(403, "fee_not_own", "a fee was given for a connector of the operator's"),
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
    return ConnectorPage([view(rt, who, one, links) for one in items], following)


@connectors.call(
    "POST",
    "/v1/connectors",
    "createConnector",
    scope=Scope.ACCOUNT,
    status=201,
    errors=(Can(400, "unknown_kind", "there is no such kind of connector"), *_BAD),
    forms=FORMS,
)
async def create(rt: Runtime, who: Principal, body: NewConnector) -> ConnectorView:
    """Add a connector.

    A carrier's SMPP login, or an account at a provider; its links are made within a second. Who runs the installation
    adds them for all accounts, others one of their own account's (`is_own`).
    """
    secrets = _secrets(body.kind, body.secrets, body.password) or {}
    new = configure.NewConnector(
        kind=body.kind,
        name=body.name,
        settings=_settings(body.kind, body.settings),
        secrets=_checked(body.kind, secrets),
        is_own=not who.is_operator if body.is_own is UNSET else body.is_own,
        fee=None if body.fee is UNSET else body.fee,
    )
    return view(rt, who, await configure.add(rt, who, new), [])


@connectors.call("GET", "/v1/connectors/{connector_id}", "getConnector", scope=Scope.READ, errors=(NO_CONNECTOR,))
async def get(rt: Runtime, who: Principal, connector_id: Id) -> ConnectorView:
    """Get one connector.

    With what its links are doing.
    """
    return view(rt, who, *await configure.get(rt, who, connector_id))


@connectors.call(
    "PATCH",
    "/v1/connectors/{connector_id}",
    "changeConnector",
    scope=Scope.ACCOUNT,
    errors=(NO_CONNECTOR, *_BAD),
)
async def change(rt: Runtime, who: Principal, connector_id: Id, body: ConnectorChange) -> ConnectorView:
    """Change a connector.

    Or switch it on or off; its links reconnect. One that leads elsewhere now, or has other secrets, is to be tested
    again before campaigns go over it.
    """
    known, _ = await configure.get(rt, who, connector_id)
    wanted = Change(
        name=body.name or None,
        settings=None if body.settings is UNSET else reading.read_settings(known.kind, body.settings),
        secrets=_secrets(known.kind, body.secrets, body.password),
        is_enabled=None if body.is_enabled is UNSET else body.is_enabled,
        fee=None if body.fee is UNSET else -1 if body.fee is None else body.fee,
    )
    return view(rt, who, *await configure.change(rt, who, connector_id, wanted))


@connectors.call(
    "DELETE",
    "/v1/connectors/{connector_id}",
    "deleteConnector",
    scope=Scope.ACCOUNT,
    status=204,
    errors=(
        NO_CONNECTOR,
        Can(409, "connector_is_on", "it is switched on"),
        Can(409, "connector_in_use", "messages, receipts or senders still need it"),
    ),
)
async def delete(rt: Runtime, who: Principal, connector_id: Id) -> None:
    """Delete a connector.

    One that is off, and that nothing needs any more. What went through it keeps its place in the history.
    """
    await configure.remove(rt, who, connector_id)


@connectors.call(
    "POST",
    "/v1/connectors/{connector_id}/resume",
    "resumeConnector",
    scope=Scope.ACCOUNT,
    errors=(NO_CONNECTOR,),
)
async def resume(rt: Runtime, who: Principal, connector_id: Id) -> ConnectorView:
    """Let a connector go on.

    One that was paused because its provider refused the whole account. What waited for it goes out.
    """
    await configure.resume(rt, who, connector_id)
    return view(rt, who, *await configure.get(rt, who, connector_id))


@connectors.call(
    "POST",
    "/v1/connectors/{connector_id}/callback-token",
    "renewCallbackToken",
    scope=Scope.ACCOUNT,
    errors=(NO_CONNECTOR, Can(403, "no_callbacks", "it speaks SMPP, which needs no callback address")),
)
async def renew_callback_token(rt: Runtime, who: Principal, connector_id: Id) -> ConnectorView:
    """Give it another callback address.

    The old one is turned away from now on: set the new one at the provider.
    """
    await configure.renew_callback_token(rt, who, connector_id)
    return view(rt, who, *await configure.get(rt, who, connector_id))


def view(rt: Runtime, who: Principal, one: Connector, links: list[LinkStatus]) -> ConnectorView:
    """Write a connector as this caller may see it."""
    own = [link for link in links if link.connector_id == one.id]
    is_ours = configure.manages(who, one)
    return ConnectorView(
        id=one.id,
        kind=one.kind,
        name=one.name,
        is_own=one.account_id is not None,
        settings=msgspec.to_builtins(one.settings) if is_ours else None,
        secrets=_known_secrets(rt, one) if is_ours else None,
        is_simulated=one.is_simulated,
        is_enabled=one.is_enabled,
        fee=one.fee,
        carries_media=one.traits.carries_media,
        usable_characters=one.traits.usable_characters,
        needs=list(one.traits.needs),
        at_once=one.room,
        per_second=one.rate,
        notices=advice.notices(one),
        receipt_id_form=one.receipt_id_form,
        answers_queries=one.answers_queries,
        tested_at=one.tested_at,
        paused_at=one.paused_at,
        paused_reason=one.paused_reason if is_ours else None,
        callback_url=_callback_url(rt, one) if is_ours else None,
        created_at=one.created_at,
        links=[LinkView(link.number, LinkState(link.state), link.detail, link.since) for link in own],
    )


def _settings(kind: str, given: dict[str, Any]) -> Settings:
    try:
        return reading.read_settings(kind, given)
    except InvalidInput as error:
        raise gathered(error.faults) from None  # the schema could have told


def _secrets(kind: str, given: dict[str, Any] | UnsetType, password: str | UnsetType) -> dict[str, Any] | None:
    """Return the secrets that were given; a password is SMPP's only one, and may be given by itself."""
    if kind == registry.SMPP and password is not UNSET:
        return {"password": password}
    return None if given is UNSET else given


def _checked(kind: str, secrets: dict[str, Any]) -> dict[str, Any]:
    try:
        reading.read_secrets(kind, secrets)
    except InvalidInput as error:
        raise gathered(error.faults) from None  # the schema could have told
    return secrets


def _known_secrets(rt: Runtime, one: Connector) -> list[str] | None:
    try:
        return reading.secrets_set(registry.open_secrets(one, rt.seal))
    except CablegramError:
        return None  # sealed with another key: the connector's own state says so


def _callback_url(rt: Runtime, one: Connector) -> str | None:
    try:
        return registry.callback_url(one, rt.seal, rt.settings.public_url) or None
    except CablegramError:
        return None  # as above
