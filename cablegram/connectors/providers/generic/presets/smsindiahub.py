"""SMSINDIAHUB: numbers with the same text in one address; refusals come as JSON or as bare words."""

from __future__ import annotations

from cablegram.connectors.contract import Trouble
from cablegram.connectors.providers.generic.presets.nimbus import SMSC_STATES
from cablegram.connectors.providers.generic.presets.shape import ENTITY, Field, Preset
from cablegram.connectors.providers.generic.settings import (
    AnswerMap,
    Batching,
    BatchMode,
    CallForm,
    GenericSettings,
    HttpMethod,
    ParameterForm,
    ReceiptMap,
)

SMSINDIAHUB = Preset(
    name="smsindiahub",
    title="SMSINDIAHUB",
    blurb="Up to 100 numbers with the same text a request, an id for each. The key stands in its address.",
    fields=(
        Field("api_key", "API key", "In the panel, under API.", is_secret=True),
        ENTITY,
    ),
    settings=GenericSettings(
        preset="smsindiahub",
        method=HttpMethod.GET,
        url=(
            "https://cloud.smsindiahub.in/vendorsms/pushsms.aspx?APIKey={{api_key}}&msisdn=$$To&sid=$$SenderID"
            "&msg=$$Body&fl=0&gwid=2&DLT_TE_ID=$$TemplateID&EntityId={{entity_id}}"
        ),
        parameters=ParameterForm.NONE,
        batch=Batching(size=100, mode=BatchMode.JOIN, separator=","),
        answer=AnswerMap(
            http=[200],
            ok="ErrorCode",
            ok_values=["000"],
            items="MessageData[*]",
            number="Number",
            id="MessageId",
            codes=["ErrorCode"],
            words="ErrorMessage",
            troubles={
                "001": Trouble.ACCOUNT,
                "006": Trouble.CONTENT,
                "007": Trouble.ACCOUNT,
                "021": Trouble.ACCOUNT,
                "text:Failed#Invalid Login": Trouble.ACCOUNT,
                "text:Failed#": Trouble.CONFIG,
            },
        ),
        receipts=[
            ReceiptMap(parse=CallForm.FORM, id="id", number="mobile", status="status", states=SMSC_STATES),
        ],
    ),
    console=(
        "In the panel, under API, copy the key, and allow the address of this installation if it checks addresses.",
        "Ask for receipts at {callback_url} with id, mobile and status, or set here what yours are called.",
        "For promotional texts take gwid=2 out of the address; add dc=8 to it for texts that GSM can't write.",
    ),
    help_url="https://www.smsindiahub.in/",
    senders="a header of six letters that is registered for DLT",
)
