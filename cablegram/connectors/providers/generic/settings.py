"""What is settable of a connector to any HTTP provider (R130-R133, R135, R136).

Two kinds of marks may stand in texts. `$$name` is filled in for each message: the system's own (`$$To`, `$$Body`, ...)
or any other name, which every message must then bring along. `{{name}}` is filled in once: a value of this connector,
sealed if it is among the secrets. What either brings in is never looked through for marks again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from cablegram.connectors.contract import NoticeKind, Outcome, Trouble
from cablegram.connectors.providers.kinds import HttpSettings, NumberForm

MOST_RECORDS = 1_000
"""Records of a request (R133)."""

Name = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\Z", max_length=60)]
Words = Annotated[str, Meta(max_length=4_000)]
Where = Annotated[
    str,
    Meta(
        max_length=200,
        description="Where it stands: `status`, `data.id`, `errors[0].code`, `messages[*]`; `^.id` is one object up.",
    ),
]


class HttpMethod(StrEnum):
    """How requests are made."""

    GET = "GET"
    POST = "POST"


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the settings."""


class _Auth(_Part, frozen=True, kw_only=True, tag_field="type"):
    """How the connector shows who it is."""


class NoAuth(_Auth, frozen=True, kw_only=True, tag="none"):
    """Nothing more than what headers, address and parameters say."""


class BasicAuth(_Auth, frozen=True, kw_only=True, tag="basic"):
    """A user and a password (RFC 7617)."""

    username: Annotated[Words, Meta(description="The user.")] = "{{username}}"
    password: Annotated[Words, Meta(description="The password: the mark of a secret.")] = "{{password}}"  # noqa: S105 - where it is found, not what it is


class OAuth(_Auth, frozen=True, kw_only=True, tag="oauth2"):
    """A token, given for client credentials (RFC 6749, section 4.4). `extra` goes along with the question."""

    token_url: Annotated[str, Meta(max_length=2_000, description="Where the token is given.")]
    client_id: Annotated[Words, Meta(description="The client's id.")] = "{{client_id}}"
    client_secret: Annotated[Words, Meta(description="The client's secret: the mark of one.")] = "{{client_secret}}"  # noqa: S105 - where it is found, not what it is
    extra: Annotated[dict[str, Words], Meta(description="Further key-values of the question.")] = {}


class AwsSignature(_Auth, frozen=True, kw_only=True, tag="aws_sigv4"):
    """A signature over the request, version 4, as AWS wants it."""

    service: Annotated[Words, Meta(description="The service's name in signatures, such as `sns`.")]
    region: Annotated[Words, Meta(description="The region, such as eu-west-1.")] = "{{region}}"
    access_key: Annotated[Words, Meta(description="The access key's id.")] = "{{access_key}}"
    secret_key: Annotated[Words, Meta(description="The secret access key: the mark of one.")] = "{{secret_key}}"  # noqa: S105 - where it is found, not what it is


Auth = NoAuth | BasicAuth | OAuth | AwsSignature


class ParameterForm(StrEnum):
    """How a message's values travel: in a form (of a GET: in its query), as JSON, or in address and headers alone."""

    NONE = "none"
    FORM = "form"
    JSON = "json"


class BatchMode(StrEnum):
    """How several messages share a request."""

    ARRAY = "array"  # a list with one element for each
    JOIN = "join"  # their numbers in one text, where all else is the same
    MAP = "map"  # an object with one member for each, named by its number


class Batching(_Part, frozen=True, kw_only=True):
    """Several messages in one request. `key` is where the list or object stands; "" is the whole payload."""

    size: Annotated[int, Meta(description="How many messages a request carries at most, up to 1,000.")]
    mode: BatchMode = BatchMode.ARRAY
    key: Where = ""
    separator: Annotated[str, Meta(max_length=5, description="What stands between numbers that are joined.")] = ","


class VariablesForm(StrEnum):
    """What `$$TemplateVariables` becomes where it is a whole value; inside a longer text it is always joined."""

    LIST = "list"
    OBJECT = "object"
    TEXT = "text"


class ReceiptIds(StrEnum):
    """By whose id receipts are matched: the provider's, or ours where it repeats `$$MessageID`."""

    PROVIDER = "provider"
    OURS = "ours"


class AnswerMap(_Part, frozen=True, kw_only=True):
    """Where an answer says what. With nothing set, any 2xx means that all messages were taken (R133).

    Where `ok` is not set, an answer says yes by the `id` or `call_id` that is named here; one without it and without a
    code says nothing.
    `codes`, `words` stand in the answer, and in each of `items`; a code that `troubles` does not know makes the message
    refused. `troubles` is by code, by `http_503`, and by `text:` with the start of an answer that is no JSON.
    """

    http: Annotated[
        list[Annotated[int, Meta(ge=100, le=599)]], Meta(description="Statuses of success; without any, each 2xx.")
    ] = []
    ok: Where = ""
    ok_values: Annotated[list[str], Meta(description="What stands at `ok` when it was taken.")] = []
    items: Where = ""
    by_number: Where = ""
    number: Where = ""
    id: Where = ""
    ids: Where = ""
    invalid: Where = ""
    call_id: Where = ""
    codes: Annotated[
        list[Where], Meta(description="Where the provider's codes stand: the first that is there counts.")
    ] = []
    words: Where = ""
    troubles: dict[str, Trouble] = {}
    separator: Annotated[
        str, Meta(max_length=5, description="What stands between the fields of an answer that is no JSON.")
    ] = ""


