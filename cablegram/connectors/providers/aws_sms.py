"""AWS End User Messaging SMS, version 2 (`pinpoint-sms-voice-v2`): JSON signed by Signature Version 4, events by SNS.

One message a request. Its errors are told apart by type and reason, never by the status of HTTP. What became of a
message comes as an event through an SNS topic, and so do texts of phones; our own id travels in the event's context.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Meta

from cablegram.connectors.contract import Incoming, Outcome, Outgoing, Receipt, Trouble
from cablegram.connectors.providers import fields, sns, verdicts
from cablegram.connectors.providers.contract import (
    Callback,
    CallbackRequest,
    Context,
    HttpAnswer,
    HttpRequest,
    Reading,
    Shipment,
)
from cablegram.connectors.providers.kinds import HttpSettings, Kind, NumberForm
from cablegram.connectors.providers.sigv4 import Signer

_TTL: Final = (5, 259_200)  # seconds
_BUCKET: Final = re.compile(r"([a-z0-9.-]{3,63})\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com")


class AwsSmsSettings(HttpSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a connector to AWS is told."""

    region: Annotated[
        str,
        Meta(
            title="Region",
            pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]\Z",
            description="Where your numbers and sender ids are.",
            examples=["eu-west-1"],
        ),
    ]
    access_key_id: Annotated[
        str,
        Meta(
            title="Access key id",
            min_length=16,
            max_length=128,
            description="Of an IAM user that may sms-voice:SendTextMessage and sms-voice:SendMediaMessage.",
            examples=["AKIAIOSFODNN7EXAMPLE"],
        ),
    ]
    message_type: Annotated[
        Literal["TRANSACTIONAL", "PROMOTIONAL"],
        Meta(title="Message type", description="Transactional texts go by dearer, surer routes."),
    ] = "TRANSACTIONAL"
    configuration_set: Annotated[
        str,
        Meta(
            title="Configuration set",
            max_length=256,
            description="Whose event destination is the SNS topic: without it there are no receipts.",
            examples=["cablegram"],
        ),
    ] = ""
    topics: Annotated[
        tuple[str, ...],
        Meta(
            title="SNS topics",
            max_length=20,
            description="Their ARNs, for events and for texts. What comes from any other is refused.",
            examples=[["arn:aws:sns:eu-west-1:123456789012:cablegram"]],
        ),
    ] = ()
    pool_id: Annotated[
        str,
        Meta(title="Pool", max_length=256, description="Its id or ARN: AWS then chooses the sender from that pool."),
    ] = ""
    max_price: Annotated[
        str,
        Meta(
            title="Highest price",
            pattern=r"^([0-9]{0,2}\.[0-9]{1,5})?\Z",
            description="US dollars for a part; a message that costs more is refused.",
            examples=["0.10"],
        ),
    ] = ""
    protect_configuration: Annotated[
        str, Meta(title="Protect configuration", max_length=256, description="Its id or ARN, if not the account's.")
    ] = ""
    entity_id: Annotated[
        str,
        Meta(
            title="DLT entity id",
            max_length=64,
            description="For India: your principal entity's id, if a message brings none of its own as `entity_id`.",
            examples=["1101456324675322134"],
        ),
    ] = ""


class AwsSmsSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What proves who we are."""

    secret_access_key: Annotated[
        str,
        Meta(
            title="Secret access key",
            min_length=16,
            max_length=200,
            description="Shown once, when the access key is made.",
        ),
    ]


ERRORS: Final[verdicts.Errors] = {
    "ThrottlingException": (Trouble.THROTTLED, "too many messages a second"),
    "InternalServerException": (Trouble.TEMPORARY, "AWS had an error of its own"),
    "ServiceQuotaExceededException": (Trouble.ACCOUNT, "a quota of the account is used up"),
    "DAILY_DESTINATION_CALL_LIMIT": (Trouble.CONTENT, "this number had as many messages today as it may have"),
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": (Trouble.ACCOUNT, "the month's spending limit for texts is reached"),
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA": (Trouble.ACCOUNT, "the month's spending limit for pictures is reached"),
    "AccessDeniedException": (Trouble.ACCOUNT, "this access key may not send messages"),
    "INSUFFICIENT_ACCOUNT_REPUTATION": (Trouble.ACCOUNT, "AWS stopped the account for its reputation"),
    "ACCOUNT_DISABLED": (Trouble.ACCOUNT, "the account is disabled"),
    "UnrecognizedClientException": (Trouble.ACCOUNT, "there is no such access key"),
    "InvalidSignatureException": (Trouble.ACCOUNT, "the secret access key is wrong, or this machine's clock"),
    "IncompleteSignatureException": (Trouble.ACCOUNT, "the signature is not complete"),
    "MissingAuthenticationTokenException": (Trouble.ACCOUNT, "the request was not signed"),
    "ExpiredTokenException": (Trouble.ACCOUNT, "the access key has expired"),
    "RequestExpired": (Trouble.ACCOUNT, "the request was too old: look at this machine's clock"),
    "OptInRequired": (Trouble.ACCOUNT, "the account has not signed up for this"),
    "UnknownOperationException": (Trouble.ACCOUNT, "AWS does not know this call: look at the address"),
    "ConflictException": (Trouble.CONFIG, "something at AWS does not allow this"),
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": (Trouble.OPTED_OUT, "its owner opted out"),
    "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": (
        Trouble.ACCOUNT,
        "the account is in the sandbox, which sends to verified numbers alone: ask AWS for production access",
    ),
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": (
        Trouble.CONTENT,
        "a protect configuration bars the country",
    ),
    "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": (
        Trouble.CONTENT,
        "a protect configuration bars this number",
    ),
    "NO_ORIGINATION_IDENTITIES_FOUND": (Trouble.CONFIG, "the account has no sender for this country"),
    "RESOURCE_NOT_ACTIVE": (Trouble.CONFIG, "the sender is not active yet"),
    "MESSAGE_TYPE_MISMATCH": (Trouble.CONFIG, "the sender is not for this type of message"),
    "NUMBER_CAPABILITIES_MISMATCH": (Trouble.CONFIG, "the sender can't send this kind of message"),
    "ValidationException": (Trouble.CONFIG, "a field is not valid"),
    "DestinationPhoneNumber": (Trouble.RECIPIENT, "this is no number"),
    "COUNTRY_NOT_ENABLED": (Trouble.CONFIG, "the country is not switched on"),
    "DESTINATION_COUNTRY_BLOCKED": (Trouble.CONFIG, "the country is barred"),
    "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY": (Trouble.CONFIG, "this sender can't be used in that country"),
    "SENDER_ID_NOT_REGISTERED": (Trouble.CONFIG, "the sender id is not registered"),
    "SENDER_ID_NOT_SUPPORTED": (Trouble.CONFIG, "the country takes no sender ids"),
    "SENDER_ID_REQUIRES_REGISTRATION": (Trouble.CONFIG, "the country wants sender ids to be registered"),
    "PRICE_OVER_THRESHOLD": (Trouble.CONFIG, "it costs more than the highest price allowed"),
    "ResourceNotFoundException": (Trouble.CONFIG, "the sender or the configuration set does not exist in this region"),
    "INVALID": (Trouble.RECIPIENT, "no such number"),
    "INVALID_MESSAGE": (Trouble.CONFIG, "the message is not valid"),
    "UNREACHABLE": (Trouble.TEMPORARY, "the phone was not there"),
    "CARRIER_UNREACHABLE": (Trouble.TEMPORARY, "the carrier was not there"),
    "BLOCKED": (Trouble.CONTENT, "the phone blocks it"),
    "CARRIER_BLOCKED": (Trouble.CONTENT, "the carrier blocked it"),
    "SPAM": (Trouble.CONTENT, "the carrier's filter took it for spam"),
    "PROTECT_BLOCKED": (Trouble.CONTENT, "a protect configuration bars it"),
    "FILE_INACCESSIBLE": (Trouble.CONFIG, "AWS can't read the picture in S3"),
    "FILE_TYPE_UNSUPPORTED": (Trouble.CONFIG, "the picture is of a type that is not taken"),
    "FILE_SIZE_EXCEEDED": (Trouble.CONFIG, "the picture is too large"),
}
"""Types of errors and their reasons, the field that is wrong, and events without TEXT_ or MEDIA_."""

_OUTCOMES: Final = {
    "DELIVERED": Outcome.DELIVERED,
    "SUCCESSFUL": Outcome.DELIVERED,
    "TTL_EXPIRED": Outcome.EXPIRED,
    **dict.fromkeys(
        (
            "INVALID",
            "INVALID_MESSAGE",
            "UNREACHABLE",
            "CARRIER_UNREACHABLE",
            "BLOCKED",
            "CARRIER_BLOCKED",
            "SPAM",
            "PROTECT_BLOCKED",
            "FILE_INACCESSIBLE",
            "FILE_TYPE_UNSUPPORTED",
            "FILE_SIZE_EXCEEDED",
        ),
        Outcome.UNDELIVERED,
    ),
}


@dataclass(frozen=True, slots=True)
class AwsSms:
    """AWS End User Messaging with one connector's settings; `signer` knows its keys."""

    settings: AwsSmsSettings
    known: AwsSmsSecrets
    signer: Signer

    def ship(self, batch: Sequence[Outgoing], context: Context) -> list[Shipment]:
        """Return a request for each message; pictures must stand in S3, for AWS fetches them nowhere else."""
        return [self._shipment(message, context) for message in batch]

    def read(self, shipment: Shipment, answer: HttpAnswer) -> Reading:
        """Return what an answer says of its message: an id, or an error by its type and reason."""
        found = fields.read_object(answer.body)
        if provider_id := fields.word(found.get("MessageId")):
            return verdicts.one_each(shipment, verdicts.taken(provider_id))
        told = fields.word(found.get("__type")) or fields.word(answer.headers.get("x-amzn-errortype")).partition(":")[0]
        kind, reason = told.rpartition("#")[2], fields.word(found.get("Reason"))
        said = fields.word(found.get("Message")) or fields.word(found.get("message"))
        names = [fields.word(fields.as_object(one).get("Name")) for one in fields.as_list(found.get("Fields"))]
        code = next((code for code in (reason, *names, kind) if code in ERRORS), "")
        if not code:
            return verdicts.by_status(shipment, answer, said=": ".join(part for part in (reason or kind, said) if part))
        part = verdicts.explain(ERRORS, code, said, otherwise=Trouble.CONFIG)
        return verdicts.one_each(shipment, part, wait=verdicts.retry_after(answer))

    def hear(self, request: CallbackRequest, *, now: datetime) -> Callback:
        """Return the receipt or text in a message of SNS, or yes to a subscription. Raises CallbackRefused.

        First it wants the certificate, whose address must be AWS's own (or `base_url`, where a simulator stands there).
        """
        envelope = sns.read(request.body)
        if envelope.topic not in self.settings.topics:
            raise fields.forged(f"It comes from a topic that is none of ours. If it is yours, add it: {envelope.topic}")
        sns.check_certificate_address(envelope.certificate_url, self.settings.base_url)
        certificate = request.fetched.get(envelope.certificate_url)
        if certificate is None:
            return Callback(wants=envelope.certificate_url)
        sns.check(envelope, certificate, now)
        if envelope.kind == sns.SUBSCRIPTION:
            sns.check_address(envelope.subscribe_url, self.settings.base_url)
            return Callback(visit=envelope.subscribe_url)
        if envelope.kind == sns.UNSUBSCRIPTION:
            return Callback()
        item = _item(fields.read_object(envelope.message.encode()))
        return Callback([item] if item else [], (f"sns {envelope.id}",))

    def secrets(self) -> Sequence[str]:
        """Return the secret access key; signatures tell nothing of it."""
        return [self.known.secret_access_key]

    def _shipment(self, message: Outgoing, context: Context) -> Shipment:
        if message.media_url is None:
            return Shipment(self._signed("SendTextMessage", self._text(message, context), context.now), (message,))
        place = s3_place(message.media_url)
        body = self._media(message, context, place)
        shipment = Shipment(self._signed("SendMediaMessage", body, context.now), (message,))
        if place:
            return shipment
        why = verdicts.failed(Trouble.CONFIG, "MEDIA_NOT_IN_S3", "AWS fetches pictures from S3 alone: put it there")
        return Shipment(shipment.request, shipment.messages, verdicts.one_each(shipment, why))

    def _text(self, message: Outgoing, context: Context) -> dict[str, object]:
        country = {
            "IN_TEMPLATE_ID": fields.template_of(message),
            "IN_ENTITY_ID": fields.given(message, "entity_id") or self.settings.entity_id,
        }
        return self._shared(message, context) | fields.drop_empty(
            {
                "MessageBody": message.text,
                "MessageType": self.settings.message_type,
                "DestinationCountryParameters": fields.drop_empty(country) or None,
            }
        )

    def _media(self, message: Outgoing, context: Context, place: str) -> dict[str, object]:
        return self._shared(message, context) | fields.drop_empty(
            {"MessageBody": message.text.strip() and message.text, "MediaUrls": [place]}
        )

    def _shared(self, message: Outgoing, context: Context) -> dict[str, object]:
        least, most = _TTL
        return fields.drop_empty(
            {
                "DestinationPhoneNumber": fields.plus(message.number),
                "OriginationIdentity": self.settings.pool_id or fields.plus(message.source),
                "ConfigurationSetName": self.settings.configuration_set,
                "MaxPrice": self.settings.max_price,
                "TimeToLive": fields.seconds_left(message, context.now, least=least, most=most),
                "Context": {"mid": message.id.hex},
                "ProtectConfigurationId": self.settings.protect_configuration,
            }
        )

    def _signed(self, operation: str, body: Mapping[str, object], now: datetime) -> HttpRequest:
        url = self.settings.base_url.rstrip("/") or f"https://sms-voice.{self.settings.region}.amazonaws.com"
        headers = (
            ("Content-Type", "application/x-amz-json-1.0"),
            ("X-Amz-Target", f"PinpointSMSVoiceV2.{operation}"),
        )
        return self.signer.sign(HttpRequest("POST", f"{url}/", headers, msgspec.json.encode(body)), now)


