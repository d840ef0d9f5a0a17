"""The generic connector among the kinds."""

from __future__ import annotations

from cablegram.connectors.providers.generic import provider
from cablegram.connectors.providers.generic.settings import MOST_RECORDS, GenericSecrets, GenericSettings
from cablegram.connectors.providers.kinds import Kind, NumberForm

KIND = Kind(
    name="generic",
    title="Any HTTP provider",
    blurb="Describe the request that your provider wants, or begin with a preset or with its sample for curl.",
    settings=GenericSettings,
    secrets=GenericSecrets,
    build=provider.build,
    console=(
        "Find the provider's sample for curl, or its description of the request to send a message.",
        "Give it {callback_url} for receipts, and for texts from phones.",
    ),
    help_url="https://curl.se/docs/manpage.html",
    number_form=NumberForm.DIGITS,
    senders="whatever the provider takes",
    most_at_once=MOST_RECORDS,
    needs=provider.needs,
    most_by=lambda settings: settings.batch.size if settings.batch else 1,
    media_by=provider.carries_media,
    addresses=provider.addresses,
)
