"""MSG91, Flow API v5: texts are templates there, and a message brings the template's id and its variables."""

from __future__ import annotations

from cablegram.connectors.contract import Outcome, Trouble
from cablegram.connectors.providers.generic.presets.shape import Field, Preset
from cablegram.connectors.providers.generic.settings import (
    AnswerMap,
    Batching,
    CallForm,
    GenericSettings,
    ReceiptMap,
    VariablesForm,
)

_STATES = {
    "1": Outcome.DELIVERED,
    "2": Outcome.UNDELIVERED,
    "9": Outcome.UNDELIVERED,
    "16": Outcome.UNDELIVERED,
    "17": Outcome.UNDELIVERED,
    "25": Outcome.UNDELIVERED,
}
_TROUBLES = {"17": Trouble.OPTED_OUT}

MSG91 = Preset(
    name="msg91",
    title="MSG91",
    blurb="Up to 1,000 recipients of a template a request; one id for all, to which receipts add the number.",
    fields=(Field("authkey", "Auth key", "Under your name, Authkey.", is_secret=True),),
    settings=GenericSettings(
        preset="msg91",
        url="https://control.msg91.com/api/v5/flow",
        headers={"authkey": "{{authkey}}", "Accept": "application/json"},
        payload={
            "template_id": "$$TemplateID",
            "short_url": "0",
            "recipients": [{"mobiles": "$$To", "...": "$$TemplateVariables"}],
        },
        batch=Batching(size=1_000, key="recipients"),
        variables_form=VariablesForm.OBJECT,
        answer=AnswerMap(
            http=[200],
            ok="type",
            ok_values=["success"],
            call_id="message",
            codes=["code"],
            words="message",
            troubles={
                "http_418": Trouble.ACCOUNT,  # our address is not on its list
                "202": Trouble.RECIPIENT,
                "207": Trouble.ACCOUNT,
                "208": Trouble.ACCOUNT,
                "301": Trouble.ACCOUNT,
                "302": Trouble.ACCOUNT,
                "303": Trouble.ACCOUNT,
                "306": Trouble.TEMPORARY,  # the route is closed at night
                "418": Trouble.ACCOUNT,
            },
        ),
        receipts=[
            ReceiptMap(
                parse=CallForm.FORM,
                field="data",
                items="$[*].report[*]",
                id="^.requestId",
                number="number",
                status="status",
                error="failedReason",
                states=_STATES,
                troubles=_TROUBLES,
                otherwise=Outcome.UNDELIVERED,
            ),
            ReceiptMap(
                id="requestId",
                number="number",
                status="status",
                error="failedReason",
                states=_STATES,
                troubles=_TROUBLES,
                otherwise=Outcome.UNDELIVERED,
            ),
        ],
    ),
    console=(
        "At control.msg91.com, under your name, copy the auth key, and allow the address of this installation there.",
        "Make a flow for each text and note its id: a message brings it as template_id, with the flow's variables.",
        "Under Webhook (new) add one for SMS reports, with {callback_url}, as form or as JSON.",
    ),
    help_url="https://docs.msg91.com/sms/send-sms",
    senders="the one that the flow has: what a message says of its sender is not sent",
)