def s3_place(url: str) -> str:
    """Return an address of S3 as AWS wants it (s3://bucket/key); "" for one that leads elsewhere."""
    if url.startswith("s3://"):
        return url
    parts = urlsplit(url)
    bucket = _BUCKET.fullmatch(parts.hostname or "")
    key = unquote(parts.path.removeprefix("/"))
    return f"s3://{bucket[1]}/{key}" if bucket and key else ""


def _item(said: Mapping[str, Any]) -> Receipt | Incoming | None:
    """Return what a message of the topic says; None for what is not about messages."""
    if said.get("inboundMessageId"):
        return Incoming(
            source=fields.digits(said.get("originationNumber")),
            destination=fields.digits(said.get("destinationNumber")),
            text=fields.text(said.get("messageBody")),
            provider_id=fields.word(said.get("inboundMessageId")),
        )
    kind, _, event = fields.word(said.get("eventType")).partition("_")
    provider_id = fields.word(said.get("messageId"))
    if kind not in {"TEXT", "MEDIA"} or not provider_id:
        return None
    outcome = _OUTCOMES.get(event, Outcome.ON_ITS_WAY)
    if event == "SUCCESSFUL" and said.get("isFinal") is not True:
        outcome = Outcome.ON_ITS_WAY  # the carrier has it, and the phone's word is still to come
    is_bad = outcome is Outcome.UNDELIVERED
    description = fields.word(said.get("messageStatusDescription"))
    return Receipt(
        provider_id=provider_id,
        outcome=outcome,
        error=event if is_bad else "",
        source=fields.digits(said.get("originationPhoneNumber")),
        number=fields.digits(said.get("destinationPhoneNumber")),
        head="",
        words=": ".join(part for part in (event, description) if part),
        trouble=ERRORS[event][0] if is_bad else None,
    )


