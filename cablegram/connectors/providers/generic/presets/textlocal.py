"""Textlocal. Its receipts repeat only what we gave along, so each message goes alone; a second preset sends in bulk."""

from __future__ import annotations

from msgspec.structs import replace

from cablegram.connectors.contract import Outcome, Trouble
from cablegram.connectors.providers.generic.presets.shape import Field, Preset
from cablegram.connectors.providers.generic.settings import (
    AnswerMap,
    Batching,
    CallForm,
    GenericSettings,
    ParameterForm,
    ReceiptMap,
    TextMap,
)

_FIELDS = (Field("api_key", "API key", "Settings, API keys.", is_secret=True),)
_SENDERS = "six letters that are registered for DLT in India; up to 11 letters and digits, or a number, in the UK"
_HELP = "https://api.textlocal.in/docs/"
_CONSOLE = (
    "At Textlocal, under Settings, API keys, make a key, and allow the address of this installation for it.",
    "For an account in the United Kingdom set the base address to https://api.txtlocal.com.",
)

_SETTINGS = GenericSettings(
    preset="textlocal",
    url="https://api.textlocal.in/send/",
    parameters=ParameterForm.FORM,
    payload={
        "apikey": "{{api_key}}",
        "sender": "$$SenderID",
        "numbers": "$$To",
        "message": "$$Body",
        "custom": "$$MessageID",
        "receipt_url": "{{callback_url}}",
    },
    answer=AnswerMap(
        http=[200],
        ok="status",
        ok_values=["success"],
        items="messages[*]",
        number="recipient",
        id="id",
        codes=["errors[0].code"],
        words="errors[0].message",
        troubles={
            "3": Trouble.RECIPIENT,
            "7": Trouble.ACCOUNT,
            "51": Trouble.RECIPIENT,
            "80": Trouble.CONTENT,
            "191": Trouble.TEMPORARY,
            "192": Trouble.TEMPORARY,
        },
    ),
    receipts=[
        ReceiptMap(
            parse=CallForm.FORM,
            our_id="customID",
            number="number",
            status="status",
            states={"D": Outcome.DELIVERED, "U": Outcome.UNDELIVERED, "I": Outcome.UNDELIVERED, "E": Outcome.EXPIRED},
            troubles={"I": Trouble.RECIPIENT},
        )
    ],
    texts=[TextMap(parse=CallForm.FORM, source="sender", destination="inNumber", text="content")],
)

TEXTLOCAL = Preset(
    name="textlocal",
    title="Textlocal",
    blurb="One message a request, and receipts that repeat our own id.",
    fields=_FIELDS,
    settings=_SETTINGS,
    console=(
        *_CONSOLE,
        "Receipts come by themselves: each message tells where to. For texts set {callback_url} at your inbox.",
    ),
    help_url=_HELP,
    senders=_SENDERS,
)

TEXTLOCAL_BULK = Preset(
    name="textlocal_bulk",
    title="Textlocal in bulk",
    blurb="Up to 500 messages a request, each with its own text. Receipts can't be told apart there: none are read.",
    fields=_FIELDS,
    settings=replace(
        _SETTINGS,
        preset="textlocal_bulk",
        url="https://api.textlocal.in/bulk_json/",
        payload={
            "apikey": "{{api_key}}",
            "data": {"$json": {"sender": "$$SenderID", "messages": [{"number": "$$To", "text": "$$Body"}]}},
        },
        batch=Batching(size=500, key="data.$json.messages"),
        receipts=[],
    ),
    console=(*_CONSOLE, "For texts from phones set {callback_url} at your inbox."),
    help_url=_HELP,
    senders=_SENDERS,
)
