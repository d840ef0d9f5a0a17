"""BulkSMS, JSON REST API v1."""

from __future__ import annotations

from cablegram.connectors.contract import Outcome, Trouble
from cablegram.connectors.providers.generic.presets.shape import Field, Preset
from cablegram.connectors.providers.generic.settings import (
    AnswerMap,
    BasicAuth,
    Batching,
    GenericSettings,
    ReceiptMap,
    TextMap,
)
from cablegram.connectors.providers.kinds import NumberForm

BULKSMS = Preset(
    name="bulksms",
    title="BulkSMS",
    blurb="Up to 1,000 messages a request, an id for each, receipts and replies.",
    fields=(
        Field("token_id", "Token id", "Of an API token: Settings, Developer settings, API tokens.", "0A1B2C-02-A"),
        Field("token_secret", "Token secret", "Shown once, when the token is made.", is_secret=True),
    ),
    settings=GenericSettings(
        preset="bulksms",
        # Without it characters beyond GSM arrive as question marks.
        url="https://api.bulksms.com/v1/messages?auto-unicode=true",
        auth=BasicAuth(username="{{token_id}}", password="{{token_secret}}"),  # noqa: S106 - where it is found
        payload=[{"to": "$$To", "body": "$$Body", "from": "$$SenderID", "deliveryReports": "ALL"}],
        batch=Batching(size=1_000),
        number_form=NumberForm.PLUS,
        answer=AnswerMap(
            http=[201],
            items="$[*]",
            number="to",
            id="id",
            codes=["status.subtype", "type"],
            words="detail",
            troubles={
                "insufficient-credits": Trouble.ACCOUNT,
                "BLOCKED": Trouble.OPTED_OUT,
                "NOT_SENT": Trouble.CONFIG,
            },
        ),
        receipts=[
            ReceiptMap(
                items="$[*]",
                only={"type": "SENT"},
                id="id",
                number="to",
                status="status.type",
                detail="status.subtype",
                states={"DELIVERED": Outcome.DELIVERED, "FAILED": Outcome.UNDELIVERED},
                details={"EXPIRED": Outcome.EXPIRED},
                troubles={"BLOCKED": Trouble.OPTED_OUT},
            )
        ],
        texts=[TextMap(items="$[*]", only={"type": "RECEIVED"}, source="from", destination="to", text="body", id="id")],
    ),
    console=(
        "At bulksms.com, under Settings, Developer settings, make an API token and copy its id and its secret.",
        "Under Settings, Webhooks, add one for SENT messages and one for RECEIVED messages, each with {callback_url}.",
        "Longer texts than of three parts are cut there: whoever sends them adds longMessageMaxParts to the payload.",
    ),
    help_url="https://www.bulksms.com/developer/json/v1/",
    senders="numbers of yours at BulkSMS, short codes, and names of up to 11 letters and digits where they are allowed",
)
