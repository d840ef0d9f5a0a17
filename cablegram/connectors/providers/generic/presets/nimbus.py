"""Nimbus IT: several APIs are about; this is the one for equal texts to many. It publishes nothing on receipts."""

from __future__ import annotations

from cablegram.connectors.contract import Outcome
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
from cablegram.connectors.providers.kinds import NumberForm

SMSC_STATES = {
    "DELIVRD": Outcome.DELIVERED,
    "UNDELIV": Outcome.UNDELIVERED,
    "REJECTD": Outcome.UNDELIVERED,
    "FAILED": Outcome.UNDELIVERED,
    "EXPIRED": Outcome.EXPIRED,
}
"""The words of SMPP receipts, which gateways of this kind hand on."""

NIMBUS = Preset(
    name="nimbus",
    title="Nimbus IT",
    blurb="Up to 100 numbers with the same text a request. User and password stand in its address.",
    fields=(
        Field("user", "User", "With which you log in to the panel."),
        Field("password", "Password", "Or the key, where your panel gives one.", is_secret=True),
        ENTITY,
    ),
    settings=GenericSettings(
        preset="nimbus",
        method=HttpMethod.GET,
        url=(
            "http://nimbusit.biz/api/SmsApi/SendMultipleApi?UserID={{user}}&Password={{password}}&SenderID=$$SenderID"
            "&Phno=$$To&Msg=$$Body&EntityID={{entity_id}}&TemplateID=$$TemplateID"
        ),
        parameters=ParameterForm.NONE,
        batch=Batching(size=100, mode=BatchMode.JOIN, separator=","),
        number_form=NumberForm.NATIONAL,
        answer=AnswerMap(http=[200], ok="Status", ok_values=["OK"], call_id="Response.JobId", words="Response.Message"),
        receipts=[
            ReceiptMap(parse=CallForm.FORM, id="id", number="mobile", status="status", states=SMSC_STATES),
        ],
    ),
    console=(
        "Ask Nimbus which of its APIs your account has: the address, and the names of user and password, may differ.",
        "Ask for receipts at {callback_url} with id, mobile and status, or set here what yours are called.",
    ),
    help_url="https://www.nimbusit.co.in/",
    senders="a header of six letters that is registered for DLT",
)
