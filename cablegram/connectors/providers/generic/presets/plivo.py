"""Plivo as a described provider: what the built-in connector does, for those who want to change it."""

from __future__ import annotations

from cablegram.connectors.contract import Outcome
from cablegram.connectors.providers.generic.presets.shape import ENTITY, Field, Preset
from cablegram.connectors.providers.generic.settings import (
    AnswerMap,
    BasicAuth,
    Batching,
    BatchMode,
    CallForm,
    CallRules,
    CallSignature,
    GenericSettings,
    ReceiptMap,
    TextMap,
)
from cablegram.connectors.providers.plivo_errors import ERRORS

PLIVO = Preset(
    name="plivo",
    title="Plivo, described",
    blurb="Numbers with the same text share a request, an id for each; signed receipts and texts.",
    fields=(
        Field("auth_id", "Auth id", "On the console's first page.", "MAXXXXXXXXXXXXXXXXXX"),
        Field("auth_token", "Auth token", "On the console's first page.", is_secret=True),
        ENTITY,
    ),
    settings=GenericSettings(
        preset="plivo",
        url="https://api.plivo.com/v1/Account/{{auth_id}}/Message/",
        auth=BasicAuth(username="{{auth_id}}", password="{{auth_token}}"),  # noqa: S106 - where it is found
        payload={
            "src": "$$SenderID",
            "dst": "$$To",
            "text": "$$Body",
            "url": "{{callback_url}}",
            "method": "POST",
            "dlt_entity_id": "{{entity_id}}",
            "dlt_template_id": "$$TemplateID",
        },
        batch=Batching(size=1_000, mode=BatchMode.JOIN, separator="<"),
        answer=AnswerMap(http=[202], ids="message_uuid", invalid="invalid_number", words="error"),
        receipts=[
            ReceiptMap(
                parse=CallForm.FORM,
                id="MessageUUID",
                number="To",
                status="Status",
                error="ErrorCode",
                states={
                    "delivered": Outcome.DELIVERED,
                    "undelivered": Outcome.UNDELIVERED,
                    "failed": Outcome.UNDELIVERED,
                    "rejected": Outcome.UNDELIVERED,
                },
                troubles={code: trouble for code, (trouble, _) in ERRORS.items()},
            )
        ],
        texts=[
            TextMap(parse=CallForm.FORM, source="From", destination="To", text="Text", id="MessageUUID"),
        ],
        calls=CallRules(
            signature=CallSignature.PLIVO,
            key="{{auth_token}}",
            content_type="application/xml",
            answer="<Response></Response>",
        ),
    ),
    console=(
        "At console.plivo.com copy the auth id and the auth token.",
        "Receipts come by themselves: each request tells where to.",
        "For texts make an XML application with {callback_url} as its message URL and assign your numbers to it.",
    ),
    help_url="https://www.plivo.com/docs/messaging/api/message",
    senders="numbers of yours at Plivo, short codes, and names of up to 11 letters and digits where they are allowed",
)