def build(settings: AwsSmsSettings, secrets: AwsSmsSecrets) -> AwsSms:
    """Make the provider."""
    keys = Signer("sms-voice", settings.region, access_key=settings.access_key_id, secret_key=secrets.secret_access_key)
    return AwsSms(settings, secrets, keys)


KIND: Final = Kind(
    name="aws_sms",
    title="AWS End User Messaging",
    blurb="Amazon's SMS (once Pinpoint's): texts and pictures by your numbers and sender ids at AWS.",
    settings=AwsSmsSettings,
    secrets=AwsSmsSecrets,
    build=build,
    console=(
        "In IAM, make a user that may sms-voice:SendTextMessage and sms-voice:SendMediaMessage, and its access key.",
        "In SNS, make a standard topic with signature version 2, and enter its ARN in the form.",
        "In AWS End User Messaging, make a configuration set that sends all text events to that topic.",
        "For replies, switch on two-way SMS for your number, with the same topic.",
        "In SNS, subscribe {callback_url} to the topic by HTTPS, without raw message delivery; we say yes to it.",
        "New accounts are in a sandbox and reach verified numbers alone: ask AWS for production access.",
    ),
    help_url="https://docs.aws.amazon.com/sms-voice/latest/userguide/what-is-sms-mms.html",
    number_form=NumberForm.PLUS,
    senders="numbers and sender ids of the AWS account in this region, or a pool of them",
    carries_media=True,
    errors=ERRORS,
)
