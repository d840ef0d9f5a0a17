"""AWS End User Messaging, the successor of Pinpoint's sending, and Pinpoint's own call for those who still have it."""

from __future__ import annotations

from cablegram.connectors.contract import Outcome, Trouble
from cablegram.connectors.providers.generic.presets.shape import ENTITY, Field, Preset
from cablegram.connectors.providers.generic.settings import (
    AnswerMap,
    AwsSignature,
    Batching,
    BatchMode,
    CallForm,
    CallRules,
    CallSignature,
    GenericSettings,
    ReceiptMap,
    TextMap,
)
from cablegram.connectors.providers.kinds import NumberForm

_ACCESS = (
    Field("region", "Region", "Where your numbers are.", "eu-west-1"),
    Field("access_key", "Access key id", "Of a user that may send and do nothing else.", "AKIAIOSFODNN7EXAMPLE"),
    Field("secret_key", "Secret access key", "Shown once, when the key is made.", is_secret=True),
)
_TOPIC = Field(
    "topic_arn",
    "Topic of events",
    "The ARN of the SNS topic that sends events here: others are refused.",
    "arn:aws:sns:eu-west-1:123456789012:sms-events",
)
_CALLS = CallRules(signature=CallSignature.SNS, key="{{topic_arn}}")
_SENDERS = "numbers, short codes, sender ids and pools of your account in this region"
_TROUBLES = {
    "ThrottlingException": Trouble.THROTTLED,
    "InternalServerException": Trouble.TEMPORARY,
    "AccessDeniedException": Trouble.ACCOUNT,
    "UnrecognizedClientException": Trouble.ACCOUNT,
    "InvalidSignatureException": Trouble.ACCOUNT,
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": Trouble.ACCOUNT,
    "INSUFFICIENT_ACCOUNT_REPUTATION": Trouble.ACCOUNT,
    "ACCOUNT_DISABLED": Trouble.ACCOUNT,
    "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": Trouble.ACCOUNT,  # still in the sandbox
    "DestinationPhoneNumber": Trouble.RECIPIENT,
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": Trouble.OPTED_OUT,
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": Trouble.CONTENT,
    "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": Trouble.CONTENT,
}
_BLOCKED = ("TEXT_BLOCKED", "TEXT_CARRIER_BLOCKED", "TEXT_SPAM", "TEXT_PROTECT_BLOCKED")
_FAILED = ("TEXT_INVALID", "TEXT_INVALID_MESSAGE", "TEXT_UNREACHABLE", "TEXT_CARRIER_UNREACHABLE", *_BLOCKED)

AWS_PINPOINT = Preset(
    name="aws_pinpoint",
    title="AWS Pinpoint (End User Messaging)",
    blurb="One message a request, signed; events through SNS.",
    fields=(
        *_ACCESS,
        _TOPIC,
        Field("config_set", "Configuration set", "Sends events to the topic.", "cablegram", is_needed=False),
        ENTITY,
    ),
    settings=GenericSettings(
        preset="aws_pinpoint",
        url="https://sms-voice.{{region}}.amazonaws.com/",
        auth=AwsSignature(service="sms-voice"),
        headers={
            "X-Amz-Target": "PinpointSMSVoiceV2.SendTextMessage",
            "Content-Type": "application/x-amz-json-1.0",
        },
        payload={
            "DestinationPhoneNumber": "$$To",
            "OriginationIdentity": "$$SenderID",
            "MessageBody": "$$Body",
            "MessageType": "PROMOTIONAL",
            "ConfigurationSetName": "{{config_set}}",
            "Context": {"mid": "$$MessageID"},
            "DestinationCountryParameters": {"IN_ENTITY_ID": "{{entity_id}}", "IN_TEMPLATE_ID": "$$TemplateID"},
        },
        number_form=NumberForm.PLUS,
        answer=AnswerMap(
            http=[200],
            ok="MessageId",
            id="MessageId",
            codes=["Reason", "Fields[0].Name", "__type"],
            words="Message",
            troubles=_TROUBLES,
        ),
        receipts=[
            ReceiptMap(
                parse=CallForm.SNS,
                id="messageId",
                our_id="context.mid",
                number="destinationPhoneNumber",
                status="eventType",
                states={
                    "TEXT_DELIVERED": Outcome.DELIVERED,
                    "TEXT_SUCCESSFUL": Outcome.DELIVERED,
                    "TEXT_TTL_EXPIRED": Outcome.EXPIRED,
                    **dict.fromkeys(_FAILED, Outcome.UNDELIVERED),
                },
                troubles={"TEXT_INVALID": Trouble.RECIPIENT, **dict.fromkeys(_BLOCKED, Trouble.CONTENT)},
            )
        ],
        texts=[
            TextMap(
                parse=CallForm.SNS,
                source="originationNumber",
                destination="destinationNumber",
                text="messageBody",
                id="inboundMessageId",
            )
        ],
        calls=_CALLS,
    ),
    console=(
        "In IAM make a user that may do sms-voice:SendTextMessage and nothing else, and an access key for it.",
        "In SNS make a topic and subscribe {callback_url} to it by HTTPS; the subscription confirms itself.",
        "In End User Messaging make a configuration set whose events go to this topic, and two-way numbers too.",
    ),
    help_url="https://docs.aws.amazon.com/sms-voice/latest/userguide/what-is-service.html",
    senders=_SENDERS,
)

AWS_PINPOINT_LEGACY = Preset(
    name="aws_pinpoint_legacy",
    title="AWS Pinpoint, old call",
    blurb="Up to 100 messages a request, signed; Pinpoint itself is being closed.",
    fields=(*_ACCESS, Field("app_id", "Project id", "Of the Pinpoint project."), ENTITY),
    settings=GenericSettings(
        preset="aws_pinpoint_legacy",
        url="https://pinpoint.{{region}}.amazonaws.com/v1/apps/{{app_id}}/messages",
        auth=AwsSignature(service="mobiletargeting"),
        payload={
            "Addresses": {"$$To": {"ChannelType": "SMS", "BodyOverride": "$$Body"}},
            "MessageConfiguration": {
                "SMSMessage": {
                    "MessageType": "PROMOTIONAL",
                    "SenderId": "$$SenderID",
                    "EntityId": "{{entity_id}}",
                    "TemplateId": "$$TemplateID",
                    "Body": "-",
                }
            },
        },
        batch=Batching(size=100, mode=BatchMode.MAP, key="Addresses"),
        number_form=NumberForm.PLUS,
        answer=AnswerMap(
            http=[200],
            by_number="MessageResponse.Result",
            id="MessageId",
            codes=["DeliveryStatus", "__type"],
            words="StatusMessage",
            troubles={
                "THROTTLED": Trouble.THROTTLED,
                "TEMPORARY_FAILURE": Trouble.TEMPORARY,
                "PERMANENT_FAILURE": Trouble.CONFIG,
                "UNKNOWN_FAILURE": Trouble.CONFIG,
                "OPT_OUT": Trouble.OPTED_OUT,
                "DUPLICATE": Trouble.CONFIG,
                **_TROUBLES,
            },
        ),
    ),
    console=("Make an access key for a user that may do mobiletargeting:SendMessages and nothing else.",),
    help_url="https://docs.aws.amazon.com/pinpoint/latest/apireference/apps-application-id-messages.html",
    senders=_SENDERS,
)
