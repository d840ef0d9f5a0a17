"""Exotel, SMS API v1. Receipts are read by the names of their details: their numbers differ between its documents."""

from __future__ import annotations

from cablegram.connectors.contract import Outcome, Trouble
from cablegram.connectors.providers.generic.presets.shape import ENTITY, Field, Preset
from cablegram.connectors.providers.generic.settings import (
    AnswerMap,
    BasicAuth,
    CallForm,
    GenericSettings,
    ParameterForm,
    ReceiptMap,
    TextMap,
)
from cablegram.connectors.providers.kinds import NumberForm

_STATES = {
    "delivered": Outcome.DELIVERED,
    "failed": Outcome.UNDELIVERED,
    "failed_dnd": Outcome.UNDELIVERED,
    "failed-dnd": Outcome.UNDELIVERED,
    "undelivered": Outcome.UNDELIVERED,
    "expired": Outcome.EXPIRED,
}
_DETAILS = {"DELIVERED_TO_HANDSET": Outcome.DELIVERED}
_TROUBLES = {
    "FAILED_INVALID_NUMBER": Trouble.RECIPIENT,
    "FAILED_SPAM": Trouble.CONTENT,
    "FAILED_INVALID_SENDER": Trouble.CONFIG,
    "FAILED_DLT_SCRUBBING": Trouble.CONTENT,
    "FAILED_DLT_ENTITY": Trouble.CONTENT,
    "FAILED_DLT_TEMPLATE": Trouble.CONTENT,
    "FAILED_DLT_CONSENT": Trouble.CONTENT,
}

EXOTEL = Preset(
    name="exotel",
    title="Exotel",
    blurb="One message a request, with the ids that India asks for, and receipts.",
    fields=(
        Field("sid", "Account SID", "Settings, API settings.", "mercadoluna1"),
        Field("api_key", "API key", "Settings, API settings.", is_secret=True),
        Field("api_token", "API token", "Settings, API settings.", is_secret=True),
        ENTITY,
    ),
    settings=GenericSettings(
        preset="exotel",
        url="https://api.exotel.com/v1/Accounts/{{sid}}/Sms/send.json",
        auth=BasicAuth(username="{{api_key}}", password="{{api_token}}"),  # noqa: S106 - where it is found
        parameters=ParameterForm.FORM,
        payload={
            "From": "$$SenderID",
            "To": "$$To",
            "Body": "$$Body",
            "DltEntityId": "{{entity_id}}",
            "DltTemplateId": "$$TemplateID",
            "SmsType": "transactional",
            "CustomField": "$$MessageID",
            "StatusCallback": "{{callback_url}}",
        },
        number_form=NumberForm.PLUS,
        answer=AnswerMap(http=[200], id="SMSMessage.Sid", words="RestException.Message"),
        receipts=[
            ReceiptMap(
                parse=parse,
                id="SmsSid",
                our_id="CustomField",
                number="To",
                status="Status",
                detail="DetailedStatus",
                states=_STATES,
                details=_DETAILS,
                troubles=_TROUBLES,
            )
            for parse in (CallForm.FORM, CallForm.JSON)
        ],
        texts=[TextMap(parse=CallForm.FORM, source="From", destination="To", text="Body", id="SmsSid")],
    ),
    console=(
        "At my.exotel.com, under Settings, API settings, copy the account SID, the API key and the API token.",
        "For an account in Mumbai set the base address to https://api.in.exotel.com.",
        "Receipts come by themselves: each message tells where to. For texts set {callback_url} at the number.",
    ),
    help_url="https://developer.exotel.com/api/sms",
    senders="an ExoPhone, or a header of six letters that is registered for DLT",
)