class CallForm(StrEnum):
    """How a call to us is written."""

    FORM = "form"  # a form or the query
    JSON = "json"
    XML = "xml"
    SNS = "sns"  # a notification of Amazon SNS, whose message is JSON


class _CallMap(_Part, frozen=True, kw_only=True):
    """One shape of a call. `field`: of a form, the field whose value is JSON; `only`: what must stand where."""

    parse: CallForm = CallForm.JSON
    field: Annotated[str, Meta(max_length=100, description="Of a form: the field whose value is JSON.")] = ""
    items: Where = ""
    only: Annotated[dict[str, str], Meta(description="What must stand where, for the call to have this shape.")] = {}


class ReceiptMap(_CallMap, frozen=True, kw_only=True):
    """Where a call tells what became of a message. `states` is by the words of `status`, `details` by `detail`.

    Of states that are not listed `otherwise` is said: by default only a note. `troubles` is by status, detail or error.
    `no_receipts` are words of `status` of something else, which another shape reads: a click, an answer.
    """

    id: Where = ""
    our_id: Where = ""
    number: Where = ""
    status: Where = ""
    detail: Where = ""
    error: Where = ""
    states: dict[str, Outcome] = {}
    details: dict[str, Outcome] = {}
    troubles: dict[str, Trouble] = {}
    otherwise: Outcome = Outcome.ON_ITS_WAY
    no_receipts: Annotated[list[str], Meta(description="Words of `status` that are no receipts.")] = []


class ClickMap(_CallMap, frozen=True, kw_only=True):
    """Where a call tells that somebody opened a link which the provider had shortened; ids as those of receipts.

    `url` is where the link leads. `at` is in ISO 8601 with its zone, or in seconds or milliseconds since 1970.
    """

    id: Where = ""
    our_id: Where = ""
    number: Where = ""
    url: Where = ""
    at: Where = ""


class TextMap(_CallMap, frozen=True, kw_only=True):
    """Where a call hands over a text from a phone.

    `answers` is the id, as receipts have it, of the message that it answers: with it, numbers may be left out.
    """

    source: Where = ""
    destination: Where = ""
    text: Where
    id: Where = ""
    media: Where = ""
    answers: Where = ""


class NoticeMap(_CallMap, frozen=True, kw_only=True):
    """Where a call tells what became of the lines of a short code's subscribers (R79); kinds by the words of `kind`.

    `code` is where the short code stands, or else `code_is` names it. `at` is in ISO 8601 with its zone, or in seconds
    or milliseconds since 1970; without it a notice counts from when it came.
    """

    kind: Where
    kinds: dict[str, NoticeKind] = {}
    number: Where
    new_number: Where = ""
    code: Where = ""
    code_is: Annotated[
        str, Meta(pattern=r"^([0-9]{5,6})?\Z", description="The short code, where no call names it.")
    ] = ""
    at: Where = ""


class CallSignature(StrEnum):
    """How calls to us prove where they are from, besides the secret in their address."""

    NONE = "none"
    PLIVO = "plivo"
    SNS = "sns"


class CallRules(_Part, frozen=True, kw_only=True):
    """How calls are proved, and what is answered."""

    signature: CallSignature = CallSignature.NONE
    key: Annotated[Words, Meta(description="What signatures are checked with, or the topic they must be from.")] = ""
    content_type: Annotated[
        str,
        Meta(
            max_length=100,
            pattern=r"^[a-z]+/[a-z0-9.+-]+(; ?charset=[A-Za-z0-9-]+)?\Z",
            description="Of what is answered.",
        ),
    ] = "text/plain"
    answer: Annotated[Words, Meta(description="What is answered once a call is on disk.")] = ""


class GenericSettings(HttpSettings, frozen=True, kw_only=True):
    """A provider that is described and not known."""

    url: Annotated[
        str,
        Meta(
            max_length=2_000,
            description="Where messages are handed over; marks may stand in its path and query.",
            examples=["https://sms.example.com/v2/send"],
        ),
    ]
    method: HttpMethod = HttpMethod.POST
    preset: Annotated[str, Meta(max_length=50, description="Which preset it began with.")] = ""
    auth: Auth = NoAuth()
    headers: Annotated[dict[str, Words], Meta(description="Headers of the request, by name.")] = msgspec.field(
        default_factory=dict[str, str]
    )
    parameters: ParameterForm = ParameterForm.JSON
    payload: Annotated[
        str | dict[str, Any] | list[Any] | None,
        Meta(description="The form or the JSON, as it is or as text; `//` comments in the text are left out."),
    ] = None
    batch: Batching | None = None
    number_form: NumberForm = NumberForm.DIGITS
    variables_form: VariablesForm = VariablesForm.LIST
    variables_separator: Annotated[
        str, Meta(max_length=5, description="What stands between the variables of a template that are joined.")
    ] = "|"
    values: Annotated[dict[Name, Words], Meta(description="Values of `{{name}}` that are no secrets.")] = msgspec.field(
        default_factory=dict[str, str]
    )
    answer: AnswerMap = AnswerMap()
    ids: ReceiptIds | None = None
    receipts: list[ReceiptMap] = msgspec.field(default_factory=list[ReceiptMap])
    texts: list[TextMap] = msgspec.field(default_factory=list[TextMap])
    clicks: list[ClickMap] = msgspec.field(default_factory=list[ClickMap])
    notices: list[NoticeMap] = msgspec.field(default_factory=list[NoticeMap])
    calls: CallRules = CallRules()


class GenericSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is sealed of such a connector: values of `{{name}}`."""

    values: Annotated[dict[Name, Words], Meta(description="Secret values of `{{name}}`.")] = {}
