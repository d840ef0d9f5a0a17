"""For who describes a provider: a sample for curl read into settings, and what would be sent, before all is saved."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from cablegram.accounts.access import Principal, Scope
from cablegram.api.operation import Can, Resource
from cablegram.connectors.contract import Outgoing
from cablegram.connectors.needs import ProviderValues
from cablegram.connectors.providers.contract import Context
from cablegram.connectors.providers.generic import curl_in
from cablegram.connectors.providers.generic.preview import preview
from cablegram.connectors.providers.generic.settings import GenericSecrets, GenericSettings
from cablegram.kit.ids import CampaignId, MessageId, uuid7
from cablegram.runtime.runtime import Runtime

describing = Resource(
    "Describing providers", "Any HTTP provider as settings: from its sample for curl, with a preview."
)

_CALLBACK = "https://your-address.example/callbacks/its-own-secret"


class CurlSample(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A provider's sample for curl."""

    curl: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=50_000,
            description="The command as the provider shows it. Nothing is run, no file is read.",
            examples=["curl -u user:secret https://sms.example.com/send -d to=34600000118 -d text=Hello"],
        ),
    ]


class DescriptionView(msgspec.Struct, kw_only=True):
    """Settings and secrets of a connector of the kind `generic`, as far as the sample tells them."""

    settings: GenericSettings
    secrets: GenericSecrets
    notes: Annotated[list[str], Meta(description="What was guessed and what was left out, for people.")]


class SampleMessage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A message to show the request with."""

    to: Annotated[str, Meta(pattern=r"^\+?[0-9]{4,15}\Z", description="Its number.")] = "+34600000118"
    sender: Annotated[str, Meta(max_length=21, description="What it comes from.")] = "Acme"
    text: Annotated[str, Meta(max_length=2_000, description="Its text.")] = "Your table is ready"
    provider_values: Annotated[ProviderValues, Meta(description="What it brings along.")] | None = None


class Wanted(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What to show. Of secrets only the names matter: in their place stands `YOUR_NAME`."""

    settings: GenericSettings
    secrets: Annotated[
        list[Annotated[str, Meta(max_length=60)]], Meta(max_length=50, description="Names of the secrets.")
    ] = []
    messages: Annotated[list[SampleMessage], Meta(min_length=1, max_length=10)] = msgspec.field(
        default_factory=lambda: [SampleMessage()]
    )


class RequestView(msgspec.Struct, kw_only=True):
    """One request that would be made."""

    request: Annotated[str, Meta(description="As HTTP writes it.")]
    curl: Annotated[str, Meta(description="The same as a command for a shell.")]
    messages: Annotated[int, Meta(description="How many of the messages it carries.", examples=[1])]
    lacks: Annotated[str, Meta(description="Why none can be made of these messages; empty where one can.")]


class RequestPreview(msgspec.Struct):
    """The requests for these messages."""

    items: list[RequestView]


@describing.call(
    "POST",
    "/v1/connector-descriptions",
    "describeConnector",
    scope=Scope.ACCOUNT,
    errors=(Can(403, "bad_curl", "it is no command for curl with an address"),),
)
async def describe(rt: Runtime, who: Principal, body: CurlSample) -> DescriptionView:  # noqa: ARG001 - it touches nothing
    """Read a provider's sample for curl.

    Into settings and secrets of a connector of the kind `generic`, with a note on each guess. Nothing is saved.
    """
    draft = curl_in.read(body.curl)
    return DescriptionView(settings=draft.settings, secrets=draft.secrets, notes=draft.notes)


@describing.call(
    "POST",
    "/v1/connector-previews",
    "previewConnector",
    scope=Scope.ACCOUNT,
    errors=(
        Can(403, "placeholder_to_missing", "nothing says whom a message is for; likewise all that is wrong otherwise"),
    ),
)
async def show(rt: Runtime, who: Principal, body: Wanted) -> RequestPreview:  # noqa: ARG001 - it touches nothing
    """Show what a described provider would be sent.

    Exactly as it goes out, but for the secrets. Nothing is saved or sent; what is wrong with the settings is told as
    when they are saved.
    """
    secrets = GenericSecrets(values=dict.fromkeys(body.secrets, "x"))
    context = Context(rt.clock.now(), _CALLBACK)
    campaign_id = CampaignId(uuid7())
    messages = [_outgoing(one, campaign_id) for one in body.messages]
    return RequestPreview(
        [
            RequestView(request=one.text, curl=one.curl, messages=one.messages, lacks=one.lacks)
            for one in preview(body.settings, secrets, messages, context)
        ]
    )


def _outgoing(one: SampleMessage, campaign_id: CampaignId) -> Outgoing:
    values: dict[str, Any] | None = msgspec.to_builtins(one.provider_values) if one.provider_values else None
    return Outgoing(
        MessageId(uuid7()), one.sender, one.to.removeprefix("+"), one.text, 1, campaign_id=campaign_id, values=values
    )
